"""A rule about raw CloudFormation: what it refers to must be there on every branch rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipelinegen.diagnostics import Pointer, nearest
from pipelinegen.intrinsics import substitution_names
from pipelinegen.model import Pipeline
from pipelinegen.rules._names import generated_ids
from pipelinegen.rules._rule import Finding, rule
from pipelinegen.rules._words import quoted
from pipelinegen.scope import ssm_parameter

_SECTIONS = ("resources", "outputs")
_OWN_PARAMETERS = frozenset(
    {"BranchName", "BranchSlug", "BranchRule", "ArtifactStoreBucket", "ArtifactStoreKeyArn"}
)


@rule()
def dangling_reference(pipeline: Pipeline) -> Iterator[Finding]:
    """Raw CloudFormation refers to nothing that is missing on one of the branch rules.

    A raw resource or output stands in the stack of every branch rule. What it names must be made
    there too; one with a condition of its own, or a value inside Fn::If, is left to its author.

    bad:
        template:
          outputs: {Project: {Value: {Ref: BuildProject}}}
    good:
        template:
          outputs: {Name: {Value: {Ref: Pipeline}}}
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-ref.html
    """
    raw = pipeline.spec.data.get("template", {})
    if "transform" in raw or not any(section in raw for section in _SECTIONS):
        return
    known = _OWN_PARAMETERS.union(
        generated_ids(pipeline),
        raw.get("resources", {}),
        pipeline.spec.data.get("parameters", {}),
        map(ssm_parameter, pipeline.used("ssm")),
    )
    for section in _SECTIONS:
        for name, node in raw.get(section, {}).items():
            if isinstance(node, dict) and "Condition" in node:
                continue
            for at, missing in _references(node, ("template", section, name)):
                if missing not in known:
                    meant = nearest(missing, known)
                    yield Finding(
                        f"there is no resource or parameter {quoted(missing)} here",
                        at,
                        hint=f"did you mean {quoted(meant)}?" if meant else None,
                    )


def _references(value: Any, at: Pointer) -> Iterator[tuple[Pointer, str]]:
    """Yield (place, name) of what intrinsics refer to, but for those that Fn::If may leave out."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _references(item, (*at, index))
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        place = (*at, key)
        if key == "Ref" and isinstance(item, str) and not item.startswith("AWS::"):
            yield place, item
        elif key == "Fn::GetAtt":
            named = item[0] if isinstance(item, list) and item else item
            if isinstance(named, str):
                yield place, named.partition(".")[0]
        elif key == "Fn::Sub":
            yield from _in_sub(item, place)
        elif key not in ("Fn::If", "DependsOn"):
            yield from _references(item, place)


def _in_sub(item: Any, at: Pointer) -> Iterator[tuple[Pointer, str]]:
    text, local = item if isinstance(item, list) and len(item) == 2 else (item, {})
    if isinstance(text, str):
        for name in substitution_names(text):
            if name not in local:
                yield at, name
    yield from _references(local, at)


RULES = (dangling_reference,)
