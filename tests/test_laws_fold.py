"""Laws of fold and specialise, on generated families of templates."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelinegen.fold import fold
from pipelinegen.intrinsics import (
    canonical,
    is_intrinsic,
    substitution_parts,
    substitution_text,
)
from pipelinegen.specialise import specialise

LAW = settings(
    max_examples=100,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
LESSER_LAW = settings(LAW, max_examples=30)

NAMES = {
    "main": "Main",
    "develop": "Develop",
    "feature": "Feature",
    "main-or-develop": "MainOrDevelop",
}

NONE = {"Ref": "AWS::NoValue"}
CONDITIONS = {
    "Free": {"Fn::Equals": [{"Ref": "Size"}, "large"]},
    "OnMain": {"Fn::Equals": [{"Ref": "BranchRule"}, "main"]},
    "NotOnMain": {"Fn::Not": [{"Condition": "OnMain"}]},
    "FreeOnMain": {"Fn::And": [{"Condition": "OnMain"}, {"Condition": "Free"}]},
    "FreeOrMain": {"Fn::Or": [{"Condition": "Free"}, {"Condition": "OnMain"}]},
    "SecondName": {"Condition": "Free"},
    "Looked": {
        "Fn::Equals": [{"Fn::FindInMap": ["BranchRules", {"Ref": "BranchRule"}, "Size"]}, True]
    },
}
SHARED = {
    "Parameters": {"BranchRule": {"Type": "String"}, "Size": {"Type": "String"}},
    "Mappings": {
        "BranchRules": {
            rule: {"Size": size} for rule, size in zip(NAMES, ("true", 1, [], "a"), strict=True)
        },
        "Sizes": {"large": {"Size": "${Size}"}, "small": {"Size": ["$", "{"]}},
    },
    "Rules": {
        "Allowed": {
            "RuleCondition": {"Fn::Equals": [{"Ref": "BranchRule"}, "main"]},
            "Assertions": [
                {"Assert": {"Fn::Equals": [{"Ref": "Size"}, "large"]}},
                {"Assert": {"Fn::Equals": [{"Ref": "BranchRule"}, "main"]}},
            ],
        }
    },
}

parameters = st.sampled_from(["BranchRule", "Size", "AWS::Region", "AWS::NoValue", "R0"])
texts = st.sampled_from(["a", "b", "main", "large", "${Size}", "$", "{Size}", "${", "${!Size}", ""])
scalars = texts | st.sampled_from([0, 1, 1.5, True, False, None])
sub_texts = st.lists(
    st.sampled_from(
        [
            "${BranchRule}",
            "${Size}",
            "${V}",
            "${R0.Arn}",
            "${!V}",
            "$",
            "{V}",
            "${",
            "}",
            "x",
            "${V.W}",
        ]
    ),
    max_size=5,
).map("".join)


def intrinsics(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """One key that CloudFormation computes, with arguments of any kind, also senseless ones."""
    conditions = st.sampled_from(sorted(CONDITIONS))
    keys = parameters.map(lambda name: {"Ref": name}) | texts
    return st.one_of(
        parameters.map(lambda name: {"Ref": name}),
        sub_texts.map(lambda text: {"Fn::Sub": text}),
        st.tuples(
            sub_texts, st.dictionaries(st.sampled_from(["V", "Size", "Ref"]), values, max_size=2)
        ).map(lambda pair: {"Fn::Sub": list(pair)}),
        st.tuples(conditions, values, values).map(lambda each: {"Fn::If": list(each)}),
        st.tuples(st.sampled_from(["BranchRules", "Sizes"]), keys, st.just("Size")).map(
            lambda each: {"Fn::FindInMap": list(each)}
        ),
        st.lists(values, max_size=2).map(lambda each: {"Fn::Join": [",", each]}),
        values.map(lambda each: {"Fn::Base64": each}),
        values.map(lambda each: {"Condition": each}),
    )


def containers(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Maps and lists whose items have colliding names, no name, or a name that is no text."""
    keys = st.sampled_from(["a", "b", "c", "Ref", "Condition", "Fn::Sub"])
    maps = st.dictionaries(keys, values, max_size=3)
    named = st.builds(
        lambda key, name, rest: {key: name, **rest},
        st.sampled_from(["Name", "Sid"]),
        st.sampled_from(["x", "y", "z", "w", 1, {"Ref": "BranchRule"}]),
        st.dictionaries(st.sampled_from(["a", "b"]), values, max_size=2),
    )
    return st.one_of(
        maps, st.lists(values, max_size=4), st.lists(named | values, max_size=5), intrinsics(values)
    )


values = st.recursive(scalars, containers, max_leaves=6)


