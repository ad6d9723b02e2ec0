"""Run-time variables: which earlier action sets what a text reads, and under which namespace."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pipelinegen.model import Action, Pipeline, Stage
from pipelinegen.text import Text, Variable

RESERVED = frozenset({"codepipeline", "variables"})
"""Namespaces that AWS keeps for itself.

https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-variables.html
"""


def earlier(pipeline: Pipeline, reader: Action) -> Iterator[Action]:
    """Yield the actions whose variables are set when `reader` starts."""
    place = _place(pipeline, reader.stage)
    for stage in pipeline.stages[:place]:
        yield from stage.actions
    yield from (action for action in pipeline.stages[place].actions if action.order < reader.order)


def before_stage(pipeline: Pipeline, stage: Stage, *, itself: bool) -> Iterator[Action]:
    """Yield the actions of all stages before `stage`, with its own where `itself` says so."""
    place = _place(pipeline, stage.name)
    for candidate in pipeline.stages[: place + itself]:
        yield from candidate.actions


def _place(pipeline: Pipeline, stage: str) -> int:
    return [candidate.name for candidate in pipeline.stages].index(stage)


def setters(variable: Variable, among: Iterator[Action]) -> list[Action]:
    """Return the actions among `among` that `variable` may mean: by namespace, else by name."""
    return [action for action in among if variable.namespace == (action.namespace or action.name)]


def namespace_of(action: Action) -> str:
    """Return the namespace an action is given: the written one, else `<Name>Variables`.

    AWS refuses a namespace that is also an artifact's name, and ours have the action's name.
    """
    return action.namespace or re.sub(r"[^A-Za-z0-9@_-]", "", action.name) + "Variables"


def read_by_action(action: Action) -> Iterator[Variable]:
    """Yield every run-time variable that the body of an action reads."""
    for text in texts(action.body):
        yield from Text.parse(text).variables


def texts(value: Any) -> Iterator[str]:
    """Yield every text inside plain data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


def emitted(pipeline: Pipeline) -> dict[tuple[str, str], str]:
    """Return (stage, action) → namespace, for the actions whose variables something reads here."""
    found: dict[tuple[str, str], str] = {
        (action.stage, action.name): action.namespace
        for action in pipeline.actions
        if action.namespace is not None
    }
    for stage in pipeline.stages:
        for action in stage.actions:
            for variable in read_by_action(action):
                for setter in setters(variable, earlier(pipeline, action)):
                    found[setter.stage, setter.name] = namespace_of(setter)
        for text in texts(stage.settings):
            for variable in Text.parse(text).variables:
                for setter in setters(variable, before_stage(pipeline, stage, itself=True)):
                    found[setter.stage, setter.name] = namespace_of(setter)
    return found
