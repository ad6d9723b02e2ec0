"""Specialise by example: what the bindings decide, and what is left for CloudFormation."""

from __future__ import annotations

from typing import Any

import pytest

from pipelinegen.fold import fold
from pipelinegen.specialise import specialise

NONE = {"Ref": "AWS::NoValue"}
BINDINGS = {"BranchRule": "main", "BranchName": "fix/${x}", "Empty": ""}
MAPPINGS = {
    "BranchRules": {
        "main": {"Size": "large", "Zones": ["a", "b"], "Count": 2, "On": True, "Text": "${x}"},
        "develop": {"Size": "small"},
    },
    "Flat": {"main": "flat"},
}
CONDITIONS = {
    "Yes": {"Fn::Equals": [{"Ref": "BranchRule"}, "main"]},
    "No": {"Fn::Not": [{"Condition": "Yes"}]},
    "Open": {"Fn::Equals": [{"Ref": "Size"}, "large"]},
    "OpenToo": {"Fn::And": [{"Condition": "Yes"}, {"Condition": "Open"}]},
}


def specialised(value: Any) -> Any:
    """Specialise one property of one resource; `...` when the property disappears."""
    template = {
        "Mappings": MAPPINGS,
        "Conditions": CONDITIONS,
        "Resources": {"R": {"Type": "T", "Properties": {"Stays": 1, "P": value}}},
    }
    return specialise(template, BINDINGS)["Resources"]["R"]["Properties"].get("P", ...)


def left_of(expression: Any, **others: Any) -> Any:
    """Return True or False for a decided condition, else what is left of its expression."""
    template = {
        "Mappings": MAPPINGS,
        "Conditions": {**CONDITIONS, "C": expression, **others},
        "Resources": {"R": {"Type": "T", "Properties": {"P": {"Fn::If": ["C", True, False]}}}},
    }
    result = specialise(template, BINDINGS)
    value = result["Resources"]["R"]["Properties"]["P"]
    return value if isinstance(value, bool) else result["Conditions"][value["Fn::If"][0]]


def find(*keys: Any) -> dict[str, Any]:
    return {"Fn::FindInMap": list(keys)}


def if_(*arguments: Any) -> dict[str, Any]:
    return {"Fn::If": list(arguments)}


