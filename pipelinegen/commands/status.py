"""`pipelinegen status`: how the pipeline of one branch is."""

from __future__ import annotations

import sys
from typing import Any

import click

from pipelinegen.commands._online import Online, connection, online_options
from pipelinegen.commands._options import branch_option, display_options
from pipelinegen.commands._subject import subject
from pipelinegen.display import Display
from pipelinegen.errors import ExitCode, UsageError


@click.command()
@click.argument("spec", required=False)
@branch_option
@click.option("--why", is_flag=True, help="Also why the last operation of the stack failed.")
@click.option("--executions", type=click.IntRange(0, 100), default=3, metavar="N", help="How many.")
@online_options("text", "json")
@display_options
@click.pass_obj
def status(
    display: Display, /, spec: str | None, *, branch: str | None, online: Online, **wishes: Any
) -> int:
    """Say how the pipeline of a branch is: its stack, its stages, its last executions.

    Without -b it is the branch that is checked out. A branch without a stack gives exit code 1.
    """
    from pipelinegen.condition_json import condition_json
    from pipelinegen.condition_text import condition_text
    from pipelinegen.life_cycle.condition import condition
    from pipelinegen.life_cycle.run import command
    from pipelinegen.selection import rule_of

    on = subject(display, spec, branch)
    if on is None:
        return ExitCode.FINDINGS
    aws = connection(display, online, on.spec)
    again = online.again(spec)
    known = condition(on.spec, on.template, on.branch, aws, say=display.say, **wishes)
    if online.output == "json":
        display.result(condition_json(known, on.branch, on.document))
    elif known is not None:
        color = display.colors(sys.stdout)
        display.result(condition_text(known, on.document, again=again, color=color))
    if known is None:
        try:
            rule_of(on.spec.branch_rules, on.branch)
            remedy = f"make it with: {command('deploy', on.branch, again=again)}"
        except UsageError as fault:
            remedy = str(fault)
        display.say(f"branch '{on.branch}' has no stack; {remedy}")
        return ExitCode.FINDINGS
    return ExitCode.DONE
