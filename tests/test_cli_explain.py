"""`explain` says what one branch gets, to people and to programs."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run

SPEC = """\
pipeline: shop
values: {size: small}
branches:
  - branch: main
    protected: true
    values: {size: large}
  - branch: feature
    match: [feature/*, "!feature/old"]
sources: [{codecommit: {repository-name: shop}}]
stages:
  - {stage: Build, actions: [{codebuild: {buildspec: b.yml, env: {SIZE: "${value:size}"}}}]}
  - stage: Deploy
    only: [main]
    actions: [{codedeploy: {application-name: a, deployment-group-name: b}}]
"""


@pytest.fixture
def spec(run: Run, tmp_path: Path) -> Path:
    """A sound spec in the current folder."""
    path = tmp_path / "pipelinegen.yaml"
    path.write_text(SPEC)
    return path


def _facts(run: Run, *arguments: str) -> dict[str, Any]:
    result = run("explain", "--format", "json", *arguments)
    assert result.exit_code == 0, result.stderr
    known: dict[str, Any] = json.loads(result.stdout)
    return known


def test_facts(run: Run, spec: Path) -> None:
    """The facts are the branch's own: rule as written, slug, stack, parameters and more."""
    known = _facts(run, "-b", "feature/login")
    assert known["rule"] == "feature"
    assert known["slug"] == "feature-login-df7c7a"
    assert known["stack"] == "shop-feature-login-df7c7a-pipeline"
    assert known["parameters"] == {
        "BranchName": "feature/login",
        "BranchSlug": "feature-login-df7c7a",
        "BranchRule": "feature",
    }
    assert known["values"] == {"size": "small"}
    assert known["detection"] == {"Source": "eventbridge"}
    assert known["warnings"] == []


def test_stages(run: Run, spec: Path) -> None:
    """Stages are those of the branch alone, each action with its order and artifacts."""
    names = [stage["name"] for stage in _facts(run, "-b", "feature/a")["stages"]]
    assert names == ["Source", "Build"]
    build = _facts(run, "-b", "main")["stages"][1]["actions"][0]
    expected = {"name": "Build", "run_order": 1, "provider": "codebuild"}
    assert build.items() >= expected.items()
    assert (build["inputs"], build["outputs"]) == (["Source"], ["Build"])


def test_why(run: Run, spec: Path) -> None:
    """Rule by rule it says why the branch fits or not."""
    known = _facts(run, "-b", "feature/a")
    assert [one["rule"] for one in known["rules"]] == ["main", "feature"]


def test_warnings(run: Run, spec: Path) -> None:
    """Warnings of the branch stand among the facts, with their place."""
    spec.write_text(
        SPEC.replace("repository-name: shop", "repository-name: shop, detection: polling")
    )
    (warning,) = _facts(run, "-b", "main")["warnings"]
    assert (warning["rule"], warning["line"]) == ("polling-detection", 9)


def test_permissions(run: Run, spec: Path) -> None:
    """Each permission names the action that needs it; what only main needs is main's alone."""
    main, feature = (_facts(run, "--iam", "-b", branch) for branch in ("main", "feature/a"))
    deploying = [one for one in main["permissions"] if "Deploy/Deploy" in one["for"]]
    assert any("codedeploy:CreateDeployment" in one["actions"] for one in deploying)
    assert not any(
        "codedeploy" in action for one in feature["permissions"] for action in one["actions"]
    )
    assert "permissions" not in _facts(run, "-b", "main")


def test_permission_of_a_condition(run: Run, spec: Path) -> None:
    """A permission that a condition of a stage needs names that condition."""
    alarm = "    on-success: {result: ROLLBACK, rules: [{alarm: {alarm-name: a}}]}\n"
    spec.write_text(SPEC + alarm)
    granted = _facts(run, "--iam", "-b", "main")["permissions"]
    (found,) = [one for one in granted if "cloudwatch:DescribeAlarms" in one["actions"]]
    assert found["for"] == ["Deploy/on-success/rules/0"]


def test_permission_of_a_declared_role(run: Run, spec: Path) -> None:
    """A permission that the spec writes is shown as written, with its conditions."""
    declared = """\
roles:
  Sender:
    trust: [scheduler.amazonaws.com]
    permissions:
      - actions: ["sqs:Send*"]
        resources: ["arn:aws:sqs:eu-west-1:111111111111:${branch:slug}"]
        conditions: {StringEquals: {"aws:PrincipalTag/Team": [a, b]}}
tags: {Role: "${role:Sender}"}
"""
    spec.write_text(SPEC + declared)
    granted = _facts(run, "--iam", "-b", "main")["permissions"]
    (found,) = [one for one in granted if "sqs:Send*" in one["actions"]]
    assert found["role"] == "SenderRole"
    assert found["resources"] == ["arn:aws:sqs:eu-west-1:111111111111:${branch:slug}"]
    assert found["conditions"] == {"StringEquals": {"aws:PrincipalTag/Team": ["a", "b"]}}
    shown = run("explain", "--iam", "-b", "main").stdout
    assert '  if   {"StringEquals": {"aws:PrincipalTag/Team": ["a", "b"]}}' in shown


def test_text(run: Run, spec: Path) -> None:
    """For people it is aligned blocks, one for each question."""
    result = run("explain", "-b", "main", "--iam")
    assert (result.exit_code, result.stderr) == (0, "")
    blocks = result.stdout.split("\n\n")
    assert blocks[0].splitlines()[:2] == ["branch      main", "rule        main (protected)"]
    assert blocks[2] == "stage Build\n  1  Build  codebuild  reads Source  makes Build"
    assert blocks[4].startswith("role PipelineRole, ")
    assert all(line == line.rstrip() for line in result.stdout.splitlines())


def test_text_of_a_warning(run: Run, spec: Path) -> None:
    """A warning of the branch ends the text."""
    spec.write_text(
        SPEC.replace("repository-name: shop", "repository-name: shop, detection: polling")
    )
    last = run("explain", "-b", "main").stdout.splitlines()[-1]
    assert last.startswith("pipelinegen.yaml:9:")
    assert "warning[polling-detection]" in last


@pytest.mark.parametrize(
    ("branch", "code", "rule"),
    [
        ("wip", 2, "branch-without-rule"),
        ("feature/old", 2, "branch-without-rule"),
        ("feature/$(id)", 2, "branch-name-refused"),
    ],
)
def test_wrong_branch(run: Run, spec: Path, branch: str, code: int, rule: str) -> None:
    """A branch without a rule has nothing to explain."""
    result = run("explain", "-b", branch)
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.startswith(f"error[{rule}]: ")


def test_errors(run: Run, spec: Path) -> None:
    """A spec with errors explains nothing but them."""
    spec.write_text(SPEC.replace("stages:", "stagez:"))
    result = run("explain", "-b", "main")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "error[unknown-key]" in result.stderr


def test_checked_out_branch(run: Run, spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a word it is the branch that is checked out; environment and flag are stronger."""
    command = ["git", "init", "--initial-branch", "feature/here"]
    subprocess.run(command, cwd=spec.parent, check=True, capture_output=True)
    assert _facts(run)["branch"] == "feature/here"
    monkeypatch.setenv("PIPELINEGEN_BRANCH", "feature/there")
    assert _facts(run)["branch"] == "feature/there"
    assert _facts(run, "-b", "main")["branch"] == "main"


def test_branch_of_another_checkout(
    run: Run, spec: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The checkout that counts is that of the spec, not that of the current folder."""
    command = ["git", "init", "--initial-branch", "main"]
    subprocess.run(command, cwd=spec.parent, check=True, capture_output=True)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    command[-1] = "feature/elsewhere"
    subprocess.run(command, cwd=tmp_path / "elsewhere", check=True, capture_output=True)
    assert _facts(run, "../pipelinegen.yaml")["branch"] == "main"


def test_no_branch(run: Run, spec: Path) -> None:
    """Outside a checkout a branch must be named."""
    result = run("explain")
    assert (result.exit_code, result.stderr) == (
        2,
        "error: no branch is checked out where 'pipelinegen.yaml' lies; name one with -b\n",
    )
