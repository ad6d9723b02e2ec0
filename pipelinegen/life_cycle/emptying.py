"""Buckets and keys that go with a stack: writers are kept out first, then nothing is left."""

from __future__ import annotations

from collections.abc import Iterable

from pipelinegen.errors import StackFailed
from pipelinegen.life_cycle.destroy_plan import Bucket, amount
from pipelinegen.life_cycle.removal import Removal

_ROUNDS = 3
"""How often a bucket is emptied: a writer that was let in before may still finish."""


def remove_buckets(removal: Removal, buckets: Iterable[Bucket]) -> None:
    """Empty the buckets, and delete those that CloudFormation would leave behind.

    Raises StackFailed when a bucket does not stay empty, or may not be emptied.
    """
    for bucket in buckets:
        _empty(removal, bucket.name)
        if bucket.retained:
            removal.connection.stores.delete_bucket(bucket.name)
            removal.say(f"bucket '{bucket.name}' was deleted")


def remove_keys(removal: Removal, keys: Iterable[str]) -> None:
    """Have keys deleted after the longest pending window there is.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html
    """
    for key in keys:
        removal.connection.stores.schedule_key_deletion(key)
        removal.say(f"key '{key}' is deleted in 30 days; until then that can be cancelled")


def _empty(removal: Removal, bucket: str) -> None:
    stores = removal.connection.stores
    if stores.contents(bucket) is None:
        return
    stores.refuse_writes(bucket)
    contents = stores.contents(bucket)
    for _ in range(_ROUNDS):
        if contents is None or contents.empty:
            return
        if not removal.options.empty_buckets:
            raise StackFailed(
                f"bucket '{bucket}' was empty and now holds {amount(contents)}; "
                f"go on with: {removal.command('--empty-buckets')}"
            )
        count = stores.empty(bucket)
        removal.say(f"{count:,} versions and uploads were removed from bucket '{bucket}'")
        contents = stores.contents(bucket)
    if contents is not None and not contents.empty:
        raise StackFailed(
            f"bucket '{bucket}' still holds {amount(contents)}: something goes on writing to it; "
            f"stop that and go on with: {removal.command('--empty-buckets')}"
        )
