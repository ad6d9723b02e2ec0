"""Progress as JSON: one shape for each type, ASCII, flushed, with an exit code at the end."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from pipelinegen.display import Display
from pipelinegen.errors import EnvironmentFault, StackFailed
from pipelinegen.progress import Asked, Progress, Said, Waiting
from pipelinegen.progress_display import reporter
from pipelinegen.records import PropertyChange, ResourceChange
from tests.progress_values import (
    DONE,
    EVENT_TIME,
    FAILED,
    FOLLOWING,
    HOSTILE,
    STACK,
    STARTED,
    Terminal,
    Time,
    document,
    happened,
    locate,
    proposed,
)

HEAD = {"time": "2026-11-22T22:10:15Z", "branch": "main", "stack": STACK}
SPEC = {"file": "pipelinegen.yaml", "line": 2, "column": 11}
CHANGE = ResourceChange(
    "Pipeline",
    "AWS::CodePipeline::Pipeline",
    "Modify",
    physical_id="shop-main",
    replacement="True",
    policy_action="ReplaceAndDelete",
    scope=("Properties",),
    details=(
        PropertyChange("Properties", "/Properties/Token", "Always", "a", "b", cause="Role.Arn"),
    ),
)
OBJECTS: list[tuple[Progress, dict[str, Any]]] = [
    (
        STARTED,
        {
            "type": "start",
            **HEAD,
            "command": "deploy",
            "account": "111111111111",
            "region": "eu-west-1",
            "identity": "arn:aws:sts::111111111111:assumed-role/dev/ann",
        },
    ),
    (
        proposed(CHANGE),
        {
            "type": "change-set",
            **HEAD,
            "name": "pg-1",
            "id": "arn:pg-1",
            "creates": True,
            "tool_upgrade": False,
            "kept": False,
            "summary": {"add": 0, "change": 0, "remove": 0, "replace": 1, "may_replace": 0},
            "changes": [
                {
                    "resource": "Pipeline",
                    "resource_type": "AWS::CodePipeline::Pipeline",
                    "physical_id": "shop-main",
                    "action": "Modify",
                    "replacement": "True",
                    "policy_action": "ReplaceAndDelete",
                    "rights": False,
                    "scope": ["Properties"],
                    "details": [
                        {
                            "attribute": "Properties",
                            "path": "/Properties/Token",
                            "recreation": "Always",
                            "before": "****",
                            "after": "****",
                            "because": "Role.Arn",
                        }
                    ],
                    "spec": SPEC,
                }
            ],
        },
    ),
    (Asked(STACK, "Deploy?"), {"type": "confirm", **HEAD, "question": "Deploy?"}),
    (
        happened("Role", "UPDATE_IN_PROGRESS", 21.4, HOSTILE),
        {
            "type": "resource",
            **HEAD,
            "time": "2026-11-22T22:10:05Z",
            "resource": "Role",
            "resource_type": "AWS::CodeBuild::Project",
            "physical_id": "physical-Role",
            "status": "UPDATE_IN_PROGRESS",
            "reason": HOSTILE,
            "elapsed": 21,
            "spec": None,
        },
    ),
    (
        Waiting(STACK, "UPDATE_IN_PROGRESS", 30.2),
        {"type": "heartbeat", **HEAD, "status": "UPDATE_IN_PROGRESS", "elapsed": 30},
    ),
    (
        Said(STACK, f"ghp_{'a' * 36}"),
        {"type": "diagnostic", **HEAD, "severity": "note", "message": "****"},
    ),
    (
        DONE,
        {
            "type": "result",
            **HEAD,
            "status": "UPDATE_COMPLETE",
            "exit_code": 0,
            "message": "",
            "elapsed": 48,
            "outputs": {"PipelineName": "shop-main"},
            "url": DONE.url,
            "cause": None,
            "remarks": ["'Old' could not be deleted"],
            "next": "pipelinegen status -b main",
        },
    ),
    (
        FAILED,
        {
            "type": "result",
            **HEAD,
            "status": "UPDATE_ROLLBACK_COMPLETE",
            "exit_code": 4,
            "message": "",
            "elapsed": 161,
            "outputs": {},
            "url": "",
            "cause": {
                "resource": "Pipeline",
                "resource_type": "AWS::CodePipeline::Pipeline",
                "status": "UPDATE_FAILED",
                "reason": "CodePipeline is not authorized to perform AssumeRole on role x",
                "path": None,
                "hint": FAILED.cause and FAILED.cause.hint,
                "spec": SPEC,
            },
            "remarks": ["the update was rolled back; the previous pipeline is in place"],
            "next": "pipelinegen deploy -b main",
        },
    ),
]


def written(
    capsys: pytest.CaptureFixture[str], output: str, *reports: Progress, **more: Any
) -> str:
    """Return what stdout gets; stderr gets nothing."""
    with open_reporter(output, **more) as report:
        for progress in reports:
            report(progress)
    captured = capsys.readouterr()
    assert captured.err == ""
    assert captured.out.isascii()
    return captured.out


def open_reporter(output: str, display: Display | None = None, **more: Any) -> Any:
    """Return a reporter of a run that began ten seconds after the events of AWS."""
    return reporter(
        display or Display(),
        output=output,
        **{"document": document(), "locate": locate, "clock": Time(), **more},
        now=lambda: EVENT_TIME + 10,
    )


def test_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """Each progress is one object with the schema in front; following adds nothing."""
    reports = [progress for progress, _ in OBJECTS]
    lines = written(capsys, "jsonl", *reports, FOLLOWING).splitlines()
    expected = [{"schema": "pipelinegen/v1/deploy", **value} for _, value in OBJECTS]
    assert [json.loads(line) for line in lines] == expected
    assert lines[3].startswith(
        '{"schema": "pipelinegen/v1/deploy", "type": "resource", "time": "2026-11-22T22:10:05Z", '
        '"branch": "main", "stack": "shop-main-pipeline", "resource": "Role", '
    )


def test_lines_come_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    """The first line is there before the second is made."""
    with open_reporter("jsonl") as report:
        report(STARTED)
        assert json.loads(capsys.readouterr().out)["type"] == "start"


def test_document(capsys: pytest.CaptureFixture[str]) -> None:
    """One document holds the objects in lists, without heartbeats and questions."""
    found = json.loads(written(capsys, "json", *(progress for progress, _ in OBJECTS)))
    values = [value for _, value in OBJECTS]
    assert found == {
        "schema": "pipelinegen/v1/deploy",
        "exit_code": 4,
        "starts": [values[0]],
        "change_sets": [values[1]],
        "events": [values[3]],
        "diagnostics": [values[5]],
        "results": values[6:],
    }


def test_empty_document(capsys: pytest.CaptureFixture[str]) -> None:
    """A run that says nothing still is a document, under the name of its command."""
    found = json.loads(written(capsys, "json", command="destroy"))
    assert (found["schema"], found["exit_code"]) == ("pipelinegen/v1/destroy", None)


def test_without_the_spec(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a document there are no places, and before the start no branch is known."""
    line = written(capsys, "jsonl", happened("Pipeline", "X"), document=None)
    assert (json.loads(line)["spec"], json.loads(line)["branch"]) == (None, None)


