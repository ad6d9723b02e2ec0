"""The YAML front end: bytes in, plain data with places out, and every fault where it stands."""

from __future__ import annotations

import codecs
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelinegen.diagnostics import Diagnostic, Note, Pointer, Severity, Span
from pipelinegen.document import Document, read

Faults = list[tuple[int, int, str]]

PARSERS = [
    pytest.param(False, id="own"),
    pytest.param(
        True,
        id="libyaml",
        marks=pytest.mark.skipif(not yaml.__with_libyaml__, reason="PyYAML without libyaml"),
    ),
]
both_parsers = pytest.mark.parametrize("native", PARSERS)

SPEC = """\
pipeline: shop
branches:
  - branch: main
sources:
  - codecommit: {repository-name: shop}
stages:
  - stage: Build
    actions:
      - codebuild: {buildspec: buildspec.yml}
  - stage: Deploy
    actions:
      - codedeploy: {application-name: shop, deployment-group-name: production}
"""


def place(diagnostic: Diagnostic | Note) -> Span:
    """Return the place of a front end finding, which is always a span."""
    assert isinstance(diagnostic.at, Span)
    return diagnostic.at


def faults(found: tuple[Diagnostic, ...]) -> Faults:
    """Return what of the findings is a contract."""
    return [(place(each).line, place(each).column, each.rule) for each in found]


def data_of(text: str, **options: bool) -> Any:
    """Return the data of well-formed text."""
    document, found = read("spec.yaml", text.encode(), **options)
    assert found == ()
    return document.data


def only(content: str | bytes, **options: bool) -> Diagnostic:
    """Return the one finding about a file."""
    _, found = read(
        "spec.yaml", content.encode() if isinstance(content, str) else content, **options
    )
    assert len(found) == 1
    return found[0]


def under(document: Document, span: Span) -> str:
    """Return the text of a span."""
    lines = [*document.text.splitlines(keepends=True), ""]
    if span.line == span.end_line:
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]
    return "".join(
        [
            lines[span.line - 1][span.column - 1 :],
            *lines[span.line : span.end_line - 1],
            lines[span.end_line - 1][: span.end_column - 1],
        ]
    )


