"""Rules about what actions make: names of artifacts, how many, and whether one is read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelinegen.diagnostics import Note, Pointer, Severity
from pipelinegen.model import Action, Pipeline
from pipelinegen.provider import Bounds, always
from pipelinegen.rules._artifacts import (
    INPUTS,
    OUTPUTS,
    checks_with_artifacts,
    in_words,
    input_place,
    output_place,
)
from pipelinegen.rules._misplaced import misplaced
from pipelinegen.rules._rule import Finding, Pipelines, rule
from pipelinegen.rules._words import quoted
from pipelinegen.rules.inputs import ambiguous_input, artifact_not_yet_made, clone_ref_consumer
from pipelinegen.variables import emitted
from pipelinegen.wiring import infers, mentioned

_ARTIFACT_NAME = re.compile(r"[A-Za-z0-9_-]+")
"""https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_OutputArtifact.html"""

_VARIABLE_NAME = re.compile(r"[A-Za-z0-9_]+")
_CODEBUILD = "CodeBuild"
_SOURCE = "Source"
_APPROVAL = "Approval"


@rule()
def bad_format(pipeline: Pipeline) -> Iterator[Finding]:
    """An artifact's name holds letters, digits, `_` and `-` only.

    An action gives its own name to its artifact, and names of actions may hold `.` and `@`, too.

    bad:
        - action: web@2
          codebuild: {buildspec: buildspec.yml}
    good:
        - action: web@2
          codebuild: {buildspec: buildspec.yml}
          output-artifacts: [Web]
    https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_OutputArtifact.html
    """
    for action in pipeline.actions:
        if action.written_outputs is not None:
            continue
        for name in action.outputs:
            if not _ARTIFACT_NAME.fullmatch(name):
                own = name if action.target is None else name.removesuffix(f"-{action.target.name}")
                yield Finding(
                    f"{quoted(own)} cannot be the name of an artifact, which has letters, digits, "
                    "'_' and '-'",
                    _name_place(action),
                    hint=f"add {OUTPUTS}: [{_plain(own)}]"
                    if action.target is None
                    else f"name the action {_plain(own)}",
                )


@rule()
def artifact_made_twice(pipeline: Pipeline) -> Iterator[Finding]:
    """An artifact's name is made once in a pipeline.

    bad:
        - codebuild: {buildspec: build.yml}
        - action: Jobs
          codebuild: {buildspec: jobs.yml}
          output-artifacts: [Build]
    good:
        - codebuild: {buildspec: build.yml}
        - action: Jobs
          codebuild: {buildspec: jobs.yml}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html
    """
    first: dict[str, Action] = {}
    for action in pipeline.actions:
        for name in action.outputs:
            other = first.setdefault(name, action)
            if other is action:
                continue
            copies = other.origin == action.origin
            yield Finding(
                f"artifact {quoted(name)} is made "
                + ("by each copy of this action" if copies else "twice"),
                action.origin,
                hint="leave output-artifacts: out, or make separate actions"
                if copies
                else "name the action or give output-artifacts:",
                notes=() if copies else (Note(other.origin, "first made here"),),
            )


@rule()
def artifact_count(pipeline: Pipeline) -> Iterator[Finding]:
    """A provider takes and gives a certain number of artifacts.

    bad:
        - ecs: {cluster-name: shop, service-name: web}
          output-artifacts: [Images]
    good:
        - ecs: {cluster-name: shop, service-name: web}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-action-artifacts.html
    """
    for action in (*pipeline.actions, *(check for check, _ in checks_with_artifacts(pipeline))):
        if action.row.category == _APPROVAL:
            continue  # they have a rule of their own
        taken, given = _taken(action), action.row.outputs
        if not infers(action) and not taken.least <= len(action.inputs) <= taken.most:
            yield Finding(
                f"'{action.row.key}' takes {in_words(taken, 'input artifact')}, "
                f"found {len(action.inputs)}",
                (*action.origin, INPUTS) if action.written_inputs is not None else action.origin,
                hint=_input_hint(action),
            )
        if not given.least <= len(action.outputs) <= given.most:
            yield Finding(
                f"'{action.row.key}' takes {in_words(given, 'output artifact')}, "
                f"found {len(action.outputs)}",
                output_place(action),
                hint=f"leave {OUTPUTS}: out" if given.most == 0 else None,
            )


@rule(Severity.NOTE)
def awkward_artifact_name(pipeline: Pipeline) -> Iterator[Finding]:
    """A second input of a build should have a name that a shell variable can have.

    CodeBuild puts its files where `$CODEBUILD_SRC_DIR_<name>` says; a shell cannot read that
    variable when the name holds a dash.

    bad:
        - action: web-assets
          codebuild: {buildspec: assets.yml}
        - action: Pack
          codebuild: {buildspec: pack.yml}
          input-artifacts: [Source, web-assets]
    good:
        - action: web_assets
          codebuild: {buildspec: assets.yml}
        - action: Pack
          codebuild: {buildspec: pack.yml}
          input-artifacts: [Source, web_assets]
    https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html
    """
    for action in pipeline.actions:
        if action.row.provider != _CODEBUILD or len(action.inputs) < 2:
            continue
        primary = action.body.get("primary-source", action.inputs[0])
        for name in action.inputs:
            if name != primary and not _VARIABLE_NAME.fullmatch(name):
                yield Finding(
                    f"the path of {quoted(name)} is in $CODEBUILD_SRC_DIR_{name}, which a shell "
                    "cannot read",
                    input_place(action, name),
                    hint="use letters, digits, _",
                )


@rule(Severity.NOTE)
def unused_artifact(pipelines: Pipelines) -> Iterator[Finding]:
    """An artifact that no action reads on any branch rule is only stored.

    Often that is meant, as for a build that pushes an image; then `output-artifacts: []` says so.
    A source is there to start the pipeline, too, so only one that does not is looked at.

    bad:
        - codebuild: {buildspec: docs.yml}
    good:
        - codebuild: {buildspec: docs.yml}
          output-artifacts: []
    https://docs.aws.amazon.com/codepipeline/latest/userguide/welcome-introducing-artifacts.html
    """
    if any(map(_misleads, pipelines.values())):
        return
    read: set[str] = set()
    made: dict[tuple[Pointer, str], Action] = {}
    for pipeline in pipelines.values():
        for action in pipeline.actions:
            read.update(action.inputs)
            if not _may_go_unread(pipeline, action):
                made.update({(output_place(action), name): action for name in action.outputs})
        for check, _ in checks_with_artifacts(pipeline):
            read.update(check.inputs)
    for (at, name), action in made.items():
        if name not in read:
            yield Finding(
                f"artifact {quoted(name)} is never read",
                at,
                hint=_without_output(action),
            )


def _name_place(action: Action) -> Pointer:
    key = "source" if action.row.category == _SOURCE else "action"
    return (*action.origin, key) if action.named else action.origin


def _plain(name: str) -> str:
    """Return a name that an artifact can have, made from one that it cannot."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", name).strip("_") or "Output"