def alike(draw: st.DrawFn, rules: list[str], depth: int) -> dict[str, Any]:
    """One value for each rule: the same, alike down to some depth, or different throughout."""
    kinds = ["same", "apart", "map", "map", "list", "list"]
    kind = draw(st.sampled_from(kinds if depth else kinds[:2]))
    if kind == "same":
        return dict.fromkeys(rules, draw(values))
    if kind == "apart":
        choices = st.sampled_from(draw(st.lists(values, min_size=2, max_size=3)))
        return {rule: draw(choices) for rule in rules}
    parts = [
        {rule: part for rule, part in alike(draw, rules, depth - 1).items() if rule in live}
        for live in draw(st.lists(st.sets(st.sampled_from(rules)), max_size=4))
    ]
    if kind == "map":
        keys = draw(st.permutations(["a", "b", "Name", "Ref"]))
        return {
            rule: {key: part[rule] for key, part in zip(keys, parts, strict=False) if rule in part}
            for rule in rules
        }
    lists: dict[str, Any] = {rule: [part[rule] for part in parts if rule in part] for rule in rules}
    if draw(st.booleans()):
        lists = {
            rule: [
                {"Name": f"n{index}", "v": part[rule]}
                for index, part in enumerate(parts)
                if rule in part
            ]
            for rule in rules
        }
    if draw(st.integers(0, 4)) == 0:
        rule = draw(st.sampled_from(rules))
        lists[rule] = lists[rule][::-1] + draw(st.sampled_from([[], lists[rule][:1]]))
    return lists


@st.composite
def families(draw: st.DrawFn) -> dict[str, Any]:
    """One to four rules, each with its template; what takes no condition is the same in all."""
    rules = draw(st.permutations(list(NAMES)))[: draw(st.integers(1, 4))]
    subsets = st.sets(st.sampled_from(rules))
    live = {name: draw(st.just(set(rules)) | subsets) for name in ("R0", "R1", "R2", "O0", "O1")}
    family: dict[str, Any] = {
        rule: {**SHARED, "Conditions": CONDITIONS, "Resources": {}} for rule in rules
    }
    for rule in draw(subsets):
        family[rule]["Outputs"] = {}
    for name, live_on in live.items():
        fixed: dict[str, Any] = {"Type": "T"}
        if draw(st.integers(0, 3)) == 0:
            fixed["Condition"] = draw(st.sampled_from(sorted(CONDITIONS)))
        section, attributes = ("Resources", ["Properties", "Metadata"])
        if name.startswith("O"):
            section, attributes = ("Outputs", ["Value"])
        wherever = [each for each in ("R0", "R1", "Gone") if live_on <= live.get(each, live_on)]
        if name == "R2" and wherever and draw(st.booleans()):
            fixed["DependsOn"] = draw(st.sampled_from([wherever, wherever[0]]))
        bodies: dict[str, Any] = {rule: dict(fixed) for rule in rules if rule in live_on}
        for attribute in attributes:
            for rule, value in alike(draw, rules, 3).items() if bodies else ():
                absent = attribute != "Value" and draw(st.integers(0, 3)) == 0
                if rule in bodies and not absent:
                    bodies[rule][attribute] = value
        for rule, body in bodies.items():
            family[rule].setdefault(section, {})[name] = body
    return family


def shuffled(node: Any, seed: random.Random) -> Any:
    """The same JSON with the keys of every map in another order."""
    if isinstance(node, list):
        return [shuffled(item, seed) for item in node]
    if isinstance(node, dict):
        keys = seed.sample(list(node), len(node))
        return {key: shuffled(node[key], seed) for key in keys}
    return node


def maps_in(node: Any) -> Iterator[dict[str, Any]]:
    """Every map in a value, the value itself included."""
    if isinstance(node, dict):
        yield node
    for child in (
        node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    ):
        yield from maps_in(child)


@LAW
@given(families())
def test_one_template_is_each_of_them(family: dict[str, Any]) -> None:
    """Specialised for a rule, the folded template is what that rule's own one specialises to."""
    folded = fold(family, names=NAMES)
    for rule, template in family.items():
        bindings = {"BranchRule": rule}
        for drop_unused in (False, True):
            assert canonical(specialise(folded, bindings, drop_unused=drop_unused)) == canonical(
                specialise(template, bindings, drop_unused=drop_unused)
            )


named = [{"Name": "x"}, {"Name": "x", "k": 1}, {"Name": "y", "k": 1}, {"Sid": "x", "k": ["x"]}]
items = st.sampled_from(["x", "y", "z", 1, True, NONE, {"Fn::If": ["Free", "x", NONE]}, *named])


