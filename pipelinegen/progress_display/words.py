"""How durations, times and values from outside are spelt, wherever progress is shown."""

from __future__ import annotations

from datetime import datetime, timezone

from pipelinegen.report.visible import visible

LABEL = 8
"""Columns of the word that begins a line: FAILED, cause:, next:."""

GAP = "   "
"""Between the columns of a line."""


def duration(seconds: float) -> str:
    """Return a duration as people read it: `8s`, `2m41s`, `1h02m`."""
    minutes, rest = divmod(round(seconds), 60)
    if minutes >= 60:
        return f"{minutes // 60}h{minutes % 60:02}m"
    return f"{minutes}m{rest:02}s" if minutes else f"{rest}s"


def utc(time: float) -> str:
    """Return seconds since 1970 as `2026-11-22T22:10:05Z`."""
    return datetime.fromtimestamp(time, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def value(text: str) -> str:
    """Return text as the value of `key=value`: one word, or one quoted line."""
    if text and not any(character in ' "=\\' or not character.isprintable() for character in text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{visible(escaped)}"'


def label(word: str) -> str:
    """Return the word that begins a line, with the spaces that follow it."""
    return f"{word:<{LABEL}}"
