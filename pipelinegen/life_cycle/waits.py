"""Which resources of a template wait for which others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pipelinegen.records import ChangeSet

_IN_TEXT = re.compile(r"\$\{([A-Za-z0-9]+)[.}]")


def waits_for(body: Mapping[str, Any], change_set: ChangeSet) -> dict[str, tuple[str, ...]]:
    """Return, for each resource that a change set touches, those of them that come before it."""
    touched = {change.logical_id for change in change_set.changes}
    resources = body["Resources"]
    return {
        name: tuple(sorted({*_mentioned(resources.get(name, {}))} & touched - {name}))
        for name in sorted(touched)
    }


def _mentioned(node: Any) -> Iterator[str]:
    """Yield whatever may name a resource; the caller keeps what does."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key == "Ref":
                yield str(value)
            elif key == "Fn::GetAtt":
                yield str(value[0] if isinstance(value, list) else str(value).partition(".")[0])
            elif key == "DependsOn":
                yield from _named(value)
            else:
                yield from _mentioned(value)
    elif isinstance(node, list):
        for item in node:
            yield from _mentioned(item)
    elif isinstance(node, str):
        yield from _IN_TEXT.findall(node)


def _named(value: Any) -> Iterator[str]:
    """Yield the names of a DependsOn; a property may have that name, too.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ecs-taskdefinition-containerdependency.html
    """
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str):
            yield item
        else:
            yield from _mentioned(item)
