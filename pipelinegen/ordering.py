"""The maps of a spec in one order, so that reordering them in a file changes nothing."""

from __future__ import annotations

from pipelinegen.provider import JSON


def ordered(value: JSON) -> JSON:
    """Return plain data with the keys of every map sorted; lists keep their order."""
    if isinstance(value, dict):
        return {key: ordered(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [ordered(item) for item in value]
    return value
