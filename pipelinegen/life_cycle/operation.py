"""One stack operation of ours: begun, followed, and left to AWS when the user goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipelinegen.errors import Interrupted
from pipelinegen.life_cycle.follow import Feed, follow
from pipelinegen.life_cycle.run import Run
from pipelinegen.records import StackEvent, StackRecord


def operate(
    run: Run,
    stack: StackRecord,
    begin: Callable[[], None],
    *,
    waits_for: Mapping[str, tuple[str, ...]] | None = None,
) -> tuple[StackRecord, list[StackEvent]]:
    """Begin an operation on `stack`, as it is now; return the settled stack and what happened.

    Raises Interrupted on Ctrl-C: once the call was sent, nobody can tell that it did not arrive.
    """
    feed = Feed(run.connection, stack.id, run.report)
    feed.skip()
    try:
        begin()
        now = follow(
            run.connection,
            stack,
            run.report,
            until=run.deadline(),
            feed=feed,
            waits_for=waits_for,
        )
    except KeyboardInterrupt:
        raise left_to_aws(run, stack) from None
    return now, feed.events


def left_to_aws(run: Run, stack: StackRecord) -> Interrupted:
    """Return what to raise on Ctrl-C once an operation may have begun."""
    return Interrupted(
        f"interrupted; what was begun in stack '{stack.name}' goes on in AWS. Follow it with: "
        f"{run.command('deploy')}, or take an update back with: "
        f"{run.command('deploy', '--cancel')}"
    )
