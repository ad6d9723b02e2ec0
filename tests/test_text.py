"""Texts of a spec: parsed once, bound, and turned into CloudFormation without being read again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelinegen.text import (
    Part,
    Ref,
    Replaced,
    Text,
    Variable,
    expression,
    json_text,
    unfinished,
)

SIZE = Ref("value", "size")


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        pytest.param("", (), id="nothing has no parts"),
        pytest.param("plain", ("plain",), id="plain text is one part"),
        pytest.param("${value:size}", (SIZE,), id="a reference alone"),
        pytest.param("a-${value:size}-b", ("a-", SIZE, "-b"), id="text around a reference"),
        pytest.param("${AWS::Region}", (Ref("AWS", "Region"),), id="a pseudo parameter"),
        pytest.param("${size}", (Ref("", "size"),), id="a bare name has no kind"),
        pytest.param("${}", (Ref("", ""),), id="nothing between the braces"),
        pytest.param("${secret:a:b}", (Ref("secret", "a:b"),), id="the first colon ends the kind"),
        pytest.param("${!size}", ("${size}",), id="an escaped reference is literal"),
        pytest.param("${!value:size}", ("${value:size}",), id="whatever is escaped is literal"),
        pytest.param("#{Source.Id}", (Variable("Source", "Id"),), id="a run-time variable"),
        pytest.param("#{a.b.Id}", (Variable("a.b", "Id"),), id="the last dot ends the namespace"),
        pytest.param("#{Id}", (Variable("", "Id"),), id="a variable without a namespace"),
        pytest.param("${value:size", ("${value:size",), id="without a closing brace it is text"),
        pytest.param("$ {a} # {b}", ("$ {a} # {b}",), id="a space keeps braces apart"),
        pytest.param(
            "${value:${branch:rule}}",
            ("${value:", Ref("branch", "rule"), "}"),
            id="the inner of two nested ones is read",
        ),
    ],
)
def test_parse(source: str, parts: tuple[Part, ...]) -> None:
    """A text is split at its references."""
    assert Text.parse(source).parts == parts


@pytest.mark.parametrize(
    ("part", "written"),
    [
        (Ref("value", "size"), "${value:size}"),
        (Ref("AWS", "Region"), "${AWS::Region}"),
        (Ref("", "size"), "${size}"),
        (Variable("Source", "Id"), "#{Source.Id}"),
        (Variable("", "Id"), "#{Id}"),
        (
            Replaced(Text.parse("a:${value:size}"), "a:", "b:", otherwise=Text.of("*")),
            "b:${value:size}",
        ),
    ],
)
def test_written(part: Part, written: str) -> None:
    """A part is written as the spec writes it."""
    assert str(part) == written


def test_of() -> None:
    """Pieces are joined, literal ones are not scanned, empty ones disappear."""
    joined = Text.of("${a}", "", Text.parse("${value:size}"), SIZE)
    assert joined.parts == ("${a}", SIZE, SIZE)


def test_refs_and_variables() -> None:
    """References are listed in order, each sort by itself."""
    text = Text.parse("${value:size} #{A.b} ${AWS::Region} #{C.d}")
    assert list(text.refs) == [SIZE, Ref("AWS", "Region")]
    assert list(text.variables) == [Variable("A", "b"), Variable("C", "d")]


@pytest.mark.parametrize(
    ("source", "literal"),
    [("a${!b}", "a${b}"), ("", ""), ("${value:size}", None), ("#{A.b}", None)],
)
def test_literal(source: str, literal: str | None) -> None:
    """Only a text without references is literal."""
    assert Text.parse(source).literal == literal


class TestBind:
    """Filling in what is known."""

    def test_known(self) -> None:
        """A known reference becomes its text, which is not read again."""
        bound = Text.parse("${value:size}${param:X}").bind({("value", "size"): "${param:X}"})
        assert bound.parts == ("${param:X}", Ref("param", "X"))

    def test_nothing_known(self) -> None:
        """Without anything known the text stays the same."""
        text = Text.parse("${value:size}")
        assert text.bind({}) is text

    def test_json(self) -> None:
        """Inside JSON text quotes are escaped."""
        text = json_text({"size": "${value:size}"}, Text.parse)
        bound = text.bind({("value", "size"): 'a"b\\'}).literal
        assert bound is not None
        assert json.loads(bound) == {"size": 'a"b\\'}


@given(st.text("ab${}#!.: \n"))
def test_source_parses_to_the_same_text(source: str) -> None:
    """What a text is written as reads as that text again."""
    text = Text.parse(source)
    assert Text.parse(text.source()) == text


@pytest.mark.parametrize(
    ("source", "found"),
    [
        pytest.param("${value:size}", [], id="a whole reference is finished"),
        pytest.param("${HOME ${", [], id="without a kind it is no reference"),
        pytest.param("${!value:size", [], id="an escaped one is none either"),
        pytest.param("a ${value:size b", [("value", "${value:size b")], id="no closing brace"),
        pytest.param(
            "${value:${branch:rule}}",
            [("value", "${value:${branch:rule}}")],
            id="one stands inside another",
        ),
        pytest.param(
            "${a:b} ${c:d ${e:f}", [("c", "${c:d ${e:f}")], id="only the broken one of several"
        ),
    ],
)
def test_unfinished(source: str, found: list[tuple[str, str]]) -> None:
    """What begins like a reference and is none is told with its kind."""
    assert list(unfinished(source)) == found


_RESOLVED: dict[object, Any] = {
    Ref("value", "size"): "large",
    Ref("value", "hostile"): "${AWS::Region} #{A.b}",
    Ref("value", "map"): {"Fn::FindInMap": ["M", {"Ref": "R"}, "X"]},
    Ref("value", "other-map"): {"Fn::FindInMap": ["M", {"Ref": "R"}, "Y"]},
    Ref("param", "X"): {"Ref": "X"},
    Ref("ssm", "/x"): "{{resolve:ssm:/x}}",
    Ref("param", "ValueMap"): {"Ref": "ValueMap"},
    Ref("role", "R"): {"Fn::GetAtt": ["RRole", "Arn"]},
    Ref("expr", "number"): 5,
    Variable("A", "b"): "#{AVariables.b}",
}
_MAP = {"Fn::FindInMap": ["M", {"Ref": "R"}, "X"]}
_OTHER_MAP = {"Fn::FindInMap": ["M", {"Ref": "R"}, "Y"]}


@pytest.mark.parametrize(
    ("source", "made"),
    [
        pytest.param("", "", id="nothing stays nothing"),
        pytest.param("plain ${!x}", "plain ${x}", id="plain text is no Sub, so nothing is escaped"),
        pytest.param("${param:X}", {"Ref": "X"}, id="one reference alone is the bare intrinsic"),
        pytest.param("${expr:number}", 5, id="an expression alone keeps its type"),
        pytest.param("a-${value:size}", "a-large", id="known text needs no Sub"),
        pytest.param("a-${param:X}", {"Fn::Sub": "a-${X}"}, id="mixed text is a Sub"),
        pytest.param("a-${role:R}", {"Fn::Sub": "a-${RRole.Arn}"}, id="an attribute in a Sub"),
        pytest.param(
            "${param:X}${!y}", {"Fn::Sub": "${X}${!y}"}, id="literal braces are escaped in a Sub"
        ),
        pytest.param(
            "${param:X} ${value:hostile}",
            {"Fn::Sub": "${X} ${!AWS::Region} #{A.b}"},
            id="data is never a reference",
        ),
        pytest.param(
            "a-${value:map}", {"Fn::Sub": ["a-${ValueMap}", {"ValueMap": _MAP}]}, id="a variable"
        ),
        pytest.param(
            "${value:map} ${value:map}",
            {"Fn::Sub": ["${ValueMap} ${ValueMap}", {"ValueMap": _MAP}]},
            id="the same value twice is one variable",
        ),
        pytest.param(
            "${value:map} ${param:ValueMap}",
            {"Fn::Sub": ["${ValueMap2} ${ValueMap}", {"ValueMap2": _MAP}]},
            id="a variable never hides a parameter of its name",
        ),
        pytest.param("#{A.b}!", "#{AVariables.b}!", id="run-time variables stay in the text"),
    ],
)
def test_expression(source: str, made: object) -> None:
    """A text becomes the smallest CloudFormation that says it."""
    assert expression(Text.parse(source), _RESOLVED.__getitem__) == made


def test_variables_of_one_name() -> None:
    """Two values whose names make the same variable are kept apart."""
    refs = [Ref("value", "a-b"), Ref("value", "aB")]
    values = {refs[0]: _MAP, refs[1]: _OTHER_MAP}
    made = expression(Text.of(*refs), values.__getitem__)  # type: ignore[arg-type]
    assert made == {"Fn::Sub": ["${ValueAB}${ValueAB2}", {"ValueAB": _MAP, "ValueAB2": _OTHER_MAP}]}


@pytest.mark.parametrize(
    ("source", "made"),
    [
        pytest.param("arn:a:b", "arn:x:b", id="in text it is replaced at once"),
        pytest.param(
            "${param:X}",
            {"Fn::Join": ["arn:x:", {"Fn::Split": ["arn:a:", {"Ref": "X"}]}]},
            id="in what a deployment knows it is split and joined",
        ),
        pytest.param("${ssm:/x}", "arn:x:*", id="what is looked up later cannot be replaced"),
    ],
)
def test_replaced(source: str, made: object) -> None:
    """A part of a text can be replaced by a deployment."""
    otherwise = Text.of("arn:x:*")
    text = Text.of(Replaced(Text.parse(source), "arn:a:", "arn:x:", otherwise=otherwise))
    assert expression(text, _RESOLVED.__getitem__) == made


def test_json_text_keeps_types() -> None:
    """Numbers, booleans and nesting stay; references stand as they are, marked as inside JSON."""
    data = {"n": 1, "on": True, "none": None, "list": ["a", "${value:size}", {"q": '"'}]}
    text = json_text(data, Text.parse)
    assert list(text.refs) == [Ref("value", "size", json=True)]
    bound = text.bind({("value", "size"): "large"}).literal
    assert bound is not None
    assert json.loads(bound) == {**data, "list": ["a", "large", {"q": '"'}]}


@given(st.recursive(st.text() | st.integers() | st.booleans(), st.lists, max_leaves=8))
def test_json_text_reads_back(data: object) -> None:
    """Plain data without references comes back from its JSON text."""
    literal = json_text(data, lambda source: Text.of(source)).literal
    assert literal is not None
    assert json.loads(literal) == data
