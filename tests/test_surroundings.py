"""A first spec bears the names that its folder and remote bear."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from pipelinegen.repository import Repository
from pipelinegen.surroundings import suggest


def _checkout(folder: Path, *, branch: str = "main", url: str | None = None) -> Path:
    folder.mkdir()
    commands = [["init", "--initial-branch", branch]]
    if url is not None:
        commands += [["remote", "add", "origin", url]]
    for command in commands:
        subprocess.run(["git", *command], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.mark.parametrize(
    ("folder", "pipeline"),
    [
        ("shop", "shop"),
        ("My Shop_2", "My-Shop-2"),
        ("2024-shop", "shop"),
        ("日本", "app"),
        ("$(id)\n- x: {", "id-x"),
        ("a" * 80, "a" * 50),
    ],
)
def test_folder_alone(tmp_path: Path, folder: str, pipeline: str) -> None:
    """Without git the folder's name, cut down to what the language allows, serves for all."""
    (tmp_path / folder).mkdir()
    project = suggest(tmp_path / folder)
    assert project.pipeline == pipeline
    assert project.source == Repository("codecommit", pipeline)
    assert project.main_branch == "main"


def test_remote(tmp_path: Path) -> None:
    """The remote's repository is the source, and its name the application's."""
    project = suggest(_checkout(tmp_path / "x", url="git@github.com:acme/shop.git"))
    assert project.pipeline == "shop"
    assert project.source == Repository("connection", "acme/shop")


@pytest.mark.parametrize(
    ("branch", "expected"),
    [("trunk", "trunk"), ("master", "master"), ("work/$(id)", "main")],
)
def test_main_branch(tmp_path: Path, branch: str, expected: str) -> None:
    """The branch at hand is the main one if a stack could be named after it."""
    assert suggest(_checkout(tmp_path / "x", branch=branch)).main_branch == expected


def test_usual_main_branch(tmp_path: Path) -> None:
    """A branch with the usual name wins over the one that happens to be checked out."""
    folder = _checkout(tmp_path / "x", branch="master")
    who = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    for command in (["commit", "--allow-empty", "-m", "1"], ["checkout", "-b", "feature/a"]):
        subprocess.run(["git", *who, *command], cwd=folder, check=True, capture_output=True)
    assert suggest(folder).main_branch == "master"
