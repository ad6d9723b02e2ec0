"""A stack that can only be deleted makes way for a new one, if nothing in it is alive."""

from __future__ import annotations

from pipelinegen.errors import StackFailed
from pipelinegen.life_cycle.operation import operate
from pipelinegen.life_cycle.run import Run
from pipelinegen.records import StackRecord, StackResource
from pipelinegen.stack_states import Step


def make_way(run: Run, stack: StackRecord) -> None:
    """Delete what a failed create left of a stack; StackFailed where a resource is still there."""
    alive = _alive(run, stack)
    if alive:
        raise StackFailed(
            f"stack '{stack.name}' is {stack.status} and still holds {_named(alive)}; "
            f"remove it with: {run.command('destroy')}"
        )
    stacks = run.connection.stacks
    run.say(f"stack '{stack.name}' is {stack.status}, which nothing can update; it is made anew")
    if stack.termination_protection:
        stacks.protect(stack.id, enabled=False)

    def begin() -> None:
        token = run.token("make-way", stack.id)
        stacks.delete(stack.id, token=token, role_arn=run.wanted.role_arn)

    now, _ = operate(run, stack, begin)
    if now.status != "DELETE_COMPLETE":
        raise StackFailed(blocked(run, now, Step.DESTROY))


def blocked(run: Run, stack: StackRecord, step: Step) -> str:
    """Return what is wrong with a stack that `deploy` cannot go on with, and what can."""
    found = [
        resource
        for resource in run.connection.stacks.resources(stack.id)
        if resource.status.endswith("_FAILED")
    ]
    held = f"; it is held up by {_named(found)}" if found else ""
    ways = {
        Step.RECOVER: f"go on with: {run.command('deploy', '--recover')}",
        Step.DESTROY: f"remove it with: {run.command('destroy')}",
    }
    way = ways.get(step, "this state needs a person: see the stack in the AWS console")
    return f"stack '{stack.name}' is {stack.status}{held}; {way}"


def _alive(run: Run, stack: StackRecord) -> list[StackResource]:
    """Return the resources that exist; one whose creation failed at once never did."""
    return [
        resource
        for resource in run.connection.stacks.resources(stack.id)
        if resource.status != "DELETE_COMPLETE"
        and not (resource.status == "CREATE_FAILED" and not resource.physical_id)
    ]


def _named(resources: list[StackResource]) -> str:
    return ", ".join(
        f"'{resource.logical_id}' ({resource.status})"
        + (f": {resource.reason}" if resource.reason and resource.status.endswith("FAILED") else "")
        for resource in resources
    )
