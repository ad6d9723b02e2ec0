"""A stack operation is followed to its end, whoever began it; what is seen is reported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pipelinegen.diagnostics import Severity
from pipelinegen.errors import Denied, PipelinegenError, StackFailed
from pipelinegen.life_cycle.waiting import Waiting
from pipelinegen.progress import Following, Happened, Report, Said
from pipelinegen.progress import Waiting as StillWaiting
from pipelinegen.records import StackEvent, StackRecord
from pipelinegen.services import Connection
from pipelinegen.stack_states import under_way

HEARTBEAT = 30.0
_BEGINS_WITHIN = 120.0
"""Seconds after which an operation that AWS accepted should show; reads may lag behind writes."""

_BEGINNINGS = frozenset(
    f"{verb}_IN_PROGRESS" for verb in ("CREATE", "UPDATE", "DELETE", "IMPORT", "REVIEW")
)


class Feed:
    """The events of a stack, each once, oldest first; and how long each resource took."""

    def __init__(self, connection: Connection, stack: str, report: Report) -> None:
        """`stack` is a stack id."""
        self._connection = connection
        self._stack = stack
        self._report = report
        self._seen: set[str] = set()
        self._begun: dict[str, float] = {}
        self._denied = False
        self.events: list[StackEvent] = []

    def skip(self) -> None:
        """Forget what has happened so far: the operation has not begun."""
        if (newest := next(self._read(), None)) is not None:
            self._seen.add(newest.id)

    def fresh(self) -> list[StackEvent]:
        """Return the events that were not returned before.

        At the first look these are the events of the last operation alone.
        """
        found: list[StackEvent] = []
        for event in self._read():
            if event.id in self._seen:
                break
            found.append(event)
            if not self._seen and event.of_stack and event.status in _BEGINNINGS:
                break
        found.reverse()
        found.sort(key=lambda event: event.time)  # stable: AWS's order where times are equal
        self._seen.update(event.id for event in found)
        self.events += found
        return found

    @property
    def busy(self) -> bool:
        """Whether the stack itself was last seen at work."""
        statuses = [event.status for event in self.events if event.of_stack]
        return bool(statuses) and under_way(statuses[-1])

    def elapsed(self, event: StackEvent) -> float:
        """Return the seconds since the resource of `event` began."""
        return max(event.time - self._begun.setdefault(event.logical_id, event.time), 0.0)

    def _read(self) -> Iterator[StackEvent]:
        """Yield events newest first; without the right to read them there are none."""
        if self._denied:
            return
        try:
            yield from self._connection.stacks.events(self._stack)
        except PipelinegenError as fault:  # what cannot be seen must not decide how it ends
            self._denied = isinstance(fault, Denied)
            message = f"what happens in the stack stays hidden: {fault}"
            self._report(Said(self._stack, message, Severity.WARNING))


def follow(
    connection: Connection,
    stack: StackRecord,
    report: Report,
    *,
    until: float,
    feed: Feed | None = None,
    waits_for: Mapping[str, tuple[str, ...]] | None = None,
) -> StackRecord:
    """Return the stack once nothing is under way in it any more.

    `stack` is how it was before; with a `feed` that skipped what was before, the operation was
    begun by us and may not show yet. Raises StackFailed at the time `until`: AWS goes on.
    """
    begun = feed is None and under_way(stack.status)
    feed = feed or Feed(connection, stack.id, report)
    report(Following(stack.name, stack.status, waits_for or {}))
    waiting = Waiting(connection.clock, connection.run)
    start = heard = connection.clock.now()
    while True:
        now = connection.stacks.find(stack.id) or replace(stack, status="DELETE_COMPLETE")
        fresh = feed.fresh()
        for event in fresh:
            report(Happened(stack.name, event, feed.elapsed(event)))
        changed = (now.status, now.updated) != (stack.status, stack.updated)
        news = any(event.of_stack for event in fresh)
        begun = begun or changed or news
        # `now` was read before `fresh`: what both tell may be older than how the operation ended
        if begun and not under_way(now.status) and (changed or not (news or feed.busy)):
            return now
        time = connection.clock.now()
        if time >= until:
            raise StackFailed(
                f"stack '{stack.name}' is still {now.status}; it goes on in AWS; "
                "run the same command again to follow it"
            )
        if not begun and time - start > _BEGINS_WITHIN:
            message = f"AWS accepted the operation, but stack '{stack.name}' stays {now.status}"
            raise StackFailed(f"{message}; run the same command again")
        if fresh:
            heard = time
        elif time - heard >= HEARTBEAT:
            report(StillWaiting(stack.name, now.status, time - start))
            heard = time
        waiting.pause(moved=bool(fresh))
