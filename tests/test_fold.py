"""Fold by example: what is written once, what gets a condition, and what may not differ."""

from __future__ import annotations

from typing import Any

import pytest

from pipelinegen.errors import InternalError
from pipelinegen.fold import fold
from pipelinegen.names import pascal

NONE = {"Ref": "AWS::NoValue"}


def is_rule(rule: str) -> dict[str, Any]:
    return {"Fn::Equals": [{"Ref": "BranchRule"}, rule]}


def any_of(*conditions: str) -> dict[str, Any]:
    return {"Fn::Or": [{"Condition": name} for name in conditions]}


def folded(templates: dict[str, Any]) -> Any:
    return fold(templates, names={rule: pascal(rule) for rule in templates})


def folded_values(*values: Any) -> Any:
    """Fold one property with a value for each of the rules a, b, c; `...` means absent."""
    rules = "abcdef"[: len(values)]
    template = folded(
        {
            rule: {
                "Resources": {
                    "R": {"Type": "T", "Properties": {} if value is ... else {"P": value}}
                }
            }
            for rule, value in zip(rules, values, strict=True)
        }
    )
    return template["Resources"]["R"]["Properties"].get("P", ...)


def disagreement(path: str, rule: str) -> str:
    return f"'{path}' takes no condition, but the branch rules 'a' and '{rule}' do not agree on it"


