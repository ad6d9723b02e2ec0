"""Questions to a person at a terminal, each answered by a flag or a default where there is none."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click


def answer(
    flag: str | None, question: str, *, default: str, choices: Sequence[str] = (), silent: bool
) -> str:
    """Return what the flag says, else the person's answer, else the default.

    `silent` is the user's wish to be asked nothing.
    """
    if flag is not None:
        return flag
    if silent or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return default
    kind = click.Choice(choices) if choices else str
    return str(click.prompt(question, default=default, type=kind, err=True))