def sub(*arguments: Any) -> dict[str, Any]:
    return {"Fn::Sub": arguments[0] if len(arguments) == 1 else list(arguments)}


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("${BranchRule}", id="text outside Fn::Sub"),
        pytest.param({"Ref": "Size"}, id="a parameter that is not bound"),
        pytest.param({"Ref": "AWS::Region"}, id="a pseudo parameter"),
        pytest.param({"Fn::GetAtt": ["BranchRule", "Arn"]}, id="an attribute of a resource"),
        pytest.param(
            {"Condition": "Yes"}, id="a lone key Condition, which is an ordinary key here"
        ),
        pytest.param({"Ref": "BranchRule", "Other": 1}, id="a key Ref among others"),
        pytest.param(if_("Unknown", 1, 2), id="a condition that is not there"),
        pytest.param(if_("Yes", 1), id="an Fn::If without its third argument"),
        pytest.param({"Ref": ["BranchRule"]}, id="a Ref to no name"),
        pytest.param(sub({"Ref": "BranchRule"}), id="an Fn::Sub without text"),
        pytest.param(sub("${BranchRule}", "x"), id="an Fn::Sub without a map"),
        pytest.param(find("BranchRules", "main", "Absent"), id="a value that no mapping has"),
        pytest.param(find("BranchRules", "main"), id="a part of a mapping"),
        pytest.param(find("BranchRules", "main", "Size", "More"), id="a key below a value"),
        pytest.param(find("BranchRules", {"Ref": "Size"}, "Size"), id="a key that is not known"),
        pytest.param(
            find("BranchRules", "main", "Size", {"DefaultValue": NONE}),
            id="a look-up with a default",
        ),
        pytest.param(sub("${Size}-${R.Arn}-${AWS::Region}"), id="a text of unknown references"),
        pytest.param(sub("${BranchRule.Arn}"), id="an attribute of a resource in a text"),
        pytest.param(sub("${Size} ${!BranchRule} ${"), id="escaped and unfinished references"),
        pytest.param(sub("${V}", {"V": {"Ref": "Size"}}), id="a variable that is not known"),
        pytest.param({"Fn::Join": [NONE, ["x"]]}, id="AWS::NoValue as an argument"),
        pytest.param([[], {}, None, 0, ""], id="empty values"),
    ],
)
def test_leaves_alone(value: Any) -> None:
    assert specialised(value) == value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param({"Ref": "BranchRule"}, "main", id="a bound parameter"),
        pytest.param({"Ref": "BranchName"}, "fix/${x}", id="a value is never scanned"),
        pytest.param([NONE, "x", NONE], ["x"], id="AWS::NoValue in a list"),
        pytest.param({"k": NONE, "m": 1}, {"m": 1}, id="AWS::NoValue in a map"),
        pytest.param(NONE, ..., id="AWS::NoValue as a property"),
        pytest.param([[NONE], {"k": NONE}], [[], {}], id="what is left empty stays"),
        pytest.param(
            {"Ref": "BranchRule", "k": NONE}, "main", id="a map that becomes an intrinsic"
        ),
        pytest.param({"Condition": NONE}, {}, id="a lone key Condition with nothing in it"),
        pytest.param({"Condition": [NONE]}, {"Condition": []}, id="the same with a list"),
        pytest.param({"Ref": "AWS::NoValue", "k": NONE}, ..., id="a map that becomes AWS::NoValue"),
        pytest.param(
            {"Condition": {"k": {"Ref": "BranchRule"}}},
            {"Condition": {"k": "main"}},
            id="inside a key Condition",
        ),
        pytest.param(
            {"Fn::Select": [0, [{"Ref": "BranchRule"}, if_("No", "x", NONE)]]},
            {"Fn::Select": [0, ["main"]]},
            id="inside a function that is not evaluated",
        ),
        pytest.param(
            {"Fn::ToJsonString": {"k": {"Ref": "BranchRule"}}},
            {"Fn::ToJsonString": {"k": "main"}},
            id="inside a function of a map",
        ),
    ],
)
def test_values(value: Any, expected: Any) -> None:
    assert specialised(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(if_("Yes", 1, 2), 1, id="a true condition"),
        pytest.param(if_("No", 1, 2), 2, id="a false condition"),
        pytest.param(if_("No", 1, NONE), ..., id="a false condition without a value"),
        pytest.param(if_("Yes", if_("No", 1, 2), 3), 2, id="nested conditions"),
        pytest.param(
            if_("Yes", {"Ref": "BranchRule"}, 2), "main", id="the chosen branch is evaluated"
        ),
        pytest.param(
            if_("Open", {"Ref": "BranchRule"}, if_("No", 1, NONE)),
            if_("Open", "main", NONE),
            id="both branches of an open condition are",
        ),
        pytest.param(if_("Open", NONE, if_("No", 1, NONE)), ..., id="nothing in both branches"),
        pytest.param(if_("Open", if_("Yes", 1, 2), 1), 1, id="the same in both branches"),
        pytest.param(if_("Open", 1, True), if_("Open", 1, True), id="1 and true are not the same"),
        pytest.param(if_("OpenToo", 1, 2), if_("Open", 1, 2), id="a second name of a condition"),
    ],
)
def test_choices(value: Any, expected: Any) -> None:
    result = specialised(value)
    assert (result, type(result)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(find("BranchRules", {"Ref": "BranchRule"}, "Size"), "large", id="a text"),
        pytest.param(find("BranchRules", "main", "Zones"), ["a", "b"], id="a list"),
        pytest.param(find("BranchRules", "main", "Count"), 2, id="a number"),
        pytest.param(find("Flat", {"Ref": "BranchRule"}), "flat", id="a mapping of two levels"),
        pytest.param(
            find("BranchRules", {"Ref": "BranchRule"}, {"Ref": "Size"}),
            find("BranchRules", "main", {"Ref": "Size"}),
            id="what is known of an open look-up",
        ),
        pytest.param(
            find(
                "BranchRules",
                {"Ref": "BranchRule"},
                "Size",
                {"DefaultValue": {"Ref": "BranchRule"}},
            ),
            find("BranchRules", "main", "Size", {"DefaultValue": "main"}),
            id="what is known of a look-up with a default",
        ),
    ],
)
def test_mappings(value: Any, expected: Any) -> None:
    assert specialised(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(sub("text"), "text", id="no reference"),
        pytest.param(sub("a-${BranchRule}"), "a-main", id="a bound parameter"),
        pytest.param(sub("a${Empty}b"), "ab", id="an empty value"),
        pytest.param(sub("${!Name} ${!"), "${Name} ${", id="escapes of a text without references"),
        pytest.param(sub("${BranchName}"), "fix/${x}", id="a value that looks like a reference"),
        pytest.param(
            sub("${BranchName} ${Size}"),
            sub("fix/${!x} ${Size}"),
            id="the same, escaped where a reference stays",
        ),
        pytest.param(
            sub("${!a} ${BranchRule} ${Size}"),
            sub("${!a} main ${Size}"),
            id="an escape where a reference stays",
        ),
        pytest.param(
            sub("${V}{x} ${Size}", {"V": "$"}),
            sub("${!x} ${Size}"),
            id="no reference comes into being where values meet",
        ),
        pytest.param(
            sub("${V} ${Size}", {"V": "x"}), sub("x ${Size}"), id="a literal variable, the only one"
        ),
        pytest.param(
            sub("${V} ${W}", {"V": "x", "W": {"Ref": "Size"}}),
            sub("x ${W}", {"W": {"Ref": "Size"}}),
            id="a literal variable, one of two",
        ),
        pytest.param(
            sub(
                '{"Size":"${ValueSize}"}',
                {"ValueSize": find("BranchRules", {"Ref": "BranchRule"}, "Size")},
            ),
            '{"Size":"large"}',
            id="a variable that a mapping knows",
        ),
        pytest.param(
            sub("${V} ${Size}", {"V": find("BranchRules", "main", "Text")}),
            sub("${!x} ${Size}"),
            id="a value of a mapping is never scanned",
        ),
        pytest.param(
            sub("${N} ${T}", {"N": find("BranchRules", "main", "Count"), "T": True}),
            "2 true",
            id="numbers and booleans as CloudFormation writes them",
        ),
        pytest.param(
            sub("${V}", {"V": find("BranchRules", "main", "Zones")}),
            sub("${V}", {"V": ["a", "b"]}),
            id="a list is no text",
        ),
        pytest.param(
            sub("${BranchRule}", {"BranchRule": {"Ref": "Size"}}),
            sub("${BranchRule}", {"BranchRule": {"Ref": "Size"}}),
            id="a variable hides the parameter of its name",
        ),
        pytest.param(
            sub("${BranchRule}", {"BranchRule": "x"}), "x", id="a literal one does so too"
        ),
        pytest.param(sub("${Size}", {"Unused": "x"}), sub("${Size}"), id="an unused variable"),
        pytest.param(sub("${Ref}", {"Ref": "BranchRule"}), "BranchRule", id="a variable named Ref"),
    ],
)
def test_sub(value: Any, expected: Any) -> None:
    assert specialised(value) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param({"Fn::Equals": [{"Ref": "BranchRule"}, "main"]}, True, id="equal texts"),
        pytest.param({"Fn::Equals": [{"Ref": "BranchRule"}, "Main"]}, False, id="case counts"),
        pytest.param({"Fn::Equals": ["true", True]}, True, id="true is 'true'"),
        pytest.param({"Fn::Equals": [1, "1"]}, True, id="1 is '1'"),
        pytest.param({"Fn::Equals": [1, True]}, False, id="1 is not true"),
        pytest.param({"Fn::Equals": [0.5, "0.5"]}, True, id="0.5 is '0.5'"),
        pytest.param(
            {"Fn::Equals": [find("BranchRules", {"Ref": "BranchRule"}, "Size"), "large"]},
            True,
            id="a value of a mapping",
        ),
        pytest.param(
            {"Fn::Equals": [{"Ref": "BranchRule"}, {"Ref": "Size"}]},
            {"Fn::Equals": ["main", {"Ref": "Size"}]},
            id="an open comparison",
        ),
        pytest.param({"Fn::Not": [{"Condition": "No"}]}, True, id="not false"),
        pytest.param(
            {"Fn::Not": [{"Condition": "OpenToo"}]},
            {"Fn::Not": [{"Condition": "Open"}]},
            id="not something open",
        ),
        pytest.param(
            {"Fn::And": [{"Condition": "Yes"}, {"Condition": "Yes"}]}, True, id="both true"
        ),
        pytest.param(
            {"Fn::And": [{"Condition": "Open"}, {"Condition": "No"}]}, False, id="one of them false"
        ),
        pytest.param(
            {"Fn::And": [{"Condition": "Open"}, {"Condition": "Yes"}]},
            CONDITIONS["Open"],
            id="true and something open",
        ),
        pytest.param({"Fn::Or": [{"Condition": "No"}, {"Condition": "No"}]}, False, id="none true"),
        pytest.param(
            {"Fn::Or": [{"Condition": "Open"}, {"Condition": "Yes"}]}, True, id="one of them true"
        ),
        pytest.param(
            {
                "Fn::Or": [
                    {"Condition": "No"},
                    {"Condition": "Open"},
                    {"Fn::Equals": [{"Ref": "Size"}, {"Ref": "BranchRule"}]},
                ]
            },
            {
                "Fn::Or": [
                    {"Condition": "Open"},
                    {"Fn::Equals": [{"Ref": "Size"}, "main"]},
                ]
            },
            id="two open ones and a false one",
        ),
        pytest.param({"Condition": "Yes"}, True, id="a second name of what is true"),
        pytest.param({"Condition": "Gone"}, {"Condition": "Gone"}, id="one that is not there"),
        pytest.param({"Fn::And": "x"}, {"Fn::And": "x"}, id="an expression without a list"),
        pytest.param({"Condition": "C"}, {"Condition": "C"}, id="a condition that means itself"),
    ],
)
def test_conditions(expression: Any, expected: Any) -> None:
    assert left_of(expression) == expected


