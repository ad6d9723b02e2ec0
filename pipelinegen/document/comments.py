"""Comments that mean something: those that silence a finding, and those that ate a variable."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pipelinegen.document.lines import Lines
from pipelinegen.document.values import Ignore

_COMMENT = re.compile(r"(?<![^ \t\r\n])#[^\r\n]*")
_IGNORE = re.compile(
    r"(?<![^ \t])#[ \t]*pipelinegen:[ \t]*ignore\b(?:[ \t]*\[(?P<rules>[^\]]*)\])?(?P<reason>.*)"
)


class Comment(NamedTuple):
    """A comment with its offset; `alone` tells that nothing but blanks stands before it."""

    start: int
    text: str
    alone: bool

    @property
    def end(self) -> int:
        """The offset behind the comment."""
        return self.start + len(self.text)

    @property
    def eats_text(self) -> bool:
        """Whether `#{…}` was meant to go on with the text before it."""
        return self.text.startswith("#{") and not self.alone


def comments(
    text: str, lines: Lines, *, scalars: Sequence[tuple[int, int]], until: int
) -> Iterator[Comment]:
    """Yield the comments before offset `until`.

    `scalars` are the quoted and block scalars, in order: a # inside them is text. Plain scalars
    and the other tokens of YAML hold no # behind a blank.
    """
    begins = [begin for begin, _ in scalars]
    position = 0
    while (match := _COMMENT.search(text, position, until)) is not None:
        start = match.start()
        before = bisect_right(begins, start) - 1
        position = match.end()
        if before >= 0 and start < scalars[before][1]:
            position = scalars[before][1]
        else:
            alone = not text[lines.start(start) : start].strip(" \t")
            yield Comment(start, match[0], alone)


def ignores(text: str, lines: Lines, found: Iterable[Comment]) -> tuple[Ignore, ...]:
    """Return what the comments among `found` that speak to us silence."""
    silencing = [
        (comment, match) for comment in found if (match := _IGNORE.search(comment.text)) is not None
    ]
    if not silencing:
        return ()
    following = _following(text)
    return tuple(_ignore(comment, match, lines, following) for comment, match in silencing)


def _ignore(
    comment: Comment, match: re.Match[str], lines: Lines, following: Sequence[int]
) -> Ignore:
    line = lines.number(comment.start)
    return Ignore(
        rules=tuple(re.findall(r"[^\s,]+", match["rules"] or "")),
        reason=match["reason"].strip(),
        line=line,
        applies_to=following[line - 1] if comment.alone else line,
        span=lines.span(comment.start + match.start(), comment.end),
    )


def _following(text: str) -> list[int]:
    """Return for each line the next line with something to read in it, or itself."""
    written = text.splitlines()
    following: list[int] = []
    next_line = 0
    for number in range(len(written), 0, -1):
        following.append(next_line or number)
        stripped = written[number - 1].strip()
        if stripped and not stripped.startswith("#"):
            next_line = number
    following.reverse()
    return following
