"""Stacks follow the branches of a real git repository, through a real command, in emulated AWS."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import boto3
import pytest
from click.testing import CliRunner, Result

from pipelinegen.aws.calls import Calls
from pipelinegen.aws.clock import SystemClock
from pipelinegen.aws.pipelines import CodePipelines
from pipelinegen.aws.session import connect
from pipelinegen.aws.stacks import CloudFormationStacks
from pipelinegen.aws.stores import DataStores
from pipelinegen.cli import shell
from pipelinegen.deployment import branch_hash
from pipelinegen.names import branch_slug, stack_name
from pipelinegen.services import Connection
from tests.emulator.account import Account
from tests.emulator.small import small

SPEC = """\
pipeline: shop
branches:
  - branch: main
    protected: true
  - branch: feature/*
    lifecycle: {delete-with-branch: true}
sources:
  - source: App
    codecommit: {repository-name: shop}
stages:
  - stage: Build
    actions:
      - codebuild: {buildspec: ci/build.yml}
        output-artifacts: []
"""
NOTES = "/pipelinegen/shop/gone"


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
    )


class Hurry(SystemClock):
    """A clock that sleeps a fraction of what it is asked to: the emulator waits for nobody."""

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds / 50)


def hurried(**wishes: Any) -> Connection:
    """Be services.Connect, without the pace that AWS needs."""
    found = connect(**wishes)
    clock = Hurry()
    calls = Calls(clock, patience=60, paces={}, random=lambda: 0.5, warn=wishes["warn"])
    clients = {
        service: boto3.client(service, region_name=found.identity.region)
        for service in ("cloudformation", "codepipeline", "events", "s3", "kms", "logs", "ssm")
    }
    return replace(
        found,
        clock=clock,
        stacks=CloudFormationStacks(clients.pop("cloudformation"), calls),
        pipelines=CodePipelines(clients.pop("codepipeline"), clients.pop("events"), calls),
        stores=DataStores(**clients, identity=found.identity, calls=calls),
    )


class Story:
    """A repository with its clone, and the account that follows it."""

    def __init__(self, folder: Path, account: Account) -> None:
        self.account = account
        self.clone = folder / "clone"
        git(folder, "init", "--bare", "--initial-branch", "main", "remote.git")
        git(folder, "clone", str(folder / "remote.git"), str(self.clone))
        git(self.clone, "checkout", "-B", "main")
        (self.clone / "pipelinegen.yaml").write_text(SPEC, encoding="utf-8")
        git(self.clone, "add", ".")
        git(self.clone, "commit", "--message", "first")
        git(self.clone, "push", "origin", "main")
        self.branches = {"main"}

    def push(self, branch: str) -> None:
        git(self.clone, "push", "origin", f"main:refs/heads/{branch}")
        self.branches.add(branch)

    def remove(self, branch: str) -> None:
        git(self.clone, "push", "origin", f":refs/heads/{branch}")
        self.branches.discard(branch)

    def sync(self, *flags: str) -> Result:
        arguments = ["sync", "pipelinegen.yaml", "--yes", "--prune", *flags]
        return CliRunner().invoke(shell, arguments, connect=hurried, catch_exceptions=False)

    @property
    def stacks(self) -> set[str]:
        found = self.account.stacks.describe_stacks()["Stacks"]
        return {one["StackName"] for one in found if "Metadata" not in one}

    @property
    def wanted(self) -> set[str]:
        return {stack_name("shop", branch_slug(branch)) for branch in self.branches}

    @property
    def notes(self) -> dict[str, str]:
        found = self.account.parameters.get_parameters_by_path(Path=NOTES)["Parameters"]
        return {one["Name"].rpartition("/")[2]: one["Value"] for one in found}


@pytest.fixture
def story(tmp_path: Path, emulator: str, monkeypatch: pytest.MonkeyPatch) -> Story:
    made = Story(tmp_path, Account(emulator))
    monkeypatch.chdir(made.clone)
    return made


def test_stacks_follow_branches(story: Story) -> None:
    """Branches come, go, are renamed and come again; the stacks are always theirs."""
    for branch in ("feature/a", "feature/b", "feature/c", "other"):
        story.push(branch)
    story.branches.discard("other")
    story.push("feature/c$(id)")
    story.branches.discard("feature/c$(id)")
    first = story.sync("-j", "2")
    assert first.exit_code == 0, first.stderr
    assert story.stacks == story.wanted
    assert [line.split()[0] for line in first.stdout.splitlines()[1:6]] == [
        *("main", "feature/a", "feature/b", "feature/c", "feature/c$(id)")
    ]
    assert "4 of 1,000 pipelines in eu-west-1, 4 of this spec" in first.stderr

    again = story.sync()
    assert again.exit_code == 0
    assert "create" not in again.stdout + again.stderr

    story.remove("feature/a")  # a rename is a branch that goes and one that comes
    story.push("feature/renamed")
    noted = story.sync()
    assert noted.exit_code == 0
    assert "gone; a later run deletes it" in noted.stdout
    assert story.stacks == story.wanted | {stack_name("shop", branch_slug("feature/a"))}
    assert set(story.notes) == {branch_hash("feature/a")}
    waiting = story.sync()
    assert waiting.exit_code == 0
    assert "gone since" in waiting.stdout
    assert "feature/a" in waiting.stdout

    story.push("feature/a")  # it is back before its time was up
    assert story.sync().exit_code == 0
    assert story.stacks == story.wanted
    assert story.notes == {}

    story.remove("feature/a")
    assert story.sync().exit_code == 0
    gone = story.sync("--grace", "0")
    assert gone.exit_code == 0, gone.stderr
    assert story.stacks == story.wanted
    assert story.notes == {}


def test_too_many_would_go(story: Story) -> None:
    """When a third of the stacks would go, none goes, and the rest is done; a number allows it."""
    foreign = "shop-feature-foreign-pipeline"
    story.account.deploy(foreign, small(Source="S3", Build="Jenkins"))
    for branch in ("feature/a", "feature/b"):
        story.push(branch)
    assert story.sync().exit_code == 0
    story.remove("feature/a")
    assert story.sync("--grace", "0").exit_code == 0
    refused = story.sync("--grace", "0", "--output", "json")
    assert refused.exit_code == 5
    document = json.loads(refused.stdout)
    assert document["exit_code"] == 5
    assert [one["action"] for one in document["steps"]] == ["keep", "held-back", "keep"]
    story.push("feature/new")
    assert story.sync("--grace", "0", "--max-delete", "0").exit_code == 6
    assert story.sync("--grace", "0", "--max-delete", "1").exit_code == 0
    assert story.stacks == story.wanted | {foreign}


def test_killed_half_way(story: Story) -> None:
    """A sync that is killed is taken up by the next one."""
    for branch in ("feature/a", "feature/b"):
        story.push(branch)
    command = [sys.executable, "-m", "pipelinegen", "sync", "--yes", "-j", "3"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    while "PROGRESS" not in (line := process.stderr.readline()):
        assert line, "it ended before anything was under way"
    process.kill()
    process.wait()
    process.stderr.close()
    assert story.sync().exit_code == 0
    assert story.stacks == story.wanted
    assert story.sync("--dry-run").exit_code == 0


def test_two_at_once(story: Story) -> None:
    """Two runs at the same time end as one would."""
    for branch in ("feature/a", "feature/b"):
        story.push(branch)
    command = [sys.executable, "-m", "pipelinegen", "sync", "--yes"]
    runs = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(2)]
    assert [run.wait() for run in runs] == [0, 0]
    assert story.stacks == story.wanted


def test_interrupted(story: Story) -> None:
    """Ctrl-C leaves what has begun to AWS, begins nothing more, and says so by its code."""
    for branch in ("feature/a", "feature/b"):
        story.push(branch)
    command = [sys.executable, "-m", "pipelinegen", "sync", "--yes", "-j", "1"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    while "PROGRESS" not in (line := process.stderr.readline()):
        assert line, "it ended before anything was under way"
    process.send_signal(signal.SIGINT)
    said = process.stderr.read()
    assert "goes on in AWS" in said or "is CREATE_COMPLETE; see it with" in said
    assert process.wait() == 130
    process.stderr.close()
    assert len(story.stacks) < len(story.wanted)
    assert story.sync().exit_code == 0
    assert story.stacks == story.wanted


def test_unreadable(story: Story, tmp_path: Path) -> None:
    """Without the branches nothing is done, whatever is there."""
    assert story.sync().exit_code == 0
    (tmp_path / "remote.git").rename(tmp_path / "away")
    result = story.sync("--grace", "0")
    assert result.exit_code == 3
    assert "cannot be read" in result.stderr
    assert story.stacks == story.wanted
    git(tmp_path, "init", "--bare", "remote.git")
    empty = story.sync("--grace", "0")
    assert empty.exit_code == 3
    assert "has no branch" in empty.stderr


def test_another_branch_is_checked_out(story: Story) -> None:
    """The spec of the default branch governs, unless another one is allowed to."""
    git(story.clone, "checkout", "-b", "feature/x")
    refused = story.sync("--dry-run")
    assert refused.exit_code == 2
    assert "the default branch 'main' governs, but 'feature/x' is checked out" in refused.stderr
    assert story.sync("--dry-run", "--allow-other-branch").exit_code == 0
    assert story.stacks == set()


def test_nobody_says_yes(story: Story) -> None:
    """Without an answer nothing is written, and nothing needs an answer when nothing is due."""
    silent = CliRunner().invoke(shell, ["sync", "--no-input"])
    assert silent.exit_code == 5
    assert "create 1, update 0, delete 0" in silent.stderr
    assert story.stacks == set()


@pytest.mark.parametrize("seed", range(3))
def test_lost_events(story: Story, seed: int) -> None:
    """Whatever happened between two runs, the stacks are those of the branches."""
    chance = Random(seed)
    for _ in range(4):
        for _ in range(chance.randint(1, 4)):
            branch = f"feature/{chance.choice('abcd')}"
            if branch in story.branches:
                story.remove(branch)
            else:
                story.push(branch)
        assert story.sync("--grace", "0").exit_code == 0
        done = story.sync("--grace", "0", "--max-delete", "4")
        assert done.exit_code == 0, done.stderr
        assert story.stacks == story.wanted
        assert story.notes == {}
