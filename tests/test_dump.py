"""Dumped text reads back as the same value everywhere, and a person likes to read it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import unicodedata
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipelinegen.dump import _UNSEEN, to_json, to_yaml

TEMPLATE = {
    "AWSTemplateFormatVersion": "2010-09-09",
    "Description": "Pipeline of shop: 'it works'",
    "Parameters": {"BranchName": {"Type": "String", "MinLength": 1, "NoEcho": False}},
    "Conditions": {"IsMain": {"Fn::Equals": [{"Ref": "BranchRule"}, "main"]}},
    "Resources": {
        "Project": {
            "Type": "AWS::CodeBuild::Project",
            "Metadata": {"pipelinegen": {"path": "stages/Build/Build"}, "empty": {}},
            "Properties": {
                "TimeoutInMinutes": 60,
                "Ratio": 0.5,
                "Tags": [],
                "Nothing": None,
                "Account": "111111111111",
                "Overrides": '{"Size":"#{Build.Size}"}',
                "BuildSpec": "version: 0.2\nphases:\n\tbuild:  \n\n  x: 1\n",
                "Policies": [
                    {
                        "Version": "2012-10-17",
                        "Statement": [
                            {
                                "Action": ["s3:GetObject*", "s3:List*"],
                                "Resource": {"Fn::Sub": "${Bucket.Arn}/*"},
                            }
                        ],
                    },
                    [["a", "b"], []],
                    "cd a\nmake",
                ],
            },
        }
    },
}

YAML = """\
AWSTemplateFormatVersion: '2010-09-09'
Description: "Pipeline of shop: 'it works'"
Parameters:
  BranchName:
    Type: String
    MinLength: 1
    NoEcho: false
Conditions:
  IsMain:
    Fn::Equals:
      - Ref: BranchRule
      - main
