"""Time that passes only when somebody sleeps, and what goes on in it by itself."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from itertools import count
from threading import Condition, RLock, Thread, get_ident
from typing import Any

BEGIN = 1_795_000_000.0
"""Seconds since 1970 at which every test begins."""

_GIVE_UP = 60
"""Real seconds after which a thread that never gets its turn is a failure, not a wait."""


ONE_AT_A_TIME = RLock()
"""Held by whoever looks at AWS or lets it go on, so that threads cannot disturb the fakes."""


class VirtualTime:
    """A clock that is ahead at once when one thread sleeps.

    Of several threads that run `together` one runs at a time: the one that wakes first.
    """

    def __init__(self, begin: float = BEGIN) -> None:
        self._now = begin
        self._condition = Condition()
        self._wakes: dict[int, float] = {}
        self._turn: int | None = None
        self._threads: dict[int, int] = {}
        self.slept: list[float] = []
        self.followers: list[Callable[[], None]] = []

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        """Let time pass; a thread of `together` gives the others their turn."""
        assert seconds >= 0, "nobody sleeps backwards"
        with self._condition:
            self.slept.append(seconds)
            me = self._threads.get(get_ident())
            if me is None:
                self._now += seconds
            else:
                self._wakes[me] = self._now + seconds
                self._next()
                self._await(me)
        for follow in self.followers:
            follow()

    def together(self, *works: Callable[[], Any]) -> list[Any]:
        """Run all works at once; return what each returned, or raise what one raised."""
        results: dict[int, Any] = {}
        errors: dict[int, BaseException] = {}

        def run(number: int, work: Callable[[], Any]) -> None:
            with self._condition:
                self._threads[get_ident()] = number
                self._await(number)
            try:
                results[number] = work()
            except BaseException as error:
                errors[number] = error
            with self._condition:
                del self._threads[get_ident()]
                self._next()

        with self._condition:
            self._wakes = dict.fromkeys(range(len(works)), self._now)
            self._next()
        threads = [Thread(target=run, args=one, daemon=True) for one in enumerate(works)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for error in errors.values():
            raise error
        return [results[number] for number in range(len(works))]

    def _next(self) -> None:
        """Give the turn to whoever wakes first."""
        self._turn = min(self._wakes, key=lambda one: (self._wakes[one], one), default=None)
        if self._turn is not None:
            self._now = max(self._now, self._wakes.pop(self._turn))
        self._condition.notify_all()

    def _await(self, me: int) -> None:
        if not self._condition.wait_for(lambda: self._turn == me, timeout=_GIVE_UP):
            raise AssertionError("a thread waits for one that neither sleeps nor ends")


Steps = Iterator[float]
"""What goes on by itself: it yields the seconds until its next step."""


class Timeline:
    """What AWS does by itself; it is caught up with when somebody slept, and at every call."""

    def __init__(self, time: VirtualTime) -> None:
        self.time = time
        self.moment = time.now()
        self._numbers = count()
        self._running: list[tuple[float, int, Steps]] = []
        time.followers.append(self.catch_up)

    @property
    def date(self) -> datetime:
        """The moment as the SDK writes it."""
        return date(self.moment)

    def begin(self, steps: Steps) -> None:
        """Take the first step now, the others when their time has come."""
        self._step(steps)

    def catch_up(self) -> None:
        """Take every step whose time has come."""
        with ONE_AT_A_TIME:
            now = self.time.now()
            while self._running and self._running[0][0] <= now:
                self.moment, _, steps = heapq.heappop(self._running)
                self._step(steps)
            self.moment = now

    def _step(self, steps: Steps) -> None:
        for seconds in steps:
            heapq.heappush(self._running, (self.moment + seconds, next(self._numbers), steps))
            return


def date(seconds: float) -> datetime:
    """Return a time as the SDK writes it."""
    return datetime.fromtimestamp(seconds, timezone.utc)
