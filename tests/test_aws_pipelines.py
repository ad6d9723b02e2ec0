"""Each call to CodePipeline and EventBridge, as botocore sends it, and each answer as ours."""

from __future__ import annotations

from typing import Any

import pytest

from pipelinegen.aws.pipelines import CodePipelines
from pipelinegen.errors import Denied, Rejected
from pipelinegen.records import ActionState, Execution, StageState
from pipelinegen.services import Pipelines
from tests.stubbed_aws import SECONDS, TIME, Script, calls

NAMED = {"name": "shop-main"}
EXECUTION = "12345678-1234-1234-1234-123456789012"
STAGE = {"pipelineName": "shop-main", "stageName": "Build"}
STOP = {
    "pipelineName": "shop-main",
    "pipelineExecutionId": EXECUTION,
    "abandon": False,
    "reason": "it goes",
}
RETRY = {**STAGE, "pipelineExecutionId": EXECUTION, "retryMode": "FAILED_ACTIONS"}


@pytest.fixture
def aws() -> Script:
    return Script("codepipeline")


@pytest.fixture
def events() -> Script:
    return Script("events")


@pytest.fixture
def pipelines(aws: Script, events: Script) -> Pipelines:
    return CodePipelines(aws.client, events.client, calls())


def test_a_pipeline_is_declared_without_its_metadata(aws: Script, pipelines: Pipelines) -> None:
    pipeline = {"name": "shop-main", "roleArn": "arn:aws:iam::111111111111:role/p", "stages": []}
    answer = {"pipeline": pipeline, "metadata": {"created": TIME}}
    aws.answers("get_pipeline", NAMED, answer)
    assert pipelines.declaration("shop-main") == pipeline


STATES: dict[str, tuple[dict[str, Any], StageState]] = {
    "a stage that never ran": ({"stageName": "Build"}, StageState("Build")),
    "a stage that is closed": (
        {"stageName": "Build", "inboundTransitionState": {"enabled": False}},
        StageState("Build", enabled=False),
    ),
    "an action that never ran": (
        {"stageName": "Build", "actionStates": [{"actionName": "Compile"}]},
        StageState("Build", actions=(ActionState("Compile"),)),
    ),
    "an action that failed": (
        {
            "stageName": "Build",
            "latestExecution": {"pipelineExecutionId": EXECUTION, "status": "Failed"},
            "actionStates": [
                {
                    "actionName": "Compile",
                    "entityUrl": "https://console.aws.amazon.com/project",
                    "latestExecution": {
                        "status": "Failed",
                        "summary": "exit status 1",
                        "errorDetails": {"code": "JobFailed", "message": "Build terminated"},
                        "externalExecutionUrl": "https://console.aws.amazon.com/build",
                        "lastStatusChange": TIME,
                    },
                }
            ],
        },
        StageState(
            "Build",
            "Failed",
            EXECUTION,
            actions=(
                ActionState(
                    "Compile",
                    "Failed",
                    "exit status 1; Build terminated",
                    "https://console.aws.amazon.com/build",
                    changed=SECONDS,
                ),
            ),
        ),
    ),
    "an approval that waits": (
        {
            "stageName": "Review",
            "actionStates": [
                {
                    "actionName": "Approve",
                    "entityUrl": "https://console.aws.amazon.com/project",
                    "latestExecution": {"status": "InProgress", "token": EXECUTION},
                }
            ],
        },
        StageState(
            "Review",
            actions=(
                ActionState(
                    "Approve",
                    "InProgress",
                    url="https://console.aws.amazon.com/project",
                    token=EXECUTION,
                ),
            ),
        ),
    ),
}


@pytest.mark.parametrize(("answer", "state"), STATES.values(), ids=STATES.keys())
def test_is_read(
    aws: Script, pipelines: Pipelines, answer: dict[str, Any], state: StageState
) -> None:
    aws.answers("get_pipeline_state", NAMED, {"stageStates": [answer]})
    assert pipelines.stages("shop-main") == (state,)


def run(number: int, **more: Any) -> dict[str, Any]:
    return {"pipelineExecutionId": f"{EXECUTION[:-1]}{number}", "status": "Succeeded", **more}


def test_executions_come_from_all_pages(aws: Script, pipelines: Pipelines) -> None:
    full = run(
        1,
        startTime=TIME,
        lastUpdateTime=TIME,
        trigger={"triggerType": "Webhook", "triggerDetail": "x"},
        sourceRevisions=[
            {"actionName": "Source", "revisionId": "abc"},
            {"actionName": "Other"},
        ],
    )
    asked = {"pipelineName": "shop-main", "maxResults": 100}
    first = {"pipelineExecutionSummaries": [full], "nextToken": "2"}
    aws.answers("list_pipeline_executions", asked, first)
    second = {"pipelineExecutionSummaries": [run(2)]}
    aws.answers("list_pipeline_executions", {**asked, "nextToken": "2"}, second)
    assert pipelines.executions("shop-main", most=150) == (
        Execution(f"{EXECUTION[:-1]}1", "Succeeded", SECONDS, SECONDS, "Webhook", ("abc",)),
        Execution(f"{EXECUTION[:-1]}2", "Succeeded"),
    )


def test_no_more_executions_are_read_than_are_asked_for(aws: Script, pipelines: Pipelines) -> None:
    asked = {"pipelineName": "shop-main", "maxResults": 2}
    page = {"pipelineExecutionSummaries": [run(1), run(2)], "nextToken": "2"}
    aws.answers("list_pipeline_executions", asked, page)
    assert len(pipelines.executions("shop-main", most=2)) == 2


