"""A finding: a diagnostic whose places are stretches of a file, which every format prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipelinegen.diagnostics import Diagnostic, Severity, Span
from pipelinegen.report.visible import visible

if TYPE_CHECKING:
    from pipelinegen.document import Document


@dataclass(frozen=True, slots=True)
class Finding:
    """One placed diagnostic; `notes` holds its second places and what to say of each."""

    path: str
    span: Span
    diagnostic: Diagnostic
    notes: tuple[tuple[Span, str], ...] = ()

    @property
    def position(self) -> str:
        """FILE:LINE:COLUMN, as editors and terminals make a link of it."""
        return f"{visible(self.path)}:{self.span.line}:{self.span.column}"

    @property
    def title(self) -> str:
        """LEVEL[RULE]."""
        return f"{self.diagnostic.severity.value}[{visible(self.diagnostic.rule)}]"

    @property
    def scope(self) -> str:
        """The branch rules it holds for, in brackets after a space; empty when it holds for all."""
        names = [visible(name) for name in self.diagnostic.branch_rules]
        if not names:
            return ""
        return f" (branch rule{'s' if len(names) > 1 else ''} {', '.join(names)})"


def place(document: Document, diagnostics: Iterable[Diagnostic]) -> tuple[Finding, ...]:
    """Resolve the places of diagnostics and sort them by line, column, rule and message.

    Of findings that would print the same, such as one fault reached through two aliases, one stays.
    """
    unique: dict[Finding, Finding] = {}
    for diagnostic in diagnostics:
        span = document.spans.of(diagnostic.at, on_key=diagnostic.on_key)
        notes = tuple(
            (document.spans.of(note.at, on_key=note.on_key), note.message)
            for note in diagnostic.notes
        )
        printed = replace(diagnostic, at=span, notes=(), on_key=False)
        unique.setdefault(
            Finding(document.name, span, printed, notes),
            Finding(document.name, span, diagnostic, notes),
        )
    return tuple(sorted(unique.values(), key=_order))


def summary(findings: Sequence[Finding]) -> str:
    """Return one line without a line break: `2 errors, 1 warning in pipelinegen.yaml`."""
    if not findings:
        return "no findings"
    counts = Counter(finding.diagnostic.severity for finding in findings)
    words = [
        f"{counts[severity]} {severity.value}{'s' if counts[severity] > 1 else ''}"
        for severity in Severity
        if counts[severity]
    ]
    paths = {finding.path for finding in findings}
    where = visible(findings[0].path) if len(paths) == 1 else f"{len(paths)} files"
    return f"{', '.join(words)} in {where}"


def _order(finding: Finding) -> tuple[int, int, str, str]:
    diagnostic = finding.diagnostic
    return finding.span.line, finding.span.column, diagnostic.rule, diagnostic.message
