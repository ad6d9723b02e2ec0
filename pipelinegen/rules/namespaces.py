"""Rules about what run-time variables hang on: namespaces, and variables given at each start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipelinegen.actions.table import SOURCES
from pipelinegen.diagnostics import Note
from pipelinegen.model import Action, Pipeline, Spec
from pipelinegen.provider import JSON
from pipelinegen.rules._rule import Finding, rule
from pipelinegen.rules._words import quoted
from pipelinegen.variables import RESERVED, emitted, namespace_of

_FILTERS = ("push", "pull-request")


@rule()
def namespace_taken(pipeline: Pipeline) -> Iterator[Finding]:
    """A namespace must be unique, no artifact's name, and none of AWS's own.

    An action whose variables are read gets the namespace `<Name>Variables` by itself, since its own
    name is that of its artifact. Write `namespace` only where two actions have the same name.

    bad:
        - action: Compile
          codebuild: {buildspec: buildspec.yml}
          namespace: Compile
    good:
        - action: Compile
          codebuild: {buildspec: buildspec.yml}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-variables.html
    """
    makers = {name: action for action in pipeline.actions for name in action.outputs}
    read = emitted(pipeline)
    first: dict[str, Action] = {}
    for action in pipeline.actions:
        if (action.stage, action.name) not in read:
            continue
        name = namespace_of(action)
        at = (*action.origin, "namespace") if action.namespace else action.origin
        other = first.setdefault(name, action)
        if name in RESERVED:
            yield Finding(f"namespace {quoted(name)} is AWS's own", at, hint="choose another name")
        elif name in makers:
            yield Finding(
                f"namespace {quoted(name)} is also an artifact; AWS wants them different",
                at,
                hint=_other_than_artifact(action),
                notes=(Note(makers[name].origin, "the artifact is made here"),),
            )
        elif other is not action and not _are_confused(action, other):
            yield Finding(
                f"namespace {quoted(name)} is given to two actions",
                at,
                hint="choose another name"
                if action.origin != other.origin
                else f"leave namespace: out and read #{{{action.name}.…}}",
                notes=(Note(other.origin, "the other is here"),)
                if action.origin != other.origin
                else (),
            )


@rule()
def variable_without_default(spec: Spec) -> Iterator[Finding]:
    """A pipeline variable needs a default where a change or a schedule starts the pipeline.

    Nobody is there to give the value, so AWS refuses the start.

    bad:
        variables: [{variable: LogLevel}]
    good:
        variables: [{variable: LogLevel, default: info}]
    https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-about-starting.html
    """
    scheduled = bool(spec.data.get("schedules"))
    if not scheduled and not any(map(_starts_by_itself, spec.data["sources"])):
        return
    for index, entry in enumerate(spec.data.get("variables", ())):
        if "default" not in entry:
            yield Finding(
                f"variable {quoted(entry['variable'])} has no default, so every automatic start "
                "would fail",
                ("variables", index),
                hint="add default:" if scheduled else "add default: or set detection: none",
            )


def _are_confused(action: Action, other: Action) -> bool:
    """Tell whether two actions share a namespace because what reads them cannot tell them apart."""
    return action.namespace is None and other.namespace is None and action.name == other.name


def _other_than_artifact(action: Action) -> str:
    if action.namespace == action.name:
        return f"leave namespace: out; #{{{action.name}.…}} works without it"
    return "choose another name" if action.namespace else "give the action a namespace:"


def _starts_by_itself(source: Mapping[str, JSON]) -> bool:
    key = next(key for key in SOURCES if key in source)
    body = source[key] or {}
    detection = body.get("detection", SOURCES[key].detections[0])
    return detection != "none" or any(body.get(name) for name in _FILTERS)


RULES = (namespace_taken, variable_without_default)
