"""`pipelinegen deploy`: the stack of one branch, as the spec wants it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from pipelinegen.commands._online import (
    Online,
    connection,
    online_options,
    pairs,
    parameter_option,
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
@parameter_option
@click.option("--no-execute", is_flag=True, help="Keep the change set for later.")
@click.option("--change-set", metavar="NAME", help="Execute exactly this change set.")
@click.option("--detach", is_flag=True, help="Do not follow what was begun.")
@click.option("--no-rollback", is_flag=True, help="Keep what a failure leaves.")
@click.option("--recover", is_flag=True, help="Roll a failed update back first.")
@click.option("--cancel", is_flag=True, help="Take the update back that is under way.")
@timeout_option
@click.option("--allow-downgrade", is_flag=True, help="Accept a stack of a newer pipelinegen.")
@online_options("text", "json", "jsonl", role=True, asks=True)
@display_options
@click.pass_obj
def deploy(
    display: Display,
    /,
    spec: str | None,
    *,
    branch: str | None,
    parameters: tuple[str, ...],
    online: Online,
    timeout: float,
    **flags: Any,
) -> int:
    """Create or update the stack of a branch.

    A change set shows what will change; nothing happens before you agree. Without -b it is the
    branch that is checked out.
    """
    from pipelinegen.deployment import deployment
    from pipelinegen.life_cycle import deploy as life_cycle
    from pipelinegen.life_cycle.run import Options
    from pipelinegen.progress_display import beginning, reporter

    with beginning(display, output=online.output, command="deploy") as unfit:
        _refuse_contradiction(flags)
        found = subject(display, spec, branch)
        if found is None:
            return unfit()
        wanted = deployment(
            found.spec,
            found.template,
            found.branch,
            values=pairs(parameters),
            role_arn=online.role_arn,
        )
        aws = connection(display, online, found.spec, minutes=timeout)
    options = Options(
        execute=not flags.pop("no_execute"),
        rollback=not flags.pop("no_rollback"),
        minutes=timeout,
        again=online.again(spec),
        **flags,
    )
    with reporter(
        display,
        output=online.output,
        document=found.document,
        locate=found.locate,
        clock=aws.clock,
    ) as report:
        person = Person(online.yes, online.no_input, display)
        ended = life_cycle.deploy(
            wanted, aws, person, report, options, spec=found.spec, locate=found.locate
        )
        report(ended)
    return ended.exit_code


def _refuse_contradiction(flags: Mapping[str, Any]) -> None:
    apart = ("no_execute", "change_set", "recover", "cancel")
    chosen = [f"--{name.replace('_', '-')}" for name in apart if flags[name]]
    if len(chosen) > 1:
        raise UsageError(f"{chosen[0]} and {chosen[1]} exclude each other")
    if flags["change_set"] == "":
        raise UsageError("--change-set '': name the change set")
    if flags["cancel"] and flags["detach"]:
        raise UsageError("--cancel follows the update to its end; leave out --detach")
