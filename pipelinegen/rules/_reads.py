"""What reads run-time variables on one branch rule, and which actions could set them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipelinegen.actions._project_keys import ENVIRONMENT_KEYS, PROJECT_KEYS
from pipelinegen.actions.table import ACTIONS
from pipelinegen.diagnostics import Pointer
from pipelinegen.leaves import Leaf, Leaves, Reading
from pipelinegen.model import Action, Pipeline, Stage
from pipelinegen.text import Text, Variable
from pipelinegen.variables import RESERVED, before_stage, earlier, setters

_BEFORE_ENTRY = "before-entry"
_PERMISSIONS = "permissions"
_ROLE = "role-arn"
"""AWS would take any role here, but the pipeline's own role must name those that it hands over."""

_DEPLOYED = {name: key for name, key in PROJECT_KEYS.items() if name not in ENVIRONMENT_KEYS}
"""Keys that become resources of the template, in which AWS replaces nothing at run time."""


@dataclass(frozen=True, slots=True)
class Read:
    """One variable that an action or a check reads.

    `reader` is None for a check. `set_before` are the actions of the variable's name that have
    finished by then, `others` those that have not.
    """

    variable: Variable
    at: Pointer
    reader: Action | None
    set_before: tuple[Action, ...]
    others: tuple[Action, ...]


def namespaces(texts: Leaves) -> set[str]:
    """Return everything that run-time variables of a spec are read by."""
    actions = [action for pipeline in texts.pipelines.values() for action in pipeline.actions]
    return {*RESERVED, *(action.namespace or action.name for action in actions)}


def is_replaced(leaf: Leaf) -> bool:
    """Tell whether AWS replaces run-time variables in a text."""
    if not leaf.in_action_body or _PERMISSIONS in leaf.at:
        return False
    key = str(leaf.at[len(leaf.entry) + 1])
    if _ROLE in key:
        return False
    return leaf.provider is None or not _is_deployed(leaf.provider, key)


def reads(reading: Reading) -> Iterator[Read]:
    """Yield what the actions and checks that live on a branch rule read from other actions."""
    pipeline = reading.pipeline
    for leaf in reading.texts:
        if "#{" not in leaf.value or leaf.type not in ("Text", "ArtifactPath"):
            continue
        if not is_replaced(leaf):
            continue
        for variable in dict.fromkeys(Text.parse(leaf.value).variables):
            if variable.namespace and variable.namespace not in RESERVED:
                yield from _reads(pipeline, leaf, variable)


def _reads(pipeline: Pipeline, leaf: Leaf, variable: Variable) -> Iterator[Read]:
    stage = next((one for one in pipeline.stages if one.origin == leaf.entry[:2]), None)
    if stage is None:
        return
    for reader, finished in _readers(pipeline, stage, leaf):
        before = tuple(setters(variable, iter(finished)))
        everything = setters(variable, pipeline.actions)
        yield Read(
            variable,
            leaf.at,
            reader,
            before,
            tuple(action for action in everything if action not in before),
        )


def _readers(
    pipeline: Pipeline, stage: Stage, leaf: Leaf
) -> Iterator[tuple[Action | None, list[Action]]]:
    """Yield who reads a text, with the actions that have finished by then."""
    hook = leaf.entry[2]
    if hook != "actions":
        itself = hook != _BEFORE_ENTRY
        yield None, list(before_stage(pipeline, stage, itself=itself))
        return
    for action in stage.actions:
        if action.origin == leaf.entry:
            yield action, list(earlier(pipeline, action))


def _is_deployed(provider: str, key: str) -> bool:
    row = ACTIONS.get(provider)
    return row is not None and key in _DEPLOYED and row.keys.get(key) == _DEPLOYED[key]
