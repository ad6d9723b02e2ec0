"""Rules about `${kind:name}`: its kind, its name, and where it may stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelinegen.actions.table import ACTIONS
from pipelinegen.leaves import Leaf, Leaves
from pipelinegen.names import kebab
from pipelinegen.rules._names import PSEUDO_PARAMETERS, fault_of, unknown_kind, values_of
from pipelinegen.rules._reads import namespaces
from pipelinegen.rules._rule import Finding, rule
from pipelinegen.rules._words import cut, instead, quoted
from pipelinegen.scope import KINDS
from pipelinegen.text import Ref, Text, Variable, unfinished

_SUBSTITUTED = frozenset({"Text", "ArtifactPath"})

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
_LIST_TYPE = re.compile(r"^CommaDelimitedList$|\bList<")

_BRANCH_NAME = Ref("branch", "name")
_HOLDS_BRANCH_NAME = frozenset(
    {
        "branch",
        "branch-name",
        "custom-data",
        "description",
        "env",
        "input",
        "parameter-overrides",
        "tags",
        "user-parameters",
        "variables",
    }
)
"""Keys whose text is only data, or is encoded before it becomes a part of something else."""

_SECTIONS = {
    "parameters": "param",
    "roles": "role",
    "topics": "topic",
    "projects": "project",
    "functions": "function",
}


@rule()
def reference_without_kind(leaves: Leaves) -> Iterator[Finding]:
    """A reference names its kind: `${value:size}`, never `${size}`.

    Values, parameters, roles and resources have namespaces of their own, so a bare name could mean
    several of them. Text that is to stay as it is needs `${!size}`.

    bad:
        - cfn-delete: {stack-name: "shop-${size}", role-arn: "${AWS::Partition}"}
    good:
        - cfn-delete: {stack-name: "shop-${!size}", role-arn: "${AWS::Partition}"}
    """
    for leaf in leaves:
        for ref in _refs(leaf):
            if not ref.kind:
                literal = f"for literal text ${{!{cut(ref.name)}}}"
                yield Finding(
                    f"{cut(ref)} names no kind",
                    leaf.at,
                    hint=f"write {_with_kind(ref.name, leaves)}; {literal}",
                )


@rule()
def unknown_reference(leaves: Leaves) -> Iterator[Finding]:
    """A reference must stand for something: its kind exists, and so does what it names.

    bad:
        - cfn-delete: {stack-name: "shop-${branch:slig}", role-arn: "${import:DeployRole}"}
    good:
        - cfn-delete: {stack-name: "shop-${branch:slug}", role-arn: "${import:DeployRole}"}
    """
    for leaf in leaves:
        for ref in _refs(leaf):
            if not ref.kind:
                continue
            fault = fault_of(ref, leaf, leaves) if ref.kind in KINDS else unknown_kind(ref)
            if fault is not None:
                yield Finding(f"{cut(ref)}: {fault.message}", leaf.at, hint=fault.hint)
        for kind, rest in _unfinished(leaf):
            if kind in KINDS and not _is_nested(rest):
                begun = rest.split()[0]
                yield Finding(
                    f"{cut(begun)} has no closing brace",
                    leaf.at,
                    hint=f"write {cut(begun)}}}",
                )
        yield from _undeclared_type(leaf, leaves)


@rule()
def list_parameter(leaves: Leaves) -> Iterator[Finding]:
    """A parameter whose type is a list is no text, and `${param:…}` stands for one text.

    CloudFormation refuses a list where it wants text, and a list inside a list. An expression takes
    one item out of it, or joins them.

    bad:
        parameters: {Zones: {type: CommaDelimitedList}}
        tags: {Zone: "${param:Zones}"}
    good:
        parameters: {Zones: {type: CommaDelimitedList}}
        template: {expressions: {Zone: {Fn::Select: [0, {Ref: Zones}]}}}
        tags: {Zone: "${expr:Zone}"}
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
    """
    parameters = leaves.spec.data.get("parameters", {})
    lists = {
        name
        for name, parameter in parameters.items()
        if _LIST_TYPE.search(parameter.get("type", ""))
    }
    for leaf in leaves:
        for ref in _refs(leaf):
            if ref.kind == "param" and ref.name in lists:
                yield Finding(
                    f"{cut(ref)} is a list, where text is wanted",
                    leaf.at,
                    hint="take one item with Fn::Select under template: expressions:",
                )


@rule()
def nested_reference(leaves: Leaves) -> Iterator[Finding]:
    """Values, patterns, cron expressions, names and descriptions are plain text, without `${…}`.

    What a reference stands for is never looked at again, and a reference never stands inside
    another. So a value cannot point at a parameter: read the parameter where it is needed.

    bad:
        values: {topic: "${param:Topic}"}
        parameters: {Topic: {}}
    good:
        values: {size: small}
        parameters: {Topic: {}}
    """
    for leaf in leaves:
        if leaf.type == "plain":
            yield from _in_plain_text(leaf, leaves)
        for kind, rest in _unfinished(leaf):
            if kind in KINDS and _is_nested(rest):
                yield Finding(
                    f"{cut(rest.split()[0])}: one reference cannot stand inside another",
                    leaf.at,
                    hint="set one value for each branch rule instead"
                    if kind == "value"
                    else "write out what the inner one stands for",
                )


@rule()
def unsafe_branch_text(leaves: Leaves) -> Iterator[Finding]:
    """The name of a branch is hostile data: `${branch:name}` stands only where text is plain data.

    These are `branch-name`, `env`, `custom-data`, `tags`, `description`, `parameter-overrides`,
    `user-parameters`, `input` and `variables`. Everywhere else use `${branch:slug}`, which holds
    lower-case letters, digits and dashes only.

    bad:
        - cfn-delete: {stack-name: "shop-${branch:name}", role-arn: "${import:DeployRole}"}
    good:
        - cfn-delete: {stack-name: "shop-${branch:slug}", role-arn: "${import:DeployRole}"}
    """
    for leaf in leaves:
        if _BRANCH_NAME in _refs(leaf) and not _holds_branch_name(leaf):
            yield Finding(
                f"a branch name may hold characters that {quoted(leaf.key)} cannot",
                leaf.at,
                hint="use ${branch:slug}",
            )


def _undeclared_type(leaf: Leaf, leaves: Leaves) -> Iterator[Finding]:
    """The type of a custom action is a name, not text with a reference in it."""
    row = ACTIONS.get(leaf.provider or "")
    if row is None or not row.declared_in or leaf.at != (*leaf.entry, row.key, "type"):
        return
    declared = leaves.spec.data.get(row.declared_in, {})
    if leaf.value not in declared:
        yield Finding(
            f"there is no custom action {quoted(leaf.value)}",
            leaf.at,
            hint=instead(leaf.value, declared, otherwise=f"declare it under {row.declared_in}:"),
        )


def _refs(leaf: Leaf) -> list[Ref]:
    """Return each reference of a text once."""
    if leaf.type not in _SUBSTITUTED or "${" not in leaf.value:
        return []
    return list(dict.fromkeys(Text.parse(leaf.value).refs))


def _unfinished(leaf: Leaf) -> Iterator[tuple[str, str]]:
    if leaf.type in _SUBSTITUTED and "${" in leaf.value:
        yield from unfinished(leaf.value)


def _is_nested(rest: str) -> bool:
    """Tell whether another opening brace comes before the closing one."""
    return "{" in rest[2:].partition("}")[0]


def _with_kind(name: str, leaves: Leaves) -> str:
    """Return how a bare name was probably meant."""
    meant = _named(name, leaves) or [Ref("value", name or "name"), Ref("param", name or "Name")]
    return " or ".join(cut(ref) for ref in meant)


def _named(name: str, leaves: Leaves) -> list[Ref]:
    """Return every reference that has this name and stands for something."""
    data = leaves.spec.data
    known = [
        Ref(kind, name) for section, kind in _SECTIONS.items() if name in data.get(section, {})
    ]
    if name in values_of(leaves.spec):
        known.insert(0, Ref("value", name))
    logical = name.partition(".")[0]
    if logical in data.get("template", {}).get("resources", {}):
        known.append(Ref("resource", name))
    if name in data.get("template", {}).get("expressions", {}):
        known.append(Ref("expr", name))
    if name in PSEUDO_PARAMETERS:
        known.append(Ref("AWS", name))
    if name in ("branch", "slug"):
        known.append(Ref("branch", "slug"))
    return known


def _in_plain_text(leaf: Leaf, leaves: Leaves) -> Iterator[Finding]:
    if "${" not in leaf.value and "#{" not in leaf.value:
        return
    parsed = Text.parse(leaf.value)
    found: list[Ref | Variable] = [ref for ref in parsed.refs if ref.kind in KINDS]
    is_value = leaf.key == "values"
    if is_value:
        known = namespaces(leaves)
        found += [ref for ref in parsed.refs if not ref.kind and _named(ref.name, leaves)]
        found += [variable for variable in parsed.variables if variable.namespace in known]
    for reference in dict.fromkeys(found):
        yield Finding(
            f"{'a value' if is_value else quoted(leaf.key)} is plain text; "
            f"it cannot hold {cut(reference)}",
            leaf.at,
            hint="write the reference where the value is read"
            if is_value
            else "write out what it stands for",
        )


def _holds_branch_name(leaf: Leaf) -> bool:
    """Tell whether a branch name may stand in a text; a raw key counts as the one it spells."""
    key = kebab(str(leaf.at[-1])) if leaf.key == "configuration" else leaf.key
    return key in _HOLDS_BRANCH_NAME


RULES = (
    reference_without_kind,
    unknown_reference,
    list_parameter,
    nested_reference,
    unsafe_branch_text,
)
