"""What a folder and its git checkout suggest for a first spec."""

from __future__ import annotations

from pathlib import Path

from pipelinegen import git
from pipelinegen.names import is_usable_branch_name
from pipelinegen.repository import Repository, repository_of
from pipelinegen.starters import Project, pipeline_name

_USUAL = ("main", "master", "trunk")


def suggest(directory: Path) -> Project:
    """Return a project with the names that `directory` and its remote bear."""
    repository = repository_of(git.remote_url(directory) or "")
    words = repository.name.rpartition("/")[2] if repository else directory.name
    name = pipeline_name(words)
    return Project(
        pipeline=name,
        source=repository or Repository("codecommit", name),
        main_branch=_main_branch(directory),
    )


def _main_branch(directory: Path) -> str:
    known = git.branches(directory)
    wishes = (
        git.default_branch(directory),
        *(name for name in _USUAL if name in known),
        git.current_branch(directory),
    )
    return next((name for name in wishes if name and is_usable_branch_name(name)), "main")
