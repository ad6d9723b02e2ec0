"""`bootstrap --print` prints the shared store and nothing else; nothing is deployed."""

from __future__ import annotations

import json

import pytest
import yaml

from pipelinegen.shared_store import shared_store_template
from tests.conftest import Run

READER = "222222222222"


def test_template(run: Run) -> None:
    """The template is all that is on stdout, and nothing is on stderr."""
    result = run("bootstrap", "--print")
    assert (result.exit_code, result.stderr) == (0, "")
    assert yaml.safe_load(result.stdout) == shared_store_template()
    assert result.stdout.endswith("\n")


def test_json(run: Run) -> None:
    """JSON and YAML say the same."""
    flags = ("--print", "--read-account", READER)
    as_json = run("bootstrap", *flags, "--format", "json").stdout
    assert json.loads(as_json) == yaml.safe_load(run("bootstrap", *flags).stdout)
    assert json.loads(as_json) == shared_store_template([READER])


def test_same_bytes(run: Run) -> None:
    """The same flags give the same bytes, in whatever order accounts are named, once or twice."""
    first = run("bootstrap", "--print", "--read-account", READER, "--read-account", "3" * 12)
    assert first.exit_code == 0
    for accounts in ([READER, "3" * 12], ["3" * 12, READER], [READER, "3" * 12, READER]):
        flags = [flag for account in accounts for flag in ("--read-account", account)]
        assert run("bootstrap", "--print", *flags).stdout == first.stdout


def test_order_of_flags(run: Run) -> None:
    """An account may be named before `--print` is."""
    first = run("bootstrap", "--read-account", READER, "--print")
    assert first.stdout == run("bootstrap", "--print", f"--read-account={READER}").stdout


@pytest.mark.parametrize(
    "account",
    [
        "",
        "12345678901",
        "1234567890123",
        "arn:aws:iam::222222222222:root",
        "22222222222x",
        "２２２２２２２２２２２２",
        "222222222222\n",
        " 222222222222",
        "*",
        "${AWS::AccountId}",
        "a\x1b[31mb",
    ],
)
def test_bad_account(run: Run, account: str) -> None:
    """What is no account id is refused in one line that shows it harmlessly; nothing is printed."""
    result = run("bootstrap", "--print", "--read-account", READER, "--read-account", account)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "an account id is 12 digits" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert "\x1b" not in result.stderr


def test_store_is_what_is_printed(run: Run) -> None:
    """`--print` alone prints the store, as it does with `--store`."""
    assert run("bootstrap", "--print").stdout == run("bootstrap", "--store", "--print").stdout


@pytest.mark.parametrize("arguments", [("--format", "toml"), ("extra",), ("--read-accounts", "1")])
def test_usage(run: Run, arguments: tuple[str, ...]) -> None:
    """A word that it does not know is refused."""
    result = run("bootstrap", "--print", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr
