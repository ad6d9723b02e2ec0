"""`pipelinegen destroy` as a user meets it: flags, exit codes, what is printed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipelinegen.cli import shell
from pipelinegen.services import Connection
from tests.removable_world import (
    BRANCH,
    STACK,
    World,
    connection,
    everything,
    nothing_but_foreign,
)

SPEC = """\
pipeline: shop
branches:
  - branch: main
    protected: true
  - branch: feature/*
    lifecycle: {cleanup-stacks: ["shop-${branch:slug}"]}
sources:
  - codecommit: {repository-name: shop}
stages:
  - stage: Build
    actions:
      - codebuild: {buildspec: ci/build.yml}
        output-artifacts: []
"""
Destroy = Callable[..., Result]


@pytest.fixture
def destroyed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Destroy:
    """Run the command in a folder with the spec, against a world."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pipelinegen.yaml").write_text(SPEC, encoding="utf-8")

    def invoke(world: World, *arguments: str) -> Result:
        def connect(**_wishes: Any) -> Connection:
            return connection(world)

        return CliRunner().invoke(shell, ["destroy", *arguments], connect=connect)

    return invoke


def test_everything_goes(destroyed: Destroy) -> None:
    """With the flags that answer for a person all of it goes, and nothing else."""
    world = everything()
    result = destroyed(world, "-b", BRANCH, "--yes", "--empty-buckets")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert f"stack '{STACK}' (CREATE_COMPLETE) will be deleted" in result.stderr
    assert "DELETE_COMPLETE" in result.stderr
    nothing_but_foreign(world)


def test_json(destroyed: Destroy) -> None:
    """The stream of events is JSON, and its last line holds the exit code."""
    world = everything()
    arguments = ("-b", BRANCH, "-y", "--empty-buckets", "--output", "jsonl")
    lines = [json.loads(line) for line in destroyed(world, *arguments).stdout.splitlines()]
    assert {line["schema"] for line in lines} == {"pipelinegen/v1/destroy"}
    assert (lines[0]["type"], lines[-1]["type"]) == ("start", "result")
    assert lines[-1]["exit_code"] == 0


def test_already_gone(destroyed: Destroy) -> None:
    """Nothing to do is success."""
    result = destroyed(World(), "-b", BRANCH)
    assert result.exit_code == 0
    assert "already gone" in result.stderr


def test_rule_is_gone(destroyed: Destroy) -> None:
    """A branch that no rule takes any more can still go, with what its stack records."""
    world = everything()
    Path("pipelinegen.yaml").write_text(SPEC.replace("feature/*", "bugfix/*"), encoding="utf-8")
    result = destroyed(world, "-b", BRANCH, "-y", "--empty-buckets")
    assert result.exit_code == 0
    assert ("delete", "id-shop-small-blue") in world.writes


REFUSALS = {
    "nobody can answer": (("--empty-buckets",), 5, "nobody can answer"),
    "a bucket is not empty": (("--yes",), 4, "--empty-buckets"),
    "two flags exclude each other": (
        ("--empty-buckets", "--retain-buckets"),
        2,
        "--empty-buckets and --retain-buckets exclude each other",
    ),
    "no time": (("--timeout", "0"), 2, "--timeout"),
}


@pytest.mark.parametrize(("flags", "code", "message"), REFUSALS.values(), ids=REFUSALS)
def test_refused(destroyed: Destroy, flags: tuple[str, ...], code: int, message: str) -> None:
    """What forbids it has its exit code, and nothing is deleted."""
    world = everything()
    result = destroyed(world, "-b", BRANCH, *flags)
    assert (result.exit_code, world.writes) == (code, [])
    assert message in result.stderr


def test_errors_in_the_spec(destroyed: Destroy) -> None:
    """A spec with errors is told about first."""
    Path("pipelinegen.yaml").write_text(SPEC.replace("stages:", "stage:"), encoding="utf-8")
    world = everything()
    assert destroyed(world, "-b", BRANCH, "-y").exit_code == 1
    assert world.calls == []


def test_blocked_without_a_person(destroyed: Destroy) -> None:
    """Off a terminal --yes leaves nothing behind that cannot be deleted."""
    world = everything()
    world.blocked = {f"id-{STACK}": "Reports"}
    for _ in range(2):
        result = destroyed(world, "-b", BRANCH, "-y", "--empty-buckets")
        assert result.exit_code == 4
        assert "'Reports' (AWS::S3::Bucket, reports) could not be deleted" in result.stderr
    assert world.stacks[f"id-{STACK}"].status == "DELETE_FAILED"


def test_hostile_text(destroyed: Destroy) -> None:
    """What AWS says cannot steer the terminal."""
    world = everything()
    stack = world.stacks[f"id-{STACK}"]
    world.stacks[stack.id] = replace(stack, tags={**stack.tags, "pipelinegen:pipeline": "\x1b[2J"})
    result = destroyed(world, "-b", BRANCH, "-y")
    assert result.exit_code == 4
    assert "\x1b" not in result.stderr
