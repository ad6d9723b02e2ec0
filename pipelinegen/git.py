"""What a git checkout tells: its branch, its branches, its remote; read, never written.

Every call is a list of arguments, never a shell line; its answer is bytes until it proves UTF-8.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from pipelinegen.errors import EnvironmentFault, UsageError
from pipelinegen.records import Head, Heads

_HEADS = "refs/heads/"
_SECONDS = 10
_REMOTE_SECONDS = 60
"""How long a remote may take to answer."""


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


def remote_heads(directory: Path) -> Heads:
    """Return the branches as the remote has them now, asked in one call.

    A branch has a time where the checkout holds the very commit. Raises EnvironmentFault when the
    remote does not answer, or has no branch.
    """
    name = remote(directory)
    if os.environ.get("PIPELINEGEN_OFFLINE", "") not in ("", "0"):
        raise EnvironmentFault("PIPELINEGEN_OFFLINE is set, so the git remote is not asked")
    patterns = ("HEAD", f"{_HEADS}*")
    arguments = ("ls-remote", "--symref", "--end-of-options", name, *patterns)
    found = _answer(directory, *arguments, seconds=_REMOTE_SECONDS)
    if found is None:
        raise EnvironmentFault(
            f"the branches of git remote '{name}' cannot be read; see what is wrong with: "
            f"git ls-remote --heads {name}"
        )
    rows = [line.partition(b"\t") for line in found.splitlines()]
    pairs = {ref: commit for commit, _, ref in rows if ref.startswith(_HEADS.encode())}
    if not pairs:
        raise EnvironmentFault(f"git remote '{name}' has no branch; that cannot be right")
    symbolic = b"ref: " + _HEADS.encode()
    default = [commit for commit, _, ref in rows if ref == b"HEAD" and commit.startswith(symbolic)]
    known = _known_commits(directory, name)
    return Heads(
        tuple(
            Head(ref.decode().removeprefix(_HEADS), known.get(commit))
            for ref, commit in sorted(pairs.items())
            if _is_utf8(ref)
        ),
        refused=tuple(_escaped(ref) for ref in sorted(pairs) if not _is_utf8(ref)),
        default=(
            default[0].removeprefix(symbolic).decode("utf-8", "backslashreplace")
            if default
            else default_branch(directory)
        ),
    )


def _known_commits(directory: Path, name: str) -> dict[bytes, float]:
    """Return when the commits were made that the checkout has seen on the remote's branches."""
    form = "--format=%(objectname) %(committerdate:unix)"
    found = _answer(directory, "for-each-ref", form, f"refs/remotes/{name}/") or b""
    pairs = (line.split(b" ") for line in found.splitlines())
    return {commit: float(seconds) for commit, seconds in pairs if seconds}


def _answer(directory: Path, *arguments: str, seconds: float = _SECONDS) -> bytes | None:
    """Return what git says, None when it fails, asks for something or is not installed."""
    silent = {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    command = ["git", "--no-pager", "-C", os.fspath(directory), *arguments]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            env=os.environ | silent,
            timeout=seconds,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.rstrip(b"\n") if done.returncode == 0 else None


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True


def _escaped(name: bytes) -> str:
    return name.removeprefix(_HEADS.encode()).decode("utf-8", "backslashreplace")
