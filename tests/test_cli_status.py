"""`status` on the command line: stack, stages, executions and the cause of a failure."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipelinegen.cli import shell
from pipelinegen.compiler import compile_spec
from pipelinegen.deployment import deployment
from pipelinegen.errors import ExitCode
from pipelinegen.records import ActionState, Execution, StackEvent, StackRecord, StageState
from tests.test_overview import SPEC, Account, stack

STACK: StackRecord = replace(stack("main"), updated=1_795_000_060.0)
STAGES = (
    StageState("Source", "Succeeded", "e1", True, (ActionState("App", "Succeeded", "1a2b"),)),
    StageState(
        "Build",
        "InProgress",
        "e1",
        False,
        (
            ActionState("Compile", "Failed", "Build \x1b[31mstopped", changed=1_795_000_030.0),
            ActionState("Ask", "InProgress", "please", token="very-secret"),
        ),
    ),
    StageState("Later", actions=(ActionState("Never"),)),
)
EXECUTIONS = [
    Execution("e1", "InProgress", 1_795_000_000.0, 1_795_000_001.0, "Webhook", ("1a2b", "3c4d")),
    Execution("e0", "Succeeded"),
    Execution("e-1", "Superseded"),
    Execution("e-2", "Failed"),
]


def template(text: str = SPEC) -> Any:
    found = compile_spec("pipelinegen.yaml", text.encode())
    assert found.spec is not None
    assert found.template is not None
    return deployment(found.spec, found.template, "main", values={}, role_arn=None).body


def account(**more: Any) -> Account:
    known = {
        "stacks": [STACK],
        "templates": {STACK.id: template()},
        "executed": {"shop-main": EXECUTIONS},
        "states": {"shop-main": STAGES},
    }
    return Account(**{**known, **more})


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pipelinegen.yaml").write_text(SPEC)


def run(account: Account, *arguments: str, branch: str = "main") -> Result:
    line = ["status", "-b", branch, *arguments]
    return CliRunner().invoke(shell, line, connect=account.connect)


def test_text() -> None:
    """Blocks for the stack, the stages and the executions; who is waited for stands on top."""
    result = run(account())
    assert result.exit_code == ExitCode.DONE
    assert result.stdout == (
        "branch      main\n"
        "rule        main\n"
        "stack       shop-main-pipeline  CREATE_COMPLETE\n"
        "updated     2026-11-18T11:07:40Z\n"
        "protection  off\n"
        "spec        the stack is what the spec says\n"
        "output      PipelineName=shop-main\n"
        "console     https://eu-west-1.console.aws.amazon.com/codesuite/codepipeline/pipelines/"
        "shop-main/view?region=eu-west-1\n"
        "approval    Build/Ask waits for a person\n"
        "\n"
        "stage Source  Succeeded\n"
        "  App         Succeeded   1a2b\n"
        "stage Build   InProgress  nothing may enter\n"
        "  Compile     Failed      Build \\x1b[31mstopped  2026-11-18T11:07:10Z\n"
        "  Ask         InProgress  waits for approval\n"
        "stage Later   -\n"
        "  Never       -\n"
        "\n"
        "EXECUTION  STATUS      STARTED               TRIGGER  REVISIONS\n"
        "e1         InProgress  2026-11-18T11:06:40Z  Webhook  1a2b, 3c4d\n"
        "e0         Succeeded   -\n"
        "e-1        Superseded  -\n"
    )


def test_json() -> None:
    """The same facts for programs; the token of an approval is nobody's business."""
    result = run(account(), "--output", "json", "--executions", "1")
    document = json.loads(result.stdout)
    assert document["schema"] == "pipelinegen/v1/status"
    assert document["stack"] == "shop-main-pipeline"
    assert document["spec"] == "current"
    assert document["approvals"] == [{"stage": "Build", "action": "Ask"}]
    assert document["cause"] is None
    assert [one["id"] for one in document["executions"]] == ["e1"]
    assert document["stages"][1]["actions"][0] == {
        "name": "Compile",
        "status": "Failed",
        "summary": "Build \x1b[31mstopped",
        "url": None,
        "changed": "2026-11-18T11:07:10Z",
    }
    assert document["stages"][2]["status"] is None
    assert "very-secret" not in result.output


def test_no_executions() -> None:
    """`--executions 0` asks for none."""
    denied = frozenset({"codepipeline:ListPipelineExecutions"})
    result = run(account(denied=denied), "--executions", "0")
    assert "EXECUTION" not in result.stdout
    assert result.stderr == ""


