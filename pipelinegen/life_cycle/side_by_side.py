"""Steps that are carried out side by side, begun in their order, until one or the user stops it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Event

from pipelinegen.life_cycle.slots import Slots
from pipelinegen.life_cycle.sync_plan import Step
from pipelinegen.progress import Ended
from pipelinegen.services import Clock

_SLICE = 1.0
"""Seconds after which a sleeper looks whether it is to stop."""


@dataclass(frozen=True, slots=True)
class StoppableClock:
    """The clock of the threads: once `stop` is set, who sleeps learns of the user's Ctrl-C."""

    clock: Clock
    stop: Event

    def now(self) -> float:
        """Return seconds since an arbitrary start."""
        return self.clock.now()

    def sleep(self, seconds: float) -> None:
        """Let time pass; KeyboardInterrupt once the user has gone."""
        while seconds > 0 and not self.stop.is_set():
            self.clock.sleep(min(seconds, _SLICE))
            seconds -= _SLICE
        if self.stop.is_set():
            raise KeyboardInterrupt


def side_by_side(
    steps: Sequence[Step],
    act: Callable[[Step], Ended],
    slots: Slots,
    stop: Event,
    *,
    go_on: Callable[[Ended], bool],
) -> dict[Step, Ended]:
    """Return how the steps ended that were begun; after an end for which `go_on` is false none is.

    Ctrl-C sets `stop`, and what runs then ends as soon as it can; a second one quits at once.
    """
    waiting = deque(steps)
    running: dict[Future[Ended], Step] = {}
    ended: dict[Step, Ended] = {}
    pool = ThreadPoolExecutor(max_workers=slots.most)
    try:
        while waiting or running:
            while waiting and len(running) < slots.allowed():
                step = waiting.popleft()
                running[pool.submit(act, step)] = step
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                ended[running.pop(future)] = future.result()
            if not all(map(go_on, ended.values())):
                waiting.clear()
    except KeyboardInterrupt:
        stop.set()
        wait(running)
        ended |= {step: future.result() for future, step in running.items()}
    finally:
        stop.set()  # a bug in one thread must not keep the others
        pool.shutdown(wait=False)
    return ended
