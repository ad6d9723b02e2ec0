"""A template as one stack reads it, and the order in which its resources come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from tests.fake_aws import holdings
from tests.fake_aws.stack import Stack, Version
from tests.fake_aws.templates import KNOWN_LATER, Evaluation, invalid, read

if TYPE_CHECKING:
    from tests.fake_aws.account import Region


def evaluation(region: Region, stack: Stack, version: Version) -> Evaluation:
    """Return a template as this stack reads it; resources that are not made tell nothing yet."""

    def known(name: str, attribute: str | None) -> str:
        found = stack.resources.get(name)
        if found is None or not found.alive:
            return KNOWN_LATER
        if attribute is None:
            return found.physical_id
        return holdings.attribute(region, found.type, found.physical_id, attribute)

    return Evaluation(
        read(version.text),
        {**version.values, **version.resolved},
        region.pseudo(stack.name, stack.id),
        known,
        region.cloudformation.exported,
    )


def rows(waits_for: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Return names in rows, each of which only waits for names before it."""
    left = {name: {*others} & waits_for.keys() for name, others in waits_for.items()}
    found = []
    while left:
        ready = sorted(name for name, others in left.items() if not others)
        if not ready:
            raise invalid(f"Circular dependency between resources: [{', '.join(sorted(left))}]")
        found.append(ready)
        left = {name: others - {*ready} for name, others in left.items() if name not in ready}
    return found
