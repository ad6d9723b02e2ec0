"""`diff` prints what differs as its result, says the rest, and writes nothing but a change set."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import pytest
from click.testing import CliRunner, Result

from pipelinegen.cli import shell
from pipelinegen.compiler import compile_spec
from pipelinegen.deployment import Deployment, deployment
from pipelinegen.records import (
    ChangeSet,
    ChangeSetRequest,
    Identity,
    ResourceChange,
    StackRecord,
    StackResource,
)
from pipelinegen.services import Connection

SPEC = """\
pipeline: shop
branches: [{branch: main}, {branch: develop}]
parameters:
  Vpc: {type: String}
  Zones: {type: CommaDelimitedList, default: "a,b"}
sources: [{codecommit: {repository-name: shop}}]
stages:
  - stage: Build
    actions:
      - output-artifacts: []
        codebuild: {buildspec: b.yml, env: {VPC: "${param:Vpc}", SIZE: small}}
"""
CHANGED = SPEC.replace("SIZE: small", "SIZE: large")
STACK = "shop-main-pipeline"


@dataclass
class Account:
    """An account with one stack at most, which keeps what was done to it."""

    stack: StackRecord | None = None
    body: Mapping[str, Any] | None = None
    pipeline: Mapping[str, Any] | None = None
    changes: tuple[ResourceChange, ...] = ()
    made: dict[str, ChangeSet] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)

    def connect(self, **_wishes: Any) -> Connection:
        stop = cast(Any, None)
        identity = Identity("111111111111", "eu-west-1", "arn:aws:iam::111111111111:user/me")
        every = cast(Any, self)
        return Connection(identity, every, every, every, every, "ab12", stop, stop)

    def now(self) -> float:
        return 0.0

    def find(self, _name: str) -> StackRecord | None:
        return self.stack

    def template(self, _stack: str) -> Mapping[str, Any] | None:
        return self.body

    def resources(self, _stack: str) -> tuple[StackResource, ...]:
        return (StackResource("Pipeline", "AWS::CodePipeline::Pipeline", "OK", "shop-main"),)

    def declaration(self, _name: str) -> Mapping[str, Any] | None:
        return self.pipeline

    def change_sets(self, _stack: str) -> tuple[ChangeSet, ...]:
        return tuple(self.made.values())

    def create_change_set(self, request: ChangeSetRequest) -> None:
        self.written.append("create")
        self.made[request.name] = ChangeSet(
            request.name, "id", "id", "CREATE_COMPLETE", "AVAILABLE", changes=self.changes
        )

    def change_set(self, _stack: str, name: str) -> ChangeSet | None:
        return self.made.get(name)

    def delete_change_set(self, _stack: str, name: str) -> None:
        self.written.append("delete")
        del self.made[name]


def wanted(content: str = SPEC) -> Deployment:
    compilation = compile_spec("pipelinegen.yaml", content.encode())
    assert compilation.spec is not None
    assert compilation.template is not None
    return deployment(
        compilation.spec, compilation.template, "main", values={"Vpc": "vpc-1"}, role_arn=None
    )


def deployed(content: str = SPEC) -> Account:
    """Return an account in which this spec was deployed for `main`."""
    done = wanted(content)
    values = {**done.parameters, "Zones": "a,b"}
    stack = StackRecord(STACK, "id", "UPDATE_COMPLETE", parameters=values, tags=done.tags)
    return Account(stack, done.body)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that commands run in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def diff(folder: Path, account: Account, *flags: str, spec: str = SPEC) -> Result:
    (folder / "pipelinegen.yaml").write_text(spec, encoding="utf-8")
    args = ["diff", "-b", "main", *flags]
    return CliRunner().invoke(shell, args, connect=account.connect)


def test_no_changes(folder: Path) -> None:
    """Nothing on stdout, and success even where a difference would be none."""
    done = diff(folder, deployed(), "--exit-code")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "no changes\n")


def test_changes(folder: Path) -> None:
    """The result is on stdout, only asked for it is the exit code; AWS was only read."""
    account = deployed()
    done = diff(folder, account, spec=CHANGED)
    assert (done.exit_code, done.stderr) == (0, "")
    assert '"small" -> "large"' in done.stdout
    assert diff(folder, account, "--exit-code", spec=CHANGED).exit_code == 1
    assert account.written == []


def test_stack_that_is_not_there(folder: Path) -> None:
    """Where no stack is, or one without a template, everything is added."""
    done = diff(folder, Account(), "--exit-code")
    assert done.exit_code == 1
    assert done.stderr == f"stack '{STACK}' does not exist yet\n"
    assert "+ Pipeline" in done.stdout
    empty = deployed()
    empty.body = None
    assert diff(folder, empty).stdout == done.stdout


def test_changes_of_the_whole_stack(folder: Path) -> None:
    """Tags, outputs, and values that cannot be put into the template are told as sections."""
    account = deployed()
    assert account.stack is not None
    account.stack = replace(
        account.stack,
        tags={**account.stack.tags, "Owner": "me"},
        parameters={**account.stack.parameters, "Zones": "c"},
    )
    done = diff(folder, account, "--output", "json", "--exit-code")
    assert done.exit_code == 1
    document = json.loads(done.stdout)
    assert document["changes"] == []
    assert {
        each["resource"]: [(one["path"], one["before"], one["after"]) for one in each["details"]]
        for each in document["others"]
    } == {
        "Tags": [("/Tags/Owner", '"me"', None)],
        "ParameterValues": [("/ParameterValues/Zones", '"c"', '"a,b"')],
    }


def test_parameter(folder: Path) -> None:
    """A value that is given counts, else the stack keeps its own."""
    done = diff(folder, deployed(), "--parameter", "Vpc=vpc-2")
    assert '"vpc-1" -> "vpc-2"' in done.stdout
    assert diff(folder, deployed()).stdout == ""


def test_json(folder: Path) -> None:
    """One document, also without differences."""
    done = diff(folder, deployed(), "--output", "json")
    assert json.loads(done.stdout) == {
        "schema": "pipelinegen/v1/diff",
        "branch": "main",
        "stack": STACK,
        "exists": True,
        "summary": {"add": 0, "change": 0, "remove": 0, "replace": 0, "may_replace": 0},
        "changes": [],
        "others": [],
    }


def test_drift(folder: Path) -> None:
    """What was changed by hand is told, and that a stack is not there."""
    account = deployed()
    account.pipeline = {"name": "shop-main", "stages": []}
    done = diff(folder, account, "--drift", "--exit-code")
    assert done.exit_code == 1
    assert "~ Pipeline" in done.stdout
    absent = diff(folder, Account(), "--drift", "--exit-code")
    assert (absent.exit_code, absent.stdout) == (0, "")
    assert absent.stderr == f"stack '{STACK}' does not exist yet\n"


def test_change_set(folder: Path) -> None:
    """AWS's own answer is shown, and its change set is gone again."""
    account = deployed()
    account.changes = (ResourceChange("Asked", "AWS::SNS::Topic", "Add"),)
    done = diff(folder, account, "--change-set", "--parameter", "Vpc=vpc-1")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "+ Asked" in done.stdout
    assert (account.written, account.made) == (["create", "delete"], {})


