"""The actions of a spec as they are written, before any branch rule has chosen among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipelinegen.diagnostics import Pointer
from pipelinegen.model import Spec
from pipelinegen.provider import JSON


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A node with `only`: what it is to those inside it, where it stands, what it names."""

    thing: str
    at: Pointer
    only: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A group or an action, and the narrowing nodes around it, outermost first."""

    thing: str
    at: Pointer
    entry: Mapping[str, JSON]
    around: tuple[Narrowing, ...]

    @property
    def narrowings(self) -> tuple[Narrowing, ...]:
        """Everything that says on which branch rules it lives, itself last."""
        return (*self.around, *_narrowing(self.thing, self.at, self.entry))


def written(spec: Spec) -> Iterator[Written]:
    """Yield every group and action after the source stage."""
    for index, stage in enumerate(spec.data["stages"]):
        at: Pointer = ("stages", index)
        around = tuple(_narrowing("stage", at, stage))
        for place, item in enumerate(stage["actions"]):
            yield from _items((*at, "actions", place), item, around)


def written_actions(spec: Spec) -> Iterator[Written]:
    """Yield every action after the source stage."""
    return (node for node in written(spec) if node.thing == "action")


def _items(
    at: Pointer, item: Mapping[str, JSON], around: tuple[Narrowing, ...]
) -> Iterator[Written]:
    if "parallel" not in item:
        yield Written("action", at, item, around)
        return
    group = Written("group", at, item, around)
    yield group
    for place, entry in enumerate(item["parallel"]):
        yield Written("action", (*at, "parallel", place), entry, group.narrowings)


def _narrowing(thing: str, at: Pointer, entry: Mapping[str, JSON]) -> Iterator[Narrowing]:
    if "only" in entry:
        yield Narrowing(thing, at, tuple(entry["only"]))
