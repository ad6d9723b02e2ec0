"""AWS as `destroy` sees it: one stack with all that it can hold, beside what is not ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, cast

from pipelinegen.deployment import BRANCH_HASH_TAG, PIPELINE_TAG, branch_hash
from pipelinegen.errors import Denied
from pipelinegen.names import branch_slug
from pipelinegen.records import (
    ActionState,
    BucketContents,
    ChangeSet,
    Execution,
    Identity,
    StackEvent,
    StackRecord,
    StackResource,
    StageState,
)
from pipelinegen.services import Connection, Moved

BRANCH = "feature/login"
SLUG = branch_slug(BRANCH)
STACK, APP = f"shop-{SLUG}-pipeline", f"shop-{SLUG}"
TAGS = {PIPELINE_TAG: "shop", BRANCH_HASH_TAG: branch_hash(BRANCH)}
PARAMETERS = {"BranchName": BRANCH, "BranchRule": "feature", "Team": "blue", "Secret": "****"}
DELETION_TAKES = 20.0
OURS = {"Metadata": {"pipelinegen": {"path": "artifact-store"}}}
RETAIN = {"DeletionPolicy": "Retain"}

RESOURCES = (
    StackResource("Pipeline", "AWS::CodePipeline::Pipeline", "CREATE_COMPLETE", APP),
    StackResource("Rule", "AWS::Events::Rule", "CREATE_COMPLETE", "rule-1"),
    StackResource("ArtifactBucket", "AWS::S3::Bucket", "CREATE_COMPLETE", "artifacts"),
    StackResource("ArtifactBucketPolicy", "AWS::S3::BucketPolicy", "CREATE_COMPLETE", "artifacts"),
    StackResource("ArtifactKey", "AWS::KMS::Key", "CREATE_COMPLETE", "key-1"),
    StackResource("Reports", "AWS::S3::Bucket", "CREATE_COMPLETE", "reports"),
    StackResource("Build", "AWS::CodeBuild::Project", "CREATE_COMPLETE", "build-1"),
    StackResource("BuildLogs", "AWS::Logs::LogGroup", "CREATE_COMPLETE", "build-logs"),
    StackResource("Table", "AWS::DynamoDB::Table", "CREATE_COMPLETE", "table-1"),
    StackResource("Archive", "AWS::S3::Bucket", "CREATE_COMPLETE", "archive"),
    StackResource("Taken", "AWS::S3::Bucket", "CREATE_FAILED", "somebody-elses"),
    StackResource("Old", "AWS::S3::Bucket", "DELETE_COMPLETE", "old"),
)
TEMPLATE: dict[str, Any] = {
    "Metadata": {
        "pipelinegen": {
            "branches": [
                {"id": "main", "protected": True},
                {
                    "id": "feature",
                    "lifecycle": {
                        "cleanup-stacks": [
                            "shop-${branch:slug}",
                            "shop-${value:team-size}-${param:Team}",
                            "shop-${value:gone}",
                            "shop-${param:Secret}",
                        ]
                    },
                },
            ]
        }
    },
    "Parameters": {
        "Team": {"Type": "String"},
        "Other": {"Type": "String"},
        "Secret": {"Type": "String", "NoEcho": True},
        "Looked": {"Type": "AWS::SSM::Parameter::Value<String>"},
    },
    "Mappings": {"BranchRules": {"feature": {"TeamSize": "small"}}},
    "Resources": {
        "Pipeline": {},
        "Rule": {},
        "ArtifactBucket": {**OURS, **RETAIN},
        "ArtifactBucketPolicy": {**OURS, **RETAIN},
        "ArtifactKey": {**OURS, **RETAIN},
        "Reports": {},
        "Build": {},
        "BuildLogs": {},
        "Table": RETAIN,
        "Archive": RETAIN,
        "Taken": {},
        "Old": {},
    },
}


class Killed(BaseException):
    """The process is gone: nobody may catch this."""


@dataclass
class World:
    """CloudFormation, CodePipeline and what holds data, in memory; every call is one step.

    `stop_at` raises `stop_with` at that step, before or after the call is done.
    """

    stacks: dict[str, StackRecord] = field(default_factory=dict)
    resources_of: dict[str, tuple[StackResource, ...]] = field(default_factory=dict)
    templates: dict[str, dict[str, Any]] = field(default_factory=dict)
    change_sets_of: dict[str, tuple[ChangeSet, ...]] = field(default_factory=dict)
    importers_of: dict[str, tuple[str, ...]] = field(default_factory=dict)
    blocked: dict[str, str] = field(default_factory=dict)
    buckets: dict[str, int] = field(default_factory=dict)
    writers: dict[str, int] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)
    logs: set[str] = field(default_factory=set)
    runs: dict[str, str] = field(default_factory=dict)
    approval: str | None = None
    no_pipeline: bool = False
    run_takes: float = 30.0
    moves: int = 0
    denied: frozenset[str] = frozenset()
    calls: list[tuple[str, ...]] = field(default_factory=list)
    stop_at: int | None = None
    stop_with: type[BaseException] = Killed
    stop_after: bool = False
    time: float = 0.0
    _due: dict[str, float] = field(default_factory=dict)
    _retained: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _stopped: dict[str, float] = field(default_factory=dict)
    _events: dict[str, list[StackEvent]] = field(default_factory=dict)

    def declare(
        self,
        name: str,
        *,
        resources: tuple[StackResource, ...] = (),
        template: dict[str, Any] | None = None,
        **facts: Any,
    ) -> None:
        """Let a stack be there."""
        record = StackRecord(name=name, id=f"id-{name}", **{"status": "CREATE_COMPLETE", **facts})
        self.stacks[record.id] = record
        self.resources_of[record.id] = resources
        self.templates[record.id] = template or {}
        self._events[record.id] = []
        self._event(record.id, record.status)

    # the clock

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds
        for stack in [stack for stack, due in self._due.items() if due <= self.time]:
            self._settle(stack)
        for run in [run for run, due in self._stopped.items() if due <= self.time]:
            self.runs[run] = "Stopped"

    # CloudFormation

    def find(self, stack: str) -> StackRecord | None:
        self._step("find", stack)
        if stack in self.stacks:
            return self.stacks[stack]
        alive = [
            one
            for one in self.stacks.values()
            if one.name == stack and one.status != "DELETE_COMPLETE"
        ]
        return alive[0] if alive else None

    def template(self, stack: str) -> dict[str, Any] | None:
        self._step("template", stack)
        return self.templates[stack]

    def resources(self, stack: str) -> tuple[StackResource, ...]:
        self._step("resources", stack)
        return self.resources_of[stack]

    def events(self, stack: str) -> Iterator[StackEvent]:
        self._step("events", stack)
        yield from reversed(self._events[stack])

    def importers(self, export: str) -> tuple[str, ...]:
        self._step("importers", export)
        return self.importers_of.get(export, ())

    def change_sets(self, stack: str) -> tuple[ChangeSet, ...]:
        self._step("change_sets", stack)
        return self.change_sets_of.get(stack, ())

    def delete(
        self, stack: str, *, token: str, retain: Iterable[str] = (), role_arn: str | None = None
    ) -> None:
        assert token
        if self.moves:
            self.moves -= 1
            raise Moved

        def begin() -> None:
            self.begin(stack, retain=tuple(retain))

        self._step("delete", stack, *retain, *([role_arn] if role_arn else []), does=begin)

    def begin(self, stack: str, *, retain: tuple[str, ...] = ()) -> None:
        """Let a deletion be under way."""
        self._retained[stack] = retain
        self._due[stack] = self.time + DELETION_TAKES
        self.stacks[stack] = replace(self.stacks[stack], status="DELETE_IN_PROGRESS")
        self._event(stack, "DELETE_IN_PROGRESS")

    # CodePipeline

    def stages(self, name: str) -> tuple[StageState, ...]:
        self._step("stages", name)
        if self.no_pipeline:
            return ()
        waits = self.approval is not None and bool(self.live())
        approve = ActionState("Approve", "InProgress", token=self.approval) if waits else None
        actions = (ActionState("Build", "InProgress"), *([approve] if approve else []))
        return (StageState("Source"), StageState("Build", "InProgress", "run-1", actions=actions))

    def live(self) -> list[str]:
        """The executions that have not ended."""
        return [run for run, status in self.runs.items() if status in ("InProgress", "Stopping")]

    def executions(self, name: str, *, most: int) -> tuple[Execution, ...]:
        self._step("executions", name)
        return tuple(Execution(run, status) for run, status in self.runs.items())[:most]

    def stop(self, name: str, execution_id: str, *, reason: str) -> None:
        def begin() -> None:
            self.runs[execution_id] = "Stopping"
            self._stopped[execution_id] = self.time + self.run_takes

        self._step("stop", name, execution_id, does=begin)

    def close(self, name: str, stage: str, *, reason: str) -> None:
        self._step("close", name, stage)

    def disable_event_rule(self, name: str) -> None:
        self._step("disable_event_rule", name)

    # data

    def contents(self, bucket: str) -> BucketContents | None:
        self._step("contents", bucket)
        count = self.buckets.get(bucket)
        return None if count is None else BucketContents(count, 1 if count > 1 else 0)

    def refuse_writes(self, bucket: str) -> None:
        def late() -> None:
            self.buckets[bucket] += self.writers.get(bucket, 0)

        self._step("refuse_writes", bucket, does=late)

    def empty(self, bucket: str) -> int:
        count = self.buckets[bucket]

        def clear() -> None:
            left = self.writers.get(bucket, 0)
            self.writers[bucket] = max(left - 1, 0)
            self.buckets[bucket] = 1 if left else 0

        self._step("empty", bucket, does=clear)
        return count

    def delete_bucket(self, bucket: str) -> None:
        assert not self.buckets.get(bucket)
        self._step("delete_bucket", bucket, does=lambda: self.buckets.pop(bucket, None))

    def schedule_key_deletion(self, key: str) -> None:
        self._step("schedule_key_deletion", key, does=lambda: self.keys.discard(key))

    def log_groups(self, prefix: str) -> tuple[str, ...]:
        self._step("log_groups", prefix)
        return tuple(sorted(name for name in self.logs if name.startswith(prefix)))

    def delete_log_group(self, name: str) -> None:
        self._step("delete_log_group", name, does=lambda: self.logs.discard(name))

    # within

    @property
    def writes(self) -> list[tuple[str, ...]]:
        """The calls that changed something."""
        return [call for call in self.calls if call[0] in WRITES]

    def _step(self, *call: str, does: Callable[[], object] | None = None) -> None:
        if call[0] in self.denied:
            raise Denied("not authorized", action=f"service:{call[0]}")
        self.calls.append(call)
        stops = len(self.calls) == self.stop_at
        if stops and not self.stop_after:
            raise self.stop_with
        if does is not None:
            does()
        if stops:
            raise self.stop_with

    def _event(self, stack: str, status: str, resource: str | None = None) -> None:
        events = self._events[stack]
        events.append(
            StackEvent(
                id=f"{stack}-{len(events)}",
                time=self.time,
                stack_id=stack,
                logical_id=resource or self.stacks[stack].name,
                type="AWS::S3::Bucket" if resource else "AWS::CloudFormation::Stack",
                status=status,
                physical_id=resource or stack,
                reason="it is not empty" if resource else "",
            )
        )

    def _settle(self, stack: str) -> None:
        del self._due[stack]
        held = self.blocked.get(stack)
        fails = held is not None and held not in self._retained[stack]
        if fails and held is not None:
            self._event(stack, "DELETE_FAILED", held)
        status = "DELETE_FAILED" if fails else "DELETE_COMPLETE"
        self.stacks[stack] = replace(self.stacks[stack], status=status)
        self._event(stack, status)
        bodies = self.templates[stack].get("Resources", {})
        self.resources_of[stack] = tuple(
            replace(one, status="DELETE_FAILED", reason="it is not empty")
            if fails and one.logical_id == held
            else replace(one, status="DELETE_SKIPPED")
            if "DeletionPolicy" in bodies[one.logical_id]
            else replace(one, status="DELETE_COMPLETE")
            for one in self.resources_of[stack]
        )
        for one in self.resources_of[stack]:
            if one.status == "DELETE_COMPLETE" and self.buckets.get(one.physical_id) == 0:
                del self.buckets[one.physical_id]
            self.logs.discard(one.physical_id)


WRITES = {
    "close",
    "delete",
    "delete_bucket",
    "delete_log_group",
    "disable_event_rule",
    "empty",
    "refuse_writes",
    "schedule_key_deletion",
    "stop",
}


def everything() -> World:
    """The stack of the branch with all that it can hold, beside what is not ours."""
    world = World(
        buckets={"artifacts": 12, "reports": 0, "archive": 5, "somebody-elses": 9},
        keys={"key-1", "key-2"},
        logs={"build-logs", "/aws/codebuild/build-1", "/aws/codebuild/build-10"},
        runs={"run-1": "InProgress", "run-0": "Succeeded"},
    )
    world.declare(STACK, resources=RESOURCES, template=TEMPLATE, tags=TAGS, parameters=PARAMETERS)
    world.declare(APP, exports=("app",))
    world.declare("shop-main-pipeline", tags={PIPELINE_TAG: "shop"})
    world.declare("shop-small-blue")
    world.importers_of = {"app": (STACK,)}
    return world


def connection(world: World) -> Connection:
    """Return the way to this world."""
    return Connection(
        identity=Identity("111111111111", "eu-west-1", "arn:aws:iam::111111111111:user/me"),
        stacks=cast("Any", world),
        pipelines=cast("Any", world),
        stores=cast("Any", world),
        clock=world,
        run="beef",
        elsewhere=cast("Any", None),
        regions=tuple,
    )


def nothing_but_foreign(world: World) -> None:
    """Expect all of ours gone and all else as it was."""
    alive = {one.name for one in world.stacks.values() if one.status != "DELETE_COMPLETE"}
    assert alive == {"shop-main-pipeline", "shop-small-blue"}
    assert world.buckets == {"archive": 5, "somebody-elses": 9}
    assert world.keys == {"key-2"}
    assert world.logs == {"/aws/codebuild/build-10"}
    assert world.live() == []
