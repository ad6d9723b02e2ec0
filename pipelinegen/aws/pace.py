"""How fast we call: at most so many calls a second, and longer pauses after each refusal."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from pipelinegen.services import Clock

CALLS_A_SECOND = 2.0
"""Well below what CloudFormation and CodePipeline throttle, for all stacks of a run together."""

_BURST = 2
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 20.0


class Pace:
    """A token bucket that the threads of a run share."""

    def __init__(self, clock: Clock, *, a_second: float = CALLS_A_SECOND) -> None:
        """`a_second` is the number of calls that may be made in a second."""
        self._clock = clock
        self._a_second = a_second
        self._tokens = float(_BURST)
        self._filled = clock.now()
        self._lock = Lock()

    def take(self) -> None:
        """Take the right to one call, sleeping until there is one."""
        with self._lock:
            now = self._clock.now()
            gained = (now - self._filled) * self._a_second
            self._tokens = min(self._tokens + gained, _BURST) - 1
            self._filled = now
            debt = -self._tokens / self._a_second
        if debt > 0:
            self._clock.sleep(debt)


def pause(count: int, random: Callable[[], float]) -> float:
    """Return how many seconds to wait after `count` refusals of one call: full jitter.

    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    return random() * min(_FIRST_PAUSE * 2.0 ** min(count, 10), _LONGEST_PAUSE)
