"""The names that each kind of reference may have, and what is wrong with any other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pipelinegen.diagnostics import nearest
from pipelinegen.leaves import Leaf, Leaves
from pipelinegen.model import Pipeline, Spec
from pipelinegen.resolve import lives
from pipelinegen.rules._words import cut, instead, joined, listed, quoted
from pipelinegen.scope import KINDS
from pipelinegen.store import home_store
from pipelinegen.text import Ref

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
PSEUDO_PARAMETERS = (
    "AccountId",
    "NoValue",
    "NotificationARNs",
    "Partition",
    "Region",
    "StackId",
    "StackName",
    "URLSuffix",
)

# https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
_SSM_NAME = re.compile(r"[A-Za-z0-9_./-]+")

_BRANCH = ("name", "rule", "slug")
_STORE = ("arn", "bucket", "key-arn")
_TARGET = ("account", "name", "region")
_SECTIONS = {"role": "roles", "topic": "topics", "project": "projects", "function": "functions"}
_BRANCH_PARAMETERS = {f"Branch{fact.capitalize()}": fact for fact in _BRANCH}
_NARROWED = ("schedules", "notifications", "grants", "custom-actions")
_MAIN = "Pipeline"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a reference, and what to write instead."""

    message: str
    hint: str | None = None


def fault_of(ref: Ref, leaf: Leaf, texts: Leaves) -> Fault | None:
    """Return why a reference of a known kind stands for nothing, None where it does not."""
    if not ref.name:
        return Fault("it names nothing", _FORMS.get(ref.kind))
    return _CHECKS[ref.kind](ref, leaf, texts)


def unknown_kind(ref: Ref) -> Fault:
    """Return what to say of a reference whose kind does not exist."""
    kind, name = ref.kind.strip(), ref.name.strip()
    if kind in KINDS:
        return Fault("spaces do not belong there", f"write {cut(Ref(kind, name))}")
    meant = nearest(kind, KINDS)
    name = (nearest(name, _BRANCH) if meant == "branch" else None) or name
    literal = f"for literal text ${{!{cut(f'{ref.kind}:{ref.name}')}}}"
    return Fault(
        f"{quoted(kind)} is no kind of reference",
        f"did you mean {cut(Ref(meant, name))}?"
        if meant
        else f"kinds are {listed(sorted(KINDS))}; {literal}",
    )


def values_of(spec: Spec) -> set[str]:
    """Return the names of all values that a branch rule or the spec itself sets."""
    return {name for branch_rule in spec.branch_rules for name in branch_rule.values}


def targets_around(leaf: Leaf, texts: Leaves) -> tuple[str, ...] | None:
    """Return the declared targets that a text is copied for, None outside of `each` and targets."""
    declared = texts.spec.data.get("targets", {})
    if leaf.at[0] == "targets":
        return (str(leaf.at[1]),) if leaf.key == "role-arn" else None
    if not leaf.entry:
        return None
    each = texts.node(leaf.entry).get("each")
    return None if each is None else tuple(name for name in each if name in declared)


def _declared(ref: Ref, names: Iterable[str], section: str, what: str) -> Fault | None:
    known = set(names)
    if ref.name in known:
        return None
    hint = instead(ref.name, known, otherwise=f"declare it under {section}:")
    return Fault(f"there is no {what} {quoted(ref.name)}", hint)


def _in_section(ref: Ref, leaf: Leaf, texts: Leaves) -> Fault | None:
    section = _SECTIONS[ref.kind]
    return _declared(ref, texts.spec.data.get(section, {}), section, ref.kind)


def _one_of(names: tuple[str, ...], what: str) -> Callable[[Ref, Leaf, Leaves], Fault | None]:
    def check(ref: Ref, leaf: Leaf, texts: Leaves) -> Fault | None:
        if ref.name in names:
            return None
        forms = listed([str(Ref(ref.kind, name)) for name in names])
        meant = nearest(ref.name, names)
        return Fault(
            f"{what} has no {quoted(ref.name)}",
            f"did you mean {Ref(ref.kind, meant)}?" if meant else f"expected one of: {forms}",
        )

    return check


_TARGET_FACT = _one_of(_TARGET, "a target")
_STORE_PART = _one_of(_STORE, "the artifact store")


def _parameter(ref: Ref, leaf: Leaf, texts: Leaves) -> Fault | None:
    if ref.name in _BRANCH_PARAMETERS:
        hint = f"write {Ref('branch', _BRANCH_PARAMETERS[ref.name])}"
        return Fault(f"{quoted(ref.name)} is a parameter of the tool", hint)
    return _declared(ref, texts.spec.data.get("parameters", {}), "parameters", "parameter")


def _value(ref: Ref, leaf: Leaf, texts: Leaves) -> Fault | None:
    targets = texts.spec.data.get("targets", {})
    around = targets_around(leaf, texts)
    if any(ref.name in branch_rule.values for branch_rule in texts.spec.branch_rules) or any(
        ref.name in targets[target].get("values", {}) for target in around or ()
    ):
        return None
    having = [name for name, target in targets.items() if ref.name in target.get("values", {})]
    if having:
        where = (
            f"only targets {joined(having)} set it"
            if len(having) > 1
            else f"only target {quoted(having[0])} sets it"
        )
        hint = "set it there too" if around else "it can be read inside each: only"
        return Fault(f"there is no value {quoted(ref.name)} here: {where}", hint)
    known = values_of(texts.spec)
    return Fault(
        f"there is no value {quoted(ref.name)}",
        instead(ref.name, known, otherwise="set it under the top-level values:"),
    )