def test_a_pipeline_that_is_not_there_has_nothing(aws: Script, pipelines: Pipelines) -> None:
    for operation in ("get_pipeline", "get_pipeline_state", "list_pipeline_executions"):
        aws.fails(operation, "PipelineNotFoundException")
    assert pipelines.declaration("shop-main") is None
    assert pipelines.stages("shop-main") == ()
    assert pipelines.executions("shop-main", most=1) == ()


def test_an_execution_is_stopped_when_its_actions_end(aws: Script, pipelines: Pipelines) -> None:
    aws.answers("stop_pipeline_execution", STOP, {"pipelineExecutionId": EXECUTION})
    pipelines.stop("shop-main", EXECUTION, reason="it goes")
    aws.done()


@pytest.mark.parametrize(
    "code",
    [
        "PipelineExecutionNotStoppableException",
        "DuplicatedStopRequestException",
        "PipelineNotFoundException",
    ],
)
def test_an_execution_that_has_ended_counts_as_stopped(
    aws: Script, pipelines: Pipelines, code: str
) -> None:
    aws.fails("stop_pipeline_execution", code, asked=STOP)
    pipelines.stop("shop-main", EXECUTION, reason="it goes")
    aws.done()


def test_a_reason_to_stop_is_cut(aws: Script, pipelines: Pipelines) -> None:
    asked = {**STOP, "reason": "x" * 200}
    aws.answers("stop_pipeline_execution", asked, {})
    pipelines.stop("shop-main", EXECUTION, reason="x" * 201)
    aws.done()


def test_a_stage_is_closed_with_the_characters_that_aws_takes(
    aws: Script, pipelines: Pipelines
) -> None:
    asked = {**STAGE, "transitionType": "Inbound", "reason": "pipelinegen- a-b (c)-d" + "x" * 278}
    aws.answers("disable_stage_transition", asked)
    pipelines.close("shop-main", "Build", reason="pipelinegen: a/b (c)\nd" + "x" * 300)
    aws.done()


@pytest.mark.parametrize("code", ["PipelineNotFoundException", "StageNotFoundException"])
def test_a_stage_that_is_gone_counts_as_closed(
    aws: Script, pipelines: Pipelines, code: str
) -> None:
    aws.fails("disable_stage_transition", code)
    pipelines.close("shop-main", "Build", reason="it goes")
    aws.done()


def test_failed_actions_begin_again(aws: Script, pipelines: Pipelines) -> None:
    aws.answers("retry_stage_execution", RETRY, {"pipelineExecutionId": EXECUTION})
    pipelines.retry("shop-main", "Build", EXECUTION)
    aws.done()


def test_a_busy_pipeline_is_retried_later(aws: Script, pipelines: Pipelines) -> None:
    aws.fails("retry_stage_execution", "ConflictException", asked=RETRY)
    aws.answers("retry_stage_execution", RETRY, {"pipelineExecutionId": EXECUTION})
    pipelines.retry("shop-main", "Build", EXECUTION)
    aws.done()


LATEST = {"pipelineExecutionId": EXECUTION, "status": "InProgress"}


def test_a_retry_without_a_reply_is_looked_for(aws: Script, pipelines: Pipelines) -> None:
    aws.loses("retry_stage_execution")
    states = [{"stageName": "Source"}, {"stageName": "Build", "latestExecution": LATEST}]
    aws.answers("get_pipeline_state", NAMED, {"stageStates": states})
    pipelines.retry("shop-main", "Build", EXECUTION)
    aws.done()


def test_a_retry_that_did_not_happen_is_sent_again(aws: Script, pipelines: Pipelines) -> None:
    aws.loses("retry_stage_execution")
    state = {"stageName": "Build", "latestExecution": {**LATEST, "status": "Failed"}}
    aws.answers("get_pipeline_state", NAMED, {"stageStates": [state]})
    aws.answers("retry_stage_execution", RETRY, {"pipelineExecutionId": EXECUTION})
    pipelines.retry("shop-main", "Build", EXECUTION)
    aws.done()


@pytest.mark.parametrize("code", ["PipelineNotFoundException", "StageNotRetryableException"])
def test_a_stage_that_cannot_be_retried_is_refused(
    aws: Script, pipelines: Pipelines, code: str
) -> None:
    aws.fails("retry_stage_execution", code, "no")
    with pytest.raises(Rejected, match="no") as caught:
        pipelines.retry("shop-main", "Build", EXECUTION)
    assert caught.value.code == code


def test_an_event_rule_is_disabled(events: Script, pipelines: Pipelines) -> None:
    events.answers("disable_rule", {"Name": "shop-main-rule"})
    pipelines.disable_event_rule("shop-main-rule")
    events.done()


def test_an_event_rule_that_is_gone_counts_as_disabled(
    events: Script, pipelines: Pipelines
) -> None:
    events.fails("disable_rule", "ResourceNotFoundException")
    pipelines.disable_event_rule("shop-main-rule")
    events.done()


def test_an_event_rule_that_may_not_be_disabled_names_the_right(
    events: Script, pipelines: Pipelines
) -> None:
    events.fails("disable_rule", "AccessDeniedException", "no")
    with pytest.raises(Denied) as caught:
        pipelines.disable_event_rule("shop-main-rule")
    assert caught.value.action == "events:DisableRule"


def test_pipelines_of_all_pages_are_counted(aws: Script, pipelines: Pipelines) -> None:
    aws.answers(
        "list_pipelines", {}, {"pipelines": [{"name": "a"}, {"name": "b"}], "nextToken": "t"}
    )
    aws.answers("list_pipelines", {"nextToken": "t"}, {"pipelines": [{"name": "c"}]})
    assert pipelines.count() == 3
