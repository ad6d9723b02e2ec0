"""`pipelinegen explain`: what one branch gets, and why."""

from __future__ import annotations

import click

from pipelinegen.commands._findings import show_findings
from pipelinegen.commands._options import branch_option, display_options
from pipelinegen.display import Display
from pipelinegen.errors import ExitCode, UsageError


@click.command()
@click.argument("spec", required=False)
@branch_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--iam", is_flag=True, help="Also each permission with the action that needs it.")
@display_options
@click.pass_obj
def explain(display: Display, spec: str | None, *, branch: str | None, form: str, iam: bool) -> int:
    """Say what one branch gets, and why.

    Without -b it is the branch that is checked out.
    """
    import json
    from pathlib import Path

    from pipelinegen import explain as explanation
    from pipelinegen import report
    from pipelinegen.compiler import check
    from pipelinegen.git import current_branch
    from pipelinegen.selection import rule_of
    from pipelinegen.specfile import read_spec

    file = read_spec(spec)
    display.detail(f"reads '{file.name}'")
    compilation = check(file.name, file.content)
    if compilation.spec is None or compilation.failed:
        show_findings(display, compilation)
        return ExitCode.FINDINGS
    branch = branch if branch is not None else current_branch(Path(file.path).parent)
    if branch is None:
        raise UsageError(f"no branch is checked out where '{file.name}' lies; name one with -b")

    pipeline = compilation.pipelines[rule_of(compilation.spec.branch_rules, branch).id]
    findings = report.place(compilation.document, compilation.diagnostics)
    known = explanation.facts(pipeline, branch, findings=findings)
    if iam:
        from pipelinegen.roles import statements

        known["permissions"] = explanation.permissions(pipeline, statements(pipeline))
    as_text = explanation.text(known) if form == "text" else f"{json.dumps(known, indent=2)}\n"
    display.result(as_text)
    return ExitCode.DONE
