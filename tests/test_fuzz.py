"""Mutated specs and hostile branch names: a message or a sound template, never an exception."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from pipelinegen.compiler import compile_spec
from pipelinegen.diagnostics import Diagnostic
from pipelinegen.document import read
from pipelinegen.dump import to_json, to_yaml
from pipelinegen.intrinsics import Reference, substitution_parts
from pipelinegen.specialise import specialise
from tests.soundness import dangling, structure_faults

JSON = Any
Place = tuple[str | int, ...]

SECONDS = 5
"""How long one small spec may take at most, many times what it takes on a busy machine."""

MUTANTS = 500

ODD = [
    *"""
| x|é|日本語|😀|\u202eabc|\x7f|a\tb|two\nlines|'|"|\\|%|*|**|!x|!|-|.|..|0|-1|true|null|~|main|
feature/*|${|${}|${:}|${a:}|${:b}|${x}|${!x}|${!value:size}|$${value:size}|a${value:size|{|}|[|[a|
[!|a[b]c|${value:}|${value:size}|${value:none}|${value:${value:size}}|"${value:size}"|${branch:name}|
${branch:slug}|${branch:rule}|${branch:none}|${AWS::Region}|${AWS::}|${AWS::NoValue}|${param:Vpc}|
${param:}|${target:region}|${role:Deploy}|${role:None}|${topic:Team}|${project:Builder}|
${function:Warm}|${store:arn}|${store:bucket}|${store:key-arn}|${store:none}|${import:x}|${import:}|
${ssm:/a/b}|${ssm:}|${secret:a:b}|${secret:a}|${secret:}|${resource:Pipeline}|${resource:}|
${resource:Pipeline.Version}|${resource:.}|${resource:A.}|${expr:X}|#{|#{}|#{Source.CommitId}|
#{variables.X}|#{codepipeline.PipelineExecutionId}|#{.}|#{a.}|#{.b}|#{A.B.C}|#{#{Source.CommitId}}|
${value:size}#{Source.CommitId}${branch:name}|{{resolve:ssm:/x}}|::|A::b|Source::x|Source::|::x|
A::b::c|arn:|arn:aws:iam::123456789012:role/x|arn:aws:lambda:x|alias/x|http://x|Build|Source|
111111111111|0 5 ? * MON *|* * * * * *|""".replace("|\n", "|").split("|"),
    "a" * 1001,
    "${value:size}" * 300,
    "#{Source.CommitId}" * 300,
]
OTHER: list[JSON] = [
    *(None, True, False, 0, 1, -1, 10**12),
    *([], {}, [[]], [{}], {"a": 1}, {"Ref": "X"}, [None], ["main"]),
]


@cache
def specs() -> dict[str, JSON]:
    folder = Path(__file__).parent / "cases" / "ok"
    return {
        path.stem: read(path.name, path.read_bytes())[0].data
        for path in sorted(folder.glob("*.yaml"))
    }


def places(value: JSON, at: Place = ()) -> Iterator[tuple[Place, JSON]]:
    yield at, value
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, item in items:
        yield from places(item, (*at, key))


def put(whole: JSON, at: Place, value: JSON) -> JSON:
    """Return `whole` with `value` at a place; the whole itself where the place is its root."""
    value = copy.deepcopy(value)
    if not at:
        return value
    parent = whole
    for key in at[:-1]:
        parent = parent[key]
    parent[at[-1]] = value
    return whole


def dropped(whole: JSON, at: Place) -> JSON:
    parent = whole
    for key in at[:-1]:
        parent = parent[key]
    del parent[at[-1]]
    return whole


def mutated(chance: Random, whole: JSON) -> JSON:
    """Change one thing: a text, a value of another type, a key dropped, repeated, grafted."""
    found = list(places(whole))
    texts = [(at, value) for at, value in found if isinstance(value, str)]
    kind = chance.choice(("text", "text", "text", "inside", "other", "drop", "repeat", "graft"))
    at, value = chance.choice(found)
    if kind in ("text", "inside") and texts:
        at, value = chance.choice(texts)
        cut = chance.randrange(len(value) + 1)
        odd = chance.choice(ODD)
        return put(whole, at, odd if kind == "text" else value[:cut] + odd + value[cut:])
    if kind == "drop" and at:
        return dropped(whole, at)
    if kind == "repeat" and isinstance(value, list) and value:
        return put(whole, at, value + [chance.choice(value)] * chance.choice((1, 60)))
    if kind == "graft":
        _, other = chance.choice(list(places(chance.choice(list(specs().values())))))
        return put(whole, at, other)
    return put(whole, at, chance.choice(OTHER))


def mutant(seed: int) -> JSON:
    chance = Random(seed)
    whole = copy.deepcopy(chance.choice(list(specs().values())))
    for _ in range(chance.choice((1, 1, 2, 3))):
        whole = mutated(chance, whole)
    return whole


@pytest.mark.parametrize("first", range(0, MUTANTS, 50))
def test_mutants_are_refused_or_become_sound_templates(first: int) -> None:
    """No exception, no long wait; what compiles can be written, and is sound for every rule."""
    for seed in range(first, first + 50):
        data = mutant(seed)
        content = to_yaml(data).encode("utf-8", "surrogatepass")
        start = time.monotonic()
        compilation = compile_spec(f"mutant{seed}.yaml", content)
        assert time.monotonic() - start < SECONDS
        assert compilation.template is not None or compilation.failed
        if compilation.template is not None and compilation.spec is not None:
            body = compilation.template.body
            assert json.loads(to_json(body)) == body
            assert to_yaml(body)
            for rule in compilation.spec.branch_rules:
                assert_sound(body, rule.id, is_patched(data))


def assert_sound(body: JSON, rule: str, patched: bool) -> None:
    bound = {"BranchRule": rule, "BranchName": "a/b", "BranchSlug": "a-b"}
    resolved = specialise(body, bound, drop_unused=True)
    if not patched:
        assert dangling(resolved) == []
        assert structure_faults(resolved) == []


def is_patched(data: JSON) -> bool:
    """Tell whether the spec writes CloudFormation itself, which is then its own business."""
    return any(at[-1:] in (("patch",), ("template",)) for at, _ in places(data))


SECRET = "hunter2correcthorse"


def secret_places() -> list[tuple[str, Place]]:
    """Return (spec, place) of every text that is a secret."""
    return [
        (name, at)
        for name, whole in specs().items()
        for at, value in places(whole)
        if isinstance(value, str) and at[-1] in ("oauth-token", "client-secret", "refresh-token")
    ]


@pytest.mark.parametrize(("name", "at"), secret_places(), ids=lambda value: str(value)[-60:])
@pytest.mark.parametrize(
    "written",
    [
        SECRET,
        f"${{secret:{SECRET}",
        f"${{secret:{SECRET}}}",
        f"${{{SECRET}}}",
        f"#{{{SECRET}}}",
        f"{SECRET} ",
        [SECRET],
        {SECRET: SECRET},
    ],
    ids=["text", "unclosed", "no key", "no kind", "variable", "space", "list", "map"],
)
def test_a_secret_in_the_wrong_place_is_in_no_message(name: str, at: Place, written: JSON) -> None:
    data = put(copy.deepcopy(specs()[name]), at, written)
    found = compile_spec("secret.yaml", to_yaml(data).encode()).diagnostics
    assert [said for one in found for said in _words(one) if SECRET in said] == []


def _words(found: Diagnostic) -> Iterator[str]:
    yield found.message
    yield found.hint or ""
    yield found.label or ""
    yield from (note.message for note in found.notes)


HOSTILE = [
    "${AWS::AccountId}",
    "a${BranchSlug}b",
    "${!x}",
    "$",
    "${",
    "$(id)",
    "`id`",
    "{{resolve:secretsmanager:app:SecretString:key}}",
    "#{Source.CommitId}",
    'a"b',
    "a\\b",
    "a'b; DROP TABLE",
    "\u202etxt.exe",
    "a\x00b",
    "a\nb",
    "*",
    "../..",
    "é" * 200,
    "",
]


@pytest.mark.parametrize("branch", HOSTILE, ids=ascii)
@pytest.mark.parametrize("name", sorted(specs()))
def test_a_branch_name_stays_data(name: str, branch: str) -> None:
    """Where a template holds the name of the branch, it holds it as it is, whatever it looks like.

    What is left of `Fn::Sub` is read as CloudFormation reads it: no reference came from the name.
    """
    compilation = _compiled(name)
    assert compilation.template is not None
    assert compilation.spec is not None
    body = compilation.template.body
    for rule in compilation.spec.branch_rules[:2]:
        plain = {"BranchRule": rule.id, "BranchSlug": "slug"}
        marked = specialise(body, plain | {"BranchName": MARK})
        hostile = specialise(body, plain | {"BranchName": branch})
        assert _read(hostile) == _replaced(_read(marked), branch)


MARK = "MARKOFABRANCH"


@cache
def _compiled(name: str) -> Any:
    return compile_spec(name, to_yaml(specs()[name]).encode())


def _read(value: JSON) -> JSON:
    """Return a template with each text of `Fn::Sub` split into literal text and references."""
    if isinstance(value, list):
        return [_read(item) for item in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"Fn::Sub"}:
        argument = value["Fn::Sub"]
        text, rest = (argument, {}) if isinstance(argument, str) else argument
        return {
            "Sub": [_piece(part) for part in substitution_parts(text) if part != ""],
            "of": rest,
        }
    # A tag holds a form of the name that AWS takes in tags.
    return {key: _read(item) for key, item in value.items() if key != "Tags"}


def _piece(part: str | Reference) -> JSON:
    return part if isinstance(part, str) else {"to": str(part)}


def _replaced(value: JSON, branch: str) -> JSON:
    """Return what was read with the mark replaced in every text, as if the name had been there."""
    if isinstance(value, str):
        return value.replace(MARK, branch)
    if isinstance(value, list):
        return [_replaced(item, branch) for item in value]
    if isinstance(value, dict):
        return {_replaced(key, branch): _replaced(item, branch) for key, item in value.items()}
    return value
