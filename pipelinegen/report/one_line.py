"""Findings for editors and grep: one line each, place first."""

from __future__ import annotations

from collections.abc import Iterable

from pipelinegen.report.finding import Finding
from pipelinegen.report.visible import visible


def concise(findings: Iterable[Finding]) -> str:
    """Return lines `FILE:LINE:COLUMN: LEVEL[RULE]: MESSAGE; HINT (branch rules a, b)`."""
    return "".join(f"{_line(finding)}\n" for finding in findings)


def _line(finding: Finding) -> str:
    diagnostic = finding.diagnostic
    message = visible(diagnostic.message)
    if diagnostic.hint:
        message += f"; {visible(diagnostic.hint)}"
    return f"{finding.position}: {finding.title}: {message}{finding.scope}"
