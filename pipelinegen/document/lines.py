"""Offsets in a text to lines and columns."""

from __future__ import annotations

import re
from bisect import bisect_right

from pipelinegen.diagnostics import Span

_BREAK = re.compile(r"\r\n|\r|\n")


class Lines:
    """Where the lines of a text begin; LF, CRLF and CR end a line."""

    __slots__ = ("_starts",)

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in _BREAK.finditer(text))]

    def number(self, offset: int) -> int:
        """Return the number of the line that holds `offset`, from 1."""
        return bisect_right(self._starts, offset)

    def start(self, offset: int) -> int:
        """Return the offset at which the line that holds `offset` begins."""
        return self._starts[self.number(offset) - 1]

    def span(self, start: int, end: int) -> Span:
        """Return the stretch from offset `start` up to, not including, offset `end`."""
        line, end_line = self.number(start), self.number(end)
        return Span(
            line,
            start - self._starts[line - 1] + 1,
            end_line,
            end - self._starts[end_line - 1] + 1,
        )
