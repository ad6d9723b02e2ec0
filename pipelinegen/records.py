"""What AWS answered, as values: stacks, change sets, events, resources, pipelines.

Times are seconds since 1970 by AWS's clock, never ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Identity:
    """Who calls, and where: what is said before the first write."""

    account: str
    region: str
    arn: str
    partition: str = "aws"
    url_suffix: str = "amazonaws.com"


@dataclass(frozen=True, slots=True)
class StackRecord:
    """A stack as DescribeStacks shows it.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Stack.html
    """

    name: str
    id: str
    status: str
    reason: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    exports: tuple[str, ...] = ()
    capabilities: frozenset[str] = frozenset()
    role_arn: str | None = None
    termination_protection: bool = False
    created: float = 0.0
    updated: float | None = None


@dataclass(frozen=True, slots=True)
class PropertyChange:
    """What a change set says of one attribute of a resource.

    `attribute` is Properties, Tags, Metadata…; `path` a JSON pointer such as /Properties/Stages/1.
    `before` and `after` are AWS's texts, None where it shows none.
    """

    attribute: str
    path: str
    recreation: str = "Never"
    before: str | None = None
    after: str | None = None
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """What a change set will do to one resource.

    `action` is Add, Modify, Remove, Import or Dynamic; `replacement` True, False or Conditional as
    AWS writes them, empty where it says nothing.
    """

    logical_id: str
    type: str
    action: str
    physical_id: str | None = None
    replacement: str = ""
    policy_action: str = ""
    scope: tuple[str, ...] = ()
    details: tuple[PropertyChange, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """A change set with all its pages.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html
    """

    name: str
    id: str
    stack_id: str
    status: str
    execution_status: str
    reason: str = ""
    description: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[ResourceChange, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeSetRequest:
    """What CreateChangeSet is asked for; `kind` is CREATE or UPDATE.

    The template stands in `body`, or was uploaded to `url`. `previous` names the parameters whose
    values the stack keeps. `on_failure` is for CREATE alone.
    """

    stack: str
    name: str
    kind: str
    token: str
    description: str
    body: str | None
    url: str | None
    parameters: Mapping[str, str]
    previous: tuple[str, ...]
    tags: Mapping[str, str]
    capabilities: tuple[str, ...]
    role_arn: str | None = None
    on_failure: str | None = None


@dataclass(frozen=True, slots=True)
class StackEvent:
    """One event of a stack operation; `path` is set where a validation names a place.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackEvent.html
    """

    id: str
    time: float
    stack_id: str
    logical_id: str
    type: str
    status: str
    physical_id: str = ""
    reason: str = ""
    token: str | None = None
    operation_id: str | None = None
    hook: str | None = None
    path: str | None = None

    @property
    def of_stack(self) -> bool:
        """Whether it speaks of the stack itself."""
        return self.physical_id == self.stack_id

    @property
    def failed(self) -> bool:
        """Whether something went wrong here."""
        return self.status.endswith("_FAILED")


@dataclass(frozen=True, slots=True)
class StackResource:
    """A resource of a stack as it is now."""

    logical_id: str
    type: str
    status: str
    physical_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ActionState:
    """How an action last went; `status` is InProgress, Succeeded, Failed, Abandoned or empty."""

    name: str
    status: str = ""
    summary: str = ""
    url: str = ""
    token: str | None = None
    changed: float | None = None


@dataclass(frozen=True, slots=True)
class StageState:
    """How a stage last went, and whether something may enter it."""

    name: str
    status: str = ""
    execution_id: str = ""
    enabled: bool = True
    actions: tuple[ActionState, ...] = ()


@dataclass(frozen=True, slots=True)
class Execution:
    """One run of a pipeline."""

    id: str
    status: str
    started: float | None = None
    updated: float | None = None
    trigger: str = ""
    revisions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """A branch as its repository has it; `changed` is when its last commit was made, if known."""

    branch: str
    changed: float | None = None


@dataclass(frozen=True, slots=True)
class Heads:
    """Every branch of a repository; `refused` shows the names that are not UTF-8.

    `default` is the branch that the repository calls its default, None where it calls none so.
    """

    branches: tuple[Head, ...]
    refused: tuple[str, ...] = ()
    default: str | None = None


@dataclass(frozen=True, slots=True)
class BucketContents:
    """How much a bucket holds: versions and delete markers, and uploads that were not finished."""

    versions: int
    uploads: int

    @property
    def empty(self) -> bool:
        """Whether CloudFormation could delete it."""
        return not self.versions and not self.uploads


Declaration = Mapping[str, Any]
"""A pipeline as GetPipeline returns it, without its metadata."""
