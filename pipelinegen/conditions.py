"""Checks: the rules inside a stage's conditions, as actions that a hook performs.

https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-conditions.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipelinegen.actions.table import CHECKS
from pipelinegen.model import Action, Pipeline, Stage
from pipelinegen.resolve import action_of
from pipelinegen.wiring import infers, mentioned

HOOKS = {"before-entry": "BeforeEntry", "on-success": "OnSuccess", "on-failure": "OnFailure"}


def checks(pipeline: Pipeline) -> Iterator[Action]:
    """Yield the checks of all hooks of all stages."""
    for stage in pipeline.stages:
        for hook in HOOKS:
            yield from checks_of(pipeline, stage, hook)


def checks_of(pipeline: Pipeline, stage: Stage, hook: str) -> list[Action]:
    """Return the checks of one hook of a stage, with their artifacts settled."""
    written = stage.settings.get(hook, {}).get("rules", ())
    found = [
        action_of(
            pipeline.spec, entry, CHECKS, stage.name, 1, (*stage.origin, hook, "rules", index)
        )
        for index, entry in enumerate(written)
    ]
    return [replace(action, inputs=_inputs(pipeline, action)) for action in found]


def _inputs(pipeline: Pipeline, check: Action) -> tuple[str, ...]:
    """A check reads what an action would: what is written, else the first source's artifact."""
    named = tuple(dict.fromkeys((*(check.written_inputs or ()), *mentioned(check))))
    if not infers(check):
        return named
    first = next((name for source in pipeline.sources for name in source.outputs), None)
    return (first,) if first is not None else ()