def resources(**bodies: Any) -> Any:
    return {"Resources": {name: {"Type": "T", **body} for name, body in bodies.items()}}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param(["x", "x"], "x", id="equal values are written once"),
        pytest.param(
            [{"k": 1, "m": [2]}] * 3, {"k": 1, "m": [2]}, id="equal maps are written once"
        ),
        pytest.param(
            [{"Fn::X": {"k": 1, "m": 2}}, {"Fn::X": {"m": 2, "k": 1}}],
            {"Fn::X": {"k": 1, "m": 2}},
            id="the order of keys is no difference",
        ),
        pytest.param([..., ...], ..., id="what no rule has is not there"),
        pytest.param([..., "x"], {"Fn::If": ["IsB", "x", NONE]}, id="what the first rule lacks"),
        pytest.param(
            ["x", ..., "x"], {"Fn::If": ["IsAOrC", "x", NONE]}, id="what some rules have alike"
        ),
        pytest.param(
            ["x", ..., "y"],
            {"Fn::If": ["IsAOrC", {"Fn::If": ["IsA", "x", "y"]}, NONE]},
            id="what some rules have, with differences",
        ),
        pytest.param(["x", "y"], {"Fn::If": ["IsA", "x", "y"]}, id="two texts"),
        pytest.param(
            ["x", "y", "x", "z"],
            {"Fn::If": ["IsAOrC", "x", {"Fn::If": ["IsB", "y", "z"]}]},
            id="equal values are grouped, in the order of the rules",
        ),
        pytest.param([1, True], {"Fn::If": ["IsA", 1, True]}, id="1 is not true"),
        pytest.param([0, False], {"Fn::If": ["IsA", 0, False]}, id="0 is not false"),
        pytest.param([1, "1"], {"Fn::If": ["IsA", 1, "1"]}, id="1 is not '1'"),
        pytest.param(
            [[], ...], {"Fn::If": ["IsA", [], NONE]}, id="an empty list is not an absent key"
        ),
        pytest.param(
            [{}, ...], {"Fn::If": ["IsA", {}, NONE]}, id="an empty map is not an absent key"
        ),
        pytest.param(
            [{"k": 1, "m": 2}, {"k": 1, "n": 3}],
            {"k": 1, "m": {"Fn::If": ["IsA", 2, NONE]}, "n": {"Fn::If": ["IsB", 3, NONE]}},
            id="maps are folded key by key",
        ),
        pytest.param(
            [{"k": {"m": 1}}, {"k": {"m": 2}}, {}],
            {"k": {"Fn::If": ["IsAOrB", {"m": {"Fn::If": ["IsA", 1, 2]}}, NONE]}},
            id="inside a condition only its rules are told apart",
        ),
        pytest.param(
            [{"Ref": "X"}, {"Ref": "Y"}],
            {"Fn::If": ["IsA", {"Ref": "X"}, {"Ref": "Y"}]},
            id="an intrinsic is one value",
        ),
        pytest.param(
            [{"Fn::Join": ["", ["x"]]}, {"Fn::Join": ["", ["x", "y"]]}],
            {"Fn::If": ["IsA", {"Fn::Join": ["", ["x"]]}, {"Fn::Join": ["", ["x", "y"]]}]},
            id="nothing is written inside an intrinsic",
        ),
        pytest.param(
            [{"Fn::Transform": {"k": 1}, "m": 1}, {"Fn::Transform": {"k": 2}, "m": 1}],
            {
                "Fn::If": [
                    "IsA",
                    {"Fn::Transform": {"k": 1}, "m": 1},
                    {"Fn::Transform": {"k": 2}, "m": 1},
                ]
            },
            id="a macro beside other keys is left whole",
        ),
        pytest.param(
            [
                {"Effect": "Allow", "Condition": {"Bool": {"x": "true"}}},
                {"Effect": "Allow", "Condition": {"Bool": {"x": "false"}}},
            ],
            {
                "Effect": "Allow",
                "Condition": {"Bool": {"x": {"Fn::If": ["IsA", "true", "false"]}}},
            },
            id="the Condition of an IAM statement is an ordinary key",
        ),
        pytest.param(
            [{"k": 1}, [1]], {"Fn::If": ["IsA", {"k": 1}, [1]]}, id="a map here and a list there"
        ),
    ],
)
def test_values(values: list[Any], expected: Any) -> None:
    assert folded_values(*values) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param(
            [["x", "y"], ["y", "z"]],
            [{"Fn::If": ["IsA", "x", NONE]}, "y", {"Fn::If": ["IsB", "z", NONE]}],
            id="texts are aligned by themselves",
        ),
        pytest.param(
            [[], ["x"]], [{"Fn::If": ["IsB", "x", NONE]}], id="an empty list stays a list"
        ),
        pytest.param(
            [[{"Name": "n", "v": 1}], [{"Name": "n", "v": 2}]],
            [{"Name": "n", "v": {"Fn::If": ["IsA", 1, 2]}}],
            id="items of one Name are folded",
        ),
        pytest.param(
            [[{"Sid": "s", "v": 1}, {"Sid": "t"}], [{"Sid": "s"}]],
            [
                {"Sid": "s", "v": {"Fn::If": ["IsA", 1, NONE]}},
                {"Fn::If": ["IsA", {"Sid": "t"}, NONE]},
            ],
            id="items of one Sid are folded",
        ),
        pytest.param(
            [[{"PolicyName": "p", "v": 1}], [{"PolicyName": "p", "v": 2}]],
            [{"PolicyName": "p", "v": {"Fn::If": ["IsA", 1, 2]}}],
            id="policies of one PolicyName are folded",
        ),
        pytest.param(
            [[{"Key": "k", "Value": 1}], [{"Key": "k", "Value": 2}]],
            [
                {"Fn::If": ["IsB", {"Key": "k", "Value": 2}, NONE]},
                {"Fn::If": ["IsA", {"Key": "k", "Value": 1}, NONE]},
            ],
            id="a tag is aligned by the whole of it",
        ),
        pytest.param(
            [[{"Name": {"Ref": "N"}, "v": 1}], [{"Name": {"Ref": "N"}, "v": 2}]],
            [
                {"Fn::If": ["IsB", {"Name": {"Ref": "N"}, "v": 2}, NONE]},
                {"Fn::If": ["IsA", {"Name": {"Ref": "N"}, "v": 1}, NONE]},
            ],
            id="a Name that is no text identifies nothing",
        ),
        pytest.param(
            [["x", {"Fn::If": ["U", "y", "z"]}], ["x"]],
            ["x", {"Fn::If": ["IsA", {"Fn::If": ["U", "y", "z"]}, NONE]}],
            id="a condition that was written by hand is a value like another",
        ),
        pytest.param(
            [["x", "y"], ["y", "x"]],
            {"Fn::If": ["IsA", ["x", "y"], ["y", "x"]]},
            id="orders that contradict leave the list whole",
        ),
        pytest.param(
            [["x", "y", "z"], ["y", "z", "w"], ["w", "x"]],
            {
                "Fn::If": [
                    "IsA",
                    ["x", "y", "z"],
                    {"Fn::If": ["IsB", ["y", "z", "w"], ["w", "x"]]},
                ]
            },
            id="orders that contradict only together leave the list whole",
        ),
        pytest.param(
            [["x", "x"], ["x"]],
            {"Fn::If": ["IsA", ["x", "x"], ["x"]]},
            id="an item that comes twice leaves the list whole",
        ),
        pytest.param(
            [["x", "y", "y", "x"], ["x"], ["x"]],
            {"Fn::If": ["IsA", ["x", "y", "y", "x"], ["x"]]},
            id="so does one that comes twice in any order",
        ),
        pytest.param(
            [[1, "1", True], [True]],
            [{"Fn::If": ["IsA", 1, NONE]}, {"Fn::If": ["IsA", "1", NONE]}, True],
            id="1, '1' and true are three items",
        ),
        pytest.param(
            [["x"], ..., ["x", "y"]],
            {"Fn::If": ["IsAOrC", ["x", {"Fn::If": ["IsC", "y", NONE]}], NONE]},
            id="a list that a rule lacks",
        ),
        pytest.param(
            [["s", "b", "p", "q"], ["s", "b", "r"], ["s", "t", "b"]],
            [
                "s",
                {"Fn::If": ["IsC", "t", NONE]},
                "b",
                {"Fn::If": ["IsB", "r", NONE]},
                {"Fn::If": ["IsA", "p", NONE]},
                {"Fn::If": ["IsA", "q", NONE]},
            ],
            id="what a later rule alone has stands where it leaves the first",
        ),
    ],
)
def test_lists(values: list[Any], expected: Any) -> None:
    assert folded_values(*values) == expected


