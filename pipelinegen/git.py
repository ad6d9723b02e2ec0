"""What a git checkout tells: its branch, its branches, its remote; read, never written.

Every call is a list of arguments, never a shell line; its answer is bytes until it proves UTF-8.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from pipelinegen.errors import UsageError

_HEADS = "refs/heads/"
_SECONDS = 10


def current_branch(directory: Path) -> str | None:
    """Return the branch checked out in `directory`, None when detached or not in a checkout.

    Raises UsageError when its name is not UTF-8.
    """
    found = _answer(directory, "symbolic-ref", "--quiet", "HEAD")
    if found is None or not found.startswith(_HEADS.encode()):
        return None
    try:
        return found.decode().removeprefix(_HEADS)
    except UnicodeDecodeError as fault:
        raise UsageError(
            f"branch {_escaped(found)} is not UTF-8 and cannot have a pipeline; rename it",
            rule="branch-name-refused",
        ) from fault


def branches(directory: Path) -> tuple[str, ...]:
    """Return the local branches and those of the remote, each once, sorted; only UTF-8 names."""
    remotes = f"refs/remotes/{remote(directory)}/"
    found = _answer(directory, "for-each-ref", "--format=%(refname)", _HEADS, remotes) or b""
    names = {
        name.removeprefix(_HEADS).removeprefix(remotes)
        for name in found.decode("utf-8", "replace").splitlines()
        if "\ufffd" not in name
    }
    return tuple(sorted(names - {"HEAD"}))


def default_branch(directory: Path) -> str | None:
    """Return the branch that the remote calls its default, as far as the checkout knows."""
    head = f"refs/remotes/{remote(directory)}/"
    found = _answer(directory, "symbolic-ref", "--quiet", f"{head}HEAD")
    return found.decode("utf-8", "replace").removeprefix(head) if found else None


def remote_url(directory: Path) -> str | None:
    """Return the address of the remote, None without one."""
    found = _answer(directory, "remote", "get-url", "--end-of-options", remote(directory))
    return found.decode("utf-8", "replace") if found else None


def remote(directory: Path) -> str:
    """Return the name of the remote: `origin`, or the first one where there is no such remote."""
    names = (_answer(directory, "remote") or b"").decode("utf-8", "replace").splitlines()
    return "origin" if "origin" in names or not names else names[0]


def _answer(directory: Path, *arguments: str) -> bytes | None:
    """Return what git says, None when it fails or is not installed."""
    environment = os.environ | {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
    command = ["git", "--no-pager", "-C", os.fspath(directory), *arguments]
    try:
        done = subprocess.run(
            command, capture_output=True, check=False, env=environment, timeout=_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.rstrip(b"\n") if done.returncode == 0 else None


def _escaped(name: bytes) -> str:
    return name.removeprefix(_HEADS.encode()).decode("utf-8", "backslashreplace")
