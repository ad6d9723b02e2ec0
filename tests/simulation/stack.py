"""A simulated stack: what it holds, what happened to it, and what will happen when."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from pipelinegen.specialise import specialise


@dataclass(slots=True)
class Resource:
    """A resource of a stack."""

    type: str
    status: str
    physical_id: str
    reason: str = ""


@dataclass(slots=True)
class ChangeSet:
    """A change set and what it was asked for."""

    name: str
    id: str
    asked: dict[str, Any]
    body: dict[str, Any]
    parameters: dict[str, str]
    changes: list[dict[str, Any]]
    ready: float
    execution_status: str = "AVAILABLE"


@dataclass(slots=True)
class Stack:
    """A stack; `due` holds what happens at which time."""

    name: str
    id: str
    status: str
    created: float
    reason: str = ""
    updated: float | None = None
    body: dict[str, Any] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    tags: list[dict[str, str]] = field(default_factory=list)
    protected: bool = False
    role_arn: str | None = None
    resources: dict[str, Resource] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    change_sets: dict[str, ChangeSet] = field(default_factory=dict)
    due: list[tuple[float, Callable[[], None]]] = field(default_factory=list)
    token: str | None = None
    operations: int = 0

    def say(
        self, status: str, logical_id: str | None = None, *, at: float, reason: str = ""
    ) -> None:
        """Record an event of a resource, or of the stack itself."""
        resource = self.resources.get(logical_id or "")
        if logical_id is None:
            self.status, self.reason = status, reason
        elif resource is not None:
            resource.status, resource.reason = status, reason
        event = {
            "StackId": self.id,
            "EventId": f"event-{len(self.events):06}",
            "StackName": self.name,
            "LogicalResourceId": logical_id or self.name,
            "PhysicalResourceId": resource.physical_id if resource else self.id,
            "ResourceType": resource.type if resource else "AWS::CloudFormation::Stack",
            "Timestamp": moment(at),
            "ResourceStatus": status,
        }
        if reason:
            event["ResourceStatusReason"] = reason
        if self.token:
            event["ClientRequestToken"] = self.token
        self.events.append(event)

    @property
    def outputs(self) -> list[dict[str, Any]]:
        """What the stack puts out, as far as it can be known without AWS."""
        if not self.body:
            return []
        plain = specialise(self.body, self.parameters, drop_unused=True)
        return [
            {"OutputKey": name, "OutputValue": _text(output["Value"])}
            for name, output in plain.get("Outputs", {}).items()
        ]


def live(body: dict[str, Any], parameters: dict[str, str]) -> dict[str, Any]:
    """Return the resources that a template has with these parameters."""
    return dict(specialise(body, parameters, drop_unused=True).get("Resources", {}))


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what a change set shows of two templates' resources."""
    found = []
    for name in sorted({*before, *after}):
        if before.get(name) == after.get(name):
            continue
        action = "Modify" if name in before and name in after else _one_sided(name, after)
        change: dict[str, Any] = {
            "Action": action,
            "LogicalResourceId": name,
            "ResourceType": (after.get(name) or before[name])["Type"],
        }
        if action == "Modify":
            change |= {"Replacement": "False", "Scope": ["Properties"], "Details": []}
        found.append({"Type": "Resource", "ResourceChange": change})
    return found


def moment(seconds: float) -> datetime:
    """Return a time as the SDK does."""
    return datetime.fromtimestamp(seconds, tz=timezone.utc)


def _one_sided(name: str, after: dict[str, Any]) -> str:
    return "Add" if name in after else "Remove"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
