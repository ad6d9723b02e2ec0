"""How findings of the compiler are shown: by `lint` as its result, by other commands as talk."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelinegen.compiler import Compilation
    from pipelinegen.display import Display
    from pipelinegen.report import Finding

FORMATS = ("text", "concise", "json")


def print_findings(
    display: Display, findings: Sequence[Finding], *, form: str, sources: Mapping[str, str]
) -> None:
    """Write findings to stdout in one of the formats; `sources` maps paths to texts."""
    from pipelinegen import report

    if form == "json":
        display.result(report.as_json(findings))
    elif form == "concise":
        display.result(report.concise(findings))
    else:
        display.result(report.text(findings, sources, color=display.colors(sys.stdout)))


def show_findings(display: Display, compilation: Compilation) -> None:
    """Write findings to stderr; with `--quiet` only where one of them is an error."""
    from pipelinegen import report

    findings = report.place(compilation.document, compilation.diagnostics)
    if findings and (compilation.failed or not display.quiet):
        sources = {compilation.document.name: compilation.document.text}
        text = report.text(findings, sources, color=display.colors(sys.stderr))
        display.insist(text.rstrip("\n"))
