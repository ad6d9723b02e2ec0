"""The templates of all branch rules to the one template with conditions.

The inverse is `specialise`: for every branch rule it gives back what that rule's template
specialises to. Nothing is ever written inside an intrinsic, and where CloudFormation takes none the
rules must agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TypeAlias

from pipelinegen.branch_conditions import BranchConditions
from pipelinegen.errors import InternalError
from pipelinegen.intrinsics import (
    EMPTY_WHEN_ABSENT,
    JSON,
    canonical,
    is_function_name,
    is_intrinsic,
    no_value,
)

Path: TypeAlias = tuple[str, ...]

_MAY_LIVE_ON_SOME_RULES = ("Resources", "Outputs")
_TAKES_INTRINSICS = EMPTY_WHEN_ABSENT | {"Value", "Export"}


def fold(
    templates: Mapping[str, JSON], *, names: Mapping[str, str], parameter: str = "BranchRule"
) -> JSON:
    """Return the one template that is, for each branch rule, that rule's template.

    `templates` maps rule ids to templates, in the order of the branch rules; `names` maps rule ids
    to the Pascal names that conditions are made of; `parameter` is the template parameter that
    holds the rule id. The result shares values with the argument.

    Raises InternalError where rules differ and CloudFormation takes no condition, where a condition
    has the name of one that a template brought along, and where a `DependsOn` names a resource that
    does not live wherever its owner lives.
    """
    _check_dependencies(templates)
    brought = {name for template in templates.values() for name in template.get("Conditions", {})}
    conditions = BranchConditions(names, templates, parameter, brought)
    folded = {
        section: _entries(
            section, {rule: each.get(section, {}) for rule, each in templates.items()}, conditions
        )
        if section in _MAY_LIVE_ON_SOME_RULES
        else _agreed(section, templates, ())
        for section in _keys(templates.values())
    }
    if conditions.used:
        folded["Conditions"] = folded.get("Conditions", {}) | dict(sorted(conditions.used.items()))
    return folded


def _entries(section: str, maps: Mapping[str, JSON], conditions: BranchConditions) -> JSON:
    """Fold resources or outputs: what lives on some rules only gets a `Condition`."""
    entries = {}
    for name in _keys(maps.values()):
        bodies = {rule: entry[name] for rule, entry in maps.items() if name in entry}
        if is_function_name(name) or not all(isinstance(body, dict) for body in bodies.values()):
            entries[name] = _agreed(name, maps, (section,))
        else:
            entries[name] = _entry(bodies, (section, name), conditions)
    return entries


def _entry(bodies: Mapping[str, JSON], path: Path, conditions: BranchConditions) -> JSON:
    entry = {}
    for attribute in _keys(bodies.values()):
        values = {
            rule: body.get(attribute, {})
            for rule, body in bodies.items()
            if attribute in body or attribute in EMPTY_WHEN_ABSENT
        }
        if attribute in _TAKES_INTRINSICS and len(values) == len(bodies):
            entry[attribute] = _value(values, conditions)
        else:
            entry[attribute] = _agreed(attribute, bodies, path)
    if len(bodies) == len(conditions.rules):
        return entry
    if "Condition" in entry:
        return entry | {"Condition": conditions.narrowed(bodies, entry["Condition"])}
    return entry | {"Condition": conditions.holding_on(bodies)}


def _value(values: Mapping[str, JSON], conditions: BranchConditions) -> JSON:
    """Fold the values that one place has on the rules live there."""
    alike: dict[str, list[str]] = {}
    for rule, value in values.items():
        alike.setdefault(canonical(value), []).append(rule)
    *others, last = alike.values()
    if not others:
        return values[last[0]]
    if all(map(_is_plain_map, values.values())):
        return {key: _part(key, values, conditions) for key in _keys(values.values())}
    if all(isinstance(value, list) for value in values.values()):
        items = {rule: {_identity(item): item for item in value} for rule, value in values.items()}
        repeated = any(len(items[rule]) < len(values[rule]) for rule in values)
        order = None if repeated else _common_order([list(each) for each in items.values()])
        if order is not None:
            return [_part(identity, items, conditions) for identity in order]
    folded = values[last[0]]
    for rules in reversed(others):
        folded = {"Fn::If": [conditions.holding_on(rules), values[rules[0]], folded]}
    return folded


def _is_plain_map(value: JSON) -> bool:
    """Tell whether a map may be written into; `Fn::Transform` may also stand beside other keys."""
    if not isinstance(value, dict) or is_intrinsic(value):
        return False
    return not any(key.startswith("Fn::") for key in value)


def _part(key: str, wholes: Mapping[str, Mapping[str, JSON]], conditions: BranchConditions) -> JSON:
    """Fold what the wholes have under one key, or under one identity."""
    values = {rule: whole[key] for rule, whole in wholes.items() if key in whole}
    folded = _value(values, conditions)
    if len(values) == len(wholes):
        return folded
    return {"Fn::If": [conditions.holding_on(values), folded, no_value()]}


def _identity(item: JSON) -> str:
    """Return what makes an item the same one on two rules: its name if it has one, else all."""
    if isinstance(item, dict):
        for key in ("Name", "Sid", "PolicyName"):
            if isinstance(item.get(key), str):
                return f"{key} {item[key]}"
    return canonical(item)


def _common_order(orders: Sequence[Sequence[str]]) -> list[str] | None:
    """Return all identities in an order that agrees with each given one; None if they contradict.

    Filled from the end, where an earlier list has the first choice: what a later list alone has
    stands where it leaves the earlier one, before what the earlier one goes on with.
    """
    followers: dict[str, set[str]] = {identity: set() for order in orders for identity in order}
    for order in orders:
        for identity, follower in pairwise(order):
            followers[identity].add(follower)
    backwards: list[str] = []
    while followers:
        last = next((each for each in followers if not followers[each] & followers.keys()), None)
        if last is None:
            return None
        backwards.append(last)
        del followers[last]
    return backwards[::-1]


def _agreed(key: str, bodies: Mapping[str, JSON], path: Path) -> JSON:
    """Return what all bodies have under `key`, where CloudFormation takes no intrinsic."""
    (first, sample), *others = bodies.items()
    for rule, body in others:
        if not _is_same_under(key, sample, body):
            place = ".".join((*path, *_difference(_only(key, sample), _only(key, body))))
            raise InternalError(
                f"'{place}' takes no condition, but the branch rules '{first}' and '{rule}' do not "
                "agree on it"
            )
    return sample[key]


def _difference(left: JSON, right: JSON) -> Path:
    """Return the path to the first place where two different values differ."""
    if not (isinstance(left, dict) and isinstance(right, dict)):
        return ()
    key = next(key for key in _keys([left, right]) if not _is_same_under(key, left, right))
    if key in left and key in right:
        return (key, *_difference(left[key], right[key]))
    return (key,)


def _is_same_under(key: str, left: JSON, right: JSON) -> bool:
    return canonical(_only(key, left)) == canonical(_only(key, right))


def _only(key: str, whole: Mapping[str, JSON]) -> JSON:
    return {key: whole[key]} if key in whole else {}


def _check_dependencies(templates: Mapping[str, JSON]) -> None:
    """Refuse an order that only some rules need: `DependsOn` takes no condition, cfn-lint E3005."""
    somewhere = _keys(template.get("Resources", {}) for template in templates.values())
    for rule, template in templates.items():
        resources = template.get("Resources", {})
        for owner, body in resources.items():
            needed = body.get("DependsOn", []) if isinstance(body, dict) else []
            for name in [needed] if isinstance(needed, str) else needed:
                if name in somewhere and name not in resources:
                    raise InternalError(
                        f"'Resources.{owner}.DependsOn' names '{name}', which does not live on the "
                        f"branch rule '{rule}'"
                    )


def _keys(maps: Iterable[Mapping[str, JSON]]) -> list[str]:
    """Return the keys of all maps, in order of first appearance."""
    return list(dict.fromkeys(key for each in maps for key in each))
