"""Which display a run gets: by its output form, the terminal, and who reads."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from importlib.util import find_spec

from pipelinegen.display import Display
from pipelinegen.document import Document
from pipelinegen.errors import ExitCode, PipelinegenError
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


@contextmanager
def beginning(display: Display, *, output: str, command: str) -> Iterator[Callable[[], ExitCode]]:
    """Guard what comes before the reporter: where a run ends there, JSON has its result as well.

    Yields what to return by when the spec has errors, which others have shown.
    """

    def failed(fault: BaseException) -> None:
        if output in _JSON:
            values = Values(None, _nowhere, time.time, command)
            with suppress(type(fault)), _JSON[output](display, values):
                raise fault

    def unfit() -> ExitCode:
        failed(_Unfit("the spec has errors; stderr shows them"))
        return _Unfit.exit_code

    try:
        yield unfit
    except BaseException as fault:
        failed(fault)
        raise


class _Unfit(PipelinegenError):
    """A spec with errors."""

    exit_code = ExitCode.FINDINGS


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


def _nowhere(_logical_id: str) -> None:
    """Nothing has a place before the spec is read."""


def _nothing(progress: Progress) -> None:
    """Show nothing of what happens on the way."""
