"""Progress for logs: one line for each event, to be searched by grep, without escape codes."""

from __future__ import annotations

from collections.abc import Callable

from pipelinegen.display import Display
from pipelinegen.progress import Happened, Progress, Report, Waiting
from pipelinegen.progress_display.covering import without_tokens
from pipelinegen.progress_display.words import utc, value


def lines(display: Display, now: Callable[[], float]) -> Report:
    """Return what writes events and signs of life to stderr as they come.

    `now` is the time of this machine, in seconds since 1970.
    """

    def report(progress: Progress) -> None:
        if isinstance(progress, Happened):
            display.insist(event_line(progress))
        elif isinstance(progress, Waiting):
            display.insist(heartbeat_line(progress, now()))

    return report


def event_line(happened: Happened) -> str:
    """Return an event without a line break, at AWS's time; a failure with its reason."""
    event = happened.event
    line = _line(event.time, happened.stack, event.logical_id, event.status, happened.elapsed)
    if event.failed and event.reason:
        line += f" reason={value(without_tokens(event.reason))}"
    return line


def heartbeat_line(waiting: Waiting, time: float) -> str:
    """Return a sign of life without a line break; `time` is when it is given."""
    return _line(time, waiting.stack, None, waiting.status, waiting.elapsed)


def _line(time: float, stack: str, resource: str | None, status: str, elapsed: float) -> str:
    pairs = {"stack": stack, "resource": resource, "status": status, "elapsed": f"{elapsed:.0f}s"}
    shown = (f"{key}={value(text)}" for key, text in pairs.items() if text is not None)
    return " ".join([utc(time), *shown])
