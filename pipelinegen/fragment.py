"""What is said of a pipeline on its way to a template: statements, resources, roles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pipelinegen.diagnostics import Pointer
from pipelinegen.model import Action, Pipeline
from pipelinegen.provider import JSON
from pipelinegen.text import Expression, Text


@dataclass(frozen=True, slots=True)
class Statement:
    """An IAM statement before it is rendered.

    `sid` comes from the row or the node, never from a position. `reason` says why resources are "*"
    where an action knows no resource. `origins` tells which nodes of the spec need it.
    """

    sid: str
    actions: tuple[str, ...]
    resources: tuple[Text, ...]
    conditions: JSON = field(default=None, kw_only=True)
    effect: str = field(default="Allow", kw_only=True)
    origins: tuple[Pointer, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A generated resource that an action asks the spine for; `kind` names the generator."""

    kind: str
    logical_id: str
    settings: Mapping[str, JSON]
    origin: Pointer
    path: str


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of the template before its texts are rendered.

    `path` names the node of the spec by names, never by positions, so that it outlives moved lines.
    """

    logical_id: str
    type: str
    properties: Mapping[str, JSON]
    origin: Pointer
    path: str
    attributes: Mapping[str, JSON] = field(default_factory=dict)
    metadata: Mapping[str, JSON] = field(default_factory=dict)
    patch: Mapping[str, JSON] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Role:
    """An IAM role of the template; each entry of `trust` is a service, an account or an ARN."""

    logical_id: str
    trust: tuple[Text, ...]
    statements: tuple[Statement, ...]
    origin: Pointer
    path: str
    managed_policy_arns: tuple[Text, ...] = ()
    permissions_boundary: Text | None = None
    patch: Mapping[str, JSON] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fragment:
    """What a rib says of one action beyond its row.

    `configuration` adds to, or with None removes from, what the row's keys make. `properties` are
    further properties of the action declaration, rendered as they are. `statements` go to the role
    that performs the action, `reader_statements` to the build roles that read its artifact,
    `wanted` to the generators.
    """

    configuration: Mapping[str, JSON] = field(default_factory=dict)
    properties: Mapping[str, JSON] = field(default_factory=dict)
    statements: tuple[Statement, ...] = ()
    reader_statements: tuple[Statement, ...] = ()
    wanted: tuple[Wanted, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """The little that a rib may know beside its own action.

    `pipeline_name` is the physical name. `readers` are the actions that read its artifacts.
    """

    pipeline: Pipeline
    pipeline_name: Text


Rib = Callable[[Action, Context], Fragment]


@dataclass(frozen=True, slots=True)
class Template:
    """A CloudFormation template as plain JSON, and where its resources come from."""

    body: dict[str, Expression]
    origins: Mapping[str, Pointer]
