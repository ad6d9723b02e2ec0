"""Time that passes only when everybody sleeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition


class VirtualTime:
    """A clock for one thread, or for several that said that they take part."""

    def __init__(self) -> None:
        self._now = 1_000_000.0
        self._turn = Condition()
        self._members = 1
        self._sleepers: list[float] = []
        self.on_sleep: Callable[[], None] = lambda: None

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        """Wait until all others sleep, too, and this is the earliest to wake."""
        self.on_sleep()
        with self._turn:
            wakes = self._now + max(seconds, 0.001)
            self._sleepers.append(wakes)
            self._pass_time()
            while self._now < wakes:
                self._turn.wait()
            self._sleepers.remove(wakes)

    @contextmanager
    def members(self, count: int) -> Iterator[None]:
        """Let `count` threads take part instead of one; each says `left` when it is done."""
        with self._turn:
            self._members = count
        try:
            yield
        finally:
            self._members = 1

    def left(self) -> None:
        """Count out a thread that is done."""
        with self._turn:
            self._members -= 1
            self._pass_time()

    def _pass_time(self) -> None:
        waiting = [wakes for wakes in self._sleepers if wakes > self._now]
        if waiting and len(waiting) >= self._members:
            self._now = min(waiting)
            self._turn.notify_all()
