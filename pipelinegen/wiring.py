"""Artifacts: what exists when, which inputs are inferred, who needs whose output."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from pipelinegen.diagnostics import Pointer
from pipelinegen.model import Action, Pipeline, Stage

_BUILD = "Build"


def wire(pipeline: Pipeline) -> Pipeline:
    """Return the pipeline with inputs and outputs of every action filled in.

    An input that nothing makes stays as written: `available` tells what existed then, and where no
    default could be chosen, `candidates` tells among what.
    """
    source, *others = pipeline.stages
    sources = tuple(replace(action, outputs=outputs(action)) for action in source.actions)
    existing = [name for action in sources for name in action.outputs]
    first = existing[0] if existing else None
    current = first
    stages = [replace(source, actions=sources)]
    for stage in others:
        wired: list[Action] = []
        for group in groups(stage):
            done = [_wired(action, existing, first, current) for action in group]
            existing = existing + [name for action in done for name in action.outputs]
            made = [name for action in done if _builds(action) for name in action.outputs]
            if made:
                current = made[0] if len(made) == 1 else None
            wired += done
        stages.append(replace(stage, actions=tuple(wired)))
    return replace(pipeline, stages=tuple(stages))


def groups(stage: Stage) -> Iterator[list[Action]]:
    """Yield the actions of a stage that run at the same time, group by group."""
    for _, group in groupby(stage.actions, key=lambda action: action.order):
        yield list(group)


def mentioned(action: Action) -> tuple[str, ...]:
    """Return the artifacts that typed keys name, in the order of the provider's row."""
    return tuple(dict.fromkeys(name for _, name in mentions(action)))


def mentions(action: Action) -> Iterator[tuple[Pointer, str]]:
    """Yield where typed keys name an artifact, and which, in the order of the provider's row."""
    for key, kind in action.row.keys.items():
        if key not in action.body:
            continue
        at, value = (*action.body_origin, key), action.body[key]
        if kind.kind in ("artifact", "artifact-path"):
            yield at, value.partition("::")[0]
        elif kind.kind == "artifact-paths":
            yield from (((*at, entry), path.partition("::")[0]) for entry, path in value.items())


def infers(action: Action) -> bool:
    """Tell whether the spec leaves the input of an action to be inferred."""
    written = action.written_inputs is not None or mentioned(action)
    has_default = action.row.default_input is not None and action.row.reads(action.body)
    return has_default and not written


def outputs(action: Action) -> tuple[str, ...]:
    """Return the artifacts that an action makes: those written, else its own where it gives one."""
    if action.written_outputs is not None:
        return action.written_outputs
    return (action.name,) if action.row.gives(action.body) else ()


def _wired(
    action: Action, existing: Sequence[str], first: str | None, current: str | None
) -> Action:
    named = tuple(dict.fromkeys((*(action.written_inputs or ()), *mentioned(action))))
    wired = replace(action, outputs=outputs(action), available=tuple(existing), inputs=named)
    if not infers(action):
        return wired
    chosen = first if action.row.default_input == "source" else current
    if chosen is not None:
        return replace(wired, inputs=(chosen,))
    return replace(wired, candidates=tuple(sorted(existing)))


def _builds(action: Action) -> bool:
    return action.row.category == _BUILD
