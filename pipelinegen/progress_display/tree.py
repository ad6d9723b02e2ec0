"""One stack operation as a tree: a header and a row for each resource, fitted into a window."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipelinegen.progress import Following, Happened, Waiting
from pipelinegen.progress_display.covering import without_tokens
from pipelinegen.progress_display.words import GAP, duration
from pipelinegen.records import Identity
from pipelinegen.report.pieces import CYAN, DIM, GREEN, PLAIN, RED, YELLOW, Piece
from pipelinegen.report.visible import columns, visible

Line = Sequence[Piece]


class Signs(NamedTuple):
    """What stands before a row, and what stands for what is left out."""

    failed: str
    active: str
    waiting: str
    done: str
    branch: str
    last: str
    more: str


_ENDINGS = ("_COMPLETE", "_SKIPPED")
"""DELETE_SKIPPED is what is retained, or was gone already.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackEvent.html
"""
SIGNS = Signs("✗", "…", "·", "✓", "├", "└", "…")
ASCII = Signs("x", ">", ".", "*", "|", "`", "...")
"""For terminals whose encoding is not UTF-8."""

_STYLES = (RED, CYAN, DIM, GREEN)
_FAILED, _ACTIVE, _WAITING, _DONE = range(4)
"""What a row tells, the most urgent first: small windows show the first ones."""


@dataclass(frozen=True, slots=True)
class _Row:
    urgency: int
    name: str
    status: str
    elapsed: str = ""
    remark: str = ""


class Tree:
    """The state of one operation, kept up by its events."""

    def __init__(self, following: Following, identity: Identity | None, now: float) -> None:
        """`now` is the time of a clock that only goes forward, in seconds."""
        self.stack = following.stack
        self._identity = identity
        self._status = following.status
        self._waits_for: Mapping[str, tuple[str, ...]] = following.waits_for
        self._begun = now
        self._latest: dict[str, tuple[Happened, float]] = {}

    def take(self, progress: Happened | Waiting, now: float) -> None:
        """Take in what was reported at `now`; what is about the stack itself is the header's."""
        if isinstance(progress, Waiting):
            self._status = progress.status
            self._begun = now - progress.elapsed
        elif progress.event.of_stack:
            self._status = progress.event.status
        else:
            self._latest[progress.event.logical_id] = progress, now

    def lines(
        self,
        now: float,
        *,
        width: int,
        height: int | None = None,
        signs: Signs = SIGNS,
        ended: bool = False,
    ) -> list[Line]:
        """Return the tree, cut at `width` columns, in at most `height` lines, which is 1 or more.

        Once `ended`, nothing ticks and nothing waits any more.
        """
        rows = list(self._rows(now, ended))
        shown = rows if height is None else _fitting(rows, height - 1)
        body = list(_body(shown, len(rows), signs)) if height is None or height > 1 else []
        return [_cut(line, width, signs.more) for line in [self._header(now, rows), *body]]

    def _header(self, now: float, rows: Sequence[_Row]) -> Line:
        done = str(sum(row.urgency == _DONE for row in rows))
        words = [duration(now - self._begun)]
        words += [f"{done}/{len(rows)}" if self._waits_for else f"{done} done"]
        if self._identity:
            words += [self._identity.region, self._identity.account]
        return [
            (CYAN, visible(self.stack)),
            (PLAIN, GAP),
            (_style(self._status), visible(self._status)),
            (PLAIN, GAP + GAP.join(map(visible, words))),
        ]

    def _rows(self, now: float, ended: bool) -> Iterator[_Row]:
        """Yield what has begun in its order, then what has not."""
        settled = set()
        for name, (happened, seen) in self._latest.items():
            event = happened.event
            urgency = _urgency(event.status)
            elapsed = happened.elapsed
            if urgency == _ACTIVE and not ended:
                elapsed += max(now - seen, 0)
            if urgency == _DONE:
                settled.add(name)
            reason = visible(without_tokens(event.reason)) if event.failed else ""
            yield _Row(urgency, visible(name), visible(event.status), duration(elapsed), reason)
        for name, before in self._waits_for.items():
            if name not in self._latest:
                missing = ", ".join(visible(one) for one in before if one not in settled)
                word = f"waits for {missing}" if missing else "waits"
                yield _Row(_WAITING, visible(name), "", remark="not begun" if ended else word)


def _urgency(status: str) -> int:
    if status.endswith("_FAILED"):
        return _FAILED
    return _DONE if status.endswith(_ENDINGS) else _ACTIVE


def _style(status: str) -> str:
    if status.endswith("_FAILED"):
        return RED
    if "ROLLBACK" in status:
        return YELLOW
    return GREEN if status.endswith(_ENDINGS) else CYAN


def _fitting(rows: Sequence[_Row], most: int) -> Sequence[_Row]:
    """Return all rows or, where they are too many, the most urgent and room for a last line."""
    if len(rows) <= most:
        return rows
    return sorted(rows, key=lambda row: row.urgency)[: max(most - 1, 0)]


def _body(rows: Sequence[_Row], total: int, signs: Signs) -> Iterator[Line]:
    names, statuses, times = (
        max((columns(text) for text in texts), default=0)
        for texts in (
            [row.name for row in rows],
            [row.status for row in rows],
            [row.elapsed for row in rows],
        )
    )
    left = total - len(rows)
    for row in rows:
        is_last = row is rows[-1] and not left
        style = _STYLES[row.urgency]
        line = [
            (DIM, f" {signs.last if is_last else signs.branch} "),
            (style, signs[row.urgency]),
            (PLAIN, f" {_padded(row.name, names)}{GAP}"),
        ]
        if row.status:
            line += [
                (style, _padded(row.status, statuses)),
                (PLAIN, f"{GAP}{row.elapsed:>{times}}"),
            ]
        if row.remark:
            line += [(PLAIN, GAP if row.status else ""), (DIM, row.remark)]
        yield line
    if left:
        yield [(DIM, f" {signs.last} {signs.more} {left} more")]


def _padded(text: str, width: int) -> str:
    return text + " " * (width - columns(text))


def _cut(line: Line, width: int, more: str) -> Line:
    """Return a line that takes at most `width` columns, `more` where something is missing."""
    if sum(columns(text) for _, text in line) <= width:
        return line
    left = max(width - columns(more), 0)
    cut: list[Piece] = []
    for style, text in line:
        part = _head(text, left)
        cut.append((style, part))
        left = left - columns(part) if part == text else 0
    return [*cut, (DIM, more[:width])]


def _head(text: str, width: int) -> str:
    while columns(text) > width:
        text = text[:-1]
    return text
