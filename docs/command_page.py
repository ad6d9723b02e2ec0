"""What docs/commands.md tells of a command: its help, argument by argument, and the exit codes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from docs.key_tables import words
from docs.markers import table
from pipelinegen.cli import shell
from pipelinegen.errors import ExitCode

_CODE = re.compile(
    r"(?<![\w`-])(--?[a-z][a-z-]*|<\w+>[\w.]*|[$.][\w.]*\w|[a-z-]+: \{[^}]*\})(?![\w-])"
)
"""What stands in help for people to type."""

_UNSAID = {"form": "Form of the result.", "output": "File to write."}
"""Options whose help says nothing, by the name of their parameter."""


def command(name: str) -> str:
    """Return usage, help and options of one command; options that all share are left out."""
    found = shell.commands[name]
    arguments = [_argument(one) for one in found.params if isinstance(one, click.Argument)]
    usage = " ".join(["pipelinegen", name, "[OPTIONS]", *arguments])
    rows = [_row(option) for option in _options(found) if option.name not in _shared()]
    options = f"\n{table('option | meaning', rows)}" if rows else ""
    return f"```text\n{usage}\n```\n\n{_help(found)}\n{options}"


def shared_options(_name: str) -> str:
    """Return the options that every command has."""
    rows = [_row(option) for option in _options(shell) if option.name in _shared()]
    return table("option | meaning", [*rows, ("`-h`, `--help`", "Say what a command does.")])


def exit_codes(_name: str) -> str:
    """Return the table of exit codes."""
    meaning = words()["exit-codes"]
    return table("code | meaning", [(f"`{code.value}`", meaning[code.name]) for code in ExitCode])


def _shared() -> set[str]:
    """Return the names of the options that the shell has and each of its commands, too."""
    names = [{option.name for option in _options(one)} for one in shell.commands.values()]
    return {option.name or "" for option in _options(shell)}.intersection(*names)


def _options(found: click.Command) -> Iterator[click.Option]:
    return (one for one in found.params if isinstance(one, click.Option))


def _argument(argument: click.Argument) -> str:
    return argument.metavar or f"[{(argument.name or '').upper()}]"


def _help(found: click.Command) -> str:
    paragraphs = (" ".join(part.split()) for part in (found.help or "").split("\n\n"))
    return _CODE.sub(r"`\g<0>`", "\n\n".join(paragraphs))


def _row(option: click.Option) -> tuple[str, str]:
    value = "" if option.is_flag else f" {_value(option)}"
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    names = names[:-1] + f"{value}`" if value else names
    text = _CODE.sub(r"`\g<0>`", option.help or _UNSAID.get(option.name or "", ""))
    if isinstance(option.default, str) and not option.is_flag:
        text += f" Default `{option.default}`."
    if isinstance(option.envvar, str) and option.envvar not in text:
        text += f" Also `{option.envvar}`."
    return names, text


def _value(option: click.Option) -> str:
    if isinstance(option.type, click.Choice):
        return "|".join(option.type.choices)
    return option.metavar or option.type.name.upper()