def test_conditions_in_a_circle() -> None:
    """A circle, which CloudFormation refuses, stays one and does not hang."""
    expression = {"Fn::Or": [{"Condition": "D"}, {"Condition": "Open"}]}
    assert left_of(expression, D={"Fn::Not": [{"Condition": "C"}]}) == expression


def test_a_long_chain_of_conditions() -> None:
    """Conditions may name each other to any depth, in any order."""
    links = [(f"C{number}", {"Condition": f"C{number + 1}"}) for number in range(500)]
    for conditions in (links, links[::-1]):
        assert left_of({"Condition": "C0"}, **dict(conditions), C500=CONDITIONS["Yes"]) is True


def test_conditions_section() -> None:
    """Decided conditions and second names go, open ones stay; an empty section goes with them."""
    template = {"Conditions": CONDITIONS, "Resources": {"R": {"Type": "T"}}}
    assert specialise(template, BINDINGS)["Conditions"] == {"Open": CONDITIONS["Open"]}
    assert specialise(template, {**BINDINGS, "Size": "small"}) == {
        "Resources": {"R": {"Type": "T"}}
    }


def test_resources_and_outputs() -> None:
    """A false condition takes the resource or output with it, and the orders behind it."""
    template = {
        "Conditions": CONDITIONS,
        "Resources": {
            "Gone": {"Type": "T", "Condition": "No"},
            "Kept": {"Type": "T", "Condition": "Yes"},
            "Open": {"Type": "T", "Condition": "OpenToo", "DependsOn": ["Gone", "Kept", "Nowhere"]},
            "First": {"Type": "T", "DependsOn": "Gone"},
            "Second": {"Type": "T", "DependsOn": "Kept"},
            "Third": {"Type": "T", "DependsOn": ["Gone"]},
            "Empty": {
                "Type": "T",
                "Properties": {"P": if_("No", 1, NONE)},
                "Metadata": {"M": if_("Yes", [{"Ref": "BranchRule"}], NONE)},
                "UpdatePolicy": if_("No", {}, NONE),
            },
            "Fn::ForEach::X": ["x", [{"Ref": "BranchRule"}], {}],
        },
        "Outputs": {
            "Gone": {"Value": 1, "Condition": "No"},
            "Kept": {"Value": {"Ref": "BranchRule"}, "Condition": "Yes"},
        },
    }
    assert specialise(template, BINDINGS) == {
        "Conditions": {"Open": CONDITIONS["Open"]},
        "Resources": {
            "Kept": {"Type": "T"},
            "Open": {"Type": "T", "Condition": "Open", "DependsOn": ["Kept", "Nowhere"]},
            "First": {"Type": "T"},
            "Second": {"Type": "T", "DependsOn": "Kept"},
            "Third": {"Type": "T"},
            "Empty": {"Type": "T", "Metadata": {"M": ["main"]}},
            "Fn::ForEach::X": ["x", ["main"], {}],
        },
        "Outputs": {"Kept": {"Value": "main"}},
    }


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        pytest.param(
            {"Assertions": [{"Assert": CONDITIONS["Yes"]}]}, None, id="asserts what is true"
        ),
        pytest.param(
            {
                "RuleCondition": {"Fn::Equals": [{"Ref": "BranchRule"}, "develop"]},
                "Assertions": [{"Assert": CONDITIONS["Open"]}],
            },
            None,
            id="never applies",
        ),
        pytest.param(
            {
                "RuleCondition": CONDITIONS["Yes"],
                "Assertions": [{"Assert": CONDITIONS["Yes"]}, {"Assert": CONDITIONS["Open"]}],
            },
            {"Assertions": [{"Assert": CONDITIONS["Open"]}]},
            id="always applies",
        ),
        pytest.param(
            {
                "RuleCondition": {"Fn::Equals": [{"Ref": "BranchRule"}, {"Ref": "Size"}]},
                "Assertions": [
                    {"Assert": {"Fn::Contains": [["x"], {"Ref": "BranchRule"}]}},
                    {"Assert": {"Fn::Equals": [{"Ref": "BranchRule"}, "x"]}},
                ],
            },
            {
                "RuleCondition": {"Fn::Equals": ["main", {"Ref": "Size"}]},
                "Assertions": [
                    {"Assert": {"Fn::Contains": [["x"], "main"]}},
                    {"Assert": {"Fn::Equals": ["main", "x"]}},
                ],
            },
            id="open, and false for ever",
        ),
        pytest.param(["odd"], ["odd"], id="no rule at all"),
        pytest.param({"Assertions": ["odd"]}, {"Assertions": ["odd"]}, id="no assertion at all"),
    ],
)
def test_rules(rule: Any, expected: Any) -> None:
    result = specialise({"Rules": {"R": rule}}, BINDINGS)
    assert result == ({} if expected is None else {"Rules": {"R": expected}})


