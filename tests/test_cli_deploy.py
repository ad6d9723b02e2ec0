"""`pipelinegen deploy` as a user meets it: flags, exit codes, output, questions at a terminal."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipelinegen.cli import shell
from pipelinegen.errors import EnvironmentFault
from pipelinegen.services import Connection
from tests.simulation.account import Account
from tests.simulation.deploying import BRANCH, OLD, PROTECTED, SPEC, STACKS, asked, there, wanted

STACK = STACKS[BRANCH]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pipelinegen.yaml").write_text(SPEC, encoding="utf-8")


def run(account: Account, *arguments: str, branch: str | None = BRANCH) -> Result:
    on = [] if branch is None else ["-b", branch]
    return CliRunner().invoke(shell, ["deploy", *on, *arguments], connect=account.connect)


def refused(**_wishes: Any) -> Connection:
    """Be a way to AWS that does not exist."""
    raise EnvironmentFault("no credentials")


def failing() -> Account:
    account = Account()
    account.cloudformation.operations.failing["Pipeline", "create"] = "no \x1b[2Jquota"
    return account


def denied(operation: str) -> Account:
    account = Account()
    account.front.denied = {operation}
    return account


def hasty() -> Account:
    """Return an account at which the user presses Ctrl-C while a change set is worked out."""
    account = Account()

    def press() -> None:
        account.time.on_sleep = lambda: None
        raise KeyboardInterrupt

    account.time.on_sleep = press
    return account


CODES: dict[str, tuple[Callable[[], Account], tuple[str, ...], int, str]] = {
    "done": (Account, ("-y",), 0, "CREATE_COMPLETE"),
    "done for a protected branch": (Account, ("-y", "-b", PROTECTED), 0, "CREATE_COMPLETE"),
    "a stack operation failed": (failing, ("-y",), 4, "no \\x1b[2Jquota"),
    "a change set that is not there": (
        Account,
        ("--change-set", "pg-1"),
        4,
        "no change set 'pg-1'",
    ),
    "nobody can answer": (Account, (), 5, f"nobody can answer: Deploy stack '{STACK}'?"),
    "nobody may be asked": (Account, ("--no-input",), 5, "Say yes with --yes"),
    "nobody can type a name": (Account, ("-b", PROTECTED), 5, "nobody can answer"),
    "a right is lacking": (
        lambda: denied("CreateChangeSet"),
        ("-y",),
        3,
        "the caller has no right to cloudformation:CreateChangeSet",
    ),
    "interrupted": (hasty, ("-y",), 130, "interrupted; nothing was changed"),
}


@pytest.mark.parametrize(("account", "flags", "code", "line"), CODES.values(), ids=CODES)
def test_exit_code(
    account: Callable[[], Account], flags: tuple[str, ...], code: int, line: str
) -> None:
    """How it ended is the exit code; talk goes to stderr, and AWS cannot steer the terminal."""
    result = run(account(), *flags)
    assert result.exit_code == code, result.stderr
    assert result.stdout == ""
    assert line in result.stderr
    assert "\x1b" not in result.stderr


USAGE = {
    "a flag that is none": (("--detatch",), "no such option '--detatch'; did you mean '--detach'?"),
    "two flags exclude each other": (
        ("--no-execute", "--change-set", "pg-1"),
        "--no-execute and --change-set exclude each other",
    ),
    "two ways back": (("--recover", "--cancel"), "--recover and --cancel exclude each other"),
    "cancel without looking": (
        ("--cancel", "--detach"),
        "--cancel follows the update to its end; leave out --detach",
    ),
    "no time": (("--timeout", "0"), "--timeout"),
    "no end of time": (("--timeout", "nan"), "--timeout 'nan'"),
    "a role that is none": (("--role-arn", "deployer"), "--role-arn 'deployer'"),
    "a change set without a name": (("--change-set", ""), "--change-set ''"),
    "a form that deploy has not": (("--output", "yaml"), "--output"),
    "a parameter without value": (("--parameter", "Vpc"), "write it as NAME=VALUE"),
    "a parameter without name": (("--parameter", "=x"), "write it as NAME=VALUE"),
    "a parameter twice": (
        ("--parameter", "Vpc=1", "--parameter", "Vpc=2"),
        "--parameter 'Vpc' is given twice",
    ),
    "a parameter that the spec lacks": (
        ("--parameter", "Vpc=1"),
        "the template has no parameter 'Vpc'; it has none",
    ),
    "a parameter that follows from the branch": (
        ("--parameter", "BranchName=x"),
        "parameter 'BranchName' follows from the branch",
    ),
    "a branch without a rule": (("-b", "wip"), "'wip'"),
    "a spec that is not there": (("other.yaml",), "other.yaml"),
}


@pytest.mark.parametrize(("flags", "line"), USAGE.values(), ids=USAGE)
def test_wrong_use(flags: tuple[str, ...], line: str) -> None:
    """What cannot be meant is refused before AWS is asked anything."""
    account = Account()
    result = run(account, "-y", *flags)
    assert result.exit_code == 2, result.stderr
    assert line in result.stderr
    assert account.front.calls == []


def test_parameters() -> None:
    """A value may hold an equals sign, or be empty."""
    declared = "parameters: {A: {type: String}, B: {type: String}}\n"
    env = 'buildspec: ci/build.yml, env: {A: "${param:A}", B: "${param:B}"}'
    spec = declared + SPEC.replace("buildspec: ci/build.yml", env)
    Path("pipelinegen.yaml").write_text(spec, encoding="utf-8")
    account = Account()
    result = run(account, "-y", "--parameter", "A=x=y", "--parameter", "B=")
    assert result.exit_code == 0, result.stderr
    sent = {
        one["ParameterKey"]: one["ParameterValue"]
        for one in asked(account, "CreateChangeSet")[0]["Parameters"]
    }
    assert (sent["A"], sent["B"]) == ("x=y", "")


def test_errors_in_the_spec() -> None:
    """A spec with errors is told about first, and AWS is not asked."""
    Path("pipelinegen.yaml").write_text(SPEC.replace("stages:", "stage:"), encoding="utf-8")
    account = Account()
    result = run(account, "-y")
    assert result.exit_code == 1
    assert "error[" in result.stderr
    assert account.front.calls == []


def test_no_branch_is_checked_out() -> None:
    """Outside of a checkout the branch must be named."""
    result = run(Account(), "-y", branch=None)
    assert result.exit_code == 2
    assert "no branch is checked out where 'pipelinegen.yaml' lies" in result.stderr


def test_the_branch_that_is_checked_out() -> None:
    """In a checkout it is the branch that is checked out."""
    subprocess.run(["git", "init", "--quiet", f"--initial-branch={BRANCH}"], check=True)
    account = Account()
    assert run(account, "-y", branch=None).exit_code == 0
    assert there(account) is not None


GUARDS = {
    "another account": ("account: '222222222222'\n", (), "error[wrong-account]: this file is for"),
    "another region": ("region: eu-central-1\n", (), "error[wrong-region]: this file is for"),
    "another region by a flag": (
        "region: eu-west-1\n",
        ("--region", "eu-central-1"),
        "error[wrong-region]: this file is for eu-west-1, the deployment goes to eu-central-1",
    ),
}


@pytest.mark.parametrize(("guard", "flags", "line"), GUARDS.values(), ids=GUARDS)
def test_guard(guard: str, flags: tuple[str, ...], line: str) -> None:
    """A spec that is for another account or region stops the command before the first call."""
    Path("pipelinegen.yaml").write_text(guard + SPEC, encoding="utf-8")
    account = Account()
    result = run(account, "-y", *flags)
    assert result.exit_code == 3
    assert line in result.stderr
    assert account.front.calls == []


def test_guards_that_agree() -> None:
    """A spec that is for this account and region is deployed."""
    guards = "account: '111111111111'\nregion: eu-west-1\n"
    Path("pipelinegen.yaml").write_text(guards + SPEC, encoding="utf-8")
    assert run(Account(), "-y", "--region", "eu-west-1").exit_code == 0


WISHES = {
    "nothing": ((), "", {"profile": None, "region": None, "minutes": 60.0}),
    "a region of the spec": ((), "region: eu-west-1\n", {"region": "eu-west-1"}),
    "flags": (
        ("--profile", "work", "--region", "eu-west-1", "--timeout", "0.5"),
        "",
        {"profile": "work", "region": "eu-west-1", "minutes": 0.5},
    ),
}


@pytest.mark.parametrize(("flags", "guard", "expected"), WISHES.values(), ids=WISHES)
def test_connection(flags: tuple[str, ...], guard: str, expected: dict[str, Any]) -> None:
    """What the flags and the spec say decides which account and region are reached."""
    Path("pipelinegen.yaml").write_text(guard + SPEC, encoding="utf-8")
    wishes: dict[str, Any] = {}

    def connect(**more: Any) -> Connection:
        wishes.update(more)
        return Account().connection()

    line = ["deploy", "-y", "-b", BRANCH, *flags]
    assert CliRunner().invoke(shell, line, connect=connect).exit_code == 0
    assert expected.items() <= wishes.items()


def test_no_credentials() -> None:
    """Without a way to AWS nothing else matters."""
    result = CliRunner().invoke(shell, ["deploy", "-b", BRANCH], connect=refused)
    assert result.exit_code == 3
    assert result.stderr.endswith("error: no credentials\n")


def test_no_region(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real way to AWS has no region of its own."""
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    result = CliRunner().invoke(shell, ["deploy", "-b", BRANCH])
    assert result.exit_code == 3
    assert "--region" in result.stderr


