"""What somebody changed in a pipeline by hand: GetPipeline against the deployed template.

CloudFormation detects no drift of pipelines:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import-supported-resources.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelinegen.diff import Difference, differences, of_branch, property_change
from pipelinegen.intrinsics import JSON
from pipelinegen.life_cycle.declared import from_declaration, from_template
from pipelinegen.life_cycle.expectation import NAMED_LAST, is_met
from pipelinegen.records import Identity, ResourceChange, StackRecord
from pipelinegen.services import Connection
from pipelinegen.specialise import specialise

_PIPELINE = "AWS::CodePipeline::Pipeline"
_MASK = "****"
"""What GetPipeline shows for a secret.

https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-edit.html
"""


def drift(
    stack: StackRecord, template: Mapping[str, Any], connection: Connection
) -> tuple[ResourceChange, ...]:
    """Return how the stack's pipelines differ from its template: `before` is what it says.

    A pipeline that is gone is removed. Nothing is written.
    """
    live = {
        resource.logical_id: resource
        for resource in connection.stacks.resources(stack.id)
        if resource.status != "DELETE_COMPLETE" and resource.physical_id
    }
    ids = {name: resource.physical_id for name, resource in live.items()}
    named = {name: ids[name] for name, one in live.items() if one.type in NAMED_LAST}
    resolved = specialise(
        of_branch(template, stack.parameters), {**_pseudo(stack, connection.identity), **ids}
    )
    pipelines = {
        name: resource
        for name, resource in resolved["Resources"].items()
        if resource["Type"] == _PIPELINE
    }
    found = (
        _of_pipeline(name, ids.get(name), resource["Properties"], named, connection)
        for name, resource in pipelines.items()
    )
    return tuple(change for change in found if change is not None)


def _of_pipeline(
    name: str,
    physical_id: str | None,
    properties: JSON,
    named: Mapping[str, str],
    connection: Connection,
) -> ResourceChange | None:
    declaration = connection.pipelines.declaration(physical_id) if physical_id else None
    if declaration is None:
        return ResourceChange(name, _PIPELINE, "Remove", physical_id)
    home = connection.identity.region
    expected, found = from_template(properties, home), from_declaration(declaration, home)
    details = tuple(
        property_change(_PIPELINE, one)
        for one in differences(expected, found, ("Properties",))
        if not _is_masked(one) and not is_met(one.before, one.after, named)
    )
    if not details:
        return None
    return ResourceChange(name, _PIPELINE, "Modify", physical_id, details=details)


def _is_masked(difference: Difference) -> bool:
    return difference.before is not None and bool(difference.after == _MASK)


def _pseudo(stack: StackRecord, identity: Identity) -> dict[str, str]:
    """Return the pseudo parameters.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/pseudo-parameter-reference.html
    """
    return {
        "AWS::AccountId": identity.account,
        "AWS::Partition": identity.partition,
        "AWS::Region": identity.region,
        "AWS::StackId": stack.id,
        "AWS::StackName": stack.name,
        "AWS::URLSuffix": identity.url_suffix,
    }