def test_other_sections() -> None:
    """Where CloudFormation evaluates nothing, nothing is; a macro's parameters are."""
    verbatim = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "d",
        "Metadata": {"m": {"Ref": "BranchRule"}},
        "Parameters": {"BranchRule": {"Type": "String"}, "Empty": {}},
        "Mappings": MAPPINGS,
    }
    template = {
        **verbatim,
        "Transform": [{"Name": "M", "Parameters": {"p": {"Ref": "BranchRule"}}}],
    }
    assert specialise(template, BINDINGS) == {
        **verbatim,
        "Transform": [{"Name": "M", "Parameters": {"p": "main"}}],
    }


def test_drop_unused() -> None:
    """Bound parameters go, and mappings and conditions that only served what is gone."""
    parameter = {"Type": "String"}
    template: dict[str, Any] = {
        "Metadata": {},
        "Parameters": dict.fromkeys(("BranchRule", "BranchName", "Size", "Zone"), parameter),
        "Mappings": {**MAPPINGS, "Zones": {"a": {"x": 1}}, "Far": {"a": {"x": 1}}},
        "Conditions": {
            **CONDITIONS,
            "Used": {"Fn::Or": [{"Condition": "InTurn"}, {"Condition": "Open"}]},
            "InTurn": {"Fn::Equals": [find("Zones", {"Ref": "Zone"}, "x"), 1]},
            "Unused": {"Fn::Equals": [find("Far", {"Ref": "Zone"}, "x"), 1]},
        },
        "Resources": {
            "R": {
                "Type": "T",
                "Properties": {
                    "P": find("BranchRules", {"Ref": "BranchRule"}, "Size"),
                    "Q": if_("Used", sub("${BranchName}"), NONE),
                },
            }
        },
        "Outputs": {},
    }
    assert specialise(template, BINDINGS, drop_unused=True) == {
        "Parameters": {"Size": parameter, "Zone": parameter},
        "Mappings": {"Zones": {"a": {"x": 1}}},
        "Conditions": {name: template["Conditions"][name] for name in ("Open", "Used", "InTurn")},
        "Resources": {
            "R": {"Type": "T", "Properties": {"P": "large", "Q": if_("Used", "fix/${x}", NONE)}}
        },
    }


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        pytest.param(
            find("M", {"Ref": "Size"}, "x"), ["M"], id="an open look-up keeps its mapping"
        ),
        pytest.param(
            find({"Ref": "Size"}, "x"), ["M", "N"], id="one in an unknown mapping keeps all"
        ),
        pytest.param(
            sub("${BranchRule}", {"BranchRule": {"Fn::GetAtt": ["R", "A"]}}),
            [],
            id="a variable with the name of a parameter does not keep it",
        ),
        pytest.param(
            {"Fn::ValueOf": ["BranchRule", "Attribute"]},
            ["BranchRule"],
            id="a parameter whose attributes are asked for stays",
        ),
        pytest.param(if_("U", 1), ["U"], id="a condition in a broken Fn::If stays"),
    ],
)
def test_drop_unused_keeps(content: Any, kept: list[str]) -> None:
    template = {
        "Parameters": {"BranchRule": {"Type": "String"}},
        "Mappings": {"M": {"a": {"x": 1}}, "N": {"a": {"x": 1}}},
        "Conditions": {
            "U": {"Fn::Equals": [{"Ref": "AWS::Region"}, "x"]},
            "M": {"Fn::Equals": [find("N", {"Ref": "AWS::Region"}, "x"), 1]},
        },
        "Resources": {"R": {"Type": "T", "Properties": {"P": content}}},
    }
    result = specialise(template, {"BranchRule": "main"}, drop_unused=True)
    sections = ("Parameters", "Mappings", "Conditions")
    assert [name for section in sections for name in result.get(section, {})] == kept


