"""Change sets of ours: made, awaited, and taken back when they are not executed."""

from __future__ import annotations

from pipelinegen.diagnostics import Severity
from pipelinegen.errors import Denied, PipelinegenError, StackFailed, UsageError
from pipelinegen.life_cycle.run import Run
from pipelinegen.life_cycle.template_upload import uploaded
from pipelinegen.life_cycle.waiting import Waiting
from pipelinegen.records import ChangeSet, ChangeSetRequest, StackEvent, StackRecord
from pipelinegen.services import Moved

PREFIX = "pg-"
DEPLOYS, KEPT, PREVIEWS = (
    "made by pipelinegen deploy",
    "made by pipelinegen deploy --no-execute",
    "made by pipelinegen diff",
)
"""Descriptions, by which we know ours again; a kept one waits for a person."""

_WORKED_OUT_WITHIN = 60.0
"""Seconds for which a change set is waited for that is to be deleted."""

_UNCHANGED = ("The submitted information didn't contain changes", "No updates are to be performed")


def change_set_name(run: Run) -> str:
    """Return a name that this run alone uses; what it deploys can be seen from it."""
    return f"{PREFIX}{run.wanted.fingerprint[:12]}-{run.connection.run}"


def make(run: Run, stack: StackRecord | None, *, description: str, attempt: str) -> ChangeSet:
    """Return a change set for what is wanted once AWS has worked it out, or failed to.

    Raises Moved when the stack is at work.
    """
    wanted, stacks = run.wanted, run.connection.stacks
    creates = stack is None or stack.status == "REVIEW_IN_PROGRESS"
    if stack is not None:
        _clear(run, stack)
    # only an update can keep a value
    known = {} if creates or stack is None else stack.parameters
    missing = [name for name in wanted.previous if name not in known]
    if missing:
        example = f"--parameter {missing[0]}=VALUE"
        raise UsageError(f"parameter '{missing[0]}' has no value; give it one with {example}")
    url = uploaded(run, stack)
    request = ChangeSetRequest(
        stack=wanted.stack,
        name=change_set_name(run),
        kind="CREATE" if creates else "UPDATE",
        token=run.token("change-set", attempt),
        description=description,
        body=None if url else wanted.text,
        url=url,
        parameters=wanted.parameters,
        previous=wanted.previous,
        tags=wanted.tags,
        capabilities=wanted.capabilities,
        role_arn=wanted.role_arn,
        on_failure=_on_failure(run) if creates else None,
    )
    stacks.create_change_set(request)
    return _settled(run, request)


def is_unchanged(change_set: ChangeSet) -> bool:
    """Tell whether AWS found nothing to change."""
    return change_set.status == "FAILED" and change_set.reason.startswith(_UNCHANGED)


def failures(run: Run, change_set: ChangeSet) -> tuple[StackEvent, ...]:
    """Return why a change set failed: what validation found, else the one reason that it shows."""
    try:
        found = run.connection.stacks.failures(change_set.stack_id, change_set=change_set.id)
    except Denied as fault:
        message = f"the details are hidden: {fault.action} is not allowed"
        run.say(message, Severity.WARNING)
        found = ()
    whole = StackEvent(
        id=change_set.id,
        time=0.0,
        stack_id=change_set.stack_id,
        logical_id=run.wanted.stack,
        type="AWS::CloudFormation::Stack",
        status="CREATE_FAILED",
        physical_id=change_set.stack_id,
        reason=change_set.reason,
    )
    return found or (whole,)


def withdraw(run: Run, *, made_stack: bool) -> None:
    """Delete this run's change set, and the stack that exists for it alone.

    Nothing is raised: it is clean-up after something that matters more.
    """
    stacks, name = run.connection.stacks, run.wanted.stack
    try:
        _delete(run)
        stack = stacks.find(name) if made_stack else None
        if stack and stack.status == "REVIEW_IN_PROGRESS" and not stacks.change_sets(stack.id):
            if stack.termination_protection:
                stacks.protect(stack.id, enabled=False)
            token = run.token("withdraw", stack.id)
            stacks.delete(stack.id, token=token, role_arn=run.wanted.role_arn)
    except (PipelinegenError, Moved) as fault:
        message = f"change set '{change_set_name(run)}' may be left in stack '{name}': {fault}"
        run.say(message, Severity.WARNING)


def _delete(run: Run) -> None:
    """Delete this run's change set; Moved where AWS does not let it go.

    AWS deletes none that it is still working out:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteChangeSet.html
    """
    stacks, clock = run.connection.stacks, run.connection.clock
    stack, name = run.wanted.stack, change_set_name(run)
    waiting = Waiting(clock, run.connection.run)
    until = clock.now() + _WORKED_OUT_WITHIN
    while True:
        try:
            stacks.delete_change_set(stack, name)
            return
        except Moved:
            found = stacks.change_set(stack, name)
            unfinished = found and found.status in ("CREATE_PENDING", "CREATE_IN_PROGRESS")
            if not unfinished or clock.now() >= until:
                raise
        waiting.pause(moved=True)


def _clear(run: Run, stack: StackRecord) -> None:
    """Delete what a run that was killed left of the same deployment, unless it is kept."""
    stacks = run.connection.stacks
    try:
        for found in stacks.change_sets(stack.id):
            same = found.name.startswith(f"{PREFIX}{run.wanted.fingerprint[:12]}-")
            if same and found.description in (DEPLOYS, PREVIEWS) and _at_rest(found):
                stacks.delete_change_set(stack.id, found.name)
    except Denied as fault:
        message = f"what an earlier run may have left stays: {fault.action} is not allowed"
        run.say(message, Severity.WARNING)


def _at_rest(change_set: ChangeSet) -> bool:
    return change_set.status in ("CREATE_COMPLETE", "FAILED") and not (
        change_set.execution_status.startswith("EXECUTE_")
    )


def _on_failure(run: Run) -> str | None:
    """Say what a create that fails leaves; AWS takes no wish beside `DisableRollback`.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html
    """
    if not run.options.rollback:
        return None
    return "ROLLBACK" if run.wanted.rule.protected else "DELETE"


def _settled(run: Run, request: ChangeSetRequest) -> ChangeSet:
    clock = run.connection.clock
    waiting = Waiting(clock, run.connection.run)
    until = run.deadline()
    while True:
        found = run.connection.stacks.change_set(request.stack, request.name)
        if found is None:
            raise Moved
        if found.status in ("CREATE_COMPLETE", "FAILED"):
            return found
        if clock.now() >= until:
            raise StackFailed(f"change set '{request.name}' is still {found.status}")
        waiting.pause(moved=True)