Resources:
  Project:
    Type: AWS::CodeBuild::Project
    Metadata:
      pipelinegen:
        path: stages/Build/Build
      empty: {}
    Properties:
      TimeoutInMinutes: 60
      Ratio: 0.5
      Tags: []
      Nothing: null
      Account: '111111111111'
      Overrides: '{"Size":"#{Build.Size}"}'
      BuildSpec: |
        version: 0.2
        phases:
        \tbuild:__

          x: 1
      Policies:
        - Version: '2012-10-17'
          Statement:
            - Action:
                - s3:GetObject*
                - s3:List*
              Resource:
                Fn::Sub: ${Bucket.Arn}/*
        - - - a
            - b
          - []
        - |-
          cd a
          make
""".replace("__", "  ")  # spaces at the end of a line, which editors would drop from this file


class CoreLoader(yaml.SafeLoader):
    """Reads plain text as YAML 1.2 does: https://yaml.org/spec/1.2.2/#103-core-schema"""


CoreLoader.yaml_implicit_resolvers = {}
CORE = {
    "null": r"~|null|Null|NULL|",
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+",
    "float": (
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"
        r"|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
    ),
}
for tag, pattern in CORE.items():
    CoreLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{tag}", re.compile(f"(?:{pattern})$"), None
    )

LOADERS: dict[str, Any] = {"YAML 1.1": yaml.SafeLoader, "YAML 1.2": CoreLoader}
if yaml.__with_libyaml__:
    LOADERS["libyaml"] = yaml.CSafeLoader


def read(text: str) -> list[Any]:
    """Return what each reader makes of `text`; lone surrogates are more than libyaml takes."""
    if re.search(r"\\ud[89a-f]", text):
        return [yaml.load(text, Loader=yaml.SafeLoader)] * len(LOADERS)
    return [yaml.load(text, Loader=loader) for loader in LOADERS.values()]


def test_golden_yaml() -> None:
    """A template comes out in its own order, block by block, quoted only where it must be."""
    assert to_yaml(TEMPLATE) == YAML


def test_golden_json() -> None:
    """JSON is indented by two, in the order given, readable, with a line break at its end."""
    value = {"b": [1, "é 日 🚀"], "a": {}, "c": "\u202e\x7f\ud800\U000e0041\t\n"}
    assert to_json(value) == (
        '{\n  "b": [\n    1,\n    "é 日 🚀"\n  ],\n  "a": {},\n'
        '  "c": "\\u202e\\u007f\\ud800\\udb40\\udc41\\t\\n"\n}\n'
    )


def test_json_refuses_what_json_cannot_say() -> None:
    """A number that is not finite is no JSON."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json(float("inf"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        *("yes", "No", "ON", "off", "y", "N", "true", "False", "null", "NULL", "~"),
        *("0", "012", "0o17", "0x1F", "0b1", "08", "1_000", "+1", "-1", "-0", "111111111111"),
        *("1.0", "1.", ".5", "-.5", "1e3", "1E-3", "6.8523015e+5", "e0", ".inf", "-.INF", ".NaN"),
        *("12:30", "190:20:30", "190:20:30.15", "2012-10-17", "2001-12-14t21:59:43.10-05:00"),
        *("=", "<<", "-", "?", ":", "- a", "? a", "---", "...", "a: b", "a:", "a #b", "#a"),
        *("&a", "*a", "!a", "%a", "@a", "`a", "|", ">", "'", '"a"', "[a]", "{a}", "}", "]", ","),
        *(" a", "a ", "a\tb", "\ta", "\xa0a"),
    ],
)
def test_quoted(text: str) -> None:
    """What any reader could take for something else is quoted, as a key as well."""
    value = {text: [text]}
    output = to_yaml(value)
    assert output[0] in "'\""
    assert output.splitlines()[1].strip()[2] in "'\""
    assert read(output) == [value] * len(LOADERS)


@pytest.mark.parametrize(
    "text",
    [
        *("main", "AWS::CodeBuild::Project", "arn:aws:s3:::bucket/*", "${BranchName}", "/aws/x"),
        *("Fn::If", "Deploy to production, please", "yes please", "a#b", "it's [ok]", "v1.0", "é"),
        *("日本", "🚀", "_x", "(a)", "null-and-void", "nan", "a'b", 'a"b', "feature/*", "a\xa0b"),
    ],
)
def test_plain(text: str) -> None:
    """Ordinary text stands without quotes, as a key as well."""
    value = {text: text}
    assert to_yaml(value) == f"{text}: {text}\n"
    assert read(to_yaml(value)) == [value] * len(LOADERS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a'b: ", '"a\'b: "'),
        ("a'b\"c: ", "'a''b\"c: '"),
        ('"a\\b"', "'\"a\\b\"'"),
        ("a\tb", '"a\\tb"'),
        ('a\\\t"b', '"a\\\\\\t\\"b"'),
        ("a\r\nb\n", '"a\\r\\nb\\n"'),
        ("\x00\x1b\x7f\x85\xad", r'"\x00\x1b\x7f\x85\xad"'),
        ("\u2028\u202e\u200b\ufeff", r'"\u2028\u202e\u200b\ufeff"'),
        ("🚀\u200d\U000e0041\ud800", r'"🚀\u200d\U000e0041\ud800"'),
    ],
    ids=[
        "single quotes stand between double ones",
        "with both quotes, single ones are doubled",
        "backslashes need single quotes",
        "a tab is spelt out",
        "so are backslash and quote beside it",
        "carriage returns cannot stand in a block",
        "control characters are spelt out",
        "so are separators, bidi and invisible characters",
        "an emoji stays an emoji",
    ],
)
def test_quotes(text: str, expected: str) -> None:
    """The kind of quotes is the most readable that keeps the text."""
    assert to_yaml({"k": text}) == f"k: {expected}\n"
    assert read(to_yaml({"k": text})) == [{"k": text}] * len(LOADERS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nb", "k: |-\n  a\n  b\nl: 1\n"),
        ("a\nb\n", "k: |\n  a\n  b\nl: 1\n"),
        ("a\n\n", "k: |+\n  a\n\nl: 1\n"),
        ("  a\nb\n", "k: |2\n    a\n  b\nl: 1\n"),
        ("\n\ta\n", "k: |2\n\n  \ta\nl: 1\n"),
        ("a \n  \n\tb \n", "k: |\n  a \n    \n  \tb \nl: 1\n"),
        ("# a\n---\n...\n", "k: |\n  # a\n  ---\n  ...\nl: 1\n"),
        ("\ta\nb", 'k: "\\ta\\nb"\nl: 1\n'),
        (" \n\n", 'k: " \\n\\n"\nl: 1\n'),
        ("\n", 'k: "\\n"\nl: 1\n'),
    ],
    ids=[
        "no line break at the end",
        "one line break at the end",
        "more line breaks at the end",
        "a first line that is indented",
        "an empty first line",
        "spaces and tabs at the ends of lines",
        "what looks like YAML",
        "a tab at the beginning has to be quoted",
        "blank text has to be quoted",
        "so has a lone line break",
    ],
)
def test_text_of_several_lines(text: str, expected: str) -> None:
    """Text of several lines stands as it is, and reads back to the byte, also at the very end."""
    assert to_yaml({"k": text, "l": 1}) == expected
    for value in ({"k": text, "l": 1}, {"k": text}, [text, [text]], {"k": [{"k": text}]}, text):
        assert read(to_yaml(value)) == [value] * len(LOADERS)


def test_no_end_marker() -> None:
    """Text that ends in empty lines ends the file as well; no `...` follows it."""
    assert to_yaml({"k": "a\n\n"}) == "k: |+\n  a\n\n"


@pytest.mark.parametrize(
    "key",
    ["a\nb", "", "k" * 127, "k" * 128, "k" * 2000, "\U000e0041" * 110, "\u202e" * 127, "a: b\t"],
    ids=[
        "two lines",
        "empty",
        "just short",
        "long",
        "very long",
        "short but long when spelt out",
        "spelt out",
        "with a colon and a tab",
    ],
)
def test_keys(key: str) -> None:
    """Any text can be a key."""
    value = {key: {key: "a\nb\n"}, "other": [{key: [1]}]}
    assert read(to_yaml(value)) == [value] * len(LOADERS)


def test_nothing_is_shared() -> None:
    """A value that occurs twice is written twice, without anchor and alias."""
    shared = {"a": ["b"]}
    assert to_yaml({"v": shared, "w": shared}) == "v:\n  a:\n    - b\nw:\n  a:\n    - b\n"


def test_nothing_is_folded() -> None:
    """However long a line gets, it stays one line."""
    value = {"plain": "word " * 500 + "end", "quoted": "'x: y' " * 500, "escaped": "\t a" * 500}
    assert to_yaml(value).count("\n") == 3
    assert read(to_yaml(value)) == [value] * len(LOADERS)


def test_numbers() -> None:
    """Numbers read back as the numbers they were, under both versions of YAML."""
    value = [0, -1, 10**20, 0.1, -0.0, 1e20, 1e-7, 5e-324, 1.5e300, True, False, None]
    for result in read(to_yaml(value)):
        assert list(map(repr, result)) == list(map(repr, value))


def test_what_is_spelt_out_covers_what_python_knows() -> None:
    """No control, format or separating character of this Python's Unicode reaches a reader raw."""
    kinds = ("Cc", "Cf", "Cs", "Zl", "Zp")
    known = {
        character
        for character in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(character) in kinds
    }
    assert {character for character in known if not _UNSEEN.match(character)} == {"\t", "\n"}


def test_the_same_bytes_in_every_process() -> None:
    """Neither the hash seed nor the locale changes a byte."""
    script = (
        "import json, sys; from pipelinegen.dump import to_yaml;"
        "sys.stdout.buffer.write(to_yaml(json.load(sys.stdin)).encode())"
    )
    for seed, locale in (("1", "C"), ("2", "tr_TR.UTF-8")):
        result = subprocess.run(
            [sys.executable, "-c", script],
            input=json.dumps(TEMPLATE).encode(),
            env={"PYTHONHASHSEED": seed, "LC_ALL": locale, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
        )
        assert result.stdout.decode() == YAML


def test_fast_enough() -> None:
    """A template of 60 KB is written in a blink; the bound is loose, for slow machines."""
    value = {f"Resource{number}": TEMPLATE["Resources"] for number in range(90)}
    size = len(to_yaml(value))
    started = time.process_time()
    to_yaml(value)
    assert size > 60_000
    assert time.process_time() - started < 0.5


TRICKY = st.sampled_from(
    ["yes", "1", "0", "e", ":", " ", "\n", "\t", "#", "-", "'", '"', "\\", "."]
)
CHARACTERS = st.characters() | st.sampled_from("\r\x85\u2028\u202e\ufeff\ud800日🚀")
TEXTS = st.text(CHARACTERS) | st.lists(TRICKY, max_size=8).map("".join)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_yaml_reads_back(value: Any) -> None:
    """Every reader makes the same value of the text, which holds no control codes."""
    output = to_yaml(value)
    assert output.endswith("\n")
    assert output == to_yaml(value)
    assert not _UNSEEN.search(output)
    assert read(output) == [value] * len(LOADERS)


@given(st.dictionaries(TEXTS, TEXTS))
def test_maps_keep_their_order(value: dict[str, str]) -> None:
    """Keys come in the order in which they are given."""
    assert list(yaml.safe_load(to_yaml(value)).items()) == list(value.items())


@given(VALUES)
def test_json_reads_back(value: Any) -> None:
    """JSON holds every value that has finite numbers, and no codes."""
    if "Infinity" in json.dumps(value):
        return
    output = to_json(value)
    assert not _UNSEEN.search(output)
    assert json.loads(output) == value
