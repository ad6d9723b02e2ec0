"""The values that the passes hand on: frozen, already resolved, each knowing where it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pipelinegen.diagnostics import Pointer
from pipelinegen.provider import JSON, Row
from pipelinegen.text import Text

SELF_UPDATE: Pointer = ("self-update",)
"""Where the stage and action stand that update the pipeline's own stack."""


@dataclass(frozen=True, slots=True)
class BranchRule:
    """One entry of `branches`: which branches it takes and what it sets for them.

    `values` holds the rule's own values over the defaults of the spec. `default_branch` is set
    where all branches of the rule share one stack (`stack: per-rule`).
    """

    name: str
    id: str
    pascal: str
    match: tuple[str, ...]
    values: Mapping[str, str]
    protected: bool
    lifecycle: Mapping[str, JSON]
    origin: Pointer
    default_branch: str | None = None

    @property
    def is_shared(self) -> bool:
        """Tell whether all branches of the rule share one stack."""
        return self.default_branch is not None

    def namesake(self, branch: str) -> str:
        """Return what the stack that serves `branch` is named after: the branch, or this rule."""
        return self.id if self.is_shared else branch


@dataclass(frozen=True, slots=True)
class Spec:
    """A spec that fits the schema; nothing is decided yet."""

    data: Mapping[str, JSON]
    branch_rules: tuple[BranchRule, ...]

    @property
    def name(self) -> str:
        """The application name, key `pipeline`."""
        return str(self.data["pipeline"])

    @property
    def values(self) -> dict[str, dict[str, str]]:
        """Value name → branch rule id → value, for every value that any rule sets."""
        names = sorted({name for rule in self.branch_rules for name in rule.values})
        return {
            name: {rule.id: rule.values[name] for rule in self.branch_rules if name in rule.values}
            for name in names
        }


@dataclass(frozen=True, slots=True)
class Target:
    """The region and account that one copy of an action with `each` works in."""

    name: str
    region: str | None
    account: str | None
    role_arn: str | None
    values: Mapping[str, str]
    origin: Pointer


@dataclass(frozen=True, slots=True)
class Action:
    """One action of one branch rule's pipeline.

    `body` is what the spec writes under the provider key. `written_inputs` and `written_outputs`
    are None where the spec leaves them to be inferred; `inputs` and `outputs` are filled by wiring,
    as is `available`, the artifacts that exist before the action's group, and `candidates`, the
    artifacts among which no default input could be chosen. `order` is the RunOrder: the position
    as written, so that a dropped neighbour renumbers nothing.
    """

    name: str
    stage: str
    row: Row
    body: Mapping[str, JSON]
    order: int
    origin: Pointer
    named: bool
    grouped: bool = False
    written_inputs: tuple[str, ...] | None = None
    written_outputs: tuple[str, ...] | None = None
    namespace: str | None = None
    role_arn: str | None = None
    region: str | None = None
    timeout_in_minutes: int | None = None
    target: Target | None = None
    patch: Mapping[str, JSON] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    available: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()

    @property
    def body_origin(self) -> Pointer:
        """Where the provider's body stands."""
        return (*self.origin, self.row.key)

    @property
    def bindings(self) -> dict[tuple[str, str], str | Text]:
        """What `each` settles: (kind, name) of a reference → what stands for it."""
        if self.target is None:
            return {}
        known: dict[tuple[str, str], str | Text] = {("target", "name"): self.target.name}
        for name, value in (("region", self.target.region), ("account", self.target.account)):
            if value is not None:
                known["target", name] = Text.parse(value)
        return known | {("value", name): value for name, value in self.target.values.items()}

    def text(self, source: str) -> Text:
        """Parse a text of this action with what `each` settles filled in."""
        return Text.parse(source).bind(self.bindings)


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of one branch rule's pipeline; its actions stand in written order.

    `settings` holds the stage's other keys as written.
    """

    name: str
    actions: tuple[Action, ...]
    origin: Pointer
    settings: Mapping[str, JSON] = field(default_factory=dict)
    patch: Mapping[str, JSON] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The pipeline that one branch rule's branches get; `stages[0]` holds the sources.

    `references` holds (kind, name) of every deploy-time reference that something living on this
    rule makes.
    """

    spec: Spec
    rule: BranchRule
    stages: tuple[Stage, ...]
    references: frozenset[tuple[str, str]] = frozenset()

    @property
    def actions(self) -> Iterator[Action]:
        """Every action, in order."""
        return (action for stage in self.stages for action in stage.actions)

    @property
    def updates_itself(self) -> bool:
        """Tell whether a stage brings the pipeline's own stack to the committed template."""
        return any(stage.origin == SELF_UPDATE for stage in self.stages)

    def used(self, kind: str) -> tuple[str, ...]:
        """Names of the given kind that this rule refers to, sorted."""
        return tuple(sorted(name for found, name in self.references if found == kind))

    @property
    def sources(self) -> tuple[Action, ...]:
        """The actions of the first stage."""
        return self.stages[0].actions
