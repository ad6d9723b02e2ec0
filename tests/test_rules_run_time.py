"""Specs near the faults of run-time variables and namespaces, and what is not said of them."""

from __future__ import annotations

import pytest

from tests.near import found

RULES = {
    "unknown-variable",
    "variable-not-yet-set",
    "ambiguous-variable",
    "variable-in-source",
    "variable-without-default",
    "namespace-taken",
}


CONNECTION = (
    "sources:\n  - connection: {connection-arn: '${import:C}', full-repository-id: a/b}\n"
    "stages:\n  - stage: S\n    actions:\n"
)


@pytest.mark.parametrize(
    "example",
    [
        pytest.param(
            "- approval: {custom-data: '#{Source.CommitId} #{codepipeline.PipelineExecutionId}'}",
            id="a source and the execution",
        ),
        pytest.param(
            f"{CONNECTION}      - approval: {{custom-data: '#{{Source.CommitId}} "
            "#{Source.CommitMessage} #{Source.TagName} #{Source.PullRequestId}'}",
            id="what a connection sets",
        ),
        pytest.param(
            "variables: [{variable: Level, default: info}]\nstages:\n  - stage: S\n    actions:\n"
            "      - approval: {custom-data: '#{variables.Level}'}",
            id="a variable of the pipeline",
        ),
        pytest.param(
            "- {action: L, lambda: {function-name: f}}\n- approval: {custom-data: '#{L.Whatever}'}",
            id="a function sets anything",
        ),
        pytest.param(
            "- codebuild: {buildspec: b.yml}\n- approval: {custom-data: '#{Build.VERSION}'}",
            id="a buildspec of the repository exports anything",
        ),
        pytest.param(
            "- {action: L, lambda: {function-name: f}, namespace: Given}\n"
            "- approval: {custom-data: '#{Given.X}'}",
            id="a written namespace",
        ),
        pytest.param(
            "- commands: {run: [x], output-variables: [X]}\n- approval: {custom-data: '#{Run.X}'}",
            id="a declared output variable",
        ),
        pytest.param(
            "stages:\n  - stage: A\n    actions: [{action: L, lambda: {function-name: f}}]\n"
            "  - stage: B\n    actions:\n      - {approval: {custom-data: '#{L.X}'}}\n"
            "      - {action: L, lambda: {function-name: f}}",
            id="a later action of the same name",
        ),
        pytest.param(
            "branches: [{branch: main}, {branch: develop}]\nstages:\n  - stage: A\n    actions:\n"
            "      - {action: L, lambda: {function-name: f}, only: [main]}\n"
            "  - stage: B\n    actions:\n"
            "      - {action: L, lambda: {function-name: f}, only: [develop]}\n"
            "      - {approval: {custom-data: '#{L.X}'}}",
            id="on every branch rule there is one",
        ),
        pytest.param(
            "targets: {eu: {}, us: {}}\nstages:\n  - stage: A\n    actions:\n"
            "      - {action: L, each: [eu, us], lambda: {function-name: f}}\n"
            "      - {approval: {custom-data: '#{L-eu.X} #{L-us.X}'}}",
            id="copies have names of their own",
        ),
        pytest.param(
            "stages:\n  - stage: A\n    actions: [{action: L, lambda: {function-name: f}}]\n"
            "    on-success: {result: FAIL, rules: [{variable-check: "
            "{variable: '#{L.X}', operator: EQ, value: x}}]}",
            id="a check at the end of a stage reads the stage",
        ),
        pytest.param(
            "projects: {P: {buildspec: b.yml}}\nstages:\n  - stage: A\n    actions:\n"
            "      - codebuild-test: {project-name: '${project:P}', buildspec-override: "
            "'#{Source.CommitId}', env: {A: '#{Source.CommitId}'}, "
            "env-secret: {B: 'x:#{Source.CommitId}'}}",
            id="environments and overrides stand on the action",
        ),
        pytest.param(
            "branches: [{branch: main}]\nstages:\n  - stage: A\n    actions:\n"
            "      - {action: L, lambda: {function-name: f}, only: [mian]}\n"
            "      - {approval: {custom-data: '#{L.X}'}}",
            id="an action that a slip in only takes away",
        ),
        pytest.param(
            "sources: [{codecommit: {repository-name: r, detection: none}}]\n"
            "variables: [{variable: Level}]",
            id="a start by hand gives the value",
        ),
        pytest.param(
            "sources: [{raw: {category: Source, owner: Custom, provider: P, version: '1'}}]\n"
            "variables: [{variable: Level}]",
            id="what starts a raw source is not known",
        ),
        pytest.param(
            "- {action: A, codebuild: {buildspec: b.yml}, namespace: AVariables}\n"
            "- {approval: {custom-data: '#{AVariables.X}'}}",
            id="the default namespace may be written",
        ),
        pytest.param(
            "- {action: A, codebuild-test: {buildspec: b.yml}, namespace: A}\n"
            "- {approval: {custom-data: '#{A.X}'}}",
            id="without an artifact of its name a name is free",
        ),
    ],
)
def test_fine(example: str) -> None:
    """A spec near the fault is not accused of it."""
    assert found(example, RULES) == []


@pytest.mark.parametrize(
    ("example", "messages"),
    [
        pytest.param(
            "branches: [{branch: main}, {branch: develop}, {branch: wip}]\nstages:\n  - stage: A\n"
            "    actions:\n      - {action: L, lambda: {function-name: f}, only: [main, develop]}\n"
            "      - {approval: {custom-data: '#{L.X}'}}",
            ["#{L.X}: 'L' lives on branch rules main, develop only"],
            id="an action of other branch rules",
        ),
        pytest.param(
            "- {approval: {custom-data: '#{Nothing.X}'}}",
            ["#{Nothing.X}: no action 'Nothing' sets variables"],
            id="an action that does not exist",
        ),
        pytest.param(
            "- {approval: {custom-data: '#{variables.X}'}}",
            ["#{variables.X}: there is no variable 'X'"],
            id="a variable that nobody declares",
        ),
        pytest.param(
            "- commands: {run: [x], permissions: [{actions: ['s3:Get*'], "
            "resources: ['#{Source.CommitId}']}]}",
            [
                "#{Source.CommitId} is not replaced in 'resources', which is settled before the "
                "pipeline runs"
            ],
            id="rights are settled at deploy time",
        ),
        pytest.param(
            "stages:\n  - stage: A\n    only: [nowhere]\n    actions:\n"
            "      - {approval: {custom-data: '#{Source.Nothing}'}}\n"
            "  - stage: B\n    actions:\n      - {approval: {}}",
            [],
            id="what lives nowhere reads nothing",
        ),
        pytest.param(
            "sources: [{codecommit: {repository-name: r, detection: none}}, {source: B, "
            "connection: {connection-arn: '${import:C}', full-repository-id: a/b, "
            "detection: none, push: [{tags: {includes: [v*]}}]}}]\n"
            "variables: [{variable: Level}]",
            ["variable 'Level' has no default, so every automatic start would fail"],
            id="a filter starts the pipeline, too",
        ),
        pytest.param(
            "- {action: A.b, codebuild-test: {buildspec: b.yml}}\n"
            "- {action: Ab, codebuild-test: {buildspec: b.yml}}\n"
            "- {approval: {custom-data: '#{A.b.X} #{Ab.X}'}}",
            ["namespace 'AbVariables' is given to two actions"],
            id="two names with one namespace",
        ),
    ],
)
def test_found(example: str, messages: list[str]) -> None:
    """A fault is told in these words, and nothing else is."""
    assert found(example, RULES) == messages