@pytest.mark.parametrize("output", ["json", "jsonl"])
@pytest.mark.parametrize(
    ("fault", "code", "message"),
    [
        pytest.param(StackFailed(HOSTILE), 4, HOSTILE, id="an expected failure"),
        pytest.param(KeyboardInterrupt(), 130, "interrupted", id="an interrupt"),
        pytest.param(ValueError("x"), 70, "internal error", id="a bug"),
    ],
)
def test_result_of_a_failed_command(
    capsys: pytest.CaptureFixture[str], output: str, fault: BaseException, code: int, message: str
) -> None:
    """A command that raises still ends with its exit code, and raises."""

    def fail() -> None:
        with open_reporter(output) as report:
            report(STARTED)
            raise fault

    with pytest.raises(type(fault)):
        fail()
    out = capsys.readouterr().out
    found = json.loads(out)["results"] if output == "json" else [json.loads(out.splitlines()[-1])]
    expected = {"type": "result", **HEAD, "status": "error", "exit_code": code, "message": message}
    assert [{**value, "schema": 1} for value in found] == [{**expected, "schema": 1}]


def test_fault_before_the_start(capsys: pytest.CaptureFixture[str]) -> None:
    """A result without a stack where none was named."""
    with pytest.raises(StackFailed), open_reporter("jsonl"):
        raise StackFailed("no")
    found = json.loads(capsys.readouterr().out)
    assert (found["stack"], found["branch"], found["exit_code"]) == (None, None, 4)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a full device")
def test_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Output that cannot be written stops nothing, and is an error at the end."""
    seen = []

    def run() -> None:
        with open_reporter("jsonl") as report:
            report(STARTED)
            seen.append("went on")

    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        with pytest.raises(EnvironmentFault, match="no space left"):
            run()
    assert seen == ["went on"]


def test_a_person_sees_what_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before a question the terminal shows, once, what it is about."""
    terminal = Terminal()
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr(sys, "stderr", terminal)
    display = Display()
    with open_reporter("jsonl", display) as say:
        say(STARTED)
        say(proposed(CHANGE))
        say(Asked(STACK, "Deploy?"))
        assert terminal.written == ""
        display.before_question()
        display.before_question()
    assert terminal.written.count("Pipeline   AWS::CodePipeline::Pipeline   replaced\n") == 1
    assert terminal.written.startswith("deploy  shop-main-pipeline   account 111111111111")
