"""Grants: a managed policy that lets people start, stop, retry or approve this pipeline.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodepipeline.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipelinegen.fragment import Resource, Statement
from pipelinegen.names import logical_id
from pipelinegen.policy import merge
from pipelinegen.provider import JSON
from pipelinegen.resources.section import live_entries
from pipelinegen.resources.site import Site
from pipelinegen.text import Text

_LOOK = ("GetPipeline", "GetPipelineExecution", "GetPipelineState")
_CALLS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "start": ("Start", ("codepipeline:StartPipelineExecution",)),
    "stop": ("Stop", ("codepipeline:StopPipelineExecution",)),
}


def grants(site: Site) -> Iterator[Resource]:
    """Yield the policies of the grants that leave something to allow on this branch rule."""
    for entry, origin in live_entries(site.pipeline, "grants"):
        allowed = list(_statements(site, entry))
        if not allowed:
            continue
        look = tuple(f"codepipeline:{call}" for call in _LOOK)
        statements = [Statement("Look", look, (site.pipeline_arn,)), *allowed]
        people = {
            "Roles": [Text.parse(name) for name in entry.get("roles", ())],
            "Groups": [Text.parse(name) for name in entry.get("groups", ())],
        }
        yield Resource(
            logical_id=logical_id(entry["grant"], "Grant"),
            type="AWS::IAM::ManagedPolicy",
            properties={
                "Description": "Rights on a pipeline",
                "PolicyDocument": {"Version": "2012-10-17", "Statement": merge(statements)},
                **{kind: names for kind, names in people.items() if names},
            },
            origin=origin,
            path=f"grants/{entry['grant']}",
        )


def _statements(site: Site, entry: Mapping[str, JSON]) -> Iterator[Statement]:
    for key, (sid, calls) in _CALLS.items():
        if entry.get(key):
            yield Statement(sid, calls, (site.pipeline_arn,))
    if entry.get("retry"):
        stages = Text.of(site.pipeline_arn, "/*")
        yield Statement("Retry", ("codepipeline:RetryStageExecution",), (stages,))
    living = {f"{action.stage}/{action.name}" for action in site.pipeline.actions}
    approvals = [name for name in entry.get("approve", ()) if name in living]
    if approvals:
        arns = tuple(Text.of(site.pipeline_arn, f"/{name}") for name in approvals)
        yield Statement("Approve", ("codepipeline:PutApprovalResult",), arns)
