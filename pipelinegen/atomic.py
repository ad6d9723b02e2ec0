"""A file is written whole or not at all: readers see the old content or the new, never a part."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from pipelinegen.errors import UsageError


def write_whole(path: str | Path, text: str) -> None:
    """Write `text` as UTF-8 to `path`, through links, keeping the mode of a file that is there.

    Raises UsageError when it cannot be written; then nothing has changed.
    """
    target = os.path.realpath(path)
    try:
        if _is_device(target):
            Path(target).write_bytes(text.encode())
        else:
            _replace(target, text.encode())
    except OSError as fault:
        raise UsageError(f"cannot write '{path}': {str(fault.strerror).lower()}") from fault


def _is_device(target: str) -> bool:
    """/dev/null and pipes can be written to, but not replaced."""
    try:
        mode = os.stat(target).st_mode
    except FileNotFoundError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _replace(target: str, content: bytes) -> None:
    # Beside the target, since a rename is atomic only within one file system.
    draft = os.path.join(os.path.dirname(target), f".pipelinegen-{secrets.token_hex(6)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if os.path.exists(target):
            os.chmod(draft, stat.S_IMODE(os.stat(target).st_mode))
        os.replace(draft, target)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(draft)
        raise
