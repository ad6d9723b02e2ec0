"""The branches that `sync` follows, read where they cannot be stale: at the repository itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipelinegen.errors import EnvironmentFault, PipelinegenError, UsageError

if TYPE_CHECKING:
    from pipelinegen.model import Spec
    from pipelinegen.records import Heads
    from pipelinegen.services import Connection


def heads(spec: Spec, directory: Path, aws: Connection, *, any_branch: bool) -> Heads:
    """Return the branches of the git remote, or of the CodeCommit repository of the first source.

    Raises EnvironmentFault when they cannot be read or there is none, UsageError when another
    branch than the default one is checked out, unless `any_branch` allows that.
    """
    from pipelinegen import git

    remote, current = git.remote_url(directory), git.current_branch(directory)
    if remote is None and current is None and _is_in_checkout(directory):
        raise EnvironmentFault(
            "the git checkout here tells neither its remote nor its branch; see what is wrong "
            "with: git status"
        )
    found = git.remote_heads(directory) if remote else _of_codecommit(spec, aws)
    if not any_branch and None not in (current, found.default) and current != found.default:
        raise UsageError(
            f"the default branch '{found.default}' governs, but '{current}' is checked out; "
            "check it out, or say --allow-other-branch"
        )
    return found


def _is_in_checkout(directory: Path) -> bool:
    """Tell whether there is a checkout, even one that git refuses: it may belong to another user.

    https://git-scm.com/docs/git-config#Documentation/git-config.txt-safedirectory
    """
    place = directory.resolve()
    return any((parent / ".git").exists() for parent in (place, *place.parents))


def _of_codecommit(spec: Spec, aws: Connection) -> Heads:
    source = spec.data["sources"][0]
    name = source.get("codecommit", {}).get("repository-name", "${}")
    if "${" in name or aws.repositories is None:
        raise EnvironmentFault(
            "there is no git remote here to ask for branches, and the first source is no "
            "CodeCommit repository whose name is known; run it in a clone"
        )
    dated = any("expire-after-days" in rule.lifecycle for rule in spec.branch_rules)
    try:
        found = aws.repositories.heads(name, dated=dated)
    except PipelinegenError as fault:
        message = f"the branches of repository '{name}' cannot be read: {fault}"
        raise EnvironmentFault(message) from fault
    if not found.branches:
        raise EnvironmentFault(f"repository '{name}' has no branch; that cannot be right")
    return found