def test_drop_unused_keeps_included_mappings() -> None:
    """What a macro writes into a section is not known to be unused."""
    template = {"Mappings": {"Fn::Transform": {"Name": "AWS::Include"}, "M": {"a": {"x": 1}}}}
    assert specialise(template, BINDINGS, drop_unused=True) == {
        "Mappings": {"Fn::Transform": {"Name": "AWS::Include"}}
    }


def test_a_branch_of_a_folded_template() -> None:
    """What `synth --branch` prints needs no parameter, mapping or condition any more."""
    templates = {
        rule: {
            "Parameters": {
                name: {"Type": "String"} for name in ("BranchName", "BranchSlug", "BranchRule")
            },
            "Mappings": {"BranchRules": {"main": {"Size": "large"}, "feature": {"Size": "small"}}},
            "Resources": {
                "Pipeline": {
                    "Type": "AWS::CodePipeline::Pipeline",
                    "Properties": {
                        "Name": sub("shop-${BranchSlug}"),
                        "Stages": [{"Name": "Source"}, {"Name": stage}],
                        "Size": find("BranchRules", {"Ref": "BranchRule"}, "Size"),
                    },
                }
            },
            "Outputs": {"BranchName": {"Value": {"Ref": "BranchName"}}},
        }
        for rule, stage in (("main", "Production"), ("feature", "Review"))
    }
    folded = fold(templates, names={"main": "Main", "feature": "Feature"})
    bindings = {
        "BranchName": "feature/a",
        "BranchSlug": "feature-a-951d42",
        "BranchRule": "feature",
    }
    assert specialise(folded, bindings, drop_unused=True) == {
        "Resources": {
            "Pipeline": {
                "Type": "AWS::CodePipeline::Pipeline",
                "Properties": {
                    "Name": "shop-feature-a-951d42",
                    "Stages": [{"Name": "Source"}, {"Name": "Review"}],
                    "Size": "small",
                },
            }
        },
        "Outputs": {"BranchName": {"Value": "feature/a"}},
    }


def test_literal_text_is_split_and_joined() -> None:
    """What a tag does with a branch name is done once the branch is known."""
    tag = {"Fn::Join": ["_", {"Fn::Split": ["#", {"Ref": "BranchName"}]}]}
    template = {"Resources": {"A": {"Type": "T", "Properties": {"Tag": tag}}}}
    assert specialise(template, {"BranchName": "fix#12"}) == {
        "Resources": {"A": {"Type": "T", "Properties": {"Tag": "fix_12"}}}
    }
    assert specialise(template, {}) == template
