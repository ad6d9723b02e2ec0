"""The command line: the list of commands, the common options, and the one error boundary."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import click

from pipelinegen import __version__
from pipelinegen.commands._online import CONNECT
from pipelinegen.commands._options import display_options
from pipelinegen.commands.bootstrap import bootstrap
from pipelinegen.commands.deploy import deploy
from pipelinegen.commands.destroy import destroy
from pipelinegen.commands.diff import diff
from pipelinegen.commands.explain import explain
from pipelinegen.commands.init import init
from pipelinegen.commands.lint import lint
from pipelinegen.commands.list import list_
from pipelinegen.commands.rule import rule
from pipelinegen.commands.schema import schema
from pipelinegen.commands.status import status
from pipelinegen.commands.sync import sync
from pipelinegen.commands.synth import synth
from pipelinegen.display import Display
from pipelinegen.errors import (
    EnvironmentFault,
    ExitCode,
    InternalError,
    PipelinegenError,
    UsageError,
)

if TYPE_CHECKING:
    from pipelinegen.services import Connect

_COMMANDS = (
    init,
    lint,
    synth,
    explain,
    diff,
    deploy,
    sync,
    status,
    list_,
    destroy,
    bootstrap,
    schema,
    rule,
)
"""In the order in which a user meets them."""


class Shell(click.Group):
    """A group that exits with the codes of our table and says one line for each failure."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Keep the order in which the commands were added."""
        return list(self.commands)

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Offer the nearest command for an unknown one."""
        if not args[0].startswith("-") and args[0] not in self.commands:
            raise UsageError(
                _unknown("command", args[0], known=list(self.commands), path="pipelinegen")
            )
        return super().resolve_command(context, args)

    def main(
        self,
        args: Sequence[str] | None = None,
        *_rest: Any,
        connect: Connect | None = None,
        **_more: Any,
    ) -> NoReturn:
        """Carry out one command line, by default the process's own, and leave with its code.

        `connect` is another way to AWS than the real one.
        """
        display = Display()
        try:
            code = self._outcome(sys.argv[1:] if args is None else list(args), display, connect)
        except click.ClickException as fault:
            code = _failed(display, UsageError(_click_message(fault)))
        except PipelinegenError as fault:
            code = _failed(display, fault)
        except (KeyboardInterrupt, EOFError, click.Abort):
            display.say("interrupted")
            code = ExitCode.INTERRUPTED
        except BrokenPipeError:  # click's own writing: --help into a pager that was left
            _let_go_of_stdout()
            code = ExitCode.DONE
        except Exception as fault:
            if isinstance(fault, OSError) and fault.errno == errno.ENOSPC:  # --help > /dev/full
                _let_go_of_stdout()
                code = _failed(display, EnvironmentFault("cannot write: no space left on device"))
            else:
                code = _failed(display, _bug(fault))
        sys.exit(int(code))

    def _outcome(self, args: list[str], display: Display, connect: Connect | None) -> int:
        try:
            with self.make_context("pipelinegen", args, obj=display) as context:
                context.meta[CONNECT] = connect
                return int(self.invoke(context))
        except click.exceptions.Exit as end:
            return end.exit_code


@click.group(
    cls=Shell,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s")
@display_options
@click.pass_context
def shell(context: click.Context) -> int:
    """Turn one YAML spec into one CloudFormation template: a CodePipeline for every branch.

    Results go to stdout, talk goes to stderr. Exit codes: 0 done, 1 findings or differences,
    2 usage or unreadable file, 3 credentials, region or network, 4 a stack operation failed,
    5 not confirmed, 6 done in part, 70 a bug of ours, 130 interrupted.
    """
    if context.invoked_subcommand is None:
        context.ensure_object(Display).insist(context.get_help())
    return ExitCode.USAGE


for _command in _COMMANDS:
    shell.add_command(_command)


def main() -> NoReturn:
    """Run the command `pipelinegen`."""
    shell.main()


def _let_go_of_stdout() -> None:
    """Give Python somewhere to flush to at exit, where it would complain once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _failed(display: Display, fault: PipelinegenError) -> ExitCode:
    display.error(fault)
    return fault.exit_code


def _click_message(fault: click.ClickException) -> str:
    """Return click's complaint in our manner."""
    context = getattr(fault, "ctx", None)
    path = context.command_path if context is not None else "pipelinegen"
    if isinstance(fault, click.NoSuchOption) and context is not None:
        known = [name for option in context.command.params for name in option.opts]
        return _unknown("option", fault.option_name, known=[*known, "--help"], path=path)
    message = fault.format_message().rstrip(".")
    where = f" (see '{path} --help')" if context is not None else ""
    return f"{message[:1].lower()}{message[1:]}{where}"


def _unknown(kind: str, word: str, *, known: list[str], path: str) -> str:
    from pipelinegen.diagnostics import nearest

    meant = nearest(word, [name for name in known if len(name) > 2])
    remedy = f"did you mean '{meant}'?" if meant else f"see '{path} --help'"
    return f"no such {kind} '{word}'; {remedy}"


def _bug(fault: Exception) -> InternalError:
    """Put the traceback into a file, since a terminal is no place for it."""
    import tempfile
    import traceback

    try:
        with tempfile.NamedTemporaryFile(
            "w",
            encoding="utf-8",
            errors="backslashreplace",
            prefix="pipelinegen-",
            suffix=".log",
            delete=False,
        ) as file:
            traceback.print_exception(fault, file=file)
    except OSError:
        return InternalError(f"{type(fault).__name__}, which is our bug: {fault}")
    return InternalError(f"{type(fault).__name__}, which is our bug; please report {file.name}")
