"""Where a spec names the artifacts of an action, and how often actions may take and give them."""

from __future__ import annotations

from collections.abc import Iterator

from pipelinegen.conditions import HOOKS, checks_of
from pipelinegen.diagnostics import Pointer
from pipelinegen.model import Action, Pipeline
from pipelinegen.provider import Bounds
from pipelinegen.wiring import mentions

INPUTS = "input-artifacts"
OUTPUTS = "output-artifacts"
_BEFORE_ENTRY = "before-entry"


def input_place(action: Action, name: str) -> Pointer:
    """Return where an action names an input: its list, the typed key, else the action itself."""
    if name in (action.written_inputs or ()):
        return (*action.origin, INPUTS)
    return next((at for at, mentioned in mentions(action) if mentioned == name), action.origin)


def output_place(action: Action) -> Pointer:
    """Return where an action's outputs are written, else the action itself."""
    return action.origin if action.written_outputs is None else (*action.origin, OUTPUTS)


def checks_with_artifacts(pipeline: Pipeline) -> Iterator[tuple[Action, frozenset[str]]]:
    """Yield the checks of a pipeline, each with the artifacts that exist when it runs."""
    existing: set[str] = set()
    for stage in pipeline.stages:
        made = {name for action in stage.actions for name in action.outputs}
        for hook in HOOKS:
            there = existing if hook == _BEFORE_ENTRY else existing | made
            for check in checks_of(pipeline, stage, hook):
                yield check, frozenset(there)
        existing |= made


def in_words(bounds: Bounds, noun: str) -> str:
    """Return bounds as a message says them: "0 to 5 output artifacts", "no input artifacts"."""
    if bounds.most == 0:
        return f"no {noun}s"
    count = str(bounds.most) if bounds.least == bounds.most else f"{bounds.least} to {bounds.most}"
    return f"{count} {noun}{'' if count == '1' else 's'}"
