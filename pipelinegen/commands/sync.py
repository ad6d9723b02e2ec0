"""`pipelinegen sync`: the stacks of a spec follow the branches of its repository."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pipelinegen.commands._heads import heads
from pipelinegen.commands._online import Online, connection, online_options, timeout_option
from pipelinegen.commands._options import display_options
from pipelinegen.commands._person import Person
from pipelinegen.commands._sharing import Shared, asked
from pipelinegen.commands._subject import subject
from pipelinegen.defaults import (
    SYNC_DELETED_SHARE,
    SYNC_GRACE_HOURS,
    SYNC_JOBS,
    SYNC_MOST_DELETIONS,
)
from pipelinegen.display import Display
from pipelinegen.errors import ExitCode


@click.command()
@click.argument("spec", required=False)
@click.option("--prune", is_flag=True, help="Delete stacks whose branches are gone, too.")
@click.option("--dry-run", is_flag=True, help="Show what would be done; nothing is written.")
@click.option(
    "--max-delete",
    type=click.IntRange(min=0),
    metavar="NUMBER",
    help=f"How many stacks may go; else {SYNC_MOST_DELETIONS}, and no more than "
    f"{SYNC_DELETED_SHARE:.0%} of them.",
)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1, 20),
    default=SYNC_JOBS,
    show_default=True,
    metavar="NUMBER",
    help="How many stacks are worked on at once.",
)
@click.option(
    "--grace",
    type=click.FloatRange(0, 10_000),
    default=SYNC_GRACE_HOURS,
    show_default=True,
    metavar="HOURS",
    help="How long a branch must be gone before its stack goes.",
)
@click.option("--keep-going/--fail-fast", default=True, help="What follows a failure.")
@click.option("--allow-other-branch", is_flag=True, help="Use the spec of any branch.")
@timeout_option
@online_options("text", "json", role=True, asks=True)
@display_options
@click.pass_obj
def sync(display: Display, /, spec: str | None, *, online: Online, **flags: Any) -> int:
    """Let the stacks follow the branches.

    A table shows what will be created, updated, deleted, and what is held back; you are asked
    once. The spec of the repository's default branch decides.
    """
    from pipelinegen.life_cycle.sync import Sync, exit_code
    from pipelinegen.life_cycle.sync_plan import Verb
    from pipelinegen.life_cycle.sync_survey import Subject, quota_line
    from pipelinegen.progress_display import reporter
    from pipelinegen.sync_text import plan_text, results_text, sync_json

    found = subject(display, spec, "")
    if found is None:
        return ExitCode.FINDINGS
    shared = Shared(display)
    aws = connection(display, online, found.spec, minutes=flags["timeout"], warn=shared.warn)
    there = heads(
        found.spec,
        Path(found.document.name).parent,
        aws,
        any_branch=flags["allow_other_branch"],
    )
    wishes, options = asked(**flags)
    with reporter(
        display,
        output="text",
        document=found.document,
        locate=found.locate,
        clock=aws.clock,
        command="sync",
    ) as report:
        work = Sync(
            Subject(found.spec, found.template, online.role_arn),
            aws,
            shared.locked(report),
            display.say,
        )
        plan = work.plan(there, wishes)
        text = online.output == "text"
        if text:
            display.result(plan_text(plan))
        ended, code = {}, ExitCode.DONE
        if not flags["dry_run"]:
            person = Person(online.yes, online.no_input, display)
            ended = work.carry_out(plan, person, shared.slots(aws, flags["jobs"]), options)
            code = exit_code(plan, ended)
    whole = {"pipeline": found.spec.name, "dry_run": flags["dry_run"], "exit_code": code}
    display.result(results_text(plan, ended) if text else sync_json(plan, ended, **whole))
    done = [step.verb for step, one in ended.items() if one.exit_code == ExitCode.DONE]
    number = plan.stacks + done.count(Verb.CREATE) - done.count(Verb.DELETE)
    display.say(quota_line(aws, number))
    return code
