"""Pipelines of the emulator run stage by stage and answer as CodePipeline does."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.account import Account
from tests.emulator.small import UNKNOWN_ROLE, small

JSON = Any


@pytest.fixture
def account(emulator: str) -> Account:
    return Account(emulator)


def test_the_first_execution_goes_through_every_stage(account: Account) -> None:
    account.deploy("small", small(Source="S3", Build="Jenkins"))
    assert account.stages("small") == {"Source": "InProgress"}
    assert account.stages("small") == {"Source": "Succeeded", "Build": "InProgress"}
    assert account.stages("small") == {"Source": "Succeeded", "Build": "Succeeded"}
    assert account.statuses("small") == ["Succeeded"]
    found = account.pipelines.get_pipeline_execution(
        pipelineName="small", pipelineExecutionId=account.latest("small")
    )["pipelineExecution"]
    assert found["trigger"] == {"triggerType": "CreatePipeline"}
    actions = account.pipelines.list_action_executions(
        pipelineName="small", filter={"pipelineExecutionId": account.latest("small")}
    )["actionExecutionDetails"]
    assert [one["actionName"] for one in actions] == ["BuildAction", "SourceAction"]


def test_an_execution_waits_for_an_approval_until_it_is_abandoned(account: Account) -> None:
    account.deploy("small", small(Source="S3", Ask="Manual"))
    assert account.ended("small") == ["InProgress"]
    state = account.pipelines.get_pipeline_state(name="small")["stageStates"][1]
    assert state["actionStates"][0]["latestExecution"]["token"]
    stop = {"pipelineName": "small", "pipelineExecutionId": account.latest("small")}

    account.pipelines.stop_pipeline_execution(**stop, reason="enough")
    assert account.statuses("small") == account.statuses("small") == ["Stopping"]
    with pytest.raises(account.pipelines.exceptions.DuplicatedStopRequestException):
        account.pipelines.stop_pipeline_execution(**stop)
    account.pipelines.stop_pipeline_execution(**stop, abandon=True)
    assert account.statuses("small") == ["Stopped"]
    with pytest.raises(account.pipelines.exceptions.PipelineExecutionNotStoppableException):
        account.pipelines.stop_pipeline_execution(**stop, abandon=True)


def test_a_stopped_execution_ends_what_runs_and_begins_nothing(account: Account) -> None:
    account.deploy("small", small(Source="S3", Build="Jenkins"))
    execution = account.latest("small")
    account.pipelines.stop_pipeline_execution(
        pipelineName="small", pipelineExecutionId=execution, reason="branch deleted"
    )
    assert account.statuses("small") == ["Stopping"]
    found = account.pipelines.list_pipeline_executions(pipelineName="small")
    assert found["pipelineExecutionSummaries"][0]["stopTrigger"] == {"reason": "branch deleted"}
    assert account.statuses("small") == ["Stopped"]


def test_a_pipeline_is_shown_with_what_the_template_left_out(account: Account) -> None:
    template = small(Source="GitHub", Build="Jenkins")
    stage, _ = template["Resources"]["Pipeline"]["Properties"]["Stages"]
    stage["Actions"][0]["Configuration"] = {"OAuthToken": "secret", "Poll": False}
    account.deploy("small", template)
    shown = account.pipelines.get_pipeline(name="small")["pipeline"]["stages"][0]["actions"][0]
    assert shown == {
        "name": "SourceAction",
        "actionTypeId": {
            "category": "Build",
            "owner": "AWS",
            "provider": "GitHub",
            "version": "1",
        },
        "runOrder": 1,
        "configuration": {"OAuthToken": "****", "Poll": "false"},
        "inputArtifacts": [],
        "outputArtifacts": [],
        "region": "eu-west-1",
    }


def test_nothing_enters_a_stage_that_is_closed(account: Account) -> None:
    account.deploy("small", small(Source="S3", Build="Jenkins"))
    here = {"pipelineName": "small", "stageName": "Build", "transitionType": "Inbound"}
    account.pipelines.disable_stage_transition(**here, reason="branch is deleted")
    assert account.ended("small") == ["InProgress"]
    state = account.pipelines.get_pipeline_state(name="small")["stageStates"][1]
    assert state["inboundTransitionState"]["disabledReason"] == "branch is deleted"
    assert account.stages("small") == {"Source": "Succeeded"}

    account.pipelines.enable_stage_transition(**here)
    assert account.ended("small") == ["Succeeded"]


def test_a_stage_closed_by_the_template_stays_closed(account: Account) -> None:
    template = small(Source="S3", Build="Jenkins")
    closed = [{"StageName": "Build", "Reason": "not yet"}]
    template["Resources"]["Pipeline"]["Properties"]["DisableInboundStageTransitions"] = closed
    account.deploy("small", template)
    assert account.ended("small") == ["InProgress"]


def test_a_build_without_its_project_fails_until_there_is_one(account: Account) -> None:
    account.deploy("small", small(Source="S3", Build="CodeBuild", Ship="S3"))
    assert account.ended("small") == ["Failed"]
    assert account.stages("small") == {"Source": "Succeeded", "Build": "Failed"}
    state = account.pipelines.get_pipeline_state(name="small")["stageStates"][1]
    error = state["actionStates"][0]["latestExecution"]["errorDetails"]
    assert error["message"].startswith("Error calling startBuild: Project cannot be found: ")

    again = {
        "pipelineName": "small",
        "stageName": "Build",
        "pipelineExecutionId": account.latest("small"),
    }
    account.pipelines.retry_stage_execution(**again, retryMode="ALL_ACTIONS")
    assert account.stages("small")["Build"] == "InProgress"
    assert account.ended("small") == ["Failed"]

    account.projects.create_project(
        name="elsewhere",
        source={"type": "NO_SOURCE"},
        artifacts={"type": "NO_ARTIFACTS"},
        environment={
            "type": "LINUX_CONTAINER",
            "image": "aws/codebuild/standard:7.0",
            "computeType": "BUILD_GENERAL1_SMALL",
        },
        serviceRole=UNKNOWN_ROLE,
    )
    account.pipelines.retry_stage_execution(**again, retryMode="FAILED_ACTIONS")
    assert account.ended("small") == ["Succeeded"]
    with pytest.raises(account.pipelines.exceptions.StageNotRetryableException):
        account.pipelines.retry_stage_execution(**again, retryMode="ALL_ACTIONS")


def test_an_update_fails_the_execution_that_is_under_way(account: Account) -> None:
    account.deploy("small", small(Source="S3", Build="Jenkins"))
    account.deploy("small", small(Source="S3", Ship="Jenkins"), kind="UPDATE")
    assert account.statuses("small") == ["Failed"]
    assert account.stages("small") == {"Source": "Failed"}
    again = {"pipelineName": "small", "stageName": "Source", "retryMode": "FAILED_ACTIONS"}
    with pytest.raises(account.pipelines.exceptions.StageNotRetryableException):
        account.pipelines.retry_stage_execution(
            **again, pipelineExecutionId=account.latest("small")
        )
    account.pipelines.start_pipeline_execution(name="small")
    assert account.ended("small") == ["Succeeded", "Failed"]


def test_an_update_starts_an_execution_where_the_template_says_so(account: Account) -> None:
    account.deploy("small", small(Source="S3", Build="Jenkins"))
    template = small(Source="S3", Ship="Jenkins")
    template["Resources"]["Pipeline"]["Properties"]["RestartExecutionOnUpdate"] = True
    account.deploy("small", template, kind="UPDATE")
    assert account.statuses("small") == ["InProgress", "Failed"]


def test_a_stage_is_retried_in_its_latest_execution_only(account: Account) -> None:
    account.deploy("small", small(Source="S3", Build="CodeBuild"))
    assert account.ended("small") == ["Failed"]
    first = account.latest("small")
    account.pipelines.start_pipeline_execution(name="small")
    assert account.ended("small") == ["Failed", "Failed"]
    with pytest.raises(account.pipelines.exceptions.NotLatestPipelineExecutionException):
        account.pipelines.retry_stage_execution(
            pipelineName="small",
            stageName="Build",
            pipelineExecutionId=first,
            retryMode="FAILED_ACTIONS",
        )


def test_executions_come_in_pages(account: Account) -> None:
    account.deploy("small", small(Source="S3", Build="Jenkins"))
    for _ in range(4):
        account.pipelines.start_pipeline_execution(name="small")
    pages = account.pipelines.get_paginator("list_pipeline_executions").paginate(
        pipelineName="small", PaginationConfig={"PageSize": 2}
    )
    assert [len(page["pipelineExecutionSummaries"]) for page in pages] == [2, 2, 1]


UNKNOWN: dict[str, tuple[str, JSON, str]] = {
    "a pipeline": ("get_pipeline", {"name": "none"}, "PipelineNotFoundException"),
    "a stage": (
        "disable_stage_transition",
        {
            "pipelineName": "small",
            "stageName": "None",
            "transitionType": "Inbound",
            "reason": "none",
        },
        "StageNotFoundException",
    ),
    "an execution": (
        "get_pipeline_execution",
        {
            "pipelineName": "small",
            "pipelineExecutionId": "00000000-0000-0000-0000-000000000000",
        },
        "PipelineExecutionNotFoundException",
    ),
    "a resource with tags": (
        "list_tags_for_resource",
        {"resourceArn": "arn:aws:codepipeline:eu-west-1:111111111111:none"},
        "ResourceNotFoundException",
    ),
    "an operation": ("list_webhooks", {}, "UnknownOperationException"),
}


@pytest.mark.parametrize(("operation", "request_", "code"), UNKNOWN.values(), ids=UNKNOWN)
def test_what_is_unknown_is_refused(
    account: Account, operation: str, request_: JSON, code: str
) -> None:
    from botocore.exceptions import ClientError

    account.deploy("small", small(Source="S3", Build="Jenkins"))
    with pytest.raises(ClientError) as refused:
        getattr(account.pipelines, operation)(**request_)
    assert refused.value.response["Error"]["Code"] == code
