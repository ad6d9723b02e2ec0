"""`DependsOn` of raw resources, where it names a resource that only some branch rules have.

CloudFormation takes no condition in `DependsOn`. A `Ref` in the resource's `Metadata` says the same
order, and it takes one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelinegen.provider import JSON


def settle_order(bodies: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return branch rule id → template in which `DependsOn` names only what every rule has."""
    ids = [set(body["Resources"]) for body in bodies.values()]
    conditional = set.union(*ids) - set.intersection(*ids)
    if not conditional:
        return dict(bodies)
    return {
        rule: body
        | {
            "Resources": {
                name: _settled(resource, conditional, set(body["Resources"]))
                for name, resource in body["Resources"].items()
            }
        }
        for rule, body in bodies.items()
    }


def _settled(resource: Any, conditional: set[str], present: set[str]) -> Any:
    written = resource.get("DependsOn") if isinstance(resource, dict) else None
    names = [written] if isinstance(written, str) else written or []
    moved = [name for name in names if name in conditional]
    if not moved:
        return resource
    kept = [name for name in names if name not in conditional]
    metadata = resource.get("Metadata", {})
    after = [{"Ref": name} for name in moved if name in present]
    ours = {"pipelinegen": {**metadata.get("pipelinegen", {}), "after": after}}
    rest = {key: value for key, value in resource.items() if key != "DependsOn"}
    return rest | {"Metadata": {**metadata, **ours}} | ({"DependsOn": kept} if kept else {})
