"""Rules about input artifacts: that they exist, which one is meant, and who can read them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from pipelinegen.diagnostics import Note, Pointer, nearest
from pipelinegen.model import Action, Pipeline, Spec
from pipelinegen.resolve import resolve
from pipelinegen.rules._artifacts import checks_with_artifacts, input_place
from pipelinegen.rules._misplaced import misplaced, misplaced_outputs
from pipelinegen.rules._rule import Finding, Pipelines, rule
from pipelinegen.rules._words import listed, quoted
from pipelinegen.wiring import infers, outputs

_CLONE_REF = "CODEBUILD_CLONE_REF"
_CODEBUILD = "CodeBuild"


@rule()
def artifact_not_yet_made(pipeline: Pipeline) -> Iterator[Finding]:
    """An input must be the output of an action that has finished before.

    Actions of one group run beside each other, so none can read what another makes.

    bad:
        - parallel:
            - action: Compile
              codebuild: {buildspec: build.yml}
            - action: Lint
              codebuild-test: {buildspec: lint.yml}
              input-artifacts: [Compile]
    good:
        - action: Compile
          codebuild: {buildspec: build.yml}
        - action: Lint
          codebuild-test: {buildspec: lint.yml}
          input-artifacts: [Compile]
    https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html
    """
    readers = [(action, action.available) for action in pipeline.actions]
    readers += [(check, tuple(sorted(there))) for check, there in checks_with_artifacts(pipeline)]
    missing = [
        (reader, name, available)
        for reader, available in readers
        for name in reader.inputs
        if name not in available
    ]
    if not missing:
        return
    excused = misplaced_outputs(pipeline.spec)
    elsewhere = _branch_rules_by_artifact(pipeline.spec)
    makers = _first_makers(pipeline)
    for reader, name, available in missing:
        if name not in excused:
            made_on = elsewhere.get(name, ())
            yield _not_made(reader, name, available, maker=makers.get(name), elsewhere=made_on)


@rule()
def ambiguous_input(pipeline: Pipeline) -> Iterator[Finding]:
    """Where several builds ran beside each other, an action must say whose artifact it takes.

    A deploy action takes the artifact of the last build by itself; after a group with several
    builds there is no last one.

    bad:
        - parallel:
            - {action: Web, codebuild: {buildspec: web.yml}}
            - {action: Jobs, codebuild: {buildspec: jobs.yml}}
        - ecs: {cluster-name: shop, service-name: web}
    good:
        - parallel:
            - {action: Web, codebuild: {buildspec: web.yml}}
            - {action: Jobs, codebuild: {buildspec: jobs.yml}}
        - ecs: {cluster-name: shop, service-name: web}
          input-artifacts: [Web]
    """
    for action in pipeline.actions:
        if action.candidates:
            yield Finding(
                "which artifact is the input? several were made",
                action.origin,
                hint=f"add input-artifacts: [{listed(action.candidates)}] with the one you mean",
            )


@rule()
def input_differs_by_branch(pipelines: Pipelines) -> Iterator[Finding]:
    """An input that is not written must be the same on every branch rule where the action lives.

    `only` on a build would otherwise silently make the same action deploy something else.

    bad:
        branches: [{branch: main}, {branch: develop}]
        stages:
          - stage: Build
            actions:
              - {action: Compile, codebuild: {buildspec: build.yml}}
              - {action: Sign, codebuild: {buildspec: sign.yml}, only: [main]}
          - stage: Deploy
            actions:
              - ecs: {cluster-name: shop, service-name: web}
    good:
        branches: [{branch: main}, {branch: develop}]
        stages:
          - stage: Build
            actions:
              - {action: Compile, codebuild: {buildspec: build.yml}}
              - {action: Sign, codebuild: {buildspec: sign.yml}, only: [main]}
          - stage: Deploy
            actions:
              - ecs: {cluster-name: shop, service-name: web}
                input-artifacts: [Compile]
    """
    if any(misplaced(pipeline.spec) for pipeline in pipelines.values()):
        return
    found: dict[Pointer, dict[str, list[str]]] = {}
    for pipeline in pipelines.values():
        for action in pipeline.actions:
            if infers(action) and action.inputs:
                by_input = found.setdefault(action.origin, {})
                rules = by_input.setdefault(action.inputs[0], [])
                if pipeline.rule.name not in rules:
                    rules.append(pipeline.rule.name)
    for origin, by_input in found.items():
        if len(by_input) > 1:
            told = ", ".join(
                f"{quoted(name)} on {' and '.join(on)}" for name, on in by_input.items()
            )
            yield Finding(
                f"the input would be {told}",
                origin,
                hint=f"write input-artifacts: [{next(iter(by_input))}] or another one",
            )


@rule()
def clone_ref_consumer(pipeline: Pipeline) -> Iterator[Finding]:
    """The artifact of a source with CODEBUILD_CLONE_REF can be read by CodeBuild alone.

    It holds no files, only the commit that CodeBuild clones by itself.

    bad:
        sources:
          - codecommit: {repository-name: shop, output-artifact-format: CODEBUILD_CLONE_REF}
        stages:
          - stage: Deploy
            actions:
              - codedeploy: {application-name: shop, deployment-group-name: production}
    good:
        sources:
          - codecommit: {repository-name: shop, output-artifact-format: CODEBUILD_CLONE_REF}
        stages:
          - stage: Build
            actions:
              - codebuild: {buildspec: buildspec.yml}
          - stage: Deploy
            actions:
              - codedeploy: {application-name: shop, deployment-group-name: production}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeCommit.html
    """
    references = {
        name: source
        for source in pipeline.sources
        if _gives_reference(source.body)
        for name in source.outputs
    }
    if not references:
        return
    readers = [*pipeline.actions, *(check for check, _ in checks_with_artifacts(pipeline))]
    for action in readers:
        if action.row.provider == _CODEBUILD:
            continue
        for name in action.inputs:
            if name in references:
                yield Finding(
                    f"{quoted(name)} is only a reference to a commit ({_CLONE_REF}); CodeBuild "
                    "alone can read it",
                    input_place(action, name),
                    hint="leave output-artifact-format: out there, or read what a build made",
                    notes=(Note(references[name].origin, "the source is here"),),
                )


def _not_made(
    reader: Action,
    name: str,
    available: Collection[str],
    *,
    maker: Action | None,
    elsewhere: Sequence[str],
) -> Finding:
    """Say why an input does not exist; `elsewhere` names the branch rules on which it is made."""
    notes = () if maker is None else (Note(maker.origin, f"{quoted(name)} is made here"),)
    message, hint = _reason(reader, name, maker, elsewhere)
    if hint is None and available:
        meant = nearest(name, set(available)) if maker is None else None
        hint = f"did you mean {quoted(meant)}?" if meant else None
        hint = hint or f"expected one of: {listed(list(available))}"
    return Finding(message, input_place(reader, name), hint=hint, notes=notes)


def _reason(
    reader: Action, name: str, maker: Action | None, elsewhere: Sequence[str]
) -> tuple[str, str | None]:
    """Return what is wrong with an input, and the way out where it is not another artifact."""
    if maker is None:
        if not elsewhere:
            return f"no action makes an artifact {quoted(name)}", None
        plural = "s" if len(elsewhere) > 1 else ""
        return (
            f"artifact {quoted(name)} is made on branch rule{plural} {listed(elsewhere)} only",
            "add only: to this action, or make the artifact here too",
        )
    if reader.row.category == "Rule":
        return f"artifact {quoted(name)} does not exist yet when this check runs", None
    if maker.origin == reader.origin and maker.name == reader.name:
        return f"artifact {quoted(name)} is made by this action itself", None
    if (maker.stage, maker.order) == (reader.stage, reader.order):
        return (
            f"artifact {quoted(name)} does not exist yet: an action of the same group runs beside "
            "it, not before",
            None,
        )
    return (
        f"artifact {quoted(name)} does not exist yet: {quoted(maker.name)} makes it later, in "
        f"stage {quoted(maker.stage)}",
        None,
    )


def _first_makers(pipeline: Pipeline) -> dict[str, Action]:
    """Return artifact → the first action that makes it."""
    makers: dict[str, Action] = {}
    for action in pipeline.actions:
        for name in action.outputs:
            makers.setdefault(name, action)
    return makers


def _branch_rules_by_artifact(spec: Spec) -> dict[str, list[str]]:
    """Return artifact → the names of the branch rules on which it is made."""
    made: dict[str, list[str]] = {}
    for branch_rule in spec.branch_rules:
        actions = resolve(spec, branch_rule).actions
        for name in dict.fromkeys(name for action in actions for name in outputs(action)):
            made.setdefault(name, []).append(branch_rule.name)
    return made


def _gives_reference(body: Mapping[str, object]) -> bool:
    raw = body.get("configuration")
    written = raw.get("OutputArtifactFormat") if isinstance(raw, Mapping) else None
    return _CLONE_REF in (body.get("output-artifact-format"), written)


RULES = (artifact_not_yet_made, ambiguous_input, input_differs_by_branch, clone_ref_consumer)
