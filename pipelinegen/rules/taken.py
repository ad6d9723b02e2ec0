"""Rules about names that AWS wants to be given once: of actions, stages and checks."""

from __future__ import annotations

from collections.abc import Iterator

from pipelinegen.conditions import HOOKS, checks_of
from pipelinegen.diagnostics import Note, Pointer
from pipelinegen.model import Action, Pipeline
from pipelinegen.rules._rule import Finding, rule
from pipelinegen.rules._words import quoted


@rule()
def action_name_taken(pipeline: Pipeline) -> Iterator[Finding]:
    """Two actions of a stage must not have one name, nor two rules of a condition.

    An action without `action:` is named by its provider's word (Build, Test, Deploy, Approve …), so
    a second one of the kind needs a name of its own. `each` adds the target's name.

    bad:
        - codedeploy: {application-name: shop, deployment-group-name: blue}
        - codedeploy: {application-name: shop, deployment-group-name: green}
    good:
        - codedeploy: {application-name: shop, deployment-group-name: blue}
        - action: Green
          codedeploy: {application-name: shop, deployment-group-name: green}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html
    """
    for stage in pipeline.stages:
        key = "source" if stage.origin == ("sources",) else "action"
        where = f"in stage {quoted(stage.name)}"
        yield from _repeated(stage.actions, things="actions", where=where, key=key)
        for hook in HOOKS:
            where = f"under {hook} of stage {quoted(stage.name)}"
            yield from _repeated(
                checks_of(pipeline, stage, hook), things="rules", where=where, key="rule"
            )


@rule()
def stage_name_taken(pipeline: Pipeline) -> Iterator[Finding]:
    """Two stages of a pipeline must not have one name; the first stage is named by `source-stage`.

    Stages that never live on the same branch rule may share a name.

    bad:
        - stage: Test
          actions:
            - codebuild: {buildspec: unit.yml}
        - stage: Test
          actions:
            - action: Load
              codebuild-test: {buildspec: load.yml}
    good:
        - stage: Test
          actions:
            - codebuild: {buildspec: unit.yml}
            - action: Load
              codebuild-test: {buildspec: load.yml}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html
    """
    source, *others = pipeline.stages
    first: dict[str, Pointer] = {}
    for stage in others:
        at = (*stage.origin, "stage")
        if stage.name == source.name:
            yield Finding(
                f"stage {quoted(stage.name)} has the name of the source stage",
                at,
                hint="name one of them anew, the source stage with source-stage:",
            )
        elif stage.name in first:
            yield Finding(
                f"two stages are named {quoted(stage.name)}",
                at,
                hint="rename one, or make them one stage",
                notes=(Note(first[stage.name], "the first one"),),
            )
        first.setdefault(stage.name, at)


def _repeated(
    actions: tuple[Action, ...] | list[Action], *, things: str, where: str, key: str
) -> Iterator[Finding]:
    first: dict[str, Action] = {}
    for action in actions:
        known = first.setdefault(action.name, action)
        if known is action:
            continue
        hint = f"rename one with {key}:" if action.named else f"name this one with {key}:"
        note = Note(_place(known, key), "the first one")
        yield Finding(
            f"two {things} named {quoted(action.name)} {where}",
            _place(action, key),
            hint=hint,
            notes=(note,) if known.origin != action.origin else (),
        )


def _place(action: Action, key: str) -> Pointer:
    return (*action.origin, key) if action.named else action.origin


RULES = (action_name_taken, stage_name_taken)