FAULTY: list[tuple[str, str | bytes, Faults]] = [
    # bytes and characters
    ("a file of more than 1 MiB is not read", b"#" * 1048577, [(1, 1, "file-too-large")]),
    ("Latin-1 is not UTF-8", b"pipeline: caf\xe9\n", [(1, 14, "not-utf8")]),
    ("a cut character", "a: b\nb: é".encode()[:-1], [(2, 4, "not-utf8")]),
    ("columns count characters", "a: é😀".encode() + b"\xff", [(1, 6, "not-utf8")]),
    ("UTF-16 by its mark", "a: b\n".encode("utf-16"), [(1, 1, "not-utf8")]),
    ("big-endian UTF-16", codecs.BOM_UTF16_BE + b"\0a", [(1, 1, "not-utf8")]),
    ("UTF-32 by its mark", "a: b\n".encode("utf-32"), [(1, 1, "not-utf8")]),
    (
        "UTF-16 without a mark has NULs",
        "a: b\n".encode("utf-16-le"),
        [(1, 2, "forbidden-character")],
    ),
    ("NUL behind the last line", SPEC + "\0", [(13, 1, "forbidden-character")]),
    ("an escape character as it is", "a: \x1b[31m", [(1, 4, "forbidden-character")]),
    ("DEL", "a:\r\n  b\x7f", [(2, 4, "forbidden-character")]),
    ("a C1 control character", "a: \x9b", [(1, 4, "forbidden-character")]),
    ("NEL, a line break to YAML 1.1 only", "a: b # c\x85d: e", [(1, 9, "forbidden-character")]),
    ("U+2028, the same", "a: b # c\u2028d: e", [(1, 9, "forbidden-character")]),
    ("a byte order mark inside", "a: \ufeffb", [(1, 4, "forbidden-character")]),
    ("a second byte order mark", "\ufeff\ufeffa: b", [(1, 1, "forbidden-character")]),
    ("half a surrogate pair as it is", b"a: \xed\xa0\x80", [(1, 4, "forbidden-character")]),
    ("half a pair before a bad byte", b"a: \xed\xa0\x80\xff", [(1, 4, "forbidden-character")]),
    ("half a surrogate pair by escape", 'a: "\\ud800"\n', [(1, 4, "forbidden-character")]),
    ("two halves by escape", 'a: "\\ud83d\\ude00"\n', [(1, 4, "forbidden-character")]),
    ("NUL by escape", 'a: "\\0"\n', [(1, 4, "forbidden-character")]),
    ("ESC by escape in a key", '"\\e": a\n', [(1, 1, "forbidden-character")]),
    ("an escape beyond Unicode", 'a: "\\U00110000"\n', [(1, 7, "yaml-syntax")]),
    ("an escape beyond 32 bits", 'a: "\\UFFFFFFFF"\n', [(1, 7, "yaml-syntax")]),
    # syntax
    ("a tab as indentation", "a:\n\t- b\n", [(2, 1, "tab-indentation")]),
    ("a tab behind spaces", "a:\n  \tb: c\n", [(2, 3, "tab-indentation")]),
    ("a tab under a block scalar", "a: |\n\tb\n", [(2, 1, "tab-indentation")]),
    ("a tab under plain text", "a: b\r\n\tc\r\n", [(2, 1, "tab-indentation")]),
    ("an open bracket", "a: {b: c\nd: e\n", [(2, 2, "yaml-syntax")]),
    ("an open bracket at the end", "a: [b\n", [(2, 1, "yaml-syntax")]),
    ("an open quote", "a: 'b\n", [(2, 1, "yaml-syntax")]),
    ("a colon in plain text", "a: b: c\n", [(1, 5, "yaml-syntax")]),
    ("a reserved character", "a: @b\n", [(1, 4, "yaml-syntax")]),
    ("an unknown escape", 'a: "\\q"\n', [(1, 6, "yaml-syntax")]),
    ("a comment glued to a block scalar", "a: |#b\n  c\n", [(1, 5, "yaml-syntax")]),
    ("an undeclared tag handle", "a: !x!y b\n", [(1, 4, "yaml-syntax")]),
    ("a broken directive", "%\n---\na: b\n", [(1, 2, "yaml-syntax")]),
    ("YAML 2", "%YAML 2.0\n---\na: b\n", [(1, 1, "yaml-syntax")]),
    ("a version that no int holds", f"%YAML {'1' * 5000}.1\n---\na: b\n", [(1, 7, "yaml-syntax")]),
    ("text behind the end", "a: b\n... c\n", [(2, 5, "yaml-syntax")]),
    # nothing there
    ("no byte", "", [(1, 1, "empty-file")]),
    ("blank lines", "\n\n  \n", [(1, 1, "empty-file")]),
    ("comments alone", "# a\n#{b}\n", [(1, 1, "empty-file")]),
    ("null as it is written", "~\n", [(1, 1, "empty-file")]),
    ("null further down", "# a\n\nnull\n", [(3, 1, "empty-file")]),
    ("an empty document", "---\n", [(1, 4, "empty-file")]),
    # documents, keys, tags, anchors
    (
        "a second document",
        "a: b\n---\nc: d\nc: e\n",
        [(3, 1, "several-documents")],
    ),
    ("an empty second document", "a: b\n---\n", [(2, 1, "several-documents")]),
    ("a key twice", "a: b\na: c\na: d\n", [(2, 1, "duplicate-key"), (3, 1, "duplicate-key")]),
    ("a key twice in brackets", "a: [{b: c, 'b': d}]", [(1, 12, "duplicate-key")]),
    ("a key twice by alias", "? &a b\n: c\n*a : d\n", [(3, 1, "duplicate-key")]),
    (
        "keys that are not text",
        "1: 2\ntrue: 3\n~: 4\n? \n: 5\n",
        [(1, 1, "wrong-type"), (2, 1, "wrong-type"), (3, 1, "wrong-type"), (4, 2, "wrong-type")],
    ),
    ("a number in brackets as key", "{1: 2}", [(1, 2, "wrong-type")]),
    ("a list as key", "? [a]\n: b\n", [(1, 3, "wrong-type")]),
    ("a map as key", "{a: 1}: b\n", [(1, 1, "wrong-type")]),
    ("a list in a map as key, said once", "? [a]: b\n", [(1, 3, "wrong-type")]),
    ("an alias of a list as key", "a: &a []\n*a : b\n", [(2, 1, "wrong-type")]),
    ("a merge key", "a: &a {b: c}\nd:\n  <<: *a\n  e: f\n", [(3, 3, "merge-key")]),
    ("a merge key in brackets", "a: {<<: {b: c}}", [(1, 5, "merge-key")]),
    ("a short form of CloudFormation", "a: {b: !Ref C}\n", [(1, 8, "yaml-tag")]),
    ("a tag of YAML", "a: !!binary aGk=\n", [(1, 4, "yaml-tag")]),
    ("the tag without a name", "a: ! b\n", [(1, 4, "yaml-tag")]),
    ("a tag on a list behind its anchor", "a: &b !c\n- d\n", [(1, 7, "yaml-tag")]),
    ("a tag with an odd name", "a: !<tag:x,2000:y> b\n", [(1, 4, "yaml-tag")]),
    ("a tag by its own handle", "%TAG ! tag:x,2000:\n---\na: !b c\n", [(3, 4, "yaml-tag")]),
    ("a tag of nothing is no empty file", "!!null\n", [(1, 1, "yaml-tag")]),
    ("an alias without anchor", "a: *b\n", [(1, 4, "unknown-anchor")]),
    ("an alias before its anchor", "a: *b\nb: &b c\n", [(1, 4, "unknown-anchor")]),
    ("an unknown alias as key", "*b : c\n", [(1, 1, "unknown-anchor")]),
    ("an unknown alias as all there is", "*b\n", [(1, 1, "unknown-anchor")]),
    ("a list in itself", "a: &a [b, *a]\n", [(1, 11, "alias-cycle")]),
    ("a map in itself, further down", "&a\nb:\n  - *a\n", [(3, 5, "alias-cycle")]),
    # depth and number
    ("51 levels", "a: " + "[" * 50 + "]" * 50, [(1, 53, "nesting-too-deep")]),
    ("51 levels in a block", "- " * 51 + "a", [(1, 101, "nesting-too-deep")]),
    (
        "51 levels by alias",
        f"a: &a {'[' * 25}{']' * 25}\nb: {'[' * 25}*a{']' * 25}\n",
        [(2, 29, "nesting-too-deep")],
    ),
    (
        "too many nodes by alias",
        "\n".join(
            ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
            + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
        ),
        [(6, 10, "too-many-nodes")],
    ),
    # comments that eat text
    ("a variable behind text", "a: b #{C.D}\n", [(1, 6, "comment-eats-text")]),
    ("a variable as a whole value", "a: #{C.D}\n", [(1, 4, "comment-eats-text")]),
    ("a variable as an item", "- #{C.D}\n", [(1, 3, "comment-eats-text")]),
    ("a variable behind quotes", "a: 'b #{c}' #{D}\n", [(1, 13, "comment-eats-text")]),
    ("a variable behind the head of a block", "a: | #{B}\n  c\n", [(1, 6, "comment-eats-text")]),
    ("a variable that eats a bracket", "a: {b: #{C}, d: e}\nf: g\n", [(1, 8, "comment-eats-text")]),
    ("a variable that breaks folded text", "a: b #{C}\n  d\n", [(1, 6, "comment-eats-text")]),
    (
        "a variable far from broken syntax",
        "a: b #{C}\nd: [e\nf: g\n",
        [(1, 6, "comment-eats-text"), (3, 2, "yaml-syntax")],
    ),
    ("a # in quotes before broken syntax", '["a #{B}", "c #{D}", @e]\n', [(1, 22, "yaml-syntax")]),
    ("a # in quotes that stay open", 'a: "b #{C}\nd: e\n', [(3, 1, "yaml-syntax")]),
    # all of them together
    (
        "all faults in one run, by place",
        'a: "\\0"\nb: !Sub c\nb: *d\n<<: e #{F}\n1: g\n',
        [
            (1, 4, "forbidden-character"),
            (2, 4, "yaml-tag"),
            (3, 1, "duplicate-key"),
            (3, 4, "unknown-anchor"),
            (4, 1, "merge-key"),
            (4, 7, "comment-eats-text"),
            (5, 1, "wrong-type"),
        ],
    ),
]


