"""`synth` prints a template and nothing else, writes it whole or not at all, checks old ones."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelinegen.specialise import specialise
from tests.conftest import Run

SPEC = """\
pipeline: shop
branches: [{branch: main}, {branch: feature/*}]
sources: [{codecommit: {repository-name: shop}}]
stages:
  - {stage: Test, actions: [{codebuild-test: {buildspec: b.yml}}]}
  - stage: Deploy
    only: [main]
    actions: [{codedeploy: {application-name: a, deployment-group-name: b}}]
"""
TEMPLATE = "pipelinegen.template.yaml"


@pytest.fixture
def spec(run: Run, tmp_path: Path) -> Path:
    """A sound spec in the current folder."""
    path = tmp_path / "pipelinegen.yaml"
    path.write_text(SPEC)
    return path


def _stage_names(template: dict[str, Any]) -> list[str]:
    return [stage["Name"] for stage in template["Resources"]["Pipeline"]["Properties"]["Stages"]]


def test_template(run: Run, spec: Path) -> None:
    """The template is all that is on stdout, and nothing is on stderr."""
    result = run("synth")
    assert (result.exit_code, result.stderr) == (0, "")
    body = yaml.safe_load(result.stdout)
    assert list(body["Parameters"]) == ["BranchName", "BranchSlug", "BranchRule"]
    assert result.stdout.endswith("\n")


def test_json(run: Run, spec: Path) -> None:
    """JSON and YAML say the same."""
    as_json = run("synth", "--format", "json").stdout
    assert json.loads(as_json) == yaml.safe_load(run("synth").stdout)


def test_same_bytes(run: Run, spec: Path) -> None:
    """The same spec gives the same bytes, also through stdin and from a file of another name."""
    first = run("synth").stdout
    assert run("synth").stdout == first
    assert run("synth", "-", stdin=SPEC.encode()).stdout == first
    (spec.parent / "other.yaml").write_text(SPEC)
    assert run("synth", "other.yaml").stdout == first


@pytest.mark.parametrize(
    ("branch", "stages"),
    [("main", ["Source", "Test", "Deploy"]), ("feature/login", ["Source", "Test"])],
)
def test_branch(run: Run, spec: Path, branch: str, stages: list[str]) -> None:
    """For one branch there are neither parameters nor conditions, and only its stages."""
    result = run("synth", "-b", branch, "--format", "json")
    body = json.loads(result.stdout)
    assert result.exit_code == 0
    assert "Parameters" not in body
    assert "Conditions" not in body
    assert _stage_names(body) == stages


def test_branch_is_specialisation(run: Run, spec: Path) -> None:
    """The template of one branch is that of all, specialised."""
    given = {"BranchName": "main", "BranchSlug": "main", "BranchRule": "main"}
    whole = json.loads(run("synth", "--format", "json").stdout)
    one = json.loads(run("synth", "--format", "json", "-b", "main").stdout)
    assert specialise(whole, given, drop_unused=True) == one


def test_branch_of_the_environment(run: Run, spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The branch may come from the environment; the flag is stronger."""
    main, feature = (run("synth", "-b", branch).stdout for branch in ("main", "feature/a"))
    monkeypatch.setenv("PIPELINEGEN_BRANCH", "feature/a")
    assert run("synth").stdout == feature
    assert run("synth", "-b", "main").stdout == main


@pytest.mark.parametrize(
    ("branch", "line"),
    [
        (
            "wip",
            "error[branch-without-rule]: branch 'wip' fits no rule; rules are main, feature/*\n",
        ),
        (
            "a$(id)",
            "error[branch-name-refused]: branch 'a$(id)' has characters that are not allowed in a "
            "pipeline; rename it\n",
        ),
        (
            "",
            "error[branch-name-refused]: branch '' has characters that are not allowed in a "
            "pipeline; rename it\n",
        ),
        (
            "feature/\x1b[31m",
            "error[branch-name-refused]: branch 'feature/\\x1b[31m' has characters that are not "
            "allowed in a pipeline; rename it\n",
        ),
    ],
)
def test_wrong_branch(run: Run, spec: Path, branch: str, line: str) -> None:
    """A branch that no rule takes, or no stack could bear, gives no template."""
    result = run("synth", "-b", branch)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", line)


def test_errors(run: Run, spec: Path) -> None:
    """Errors give no template: they stand on stderr with their lines, and the code is 1."""
    spec.write_text(SPEC.replace("stages:", "stagez:"))
    result = run("synth", "-o", TEMPLATE)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "error[unknown-key]" in result.stderr
    assert "5 | " in result.stderr or "4 | " in result.stderr
    assert not (spec.parent / TEMPLATE).exists()


@pytest.mark.parametrize(("flags", "said"), [([], True), (["-q"], False)])
def test_warnings(run: Run, spec: Path, flags: list[str], said: bool) -> None:
    """Warnings are talk: on stderr, beside the template, gone with quiet."""
    spec.write_text(
        SPEC.replace("repository-name: shop", "repository-name: shop, detection: polling")
    )
    result = run("synth", *flags)
    assert result.exit_code == 0
    assert ("warning[polling-detection]" in result.stderr) is said
    assert yaml.safe_load(result.stdout)["Resources"]


@pytest.mark.parametrize("target", ["out.yaml", "deep/out.yaml"])
def test_output(run: Run, spec: Path, target: str) -> None:
    """A file gets what stdout would get, and stdout nothing."""
    (spec.parent / "deep").mkdir()
    expected = run("synth").stdout
    result = run("synth", "-o", target)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"wrote '{target}'\n")
    assert (spec.parent / target).read_text() == expected


def test_output_to_stdout(run: Run, spec: Path) -> None:
    """`-` is stdout."""
    assert run("synth", "-o", "-").stdout == run("synth").stdout


@pytest.mark.parametrize("target", ["gone/out.yaml", "."])
def test_output_refused(run: Run, spec: Path, target: str) -> None:
    """Where nothing can be written, nothing is, and the code is 2."""
    result = run("synth", "-o", target)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"error: cannot write '{target}': ")
    assert sorted(os.listdir(spec.parent)) == ["pipelinegen.yaml"]


def test_check(run: Run, spec: Path) -> None:
    """A current file passes in silence; a missing or different one is a difference."""
    missing = run("synth", "--check")
    assert missing.exit_code == 1
    assert missing.stdout.startswith(f"--- /dev/null\n+++ b/{TEMPLATE}\n")
    assert f"pipelinegen synth pipelinegen.yaml -o {TEMPLATE}" in missing.stderr

    run("synth", "-o", TEMPLATE)
    current = run("synth", "--check")
    assert (current.exit_code, current.stdout, current.stderr) == (0, "", "")

    spec.write_text(SPEC.replace("b.yml", "c.yml"))
    different = run("synth", "--check")
    assert different.exit_code == 1
    assert different.stdout.startswith(f"--- a/{TEMPLATE}\n+++ b/{TEMPLATE}\n@@ ")
    assert "b.yml" in different.stdout
    assert "c.yml" in different.stdout


def test_check_changes_nothing(run: Run, spec: Path) -> None:
    """A check never writes."""
    (spec.parent / TEMPLATE).write_text("old\n")
    assert run("synth", "--check").exit_code == 1
    assert (spec.parent / TEMPLATE).read_text() == "old\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["-o", "other.yaml"],
        ["-o", "other.json", "--format", "json"],
        ["-o", "main.yaml", "-b", "main"],
    ],
)
def test_check_elsewhere(run: Run, spec: Path, arguments: list[str]) -> None:
    """A check compares what the same words would write."""
    assert run("synth", "--check", *arguments).exit_code == 1
    assert run("synth", *arguments).exit_code == 0
    assert run("synth", "--check", *arguments).exit_code == 0


def test_check_beside_the_spec(run: Run, spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The template is looked for beside the spec, wherever the command runs."""
    run("synth", "-o", TEMPLATE)
    (spec.parent / ".git").mkdir()
    (spec.parent / "deep").mkdir()
    monkeypatch.chdir(spec.parent / "deep")
    assert run("synth", "--check").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--check", "-o", "-"], "error: --check compares a file; '-' is none\n"),
        (["--check", "-"], "error: a spec from stdin has no file beside it; name one with -o\n"),
        (["gone.yaml"], "error: cannot read 'gone.yaml': no such file or directory\n"),
    ],
)
def test_usage(run: Run, spec: Path, arguments: list[str], line: str) -> None:
    """Words that make no sense together are refused."""
    result = run("synth", *arguments, stdin=SPEC.encode())
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", line)
