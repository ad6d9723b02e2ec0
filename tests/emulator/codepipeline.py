"""The API of CodePipeline: what an operation answers, and with which error it refuses.

https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.emulator.executions import Execution, Fault, Outcome
from tests.emulator.pipelines import Closing, Pipeline

JSON = dict[str, Any]
_PAGE = 100


class Refused(Exception):
    """An error of CodePipeline."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Service:
    """CodePipeline in one account and Region, at one moment."""

    pipelines: Mapping[str, Pipeline]
    now: float
    region: str
    account: str
    fault: Fault

    def answer(self, operation: str, request: JSON) -> JSON:
        """Return what an operation answers; raise Refused where CodePipeline would."""
        if operation not in _OPERATIONS:
            raise Refused("UnknownOperationException", f"the emulator has no {operation}")
        return _OPERATIONS[operation](self, request)

    def pipeline(self, name: str) -> Pipeline:
        """Return a pipeline."""
        found = self.pipelines.get(name)
        if found is None:
            text = f"Account '{self.account}' does not have a pipeline with name '{name}'"
            raise Refused("PipelineNotFoundException", text)
        return found


def _get_pipeline(service: Service, request: JSON) -> JSON:
    found = service.pipeline(request["name"])
    arn = f"arn:aws:codepipeline:{service.region}:{service.account}:{request['name']}"
    return {
        "pipeline": {**found.declaration, "version": found.version},
        "metadata": {"pipelineArn": arn, "created": found.created, "updated": found.updated},
    }


def _list_pipelines(service: Service, request: JSON) -> JSON:
    summaries = [
        {
            "name": name,
            "version": found.version,
            "pipelineType": found.declaration["pipelineType"],
            "executionMode": found.declaration["executionMode"],
            "created": found.created,
            "updated": found.updated,
        }
        for name, found in sorted(service.pipelines.items())
    ]
    return _page("pipelines", summaries, request)


def _get_pipeline_state(service: Service, request: JSON) -> JSON:
    found = service.pipeline(request["name"])
    answer = {
        "pipelineName": request["name"],
        "pipelineVersion": found.version,
        "stageStates": [_stage_state(found, stage) for stage in found.declaration["stages"]],
        "created": found.created,
        "updated": found.updated,
    }
    found.move(service.now, service.fault)
    return answer


def _stage_state(found: Pipeline, stage: JSON) -> JSON:
    name = stage["name"]
    closing = found.closed.get(name)
    state: JSON = {"stageName": name, "inboundTransitionState": {"enabled": closing is None}}
    if closing:
        why = {"disabledReason": closing.reason, "lastChangedAt": closing.time}
        state["inboundTransitionState"].update(why)
    latest = found.latest(name)
    if latest:
        status = latest.stage_status(name)
        state["latestExecution"] = {"pipelineExecutionId": latest.id, "status": status}
    outcomes = latest.outcomes if latest else {}
    state["actionStates"] = [
        {"actionName": action["name"], **_latest(outcomes.get((name, action["name"])))}
        for action in stage["actions"]
    ]
    return state


def _latest(outcome: Outcome | None) -> JSON:
    if outcome is None:
        return {}
    shown = {
        "actionExecutionId": outcome.id,
        "status": outcome.status,
        "lastStatusChange": outcome.changed,
        **({"token": outcome.token} if outcome.token else {}),
        **_error(outcome),
    }
    return {"latestExecution": shown}


def _error(outcome: Outcome) -> JSON:
    if not outcome.summary:
        return {}
    return {"errorDetails": {"code": "JobFailed", "message": outcome.summary}}


def _list_pipeline_executions(service: Service, request: JSON) -> JSON:
    found = service.pipeline(request["pipelineName"])
    summaries = [
        {
            **_summary(execution, found),
            "startTime": execution.started,
            "lastUpdateTime": execution.updated,
            "sourceRevisions": [],
            **({"stopTrigger": {"reason": execution.reason}} if execution.reason else {}),
        }
        for execution in found.executions
    ]
    found.move(service.now, service.fault)
    return _page("pipelineExecutionSummaries", summaries, request)


def _get_pipeline_execution(service: Service, request: JSON) -> JSON:
    found = service.pipeline(request["pipelineName"])
    execution = _execution(found, request)
    shown = {
        **_summary(execution, found),
        "pipelineName": request["pipelineName"],
        "pipelineVersion": execution.version,
        "artifactRevisions": [],
    }
    found.move(service.now, service.fault)
    return {"pipelineExecution": shown}


def _summary(execution: Execution, found: Pipeline) -> JSON:
    return {
        "pipelineExecutionId": execution.id,
        "status": execution.status,
        "trigger": {"triggerType": execution.trigger},
        "executionMode": found.declaration["executionMode"],
        "executionType": "STANDARD",
    }