@both_parsers
@pytest.mark.parametrize(
    ("content", "expected"), [row[1:] for row in FAULTY], ids=[row[0] for row in FAULTY]
)
def test_fault_is_found_at_its_place(content: str | bytes, expected: Faults, native: bool) -> None:
    _, found = read(
        "spec.yaml", content.encode() if isinstance(content, str) else content, native=native
    )
    assert faults(found) == expected
    assert {each.severity for each in found} == {Severity.ERROR}


FATAL = {
    "file-too-large",
    "not-utf8",
    "tab-indentation",
    "yaml-syntax",
    "nesting-too-deep",
    "too-many-nodes",
    "empty-file",
}


@pytest.mark.parametrize(
    "content", ["a: b\na: c\n", "1: 2\n", "a: !b c\n", "a: b\n---\n", "a: *b", 'a: "\\0"']
)
def test_fault_that_does_not_stop_the_reading_leaves_data(content: str) -> None:
    document, found = read("spec.yaml", content.encode())
    assert found
    assert document.data is not None


@pytest.mark.parametrize(
    ("content", "expected"),
    [row[1:] for row in FAULTY if {rule for _, _, rule in row[2]} & FATAL],
    ids=[row[0] for row in FAULTY if {rule for _, _, rule in row[2]} & FATAL],
)
def test_fault_that_stops_the_reading_leaves_no_data(
    content: str | bytes, expected: Faults
) -> None:
    document, found = read("spec.yaml", content.encode() if isinstance(content, str) else content)
    assert faults(found) == expected
    assert document.data is None
    assert document.spans.of(("a",)).line >= 1


