"""What the threads of a `sync` share: one voice, one number of slots; and what its flags mean."""

from __future__ import annotations

import time
from math import isnan
from threading import RLock
from typing import TYPE_CHECKING, Any

from pipelinegen.errors import UsageError

if TYPE_CHECKING:
    from pipelinegen.display import Display
    from pipelinegen.life_cycle.slots import Slots
    from pipelinegen.life_cycle.sync import Options
    from pipelinegen.life_cycle.sync_plan import Wishes
    from pipelinegen.progress import Progress, Report
    from pipelinegen.services import Connection

_HOUR = 3600.0


class Shared:
    """One voice for all threads; a warning that AWS is busy makes fewer of them work."""

    def __init__(self, display: Display) -> None:
        """`display` hears one thread at a time."""
        self._display = display
        self._lock = RLock()
        self._slots: Slots | None = None

    def slots(self, aws: Connection, most: int) -> Slots:
        """Return the number of stacks that may be worked on at once."""
        from pipelinegen.life_cycle.slots import Slots

        self._slots = Slots(aws.clock, most)
        return self._slots

    def warn(self, message: str) -> None:
        """Say that a call is sent again and again."""
        if self._slots is not None:
            self._slots.complained()
        with self._lock:
            self._display.say(message)

    def locked(self, report: Report) -> Report:
        """Return a report that takes one progress at a time."""

        def reported(progress: Progress) -> None:
            with self._lock:
                report(progress)

        return reported


def asked(
    *, prune: bool, max_delete: int | None, grace: float, **flags: Any
) -> tuple[Wishes, Options]:
    """Return what the flags wish, at the time of this machine; UsageError for no time at all."""
    from pipelinegen.life_cycle.sync import Options
    from pipelinegen.life_cycle.sync_plan import Wishes
    from pipelinegen.progress_display.words import utc

    if isnan(grace):  # no range keeps it out
        raise UsageError("--grace takes a number of hours, not 'nan'")
    now = time.time()
    return (
        Wishes(now, utc(now - grace * _HOUR), prune, max_delete),
        Options(utc(now), flags["keep_going"], flags["timeout"]),
    )
