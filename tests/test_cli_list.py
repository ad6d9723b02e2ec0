"""`list` on the command line: the table on stdout, talk on stderr."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipelinegen.cli import shell
from pipelinegen.errors import ExitCode
from pipelinegen.records import Execution
from tests.test_overview import SPEC, Account, stack


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pipelinegen.yaml").write_text(SPEC)


def run(account: Account, *arguments: str) -> Result:
    return CliRunner().invoke(shell, ["list", *arguments], connect=account.connect)


def account() -> Account:
    return Account(
        [stack("develop"), stack("main")],
        executed={"shop-main": [Execution("1", "InProgress")]},
        others={"us-east-1": Account([stack("main")])},
    )


def test_table() -> None:
    """One line for each pipeline; how many there are is talk."""
    result = run(account())
    assert result.exit_code == ExitCode.DONE
    assert [line.split()[:4] for line in result.stdout.splitlines()] == [
        ["BRANCH", "RULE", "STACK", "EXECUTION"],
        ["main", "main", "CREATE_COMPLETE", "InProgress"],
        ["develop", "develop", "CREATE_COMPLETE", "-"],
    ]
    assert result.stderr == "2 pipelines of this spec in eu-west-1\n"


def test_all_regions() -> None:
    """Each region has its own count."""
    result = run(account(), "--all-regions")
    assert result.stderr == (
        "2 pipelines of this spec in eu-west-1\n1 pipeline of this spec in us-east-1\n"
    )


@pytest.mark.parametrize(
    ("flags", "where"),
    [
        pytest.param((), "eu-west-1", id="in one region"),
        pytest.param(("--all-regions",), "any region", id="in all regions"),
    ],
)
def test_nothing(flags: tuple[str, ...], where: str) -> None:
    """No pipelines are no failure: stdout is empty, stderr says so."""
    result = run(Account(), *flags)
    assert result.exit_code == ExitCode.DONE
    assert result.stdout == ""
    assert result.stderr == f"no branch has a pipeline of 'shop' in {where}\n"


def test_json() -> None:
    """A document, also when there is nothing to list."""
    result = run(account(), "--output", "json")
    assert [one["branch"] for one in json.loads(result.stdout)["pipelines"]] == ["main", "develop"]
    assert json.loads(run(Account(), "--output", "json").stdout)["pipelines"] == []


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param("pipeline: shop\n", id="form"),
        pytest.param(SPEC.replace("action: Ask", "action: Compile"), id="meaning"),
    ],
)
def test_broken_spec(broken: str) -> None:
    """The errors of a spec are shown, and AWS is not asked."""
    Path("pipelinegen.yaml").write_text(broken)
    result = run(Account(denied=frozenset({"cloudformation:DescribeStacks"})))
    assert result.exit_code == ExitCode.FINDINGS
    assert result.stdout == ""
    assert "error[" in result.stderr


def test_denied() -> None:
    """Without the right to read stacks it is the environment that lacks something."""
    result = run(Account(denied=frozenset({"cloudformation:DescribeStacks"})))
    assert result.exit_code == ExitCode.ENVIRONMENT
    assert "cloudformation:DescribeStacks" in result.stderr


def test_quiet() -> None:
    """`--quiet` leaves the table alone."""
    result = run(account(), "--quiet")
    assert result.stdout.startswith("BRANCH")
    assert result.stderr == ""
