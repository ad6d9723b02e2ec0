"""Which display a run gets: by its output form, the terminal, and who reads."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from importlib.util import find_spec

from pipelinegen.display import Display
from pipelinegen.document import Document
from pipelinegen.progress import Progress, Report
from pipelinegen.progress_display.json_stream import collecting, streaming
from pipelinegen.progress_display.json_values import Locate, Values
from pipelinegen.progress_display.plain import lines
from pipelinegen.progress_display.text import talking
from pipelinegen.services import Clock

_JSON = {"json": collecting, "jsonl": streaming}


def reporter(
    display: Display,
    *,
    output: str,
    document: Document | None,
    locate: Locate,
    clock: Clock,
    command: str = "deploy",
    now: Callable[[], float] = time.time,
) -> AbstractContextManager[Report]:
    """Return what shows the progress of a run, as a context manager.

    `output` is text, json or jsonl. `document` is the spec and `locate` leads into it. `now` is the
    time of this machine, in seconds since 1970; `clock` measures what is under way. `command` names
    the JSON of a run that ends before it has started.
    """
    if output in _JSON:
        return _JSON[output](display, Values(document, locate, now, command))
    terse = display.quiet or bool(os.environ.get("AI_AGENT"))
    return talking(display, _events(display, clock, now, terse=terse), document, terse=terse)


def _events(
    display: Display, clock: Clock, now: Callable[[], float], *, terse: bool
) -> AbstractContextManager[Report]:
    """Return what shows events: nothing for the terse, a tree on a terminal, else lines."""
    if terse:
        return nullcontext(_nothing)
    if _redraws(display):
        from pipelinegen.progress_display.live import Trees, terminal

        return Trees(display, clock, lambda: terminal(display))
    return nullcontext(lines(display, now))


def _redraws(display: Display) -> bool:
    ci = os.environ.get("CI", "").lower() not in ("", "0", "false")
    return display.steers(sys.stderr) and not ci and find_spec("rich") is not None


def _nothing(progress: Progress) -> None:
    """Show nothing of what happens on the way."""