@pytest.mark.parametrize(
    ("content", "expected"), [row[1:] for row in FAULTY], ids=[row[0] for row in FAULTY]
)
def test_message_is_printable_and_ends_without_full_stop(
    content: str | bytes, expected: Faults
) -> None:
    _, found = read("spec.yaml", content.encode() if isinstance(content, str) else content)
    for each in found:
        notes = [note.message for note in each.notes]
        for text in [each.message, each.hint or "a hint", each.label or "a label", *notes]:
            assert text.isprintable()
            assert text[0] == text[0].lower() or text.startswith("YAML")
            assert not text.endswith(".")
    assert {rule for _, _, rule in expected} == {each.rule for each in found}


@both_parsers
def test_broken_syntax_is_told_in_the_words_of_the_parser(native: bool) -> None:
    """The bracket that stays open is the second place."""
    broken = only("a: b\nc: {d: e\nf: g\n", native=native)
    assert broken.message == "expected ',' or '}', but got ':'; while parsing a flow mapping"
    assert broken.notes == (Note(Span(2, 4, 2, 4), "a flow mapping begins here"),)


def test_duplicate_key_shows_the_first() -> None:
    """A key written twice is an error at the second, with a note at the first."""
    twice = only("a: b\nc:\n  d: e\n  f: g\n  d: h\n")
    assert twice.message == "'d' is written twice; first on line 3"
    assert twice.notes == (Note(Span(3, 3, 3, 4), "first written here"),)


def test_long_or_strange_user_text_is_cut_and_escaped() -> None:
    """A key of any length with a bell in it is quoted in one short, printable line."""
    _, found = read("spec.yaml", f'"\\a{"b" * 500}": 1\n"\\a{"b" * 500}": 2\n'.encode())
    twice = next(each for each in found if each.rule == "duplicate-key")
    assert twice.message == f"'\\x07{'b' * 58}…' is written twice; first on line 1"


@pytest.mark.parametrize(
    ("tag", "hint"),
    [
        (
            "!Ref",
            "write ${param:X}, ${resource:X} or ${expr:X}; "
            "under template: write the long form, Ref:",
        ),
        (
            "!ImportValue",
            "write ${import:X}; under template: write the long form, Fn::ImportValue:",
        ),
        ("!Join", "write ${expr:X}; under template: write the long form, Fn::Join:"),
        ("!!str", "leave it out; text that looks like a number or a boolean needs quotes"),
        ("!", "leave it out; text that looks like a number or a boolean needs quotes"),
    ],
)
def test_tag_is_quoted_as_written_with_what_to_write_instead(tag: str, hint: str) -> None:
    found = only(f"a: {tag} b\n")
    assert (found.message, found.hint) == (f"tag '{tag}' is not used here", hint)


def test_100_000_nodes_are_read_and_no_more() -> None:
    """The list itself, and its items."""
    assert len(data_of(f"[{'a,' * 99_999}]")) == 99_999
    assert faults((only(f"[{'a,' * 100_000}]"),)) == [(1, 200_000, "too-many-nodes")]


def test_faults_beyond_a_thousand_are_counted() -> None:
    """The last finding says how many more there are."""
    _, found = read("spec.yaml", b"- !a b\n" * 1500)
    assert len(found) == 1000
    assert [note.message for note in found[-1].notes] == ["500 more faults follow"]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"a: caf\xe9 \xed\xa0\x80", "a: caf\ufffd \ufffd\ufffd\ufffd"),
        (b"\xed\xa0\x80: \xff", "\ufffd: \ufffd"),
        (b"\xed\xa0\x80", "\ufffd"),
        ("\ufeffa: é".encode("utf-16-le"), "a: é"),
        ("\ufeffa: é".encode("utf-32-be"), "a: é"),
        (b"\0" * 2_000_000, ""),
    ],
)
def test_unreadable_file_still_has_text_to_show(content: bytes, text: str) -> None:
    document, found = read("spec.yaml", content)
    assert document.text == text
    assert document.data is None
    assert found
    assert document.spans.of(("a", "b")) == Span(1, 1, 1, 1)


SCALARS: list[tuple[str, object]] = [
    ("true", True),
    ("false", False),
    ("null", None),
    ("~", None),
    ("", None),
    ("0", 0),
    ("42", 42),
    ("-7", -7),
    ("123456789012", 123456789012),
    ("9" * 18, 10**18 - 1),
    ("9" * 19, "9" * 19),
    ("9" * 5000, "9" * 5000),
    *[
        (text, text)
        for text in [
            "True", "TRUE", "yes", "No", "on", "off", "y", "Null", "NULL", "None",
            "+1", "-0", "007", "012345678901", "0o17", "0x1F", "0b1", "1_000", "12:30", "1:30:00",
            "1.0", "1.", ".5", "1e3", "-1.5", ".inf", "-.INF", ".nan", "2024-02-30", "٣",
            "=", "a<<", "-", "--", "-a", "a#b", "a:b", "${branch:name}", "#a",
        ]
        if text not in ("-", "#a")
    ],
    ("'true'", "true"),
    ('"1"', "1"),
    ("''", ""),
    ("'~'", "~"),
    ('"\\t\\n\\r \\u2028\\ufeff\\U0001f600"', "\t\n\r \u2028\ufeff😀"),
    ("<<", "<<"),
    ("|\n  1", "1"),
    (">-\n  true", "true"),
]  # fmt: skip


