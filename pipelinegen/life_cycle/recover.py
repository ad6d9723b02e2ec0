"""The ways back: a failed update is rolled back, one that is under way is cancelled."""

from __future__ import annotations

from pipelinegen.errors import ExitCode, StackFailed
from pipelinegen.life_cycle.operation import operate
from pipelinegen.life_cycle.run import Run
from pipelinegen.life_cycle.verdict import failed
from pipelinegen.progress import Ended
from pipelinegen.records import StackEvent, StackRecord


def recover(run: Run, stack: StackRecord) -> Ended | None:
    """Bring a stack whose update failed back to its last good state; None when it is there.

    The rollback is first tried as a whole; only what fails again is left out of it, by consent.
    """
    run.questions.confirm(f"Roll '{stack.name}' back to what it was before the failed update?")
    now, events = _rolled_back(run, stack)
    if now.status == "UPDATE_ROLLBACK_FAILED":
        now, events = _rolled_back(run, now, skip=_blocking(run, now))
    if now.status != "UPDATE_ROLLBACK_COMPLETE":
        return failed(run, now, events, elapsed=0.0)
    run.say(f"stack '{stack.name}' is back at its last good state")
    return None


def cancel(run: Run, stack: StackRecord | None) -> Ended:
    """Take back the update that is under way; nothing under way is success."""
    if stack is None or stack.status != "UPDATE_IN_PROGRESS":
        return _nothing_to_cancel(run, stack)

    def begin() -> None:
        run.connection.stacks.cancel_update(stack.id, token=run.token("cancel", stack.id))

    start = run.connection.clock.now()
    now, events = operate(run, stack, begin)
    elapsed = run.connection.clock.now() - start
    if now.status != "UPDATE_ROLLBACK_COMPLETE":
        return failed(run, now, events, elapsed=elapsed)
    return Ended(
        stack.name,
        now.status,
        ExitCode.DONE,
        elapsed=elapsed,
        remarks=("the update was cancelled; the previous pipeline is in place",),
        next_command=run.command("status"),
    )


def _rolled_back(
    run: Run, stack: StackRecord, *, skip: tuple[str, ...] = ()
) -> tuple[StackRecord, list[StackEvent]]:
    token = run.token("recover", stack.id, *skip)

    def begin() -> None:
        if stack.status == "UPDATE_FAILED":
            run.connection.stacks.roll_back(stack.id, token=token)
        else:
            run.connection.stacks.continue_rollback(stack.id, token=token, skip=skip)

    return operate(run, stack, begin)


def _blocking(run: Run, stack: StackRecord) -> tuple[str, ...]:
    """Return the resources that failed again, once the user agrees to leave them out.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ContinueUpdateRollback.html
    """
    found = [
        resource
        for resource in run.connection.stacks.resources(stack.id)
        if resource.status == "UPDATE_FAILED"
    ]
    if not found:
        raise StackFailed(
            f"stack '{stack.name}' cannot be rolled back, and no resource says why; "
            "see the stack in the AWS console"
        )
    for resource in found:
        run.say(f"'{resource.logical_id}' cannot be rolled back: {resource.reason}")
    names = ", ".join(f"'{resource.logical_id}'" for resource in found)
    run.questions.confirm(
        f"Roll back without {names}? They stay as they are, and differ from the template"
    )
    return tuple(resource.logical_id for resource in found)


def _nothing_to_cancel(run: Run, stack: StackRecord | None) -> Ended:
    if stack is not None and stack.status == "CREATE_IN_PROGRESS":
        raise StackFailed(
            f"stack '{stack.name}' is being created, and only an update can be cancelled; "
            f"remove it with: {run.command('destroy')}"
        )
    return Ended(
        run.wanted.stack,
        stack.status if stack else "absent",
        ExitCode.DONE,
        remarks=("no update is under way",),
        next_command=run.command("status"),
    )
