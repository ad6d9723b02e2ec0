"""The quick answer to "does it fit?" is the library's own, or doubt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelinegen import bundled, schema
from pipelinegen.document import read
from pipelinegen.schema.acceptance import accepts
from pipelinegen.schema.faults import faults
from tests.test_fuzz import mutant

JSON = Any

GRAMMAR = bundled.schema()
CASES = sorted((Path(__file__).parent / "cases").glob("*/*.yaml"))


@pytest.mark.parametrize(
    ("part", "fitting", "other"),
    [
        ({"type": "object"}, [{}], [[], "a", 1, None]),
        ({"type": "array"}, [[]], [{}, "a"]),
        ({"type": "string"}, ["", "a"], [1, None, [], True]),
        ({"type": "boolean"}, [True, False], [0, 1, "true"]),
        ({"type": "integer"}, [0, -1], [True, "1", None]),
        ({"type": "null"}, [None], [0, False, ""]),
        ({"enum": ["a", 1]}, ["a", 1], ["b", True, None]),
        ({"const": True}, [True], [1, "true", False]),
        ({"const": 1}, [1], [True, 2]),
        ({"required": ["a"]}, [{"a": None}, "no map"], [{}, {"b": 1}]),
        ({"properties": {"a": {"type": "string"}}}, [{}, {"a": "x"}, {"b": 1}], [{"a": 1}]),
        ({"properties": {"a": False}}, [{}, {"b": 1}], [{"a": 1}]),
        ({"properties": {"a": True}, "additionalProperties": False}, [{"a": 1}, {}], [{"b": 1}]),
        ({"patternProperties": {"^a": {"const": 1}}}, [{"ab": 1}, {"b": 2}], [{"ab": 2}]),
        (
            {"patternProperties": {"^a": True}, "additionalProperties": {"const": 1}},
            [{"ab": 2, "b": 1}],
            [{"b": 2}],
        ),
        ({"items": {"const": 1}}, [[], [1, 1], "no list"], [[1, 2]]),
        ({"uniqueItems": True}, [[1, True, "1"], [], {}], [["a", "a"], [1, 2, 1]]),
        ({"minItems": 1}, [[1], "a"], [[]]),
        ({"maxItems": 1}, [[1], "ab"], [[1, 2]]),
        ({"minProperties": 1}, [{"a": 1}, []], [{}]),
        ({"minLength": 1}, ["a", []], [""]),
        ({"maxLength": 1}, ["a", [1, 2]], ["ab"]),
        ({"pattern": "^a$"}, ["a", 1], ["b", "a\n"]),
        ({"minimum": 1}, [1, "0"], [0]),
        ({"maximum": 1}, [1, "2"], [2]),
        ({"allOf": [{"minimum": 1}, {"maximum": 2}]}, [1, 2], [0, 3]),
        ({"anyOf": [{"const": 1}, {"const": 2}]}, [1, 2], [3]),
        ({"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}, [{"a": 1}], [{}, {"a": 1, "b": 1}]),
        (
            {"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["c"]}},
            [{"a": 1, "b": 1}, {"c": 1}],
            [{"a": 1}, {}],
        ),
        ({"if": {"required": ["a"]}, "then": False}, [{}, {"b": 1}], [{"a": 1}]),
        (
            {"$ref": "#/definitions/one", "const": 2, "definitions": {"one": {"const": 1}}},
            [1],
            [2],
        ),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_keyword_asks_what_the_library_asks(
    part: JSON, fitting: list[JSON], other: list[JSON]
) -> None:
    for value in fitting:
        assert accepts(value, part) is True
        assert list(faults(value, part)) == []
    for value in other:
        assert accepts(value, part) is False
        assert list(faults(value, part)) != []


@pytest.mark.parametrize(
    "part",
    [
        {"not": {"const": 2}},
        {"propertyNames": {"pattern": "a"}},
        {"dependencies": {"a": ["b"]}},
        {"format": "email"},
        {"type": ["string", "null"]},
        {"items": [{"const": 1}]},
        {"enum": [{"a": 1}]},
    ],
    ids=str,
)
def test_what_is_not_known_here_is_doubt(part: JSON) -> None:
    """Then the library is asked: the answer may be no though the data fits."""
    assert accepts({"a": 1} if "enum" in part else [1] if "items" in part else "a", part) is False


def test_annotations_ask_nothing() -> None:
    part = {"title": "t", "description": "d", "default": 1, "x-any": False, "errorMessage": "e"}
    assert accepts(1, part | {"examples": [2], "$schema": "s", "$id": "i"}) is True


def test_the_grammar_uses_nothing_that_is_not_known_here() -> None:
    """Else every spec would be in doubt, and every start would wait for the library."""
    smallest = read("01.yaml", (CASES[0].parent.parent / "ok/01-smallest.yaml").read_bytes())[0]
    assert accepts(smallest.data, GRAMMAR) is True


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.stem}")
def test_every_case_gets_the_library_s_verdict(case: Path) -> None:
    document, found = read(case.name, case.read_bytes())
    if not found:
        fits = not schema.check(document.data, GRAMMAR)
        assert accepts(document.data, GRAMMAR) is fits


@pytest.mark.parametrize("first", range(0, 1000, 100))
def test_every_mutant_gets_the_library_s_verdict(first: int) -> None:
    for seed in range(first, first + 100):
        data = mutant(10_000 + seed)
        assert accepts(data, GRAMMAR) is (not schema.check(data, GRAMMAR)), seed
