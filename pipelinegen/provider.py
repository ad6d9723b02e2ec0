"""A row of the provider table: all facts about one provider key of the language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelinegen.fragment import Rib

JSON = Any
"""Plain data: dict, list, str, int, float, bool, None."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many artifacts an action takes or gives."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Key:
    """The type of one key of a provider: how the spec writes it and what becomes of it.

    `aws` is the configuration key it fills, None for a key of our own, which only the row's
    function reads. `kind` chooses the conversion to text, `schema` is its JSON Schema.
    """

    kind: str
    schema: Mapping[str, JSON]
    aws: str | None = None


@dataclass(frozen=True, slots=True)
class Requirement:
    """Keys that become required, or that must be absent, while `when` holds.

    `when` maps a key to the value it must have, or to None for "is written".
    """

    when: Mapping[str, JSON]
    required: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


Body = Mapping[str, JSON]
"""What a spec writes under a provider key."""


def never(body: Body) -> bool:
    """An action without an artifact of its own."""
    return False


def always(body: Body) -> bool:
    """An action that gives an artifact of its own name unless told otherwise."""
    return True


def exports_nothing(body: Body) -> frozenset[str] | None:
    """An action without output variables."""
    return frozenset()


def exports_anything(body: Body) -> frozenset[str] | None:
    """An action whose output variables cannot be known from the spec."""
    return None


@dataclass(frozen=True, slots=True)
class Row:
    """All facts about one provider key of the language.

    `default_input` is "source" (the first source's artifact), "product" (the current artifact) or
    None; `reads` tells whether an action takes it. `gives` tells whether an action gives an
    artifact of its own name unless told otherwise, `exports` which output variables it sets, None
    when they cannot be known. `rib` turns an action into its fragment; None when the row alone says
    everything. A key of our own named category, owner, provider or version says that part of the
    action type; `declared_in` names the section of the spec that declares it.
    """

    key: str
    category: str
    owner: str
    provider: str
    url: str
    inputs: Bounds
    outputs: Bounds
    keys: Mapping[str, Key]
    version: str = "1"
    required: frozenset[str] = frozenset()
    requirements: tuple[Requirement, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()
    default_name: str = ""
    default_input: str | None = None
    reads: Callable[[Body], bool] = always
    gives: Callable[[Body], bool] = never
    exports: Callable[[Body], frozenset[str] | None] = exports_nothing
    v2_only: bool = False
    detections: tuple[str, ...] = ()
    cross_region: bool = True
    declared_in: str = ""
    description: str = ""
    rib: Rib | None = None

    @property
    def action_type(self) -> str:
        """The title that messages and editors show."""
        return f"{self.category}/{self.owner}/{self.provider}/{self.version}"
