"""Which spec a command works on, found as the user would look for it, and its bytes."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from pipelinegen.errors import NotConfirmed, UsageError

NAMES = ("pipelinegen.yaml", ".pipelinegen.yaml")
STDIN = "-"

_MOST_BYTES = 64 << 20
"""Far above what a spec may have, so that the message tells the true size, and yet an end."""


@dataclass(frozen=True, slots=True)
class SpecFile:
    """A spec as it was named on the command line, or found, and what it holds."""

    path: str
    content: bytes

    @property
    def name(self) -> str:
        """How messages call it."""
        return "<stdin>" if self.path == STDIN else self.path

    def template_path(self, form: str) -> str:
        """Return where its compiled template is kept: beside it, as `<stem>.template.<form>`."""
        if self.path == STDIN:
            raise UsageError("a spec from stdin has no file beside it; name one with -o")
        return str(Path(self.path).with_suffix(f".template.{form}"))


def read_spec(path: str | None) -> SpecFile:
    """Read the spec named by the user, else by PIPELINEGEN_SPEC, else the one found from here."""
    path = path or os.environ.get("PIPELINEGEN_SPEC") or str(find(Path.cwd()))
    return SpecFile(path, _content(path))


def find(directory: Path) -> Path:
    """Return the spec of `directory`, or of the nearest folder above within its git checkout."""
    for folder in _folders(directory):
        present = [folder / name for name in NAMES if (folder / name).is_file()]
        if len(present) > 1:
            raise UsageError(f"'{NAMES[0]}' and '{NAMES[1]}' are both here; keep one of them")
        if present:
            return Path(os.path.relpath(present[0], directory))
    raise UsageError(
        f"there is no '{NAMES[0]}' here, nor above within this git checkout; "
        "name a file, or write one with: pipelinegen init"
    )


def existing_content(path: str) -> bytes | None:
    """Return the bytes of a file, None when there is none; UsageError when it cannot be read."""
    return _content(path) if os.path.lexists(path) else None


def place_in_checkout(path: str) -> tuple[Path, str]:
    """Return the git checkout that a spec lies in, and where; outside of one, its own folder."""
    if path == STDIN:
        raise UsageError("a spec from stdin lies in no repository; name its file")
    whole = Path(path).resolve()
    tops = [folder for folder in whole.parents if (folder / ".git").exists()]
    top = tops[0] if tops else whole.parent
    return top, whole.relative_to(top).as_posix()


def refuse_present(path: str, *, force: bool) -> None:
    """Raise NotConfirmed where a new spec would replace a file or stand beside another spec."""
    if os.path.lexists(path) and not force:
        raise NotConfirmed(f"'{path}' is already here; overwrite it with --force")
    place = Path(path)
    for rival in (place.with_name(name) for name in NAMES if name != place.name):
        if place.name in NAMES and os.path.lexists(rival):
            raise NotConfirmed(f"'{rival}' is already here, and one folder has one spec")


def _folders(directory: Path) -> list[Path]:
    """Without a checkout only the folder itself counts: what lies above belongs to others."""
    folders = [directory, *directory.parents]
    tops = [index for index, folder in enumerate(folders) if (folder / ".git").exists()]
    return folders[: tops[0] + 1] if tops else folders[:1]


def _content(path: str) -> bytes:
    try:
        if path == STDIN:
            return sys.stdin.buffer.read(_MOST_BYTES) if sys.stdin else b""
        with open(path, "rb") as file:
            return file.read(_MOST_BYTES)
    except OSError as fault:
        raise UsageError(f"cannot read '{path}': {str(fault.strerror).lower()}") from fault
