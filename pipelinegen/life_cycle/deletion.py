"""One stack is deleted and followed until it is gone, whatever it was at before."""

from __future__ import annotations

from dataclasses import replace

from pipelinegen.errors import StackFailed
from pipelinegen.life_cycle.follow import Feed, follow
from pipelinegen.life_cycle.removal import Removal
from pipelinegen.records import StackEvent, StackRecord
from pipelinegen.services import Moved
from pipelinegen.stack_states import under_way

_ATTEMPTS = 6
_GONE = "DELETE_COMPLETE"


def delete(
    removal: Removal,
    stack: StackRecord,
    *,
    role_arn: str | None = None,
    retain: tuple[str, ...] = (),
) -> tuple[StackRecord, list[StackEvent]]:
    """Return the stack as it ended, by its id, and what happened; other work is waited for first.

    Raises StackFailed when others keep working on it, or it takes too long.
    """
    for _ in range(_ATTEMPTS):
        now = settle(removal, stack)
        if now.status == _GONE:
            return now, []
        feed = Feed(removal.connection, now.id, removal.report)
        feed.skip()
        try:
            removal.connection.stacks.delete(
                now.id,
                token=removal.token(now.id, *retain),
                retain=retain,
                role_arn=role_arn,
            )
        except Moved:
            continue
        until = removal.deadline()
        return follow(removal.connection, now, removal.report, until=until, feed=feed), feed.events
    raise StackFailed(
        f"stack '{stack.name}' keeps changing under this run; when the other one is done, "
        f"run again: {removal.command()}"
    )


def settle(removal: Removal, stack: StackRecord) -> StackRecord:
    """Return the stack, by its id, once nothing is under way in it."""
    now = removal.connection.stacks.find(stack.id) or replace(stack, status=_GONE)
    if not under_way(now.status):
        return now
    removal.say(f"stack '{now.name}' is {now.status}; waiting for that to end")
    return follow(removal.connection, now, removal.report, until=removal.deadline())