@pytest.mark.parametrize(
    "stacks",
    [
        pytest.param([], id="no stack"),
        pytest.param([stack("main", tags={"pipelinegen:pipeline": "other"})], id="another's stack"),
    ],
)
def test_absent(stacks: list[StackRecord]) -> None:
    """No stack of ours is a negative answer, with the command that makes one."""
    result = run(account(stacks=stacks))
    assert result.exit_code == ExitCode.FINDINGS
    assert result.stdout == ""
    assert result.stderr.endswith(
        "branch 'main' has no stack; make it with: pipelinegen deploy -b main\n"
    )
    assert ("belongs to pipeline 'other'" in result.stderr) == bool(stacks)
    document = json.loads(run(account(stacks=stacks), "--output", "json").stdout)
    assert document == {"schema": "pipelinegen/v1/status", "branch": "main", "stack": None}


def said_of_spec(result: Result) -> str:
    lines = [line.split(maxsplit=1) for line in result.stdout.splitlines()]
    return next(words[1] for words in lines if words and words[0] == "spec")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        pytest.param({}, "the stack is what the spec says", id="current"),
        pytest.param(
            {"templates": {STACK.id: template(SPEC.replace("Ask", "Confirm"))}},
            "the stack is not what the spec says; see: pipelinegen diff -b main",
            id="another template",
        ),
        pytest.param(
            {"stacks": [replace(STACK, tags={**STACK.tags, "pipelinegen:rule": "old"})]},
            "the stack is not what the spec says; see: pipelinegen diff -b main",
            id="another rule",
        ),
        pytest.param(
            {"stacks": [replace(STACK, parameters={**STACK.parameters, "Size": "large"})]},
            "the stack is what the spec says",
            id="a parameter that the user gave",
        ),
        pytest.param(
            {"templates": {}},
            "whether the stack is what the spec says cannot be read",
            id="no template",
        ),
        pytest.param(
            {"denied": frozenset({"cloudformation:GetTemplate"})},
            "whether the stack is what the spec says cannot be read",
            id="a template that may not be read",
        ),
    ],
)
def test_currency(more: dict[str, Any], words: str) -> None:
    """The deployed template is compared with what a deployment would send."""
    result = run(account(**more))
    assert result.exit_code == ExitCode.DONE
    assert said_of_spec(result) == words


def test_branch_without_rule() -> None:
    """A stack whose branch no rule takes any more is still shown."""
    left = stack("old", rule="old", termination_protection=True, reason="odd")
    result = run(account(stacks=[left], templates={left.id: template()}), "--why", branch="old")
    assert result.exit_code == ExitCode.DONE
    assert "rule        the rule that it was deployed with is gone\n" in result.stdout
    assert "            odd\n" in result.stdout
    assert "protection  on\n" in result.stdout
    assert said_of_spec(result) == (
        "no branch rule takes this branch any more; remove it with: pipelinegen destroy -b old"
    )


def test_looked_up_parameters() -> None:
    """Where a deployment looks parameters up, equal templates do not prove much."""
    text = SPEC + "parameters:\n  Image: {ssm: /images/build}\n"
    text = text.replace("buildspec.yml}", 'buildspec.yml, image: "${param:Image}"}')
    Path("pipelinegen.yaml").write_text(text)
    result = run(account(templates={STACK.id: template(text)}))
    assert "            a deployment looks its parameters up again\n" in result.stdout


def test_denied_reads() -> None:
    """What may not be read is left out, and the right that lacks is named."""
    actions = ("GetPipelineState", "ListPipelineExecutions")
    denied = frozenset(f"codepipeline:{action}" for action in actions)
    result = run(account(denied=denied))
    assert result.exit_code == ExitCode.DONE
    assert result.stdout.count("\n\n") == 0
    assert [line.split(": ")[1] for line in result.stderr.splitlines()] == [
        "codepipeline:GetPipelineState is not allowed",
        "codepipeline:ListPipelineExecutions is not allowed",
    ]


def test_stack_without_pipeline() -> None:
    """A stack that failed to come up has no pipeline to look at, and no console link."""
    bare = replace(STACK, outputs={}, updated=None)
    result = run(account(stacks=[bare]))
    assert result.exit_code == ExitCode.DONE
    assert "console" not in result.stdout
    assert "stage" not in result.stdout.split("spec", 1)[1].split("says", 1)[1]
    document = json.loads(run(account(stacks=[bare]), "--output", "json").stdout)
    assert document["pipeline"] is None


