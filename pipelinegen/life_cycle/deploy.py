"""A stack is brought to what is wanted, from whatever state it is in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pipelinegen.deployment import PIPELINE_TAG, Deployment, recorded
from pipelinegen.diagnostics import Pointer, Severity
from pipelinegen.errors import NotConfirmed, StackFailed
from pipelinegen.life_cycle.change import change, execute_saved, unchanged
from pipelinegen.life_cycle.follow import follow
from pipelinegen.life_cycle.ownership import (
    deployed_template,
    refuse_downgrade,
    refuse_foreign,
    refuse_unmarked,
)
from pipelinegen.life_cycle.recover import cancel, recover
from pipelinegen.life_cycle.replacement import blocked, make_way
from pipelinegen.life_cycle.run import Options, Run
from pipelinegen.model import Spec
from pipelinegen.progress import Ended, Report, Started
from pipelinegen.records import StackRecord
from pipelinegen.services import Connection, Moved, Questions
from pipelinegen.stack_states import Step, step_for

_ATTEMPTS = 6
"""How often a stack may move under our hands before we stop: somebody else is at work."""


def deploy(
    wanted: Deployment,
    connection: Connection,
    questions: Questions,
    report: Report,
    options: Options,
    *,
    spec: Spec,
    locate: Callable[[str], Pointer | None],
) -> Ended:
    """Bring the stack of one branch to what is wanted and return how that ended.

    Raises StackFailed where the state of the stack needs a person, NotConfirmed, Interrupted,
    EnvironmentFault; what this run began and did not finish is taken back first.
    """
    run = Run(wanted, connection, questions, report, options, spec, locate)
    name = "bootstrap" if wanted.command else "deploy"
    report(Started(name, wanted.stack, wanted.branch, connection.identity))
    for attempt in range(_ATTEMPTS):
        stack = connection.stacks.find(wanted.stack)
        template = deployed_template(run, stack) if stack else {}
        _refuse(run, stack, template)
        try:
            ended = (
                cancel(run, stack) if options.cancel else _step(run, stack, template, str(attempt))
            )
        except Moved:
            run.say("the stack has moved on since it was looked at; looking again")
            continue
        if ended is not None:
            return ended
    raise StackFailed(
        f"stack '{wanted.stack}' keeps changing under this run; when the other one is done, "
        f"run again: {run.command('deploy')}"
    )


def _step(
    run: Run, stack: StackRecord | None, template: Mapping[str, Any], attempt: str
) -> Ended | None:
    """Do the one thing that the stack's state asks for; None when it is to be looked at again."""
    step = step_for(stack.status if stack else None)
    if run.options.recover and stack is not None and step in (Step.RECOVER, Step.CHOOSE):
        return recover(run, stack)
    saved = run.options.change_set is not None
    if saved and step in (Step.CREATE, Step.UPDATE, Step.REPLACE):
        return execute_saved(run, stack, template, attempt=attempt)
    if stack is None or step in (Step.CREATE, Step.UPDATE):
        if stack is not None and _is_current(run, stack, template):
            return unchanged(run, stack)
        return change(run, stack, template, attempt=attempt)
    if step in (Step.WAIT, Step.WAIT_GONE):
        run.say(f"stack '{stack.name}' is {stack.status}; waiting for that to end")
        follow(run.connection, stack, run.report, until=run.deadline())
    elif step is Step.REPLACE:
        make_way(run, stack)
    elif step is Step.CHOOSE:
        return _go_forward(run, stack, template, attempt)
    else:
        raise StackFailed(blocked(run, stack, step))
    return None


def _refuse(run: Run, stack: StackRecord | None, template: Mapping[str, Any]) -> None:
    """Stop before a stack that is not ours, or that a newer version of the tool made."""
    if stack is None or (stack.status == "DELETE_IN_PROGRESS" and PIPELINE_TAG not in stack.tags):
        return  # soon gone: an empty stack that was made for a change set has no tags
    wanted = run.wanted
    if wanted.command:
        refuse_unmarked(stack, template, tags=wanted.tags)
    else:
        refuse_foreign(stack, template, pipeline=wanted.pipeline, branch=wanted.namesake)
    if not run.options.allow_downgrade:
        refuse_downgrade(stack, template)
    if stack.role_arn and stack.role_arn != wanted.role_arn:
        run.say(
            f"CloudFormation works with the role that the stack has: {stack.role_arn}"
            if wanted.role_arn is None
            else f"the stack's role becomes {wanted.role_arn}; it was {stack.role_arn}",
            Severity.WARNING,
        )


def _is_current(run: Run, stack: StackRecord, template: Mapping[str, Any]) -> bool:
    """Tell whether the stack is already what is wanted, as far as can be seen without a write."""
    wanted = run.wanted
    return (
        stack.status.endswith("_COMPLETE")
        and not wanted.changing
        and recorded(template).get("fingerprint") == wanted.fingerprint
        and wanted.parameters.items() <= stack.parameters.items()
        and wanted.tags.items() <= stack.tags.items()
        and stack.parameters.keys() >= set(wanted.previous)
    )


def _go_forward(run: Run, stack: StackRecord, template: Mapping[str, Any], attempt: str) -> Ended:
    """Update a stack whose last update stopped half way, if a person says so."""
    try:
        run.questions.confirm(
            f"The last update of '{stack.name}' stopped half way. Go on with a new change set?"
        )
    except NotConfirmed as fault:
        raise StackFailed(
            f"stack '{stack.name}' is {stack.status}; go back with: "
            f"{run.command('deploy', '--recover')}, or forward with: {run.command('deploy', '-y')}"
        ) from fault
    if run.options.change_set is not None:
        return execute_saved(run, stack, template, attempt=attempt)
    return change(run, stack, template, attempt=attempt)
