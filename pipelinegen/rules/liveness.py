"""Rules about what is left of a spec on each branch rule, and what nothing ever uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipelinegen.diagnostics import Note, Severity
from pipelinegen.model import Pipeline, Spec
from pipelinegen.provider import JSON
from pipelinegen.rules._rule import Finding, Pipelines, rule
from pipelinegen.rules._words import cut, quoted
from pipelinegen.rules._written import Narrowing, Written, written

_KINDS = {"projects": "project", "functions": "function", "topics": "topic", "roles": "role"}


@rule()
def never_live(spec: Spec) -> Iterator[Finding]:
    """A stage, group or action must live on at least one branch rule.

    `only:` of an action narrows that of its group and stage. Where they have no branch rule in
    common the action would silently be left out of every pipeline.

    bad:
        branches: [{branch: main}, {branch: develop}]
        stages:
          - stage: Deploy
            only: [main]
            actions:
              - codedeploy: {application-name: shop, deployment-group-name: test}
                only: [develop]
    good:
        branches: [{branch: main}, {branch: develop}]
        stages:
          - stage: Deploy
            actions:
              - codedeploy: {application-name: shop, deployment-group-name: test}
                only: [develop]
              - action: Production
                codedeploy: {application-name: shop, deployment-group-name: production}
                only: [main]
    """
    for node in written(spec):
        around, own = node.around, node.narrowings[len(node.around) :]
        if own and _shared(spec, around) and _shared(spec, node.narrowings) == set():
            told = [f"its {outer.thing} has only: {_listed(outer)}" for outer in around]
            yield Finding(
                f"this {node.thing} is on no branch rule: "
                f"{', '.join(told)}, it has only: {_listed(own[0])}",
                (*node.at, "only"),
                notes=tuple(
                    Note((*outer.at, "only"), f"the {outer.thing} is narrowed here")
                    for outer in around
                ),
            )


@rule(Severity.NOTE)
def unused_declaration(pipelines: Pipelines) -> Iterator[Finding]:
    """A project, function, topic or role that nothing uses is left out of the template.

    Declared things live on the branch rules where something uses them; a reference such as
    `${role:Deploy}` is the use. A name in a patch or in raw CloudFormation is not seen.

    bad:
        roles:
          Deploy: {trust: [cloudformation.amazonaws.com]}
    good:
        roles:
          Deploy: {trust: [cloudformation.amazonaws.com]}
        stages:
          - stage: Deploy
            actions:
              - cfn-delete: {stack-name: shop, role-arn: "${role:Deploy}"}
    """
    spec = next(iter(pipelines.values())).spec
    used = {reference for pipeline in pipelines.values() for reference in pipeline.references}
    for section, kind in _KINDS.items():
        declared = spec.data.get(section, {})
        if any(found == kind and name not in declared for found, name in used):
            continue  # a misspelt reference is what leaves it unused
        for name in declared:
            if (kind, name) not in used:
                yield Finding(
                    f"{kind} {quoted(name)} is not used",
                    (section, name),
                    hint="it is left out of the template",
                    on_key=True,
                )


@rule()
def empty_stage(pipeline: Pipeline) -> Iterator[Finding]:
    """A stage must have an action on every branch rule on which it lives.

    AWS refuses a stage without actions. Where `only:` takes the last action away, the stage itself
    must say that it is not for that branch rule.

    bad:
        branches: [{branch: main}, {branch: develop}]
        stages:
          - stage: Production
            actions:
              - codedeploy: {application-name: shop, deployment-group-name: production}
                only: [main]
    good:
        branches: [{branch: main}, {branch: develop}]
        stages:
          - stage: Build
            actions:
              - codebuild: {buildspec: buildspec.yml}
          - stage: Production
            only: [main]
            actions:
              - codedeploy: {application-name: shop, deployment-group-name: production}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html
    """
    source, *others = pipeline.stages
    if not source.actions and not _hides_sources(pipeline.spec):
        yield Finding(
            f"no source is left in stage {quoted(source.name)}",
            ("sources",),
            hint="leave only: out of one source, or add a source for this branch rule",
        )
    broken = {node.at[:2] for node in written(pipeline.spec) if _is_broken(pipeline.spec, node)}
    for stage in others:
        if not stage.actions and stage.origin not in broken:
            yield Finding(
                f"stage {quoted(stage.name)} has no action left",
                (*stage.origin, "stage"),
                hint="add only: to the stage",
            )


@rule()
def too_few_stages(pipeline: Pipeline) -> Iterator[Finding]:
    """A pipeline needs a stage after its source stage, on every branch rule.

    bad:
        branches: [{branch: main}, {branch: develop}]
        stages:
          - stage: Build
            only: [main]
            actions:
              - codebuild: {buildspec: buildspec.yml}
    good:
        branches: [{branch: main}, {branch: develop}]
        stages:
          - stage: Build
            actions:
              - codebuild: {buildspec: buildspec.yml}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html
    """
    known = _names(pipeline.spec)
    misspelt = any(not known.issuperset(entry.get("only", ())) for entry in _stages(pipeline))
    if len(pipeline.stages) == 1 and not misspelt:
        yield Finding(
            "no stage is left after the source stage",
            ("stages",),
            hint="leave only: out of one stage, or add a stage for this branch rule",
        )


def _stages(pipeline: Pipeline) -> list[Mapping[str, JSON]]:
    return list(pipeline.spec.data["stages"])


def _names(spec: Spec) -> set[str]:
    return {rule.name for rule in spec.branch_rules}


def _shared(spec: Spec, narrowings: tuple[Narrowing, ...]) -> set[str] | None:
    """Return the branch rules that all of them name, None when one names an unknown rule."""
    left = _names(spec)
    for narrowing in narrowings:
        if not _names(spec).issuperset(narrowing.only):
            return None
        left &= set(narrowing.only)
    return left


def _is_broken(spec: Spec, node: Written) -> bool:
    """Tell whether another rule already says why a node is missing."""
    targets = spec.data.get("targets", {})
    unknown = any(name not in targets for name in node.entry.get("each", ()))
    return unknown or not _shared(spec, node.narrowings)


def _hides_sources(spec: Spec) -> bool:
    known = _names(spec)
    return any(not known.issuperset(entry.get("only", ())) for entry in spec.data["sources"])


def _listed(narrowing: Narrowing) -> str:
    return f"[{', '.join(map(cut, narrowing.only))}]"


RULES = (never_live, unused_declaration, empty_stage, too_few_stages)
