"""Whether a file that was written before still equals what would be written now."""

from __future__ import annotations

import re
from difflib import unified_diff

from pipelinegen.report.visible import visible

_NO_NEWLINE = "\\ No newline at end of file\n"


def difference(path: str, *, existing: bytes | None, expected: str) -> str:
    """Return a unified diff from the file to what is expected, empty when they are equal.

    `existing` is None when there is no file.
    """
    if existing == expected.encode():
        return ""
    before = (existing or b"").decode("utf-8", "backslashreplace")
    name = visible(path)
    lines = unified_diff(
        _lines(before),
        _lines(expected),
        f"a/{name}" if existing is not None else "/dev/null",
        f"b/{name}",
    )
    return "".join(_shown(line) for line in lines)


def _lines(text: str) -> list[str]:
    """Split at `\\n` alone, so that a `\\r` is seen as the difference it is."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _shown(line: str) -> str:
    text = visible(line.removesuffix("\n"))
    return f"{text}\n" if line.endswith("\n") else f"{text}\n{_NO_NEWLINE}"
