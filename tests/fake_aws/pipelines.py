"""Pipelines of the fake, their executions, and how GetPipelineState shows them."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.fake_aws.model import JSON, Refused
from tests.fake_aws.time import date


@dataclass(slots=True)
class Action:
    """How an action goes in one execution."""

    id: str
    status: str
    changed: float
    message: str = ""
    token: str = ""


@dataclass(slots=True)
class Run:
    """One execution."""

    id: str
    trigger: str
    started: float
    updated: float
    version: int
    status: str = "InProgress"
    reason: str = ""
    abandoned: bool = False
    stage: str = ""
    actions: dict[tuple[str, str], Action] = field(default_factory=dict)


@dataclass(slots=True)
class Pipeline:
    """A pipeline and its executions, the newest first."""

    declaration: JSON
    created: float
    updated: float
    runs: list[Run] = field(default_factory=list)
    closed: dict[str, tuple[str, float]] = field(default_factory=dict)
    failures: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def stage(self, name: str) -> JSON:
        """Return a stage."""
        for one in self.declaration["stages"]:
            if one["name"] == name:
                return dict(one)
        raise Refused("StageNotFoundException", f"Stage '{name}' does not exist in the pipeline")

    def last(self, stage: str) -> Run | None:
        """Return the newest execution that entered a stage."""
        return next((one for one in self.runs if any(k[0] == stage for k in one.actions)), None)


def stage_state(found: Pipeline, stage: JSON) -> JSON:
    """Return a stage of GetPipelineState."""
    name, run = stage["name"], found.last(stage["name"])
    transition: JSON = {"enabled": name not in found.closed}
    if name in found.closed:
        reason, changed = found.closed[name]
        transition |= {"disabledReason": reason, "lastChangedAt": date(changed)}
    state: JSON = {"stageName": name, "inboundTransitionState": transition}
    if run is not None:
        status = _stage_status(run, stage)
        state["latestExecution"] = {"pipelineExecutionId": run.id, "status": status}
    actions = run.actions if run else {}
    state["actionStates"] = [
        {"actionName": one["name"], **_action_state(actions.get((name, one["name"])))}
        for one in stage["actions"]
    ]
    return state


def _stage_status(run: Run, stage: JSON) -> str:
    if run.stage == stage["name"] and run.status in ("Stopping", "Stopped"):
        return run.status
    found = [run.actions.get((stage["name"], one["name"])) for one in stage["actions"]]
    statuses = {one.status if one else "" for one in found}
    if "Failed" in statuses:
        return "Failed"
    return "Succeeded" if statuses == {"Succeeded"} else "InProgress"


def _action_state(action: Action | None) -> JSON:
    if action is None:
        return {}
    shown: JSON = {
        "actionExecutionId": action.id,
        "status": action.status,
        "lastStatusChange": date(action.changed),
        **error(action),
    }
    if action.token and action.status == "InProgress":
        shown["token"] = action.token
    return {"latestExecution": shown}


def error(action: Action) -> JSON:
    """Return what an answer says of an action that failed."""
    if not action.message:
        return {}
    return {"errorDetails": {"code": "JobFailed", "message": action.message}}