def test_gitflow() -> None:
    """The example of the language reference: stages, actions, projects and their conditions."""

    def stage(name: str, *actions: str) -> dict[str, Any]:
        return {"Name": name, "Actions": [{"Name": action} for action in actions]}

    source, build = stage("Source", "Source"), stage("Build", "Build", "Lint")
    stages = {
        "main": [
            source,
            build,
            stage("Staging", "Deploy", "LoadTest"),
            stage("Production", "Approve", "Deploy"),
        ],
        "develop": [source, build, stage("Staging", "Deploy")],
        "release": [source, build, stage("Staging", "Deploy", "LoadTest")],
        "feature": [source, build, stage("Review", "Deploy", "Smoke")],
    }
    projects = {
        "main": ["Build", "StagingLoadTest"],
        "develop": ["Build"],
        "release": ["Build", "StagingLoadTest"],
        "feature": ["Build", "ReviewSmoke"],
    }
    template = folded(
        {
            rule: resources(
                Pipeline={"Properties": {"Stages": stages[rule]}},
                **{f"{project}Project": {} for project in projects[rule]},
            )
            for rule in stages
        }
    )
    assert template["Resources"]["Pipeline"]["Properties"]["Stages"] == [
        source,
        build,
        {"Fn::If": ["IsFeature", stage("Review", "Deploy", "Smoke"), NONE]},
        {
            "Fn::If": [
                "IsMainOrDevelopOrRelease",
                {
                    "Name": "Staging",
                    "Actions": [
                        {"Name": "Deploy"},
                        {"Fn::If": ["IsMainOrRelease", {"Name": "LoadTest"}, NONE]},
                    ],
                },
                NONE,
            ]
        },
        {"Fn::If": ["IsMain", stage("Production", "Approve", "Deploy"), NONE]},
    ]
    assert {name: body.get("Condition") for name, body in template["Resources"].items()} == {
        "Pipeline": None,
        "BuildProject": None,
        "StagingLoadTestProject": "IsMainOrRelease",
        "ReviewSmokeProject": "IsFeature",
    }
    assert list(template["Conditions"].items()) == [
        ("IsDevelop", is_rule("develop")),
        ("IsFeature", is_rule("feature")),
        ("IsMain", is_rule("main")),
        ("IsMainOrDevelopOrRelease", any_of("IsMain", "IsDevelop", "IsRelease")),
        ("IsMainOrRelease", any_of("IsMain", "IsRelease")),
        ("IsRelease", is_rule("release")),
    ]


