"""`pipelinegen destroy`: the stack of one branch goes, with what belongs to it."""

from __future__ import annotations

import sys

import click

from pipelinegen.commands._online import (
    Online,
    connection,
    online_options,
    timeout_option,
)
from pipelinegen.commands._options import branch_option, display_options
from pipelinegen.commands._person import Person
from pipelinegen.commands._subject import subject
from pipelinegen.display import Display
from pipelinegen.errors import UsageError


@click.command()
@click.argument("spec", required=False)
@branch_option
@click.option("--empty-buckets", is_flag=True, help="Delete what the stack's buckets hold.")
@click.option("--retain-buckets", is_flag=True, help="Leave the artifact bucket and its key.")
@click.option("--keep-logs", is_flag=True, help="Leave the log groups that AWS made.")
@timeout_option
@online_options("text", "json", "jsonl", role=True, asks=True)
@display_options
@click.pass_obj
def destroy(
    display: Display,
    spec: str | None,
    *,
    branch: str | None,
    online: Online,
    empty_buckets: bool,
    retain_buckets: bool,
    keep_logs: bool,
    timeout: float,
) -> int:
    """Delete the stack of a branch and what belongs to it.

    A list shows what goes; nothing is deleted before you type the stack's name. Without -b it is
    the branch that is checked out.
    """
    from pipelinegen.branches import rule_for
    from pipelinegen.life_cycle import destroy as life_cycle
    from pipelinegen.life_cycle.removal import Options, Target
    from pipelinegen.progress_display import beginning, reporter

    with beginning(display, output=online.output, command="destroy") as unfit:
        if empty_buckets and retain_buckets:
            raise UsageError("--empty-buckets and --retain-buckets exclude each other")
        found = subject(display, spec, branch)
        if found is None:
            return unfit()
        rule = rule_for(found.spec.branch_rules, found.branch)
        target = Target(found.spec.name, found.branch, rule, online.role_arn)
        aws = connection(display, online, found.spec, minutes=timeout)
    attended = not online.no_input and sys.stdin.isatty() and sys.stderr.isatty()
    options = Options(
        online.yes,
        attended,
        empty_buckets,
        retain_buckets,
        keep_logs,
        minutes=timeout,
        again=online.again(spec),
    )
    with reporter(
        display,
        output=online.output,
        document=found.document,
        locate=found.locate,
        clock=aws.clock,
        command="destroy",
    ) as report:
        person = Person(online.yes, online.no_input, display)
        ended = life_cycle.destroy(target, aws, person, report, options, locate=found.locate)
        report(ended)
    return ended.exit_code
