"""A change set that was agreed to is executed and followed to its end."""

from __future__ import annotations

from pipelinegen.errors import ExitCode, Interrupted
from pipelinegen.life_cycle.first_run import watch_first_run
from pipelinegen.life_cycle.operation import left_to_aws, operate
from pipelinegen.life_cycle.protection import protect
from pipelinegen.life_cycle.run import Run
from pipelinegen.life_cycle.verdict import failed, leftovers, succeeded
from pipelinegen.life_cycle.waits import waits_for
from pipelinegen.progress import Ended
from pipelinegen.records import ChangeSet, StackRecord

_GOOD = ("CREATE_COMPLETE", "UPDATE_COMPLETE")


def execute(run: Run, stack: StackRecord, change_set: ChangeSet, *, attempt: str) -> Ended:
    """Execute a change set on `stack`, as it is now, and return how it ended.

    Raises Moved when the set can no longer be executed, Interrupted on Ctrl-C once AWS was asked to
    execute it, KeyboardInterrupt before.
    """
    unprotected = run.wanted.rule.protected and not stack.termination_protection
    if unprotected:
        unprotected = not protect(run, stack.id)

    def begin() -> None:
        run.connection.stacks.execute(
            stack.id,
            change_set.name,
            token=run.token("execute", attempt),
            rollback=run.options.rollback,
        )

    if run.options.detach:
        try:
            begin()
        except KeyboardInterrupt:
            raise left_to_aws(run, stack) from None
        return _detached(run)
    clock = run.connection.clock
    start = clock.now()
    order = waits_for(run.template, change_set)
    now, events = operate(run, stack, begin, waits_for=order)
    elapsed = clock.now() - start
    if now.status not in _GOOD:
        return failed(run, now, events, elapsed=elapsed)
    try:
        if unprotected:
            protect(run, now.id)
        if stack.status == "REVIEW_IN_PROGRESS":
            watch_first_run(run, now)
    except KeyboardInterrupt:
        done = f"stack '{now.name}' is {now.status}; see it with: {run.command('status')}"
        raise Interrupted(f"interrupted; {done}") from None
    return succeeded(run, now, status=now.status, elapsed=elapsed, remarks=leftovers(events))


def _detached(run: Run) -> Ended:
    return Ended(
        run.wanted.stack,
        "started",
        ExitCode.DONE,
        remarks=("it goes on in AWS; deploying again follows it",),
        next_command=run.command("status"),
    )