def test_one_rule_needs_no_condition() -> None:
    """A single template comes back as it is, with empty sections and whatever was odd in it."""
    template = {
        "Conditions": {},
        "Resources": {"R": {"Type": "T", "Properties": {}, "Condition": "U", "DependsOn": "Gone"}},
        "Outputs": {},
        "Anything": [None],
    }
    assert folded({"main": template}) == template


def test_another_parameter() -> None:
    """The parameter that holds the rule id can be named."""
    template = fold(
        {"a": resources(X={}), "b": resources()}, names={"a": "A", "b": "B"}, parameter="Rule"
    )
    assert template["Conditions"] == {"IsA": {"Fn::Equals": [{"Ref": "Rule"}, "a"]}}


@pytest.mark.parametrize(
    ("templates", "expected"),
    [
        pytest.param(
            {"a": resources(X={"Properties": {"p": 1}}), "b": resources(X={})},
            resources(X={"Properties": {"p": {"Fn::If": ["IsA", 1, NONE]}}}),
            id="no properties are empty properties",
        ),
        pytest.param(
            {"a": resources(X={}), "b": resources(X={"Metadata": {"After": [{"Ref": "Y"}]}})},
            resources(X={"Metadata": {"After": {"Fn::If": ["IsB", [{"Ref": "Y"}], NONE]}}}),
            id="no metadata are empty metadata",
        ),
        pytest.param(
            {"a": resources(X={}), "b": {}},
            resources(X={"Condition": "IsA"}),
            id="a rule may have no resources at all",
        ),
        pytest.param(
            {"a": {"Outputs": {"O": {"Value": 1}}}, "b": {"Outputs": {"O": {"Value": 2}}}, "c": {}},
            {"Outputs": {"O": {"Value": {"Fn::If": ["IsA", 1, 2]}, "Condition": "IsAOrB"}}},
            id="an output of some rules",
        ),
        pytest.param(
            {
                "a": {"Outputs": {"O": {"Value": 1, "Export": {"Name": "x"}}}},
                "b": {"Outputs": {"O": {"Value": 1, "Export": {"Name": "y"}}}},
            },
            {"Outputs": {"O": {"Value": 1, "Export": {"Name": {"Fn::If": ["IsA", "x", "y"]}}}}},
            id="an output exported under two names",
        ),
        pytest.param(
            {
                "a": resources(X={"DependsOn": ["Y"], "Condition": "U"}, Y={}),
                "b": resources(X={"DependsOn": ["Y"], "Condition": "U"}, Y={}),
            },
            resources(X={"DependsOn": ["Y"], "Condition": "U"}, Y={}),
            id="a condition and an order that all rules share",
        ),
        pytest.param(
            {"a": resources(X={"Condition": "U"}), "b": resources()},
            resources(X={"Condition": "IsAAndU"}),
            id="a resource of some rules that has a condition already",
        ),
        pytest.param(
            {
                "a": {"Resources": {"Fn::ForEach::X": ["x", ["y"], {}]}},
                "b": {"Resources": {"Fn::ForEach::X": ["x", ["y"], {}]}},
            },
            {"Resources": {"Fn::ForEach::X": ["x", ["y"], {}]}},
            id="a loop that all rules share",
        ),
    ],
)
def test_entries(templates: dict[str, Any], expected: Any) -> None:
    template = folded(templates)
    template.pop("Conditions", None)
    assert template == expected


