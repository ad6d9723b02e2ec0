"""What is shown of one source line, cut when it is long, and where marks stand below it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from pipelinegen.report.visible import columns, shown

_CUT = "..."


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The shown `text` of a line from code point `first` on.

    `edges` are the columns between its code points: where each begins and the last one ends.
    """

    text: str
    first: int
    edges: tuple[int, ...]

    def mark(self, start: int, end: int) -> tuple[int, int]:
        """Return indentation and length, in columns and at least 1, of a mark below code points."""
        last = len(self.edges) - 1
        begin, until = (self.edges[min(max(at - self.first, 0), last)] for at in (start, end))
        return begin, max(until - begin, 1)


def whole(line: str, width: int) -> Excerpt | None:
    """Return the entire line, or None where it takes more than `width` columns."""
    if len(line) > width:  # spares measuring 1 MiB; a line this long with little to see is cut
        return None
    excerpt = _excerpt(line, 0, len(line))
    return excerpt if excerpt.edges[-1] <= width else None


def around(line: str, at: int, width: int) -> Excerpt:
    """Return about `width` columns of a long line, a third of them before code point `at`."""
    at = min(at, len(line))
    before = line[max(at - width, 0) : at]
    after = line[at : at + width]
    taken = _fitting(before[::-1], width // 3)
    return _excerpt(line, at - taken, at + _fitting(after, width - width // 3))


def _fitting(text: str, width: int) -> int:
    ends = accumulate(columns(shown(character)) for character in text)
    return sum(end <= width for end in ends)


def _excerpt(line: str, first: int, last: int) -> Excerpt:
    pieces = [shown(character) for character in line[first:last]]
    head = _CUT if first else ""
    tail = _CUT if last < len(line) else ""
    edges = tuple(accumulate(map(columns, pieces), initial=len(head)))
    return Excerpt(f"{head}{''.join(pieces)}{tail}", first, edges)
