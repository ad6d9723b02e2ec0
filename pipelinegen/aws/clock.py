"""The clock of this machine."""

from __future__ import annotations

import time


class SystemClock:
    """Time that only goes forward."""

    def now(self) -> float:
        """Return seconds since an arbitrary start."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        time.sleep(seconds)