def _misleads(pipeline: Pipeline) -> bool:
    """Tell whether an artifact may be unread only because another name is wrong."""
    found = any(True for cause in _CAUSES for _ in cause.find(pipeline))
    return found or bool(misplaced(pipeline.spec))


def _may_go_unread(pipeline: Pipeline, action: Action) -> bool:
    """Tell whether an action is of use, or must make an artifact, even if nobody reads it."""
    if action.row.category != _SOURCE or not action.row.detections:
        return action.row.outputs.least > 0
    detection = action.body.get("detection", action.row.detections[0])
    variables_read = (action.stage, action.name) in emitted(pipeline)
    return detection != "none" or len(pipeline.sources) == 1 or variables_read


def _without_output(action: Action) -> str:
    if action.row.category == _SOURCE:
        return "read it, or leave the source out"
    return "leave it out" if action.written_outputs is not None else f"write {OUTPUTS}: []"


def _taken(action: Action) -> Bounds:
    """Return how many inputs an action takes; where the row says it reads by case, none or one."""
    if action.row.reads is always:
        return action.row.inputs
    return Bounds(1, 1) if action.row.reads(action.body) else Bounds(0, 0)


def _input_hint(action: Action) -> str | None:
    taken = _taken(action)
    if taken.most == 0:
        return f"leave {INPUTS}: out"
    if len(action.inputs) < taken.least and not mentioned(action):
        return f"name what it reads under {INPUTS}:"
    return None


_CAUSES = (
    bad_format,
    artifact_not_yet_made,
    ambiguous_input,
    clone_ref_consumer,
    artifact_made_twice,
    artifact_count,
)

RULES = (
    bad_format,
    artifact_made_twice,
    artifact_count,
    awkward_artifact_name,
    unused_artifact,
)