def test_condition_over_a_condition() -> None:
    """A resource of some rules with a condition of its own lives where both hold."""
    user = {"U": {"Fn::Equals": [{"Ref": "P"}, "x"]}}
    template = folded(
        {
            "a": {"Conditions": user, **resources(X={"Condition": "U"})},
            "b": {"Conditions": user, **resources()},
        }
    )
    assert template["Conditions"] == {
        **user,
        "IsA": is_rule("a"),
        "IsAAndU": {"Fn::And": [{"Condition": "IsA"}, {"Condition": "U"}]},
    }


@pytest.mark.parametrize(
    ("count", "lengths"),
    [
        pytest.param(2, 2, id="two rules: one Or"),
        pytest.param(10, 10, id="ten rules: one Or of ten"),
        pytest.param(11, [10, 1], id="eleven rules: ten and one"),
        pytest.param(12, [10, 2], id="twelve rules: ten and two"),
        pytest.param(101, [[10] * 10, 1], id="a hundred and one: a third level"),
    ],
)
def test_or_takes_ten_operands(count: int, lengths: Any) -> None:
    """More than ten operands are nested in groups of ten, in the order of the rules."""

    def shape(expression: Any) -> Any:
        operands = expression.get("Fn::Or")
        if operands is None:
            return 1
        assert 2 <= len(operands) <= 10
        inner = [shape(operand) for operand in operands]
        return len(inner) if set(map(str, inner)) == {"1"} else inner

    def leaves(expression: Any) -> list[str]:
        if "Condition" in expression:
            return [expression["Condition"]]
        return [name for operand in expression["Fn::Or"] for name in leaves(operand)]

    rules = [f"r{number}" for number in range(count)]
    template = folded({**{rule: resources(X={}) for rule in rules}, "other": resources()})
    expression = template["Conditions"][template["Resources"]["X"]["Condition"]]
    assert shape(expression) == lengths
    assert leaves(expression) == [f"IsR{number}" for number in range(count)]
    assert len(template["Conditions"]) == count + 1


def test_long_names_are_cut_and_hashed() -> None:
    """A name above 255 characters is cut, and two sets that begin alike stay apart."""
    rules = [f"{'x' * 60}{number}" for number in range(6)]
    template = folded(
        {
            rule: resources(
                **({"X": {}} if rule != rules[4] else {}), **({"Y": {}} if rule != rules[5] else {})
            )
            for rule in rules
        }
    )
    names = [template["Resources"][name]["Condition"] for name in ("X", "Y")]
    assert [len(name) for name in names] == [255, 255]
    assert names[0][:245] == names[1][:245]
    assert names[0] != names[1]
    assert all(name in template["Conditions"] for name in names)


def test_a_rule_named_like_a_set_of_rules() -> None:
    """`a-or-b` keeps its own name, and the set of `a` and `b` gets another one."""
    template = folded(
        {
            "a": resources(Both={}),
            "b": resources(Both={}),
            "a-or-b": resources(One={}),
            "oracle": resources(Two={}),
            "b-or-oracle": resources(Two={}),
        }
    )
    conditions = {name: body["Condition"] for name, body in template["Resources"].items()}
    assert conditions["One"] == "IsAOrB"
    assert conditions["Two"] == "IsOracleOrBOrOracle"
    assert conditions["Both"].startswith("IsAOrB")
    assert template["Conditions"]["IsAOrB"] == is_rule("a-or-b")
    assert template["Conditions"][conditions["Both"]] == any_of("IsA", "IsB")


