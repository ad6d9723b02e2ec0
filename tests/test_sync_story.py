"""Stacks follow the branches of a real git repository, through a real command, in emulated AWS."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipelinegen.cli import shell
from pipelinegen.deployment import branch_hash
from pipelinegen.names import branch_slug, stack_name
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
  - stage: Ask
    actions:
      - approval: {}
"""
NOTES = "/pipelinegen/shop/gone"
Sync = Callable[..., Result]


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
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
        return CliRunner().invoke(shell, arguments, catch_exceptions=False)

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
    """Branches come, are renamed, go and come again; the stacks are always those of the branches."""
    story.push("feature/login")
    first = story.sync()
    print(first.stdout, first.stderr)
    assert first.exit_code == 0
    assert story.stacks == story.wanted