@both_parsers
@pytest.mark.parametrize(("written", "value"), SCALARS, ids=[text[:20] for text, _ in SCALARS])
def test_scalars_are_read_as_yaml_1_2(written: str, value: object, native: bool) -> None:
    found = data_of(f"a: {written}", native=native)["a"]
    assert found == value
    assert type(found) is type(value)


WELL_FORMED: list[tuple[str, str | bytes, object]] = [
    ("a byte order mark is no text", b"\xef\xbb\xbfa: b\n", {"a": "b"}),
    ("lines may end in CR LF", "a: b\r\nc:\r\n  - d\r\n", {"a": "b", "c": ["d"]}),
    ("lines may end in CR", "a: b\rc: d\r", {"a": "b", "c": "d"}),
    ("a start and an end of the document", "---\na: b\n...\n", {"a": "b"}),
    ("directives do no harm", "%YAML 1.2\n%TAG !e! tag:x,2000:\n---\na: b\n", {"a": "b"}),
    ("an unknown directive does no harm", "%FOO bar\n---\na: b\n", {"a": "b"}),
    ("the root may be a list", "- a\n", ["a"]),
    ("the root may be a scalar", "a\n", "a"),
    ("50 levels", "[" * 50 + "]" * 50, json.loads("[" * 50 + "]" * 50)),
    ("quoted keys are text", "'1': a\n\"true\": b\n'<<': c\n", {"1": "a", "true": "b", "<<": "c"}),
    ("an empty key in quotes", "'': a\n", {"": "a"}),
    (
        "an anchor and its aliases",
        "a: &a [b]\nc: *a\nd: [*a]\n",
        {"a": ["b"], "c": ["b"], "d": [["b"]]},
    ),
    ("an anchor written again", "- &a b\n- *a\n- &a c\n- *a\n", ["b", "b", "c", "c"]),
    ("an anchor inside its namesake", "- &a [&a b, *a]\n", [["b", "b"]]),
    ("an anchor of nothing", "a: &a\nb: *a\n", {"a": None, "b": None}),
    ("an alias as key", "&a b: c\nd: {*a : e}\n", {"b": "c", "d": {"b": "e"}}),
    ("a set in brackets", "{a, b: }", {"a": None, "b": None}),
    ("a pair in a list", "[a: b]", [{"a": "b"}]),
    ("a variable in a word", "a: b#{C.D}\n", {"a": "b#{C.D}"}),
    ("a variable in quotes", "a: ['b #{C}', \"d #{E}\"]\n", {"a": ["b #{C}", "d #{E}"]}),
    ("a variable in a block", "a: |\n  b #{C}\n  #{D}\n", {"a": "b #{C}\n#{D}\n"}),
    ("a variable in folded text", "a: >- # b\n  c\n  #{D}\n", {"a": "c #{D}"}),
    ("a comment of its own line", "a: b\n  #{C}\nd: e # #{F}\n", {"a": "b", "d": "e"}),
    ("a comment under a block", "a: |\n  b\n#{C}\n", {"a": "b\n"}),
]


@both_parsers
@pytest.mark.parametrize(
    ("content", "data"), [row[1:] for row in WELL_FORMED], ids=[row[0] for row in WELL_FORMED]
)
def test_well_formed_text_has_no_fault(content: str | bytes, data: object, native: bool) -> None:
    document, found = read(
        "spec.yaml", content.encode() if isinstance(content, str) else content, native=native
    )
    assert found == ()
    assert document.data == data


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="PyYAML without libyaml")
@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a:\tb\n", {"a": "b"}),
        ("a: b\t# c\nd: e\t\n", {"a": "b", "d": "e"}),
        ("a: {b: c?, d: https://e/f?g=h}\n", {"a": {"b": "c?", "d": "https://e/f?g=h"}}),
    ],
)
def test_libyaml_takes_tabs_and_question_marks_where_yaml_has_them(text: str, data: object) -> None:
    assert data_of(text) == data


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="PyYAML without libyaml")
@pytest.mark.parametrize("blank", ["a:\tb", "a: {b?: c?}"])
def test_fault_is_not_sought_where_only_the_slower_parser_stumbles(blank: str) -> None:
    _, found = read("spec.yaml", f"{blank}\nc: d #{{E}}\nf: [g\nh: i\n".encode())
    assert faults(found) == [(2, 6, "comment-eats-text"), (4, 2, "yaml-syntax")]


