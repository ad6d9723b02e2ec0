"""A rule about the physical name of the pipeline, which AWS wants to be unique in a region."""

from __future__ import annotations

from collections.abc import Iterator

from pipelinegen.diagnostics import Severity
from pipelinegen.model import Spec
from pipelinegen.rules._rule import Finding, rule
from pipelinegen.rules._served import serves_several
from pipelinegen.rules._words import quoted
from pipelinegen.text import Text


@rule(Severity.WARNING)
def fixed_pipeline_name(spec: Spec) -> Iterator[Finding]:
    """A pipeline's name is unique in its account and region, and every branch has a pipeline.

    With the same name for every branch, the stack of the second one could not be made.

    bad:
        branches: [{branch: main}, {branch: develop}]
        pipeline-name: shop
    good:
        branches: [{branch: main}, {branch: develop}]
        pipeline-name: shop-${branch:slug}
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codepipeline-pipeline.html
    """
    name = spec.data.get("pipeline-name")
    several = len(spec.branch_rules) > 1 or any(map(serves_several, spec.branch_rules))
    removed = spec.data.get("patch", {}).get("Name", "") is None
    if name is None or removed or not several or Text.parse(name).literal is None:
        return
    yield Finding(
        f"every branch's pipeline would be named {quoted(name)}",
        ("pipeline-name",),
        hint="add ${branch:slug} to it",
    )


RULES = (fixed_pipeline_name,)
