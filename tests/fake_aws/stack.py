"""A stack of the fake: what it holds and what happened to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.fake_aws.model import JSON
from tests.fake_aws.templates import Made
from tests.fake_aws.time import Timeline, date

BUSY = "_IN_PROGRESS"


@dataclass(slots=True)
class Resource:
    """A resource of a stack, also one that is gone."""

    logical_id: str
    type: str
    status: str
    physical_id: str
    updated: float
    reason: str = ""
    made: Made | None = None

    @property
    def alive(self) -> bool:
        """Whether there is something in AWS."""
        gone = ("DELETE_COMPLETE", "DELETE_SKIPPED")
        return bool(self.physical_id) and self.status not in gone


@dataclass(slots=True)
class ChangeSet:
    """A change set, and what it was made from."""

    name: str
    id: str
    token: str
    kind: str
    text: str
    values: dict[str, str]
    resolved: dict[str, str]
    tags: dict[str, str]
    capabilities: list[str]
    role_arn: str | None
    description: str
    on_failure: str | None
    created: float
    operation_id: str
    status: str = "CREATE_PENDING"
    execution_status: str = "UNAVAILABLE"
    reason: str = ""
    changes: list[JSON] = field(default_factory=list)

    @property
    def being_made(self) -> bool:
        """Whether CloudFormation still computes it."""
        return self.status in ("CREATE_PENDING", "CREATE_IN_PROGRESS")


@dataclass(frozen=True, slots=True)
class Version:
    """What a stack is made from: the template as it was sent, and what was given with it."""

    text: str
    values: dict[str, str] = field(default_factory=dict)
    resolved: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    role_arn: str | None = None
    capabilities: tuple[str, ...] = ()


@dataclass(slots=True)
class Operation:
    """An operation on a stack: every event of it carries its token and id."""

    type: str
    id: str
    token: str | None
    cancelled: bool = False
    retain_except_on_create: bool = False
    keep: bool = False
    on_failure: str | None = None
    change_set: ChangeSet | None = None
    retain: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()


@dataclass(slots=True)
class Failure:
    """A resource that will not do as it is told, `times` times."""

    reason: str
    on: str
    times: int = 1
    hook: str | None = None


@dataclass(slots=True)
class Stack:
    """A stack. `before` is what an update that is under way, or failed, came from."""

    name: str
    id: str
    timeline: Timeline
    status: str
    version: Version
    created: float
    reason: str = ""
    updated: float | None = None
    deleted: float | None = None
    protected: bool = False
    keep: bool = False
    before: Version | None = None
    resources: dict[str, Resource] = field(default_factory=dict)
    replaced: list[Resource] = field(default_factory=list)
    saved: dict[str, tuple[str, Made | None]] = field(default_factory=dict)
    outputs: dict[str, JSON] = field(default_factory=dict)
    change_sets: dict[str, ChangeSet] = field(default_factory=dict)
    executed: ChangeSet | None = None
    events: list[JSON] = field(default_factory=list)
    failures: dict[str, list[Failure]] = field(default_factory=dict)
    operation: Operation | None = None
    tokens: dict[str, str] = field(default_factory=dict)
    generation: int = 0

    @property
    def busy(self) -> bool:
        """Whether CloudFormation is at work; a stack under review waits for people instead."""
        return self.status.endswith(BUSY) and self.status != "REVIEW_IN_PROGRESS"

    def turn(self, status: str, reason: str = "") -> None:
        """Be in another state, and say so."""
        self.status, self.reason = status, reason
        self.say(self.name, "AWS::CloudFormation::Stack", self.id, status, reason)

    def say(
        self, logical_id: str, kind: str, physical_id: str, status: str, reason: str, **more: Any
    ) -> None:
        """Record an event."""
        moment = self.timeline.moment
        event = {
            "StackId": self.id,
            "StackName": self.name,
            "EventId": f"{logical_id}-{len(self.events):05d}",
            "LogicalResourceId": logical_id,
            "PhysicalResourceId": physical_id,
            "ResourceType": kind,
            "Timestamp": date(moment),
            "ResourceStatus": status,
            **({"ResourceStatusReason": reason} if reason else {}),
            **more,
        }
        if self.operation is not None:
            event["OperationId"] = self.operation.id
            event["OperationType"] = self.operation.type
            if self.operation.token:
                event["ClientRequestToken"] = self.operation.token
        self.events.append(event)

    def become(self, resource: Resource, status: str, reason: str = "", **more: Any) -> None:
        """Let a resource be in another state, and say so."""
        resource.status, resource.reason = status, reason
        resource.updated = self.timeline.moment
        self.say(resource.logical_id, resource.type, resource.physical_id, status, reason, **more)

    def save(self) -> None:
        """Keep what a rollback of the update that begins goes back to."""
        self.before = self.version
        self.saved = {one.logical_id: (one.physical_id, one.made) for one in self.alive()}

    def gone(self) -> None:
        """Be deleted."""
        self.deleted, self.outputs, self.change_sets = self.timeline.moment, {}, {}
        self.turn("DELETE_COMPLETE")

    def failure(self, logical_id: str, on: str) -> Failure | None:
        """Return why a resource refuses now, if it was declared to."""
        for one in self.failures.get(logical_id, ()):
            if one.on == on and one.times:
                one.times -= 1
                return one
        return None

    def alive(self) -> Iterator[Resource]:
        """Yield the resources that are there."""
        return (one for one in self.resources.values() if one.alive)
