"""One change of a stack: the change set that was shown is the one that is executed, or none is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelinegen import __version__
from pipelinegen.deployment import fingerprint, recorded
from pipelinegen.errors import (
    Denied,
    ExitCode,
    Interrupted,
    PipelinegenError,
    Rejected,
    StackFailed,
)
from pipelinegen.life_cycle import change_sets
from pipelinegen.life_cycle.execution import execute
from pipelinegen.life_cycle.protection import protect
from pipelinegen.life_cycle.run import Run
from pipelinegen.life_cycle.verdict import failed, succeeded
from pipelinegen.progress import Asked, Ended, Proposed
from pipelinegen.records import ChangeSet, StackRecord
from pipelinegen.services import Moved


def change(
    run: Run, stack: StackRecord | None, template: Mapping[str, Any], *, attempt: str
) -> Ended:
    """Make a change set, show it, ask, and execute it; `template` is the one that the stack has.

    Whatever ends this before the execution takes the change set back, and a stack made for it.
    """
    kept = not run.options.execute
    try:
        change_set = change_sets.make(
            run,
            stack,
            description=change_sets.KEPT if kept else change_sets.DEPLOYS,
            attempt=attempt,
        )
        if change_set.status == "FAILED":
            return _failed(run, stack, change_set)
        now = _show(run, change_set, template, kept=kept)
        if kept:
            return _kept(run, change_set)
        _ask(run)
    except (Moved, PipelinegenError):
        change_sets.withdraw(run, made_stack=stack is None)
        raise
    except KeyboardInterrupt:
        change_sets.withdraw(run, made_stack=stack is None)
        raise Interrupted("interrupted; nothing was changed") from None
    try:
        return execute(run, now, change_set, attempt=attempt)
    except (Moved, Denied, Rejected):  # AWS did not take it
        change_sets.withdraw(run, made_stack=stack is None)
        raise
    except KeyboardInterrupt:  # what comes after the call for the execution is Interrupted
        change_sets.withdraw(run, made_stack=stack is None)
        raise Interrupted("interrupted; the change set was not executed") from None


def execute_saved(
    run: Run, stack: StackRecord | None, template: Mapping[str, Any], *, attempt: str
) -> Ended:
    """Execute the change set that `--change-set` names, if it still is what the spec says.

    Raises StackFailed when it is not ours, the stack has moved since, or the spec has.
    """
    name = str(run.options.change_set)
    change_set = run.connection.stacks.change_set(stack.id, name) if stack else None
    if stack is None or change_set is None:
        raise StackFailed(f"stack '{run.wanted.stack}' has no change set '{name}'")
    refusal = _why_not(run, stack, change_set)
    if refusal:
        again = run.command("deploy", "--no-execute")
        raise StackFailed(f"change set '{name}' {refusal}; make a new one with: {again}")
    now = _show(run, change_set, template, kept=True)
    _ask(run)
    return execute(run, now, change_set, attempt=attempt)


def unchanged(run: Run, stack: StackRecord) -> Ended:
    """Return the end of a run that has nothing to change, with its protection made good."""
    if run.wanted.rule.protected and not stack.termination_protection:
        protect(run, stack.id)
    return succeeded(run, stack, status="no changes", elapsed=0.0)


def _failed(run: Run, stack: StackRecord | None, change_set: ChangeSet) -> Ended:
    """Take back a change set that came to nothing: good news, or AWS's refusal."""
    without_changes = change_sets.is_unchanged(change_set)
    events = () if without_changes else change_sets.failures(run, change_set)
    change_sets.withdraw(run, made_stack=stack is None)
    if without_changes and stack is not None and stack.status == "UPDATE_FAILED":
        return failed(run, stack, (), elapsed=0.0)  # only the way back is left
    if without_changes and stack is not None:
        return unchanged(run, stack)
    return Ended(
        run.wanted.stack,
        "change set failed",
        ExitCode.STACK_FAILED,
        message=change_set.reason,
        cause=run.cause(events),
        remarks=("nothing was changed",),
        next_command=run.command("deploy"),
    )


def _show(
    run: Run, change_set: ChangeSet, template: Mapping[str, Any], *, kept: bool
) -> StackRecord:
    """Report what a change set will do and return the stack that it stands in."""
    now = run.connection.stacks.find(change_set.stack_id)
    if now is None:
        raise Moved
    version = recorded(template).get("tool-version", __version__)
    run.report(
        Proposed(
            now.name,
            change_set,
            creates=now.status == "REVIEW_IN_PROGRESS",
            tool_upgrade=version != __version__,
            kept=kept,
        )
    )
    return now


def _ask(run: Run) -> None:
    """Ask whether to go on; a protected branch wants its stack's name."""
    question = f"Deploy stack '{run.wanted.stack}'?"
    run.report(Asked(run.wanted.stack, question))
    if run.wanted.rule.protected:
        run.questions.confirm_by_name(question, run.wanted.stack)
    else:
        run.questions.confirm(question)


def _kept(run: Run, change_set: ChangeSet) -> Ended:
    return Ended(
        run.wanted.stack,
        "change set kept",
        ExitCode.DONE,
        remarks=(f"change set '{change_set.name}' waits for its execution",),
        next_command=run.command("deploy", "--change-set", change_set.name),
    )


def _why_not(run: Run, stack: StackRecord, change_set: ChangeSet) -> str | None:
    """Return why a saved change set may not be executed, None when it may."""
    wanted = run.wanted
    if change_set.description not in (change_sets.KEPT, change_sets.DEPLOYS):
        return "was not made by pipelinegen deploy"
    if change_set.execution_status == "OBSOLETE":
        return "is out of date: the stack has changed since"
    if change_set.execution_status != "AVAILABLE":
        return f"cannot be executed: it is {change_set.status}, {change_set.execution_status}"
    body = run.connection.stacks.template(stack.id, change_set=change_set.id) or {}
    mark = body and fingerprint(
        body, wanted.parameters, wanted.tags, wanted.capabilities, wanted.role_arn
    )
    same = wanted.parameters.items() <= change_set.parameters.items()
    if mark != wanted.fingerprint or not same:
        return "is not what the spec and the flags say now"
    return None
