"""Limits that only a finished template can be held against.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelinegen.diagnostics import Diagnostic, Severity
from pipelinegen.dump import to_json
from pipelinegen.text import Expression

BYTES = 1_000_000
RESOURCES = 500
PARAMETERS = 200
OUTPUTS = 200
NEAR = 0.8


def exceeded(body: dict[str, Expression]) -> Iterator[Diagnostic]:
    """Yield what of a template passes a limit of CloudFormation, or comes near to it."""
    measured = {
        "bytes": (len(to_json(body).encode()), BYTES),
        "resources": (len(body["Resources"]), RESOURCES),
        "parameters": (len(body["Parameters"]), PARAMETERS),
        "outputs": (len(body["Outputs"]), OUTPUTS),
    }
    for what, (count, most) in measured.items():
        message = f"the template has {count} {what}; AWS allows {most}"
        if count > most:
            yield Diagnostic("quota-exceeded", message, (), hint="split the pipeline")
        elif count > most * NEAR:
            yield Diagnostic("quota-near", message, (), severity=Severity.WARNING)
