"""Pipelines as CodePipeline keeps them, made from the properties of a template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.emulator.executions import ENDED, Execution, Fault, steps

_OF_THE_TEMPLATE = {"DisableInboundStageTransitions", "RestartExecutionOnUpdate", "Tags"}
_NUMBERS = {"RunOrder", "TimeoutInMinutes"}
_SECRETS = {"ClientSecret", "OAuthToken", "RefreshToken"}
"""Hidden from whoever is not the action.

https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionConfigurationProperty.html
"""


@dataclass(frozen=True, slots=True)
class Closing:
    """Why and when a stage was closed."""

    reason: str
    time: float


@dataclass(slots=True)
class Pipeline:
    """A pipeline; `executions` newest first, `closed` by stage."""

    declaration: Mapping[str, Any]
    tags: Mapping[str, str]
    created: float
    updated: float
    version: int = 1
    executions: list[Execution] = field(default_factory=list)
    closed: dict[str, Closing] = field(default_factory=dict)

    @property
    def stages(self) -> tuple[str, ...]:
        """The names of the stages, in their order."""
        return tuple(stage["name"] for stage in self.declaration["stages"])

    def start(self, now: float, trigger: str) -> Execution:
        """Start an execution."""
        begun = Execution(steps(self.declaration), self.version, trigger, now, now)
        begun.begin(now)
        self.executions.insert(0, begun)
        return begun

    def update(self, declaration: Mapping[str, Any], tags: Mapping[str, str], now: float) -> None:
        """Take another declaration; executions under way end with the old one."""
        self.tags = tags
        if declaration != self.declaration:
            self.declaration, self.updated = declaration, now
            self.version += 1
            for execution in self.executions:
                execution.break_off(now)

    def move(self, now: float, fault: Fault) -> None:
        """Take each execution that is under way one step on."""
        for execution in self.executions:
            execution.move(now, self.closed, fault)

    def latest(self, stage: str) -> Execution | None:
        """Return the newest execution that entered a stage."""
        entered = (one for one in self.executions if one.stage_status(stage))
        return next(entered, None)

    def stoppable(self, execution: Execution, *, abandon: bool) -> str | None:
        """Return the error of CodePipeline that forbids to stop, None where it may be done."""
        if execution.status in ENDED:
            return "PipelineExecutionNotStoppableException"
        if execution.status == "Stopping" and not abandon:
            return "DuplicatedStopRequestException"
        return None


def declaration_of(properties: Mapping[str, Any], name: str, region: str) -> dict[str, Any]:
    """Return a pipeline of a template as GetPipeline shows it, without its version.

    https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PipelineDeclaration.html
    """
    defaults = {
        "runOrder": 1,
        "configuration": {},
        "inputArtifacts": [],
        "outputArtifacts": [],
        "region": region,
    }
    own = {key: value for key, value in properties.items() if key not in _OF_THE_TEMPLATE}
    stores = {
        one["Region"]: _lowered(one["ArtifactStore"]) for one in own.pop("ArtifactStores", ())
    }
    made = {
        "pipelineType": "V1",
        "executionMode": "SUPERSEDED",
        **_lowered(own),
        **({"artifactStores": stores} if stores else {}),
        "name": name,
    }
    for stage in made["stages"]:
        stage["actions"] = [defaults | action for action in stage["actions"]]
    return made


def closed_at_first(properties: Mapping[str, Any], now: float) -> dict[str, Closing]:
    """Return the stages that a template closes."""
    listed = properties.get("DisableInboundStageTransitions", ())
    return {one["StageName"]: Closing(one["Reason"], now) for one in listed}


def _lowered(node: Any) -> Any:
    """Spell the keys as the API does; what `Configuration` holds is the action's own."""
    if isinstance(node, list):
        return [_lowered(one) for one in node]
    if not isinstance(node, Mapping):
        return node
    lowered: dict[str, Any] = {}
    for key, value in node.items():
        if key == "Configuration":
            value = {name: _text(name, one) for name, one in value.items()}
        elif key in _NUMBERS:
            value = int(value)
        else:
            value = _lowered(value)
        lowered[key[0].lower() + key[1:]] = value
    return lowered


def _text(name: str, value: Any) -> str:
    if name in _SECRETS:
        return "****"
    return str(value).lower() if isinstance(value, bool) else str(value)
