"""How many stacks are worked on at once: fewer while AWS is busy, more again after a while."""

from __future__ import annotations

from threading import Lock

from pipelinegen.services import Clock

QUIET = 60.0
"""Seconds without a complaint after which one more may begin."""


class Slots:
    """A number that the threads of a run share."""

    def __init__(self, clock: Clock, most: int) -> None:
        """`most` is the number that is never exceeded, and with which it begins."""
        self.most = most
        self._clock = clock
        self._allowed = most
        self._since = clock.now()
        self._lock = Lock()

    def complained(self) -> None:
        """Halve the number: AWS is busy."""
        with self._lock:
            self._allowed = max(self._allowed // 2, 1)
            self._since = self._clock.now()

    def allowed(self) -> int:
        """Return the number as it is now."""
        with self._lock:
            minutes = int((self._clock.now() - self._since) // QUIET)
            self._allowed = min(self._allowed + minutes, self.most)
            self._since += minutes * QUIET
            return self._allowed
