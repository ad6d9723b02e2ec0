"""What a deployment would change, and what was changed by hand; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass

from pipelinegen.deployment import Deployment
from pipelinegen.diff import (
    changes,
    of_branch,
    open_values,
    other_changes,
    section_change,
    settled_values,
)
from pipelinegen.life_cycle.drift import drift
from pipelinegen.life_cycle.ownership import refuse_foreign
from pipelinegen.records import ResourceChange, StackRecord
from pipelinegen.services import Connection


@dataclass(frozen=True, slots=True)
class Comparison:
    """Differences; `exists` tells whether there is a stack that was compared.

    `others` belong to the stack as a whole: outputs, tags, values of parameters.
    """

    exists: bool
    changes: tuple[ResourceChange, ...] = ()
    others: tuple[ResourceChange, ...] = ()


def compare(wanted: Deployment, connection: Connection) -> Comparison:
    """Return what a deployment would change, as far as the two templates tell.

    Raises StackFailed when the stack is not the one of this pipeline and branch.
    """
    stack = connection.stacks.find(wanted.stack)
    deployed = connection.stacks.template(stack.id) if stack else None
    if stack is None or deployed is None:
        return Comparison(False, changes(None, of_branch(wanted.body, wanted.parameters)))
    refuse_foreign(stack, deployed, pipeline=wanted.pipeline, branch=wanted.namesake)
    values = settled_values(wanted.body, wanted.parameters, stack.parameters)
    before, after = of_branch(deployed, stack.parameters), of_branch(wanted.body, values)
    whole = (
        section_change("Tags", stack.tags, wanted.tags),
        section_change(
            "ParameterValues",
            open_values(deployed, stack.parameters),
            open_values(wanted.body, values),
        ),
    )
    others = (*other_changes(before, after), *(change for change in whole if change))
    return Comparison(True, changes(before, after), others)


def compare_pipelines(wanted: Deployment, connection: Connection) -> Comparison:
    """Return what was changed by hand since the last deployment.

    Raises StackFailed when the stack is not the one of this pipeline and branch.
    """
    stack: StackRecord | None = connection.stacks.find(wanted.stack)
    deployed = connection.stacks.template(stack.id) if stack else None
    if stack is None or deployed is None:
        return Comparison(False)
    refuse_foreign(stack, deployed, pipeline=wanted.pipeline, branch=wanted.namesake)
    return Comparison(True, drift(stack, deployed, connection))