SPANS: list[tuple[str, str, tuple[str | int, ...], str, str]] = [
    ("a plain scalar", "a: b c # d\n", ("a",), "b c", "a"),
    ("a scalar of two lines", "a: b\n  c\n", ("a",), "b\n  c", "a"),
    ("a quoted scalar with its quotes", "'a': \"b\"\n", ("a",), '"b"', "'a'"),
    (
        "a block scalar without the blank lines behind it",
        "a: |\n  b\n\nc: d",
        ("a",),
        "|\n  b",
        "a",
    ),
    ("the head of an empty block scalar", "a: |\nb: c", ("a",), "|", "a"),
    ("a list in brackets", "a: [b, c]\n", ("a",), "[b, c]", "a"),
    ("a map in brackets", "a: {b: c} # d\n", ("a",), "{b: c}", "a"),
    ("a map of lines ends with its last value", "a:\n  b: c\n# d\n", ("a",), "b: c", "a"),
    ("a list of lines begins with its first dash", "a:\n- b\n- c\n", ("a",), "- b\n- c", "a"),
    ("an item has no key", "a:\n  - b\n", ("a", 0), "b", "b"),
    ("a key in an item", "- b: c\n", (0, "b"), "c", "b"),
    ("the root", "a: b\nc: d\n", (), "a: b\nc: d", "a: b\nc: d"),
    ("nothing stands behind its colon", "a: {b:   }\n", ("a", "b"), "", "b"),
    ("an anchor is not part of the value", "a: &b c\n", ("a",), "c", "a"),
    ("nor of a map", "a: &b # c\n  d: e\n", ("a",), "d: e", "a"),
    ("nor of a list under its key", "a: &b\n- c\n", ("a",), "- c", "a"),
    ("nor of a map in brackets", "a: &b {c: d}\n", ("a",), "{c: d}", "a"),
    ("nor of a key", "&b a: c\n", ("a",), "c", "a"),
    ("nor of nothing", "a: &b\nc: d\n", ("a",), "", "a"),
    ("through an alias stands the anchored value", "a: &a {b: c}\nd: *a\n", ("d", "b"), "c", "b"),
    ("an alias is the anchored value", "a: &a b\nd: *a\n", ("d",), "b", "d"),
    ("an alias as key is itself", "&a b: c\nd: {*a : e}\n", ("d", "b"), "e", "*a"),
    ("an unknown key stands at its map", "a: {b: c}\n", ("a", "d", "e"), "{b: c}", "a"),
    ("an unknown item stands at its list", "a: [b]\n", ("a", 7), "[b]", "a"),
    ("a step below a scalar stands at the scalar", "a: b\n", ("a", "c"), "b", "a"),
    ("the first of two keys counts", "a: b\na: c\n", ("a",), "b", "a"),
    ("columns count characters", "é: 😀 # 😀\n", ("é",), "😀", "é"),
    ("lines that end in CR LF", "a: b\r\nc: d\r\n", ("c",), "d", "c"),
    ("lines that end in CR", "a: b\rc: d\r", ("c",), "d", "c"),
]


@both_parsers
@pytest.mark.parametrize(
    ("text", "pointer", "value", "key"), [row[1:] for row in SPANS], ids=[row[0] for row in SPANS]
)
def test_pointer_leads_to_the_text(
    text: str, pointer: tuple[str | int, ...], value: str, key: str, native: bool
) -> None:
    document, _ = read("spec.yaml", text.encode(), native=native)
    assert under(document, document.spans.of(pointer)) == value
    assert under(document, document.spans.of(pointer, on_key=True)) == key


def test_span_stands_for_itself() -> None:
    """A place that is a span already needs no looking up."""
    document, _ = read("spec.yaml", b"a: b\n")
    assert document.spans.of(Span(7, 1, 7, 2), on_key=True) == Span(7, 1, 7, 2)


