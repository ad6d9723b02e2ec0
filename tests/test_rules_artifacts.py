"""Specs near the faults of artifacts, and what is not said of them."""

from __future__ import annotations

import pytest

from tests.near import found

RULES = {
    "artifact-not-yet-made",
    "ambiguous-input",
    "input-differs-by-branch",
    "clone-ref-consumer",
    "bad-format",
    "artifact-made-twice",
    "artifact-count",
    "awkward-artifact-name",
    "unused-artifact",
}

CLONED = (
    "sources:\n  - codecommit: {repository-name: r, output-artifact-format: CODEBUILD_CLONE_REF}\n"
)


@pytest.mark.parametrize(
    "example",
    [
        pytest.param(
            "- codebuild: {buildspec: b.yml}\n- ecs: {cluster-name: c, service-name: s}",
            id="a build and its deployment",
        ),
        pytest.param(
            "- parallel:\n    - {action: A, codebuild: {buildspec: a.yml}}\n"
            "    - {action: B, codebuild-test: {buildspec: b.yml}}\n"
            "- ecs: {cluster-name: c, service-name: s}",
            id="a test beside the only build",
        ),
        pytest.param(
            "- parallel:\n    - {action: A, codebuild: {buildspec: a.yml}}\n"
            "    - {action: B, codebuild: {buildspec: b.yml}, output-artifacts: []}\n"
            "- ecs: {cluster-name: c, service-name: s}",
            id="a build that makes nothing beside the only one that does",
        ),
        pytest.param(
            "- parallel:\n    - {action: A, codebuild: {buildspec: a.yml}}\n"
            "    - {action: B, codebuild: {buildspec: b.yml}}\n"
            "- {action: C, codebuild: {buildspec: c.yml}, input-artifacts: [A, B]}\n"
            "- ecs: {cluster-name: c, service-name: s}",
            id="a build that joins two",
        ),
        pytest.param(
            "branches: [{branch: main}, {branch: develop}]\nstages:\n  - stage: S\n    actions:\n"
            "      - {action: A, codebuild: {buildspec: a.yml}, only: [main]}\n"
            "      - {action: B, codebuild: {buildspec: a.yml}, only: [develop], "
            "output-artifacts: [A]}\n"
            "      - ecs: {cluster-name: c, service-name: s}",
            id="one artifact, made by another action on each branch rule",
        ),
        pytest.param(
            "branches: [{branch: main}, {branch: develop}]\nstages:\n  - stage: S\n    actions:\n"
            "      - {action: A, codebuild: {buildspec: a.yml}, only: [main]}\n"
            "      - {ecs: {cluster-name: c, service-name: s}, only: [main]}",
            id="the reader lives only where the artifact is made",
        ),
        pytest.param(
            "stages:\n  - stage: A\n    actions: [{codebuild: {buildspec: a.yml}}]\n"
            "    on-success: {result: FAIL, rules: [{codebuild: {project-name: p}, "
            "input-artifacts: [Build]}]}",
            id="a check at the end of a stage reads what the stage made",
        ),
        pytest.param(
            f"{CLONED}stages:\n  - stage: A\n    actions:\n"
            "      - codebuild: {buildspec: a.yml}\n"
            "      - raw: {category: Test, owner: AWS, provider: CodeBuild, version: '1'}\n"
            "        input-artifacts: [Source]\n"
            "      - ecs: {cluster-name: c, service-name: s}",
            id="CodeBuild reads a reference to a commit, typed or raw",
        ),
        pytest.param(
            "- {action: web@2.x, codebuild-test: {buildspec: b.yml}}",
            id="the name of an action without artifact may hold more",
        ),
        pytest.param(
            "- {action: web-app, codebuild: {buildspec: b.yml}}\n"
            "- {action: T, codebuild-test: {buildspec: b.yml}, input-artifacts: [web-app]}",
            id="the path of a single input is never asked for",
        ),
        pytest.param(
            "- {action: web-app, codebuild: {buildspec: b.yml}}\n"
            "- {action: T, codebuild-test: {buildspec: b.yml}, input-artifacts: [web-app, Source]}",
            id="nor that of the first input",
        ),
        pytest.param(
            "- {action: a-b, codebuild: {buildspec: b.yml}}\n"
            "- {action: L, lambda: {function-name: f}, input-artifacts: [Source, a-b]}",
            id="a function has no such variables",
        ),
        pytest.param(
            "branches: [{branch: main}, {branch: develop}]\nstages:\n  - stage: S\n    actions:\n"
            "      - codebuild: {buildspec: a.yml}\n"
            "      - {ecs: {cluster-name: c, service-name: s}, only: [main]}",
            id="read on one branch rule is read",
        ),
        pytest.param(
            "- inspector: {inspector-run-mode: SourceCodeScan}", id="a scan must make one"
        ),
        pytest.param("- approval: {}", id="the only source is of use unread"),
        pytest.param(
            "sources:\n  - codecommit: {repository-name: r}\n"
            "  - {source: Image, ecr: {repository-name: r}}",
            id="a source may be there to start the pipeline",
        ),
        pytest.param(
            "sources:\n  - {codecommit: {repository-name: r}, only: [mian]}\n"
            "stages:\n  - stage: A\n    actions: [{codebuild-test: {buildspec: b.yml}}]",
            id="without a source there is no input to speak of",
        ),
        pytest.param(
            "- inspector: {inspector-run-mode: ECRImageScan, ecr-repository-name: r}",
            id="this scan reads none",
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
            "branches: [{branch: main}, {branch: develop}, {branch: wip}]\nstages:\n"
            "  - stage: S\n    actions:\n"
            "      - {action: A, codebuild: {buildspec: a.yml}, only: [main, develop]}\n"
            "      - {ecs: {cluster-name: c, service-name: s}, input-artifacts: [A]}",
            ["artifact 'A' is made on branch rules main, develop only"],
            id="made on other branch rules",
        ),
        pytest.param(
            "sources:\n  - {codecommit: {repository-name: r}, output-artifacts: []}\n"
            "stages:\n  - stage: A\n    actions: [{ecs: {cluster-name: c, service-name: s}, "
            "input-artifacts: [X]}]",
            [
                "no action makes an artifact 'X'",
                "'codecommit' takes 1 output artifact, found 0",
            ],
            id="nothing exists that could be meant",
        ),
        pytest.param(
            "- {action: '@', codebuild: {buildspec: b.yml}}",
            ["'@' cannot be the name of an artifact, which has letters, digits, '_' and '-'"],
            id="a name of which nothing is left",
        ),
        pytest.param(
            "- lambda-deploy: {function-name: f}\n  input-artifacts: [Source, Source2]",
            [
                "no action makes an artifact 'Source2'",
                "'lambda-deploy' takes 1 input artifact, found 2",
            ],
            id="two faults of one list",
        ),
        pytest.param(
            "sources:\n  - raw: {category: Source, owner: AWS, provider: CodeCommit, version: '1', "
            "configuration: {OutputArtifactFormat: CODEBUILD_CLONE_REF}}\n"
            "stages:\n  - stage: A\n    actions: [{ecs: {cluster-name: c, service-name: s}}]",
            [
                "'Source' is only a reference to a commit (CODEBUILD_CLONE_REF); CodeBuild alone "
                "can read it"
            ],
            id="a raw source says it in AWS's words",
        ),
        pytest.param(
            "- codedeploy-ecs: {application-name: a, deployment-group-name: d, "
            "app-spec-template-artifact: X, task-definition-template-artifact: Source}",
            ["no action makes an artifact 'X'"],
            id="an artifact that a typed key names",
        ),
    ],
)
def test_found(example: str, messages: list[str]) -> None:
    """A fault is told in these words, and nothing else is."""
    assert found(example, RULES) == messages
