"""A CodePipeline client in memory: every pipeline is there and its first stage succeeded."""

from __future__ import annotations

from typing import Any

from tests.simulation.front import Front, operation


class CodePipeline:
    """What `deploy` looks at once a new pipeline is there."""

    service = "codepipeline"

    def __init__(self, front: Front) -> None:
        self.front = front
        self.summary = ""
        self.status = "Succeeded"
        self.retried: list[str] = []

    @operation
    def get_pipeline_state(self, **asked: Any) -> Any:
        action = {
            "actionName": "Source",
            "latestExecution": {"status": self.status, "summary": self.summary},
        }
        stage = {
            "stageName": "Source",
            "actionStates": [action],
            "latestExecution": {"pipelineExecutionId": "e-1", "status": self.status},
        }
        return {"pipelineName": asked["name"], "stageStates": [stage]}

    @operation
    def retry_stage_execution(self, **asked: Any) -> Any:
        self.retried.append(asked["stageName"])
        self.status = "Succeeded"
        return {"pipelineExecutionId": asked["pipelineExecutionId"]}
