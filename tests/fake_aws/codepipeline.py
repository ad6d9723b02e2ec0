"""CodePipeline: executions that go on by themselves, stage by stage, in virtual time."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from tests.fake_aws.declaration import declaration
from tests.fake_aws.model import JSON, Refused, Service, call
from tests.fake_aws.paging import page
from tests.fake_aws.pipelines import Action, Pipeline, Run, error, stage_state
from tests.fake_aws.time import Steps, date

if TYPE_CHECKING:
    from tests.fake_aws.account import Region

_ACTION_TAKES = 10.0
_WAIT = 5.0
"""Seconds between two looks of an execution that waits for a person or a transition."""


class FakeCodePipeline(Service):
    """CodePipeline in one Region."""

    service = "codepipeline"

    def __init__(self, region: Region) -> None:
        super().__init__(region.timeline, region.account, region.name)
        self.pipelines: dict[str, Pipeline] = {}
        self.page_size = 3
        self._failures: dict[str, dict[tuple[str, str], list[str]]] = {}

    def declare_failure(
        self, pipeline: str, stage: str, action: str, message: str, *, times: int = 1
    ) -> None:
        """Let an action fail, also one of a pipeline that is not there yet."""
        known = self.pipelines.get(pipeline)
        found = known.failures if known else self._failures.setdefault(pipeline, {})
        found.setdefault((stage, action), []).extend([message] * times)

    def declare_changed(self, pipeline: str, change: JSON) -> None:
        """Let somebody have changed a pipeline beside CloudFormation: a drift."""
        self.pipelines[pipeline].declaration.update(change)

    def make(self, name: str, properties: JSON) -> None:
        """Have a new pipeline, which starts by itself."""
        now = self.timeline.moment
        found = Pipeline(declaration(name, properties, self.region, 1), now, now)
        found.failures = self._failures.pop(name, {})
        for one in properties.get("DisableInboundStageTransitions", ()):
            found.closed[one["StageName"]] = (one["Reason"], now)
        self.pipelines[name] = found
        self.begin(name, "CreatePipeline")

    def change(self, name: str, properties: JSON) -> None:
        """Have another version of a pipeline."""
        found = self.pipelines[name]
        version = found.declaration["version"] + 1
        found.declaration = declaration(name, properties, self.region, version)
        found.updated = self.timeline.moment

    def begin(self, name: str, trigger: str) -> Run:
        """Begin an execution."""
        found, now = self.pipelines[name], self.timeline.moment
        serial = self.id(name, "execution", found.created, len(found.runs))
        run = Run(serial, trigger, now, now, found.declaration["version"])
        found.runs.insert(0, run)
        stages = [one["name"] for one in found.declaration["stages"]]
        self.timeline.begin(self._go(found, run, stages))
        return run

    @call
    def get_pipeline(self, name: str, version: int | None = None) -> JSON:
        found = self._pipeline(name)
        arn = f"arn:aws:codepipeline:{self.region}:{self.account}:{name}"
        times = {"created": date(found.created), "updated": date(found.updated)}
        return {"pipeline": found.declaration, "metadata": {"pipelineArn": arn, **times}}

    @call
    def get_pipeline_state(self, name: str) -> JSON:
        found = self._pipeline(name)
        return {
            "pipelineName": name,
            "pipelineVersion": found.declaration["version"],
            "stageStates": [stage_state(found, one) for one in found.declaration["stages"]],
            "created": date(found.created),
            "updated": date(found.updated),
        }

    @call
    def list_pipelines(self, nextToken: str = "", maxResults: int = 0) -> JSON:
        summaries = [
            {
                "name": name,
                "version": one.declaration["version"],
                "created": date(one.created),
                "updated": date(one.updated),
            }
            for name, one in sorted(self.pipelines.items())
        ]
        return page("pipelines", summaries, nextToken, self.page_size, next_key="nextToken")

    @call
    def list_pipeline_executions(
        self, pipelineName: str, maxResults: int = 100, nextToken: str = ""
    ) -> JSON:
        found = self._pipeline(pipelineName)
        summaries = [
            {
                "pipelineExecutionId": one.id,
                "status": one.status,
                "startTime": date(one.started),
                "lastUpdateTime": date(one.updated),
                "sourceRevisions": [],
                "trigger": {"triggerType": one.trigger},
                "executionMode": found.declaration["executionMode"],
                "executionType": "STANDARD",
                **({"stopTrigger": {"reason": one.reason}} if one.reason else {}),
            }
            for one in found.runs
        ]
        size = min(maxResults, self.page_size)
        key = "pipelineExecutionSummaries"
        return page(key, summaries, nextToken, size, next_key="nextToken")

    @call
    def list_action_executions(
        self,
        pipelineName: str,
        maxResults: int = 100,
        nextToken: str = "",
        **asked: JSON,
    ) -> JSON:
        found = self._pipeline(pipelineName)
        wanted = asked.get("filter", {}).get("pipelineExecutionId")
        details = [
            {
                "pipelineExecutionId": run.id,
                "actionExecutionId": one.id,
                "pipelineVersion": run.version,
                "stageName": stage,
                "actionName": action,
                "lastUpdateTime": date(one.changed),
                "status": one.status,
                "output": {"executionResult": error(one)},
            }
            for run in found.runs
            if wanted in (None, run.id)
            for (stage, action), one in reversed(run.actions.items())
        ]
        size = min(maxResults, self.page_size)
        return page("actionExecutionDetails", details, nextToken, size, next_key="nextToken")

    @call
    def start_pipeline_execution(self, name: str, clientRequestToken: str = "") -> JSON:
        self._pipeline(name)
        return {"pipelineExecutionId": self.begin(name, "StartPipelineExecution").id}

    @call
    def stop_pipeline_execution(
        self, pipelineName: str, pipelineExecutionId: str, abandon: bool = False, reason: str = ""
    ) -> JSON:
        run = self._run(pipelineName, pipelineExecutionId)
        if run.status == "Stopping" and not abandon:
            text = f"The execution {run.id} is already being stopped"
            raise Refused("DuplicatedStopRequestException", text)
        if run.status not in ("InProgress", "Stopping"):
            text = f"The execution {run.id} is in the state {run.status}"
            raise Refused("PipelineExecutionNotStoppableException", text)
        run.status, run.reason, run.abandoned = "Stopping", reason, abandon
        run.updated = self.timeline.moment
        if abandon or not any(one.status == "InProgress" for one in run.actions.values()):
            self._stopped(run)
        return {"pipelineExecutionId": run.id}

    @call
    def retry_stage_execution(
        self, pipelineName: str, stageName: str, pipelineExecutionId: str, retryMode: str
    ) -> JSON:
        found = self._pipeline(pipelineName)
        found.stage(stageName)
        run = self._run(pipelineName, pipelineExecutionId)
        if run is not found.last(stageName):
            text = f"{run.id} is not the latest execution of stage '{stageName}'"
            raise Refused("NotLatestPipelineExecutionException", text)
        if run.status != "Failed" or run.stage != stageName:
            text = f"Stage '{stageName}' has not failed in {run.id}"
            raise Refused("StageNotRetryableException", text)
        run.status = "InProgress"
        names = [one["name"] for one in found.declaration["stages"]]
        self.timeline.begin(self._go(found, run, names[names.index(stageName) :]))
        return {"pipelineExecutionId": run.id}

    @call
    def disable_stage_transition(
        self, pipelineName: str, stageName: str, transitionType: str, reason: str
    ) -> JSON:
        found = self._pipeline(pipelineName)
        found.stage(stageName)
        found.closed[stageName] = (reason, self.timeline.moment)
        return {}

    @call
    def enable_stage_transition(
        self, pipelineName: str, stageName: str, transitionType: str
    ) -> JSON:
        found = self._pipeline(pipelineName)
        found.stage(stageName)
        found.closed.pop(stageName, None)
        return {}

    @call
    def put_approval_result(
        self, pipelineName: str, stageName: str, actionName: str, result: JSON, token: str
    ) -> JSON:
        found = self._pipeline(pipelineName)
        run = found.last(stageName)
        action = run.actions.get((stageName, actionName)) if run else None
        if action is None or action.status != "InProgress" or action.token != token:
            raise Refused("InvalidApprovalTokenException", "The approval token is not valid")
        action.status = "Succeeded" if result["status"] == "Approved" else "Failed"
        action.message, action.changed = result["summary"], self.timeline.moment
        return {"approvedAt": self.timeline.date}

    def _go(self, found: Pipeline, run: Run, stages: list[str]) -> Steps:
        for name in stages:
            while name in found.closed and run.status == "InProgress":
                yield _WAIT
            run.stage = name
            actions = sorted(found.stage(name)["actions"], key=lambda one: int(one["runOrder"]))
            for _, group in groupby(actions, key=lambda one: int(one["runOrder"])):
                if run.status != "InProgress":
                    self._stopped(run)
                    return
                yield from self._group(found, run, name, [*group])
                failed = [one for one in run.actions.values() if one.status == "Failed"]
                if run.status == "InProgress" and failed:
                    run.status, run.updated = "Failed", self.timeline.moment
                    return
        if run.status == "InProgress":
            run.status = "Succeeded"
        self._stopped(run)

    def _group(self, found: Pipeline, run: Run, stage: str, group: list[JSON]) -> Steps:
        begun = []
        for one in group:
            key = (stage, one["name"])
            if key in run.actions and run.actions[key].status == "Succeeded":
                continue
            serial = self.id(run.id, *key, self.timeline.moment)
            asks = one["actionTypeId"]["category"] == "Approval"
            token = self.id(serial, "token") if asks else ""
            action = Action(serial, "InProgress", self.timeline.moment, "", token)
            run.actions[key] = action
            begun.append((key, action))
        yield _ACTION_TAKES
        for key, action in begun:
            while action.token and action.status == "InProgress":
                yield _WAIT
            if action.status == "InProgress":
                messages = found.failures.get(key)
                action.message = messages.pop(0) if messages else ""
                action.status = "Failed" if action.message else "Succeeded"
                action.changed = run.updated = self.timeline.moment

    def _stopped(self, run: Run) -> None:
        if run.status == "Stopping":
            run.status = "Stopped"
        run.updated = self.timeline.moment
        for one in run.actions.values():
            if one.status == "InProgress":
                one.status, one.changed = "Abandoned", self.timeline.moment

    def _pipeline(self, name: str) -> Pipeline:
        if name not in self.pipelines:
            text = f"Account '{self.account}' does not have a pipeline with name '{name}'"
            raise Refused("PipelineNotFoundException", text)
        return self.pipelines[name]

    def _run(self, pipeline: str, serial: str) -> Run:
        for one in self._pipeline(pipeline).runs:
            if one.id == serial:
                return one
        raise Refused("PipelineExecutionNotFoundException", f"There is no execution '{serial}'")
