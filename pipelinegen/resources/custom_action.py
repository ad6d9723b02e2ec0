"""Action types of job workers of one's own, declared by the one stack that may declare them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codepipeline-customactiontype.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipelinegen.fragment import Resource
from pipelinegen.names import logical_id
from pipelinegen.provider import JSON
from pipelinegen.resolve import lives
from pipelinegen.resources.site import Site
from pipelinegen.text import Text

_SETTINGS = {
    "entity-url-template": "EntityUrlTemplate",
    "execution-url-template": "ExecutionUrlTemplate",
    "revision-url-template": "RevisionUrlTemplate",
    "third-party-configuration-url": "ThirdPartyConfigurationUrl",
}


def custom_actions(site: Site) -> Iterator[Resource]:
    """Yield the action types that live on this branch rule."""
    for name, entry in site.pipeline.spec.data.get("custom-actions", {}).items():
        if lives(entry, site.pipeline.rule):
            yield Resource(
                logical_id=logical_id(name, "ActionType"),
                type="AWS::CodePipeline::CustomActionType",
                properties=_properties(name, entry),
                origin=("custom-actions", name),
                path=f"custom-actions/{name}",
                patch=entry.get("patch", {}),
            )


def _properties(name: str, entry: Mapping[str, JSON]) -> dict[str, JSON]:
    properties: dict[str, JSON] = {
        "Category": entry["category"],
        "Provider": entry.get("provider", name),
        "Version": entry.get("version", "1"),
        "InputArtifactDetails": _count(entry["input-artifacts"]),
        "OutputArtifactDetails": _count(entry["output-artifacts"]),
    }
    if "configuration-properties" in entry:
        properties["ConfigurationProperties"] = [
            _property(item) for item in entry["configuration-properties"]
        ]
    if "settings" in entry:
        properties["Settings"] = {
            _SETTINGS[key]: Text.parse(value) for key, value in entry["settings"].items()
        }
    return properties


def _count(entry: Mapping[str, JSON]) -> dict[str, JSON]:
    return {"MinimumCount": entry["min"], "MaximumCount": entry["max"]}


def _property(entry: Mapping[str, JSON]) -> dict[str, JSON]:
    """AWS demands the three flags; a spec writes those that are true."""
    flags = {key.capitalize(): bool(entry.get(key)) for key in ("key", "required", "secret")}
    optional = {
        key.capitalize(): entry[key] for key in ("queryable", "type", "description") if key in entry
    }
    return {"Name": entry["property"], **flags, **optional}
