"""Progress for people: what is said between the events, as blocks and lines on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from pipelinegen.diagnostics import Severity
from pipelinegen.display import Display
from pipelinegen.document import Document
from pipelinegen.progress import Ended, Progress, Proposed, Report, Said, Started
from pipelinegen.progress_display.change_set import proposed_text
from pipelinegen.progress_display.covering import without_tokens
from pipelinegen.progress_display.ending import done_line, done_text
from pipelinegen.progress_display.failure import failure_text
from pipelinegen.progress_display.words import GAP, label
from pipelinegen.report.pieces import CYAN, PLAIN, RED, YELLOW, rendered
from pipelinegen.report.visible import visible

_STYLES = {Severity.ERROR: RED, Severity.WARNING: YELLOW, Severity.NOTE: CYAN}


@contextmanager
def talking(
    display: Display,
    events: AbstractContextManager[Report],
    document: Document | None,
    *,
    terse: bool,
) -> Iterator[Report]:
    """Write text to stderr around the events, which `events` shows; `terse` keeps to the end."""
    unseen = Unseen(display)
    with events as show:

        def report(progress: Progress) -> None:
            show(progress)
            color = display.colors(sys.stderr)
            links = display.steers(sys.stderr)
            if text := text_of(progress, document, terse=terse, color=color, links=links):
                display.insist(text.removesuffix("\n"))
            else:
                unseen.add(progress)

        yield report


class Unseen:
    """What the output keeps from a person, told on stderr once a question is about it."""

    def __init__(self, display: Display) -> None:
        """Have `display` tell it before each question."""
        self._display = display
        self._kept: list[Progress] = []
        display.before_question = self._tell

    def add(self, progress: Progress) -> None:
        """Keep what a question may be about."""
        if isinstance(progress, (Started, Proposed, Said)):
            self._kept.append(progress)

    def _tell(self) -> None:
        color = self._display.colors(sys.stderr)
        for progress in self._kept:
            self._display.insist(text_of(progress, color=color).removesuffix("\n"))
        self._kept.clear()


def text_of(
    progress: Progress,
    document: Document | None = None,
    *,
    terse: bool = False,
    color: bool = False,
    links: bool = False,
) -> str:
    """Return what is said of a progress, with its last line break; empty where it is nothing."""
    match progress:
        case Ended(exit_code=0):
            if terse:
                return done_line(progress, color=color)
            return done_text(progress, color=color, links=links)
        case Ended():
            return failure_text(progress, document, color=color)
        case Said(severity=severity) if severity is Severity.ERROR or not terse:
            return _said_line(progress, color=color)
        case Started() if not terse:
            return started_line(progress, color=color)
        case Proposed() if not terse:
            return proposed_text(progress, color=color)
        case _:
            return ""


def started_line(started: Started, *, color: bool) -> str:
    """Return the one line before the first write: account, Region, identity, stack."""
    who = started.identity
    columns = [f"account {who.account}", who.region, who.arn]
    row = [
        (PLAIN, label(started.command)),
        (CYAN, visible(started.stack)),
        (PLAIN, GAP + GAP.join(map(visible, columns))),
    ]
    return rendered(row, color)


def _said_line(said: Said, *, color: bool) -> str:
    word = said.severity.value
    message = visible(without_tokens(said.message))
    return rendered([(_STYLES[said.severity], word), (PLAIN, f": {message}")], color)
