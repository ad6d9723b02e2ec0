"""Findings for a reader: the message, the lines it is about with marks below, the way out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from pipelinegen.diagnostics import Severity, Span
from pipelinegen.report.excerpt import Excerpt, around, whole
from pipelinegen.report.finding import Finding
from pipelinegen.report.pieces import CYAN, DIM, PLAIN, Piece, rendered
from pipelinegen.report.visible import visible

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
"""The breaks by which documents count lines: https://yaml.org/spec/1.2.2/#54-line-break-characters"""

_ABOUT_SECRETS = frozenset({"secret-as-text", "secret-like-text"})
"""Rules whose place is text that should not be seen."""

_SEVERITY_STYLES = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.NOTE: "1;36"}
_WIDTH, _LEAST_WIDTH = 120, 20


@dataclass(frozen=True, slots=True)
class _Mark:
    span: Span
    label: str
    sign: str
    style: str


def text(
    findings: Sequence[Finding],
    sources: Mapping[str, str],
    *,
    color: bool = False,
    width: int = _WIDTH,
) -> str:
    """Return findings with snippets, an empty line between two; empty when there are none.

    `sources` maps paths to texts; of a path that it lacks no lines are shown. `width` is the number
    of columns beyond which a source line is cut around what is marked in it.
    """
    paths = {finding.path for finding in findings} & sources.keys()
    lines = {path: _LINE_BREAK.split(sources[path]) for path in paths}
    for finding in findings:
        if finding.diagnostic.rule in _ABOUT_SECRETS and finding.path in lines:
            _hide(finding.span, lines[finding.path])
    blocks = (_block(finding, lines.get(finding.path), width) for finding in findings)
    return "\n".join("".join(rendered(row, color) for row in block) for block in blocks)


def _hide(span: Span, lines: list[str]) -> None:
    """Cover a secret with as many stars: logs of CI are read by more people than the spec."""
    for number in range(span.line, min(span.end_line, len(lines)) + 1):
        line = lines[number - 1]
        start = span.column - 1 if number == span.line else 0
        end = span.end_column - 1 if number == span.end_line else len(line)
        lines[number - 1] = line[:start] + "*" * len(line[start:end]) + line[end:]


def rows(finding: Finding, source: str, footer: Sequence[tuple[str, str]]) -> Iterator[list[Piece]]:
    """Yield the rows below the title of a finding: its place, its lines, and a footer.

    `footer` holds words and what is to be said: ("help", "...").
    """
    yield from _below(finding, _LINE_BREAK.split(source), footer, _WIDTH)


def remark_rows(footer: Iterable[tuple[str, str]], margin: str) -> Iterator[list[Piece]]:
    """Yield a row for each word and what is to be said, below a margin of spaces."""
    for word, remark in footer:
        yield [(DIM, f"{margin} = "), (CYAN, word), (PLAIN, f": {visible(remark)}")]


def _block(finding: Finding, lines: Sequence[str] | None, width: int) -> Iterator[list[Piece]]:
    diagnostic = finding.diagnostic
    style = _SEVERITY_STYLES[diagnostic.severity]
    yield [(style, finding.title), (PLAIN, f": {visible(diagnostic.message)}{finding.scope}")]
    yield from _below(finding, lines, list(_footer(finding, with_notes=lines is None)), width)


def _below(
    finding: Finding,
    lines: Sequence[str] | None,
    footer: Sequence[tuple[str, str]],
    width: int,
) -> Iterator[list[Piece]]:
    marks = _marks(finding) if lines is not None else []
    margin = " " * len(str(max([finding.span.line, *(mark.span.line for mark in marks)])))
    bar = [(DIM, f"{margin} |")]
    yield [(DIM, f"{margin}--> {finding.position}")]
    if lines is not None:
        yield bar
        yield from _source_rows(marks, lines, width=width, margin=margin)
    if footer and lines is not None:
        yield bar
    yield from remark_rows(footer, margin)


def _marks(finding: Finding) -> list[_Mark]:
    """Return what is marked, by line, in a line the primary place first."""
    diagnostic = finding.diagnostic
    style = _SEVERITY_STYLES[diagnostic.severity]
    primary = _Mark(finding.span, diagnostic.label or "", "^", style)
    notes = sorted(finding.notes, key=lambda note: (note[0].line, note[0].column))
    marks = [primary, *(_Mark(span, message, "-", CYAN) for span, message in notes)]
    return sorted(marks, key=lambda mark: mark.span.line)


def _source_rows(
    marks: Sequence[_Mark], lines: Sequence[str], *, width: int, margin: str
) -> Iterator[list[Piece]]:
    room = max(width - len(margin) - len(" | "), _LEAST_WIDTH)
    previous = marks[0].span.line
    for number, grouped in groupby(marks, key=lambda mark: mark.span.line):
        if number > previous + 1:
            yield [(DIM, "...")]
        previous = number
        line = lines[number - 1].rstrip() if 0 < number <= len(lines) else ""
        gutter = (DIM, f"{number:>{len(margin)}} | ")
        for excerpt, below in _excerpts(line, list(grouped), room):
            yield [gutter, (PLAIN, excerpt.text)]
            for mark in below:
                yield [(DIM, f"{margin} | "), *_underline(mark, line, excerpt)]


def _excerpts(line: str, marks: list[_Mark], room: int) -> Iterator[tuple[Excerpt, list[_Mark]]]:
    """Show a line once for all its marks or, where it is too long, once around each."""
    entire = whole(line, room)
    if entire:
        yield entire, marks
        return
    for mark in marks:
        yield around(line, max(mark.span.column - 1, 0), room), [mark]


def _underline(mark: _Mark, line: str, excerpt: Excerpt) -> Iterator[Piece]:
    """A mark goes on to the end of its first line, never further."""
    span = mark.span
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    indentation, length = excerpt.mark(span.column - 1, end)
    yield PLAIN, " " * indentation
    yield mark.style, f"{mark.sign * length} {visible(mark.label)}".rstrip()


def _footer(finding: Finding, *, with_notes: bool) -> Iterator[tuple[str, str]]:
    for span, message in finding.notes if with_notes else ():
        yield "note", f"{finding.path}:{span.line}:{span.column}: {message}"
    if finding.diagnostic.hint:
        yield "help", finding.diagnostic.hint