def _start_pipeline_execution(service: Service, request: JSON) -> JSON:
    begun = service.pipeline(request["name"]).start(service.now, "StartPipelineExecution")
    return {"pipelineExecutionId": begun.id}


def _stop_pipeline_execution(service: Service, request: JSON) -> JSON:
    found = service.pipeline(request["pipelineName"])
    execution = _execution(found, request)
    abandon = bool(request.get("abandon"))
    if code := found.stoppable(execution, abandon=abandon):
        raise Refused(code, f"Execution '{execution.id}' is in status {execution.status}")
    execution.stop(service.now, request.get("reason", ""), abandon=abandon)
    return {"pipelineExecutionId": execution.id}


def _retry_stage_execution(service: Service, request: JSON) -> JSON:
    found = service.pipeline(request["pipelineName"])
    stage = _stage(found, request)
    latest = found.latest(stage)
    execution = _execution(found, request)
    if execution is not latest:
        text = f"Execution '{execution.id}' is not the latest of stage '{stage}'"
        raise Refused("NotLatestPipelineExecutionException", text)
    failed = execution.stage_status(stage) in {"Failed", "Stopped"}
    if not failed or execution.version != found.version:
        text = f"Stage '{stage}' has not failed, or the pipeline was updated since"
        raise Refused("StageNotRetryableException", text)
    execution.retry(service.now, stage, whole=request["retryMode"] == "ALL_ACTIONS")
    return {"pipelineExecutionId": execution.id}


def _disable_stage_transition(service: Service, request: JSON) -> JSON:
    found = service.pipeline(request["pipelineName"])
    found.closed[_stage(found, request)] = Closing(request["reason"], service.now)
    return {}


def _enable_stage_transition(service: Service, request: JSON) -> JSON:
    found = service.pipeline(request["pipelineName"])
    found.closed.pop(_stage(found, request), None)
    return {}


def _list_action_executions(service: Service, request: JSON) -> JSON:
    found = service.pipeline(request["pipelineName"])
    wanted = request.get("filter", {}).get("pipelineExecutionId")
    details = [
        {
            "pipelineExecutionId": execution.id,
            "actionExecutionId": outcome.id,
            "pipelineVersion": execution.version,
            "stageName": stage,
            "actionName": action,
            "startTime": execution.started,
            "lastUpdateTime": outcome.changed,
            "status": outcome.status,
            "output": {"executionResult": _error(outcome)},
        }
        for execution in found.executions
        if wanted in {None, execution.id}
        for (stage, action), outcome in reversed(execution.outcomes.items())
    ]
    return _page("actionExecutionDetails", details, request)


def _list_tags_for_resource(service: Service, request: JSON) -> JSON:
    name = request["resourceArn"].rpartition(":")[2]
    if name not in service.pipelines:
        raise Refused("ResourceNotFoundException", f"there is no '{request['resourceArn']}'")
    tags = service.pipelines[name].tags
    return {"tags": [{"key": key, "value": value} for key, value in tags.items()]}


def _execution(found: Pipeline, request: JSON) -> Execution:
    wanted = request["pipelineExecutionId"]
    for execution in found.executions:
        if execution.id == wanted:
            return execution
    text = f"there is no execution '{wanted}'"
    raise Refused("PipelineExecutionNotFoundException", text)


def _stage(found: Pipeline, request: JSON) -> str:
    wanted: str = request["stageName"]
    if wanted not in found.stages:
        raise Refused("StageNotFoundException", f"there is no stage '{wanted}'")
    return wanted


def _page(key: str, items: list[JSON], request: JSON) -> JSON:
    start = int(request.get("nextToken", 0))
    end = start + int(request.get("maxResults", _PAGE))
    return {key: items[start:end], **({"nextToken": str(end)} if end < len(items) else {})}


_OPERATIONS: Mapping[str, Callable[[Service, JSON], JSON]] = {
    "DisableStageTransition": _disable_stage_transition,
    "EnableStageTransition": _enable_stage_transition,
    "GetPipeline": _get_pipeline,
    "GetPipelineExecution": _get_pipeline_execution,
    "GetPipelineState": _get_pipeline_state,
    "ListActionExecutions": _list_action_executions,
    "ListPipelineExecutions": _list_pipeline_executions,
    "ListPipelines": _list_pipelines,
    "ListTagsForResource": _list_tags_for_resource,
    "RetryStageExecution": _retry_stage_execution,
    "StartPipelineExecution": _start_pipeline_execution,
    "StopPipelineExecution": _stop_pipeline_execution,
}
