"""Findings for programs: one versioned JSON document."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelinegen.diagnostics import Severity, Span
from pipelinegen.report.finding import Finding

if TYPE_CHECKING:
    from pipelinegen.provider import JSON

SCHEMA = "pipelinegen/v1/lint"
"""Fields are only ever added to what carries this name."""


def as_json(findings: Sequence[Finding]) -> str:
    """Return the findings and how many of each severity as JSON text, all of it ASCII."""
    counts = Counter(finding.diagnostic.severity for finding in findings)
    body = {
        "schema": SCHEMA,
        "findings": [_finding(finding) for finding in findings],
        "summary": {f"{severity.value}s": counts[severity] for severity in Severity},
    }
    return json.dumps(body, indent=2) + "\n"


def _finding(finding: Finding) -> dict[str, JSON]:
    diagnostic = finding.diagnostic
    return {
        "rule": diagnostic.rule,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "label": diagnostic.label,
        "hint": diagnostic.hint,
        "file": finding.path,
        **_span(finding.span),
        "branch_rules": list(diagnostic.branch_rules),
        "notes": [{"message": message, **_span(span)} for span, message in finding.notes],
    }


def _span(span: Span) -> dict[str, JSON]:
    return {
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }
