"""A rule about resources that wait for each other, so that no deployment can make one first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from graphlib import CycleError, TopologicalSorter

from pipelinegen.diagnostics import Pointer
from pipelinegen.intrinsics import substitution_names
from pipelinegen.model import Action, Pipeline
from pipelinegen.names import logical_id
from pipelinegen.provider import JSON
from pipelinegen.resources.site import Site, site
from pipelinegen.roles import generated
from pipelinegen.rules._rule import Finding, rule
from pipelinegen.text import Ref, Replaced, Text

_PIPELINE = "Pipeline"
_DECLARED = ("function", "project", "role", "topic")


@rule()
def circular_dependency(pipeline: Pipeline) -> Iterator[Finding]:
    """Resources cannot refer to each other in a circle: none of them could be made first.

    The pipeline refers to its projects, functions and roles. What refers back to the pipeline or
    to each other closes a circle; a name written as text does not.

    bad:
        - codebuild: {buildspec: b.yml, env: {PIPELINE: "${resource:Pipeline}"}}
    good:
        - codebuild: {buildspec: b.yml, env: {PIPELINE: "shop-${branch:slug}"}}
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html
    """
    if not _may_close_one(pipeline.spec.data):
        return
    needs, origins = _graph(site(pipeline))
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as circle:
        names: list[str] = circle.args[1]
        placed = [origins[name] for name in names if name != _PIPELINE and name in origins]
        yield Finding(
            f"{', '.join(sorted(set(names)))} refer to each other in a circle",
            min(placed, key=str, default=("pipeline",)),
            hint="write a name as text where one refers to another",
        )


def _may_close_one(data: JSON) -> bool:
    """Tell whether a spec has references that are not ours, which never close a circle."""
    return "template" in data or "${resource:" in str(data) or "${" in str(data.get("roles", ""))


def _graph(place: Site) -> tuple[dict[str, set[str]], dict[str, Pointer]]:
    """Return logical id → those it refers to, and logical id → its place in the spec."""
    pipeline = place.pipeline
    needs: dict[str, set[str]] = {_PIPELINE: set()}
    origins: dict[str, Pointer] = {}
    for item in generated(place):
        needs[item.logical_id] = set(_referred(item))
        origins[item.logical_id] = item.origin
    raw = pipeline.spec.data.get("template", {})
    for logical, resource in raw.get("resources", {}).items():
        needs[logical] = set(_referred(resource))
        origins[logical] = ("template", "resources", logical)
    stores = {"PipelineRole", "ArtifactBucket", "ArtifactKey"}
    needs[_PIPELINE] = stores.union(*(_of_action(place, one) for one in pipeline.actions))
    return {name: used & needs.keys() for name, used in needs.items()}, origins


def _of_action(place: Site, action: Action) -> set[str]:
    """Return what the declaration of an action refers to; its project has its own references."""
    fragment = place.fragment(action)
    made = {wanted.logical_id for wanted in fragment.wanted if wanted.kind == "project"}
    written = "" if made else str(action.body)
    texts = (action.text(written), action.text(action.role_arn or ""))
    return made.union(_referred((fragment.configuration, fragment.properties, texts)))


def _referred(value: object) -> Iterator[str]:
    """Yield the logical ids that texts and intrinsics inside a value refer to."""
    if isinstance(value, Text):
        for part in value.parts:
            if isinstance(part, Replaced):
                yield from _referred(part.text)
            elif isinstance(part, Ref):
                yield from _of_reference(part)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _of_intrinsic(str(key), item)
            yield from _referred(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _referred(item)
    elif is_dataclass(value):
        for one in fields(value):
            yield from _referred(getattr(value, one.name))


def _of_reference(ref: Ref) -> Iterator[str]:
    if ref.kind == "resource":
        yield ref.name.partition(".")[0]
    elif ref.kind in _DECLARED:
        yield logical_id(ref.name, ref.kind.capitalize())


def _of_intrinsic(key: str, item: object) -> Iterator[str]:
    """Yield what one function of CloudFormation names, or a `DependsOn`."""
    first = item[0] if isinstance(item, (list, tuple)) and item else item
    if key == "Fn::Sub" and isinstance(first, str):
        yield from substitution_names(first)
    elif key in ("Ref", "Fn::GetAtt") and isinstance(first, str):
        yield first.partition(".")[0]
    elif key == "DependsOn":
        yield from map(str, item if isinstance(item, (list, tuple)) else [item])


RULES = (circular_dependency,)
