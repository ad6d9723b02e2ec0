"""`pipelinegen lint`: what is wrong with a spec, and where."""

from __future__ import annotations

import click

from pipelinegen.commands._findings import FORMATS, print_findings
from pipelinegen.commands._options import display_options
from pipelinegen.display import Display
from pipelinegen.errors import ExitCode, UsageError

_SEVERITIES = ("error", "warning", "note")


@click.command()
@click.argument("files", nargs=-1, metavar="[FILES|-]")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--fail-on",
    type=click.Choice(_SEVERITIES),
    default="error",
    show_default=True,
    help="The least severity that makes the exit code 1.",
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found.")
@click.option("--no-ignores", is_flag=True, help="Show also what comments silence.")
@display_options
@click.pass_obj
def lint(
    display: Display,
    files: tuple[str, ...],
    *,
    form: str,
    fail_on: str,
    exit_zero: bool,
    no_ignores: bool,
) -> int:
    """Say what is wrong with a spec, and where."""
    from pipelinegen import report
    from pipelinegen.compiler import check
    from pipelinegen.specfile import read_spec

    findings: list[report.Finding] = []
    sources: dict[str, str] = {}
    unreadable = False
    for path in dict.fromkeys(files or (None,)):
        try:
            spec = read_spec(path)
            display.detail(f"reads '{spec.name}'")
        except UsageError as fault:
            display.error(fault)
            unreadable = True
            continue
        checked = check(spec.name, spec.content, silence=not no_ignores)
        findings += report.place(checked.document, checked.diagnostics)
        sources[spec.name] = checked.document.text

    print_findings(display, findings, form=form, sources=sources)
    if sources:
        display.say(report.summary(findings))
    if unreadable:
        return ExitCode.USAGE
    heavy = _SEVERITIES[: _SEVERITIES.index(fail_on) + 1]
    fails = any(found.diagnostic.severity.value in heavy for found in findings)
    return ExitCode.FINDINGS if fails and not exit_zero else ExitCode.DONE
