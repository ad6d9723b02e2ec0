"""What goes with the stack of a branch, in which order, and what stays: a value to be shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipelinegen.life_cycle.holdings import Holdings
from pipelinegen.records import BucketContents, Execution, StackRecord


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket that goes; `retained` tells that CloudFormation would leave it behind."""

    name: str
    contents: BucketContents
    retained: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that goes with a stack; `stays` says what it made and leaves."""

    stack: StackRecord
    holdings: Holdings
    executions: tuple[Execution, ...]
    cleanup_stacks: tuple[StackRecord, ...]
    buckets: tuple[Bucket, ...]
    keys: tuple[str, ...]
    logs: tuple[str, ...]
    stays: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """Yield one line for each thing, in the order in which they go."""
        for rule in self.holdings.event_rules:
            yield f"event rule '{rule}' will be disabled"
        if self.holdings.pipeline is not None:
            yield f"pipeline '{self.holdings.pipeline}' will start nothing more"
        for execution in self.executions:
            yield f"execution {execution.id} ({execution.status}) will be stopped and waited for"
        for stack in self.cleanup_stacks:
            yield f"stack '{stack.name}' ({stack.status}), which the pipeline made, will be deleted"
        for bucket in self.buckets:
            yield f"bucket '{bucket.name}' {_fate(bucket)}"
        for key in self.keys:
            yield f"key '{key}' will be deleted in 30 days"
        for group in self.logs:
            yield f"log group '{group}' will be deleted"
        made = self.holdings.resources
        yield (
            f"stack '{self.stack.name}' ({self.stack.status}) will be deleted, "
            f"with the rest of its {made} resource{'' if made == 1 else 's'}"
        )
        for group in self.holdings.log_groups:
            yield f"log group '{group}' will go with it, since the template does not retain it"
        yield from self.stays


def amount(contents: BucketContents) -> str:
    """Return how much a bucket holds, in words."""
    counts = ((contents.versions, "version"), (contents.uploads, "unfinished upload"))
    return " and ".join(
        f"{count:,} {noun}{'' if count == 1 else 's'}" for count, noun in counts if count
    )


def _fate(bucket: Bucket) -> str:
    if bucket.contents.empty:
        return "is empty and will be deleted"
    return f"will be emptied of {amount(bucket.contents)} and deleted"