def test_talk_of_a_change_set(folder: Path) -> None:
    """What the user should know of a preview is said on stderr."""
    account = deployed()

    def refuse(_stack: str, name: str) -> None:
        from pipelinegen.errors import EnvironmentFault

        raise EnvironmentFault(f"no network for {name}")

    account.delete_change_set = refuse  # type: ignore[method-assign]
    done = diff(folder, account, "--change-set", "--parameter", "Vpc=vpc-1")
    assert done.exit_code == 0
    assert "may be left in stack" in done.stderr


@pytest.mark.parametrize(
    "flag", [pytest.param((), id="diff"), pytest.param(("--drift",), id="diff --drift")]
)
def test_stack_of_somebody_else(folder: Path, flag: tuple[str, ...]) -> None:
    """A stack that is not of this pipeline and branch is not compared."""
    account = deployed()
    assert account.stack is not None
    account.stack = replace(account.stack, tags={"pipelinegen:pipeline": "other"})
    done = diff(folder, account, *flag)
    assert (done.exit_code, done.stdout) == (4, "")
    assert "belongs to pipeline 'other'" in done.stderr


@pytest.mark.parametrize(
    ("flags", "spec", "code", "says"),
    [
        pytest.param(
            ("--change-set", "--drift"), SPEC, 2, "exclude each other", id="two questions"
        ),
        pytest.param((), "pipeline: shop\n", 1, "error", id="a spec with errors"),
        pytest.param(("--parameter", "No=1"), SPEC, 2, "no parameter 'No'", id="unknown parameter"),
    ],
)
def test_faults(folder: Path, flags: tuple[str, ...], spec: str, code: int, says: str) -> None:
    """Nothing is compared where the question or the spec is wrong."""
    done = diff(folder, deployed(), *flags, spec=spec)
    assert (done.exit_code, done.stdout) == (code, "")
    assert says in done.stderr