@LAW
@given(st.dictionaries(st.sampled_from(list(NAMES)), st.lists(items, max_size=4), min_size=2))
def test_lists_keep_order_and_repetition(lists: dict[str, list[Any]]) -> None:
    """The same for lists of few items: repeated ones, ones of one name, orders that contradict."""
    family = {
        rule: {
            "Conditions": CONDITIONS,
            "Resources": {"R": {"Type": "T", "Properties": {"P": each}}},
        }
        for rule, each in lists.items()
    }
    folded = fold(family, names=NAMES)
    for rule, template in family.items():
        assert canonical(specialise(folded, {"BranchRule": rule})) == canonical(
            specialise(template, {"BranchRule": rule})
        )


@LESSER_LAW
@given(families())
def test_equal_templates_fold_to_themselves(family: dict[str, Any]) -> None:
    """The same template for every rule comes back without a condition; so does the only one."""
    for template in family.values():
        assert canonical(fold(dict.fromkeys(family, template), names=NAMES)) == canonical(template)
        assert canonical(fold({"main": template}, names=NAMES)) == canonical(template)


@LESSER_LAW
@given(families(), st.integers(0, 1000))
def test_order_of_keys_changes_nothing(family: dict[str, Any], seed: int) -> None:
    """Templates that differ in the order of keys only fold and specialise to the same JSON."""
    other = {rule: shuffled(template, random.Random(seed)) for rule, template in family.items()}
    folded = fold(family, names=NAMES)
    assert canonical(fold(other, names=NAMES)) == canonical(folded)
    assert canonical(specialise(shuffled(folded, random.Random(seed)), {"BranchRule": "main"})) == (
        canonical(specialise(folded, {"BranchRule": "main"}))
    )


@LESSER_LAW
@given(families())
def test_conditions_are_used_and_defined(family: dict[str, Any]) -> None:
    """Fold emits no condition that nothing uses, and names none that is not there."""
    folded = fold(family, names=NAMES)
    named = [
        content if isinstance(content, str) else content[0]
        for each in maps_in([folded["Conditions"], folded["Resources"], folded.get("Outputs")])
        for key, content in each.items()
        if (key == "Fn::If" or key == "Condition")
        and content
        and (isinstance(content, (str, list)))
    ]
    emitted = folded["Conditions"].keys() - CONDITIONS.keys()
    assert emitted <= {name for name in named if isinstance(name, str)}
    ours = {name for name in named if isinstance(name, str) and name.startswith("Is")}
    assert ours <= emitted


@LESSER_LAW
@given(families())
def test_nothing_is_written_inside_an_intrinsic(family: dict[str, Any]) -> None:
    """Every intrinsic of the folded template was written so, or is a choice between rules."""
    written = {canonical(each) for each in maps_in(list(family.values())) if is_intrinsic(each)}
    folded = fold(family, names=NAMES)
    emitted = folded["Conditions"].keys() - CONDITIONS.keys()
    for each in maps_in([folded["Resources"], folded.get("Outputs")]):
        if is_intrinsic(each) and not (each.keys() == {"Fn::If"} and each["Fn::If"][0] in emitted):
            assert canonical(each) in written | {'{"Ref":"AWS::NoValue"}'}


@LESSER_LAW
@given(families(), st.booleans())
def test_specialising_twice_is_specialising_once(family: dict[str, Any], drop_unused: bool) -> None:
    """What is specialised has nothing left to decide."""
    for rule, template in family.items():
        once = specialise(template, {"BranchRule": rule}, drop_unused=drop_unused)
        assert canonical(specialise(once, {"BranchRule": rule}, drop_unused=drop_unused)) == (
            canonical(once)
        )


@LESSER_LAW
@given(families(), st.sampled_from(["large", "main", "${Size}", "$", "{V}", "}"]))
def test_parameters_may_be_bound_one_after_the_other(family: dict[str, Any], size: str) -> None:
    """Two bindings decide together what they decide one by one, in either order."""
    for rule, template in family.items():
        rule_first = specialise(specialise(template, {"BranchRule": rule}), {"Size": size})
        size_first = specialise(specialise(template, {"Size": size}), {"BranchRule": rule})
        both = canonical(specialise(template, {"Size": size, "BranchRule": rule}))
        assert canonical(rule_first) == both
        assert canonical(size_first) == both


@LESSER_LAW
@given(families())
def test_the_arguments_stay_as_they_are(family: dict[str, Any]) -> None:
    """Neither function writes into what it is given."""
    before = canonical(family)
    folded = fold(family, names=NAMES)
    once = canonical(folded)
    specialise(folded, {"BranchRule": "main"}, drop_unused=True)
    assert (canonical(family), canonical(folded)) == (before, once)


@LESSER_LAW
@given(sub_texts)
def test_text_of_sub_survives_its_parts(text: str) -> None:
    """Split and written again, a text of Fn::Sub has the same parts."""
    parts = [part for part in substitution_parts(text) if part != ""]
    assert [part for part in substitution_parts(substitution_text(parts)) if part != ""] == parts
