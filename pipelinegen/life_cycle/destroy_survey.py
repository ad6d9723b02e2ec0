"""Everything is looked at before anything is deleted: what goes, and what forbids it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from pipelinegen.errors import NotConfirmed, StackFailed
from pipelinegen.life_cycle import change_sets
from pipelinegen.life_cycle.cleanup_stacks import cleanup_stacks, recorded_rule
from pipelinegen.life_cycle.destroy_plan import Bucket, Plan, amount
from pipelinegen.life_cycle.holdings import Holdings, holdings
from pipelinegen.life_cycle.quiet import refuse_approvals, running
from pipelinegen.life_cycle.removal import Removal
from pipelinegen.life_cycle.service_logs import existing_logs
from pipelinegen.records import StackRecord

_OURS = (change_sets.DEPLOYS, change_sets.KEPT, change_sets.PREVIEWS)


def survey(removal: Removal, stack: StackRecord, template: Mapping[str, Any]) -> Plan:
    """Return what goes with a stack that is ours and at rest.

    Raises StackFailed where something has to be done first, NotConfirmed where `--yes` has to be
    said, UsageError where the spec names a cleanup stack that cannot be found.
    """
    connection, options = removal.connection, removal.options
    _refuse_change_sets(removal, stack)
    cleanup = cleanup_stacks(removal, stack, template)
    for one in (stack, *cleanup):
        _refuse_protected(removal, one)
    _refuse_importers(removal, (stack, *cleanup))
    _expect_yes(removal, stack, template)
    held = holdings(connection.stacks.resources(stack.id), template)
    if held.pipeline is not None:
        refuse_approvals(removal, held.pipeline)
    return Plan(
        stack=stack,
        holdings=held,
        executions=running(removal, held.pipeline) if held.pipeline is not None else (),
        cleanup_stacks=cleanup,
        buckets=tuple(_buckets(removal, held)),
        keys=() if options.retain_buckets else held.keys,
        logs=() if options.keep_logs else existing_logs(removal, held.service_logs),
        stays=tuple(_staying(removal, held)),
    )


def _refuse_change_sets(removal: Removal, stack: StackRecord) -> None:
    """Leave a stack alone that somebody else's change set is about to create."""
    if stack.status != "REVIEW_IN_PROGRESS":
        return
    for change_set in removal.connection.stacks.change_sets(stack.id):
        if change_set.description not in _OURS:
            raise StackFailed(
                f"stack '{stack.name}' waits for change set '{change_set.name}', which pipelinegen "
                "did not make; delete that first"
            )


def _refuse_protected(removal: Removal, stack: StackRecord) -> None:
    if stack.termination_protection:
        command = shlex.join(
            [
                *("aws", "cloudformation", "update-termination-protection"),
                *("--no-enable-termination-protection", "--stack-name", stack.name),
                *("--region", removal.connection.identity.region),
            ]
        )
        raise StackFailed(
            f"termination protection of stack '{stack.name}' is on; switch it off with: {command}"
        )


def _refuse_importers(removal: Removal, going: tuple[StackRecord, ...]) -> None:
    """AWS would cancel a deletion only once it has come to that stack.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
    """
    names = {stack.name for stack in going}
    for stack in going:
        for export in stack.exports:
            if left := [f"'{user}'" for user in _users(removal, export) if user not in names]:
                raise StackFailed(
                    f"export '{export}' of stack '{stack.name}' is used by {', '.join(left)}; "
                    "delete or change that first"
                )


def _users(removal: Removal, export: str) -> tuple[str, ...]:
    return removal.read(
        lambda: removal.connection.stacks.importers(export),
        otherwise=(),
        hidden=f"whether a stack uses export '{export}' is not known",
    )


def _expect_yes(removal: Removal, stack: StackRecord, template: Mapping[str, Any]) -> None:
    rule = removal.target.rule
    protected = rule.protected if rule else recorded_rule(stack, template).get("protected", False)
    if protected and not removal.options.yes:
        raise NotConfirmed(
            f"branch '{removal.target.branch}' is protected; say that you mean it with: "
            f"{removal.command('--yes')}"
        )


def _buckets(removal: Removal, held: Holdings) -> Iterator[Bucket]:
    """Yield the buckets that go; StackFailed for one whose contents nobody gave up."""
    options, stores = removal.options, removal.connection.stores
    going = () if options.retain_buckets else held.retained_buckets
    for name in (*going, *held.buckets):
        contents = stores.contents(name)
        if contents is None:
            continue
        if not contents.empty and not options.empty_buckets:
            kept = ", or keep the bucket with --retain-buckets" if name in going else ""
            raise StackFailed(
                f"bucket '{name}' holds {amount(contents)}; "
                f"have them deleted with --empty-buckets{kept}"
            )
        yield Bucket(name, contents, retained=name in going)


def _staying(removal: Removal, held: Holdings) -> Iterator[str]:
    if removal.options.retain_buckets:
        yield from (f"bucket '{name}' stays" for name in held.retained_buckets)
        yield from (f"key '{name}' stays" for name in held.keys)
    if removal.options.keep_logs:
        yield from (
            f"log group '{name}' stays" for name in existing_logs(removal, held.service_logs)
        )
    for one in held.kept:
        yield f"'{one.logical_id}' ({one.physical_id}) stays: the template retains it"
