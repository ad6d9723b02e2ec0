"""How a stack operation that went well is told: outputs, where to look, what to run next."""

from __future__ import annotations

from collections.abc import Iterator

from pipelinegen.progress import Ended
from pipelinegen.progress_display.failure import headline
from pipelinegen.progress_display.words import label
from pipelinegen.report.pieces import BOLD_GREEN, PLAIN, Piece, rendered
from pipelinegen.report.visible import visible


def done_line(ended: Ended, *, color: bool) -> str:
    """Return `done    stack   UPDATE_COMPLETE   48s` with its line break."""
    return rendered(headline("done", BOLD_GREEN, ended), color)


def done_text(ended: Ended, *, color: bool, links: bool) -> str:
    """Return the block of a success with its last line break.

    `links` makes the URL one that a terminal opens.
    """
    rest = "".join(rendered(row, color=False) for row in _rows(ended, links))
    return done_line(ended, color=color) + rest


def link(url: str) -> str:
    """Return a URL as a hyperlink of a terminal, whose text is the URL for those without.

    https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda
    """
    shown = visible(url)
    return f"\x1b]8;;{shown}\x1b\\{shown}\x1b]8;;\x1b\\" if shown.isascii() else shown


def _rows(ended: Ended, links: bool) -> Iterator[list[Piece]]:
    for remark in ended.remarks:
        yield [(PLAIN, f"{label('note:')}{visible(remark)}")]
    for name, text in ended.outputs.items():
        yield [(PLAIN, f"{label('output')}{visible(name)} = {visible(text)}")]
    if ended.url:
        yield [(PLAIN, label("open:") + (link(ended.url) if links else visible(ended.url)))]
    if ended.next_command:
        yield [(PLAIN, f"{label('next:')}{visible(ended.next_command)}")]
