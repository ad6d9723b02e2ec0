"""Rules about manual approvals: what they hold back, and who is named to give them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipelinegen.diagnostics import Note, Severity
from pipelinegen.model import Action, Pipeline
from pipelinegen.resolve import lives
from pipelinegen.rules._rule import Finding, Pipelines, rule
from pipelinegen.rules._words import instead, listed, quoted
from pipelinegen.wiring import groups

APPROVAL = "Approval"


@rule()
def approval_artifacts(pipeline: Pipeline) -> Iterator[Finding]:
    """An approval has neither input nor output artifacts.

    bad:
        - approval: {}
          input-artifacts: [Build]
        - codedeploy: {application-name: shop, deployment-group-name: production}
    good:
        - approval: {}
        - codedeploy: {application-name: shop, deployment-group-name: production}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals-action-add.html
    """
    for action in _approvals(pipeline):
        written = {
            "input-artifacts": action.written_inputs,
            "output-artifacts": action.written_outputs,
        }
        for key, names in written.items():
            if names:
                yield Finding(
                    "an approval has neither input nor output artifacts",
                    (*action.origin, key),
                    hint=f"remove {key}:",
                    on_key=True,
                )


@rule(Severity.WARNING)
def approval_beside_action(pipeline: Pipeline) -> Iterator[Finding]:
    """An approval in a group does not hold back the actions beside it.

    The actions of a group start together; only what comes after the group waits for all of them.

    bad:
        - parallel:
            - approval: {}
            - codedeploy: {application-name: shop, deployment-group-name: production}
        - action: Smoke
          codebuild-test: {buildspec: smoke.yml}
    good:
        - approval: {}
        - codedeploy: {application-name: shop, deployment-group-name: production}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals.html
    """
    for stage in pipeline.stages:
        for group in groups(stage):
            beside = [action for action in group if not _is_approval(action)]
            for action in group if beside else ():
                if _is_approval(action):
                    yield Finding(
                        "an approval in a group does not hold back the actions beside it",
                        action.origin,
                        hint="put it before the group",
                        notes=(Note(beside[0].origin, "starts at the same time"),),
                    )


@rule(Severity.WARNING)
def approval_gates_nothing(pipeline: Pipeline) -> Iterator[Finding]:
    """Something must run after an approval, or it decides nothing.

    bad:
        - codedeploy: {application-name: shop, deployment-group-name: production}
        - approval: {}
    good:
        - approval: {}
        - codedeploy: {application-name: shop, deployment-group-name: production}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals.html
    """
    last = next((list(groups(stage)) for stage in reversed(pipeline.stages) if stage.actions), [])
    for action in last[-1] if last else ():
        if _is_approval(action):
            yield Finding(
                "nothing runs after this approval",
                action.origin,
                hint="put it before the action that it is to hold back, or remove it",
            )


@rule()
def unknown_approval(pipelines: Pipelines) -> Iterator[Finding]:
    """`approve` of a grant names approvals as Stage/Action; each must exist where the grant lives.

    bad:
        grants:
          - {grant: Release, approve: [Release/Ask], roles: [ReleaseManagers]}
        stages:
          - stage: Release
            actions:
              - approval: {}
              - codedeploy: {application-name: shop, deployment-group-name: production}
    good:
        grants:
          - {grant: Release, approve: [Release/Approve], roles: [ReleaseManagers]}
        stages:
          - stage: Release
            actions:
              - approval: {}
              - codebuild: {buildspec: release.yml}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals-iam-permissions.html
    """
    spec = next(iter(pipelines.values())).spec
    everywhere = _names(pipelines.values())
    rule_names = {each.rule.name for each in pipelines.values()}
    for index, grant in enumerate(spec.data.get("grants", ())):
        if not rule_names.issuperset(grant.get("only", ())):
            continue  # a misspelt branch rule is what leaves it without approvals
        here = _names(each for each in pipelines.values() if lives(grant, each.rule))
        for place, name in enumerate(grant.get("approve", ())):
            at = ("grants", index, "approve", place)
            if name in here:
                continue
            if name in everywhere:
                rules = [each.rule.name for each in pipelines.values() if name in _names([each])]
                yield Finding(
                    f"approval {quoted(name)} is on none of the grant's branch rules",
                    at,
                    hint=f"it is on: {listed(rules)}",
                )
                continue
            yield Finding(f"there is no approval {quoted(name)}", at, hint=_meant(name, everywhere))


@rule()
def timeout_not_approval(pipeline: Pipeline) -> Iterator[Finding]:
    """AWS honours `timeout-in-minutes` of an action for approvals only.

    A generated build project has a time limit of its own, written inside the provider's key.

    bad:
        - codebuild: {buildspec: buildspec.yml}
          timeout-in-minutes: 30
    good:
        - codebuild: {buildspec: buildspec.yml, timeout-in-minutes: 30}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html
    """
    for action in pipeline.actions:
        if action.timeout_in_minutes is None or _is_approval(action):
            continue
        own = "timeout-in-minutes" in action.row.keys and "project-name" not in action.body
        yield Finding(
            "AWS honours timeout-in-minutes for approvals only",
            (*action.origin, "timeout-in-minutes"),
            hint=f"for the build project write it inside the {action.row.key} key"
            if own
            else "remove it",
            on_key=True,
        )


def _is_approval(action: Action) -> bool:
    return action.row.category == APPROVAL


def _approvals(pipeline: Pipeline) -> Iterator[Action]:
    return (action for action in pipeline.actions if _is_approval(action))


def _names(pipelines: Iterable[Pipeline]) -> set[str]:
    return {
        f"{action.stage}/{action.name}" for pipeline in pipelines for action in _approvals(pipeline)
    }


def _meant(name: str, known: set[str]) -> str:
    """The only approval of the stage is what was meant, however it is called."""
    stage = name.partition("/")[0]
    here = [other for other in known if other.partition("/")[0] == stage]
    if len(here) == 1:
        return f"did you mean {quoted(here[0])}?"
    return instead(name, known) or "no stage has an approval"


RULES = (
    approval_artifacts,
    approval_beside_action,
    approval_gates_nothing,
    unknown_approval,
    timeout_not_approval,
)
