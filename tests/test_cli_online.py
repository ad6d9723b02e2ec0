"""The commands that talk to AWS, where they are alike: JSON to the end, flags, questions."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelinegen.cli import shell
from pipelinegen.errors import ExitCode
from pipelinegen.services import Connection
from tests.conftest import Run
from tests.progress_values import Terminal
from tests.removable_world import BRANCH, STACK, connection, everything
from tests.test_cli_destroy import SPEC

ROLE = "arn:aws:iam::111111111111:role/shared/pipeline"
LISTED = f"note: stack '{STACK}' (CREATE_COMPLETE) will be deleted"
AtTerminal = Callable[..., tuple[int, str, str]]


class Keyboard(Terminal):
    """A terminal at which something has been typed."""

    def __init__(self, typed: str) -> None:
        super().__init__()
        self.write(typed)
        self.seek(0)


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """The spec in the folder in which the commands run."""
    path = tmp_path / "pipelinegen.yaml"
    path.write_text(SPEC, encoding="utf-8")
    return path


@pytest.fixture
def at_terminal(tmp_path: Path, spec: Path, monkeypatch: pytest.MonkeyPatch) -> AtTerminal:
    """Run a command before a person; return the exit code, stdout and stderr."""
    assert spec.exists()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TERM", "dumb")

    def invoke(typed: str, *arguments: str) -> tuple[int, str, str]:
        world = everything()
        out, err = Terminal(), Terminal()

        def connect(**_wishes: Any) -> Connection:
            return connection(world)

        line = [*arguments, "-b", BRANCH, "--empty-buckets"]
        with monkeypatch.context() as streams:
            streams.setattr(sys, "stdin", Keyboard(typed))
            streams.setattr(sys, "stdout", out)
            streams.setattr(sys, "stderr", err)
            with pytest.raises(SystemExit) as left:
                shell.main(line, connect=connect)
        assert world.writes == []
        code = left.value.code
        assert isinstance(code, int)
        return code, out.written, err.written

    return invoke


EARLY = {
    "no Region": ((), ExitCode.ENVIRONMENT, "no Region;"),
    "a profile that is not there": (("--profile", "nobody"), ExitCode.ENVIRONMENT, "'nobody'"),
    "a spec with errors": (("broken.yaml",), ExitCode.FINDINGS, "the spec has errors"),
    "a spec that is not there": (("gone.yaml",), ExitCode.USAGE, "cannot read 'gone.yaml'"),
}


@pytest.mark.parametrize("output", ["json", "jsonl"])
@pytest.mark.parametrize("command", ["deploy", "destroy"])
@pytest.mark.parametrize(("arguments", "code", "message"), EARLY.values(), ids=EARLY)
def test_json_of_a_run_that_never_started(
    run: Run,
    spec: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    output: str,
    arguments: tuple[str, ...],
    code: ExitCode,
    message: str,
) -> None:
    """A program finds the result with the exit code on stdout, whatever went wrong."""
    monkeypatch.delenv("AWS_REGION")
    spec.with_name("broken.yaml").write_text(SPEC.replace("stages:", "stage:"), encoding="utf-8")
    done = run(command, "-b", "main", "--output", output, *arguments)
    assert done.exit_code == code
    document = json.loads(done.stdout)
    assert document["schema"] == f"pipelinegen/v1/{command}"
    result = document if output == "jsonl" else document["results"][-1]
    assert (result["type"], result["exit_code"], document["exit_code"]) == ("result", code, code)
    assert message in result["message"]
    assert done.stderr != ""


def test_text_of_a_run_that_never_started(run: Run, spec: Path) -> None:
    """In text the error on stderr is all."""
    done = run("deploy", spec, "-b", "nothing/here")
    assert (done.exit_code, done.stdout) == (ExitCode.USAGE, "")


REFUSED = {
    "a time that is no number": (("--timeout", "nan"), "--timeout 'nan': name a number"),
    "a role that is no ARN": (("--role-arn", "admin"), "--role-arn 'admin': write it as arn:aws"),
    "a role of another service": (("--role-arn", ROLE.replace("iam", "sts")), "write it as arn:"),
}


@pytest.mark.parametrize("command", ["deploy", "destroy"])
@pytest.mark.parametrize(("arguments", "message"), REFUSED.values(), ids=REFUSED)
def test_refused_flags(
    run: Run, spec: Path, command: str, arguments: tuple[str, ...], message: str
) -> None:
    """A value that AWS could only refuse is refused before it is asked."""
    done = run(command, spec, "-b", "main", *arguments)
    assert done.exit_code == ExitCode.USAGE
    assert message in done.stderr


def test_nameless_change_set(run: Run, spec: Path) -> None:
    """An empty variable of a script names no change set."""
    done = run("deploy", spec, "-b", "main", "--change-set", "")
    assert done.exit_code == ExitCode.USAGE
    assert "--change-set '': name the change set" in done.stderr


@pytest.mark.parametrize("arn", [ROLE, ROLE.replace("arn:aws:", "arn:aws-us-gov:")])
def test_role(run: Run, spec: Path, monkeypatch: pytest.MonkeyPatch, arn: str) -> None:
    """A role has a path and a partition."""
    monkeypatch.setenv("PIPELINEGEN_OFFLINE", "1")
    done = run("deploy", spec, "-b", "main", "--role-arn", arn)
    assert done.exit_code == ExitCode.ENVIRONMENT
    assert "PIPELINEGEN_OFFLINE" in done.stderr


@pytest.mark.parametrize(
    ("branch", "remedy"),
    [
        pytest.param("main", "pipelinegen.yaml -b main", id="a rule takes it"),
        pytest.param("docs", "fits no rule; rules are main, feature/*", id="no rule takes it"),
        pytest.param("feature/$x", "has characters that are not allowed", id="no stack can be"),
    ],
)
def test_status_without_a_stack(
    run: Run, spec: Path, emulator: str, branch: str, remedy: str
) -> None:
    """What is advised would work."""
    assert emulator
    done = run("status", spec, "-b", branch)
    assert done.exit_code == ExitCode.FINDINGS
    assert f"branch '{branch}' has no stack; " in done.stderr
    assert remedy in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [("-q",), ("--output", "jsonl"), ("--output", "json", "-q"), ()],
    ids=["quiet", "JSON lines", "quiet JSON", "text"],
)
def test_what_is_deleted_is_seen_before_the_question(
    at_terminal: AtTerminal, arguments: tuple[str, ...]
) -> None:
    """Nobody types a name for a list that the output has hidden, and nobody reads it twice."""
    code, _, err = at_terminal("no\n", "destroy", *arguments)
    assert code == ExitCode.NOT_CONFIRMED
    assert err.count(LISTED) == 1
    assert err.index("destroy ") < err.index(LISTED) < err.index("Type '")


def test_an_agent_sees_it_too(at_terminal: AtTerminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person beside an agent is asked about something."""
    monkeypatch.setenv("AI_AGENT", "1")
    assert LISTED in at_terminal("no\n", "destroy")[2]


def test_nothing_is_told_without_a_question(at_terminal: AtTerminal) -> None:
    """Where nobody is asked, quiet stays quiet."""
    code, _, err = at_terminal("", "destroy", "-q", "--no-input")
    assert code == ExitCode.NOT_CONFIRMED
    assert LISTED not in err


def test_end_of_input_at_a_question(at_terminal: AtTerminal) -> None:
    """What is said after a question that was left begins its own line."""
    code, _, err = at_terminal("", "destroy")
    assert code == ExitCode.INTERRUPTED
    assert "\nerror: interrupted; this run deleted nothing\n" in err
