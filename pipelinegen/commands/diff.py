"""`pipelinegen diff`: what a deployment would change, or what somebody changed by hand."""

from __future__ import annotations

import sys

import click

from pipelinegen.commands._online import (
    Online,
    connection,
    online_options,
    pairs,
    parameter_option,
)
from pipelinegen.commands._options import branch_option, display_options
from pipelinegen.commands._person import Person
from pipelinegen.commands._subject import subject
from pipelinegen.display import Display
from pipelinegen.errors import ExitCode, UsageError


@click.command()
@click.argument("spec", required=False)
@branch_option
@parameter_option
@click.option("--change-set", is_flag=True, help="Ask AWS, with a change set that goes again.")
@click.option("--drift", is_flag=True, help="Compare the pipeline with what was deployed.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 when there are differences.")
@online_options("text", "json", role=True)
@display_options
@click.pass_obj
def diff(
    display: Display,
    spec: str | None,
    *,
    branch: str | None,
    parameters: tuple[str, ...],
    change_set: bool,
    drift: bool,
    exit_code: bool,
    online: Online,
) -> int:
    """Show what a deployment of a branch would change.

    The deployed template is compared with the one of the spec, without a write to AWS; only
    --change-set also knows what follows from a change elsewhere. Without -b it is the branch that
    is checked out.
    """
    from pipelinegen.deployment import deployment
    from pipelinegen.life_cycle.comparison import Comparison, compare, compare_pipelines
    from pipelinegen.life_cycle.preview import preview
    from pipelinegen.life_cycle.run import Options, Run
    from pipelinegen.progress_display import reporter
    from pipelinegen.progress_display.change_set import changes_text
    from pipelinegen.progress_display.comparison import as_json

    if change_set and drift:
        raise UsageError("--change-set and --drift exclude each other")
    found = subject(display, spec, branch)
    if found is None:
        return ExitCode.FINDINGS
    wanted = deployment(
        found.spec, found.template, found.branch, values=pairs(parameters), role_arn=online.role_arn
    )
    aws = connection(display, online, found.spec)
    if change_set:
        person = Person(online.yes, online.no_input, display)
        with reporter(
            display, output="text", document=found.document, locate=found.locate, clock=aws.clock
        ) as report:
            run = Run(wanted, aws, person, report, Options(), spec=found.spec, locate=found.locate)
            result = Comparison(True, preview(run))
    else:
        result = (compare_pipelines if drift else compare)(wanted, aws)

    everything = (*result.changes, *result.others)
    if not result.exists:
        display.say(f"stack '{wanted.stack}' does not exist yet")
    elif not everything:
        display.say("no changes")
    if online.output == "json":
        document = as_json(
            result.changes,
            result.others,
            stack=wanted.stack,
            branch=wanted.branch,
            exists=result.exists,
        )
        display.result(document)
    elif everything:
        display.result(changes_text(everything, color=display.colors(sys.stdout)))
    return ExitCode.FINDINGS if exit_code and everything else ExitCode.DONE