IGNORES: list[tuple[str, str, list[tuple[tuple[str, ...], str, int, int, str]]]] = [
    (
        "behind text it silences its own line",
        "a: b # pipelinegen: ignore[x-y] it is so\n",
        [(("x-y",), "it is so", 1, 1, "# pipelinegen: ignore[x-y] it is so")],
    ),
    (
        "alone it silences the next line with text",
        "a:\n  # pipelinegen: ignore[x, y] why\n\n  # more\n  b: c\n",
        [(("x", "y"), "why", 2, 5, "# pipelinegen: ignore[x, y] why")],
    ),
    (
        "two above one line both silence it",
        "# pipelinegen: ignore[x] a\n# pipelinegen: ignore[y] b\na: b\n",
        [
            (("x",), "a", 1, 3, "# pipelinegen: ignore[x] a"),
            (("y",), "b", 2, 3, "# pipelinegen: ignore[y] b"),
        ],
    ),
    (
        "at the end it silences nothing but itself",
        "a: b\n#pipelinegen:ignore[x]\n\n",
        [(("x",), "", 2, 2, "#pipelinegen:ignore[x]")],
    ),
    (
        "behind another comment",
        "a: b # c # pipelinegen: ignore[x] d\n",
        [(("x",), "d", 1, 1, "# pipelinegen: ignore[x] d")],
    ),
    (
        "behind the head of a block scalar",
        "a: | # pipelinegen: ignore[x] d\n  b\n",
        [(("x",), "d", 1, 1, "# pipelinegen: ignore[x] d")],
    ),
    (
        "without brackets it names no rule",
        "a: b # pipelinegen: ignore this\n",
        [((), "this", 1, 1, "# pipelinegen: ignore this")],
    ),
    (
        "with open brackets it names no rule",
        "a: b # pipelinegen: ignore[x this\n",
        [((), "[x this", 1, 1, "# pipelinegen: ignore[x this")],
    ),
    ("in quotes it is text", "a: 'b # pipelinegen: ignore[x] c'\n", []),
    ("in a block scalar it is text", "a: |\n  b\n  # pipelinegen: ignore[x] c\n", []),
    ("inside a word it is prose", "a: b # write `# pipelinegen: ignore[x] c`\n", []),
    ("another word is another matter", "a: b # pipelinegen: ignored[x]\n# pipelinegen: on\n", []),
]


@both_parsers
@pytest.mark.parametrize(
    ("text", "expected"), [row[1:] for row in IGNORES], ids=[row[0] for row in IGNORES]
)
def test_silencing_comment(
    text: str, expected: list[tuple[tuple[str, ...], str, int, int, str]], native: bool
) -> None:
    document, found = read("spec.yaml", text.encode(), native=native)
    assert found == ()
    assert [
        (each.rules, each.reason, each.line, each.applies_to, under(document, each.span))
        for each in document.ignores
    ] == expected


Written = Any
"""Plain data whose lists and maps are pairs: whether to write brackets, and what is in them."""

WORDS = st.text("aZ09é😀_./-", max_size=6).map("w{}".format)
WRITTEN: st.SearchStrategy[Written] = st.recursive(
    WORDS | st.integers(-(10**6), 10**6),
    lambda inner: st.tuples(
        st.booleans(), st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4)
    ),
    max_leaves=20,
)


def in_brackets(node: Written) -> str:
    """Write a node on one line."""
    if not isinstance(node, tuple):
        return str(node)
    if isinstance(node[1], list):
        return f"[{', '.join(map(in_brackets, node[1]))}]"
    return f"{{{', '.join(f'{key}: {in_brackets(value)}' for key, value in node[1].items())}}}"


def in_lines(node: Written, indent: str = "") -> str:
    """Write what follows a colon or a dash."""
    if not isinstance(node, tuple) or node[0] or not node[1]:
        return f" {in_brackets(node)}"
    inner = indent + "  "
    if isinstance(node[1], list):
        lines = [f"\n{inner}-{in_lines(item, inner)}" for item in node[1]]
    else:
        lines = [f"\n{inner}{key}:{in_lines(item, inner)}" for key, item in node[1].items()]
    return "".join(lines)


def plain(node: Written) -> Any:
    """Return the data that was written."""
    if not isinstance(node, tuple):
        return node
    if isinstance(node[1], list):
        return [plain(item) for item in node[1]]
    return {key: plain(item) for key, item in node[1].items()}


def pointers(data: Any, pointer: Pointer = ()) -> Iterator[tuple[Pointer, Any]]:
    """Yield all nodes of plain data."""
    yield pointer, data
    if isinstance(data, (list, dict)):
        for step, item in data.items() if isinstance(data, dict) else enumerate(data):
            yield from pointers(item, (*pointer, step))


@given(node=WRITTEN, native=st.sampled_from([False, yaml.__with_libyaml__]))
def test_what_was_written_is_read_and_found_again(node: Written, native: bool) -> None:
    """Data comes back as it was written, and the span of each plain scalar and key is its text."""
    document, found = read("spec.yaml", f"root:{in_lines(node)}\n".encode(), native=native)
    assert found == ()
    assert document.data == {"root": plain(node)}
    for pointer, value in pointers(document.data):
        if isinstance(value, (str, int)):
            assert under(document, document.spans.of(pointer)) == str(value)
        if pointer and isinstance(pointer[-1], str):
            assert under(document, document.spans.of(pointer, on_key=True)) == pointer[-1]