def _target(ref: Ref, leaf: Leaf, texts: Leaves) -> Fault | None:
    around = targets_around(leaf, texts)
    if around is None:
        return Fault("there is no target here", "give the action each: with names of targets")
    if ref.name not in _TARGET:
        return _TARGET_FACT(ref, leaf, texts)
    targets = texts.spec.data.get("targets", {})
    lacking = [name for name in around if ref.name != "name" and ref.name not in targets[name]]
    if not lacking:
        return None
    plural = "s" if len(lacking) > 1 else ""
    verb = "have" if plural else "has"
    return Fault(
        f"target{plural} {joined(lacking)} {verb} no {ref.name}", f"add {ref.name}: under targets:"
    )


def _store(ref: Ref, leaf: Leaf, texts: Leaves) -> Fault | None:
    fault = _STORE_PART(ref, leaf, texts)
    if fault is None and leaf.at in (
        ("artifact-store", "bucket"),
        ("artifact-store", "kms-key-arn"),
    ):
        fault = Fault("the artifact store cannot be told by itself", "name an existing one")
    if fault is not None or ref.name != "key-arn":
        return fault
    pipeline = next(iter(texts.pipelines.values()))
    if home_store(pipeline).key_arn is not None:
        return None
    hint = "add artifact-store: {create-kms-key: true}, or kms-key-arn: of an existing key"
    return Fault("the artifact store has no key of its own", hint)


def _ssm(ref: Ref, leaf: Leaf, texts: Leaves) -> Fault | None:
    if _SSM_NAME.fullmatch(ref.name):
        return None
    return Fault(
        f"{quoted(ref.name)} cannot be the name of an SSM parameter",
        "names hold letters, digits and . _ / -",
    )


def _expression(ref: Ref, leaf: Leaf, texts: Leaves) -> Fault | None:
    declared = texts.spec.data.get("template", {}).get("expressions", {})
    return _declared(ref, declared, "template: expressions", "expression")


def _resource(ref: Ref, leaf: Leaf, texts: Leaves) -> Fault | None:
    logical, dot, attribute = ref.name.partition(".")
    own = set(texts.spec.data.get("template", {}).get("resources", {}))
    if dot and not attribute:
        return Fault("no attribute follows the dot", f"write {Ref('resource', logical)}")
    if logical in own:
        return None
    made = {pipeline.rule.name: generated_ids(pipeline) for pipeline in texts.pipelines.values()}
    known = own.union(*made.values())
    if logical not in known:
        meant = nearest(logical, known)
        hint = (
            f"did you mean {quoted(meant)}?" if meant else "declare it under template: resources:"
        )
        return Fault(f"there is no resource {quoted(logical)} in the template", hint)
    lacking = [
        pipeline.rule.name
        for pipeline in texts.pipelines.values()
        if logical not in made[pipeline.rule.name] and _is_read(leaf, texts, pipeline)
    ]
    if not lacking:
        return None
    plural = "s" if len(lacking) > 1 else ""
    return Fault(
        f"resource {quoted(logical)} is not made on branch rule{plural} {listed(lacking)}",
        "read it only where it is made: add only:",
    )


def generated_ids(pipeline: Pipeline) -> set[str]:
    """Return the logical ids that a branch rule's stack makes, raw resources left out."""
    from pipelinegen.resources.site import site  # needed for `${resource:…}` alone
    from pipelinegen.roles import generated

    return {_MAIN, *(item.logical_id for item in generated(site(pipeline)))}


def _is_read(leaf: Leaf, texts: Leaves, pipeline: Pipeline) -> bool:
    """Tell whether the node that holds a text lives on a branch rule."""
    if leaf.entry:
        here = {action.origin for action in pipeline.actions}
        stages = {stage.origin for stage in pipeline.stages}
        return leaf.entry in here or ("rules" in leaf.entry and leaf.entry[:2] in stages)
    section = leaf.at[0]
    kind = next((kind for kind, name in _SECTIONS.items() if name == section), None)
    if kind is not None:
        return (kind, leaf.at[1]) in pipeline.references
    return section not in _NARROWED or lives(texts.node(leaf.at[:2]), pipeline.rule)


def _anything(ref: Ref, leaf: Leaf, texts: Leaves) -> Fault | None:
    return None


_CHECKS: Mapping[str, Callable[[Ref, Leaf, Leaves], Fault | None]] = {
    "AWS": _one_of(PSEUDO_PARAMETERS, "AWS"),
    "branch": _one_of(_BRANCH, "a branch"),
    "value": _value,
    "param": _parameter,
    **dict.fromkeys(_SECTIONS, _in_section),
    "store": _store,
    "target": _target,
    "import": _anything,
    "ssm": _ssm,
    "secret": _anything,
    "resource": _resource,
    "expr": _expression,
}

_FORMS = {
    "import": "write ${import:Name} with the name of an export",
    "ssm": "write ${ssm:/path} with the name of an SSM parameter",
    "secret": "write ${secret:name:key}",
}