def test_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables stand for the flags of a pipeline of others."""
    monkeypatch.setenv("PIPELINEGEN_YES", "1")
    monkeypatch.setenv("PIPELINEGEN_OUTPUT", "jsonl")
    monkeypatch.setenv("PIPELINEGEN_BRANCH", BRANCH)
    result = run(Account(), branch=None)
    assert result.exit_code == 0
    assert json.loads(result.stdout.splitlines()[-1])["exit_code"] == 0


def test_twice() -> None:
    """The second time there is nothing to do."""
    account = Account()
    assert run(account, "-y").exit_code == 0
    again = run(account)
    assert again.exit_code == 0
    assert "no changes" in again.stderr


def test_kept_and_executed() -> None:
    """The command that --no-execute ends with executes the change set."""
    account = Account()
    kept = run(account, "--no-execute")
    assert kept.exit_code == 0
    [command] = [line for line in kept.stderr.splitlines() if "--change-set" in line]
    words = command.split()
    executed = run(account, "-y", *words[words.index("--change-set") :])
    assert executed.exit_code == 0, executed.stderr
    assert len(asked(account, "CreateChangeSet")) == 1


FLAGS = {
    "--no-rollback": ("ExecuteChangeSet", "DisableRollback", True),
    "--role-arn=arn:aws:iam::111111111111:role/deployer": (
        "CreateChangeSet",
        "RoleARN",
        "arn:aws:iam::111111111111:role/deployer",
    ),
}


@pytest.mark.parametrize(("flag", "told"), FLAGS.items(), ids=FLAGS)
def test_flag_reaches_aws(flag: str, told: tuple[str, str, object]) -> None:
    """What a flag says is asked of AWS."""
    account = Account()
    assert run(account, "-y", flag).exit_code == 0
    operation, name, value = told
    assert asked(account, operation)[0][name] == value


def test_detach() -> None:
    """--detach comes back at once."""
    account = Account()
    assert run(account, "-y", "--detach").exit_code == 0
    stack = there(account)
    assert stack is not None
    assert stack.status == "CREATE_IN_PROGRESS"


def test_cancel() -> None:
    """--cancel takes back the update of somebody else."""
    account = Account()
    account.deployed(wanted(spec=OLD), "UPDATE_IN_PROGRESS", ends="UPDATE_COMPLETE")
    result = run(account, "--cancel")
    assert result.exit_code == 0
    assert "the update was cancelled" in result.stderr


def test_deadline() -> None:
    """--timeout leaves to AWS what takes longer."""
    result = run(Account(), "-y", "--timeout", "0.2")
    assert result.exit_code == 4
    assert "it goes on in AWS" in result.stderr


OUTPUTS: dict[str, tuple[Callable[[], Account], tuple[str, ...], int]] = {
    "done": (Account, ("-y",), 0),
    "failed": (failing, ("-y",), 4),
    "not confirmed": (Account, (), 5),
    "interrupted": (hasty, ("-y",), 130),
    "wrong use": (Account, ("-y", "--cancel", "--detach"), 2),
    "a branch without a rule": (Account, ("-y", "-b", "wip"), 2),
}


@pytest.mark.parametrize(("account", "flags", "code"), OUTPUTS.values(), ids=OUTPUTS)
def test_lines_of_json(account: Callable[[], Account], flags: tuple[str, ...], code: int) -> None:
    """However it ends, stdout is JSON line by line, and the last line is the result."""
    result = run(account(), *flags, "--output", "jsonl")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == code, result.stderr
    assert {one["schema"] for one in lines} == {"pipelinegen/v1/deploy"}
    assert (lines[-1]["type"], lines[-1]["exit_code"]) == ("result", code)
    assert [one["type"] for one in lines].count("result") == 1


@pytest.mark.parametrize(("account", "flags", "code"), OUTPUTS.values(), ids=OUTPUTS)
def test_one_document(account: Callable[[], Account], flags: tuple[str, ...], code: int) -> None:
    """However it ends, stdout is one JSON document with the exit code."""
    result = run(account(), *flags, "--output", "json")
    document = json.loads(result.stdout)
    assert result.exit_code == code, result.stderr
    assert document["exit_code"] == code
    assert [one["exit_code"] for one in document["results"]] == [code]


# --- a person at a terminal

PATIENCE = 30
"""Seconds without a word after which a process is taken to wait for something else."""

CHILD = """
import fcntl, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # so that Ctrl-C reaches this process
from pipelinegen.cli import shell
from tests.simulation.account import Account
shell.main(["deploy", *sys.argv[1:]], connect=Account().connect)
"""


def at_a_terminal(*arguments: str, typed: bytes, prompt: bytes) -> tuple[int, str]:
    """Deploy where stdin and stderr are a terminal; type once the prompt shows."""
    person, terminal = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, *arguments],
        stdin=terminal,
        stderr=terminal,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        env={**os.environ, "TERM": "dumb"},
    )
    os.close(terminal)
    shown, answered, silent = b"", False, 0
    with suppress(OSError):  # Linux: the terminal has gone with the process
        while silent < PATIENCE:
            if select.select([person], [], [], 1)[0]:
                shown += os.read(person, 4096)
                silent = 0
            else:
                silent += 1
            # Python misses a Ctrl-C between its last look and its wait for input: press it again
            if typed and prompt in shown and (not answered or silent == 3):
                os.write(person, typed)
                answered = True
    os.close(person)  # one that still waits for an answer is hung up on
    return process.wait(PATIENCE), shown.decode().replace("\r\n", "\n")


YES_NO, BY_NAME = b"[y/N]", b"to go on"
ANSWERS: dict[str, tuple[tuple[str, ...], bytes, bytes, int, str]] = {
    "yes": (("-b", BRANCH), YES_NO, b"y\n", 0, "CREATE_COMPLETE"),
    "no": (("-b", BRANCH), YES_NO, b"n\n", 5, "the answer was no; nothing was changed"),
    "nothing": (("-b", BRANCH), YES_NO, b"\n", 5, "the answer was no; nothing was changed"),
    "the name": (("-b", PROTECTED), BY_NAME, b"shop-main-pipeline\n", 0, "CREATE_COMPLETE"),
    "the name, since --yes does not type it": (
        ("-y", "-b", PROTECTED),
        BY_NAME,
        b"shop-main-pipeline\n",
        0,
        "CREATE_COMPLETE",
    ),
    "another name": (
        ("-b", PROTECTED),
        BY_NAME,
        b"yes\n",
        5,
        "that is not 'shop-main-pipeline'; nothing was changed",
    ),
    "Ctrl-C": (("-b", BRANCH), YES_NO, b"\x03", 130, "interrupted; nothing was changed"),
    "the end of the input": (
        ("-b", PROTECTED),
        BY_NAME,
        b"\x04",
        130,
        "interrupted; nothing was changed",
    ),
}


@pytest.mark.parametrize(
    ("arguments", "prompt", "typed", "code", "line"), ANSWERS.values(), ids=ANSWERS
)
def test_answer(
    arguments: tuple[str, ...], prompt: bytes, typed: bytes, code: int, line: str
) -> None:
    """A person sees what will change, is asked, and is obeyed."""
    found, shown = at_a_terminal(*arguments, typed=typed, prompt=prompt)
    assert found == code, shown
    question, _, after = shown.partition(prompt.decode())
    assert "AWS::CodePipeline::Pipeline" in question
    assert line in after


def test_silent_at_a_terminal() -> None:
    """Who wants no questions gets none, even where somebody sits."""
    code, shown = at_a_terminal("-b", BRANCH, "--no-input", typed=b"", prompt=YES_NO)
    assert code == 5
    assert "[y/N]" not in shown
