"""CodePipeline's answers as our records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelinegen.aws.reading import seconds
from pipelinegen.records import ActionState, Execution, StageState


def stage(answer: Mapping[str, Any]) -> StageState:
    """Return a stage of GetPipelineState.

    https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_StageState.html
    """
    latest = answer.get("latestExecution", {})
    return StageState(
        name=answer["stageName"],
        status=latest.get("status", ""),
        execution_id=latest.get("pipelineExecutionId", ""),
        enabled=answer.get("inboundTransitionState", {}).get("enabled", True),
        actions=tuple(_action(one) for one in answer.get("actionStates", ())),
    )


def execution(answer: Mapping[str, Any]) -> Execution:
    """Return an execution of ListPipelineExecutions."""
    return Execution(
        id=answer["pipelineExecutionId"],
        status=answer["status"],
        started=seconds(answer.get("startTime")),
        updated=seconds(answer.get("lastUpdateTime")),
        trigger=answer.get("trigger", {}).get("triggerType", ""),
        revisions=tuple(
            one["revisionId"] for one in answer.get("sourceRevisions", ()) if "revisionId" in one
        ),
    )


def _action(answer: Mapping[str, Any]) -> ActionState:
    latest = answer.get("latestExecution", {})
    texts = (latest.get("summary"), latest.get("errorDetails", {}).get("message"))
    return ActionState(
        name=answer["actionName"],
        status=latest.get("status", ""),
        summary="; ".join(dict.fromkeys(text for text in texts if text)),
        url=latest.get("externalExecutionUrl") or answer.get("entityUrl", ""),
        token=latest.get("token"),
        changed=seconds(latest.get("lastStatusChange")),
    )
