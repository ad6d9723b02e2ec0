"""One pipeline to a template without conditions, and where its resources come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy

from pipelinegen import __version__
from pipelinegen.declaration import pipeline_properties
from pipelinegen.emit import Renderer, resource_body
from pipelinegen.fragment import Resource, Role, Template
from pipelinegen.model import BranchRule, Pipeline
from pipelinegen.patching import merge_patch
from pipelinegen.provider import JSON
from pipelinegen.resources.role import MANAGED_POLICY, role_resources
from pipelinegen.resources.site import Site, site
from pipelinegen.roles import generated
from pipelinegen.scope import Whole, mappings, parameters, resolver
from pipelinegen.text import Expression, Ref, Text

PIPELINE = "Pipeline"

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
SECTIONS = (
    "AWSTemplateFormatVersion",
    "Description",
    "Transform",
    "Metadata",
    "Parameters",
    "Rules",
    "Mappings",
    "Conditions",
    "Resources",
    "Outputs",
)


def template(pipeline: Pipeline, whole: Whole) -> Template:
    """Return the template of one branch rule.

    Parameters and mappings are those of the whole spec, the same for every rule, so that folding
    the templates of all rules leaves them as they are.
    """
    data = pipeline.spec.data
    render = Renderer(resolver(pipeline, whole), data.get("tags", {}))
    place = site(pipeline)
    around = [resource for item in generated(place) for resource in _as_resources(item)]
    resources = [_pipeline(place, around), *around]
    raw = data.get("template", {})
    body: dict[str, Expression] = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Pipeline of {data['pipeline']}, one stack for each branch",
        "Transform": raw.get("transform"),
        "Metadata": {"pipelinegen": _metadata(whole), **raw.get("metadata", {})},
        "Parameters": parameters(whole),
        "Rules": raw.get("rules"),
        "Mappings": {**mappings(whole), **raw.get("mappings", {})},
        "Conditions": raw.get("conditions"),
        "Resources": {
            **{item.logical_id: resource_body(item, render) for item in resources},
            **raw.get("resources", {}),
        },
        "Outputs": {**_outputs(resources), **raw.get("outputs", {})},
    }
    body = {section: deepcopy(value) for section, value in body.items() if value}
    for logical, patch in raw.get("patch", {}).items():
        if logical in body["Resources"]:
            body["Resources"][logical] = merge_patch(body["Resources"][logical], patch)
    origins = {item.logical_id: item.origin for item in resources}
    return Template(body, origins | dict(_raw_origins(raw)))


def _pipeline(place: Site, around: list[Resource]) -> Resource:
    """A new pipeline runs at once, so policies beside its roles must be there before it.

    The order stands in Metadata, which takes conditions; DependsOn does not.
    """
    policies = [
        Text.of(Ref("resource", item.logical_id))
        for item in around
        if item.type == MANAGED_POLICY and not item.path.startswith("grants/")
    ]
    return Resource(
        logical_id=PIPELINE,
        type="AWS::CodePipeline::Pipeline",
        properties=pipeline_properties(place),
        origin=("pipeline",),
        path="pipeline",
        metadata={"after": policies} if policies else {},
        patch=place.pipeline.spec.data.get("patch", {}),
    )


def _as_resources(item: Resource | Role) -> Iterator[Resource]:
    if isinstance(item, Role):
        yield from role_resources(item)
    else:
        yield item


def _raw_origins(raw: Mapping[str, JSON]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for logical in raw.get("resources", {}):
        yield logical, ("template", "resources", logical)


def _metadata(whole: Whole) -> dict[str, JSON]:
    """A template carries no spec text, only what a reader of the stack must know of its spec."""
    return {
        "tool-version": __version__,
        "language-version": whole.spec.data.get("version", 1),
        "branches": [_branch_facts(rule) for rule in whole.spec.branch_rules],
    }


def _branch_facts(rule: BranchRule) -> dict[str, JSON]:
    facts: dict[str, JSON] = {"branch": rule.name, "id": rule.id, "match": list(rule.match)}
    if rule.default_branch is not None:
        facts |= {"stack": "per-rule", "default-branch": rule.default_branch}
    if rule.protected:
        facts["protected"] = True
    if rule.lifecycle:
        facts["lifecycle"] = dict(rule.lifecycle)
    return facts


def _outputs(resources: list[Resource]) -> dict[str, Expression]:
    outputs: dict[str, Expression] = {
        "PipelineName": {"Value": {"Ref": PIPELINE}},
        "BranchName": {"Value": {"Ref": "BranchName"}},
        "BranchSlug": {"Value": {"Ref": "BranchSlug"}},
        "BranchRule": {"Value": {"Ref": "BranchRule"}},
    }
    if any(item.logical_id == "ArtifactBucket" for item in resources):
        outputs["ArtifactBucket"] = {"Value": {"Ref": "ArtifactBucket"}}
    return outputs
