"""The options that several commands share, each declared once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from pipelinegen.display import Display

Command = TypeVar("Command", bound=Callable[..., Any])

branch_option = click.option(
    "-b", "--branch", envvar="PIPELINEGEN_BRANCH", help="The branch; else $PIPELINEGEN_BRANCH."
)


def _remember(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    """Keep a common option in the run's `Display`; the word nearest to the command wins."""
    source = context.get_parameter_source(parameter.name or "")
    if source is not click.core.ParameterSource.DEFAULT:
        setattr(context.ensure_object(Display), parameter.name or "", value)


def display_options(command: Command) -> Command:
    """Add `--color`, `-q` and `-v`, which may stand before or after the command's name."""
    options = (
        click.option(
            "--color",
            type=click.Choice(["auto", "always", "never"]),
            help="Color the output (default: on a terminal, unless NO_COLOR is set).",
            callback=_remember,
            expose_value=False,
        ),
        click.option(
            "-q",
            "--quiet",
            is_flag=True,
            help="Print no talk on stderr.",
            callback=_remember,
            expose_value=False,
        ),
        click.option(
            "-v",
            "--verbose",
            is_flag=True,
            help="Say more on stderr.",
            callback=_remember,
            expose_value=False,
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command