@pytest.mark.parametrize(
    ("templates", "message"),
    [
        pytest.param(
            {"a": {"Parameters": {"P": {"Type": "X"}}}, "b": {"Parameters": {"P": {"Type": "Y"}}}},
            disagreement("Parameters.P.Type", "b"),
            id="a parameter",
        ),
        pytest.param(
            {"a": {}, "b": {}, "c": {"Mappings": {"M": {}}}},
            disagreement("Mappings", "c"),
            id="a section that a rule lacks",
        ),
        pytest.param(
            {"a": {"Metadata": {"m": [1]}}, "b": {"Metadata": {"m": [1, 2]}}},
            disagreement("Metadata.m", "b"),
            id="metadata of the template",
        ),
        pytest.param(
            {"a": {"Metadata": {"same": 1, "m": 1}}, "b": {"Metadata": {"same": 1}}},
            disagreement("Metadata.m", "b"),
            id="a key of them that a rule lacks",
        ),
        pytest.param(
            {"a": {"Resources": {"X": {"Type": "T"}}}, "b": {"Resources": {"X": {"Type": "U"}}}},
            disagreement("Resources.X.Type", "b"),
            id="the type of a resource",
        ),
        pytest.param(
            {
                "a": resources(X={}),
                "b": resources(),
                "c": resources(X={"DeletionPolicy": "Retain"}),
            },
            disagreement("Resources.X.DeletionPolicy", "c"),
            id="a deletion policy",
        ),
        pytest.param(
            {"a": resources(X={"Condition": "U"}), "b": resources(X={})},
            disagreement("Resources.X.Condition", "b"),
            id="a condition that was written by hand",
        ),
        pytest.param(
            {"a": resources(X={"DependsOn": ["Y"]}, Y={}), "b": resources(X={}, Y={})},
            disagreement("Resources.X.DependsOn", "b"),
            id="an order that some rules need",
        ),
        pytest.param(
            {
                "a": resources(X={"DependsOn": ["Z", "Y"]}, Y={}),
                "b": resources(X={"DependsOn": ["Z", "Y"]}),
            },
            "'Resources.X.DependsOn' names 'Y', which does not live on the branch rule 'b'",
            id="an order behind what some rules lack",
        ),
        pytest.param(
            {"a": resources(X={"DependsOn": "Y"}, Y={}), "b": resources(X={"DependsOn": "Y"})},
            "'Resources.X.DependsOn' names 'Y', which does not live on the branch rule 'b'",
            id="the same, written without a list",
        ),
        pytest.param(
            {"a": {"Outputs": {"O": {"Value": 1}}}, "b": {"Outputs": {"O": {"Description": "d"}}}},
            disagreement("Outputs.O.Value", "b"),
            id="an output without a value",
        ),
        pytest.param(
            {"a": {"Resources": {"Fn::ForEach::X": []}}, "b": {"Resources": {}}},
            disagreement("Resources.Fn::ForEach::X", "b"),
            id="a loop that a rule lacks",
        ),
        pytest.param(
            {
                "a": {"Conditions": {"IsA": {}}, **resources(X={})},
                "b": {"Conditions": {"IsA": {}}, **resources()},
            },
            "'Conditions.IsA' is taken already and cannot stand for 'a'",
            id="a condition of the user's with a name of ours",
        ),
        pytest.param(
            {"a-B": resources(X={}), "aB": resources(Y={}), "c": resources()},
            "'Conditions.IsAB' is taken already and cannot stand for 'aB'",
            id="two rules with one name",
        ),
    ],
)
def test_refuses(templates: dict[str, Any], message: str) -> None:
    with pytest.raises(InternalError) as caught:
        folded(templates)
    assert str(caught.value) == message


def test_a_name_that_is_not_needed_may_be_taken() -> None:
    """A condition of the user's named like one of ours is no clash while ours is not used."""
    template = {"Conditions": {"IsA": {}}, **resources(X={})}
    assert folded({"a": template, "b": template}) == template
