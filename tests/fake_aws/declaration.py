"""A pipeline as CodePipeline keeps it, made from the properties of its CloudFormation resource."""

from __future__ import annotations

from typing import Any

from tests.fake_aws.model import JSON, model

_SECRET = "****"
_MASKED = ("OAuthToken", "SecretToken")


def declaration(name: str, properties: JSON, region: str, version: int) -> JSON:
    """Return what GetPipeline shows."""
    shape = model("codepipeline").shape_for("PipelineDeclaration")
    stores = properties.get("ArtifactStores")
    found: JSON = _translate({**properties, "ArtifactStores": None}, shape)
    if stores:
        store = shape.members["artifactStore"]
        found["artifactStores"] = {
            one["Region"]: _translate(one["ArtifactStore"], store) for one in stores
        }
    for stage in found["stages"]:
        for action in stage["actions"]:
            action.setdefault("runOrder", 1)
            action.setdefault("inputArtifacts", [])
            action.setdefault("outputArtifacts", [])
            action.setdefault("configuration", {})
            action.setdefault("region", region)
            for key in _MASKED:
                if key in action["configuration"]:
                    action["configuration"][key] = _SECRET
    found.setdefault("pipelineType", "V1")
    found.setdefault("executionMode", "SUPERSEDED")
    return {**found, "name": name, "version": version}


def _translate(node: Any, shape: Any) -> Any:
    """Return a node with the keys and types of CodePipeline's own API."""
    if shape.type_name == "structure":
        names = {key[0].lower() + key[1:]: one for key, one in node.items() if one is not None}
        return {
            key: _translate(one, shape.members[key])
            for key, one in names.items()
            if key in shape.members
        }
    if shape.type_name == "list":
        return [_translate(one, shape.member) for one in node]
    if shape.type_name == "map":
        return {key: _translate(one, shape.value) for key, one in node.items()}
    if shape.type_name in ("integer", "long"):
        return int(node)
    if shape.type_name == "boolean":
        return node if isinstance(node, bool) else str(node) == "true"
    return str(node)
