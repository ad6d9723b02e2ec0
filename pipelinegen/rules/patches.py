"""The rule that patches change what CloudFormation has: properties, attributes, resources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipelinegen.diagnostics import Pointer
from pipelinegen.fragment import Role
from pipelinegen.provider import JSON
from pipelinegen.resources.role import role_resources
from pipelinegen.resources.site import site
from pipelinegen.roles import generated
from pipelinegen.rules._patches import PIPELINE_TYPE, is_intrinsic, patches
from pipelinegen.rules._rule import Finding, Pipelines, rule
from pipelinegen.rules._words import instead, quoted

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html
_ATTRIBUTES = (
    "Condition",
    "CreationPolicy",
    "DeletionPolicy",
    "DependsOn",
    "Metadata",
    "Properties",
    "Type",
    "UpdatePolicy",
    "UpdateReplacePolicy",
)


@rule()
def patch_path(pipelines: Pipelines) -> Iterator[Finding]:
    """A patch changes properties that CloudFormation knows.

    A misspelt property would stop the deployment, or do nothing. What stands inside free maps, such
    as an action's Configuration, is not looked at.

    bad:
        patch: {Stagess: []}
    good:
        patch: {RestartExecutionOnUpdate: true}
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codepipeline-pipeline.html
    """
    found = {patch.at: patch for pipeline in pipelines.values() for patch in patches(pipeline)}
    for patch in found.values():
        resource = patch.type if patch.type.startswith("AWS::") else PIPELINE_TYPE
        yield from _unknown(patch.value, patch.type, patch.at, resource)
    spec = next(iter(pipelines.values())).spec
    written = spec.data.get("template", {}).get("patch", {})
    types = _resource_types(pipelines) if written else {}
    for name, value in written.items():
        at = ("template", "patch", name)
        if name not in types:
            yield Finding(
                f"there is no resource {quoted(name)} in the template",
                at,
                hint=instead(name, types),
                on_key=True,
            )
        elif not isinstance(value, Mapping):
            yield Finding("the patch of a resource is a map", at, hint="null removes a key of it")
        else:
            yield from _unknown_of_resource(value, types[name], at)


def _unknown(value: JSON, kind: str, at: Pointer, resource: str) -> Iterator[Finding]:
    """Find the keys of a patch that are no properties, and those inside its known properties."""
    from pipelinegen.rules._properties import PROPERTIES  # 10 ms, and most specs have no patch

    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unknown(item, kind, (*at, index), resource)
        return
    if not isinstance(value, Mapping) or is_intrinsic(value) or kind not in PROPERTIES:
        return
    words = (word.partition(":") for word in PROPERTIES[kind].split())
    known = {name: nested for name, _, nested in words}
    where = resource if kind == resource else f"{_place_name(kind, at)} ({resource})"
    for name, inner in value.items():
        if name in known:
            yield from _unknown(inner, known[name], (*at, name), resource)
            continue
        yield Finding(
            f"{quoted(name)} is not a property of {where}",
            (*at, name),
            hint=instead(name, known),
            on_key=True,
        )


def _place_name(kind: str, at: Pointer) -> str:
    words = {
        "codepipeline.Stages": "a stage",
        "codepipeline.Actions": "an action",
        "codepipeline.RuleDeclaration": "a rule",
    }
    return words.get(kind) or next(str(step) for step in reversed(at) if isinstance(step, str))


def _unknown_of_resource(value: Mapping[str, JSON], kind: str, at: Pointer) -> Iterator[Finding]:
    for name in value:
        if name not in _ATTRIBUTES:
            yield Finding(
                f"{quoted(name)} is not an attribute of a resource",
                (*at, name),
                hint="properties stand under Properties:",
                on_key=True,
            )
    yield from _unknown(value.get("Properties", {}), kind, (*at, "Properties"), kind)


def _resource_types(pipelines: Pipelines) -> dict[str, str]:
    """Return logical id → type, for all resources of the template."""
    types = {"Pipeline": PIPELINE_TYPE}
    for pipeline in pipelines.values():
        for item in generated(site(pipeline)):
            for resource in role_resources(item) if isinstance(item, Role) else (item,):
                types[resource.logical_id] = resource.type
        raw = pipeline.spec.data.get("template", {}).get("resources", {})
        types.update((name, str(body.get("Type", ""))) for name, body in raw.items())
    return types


RULES = (patch_path,)