def event(
    name: str, status: str, reason: str = "", *, time: float = 1.0, **more: Any
) -> StackEvent:
    known = {"stack_id": STACK.id, "type": "AWS::CodePipeline::Pipeline", **more}
    return StackEvent(
        id=f"{name}-{status}-{time}",
        logical_id=name,
        status=status,
        reason=reason,
        time=time,
        **known,
    )


def of_stack(status: str, *, time: float) -> StackEvent:
    kind = "AWS::CloudFormation::Stack"
    return event("shop-main-pipeline", status, time=time, type=kind, physical_id=STACK.id)


HISTORY = [
    of_stack("UPDATE_ROLLBACK_COMPLETE", time=19.0),
    event("Pipeline", "UPDATE_FAILED", "Action 'Ask' in stage 'Build' is odd", time=12.0),
    of_stack("UPDATE_IN_PROGRESS", time=11.0),
    of_stack("CREATE_COMPLETE", time=9.0),
    event("Pipeline", "CREATE_FAILED", "an older failure", time=2.0),
    of_stack("CREATE_IN_PROGRESS", time=1.0),
]


def test_why() -> None:
    """The cause is shown at its place in the spec as it is now."""
    result = run(account(happened={STACK.id: HISTORY}), "--why")
    assert result.exit_code == ExitCode.DONE
    line = SPEC.splitlines().index("      - action: Ask") + 1
    assert f"--> pipelinegen.yaml:{line}:9" in result.stdout
    assert "AWS: Action 'Ask' in stage 'Build' is odd" in result.stdout
    document = json.loads(
        run(account(happened={STACK.id: HISTORY}), "--why", "--output", "json").stdout
    )
    assert document["cause"] == {
        "resource": "Pipeline",
        "resource_type": "AWS::CodePipeline::Pipeline",
        "status": "UPDATE_FAILED",
        "reason": "Action 'Ask' in stage 'Build' is odd",
        "time": "1970-01-01T00:00:12Z",
        "path": None,
        "hint": None,
        "spec": {"file": "pipelinegen.yaml", "line": line, "column": 9},
    }


def test_why_of_another_resource() -> None:
    """A resource that no spec explains is shown without a place."""
    history = [event("Nobody", "UPDATE_FAILED", "odd", time=12.0), HISTORY[2]]
    unread = frozenset({"cloudformation:GetTemplate"})
    found = account(happened={STACK.id: history}, denied=unread)
    result = run(found, "--why")
    assert "resource Nobody" in result.stdout
    assert "AWS: odd" in result.stdout
    assert "-->" not in result.stdout
    assert json.loads(run(found, "--why", "--output", "json").stdout)["cause"]["spec"] is None


def test_why_of_a_nested_stack() -> None:
    """The events of a nested stack that failed are read, too."""
    inner = "arn:aws:cloudformation:eu-west-1:111111111111:stack/inner/1"
    kind = "AWS::CloudFormation::Stack"
    outer = event(
        "Inner",
        "UPDATE_FAILED",
        f"Embedded stack {inner} was not successfully updated: "
        "The following resource(s) failed to update: [Topic].",
        time=14.0,
        type=kind,
        physical_id=inner,
    )
    inside = [
        event("Topic", "UPDATE_FAILED", "no such topic", time=13.0, stack_id=inner),
        event(
            "inner", "UPDATE_IN_PROGRESS", time=12.0, type=kind, stack_id=inner, physical_id=inner
        ),
    ]
    found = account(happened={STACK.id: [outer, HISTORY[2]], inner: inside})
    assert "AWS: no such topic" in run(found, "--why").stdout


def test_nothing_failed() -> None:
    """Only the last operation counts."""
    later = [of_stack("UPDATE_COMPLETE", time=30.0), of_stack("UPDATE_IN_PROGRESS", time=29.0)]
    result = run(account(happened={STACK.id: [*later, *HISTORY]}), "--why")
    assert result.exit_code == ExitCode.DONE
    assert result.stderr == "nothing failed in the last operation of the stack\n"


def test_hidden_events() -> None:
    """Without the right to read events the cause stays unknown, and the right is named."""
    result = run(account(denied=frozenset({"cloudformation:DescribeStackEvents"})), "--why")
    assert result.exit_code == ExitCode.DONE
    assert "cloudformation:DescribeStackEvents" in result.stderr
    assert "nothing failed" not in result.stderr


def test_broken_spec() -> None:
    """The errors of a spec are shown, and AWS is not asked."""
    Path("pipelinegen.yaml").write_text("pipeline: shop\n")
    result = run(account())
    assert result.exit_code == ExitCode.FINDINGS
    assert result.stdout == ""
