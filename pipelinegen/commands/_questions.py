"""Questions to a person at a terminal, each answered by a flag or a default where there is none."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

import click

from pipelinegen.errors import UsageError


def answer(
    flag: str | None,
    question: str,
    *,
    default: str,
    choices: Sequence[str] = (),
    expect: Callable[[str], None] | None = None,
    silent: bool,
) -> str:
    """Return what the flag says, else the person's answer, else the default.

    An answer for which `expect` raises UsageError is asked for again. `silent` is the user's wish
    to be asked nothing.
    """
    if flag is not None:
        return flag
    if silent or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return default
    if choices:
        return str(click.prompt(question, default=default, type=click.Choice(choices), err=True))

    def checked(text: str) -> str:
        try:
            if expect is not None:
                expect(text)
        except UsageError as fault:
            from pipelinegen.report.visible import visible  # `--help` needs no report

            raise click.BadParameter(visible(str(fault))) from fault
        return text

    return str(click.prompt(question, default=default, value_proc=checked, err=True))
