"""What a deployment would change, by AWS's own word, with nothing left behind."""

from __future__ import annotations

from pipelinegen.errors import StackFailed
from pipelinegen.life_cycle import change_sets
from pipelinegen.life_cycle.ownership import deployed_template, refuse_foreign
from pipelinegen.life_cycle.run import Run
from pipelinegen.records import ResourceChange
from pipelinegen.services import Moved
from pipelinegen.stack_states import Step, step_for


def preview(run: Run) -> tuple[ResourceChange, ...]:
    """Return the changes of a change set that is made, read and deleted again.

    Raises StackFailed when the stack's state allows no change set, or AWS refuses this one.
    """
    stacks, wanted = run.connection.stacks, run.wanted
    stack = stacks.find(wanted.stack)
    if stack is not None:
        template = deployed_template(run, stack)
        refuse_foreign(stack, template, pipeline=wanted.pipeline, branch=wanted.namesake)
    if step_for(stack.status if stack else None) not in (Step.CREATE, Step.UPDATE):
        raise StackFailed(
            f"stack '{wanted.stack}' is {stack.status if stack else 'absent'}, "
            "which takes no change set; compare the templates without --change-set"
        )
    try:
        found = change_sets.make(
            run, stack, description=change_sets.PREVIEWS, attempt=change_sets.PREVIEWS
        )
    except Moved:
        raise StackFailed(f"stack '{wanted.stack}' is at work; try again when it is done") from None
    finally:
        change_sets.withdraw(run, made_stack=stack is None)
    if found.status == "FAILED" and not change_sets.is_unchanged(found):
        raise StackFailed(f"AWS refuses the change set: {found.reason}")
    return found.changes
