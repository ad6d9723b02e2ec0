"""How a failed stack operation is told: what failed, where the spec says so, what to do."""

from __future__ import annotations

from collections.abc import Iterator

from pipelinegen.diagnostics import Diagnostic, Pointer
from pipelinegen.document import Document
from pipelinegen.progress import Cause, Ended
from pipelinegen.progress_display.covering import without_tokens
from pipelinegen.progress_display.words import GAP, duration, label
from pipelinegen.report import place
from pipelinegen.report.pieces import BOLD_RED, CYAN, PLAIN, Piece, rendered
from pipelinegen.report.snippet import remark_rows, rows
from pipelinegen.report.visible import visible

_MARGIN = " "
"""As wide as the number of a line in a snippet; here there is none."""


def failure_text(ended: Ended, document: Document | None, *, color: bool) -> str:
    """Return the block of a failure with its last line break; the spec is shown where known."""
    return "".join(rendered(row, color) for row in _rows(ended, document))


def cause_text(
    cause: Cause, document: Document | None, *, remarks: tuple[str, ...] = (), color: bool
) -> str:
    """Return what made an operation fail, with its last line break: its cause, place and help."""
    return "".join(rendered(row, color) for row in _cause_rows(cause, document, remarks))


def headline(word: str, style: str, ended: Ended) -> list[Piece]:
    """Return the row `FAILED  stack   UPDATE_FAILED   2m41s`, without a time where none passed."""
    columns = [visible(ended.status)]
    columns += [duration(ended.elapsed)] if ended.elapsed else []
    return [
        (style, word),
        (PLAIN, label(word)[len(word) :]),
        (CYAN, visible(ended.stack)),
        (PLAIN, GAP + GAP.join(columns)),
    ]


def json_pointer(pointer: Pointer) -> str:
    """Return a place of the spec as a JSON pointer: https://www.rfc-editor.org/rfc/rfc6901."""
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in pointer)
    return "".join(f"/{step}" for step in steps)


def _rows(ended: Ended, document: Document | None) -> Iterator[list[Piece]]:
    yield headline("FAILED", BOLD_RED, ended)
    if ended.cause:
        yield from _cause_rows(ended.cause, document, ended.remarks)
    else:
        if ended.message:
            yield [(PLAIN, f"{label('cause:')}{visible(without_tokens(ended.message))}")]
        yield from remark_rows([("note", remark) for remark in ended.remarks], _MARGIN)
    if ended.next_command:
        yield [(PLAIN, f"{label('next:')}{visible(ended.next_command)}")]


def _cause_rows(
    cause: Cause, document: Document | None, remarks: tuple[str, ...]
) -> Iterator[list[Piece]]:
    event = cause.event
    where = cause.path or json_pointer(cause.pointer or ())
    what = f"resource {visible(event.logical_id)} ({visible(event.type)})"
    yield [(PLAIN, f"{label('cause:')}{what}{f', {visible(where)}' if where else ''}")]
    reason = without_tokens(event.reason) or event.status
    footer = [("note", remark) for remark in remarks]
    footer += [("help", cause.hint)] if cause.hint else []
    if document is None or cause.pointer is None:
        yield from remark_rows([("AWS", reason), *footer], _MARGIN)
    else:
        marked = Diagnostic("stack-failed", reason, cause.pointer, label=f"AWS: {reason}")
        (finding,) = place(document, [marked])
        yield from rows(finding, document.text, footer)
