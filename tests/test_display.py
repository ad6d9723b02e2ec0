"""Results and talk go their own ways, coloured only where colour is wanted."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from typing import IO

import pytest

from pipelinegen.display import Display
from pipelinegen.errors import UsageError

Stream = int | IO[bytes]


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.mark.parametrize(
    ("flag", "environment", "terminal", "colored"),
    [
        pytest.param(None, {}, False, False, id="a file gets none"),
        pytest.param(None, {}, True, True, id="a terminal gets it"),
        pytest.param(None, {"TERM": "dumb"}, True, False, id="a dumb terminal gets none"),
        pytest.param(None, {"NO_COLOR": "1"}, True, False, id="NO_COLOR"),
        pytest.param(None, {"NO_COLOR": ""}, True, True, id="empty NO_COLOR says nothing"),
        pytest.param(None, {"FORCE_COLOR": "1"}, False, True, id="FORCE_COLOR"),
        pytest.param(None, {"FORCE_COLOR": "0"}, False, False, id="FORCE_COLOR=0 forces nothing"),
        pytest.param(None, {"CLICOLOR_FORCE": "1"}, False, True, id="CLICOLOR_FORCE"),
        pytest.param(
            None, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False, id="NO_COLOR is stronger"
        ),
        pytest.param(
            None, {"PIPELINEGEN_COLOR": "always", "NO_COLOR": "1"}, False, True, id="our variable"
        ),
        pytest.param(None, {"PIPELINEGEN_COLOR": "nonsense"}, True, True, id="our variable, wrong"),
        pytest.param("never", {"FORCE_COLOR": "1"}, True, False, id="never"),
        pytest.param("always", {"NO_COLOR": "1"}, False, True, id="always"),
        pytest.param("auto", {"PIPELINEGEN_COLOR": "always"}, False, False, id="auto by flag"),
    ],
)
def test_colors(
    monkeypatch: pytest.MonkeyPatch,
    flag: str | None,
    environment: dict[str, str],
    terminal: bool,
    colored: bool,
) -> None:
    """The flag is stronger than the environment, and that than the terminal."""
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    stream = Terminal() if terminal else io.StringIO()
    display = Display(color=flag)
    assert display.colors(stream) is colored


@pytest.mark.parametrize(
    ("quiet", "verbose", "said"),
    [
        (False, False, "say\ninsist\n"),
        (True, True, "insist\n"),
        (False, True, "detail\nsay\ninsist\n"),
    ],
)
def test_talk(capsys: pytest.CaptureFixture[str], quiet: bool, verbose: bool, said: str) -> None:
    """Quiet hides talk, verbose adds to it, and neither touches the result."""
    display = Display(quiet=quiet, verbose=verbose)
    display.detail("detail")
    display.say("say")
    display.insist("insist")
    display.result("result")
    captured = capsys.readouterr()
    assert captured.err == said
    assert captured.out == "result"


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (UsageError("no"), "error: no\n"),
        (UsageError("no", rule="branch-without-rule"), "error[branch-without-rule]: no\n"),
        (UsageError("a\x1b[31m\nb\u202e\udcff"), "error: a\\x1b[31m\\nb\\u202e\\udcff\n"),
    ],
)
def test_error(capsys: pytest.CaptureFixture[str], error: UsageError, line: str) -> None:
    """An expected failure is one line that cannot steer a terminal."""
    Display(quiet=True).error(error)
    assert capsys.readouterr().err == line


def test_error_in_color(capsys: pytest.CaptureFixture[str]) -> None:
    """Only the word is coloured, and it stays readable without."""
    Display(color="always").error(UsageError("no"))
    assert capsys.readouterr().err == "\x1b[31merror\x1b[0m: no\n"


def _child(
    code: str, *, stdout: Stream = subprocess.PIPE, stderr: Stream = subprocess.PIPE
) -> subprocess.CompletedProcess[bytes]:
    environment = os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    program = f"from pipelinegen.display import Display\ndisplay = Display()\n{code}"
    command = [sys.executable, "-c", program]
    return subprocess.run(command, check=False, env=environment, stdout=stdout, stderr=stderr)


def test_locale() -> None:
    """Bytes are UTF-8 under a locale that knows ASCII only."""
    assert _child("display.result('\\xfc\\n')").stdout == "ü\n".encode()


def test_reader_gone() -> None:
    """A reader that went away is met in silence, and the command finishes."""
    reader, writer = os.pipe()
    os.close(reader)
    done = _child(
        "display.result('x' * 100000); display.result('y'); display.say('end')", stdout=writer
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"end\n")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_disk_full() -> None:
    """A result that cannot be written is an error; talk that cannot is lost."""
    with open("/dev/full", "wb") as full:
        done = _child("display.result('x')", stdout=full)
        assert b"EnvironmentFault: cannot write the output: no space left on device" in done.stderr
        assert _child("display.say('x')", stderr=full).returncode == 0


def test_closed() -> None:
    """A stream that the shell closed takes nothing and breaks nothing."""
    assert _child("import sys; sys.stdout = None; display.result('x')").returncode == 0
