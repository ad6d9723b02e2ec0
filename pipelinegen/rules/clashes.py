"""The rule that two nodes of a spec must not become one thing in the template."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipelinegen.diagnostics import Note, Pointer
from pipelinegen.fragment import Role
from pipelinegen.model import Pipeline, Spec
from pipelinegen.names import pascal
from pipelinegen.provider import JSON
from pipelinegen.resources.role import role_resources
from pipelinegen.resources.site import site
from pipelinegen.roles import generated
from pipelinegen.rules._rule import Finding, Pipelines, rule
from pipelinegen.rules._words import quoted
from pipelinegen.scope import MAPPING, Whole, parameters, ssm_parameter, whole

_THINGS = {
    "sources": "source",
    "projects": "project",
    "functions": "function",
    "topics": "topic",
    "roles": "role",
    "custom-actions": "custom action",
    "schedules": "schedule",
    "notifications": "notification",
    "grants": "grant",
    "parameters": "parameter",
    "template": "template resource",
}
_NAMELESS = {
    "itself": "the pipeline itself",
    "pipeline": "the pipeline's own role",
    "artifact-store": "the artifact store",
}


@dataclass(frozen=True, slots=True)
class _Node:
    """Something that takes a name in the template; `path` names it by the names of the spec."""

    name: str
    path: str
    at: Pointer

    @property
    def on_key(self) -> bool:
        """Whether the key at its place is its name."""
        return self.at[0] in _THINGS and isinstance(self.at[-1], str)


@rule()
def logical_name_clash(pipelines: Pipelines) -> Iterator[Finding]:
    """Two nodes of a spec must not get one logical id, parameter, condition or mapping key.

    Logical ids are made of the nodes' own names, with everything but letters and digits dropped.
    They never get a number behind them, since a name that depends on its neighbours would replace
    resources of running stacks.

    bad:
        roles:
          Pipeline: {trust: [cloudformation.amazonaws.com]}
        stages:
          - stage: Deploy
            actions:
              - cfn-delete: {stack-name: shop-test, role-arn: "${role:Pipeline}"}
    good:
        roles:
          Deploy: {trust: [cloudformation.amazonaws.com]}
        stages:
          - stage: Deploy
            actions:
              - cfn-delete: {stack-name: shop-test, role-arn: "${role:Deploy}"}
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html
    """
    spec = next(iter(pipelines.values())).spec
    shared = whole(spec, pipelines)
    findings = [
        *_values(spec),
        *_mapping(spec),
        *_conditions(spec),
        *(found for pipeline in pipelines.values() for found in _ids(pipeline, shared)),
    ]
    yield from dict.fromkeys(findings)


def _ids(pipeline: Pipeline, shared: Whole) -> Iterator[Finding]:
    first: dict[str, _Node] = {}
    told: set[tuple[str, str]] = set()
    for node in _nodes(pipeline, shared):
        known = first.setdefault(node.name, node)
        pair = (known.path, node.path)
        if known is node or pair in told or _is_name_taken(known, node):
            continue
        told.add(pair)
        yield _clash(known, node)


def _is_name_taken(known: _Node, node: _Node) -> bool:
    """Two actions of one name in one stage are told by `action-name-taken`."""
    return known.path == node.path and node.path.partition("/")[0] in ("stages", "sources")


def _clash(known: _Node, node: _Node) -> Finding:
    notes = (Note(known.at, "the other one", on_key=known.on_key),)
    if known.path == "":
        message = f"every template has a parameter {quoted(node.name)} of its own"
        return Finding(message, node.at, hint="rename this one", on_key=node.on_key)
    message = (
        f"two {_words(node.path).replace(' ', 's are named ', 1)}"
        if known.path == node.path
        else f"{_words(known.path)} and {_words(node.path)} both become {quoted(node.name)}"
    )
    hint = "rename one"
    if node.path.startswith("template/"):
        hint = "rename it, or change the generated resource with template: patch:"
    return Finding(message, node.at, hint=hint, notes=notes, on_key=node.on_key)


def _nodes(pipeline: Pipeline, shared: Whole) -> Iterator[_Node]:
    data = pipeline.spec.data
    for name in _tool_parameters(pipeline.spec):
        yield _Node(name, "", ("pipeline",))
    for path in sorted(shared.ssm_parameters):
        at = _place_of(f"${{ssm:{path}}}", data) or ("pipeline",)
        yield _Node(ssm_parameter(path), f"ssm/{path}", at)
    yield _Node("Pipeline", "itself", ("pipeline",))
    for item in generated(site(pipeline)):
        for resource in role_resources(item) if isinstance(item, Role) else (item,):
            yield _Node(resource.logical_id, resource.path, resource.origin)
    for name in data.get("parameters", {}):
        yield _Node(name, f"parameters/{name}", ("parameters", name))
    for name in data.get("template", {}).get("resources", {}):
        yield _Node(name, f"template/{name}", ("template", "resources", name))


def _tool_parameters(spec: Spec) -> Iterator[str]:
    """Yield the parameters that a spec gets without declaring any."""
    bare = {key: value for key, value in spec.data.items() if key != "parameters"}
    yield from parameters(Whole(Spec(bare, spec.branch_rules), frozenset(), {}))


def _place_of(reference: str, value: JSON, at: Pointer = ()) -> Pointer | None:
    """Return the first place whose text holds a reference."""
    if isinstance(value, str):
        return at if reference in value else None
    items: Iterable[tuple[str | int, JSON]] = ()
    if isinstance(value, Mapping):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    places = (_place_of(reference, item, (*at, step)) for step, item in items)
    return next((place for place in places if place is not None), None)


def _words(path: str) -> str:
    section, _, name = path.partition("/")
    if section == "stages":
        stage, _, action = name.partition("/")
        return f"action {quoted(action)} of stage {quoted(stage)}"
    if section == "ssm":
        return quoted(f"${{ssm:{name}}}")
    if section in _THINGS:
        return f"{_THINGS[section]} {quoted(name)}"
    return _NAMELESS[section]


def _values(spec: Spec) -> Iterator[Finding]:
    first: dict[str, str] = {}
    places = _value_places(spec)
    for column, name in _columns(spec):
        other = first.setdefault(column, name)
        if other != name:
            yield Finding(
                f"values {quoted(other)} and {quoted(name)} both become {quoted(column)}",
                places[name],
                hint="rename one",
                notes=(Note(places[other], "the other one", on_key=True),),
                on_key=True,
            )


def _columns(spec: Spec) -> Iterator[tuple[str, str]]:
    """Yield each column of the mapping with its value: the plain one, and the one for JSON text."""
    values = spec.values
    for name in _value_places(spec):
        yield pascal(name), name
    differing = {name for name, by_rule in values.items() if len(set(by_rule.values())) > 1}
    plain = {pascal(name) for name in differing}
    for name in sorted(differing):
        escaped = f"{pascal(name)}Json"
        if escaped in plain and any(
            json.dumps(text)[1:-1] != text for text in values[name].values()
        ):
            yield escaped, name


def _value_places(spec: Spec) -> dict[str, Pointer]:
    """Return value name → the first place that sets it."""
    places: dict[str, Pointer] = {name: ("values", name) for name in spec.data.get("values", {})}
    for index, entry in enumerate(spec.data["branches"]):
        for name in entry.get("values", {}):
            places.setdefault(name, ("branches", index, "values", name))
    return places


def _mapping(spec: Spec) -> Iterator[Finding]:
    written = spec.data.get("template", {}).get("mappings", {})
    made = any(len(set(by_rule.values())) > 1 for by_rule in spec.values.values())
    if MAPPING in written and made:
        yield Finding(
            f"the mapping {quoted(MAPPING)} holds the values of the branch rules",
            ("template", "mappings", MAPPING),
            hint="rename this one",
            on_key=True,
        )


def _conditions(spec: Spec) -> Iterator[Finding]:
    written: Mapping[str, JSON] = spec.data.get("template", {}).get("conditions", {})
    rules = [rule.pascal for rule in spec.branch_rules]
    for name in written if len(rules) > 1 else ():
        if _reads_as_rules(name, rules, written):
            yield Finding(
                f"a condition {quoted(name)} is made for the branch rules",
                ("template", "conditions", name),
                hint="rename this one",
                on_key=True,
            )


def _reads_as_rules(name: str, rules: Sequence[str], written: Mapping[str, JSON]) -> bool:
    """Tell whether a name is made of `Is`, branch rules joined by `Or`, and `And` a condition."""
    ends: set[int] = set()
    starts = [len("Is")] if name.startswith("Is") else []
    while starts:
        start = starts.pop()
        for rule_name in rules:
            end = start + len(rule_name)
            if name.startswith(rule_name, start) and end not in ends:
                ends.add(end)
                starts += [end + len("Or")] if name.startswith("Or", end) else []
    return any(
        end == len(name) or (name.startswith("And", end) and name[end + len("And") :] in written)
        for end in ends
    )


RULES = (logical_name_clash,)