# fmt: off
AGREED = [
    "a", "b c", "1", "true", "null", "~", "é", "😀", "=", "k: ", "- ", "-", ":", ": ", ",", ", ",
    "[", "]", "{", "}", "'", '"', "|\n", "> ", "|2-\n", "&a ", "&b ", "*a", "*b ", "<<: ", "#",
    "# c", "#{x}", " #{x}", "# pipelinegen: ignore[a] b", "%", "@", "`", "---", "---\n", "...\n",
    "\\", "\\u0041", "\\ud800", "\\U00110000", "\n", "\n  ", "\n    ", "  ", " ", "\r\n", "\r",
]
# fmt: on
STRAY = [*AGREED, "? ", "!", "!t ", "!!str ", "\t", "\0", "\x1b", "\x85", "\u2028", "\ufeff"]


def changed(pieces: list[str]) -> st.SearchStrategy[str]:
    """Texts of such pieces, alone or pushed into a spec."""
    junk = st.lists(st.sampled_from(pieces), max_size=25).map("".join)
    return junk | st.tuples(
        st.integers(0, len(SPEC)), st.integers(0, 20), st.lists(st.sampled_from(pieces), max_size=4)
    ).map(lambda cut: SPEC[: cut[0]] + "".join(cut[2]) + SPEC[cut[0] + cut[1] :])


@given(
    content=st.binary(max_size=100) | changed(STRAY).map(str.encode),
    native=st.sampled_from([False, yaml.__with_libyaml__]),
)
@settings(max_examples=500)
def test_no_bytes_are_too_strange(content: bytes, native: bool) -> None:
    """Junk gets findings inside the text, in order, or has none and is plain data."""
    document, found = read("spec.yaml", content, native=native)
    lines = document.text.splitlines()
    places = [(place(each).line, place(each).column, each.rule) for each in found]
    assert places == sorted(places)
    for each in found:
        at = place(each)
        assert 1 <= at.line <= len(lines) + 1
        assert 1 <= at.column <= len([*lines, "", ""][at.line - 1]) + 1
        assert (at.line, at.column) <= (at.end_line, at.end_column)
        assert each.message.isprintable()
    for pointer, value in pointers(document.data):
        assert isinstance(value, (str, int, list, dict, type(None)))
        assert document.spans.of(pointer).line >= 1
    if not found:
        json.dumps(document.data, ensure_ascii=False).encode()


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="PyYAML without libyaml")
@given(text=changed(AGREED))
@settings(max_examples=500)
def test_both_parsers_say_the_same(text: str) -> None:
    """Which parser is installed shows neither in the data nor in the findings."""
    first, first_found = read("spec.yaml", text.encode(), native=True)
    second, second_found = read("spec.yaml", text.encode(), native=False)
    assert first_found == second_found
    assert first.data == second.data
    assert first.ignores == second.ignores
    for pointer, _ in pointers(first.data):
        assert first.spans.of(pointer) == second.spans.of(pointer)


HOSTILE = """
import resource, sys, time
from pipelinegen.document import read

resource.setrlimit(resource.RLIMIT_AS, (500 * 2**20, 500 * 2**20))
spec = "".join(f"  {line}\\n" for line in sys.stdin.read().splitlines())
units = '''[ {a: -_ " &a_ *a_ ?_ : :_ [a:_ % x ~ NUL #{ -_*a~ -_!t_a~ [], ---~ a_#{~
    #_pipelinegen:_ignore[a]_b~'''
texts = [
    unit * (2**20 // len(unit))
    for unit in units.replace("NUL", "\\0").split()
    for unit in [unit.replace("_", " ").replace("~", "\\n")]
]
texts += [
    "".join(" " * level + "-\\n" for level in range(1400)),
    "&a !t" + " #" * 500_000 + "\\n  |#",
    "!a" * 500_000 + " |\\n",
    "[" + (" " * 1000 + "&a ,") * 1000 + "]",
    "a0: &a0 [" + "x, " * 9 + "]\\n"
    + "".join(f"a{n}: &a{n} [" + f"*a{n - 1}, " * 9 + "]\\n" for n in range(1, 9000)),
    "".join(f"k{n}:\\n{spec}" for n in range(2000)),
]
for text in texts:
    begun = time.monotonic()
    _, found = read("spec.yaml", text.encode())
    seconds = time.monotonic() - begun
    assert seconds < 5, (text[:20], seconds)
    assert len(found) <= 1000, text[:20]
assert found == (), found  # the last one is well formed
"""


def test_a_mebibyte_of_anything_takes_seconds_and_little_memory() -> None:
    """Deep, wide, repeating and unfinished text is answered within 5 s and 500 MB."""
    pytest.importorskip("resource")
    done = subprocess.run(
        [sys.executable, "-c", HOSTILE], input=SPEC, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_aliases_of_a_long_text_count_by_its_length() -> None:
    """Ten thousand aliases of a long text would be gigabytes once they are written out."""
    text = "a: &a " + "x" * 100_000 + "\nb: [" + "*a, " * 1_000 + "]\n"
    _, found = read("long.yaml", text.encode())
    assert [diagnostic.rule for diagnostic in found] == ["too-many-nodes"]
