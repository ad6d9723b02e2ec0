"""The shell around all commands: help, wrong words, failures, and the codes they give."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from pipelinegen import __version__
from pipelinegen.cli import Shell, shell
from pipelinegen.errors import EnvironmentFault, NotConfirmed, PipelinegenError, UsageError
from tests.conftest import Run

COMMANDS = [
    *("init", "lint", "synth", "explain", "diff", "deploy", "sync", "status", "list"),
    *("destroy", "bootstrap", "schema", "rule"),
]


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help(run: Run, flag: str) -> None:
    """Help is a result and names the commands in the order in which a user meets them."""
    result = run(flag)
    assert (result.exit_code, result.stderr) == (0, "")
    listed = [line.split()[0] for line in result.stdout.split("Commands:\n")[1].splitlines()]
    assert listed == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_of_a_command(run: Run, command: str, flag: str) -> None:
    """Every command explains itself, the common options included."""
    result = run(command, flag)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: pipelinegen {command} ")
    assert all(option in result.stdout for option in ("--color", "--quiet", "--verbose"))


@pytest.mark.parametrize("flag", ["-V", "--version"])
def test_version(run: Run, flag: str) -> None:
    """The version is one line."""
    assert run(flag).stdout == f"pipelinegen {__version__}\n"


def test_nothing_asked(run: Run) -> None:
    """Without a command the help is talk, since nothing was done."""
    result = run()
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Commands:" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["lnt"], "error: no such command 'lnt'; did you mean 'lint'?\n"),
        (["LINT"], "error: no such command 'LINT'; did you mean 'lint'?\n"),
        (["publish"], "error: no such command 'publish'; see 'pipelinegen --help'\n"),
        (["lin"], "error: no such command 'lin'; did you mean 'lint'?\n"),
        (["--colour"], "error: no such option '--colour'; did you mean '--color'?\n"),
        (["lint", "--fromat=json"], "error: no such option '--fromat'; did you mean '--format'?\n"),
        (["lint", "--form", "json"], "error: no such option '--form'; did you mean '--format'?\n"),
        (["synth", "-x"], "error: no such option '-x'; see 'pipelinegen synth --help'\n"),
        (["lint", "--helf"], "error: no such option '--helf'; did you mean '--help'?\n"),
        (
            ["a\x1b[31m\n"],
            "error: no such command 'a\\x1b[31m\\n'; see 'pipelinegen --help'\n",
        ),
        (
            ["schema", "a", "b"],
            "error: got unexpected extra arguments (a b) (see 'pipelinegen schema --help')\n",
        ),
        (
            ["lint", "--format", "xml"],
            "error: invalid value for '--format': 'xml' is not one of 'text', 'concise', 'json' "
            "(see 'pipelinegen lint --help')\n",
        ),
        (["synth", "-b"], "error: option '-b' requires an argument\n"),
    ],
)
def test_wrong_words(run: Run, arguments: list[str], line: str) -> None:
    """A wrong word is named on one line, with the nearest right one where there is one."""
    result = run(*arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", line)


@pytest.mark.parametrize(
    "arguments", [["-q", "rule", "x"], ["rule", "-q", "x"], ["rule", "x", "-q"]]
)
def test_errors_are_never_hidden(run: Run, arguments: list[str]) -> None:
    """Quiet hides talk, not the reason for a failure."""
    assert run(*arguments).stderr.startswith("error: there is no rule 'x'")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--color", "always", "rule", "x"],
        ["rule", "--color", "always", "x"],
        ["--color=never", "rule", "x", "--color=always"],
    ],
)
def test_common_options(run: Run, arguments: list[str]) -> None:
    """Common options stand before or after the command, and the nearer one counts."""
    assert run(*arguments).stderr.startswith("\x1b[31merror\x1b[0m: ")


def _failing(fault: BaseException) -> Shell:
    @click.command()
    def fail() -> int:
        raise fault

    return Shell(commands={"fail": fail})


@pytest.mark.parametrize(
    ("fault", "code", "line"),
    [
        (UsageError("no"), 2, "error: no\n"),
        (EnvironmentFault("no"), 3, "error: no\n"),
        (NotConfirmed("no"), 5, "error: no\n"),
        (PipelinegenError("no"), 70, "error: no\n"),
        (KeyboardInterrupt(), 130, "interrupted\n"),
        (click.Abort(), 130, "interrupted\n"),
        (EOFError(), 130, "interrupted\n"),
        (click.ClickException("No."), 2, "error: no\n"),
    ],
)
def test_expected_failure(fault: BaseException, code: int, line: str) -> None:
    """An expected failure is one line, and its class gives the exit code."""
    result = CliRunner().invoke(_failing(fault), ["fail"])
    assert (result.exit_code, result.stdout, result.stderr) == (code, "", line)


@pytest.mark.parametrize(
    "fault", [ValueError("odd\x1b[31m"), RecursionError("deep"), MemoryError(), AssertionError()]
)
def test_bug(fault: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug is one line that names a file with the traceback."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    result = CliRunner().invoke(_failing(fault), ["fail"])
    (log,) = tmp_path.iterdir()
    assert result.exit_code == 70
    assert (
        result.stderr == f"error: {type(fault).__name__}, which is our bug; please report {log}\n"
    )
    assert log.read_text().startswith("Traceback (most recent call last):\n")


def test_bug_without_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no traceback can be kept, the line says what there is to say."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    result = CliRunner().invoke(_failing(ValueError("odd\x1b")), ["fail"])
    assert (result.exit_code, result.stderr) == (
        70,
        "error: ValueError, which is our bug: odd\\x1b\n",
    )


def test_order_of_the_sheet() -> None:
    """The list of commands is written by hand, once."""
    assert list(shell.commands) == COMMANDS


@pytest.mark.parametrize("arguments", [["--help"], ["schema"], ["lint", "--help"]])
def test_reader_gone(arguments: list[str]) -> None:
    """A reader that leaves early is met in silence."""
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "pipelinegen", *arguments]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["schema"]])
def test_disk_full(arguments: list[str]) -> None:
    """A full disk is no bug of ours, whoever writes: click or a command."""
    command = [sys.executable, "-m", "pipelinegen", *arguments]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 3
    assert done.stderr.startswith(b"error: cannot write")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.skipif(os.name != "posix", reason="closes a descriptor in a shell")
@pytest.mark.parametrize(("arguments", "code"), [("--help", 0), ("lint -", 1)])
def test_stdout_closed(arguments: str, code: int) -> None:
    """Who closes stdout wants the exit code alone."""
    line = f"{shlex.quote(sys.executable)} -m pipelinegen {arguments} >&-"
    done = subprocess.run(["sh", "-c", line], input=b"", stderr=subprocess.PIPE, check=False)
    assert (done.returncode, b"bug" in done.stderr) == (code, False)


def test_module() -> None:
    """`python -m pipelinegen` is the same command under the same name."""
    command = [sys.executable, "-m", "pipelinegen", "lint", "--help"]
    done = subprocess.run(command, capture_output=True, check=True)
    assert done.stdout.startswith(b"Usage: pipelinegen lint ")
