"""Plain scalars as YAML 1.2 reads them here: few words are not text."""

from __future__ import annotations

import re

_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}

# Longer runs of digits are names, account ids, hashes: nothing that anybody counts with.
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")


def plain_value(text: str) -> str | int | bool | None:
    """Return what an unquoted scalar stands for: `yes`, `1.0`, `0o17` and `007` are text."""
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _INTEGER.fullmatch(text) else text
