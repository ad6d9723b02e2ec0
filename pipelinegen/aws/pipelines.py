"""CodePipeline pipelines, and the EventBridge rules that start them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

from pipelinegen.aws.calls import Calls
from pipelinegen.aws.faults import Absent
from pipelinegen.aws.pipeline_reading import execution, stage
from pipelinegen.errors import Rejected
from pipelinegen.records import Declaration, Execution, StageState

_LONGEST_PAGE = 100
_LONGEST_STOP_REASON = 200
_LONGEST_CLOSE_REASON = 300
_NOT_IN_CLOSE_REASON = re.compile(r"[^a-zA-Z0-9!@ ().*?-]")
"""https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_DisableStageTransition.html"""


class CodePipelines:
    """services.Pipelines over two clients of the SDK."""

    def __init__(self, codepipeline: Any, events: Any, calls: Calls) -> None:
        """The clients send each call once."""
        self._codepipeline = codepipeline
        self._events = events
        self._calls = calls

    def declaration(self, name: str) -> Declaration | None:
        """Return the pipeline as it is now, None without one."""
        call = self._codepipeline.get_pipeline
        try:
            answer = self._calls.read("codepipeline:GetPipeline", lambda: call(name=name))
        except Absent:
            return None
        found: Declaration = answer["pipeline"]
        return found

    def stages(self, name: str) -> tuple[StageState, ...]:
        """Return the state of each stage, empty without such a pipeline."""
        call = self._codepipeline.get_pipeline_state
        try:
            answer = self._calls.read("codepipeline:GetPipelineState", lambda: call(name=name))
        except Absent:
            return ()
        return tuple(stage(one) for one in answer.get("stageStates", ()))

    def executions(self, name: str, *, most: int) -> tuple[Execution, ...]:
        """Return the newest executions first, empty without such a pipeline."""
        try:
            return tuple(islice(self._executions(name, most), most))
        except Absent:
            return ()

    def stop(self, name: str, execution_id: str, *, reason: str) -> None:
        """Stop an execution once its running actions end; one that has ended counts."""
        call = self._codepipeline.stop_pipeline_execution
        asked = {"pipelineName": name, "pipelineExecutionId": execution_id, "abandon": False}
        reason = reason[:_LONGEST_STOP_REASON]
        with suppress(Absent):
            self._calls.write(
                "codepipeline:StopPipelineExecution", lambda: call(**asked, reason=reason)
            )

    def close(self, name: str, stage: str, *, reason: str) -> None:
        """Let nothing enter a stage; a pipeline that is gone counts."""
        call = self._codepipeline.disable_stage_transition
        asked = {
            "pipelineName": name,
            "stageName": stage,
            "transitionType": "Inbound",
            "reason": _NOT_IN_CLOSE_REASON.sub("-", reason)[:_LONGEST_CLOSE_REASON],
        }
        with suppress(Absent):
            self._calls.write("codepipeline:DisableStageTransition", lambda: call(**asked))

    def retry(self, name: str, stage: str, execution_id: str) -> None:
        """Begin the failed actions of a stage again."""
        call = self._codepipeline.retry_stage_execution

        def happened() -> bool:
            wanted = (stage, execution_id, "InProgress")
            found = self.stages(name)
            return any((one.name, one.execution_id, one.status) == wanted for one in found)

        asked = {
            "pipelineName": name,
            "stageName": stage,
            "pipelineExecutionId": execution_id,
            "retryMode": "FAILED_ACTIONS",
        }
        try:
            self._calls.write("codepipeline:RetryStageExecution", lambda: call(**asked), happened)
        except Absent as gone:
            raise Rejected(str(gone), code="PipelineNotFoundException") from gone

    def disable_event_rule(self, name: str) -> None:
        """Let an EventBridge rule start nothing more; one that is gone counts."""
        call = self._events.disable_rule
        with suppress(Absent):
            self._calls.write("events:DisableRule", lambda: call(Name=name))

    def count(self) -> int:
        """Return how many pipelines there are, whoever made them."""
        call = self._codepipeline.list_pipelines
        asked: dict[str, Any] = {}
        found = 0
        while True:
            page = self._calls.read("codepipeline:ListPipelines", lambda: call(**asked))
            found += len(page["pipelines"])
            if not page.get("nextToken"):
                return found
            asked["nextToken"] = page["nextToken"]

    def _executions(self, name: str, most: int) -> Iterator[Execution]:
        call = self._codepipeline.list_pipeline_executions
        asked: dict[str, Any] = {"pipelineName": name, "maxResults": min(most, _LONGEST_PAGE)}
        while True:
            page = self._calls.read("codepipeline:ListPipelineExecutions", lambda: call(**asked))
            yield from map(execution, page.get("pipelineExecutionSummaries", ()))
            if not page.get("nextToken"):
                return
            asked["nextToken"] = page["nextToken"]
