"""How long to wait before AWS is asked again: longer while nothing happens, never in step."""

from __future__ import annotations

from hashlib import sha256

from pipelinegen.services import Clock

SHORTEST, LONGEST = 2.0, 15.0
_GROWTH = 1.5
_JITTER = 0.2


class Waiting:
    """The pauses between the looks of one run at one stack, in seconds."""

    def __init__(self, clock: Clock, run: str) -> None:
        """`run` tells this run from others, so that their pauses differ."""
        self._clock = clock
        self._run = run
        self._count = 0
        self._pause = SHORTEST

    def pause(self, *, moved: bool) -> None:
        """Sleep; `moved` tells that the last look saw something new."""
        self._count += 1
        self._pause = SHORTEST if moved else min(self._pause * _GROWTH, LONGEST)
        self._clock.sleep(self._pause * (1 + _JITTER * self._chance()))

    def _chance(self) -> float:
        """Return a number between -1 and 1 that depends on the run alone."""
        return sha256(f"{self._run} {self._count}".encode()).digest()[0] / 127.5 - 1
