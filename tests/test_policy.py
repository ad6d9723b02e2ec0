"""IAM statements: joined where only resources differ, sorted, named by what they allow, cut."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest

from pipelinegen.compiler import compile_spec
from pipelinegen.dump import to_yaml
from pipelinegen.fragment import Statement
from pipelinegen.policy import (
    INLINE_POLICY_BYTES,
    MANAGED_POLICY_BYTES,
    merge,
    rendered,
    spread,
)
from pipelinegen.specialise import specialise
from pipelinegen.text import Ref, Text
from tests import rights

JSON = Any


def statement(sid: str, actions: str, resources: str, **more: Any) -> Statement:
    """Return a statement from words; a resource in braces is a reference."""
    texts = tuple(Text.parse(word) for word in resources.split())
    return Statement(sid, tuple(actions.split()), texts, **more)


def written_out(value: JSON) -> JSON:
    return value.source() if isinstance(value, Text) else value


def shown(statements: tuple[Statement, ...]) -> list[str]:
    """Return "Sid: actions on resources" for each statement, as it would be written."""
    written = [rendered(one, written_out) for one in statements]
    return [
        f"{one['Sid']}: {' '.join(one['Action'])} on {' '.join(one['Resource'])}" for one in written
    ]


SAME = {"StringEquals": {"aws:ResourceAccount": "1"}}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param((), [], id="nothing stays nothing"),
        pytest.param(
            [statement("A", "s3:GetObject", "arn:a")], ["A: s3:GetObject on arn:a"], id="one stays"
        ),
        pytest.param(
            [statement("A", "x:C x:B", "arn:b"), statement("A", "x:B x:C", "arn:a arn:b")],
            ["A: x:B x:C on arn:a arn:b"],
            id="statements that differ in resources only are one",
        ),
        pytest.param(
            [statement("B", "x:B", "arn:b"), statement("A", "x:A", "arn:a")],
            ["A: x:A on arn:a", "B: x:B on arn:b"],
            id="statements come out by Sid",
        ),
        pytest.param(
            [statement("A", "x:A", "arn:a", conditions=SAME), statement("A", "x:A", "arn:b")],
            ["Ad2ad9b: x:A on arn:b", "Ad023e0: x:A on arn:a"],
            id="a condition keeps statements apart",
        ),
    ],
)
def test_merge(given: list[Statement], expected: list[str]) -> None:
    assert shown(merge(given)) == expected


def test_a_sid_tells_what_it_allows_and_not_where_it_stands() -> None:
    """A neighbour of the same Sid adds digits to it, but its place and its resources do not."""
    read = statement("S3", "s3:GetObject", "arn:a")
    write = statement("S3", "s3:PutObject", "arn:b")
    alone = [one.sid for one in merge([read])]
    pair = {one.actions: one.sid for one in merge([read, write])}
    turned = {one.actions: one.sid for one in merge([write, read])}
    grown = {
        one.actions: one.sid for one in merge([read, write, statement("S3", "s3:PutObject", "c")])
    }
    assert alone == ["S3"]
    assert pair == turned == grown
    assert all(sid.isalnum() for sid in pair.values())


def test_a_joined_statement_knows_everything_that_needs_it() -> None:
    first = statement("A", "x:A", "arn:a", origins=(("stages", 0),))
    second = statement("A", "x:A", "arn:b", origins=(("stages", 1),))
    (joined,) = merge([first, second, first])
    assert joined.origins == (("stages", 0), ("stages", 1))


def test_order_leaves_no_trace() -> None:
    given = [
        statement(sid, actions, resource, conditions=conditions)
        for sid in ("A", "B")
        for actions in ("x:A", "x:B x:A")
        for resource in ("arn:a", "arn:b", "${role:X}")
        for conditions in (None, SAME)
    ]
    expected = shown(merge(given))
    for seed in range(20):
        shuffled = list(given)
        Random(seed).shuffle(shuffled)
        assert shown(merge(shuffled)) == expected


def test_a_statement_is_written_with_its_condition() -> None:
    one = statement("A", "x:B x:A", "${role:X} arn:a", conditions=SAME)
    assert rendered(one, written_out) == {
        "Sid": "A",
        "Effect": "Allow",
        "Action": ["x:A", "x:B"],
        "Resource": ["arn:a", "${role:X}"],
        "Condition": SAME,
    }


def many(count: int, length: int = 80) -> list[Statement]:
    """Return statements with rights on `count` resources of about `length` characters."""
    arns = [f"arn:aws:x:::{number:05}/".ljust(length, "r") for number in range(count)]
    return [statement("Many", "x:A x:B", arn) for arn in arns]


def size(portion: tuple[Statement, ...]) -> int:
    statements = [rendered(one, written_out) for one in portion]
    document = {"Version": "2012-10-17", "Statement": statements}
    return len(json.dumps(document, separators=(",", ":")))


@pytest.mark.parametrize("count", [1, 50, 70, 130, 400])
def test_every_portion_fits(count: int) -> None:
    """The first inside a role, the others into policies; nothing is lost, no Sid comes twice."""
    others = [statement("Other", "x:C", "arn:aws:x:::other")]
    inside, *beside = spread([*others, *many(count)])
    assert size(inside) <= INLINE_POLICY_BYTES
    assert all(size(portion) <= MANAGED_POLICY_BYTES for portion in beside)
    every = [one for portion in (inside, *beside) for one in portion]
    resources = [one.source() for statement in every for one in statement.resources]
    assert sorted(resources) == sorted({*resources}) != []
    assert len(resources) == count + 1
    assert len({one.sid for one in every}) == len(every)


def test_what_fits_stays_inside() -> None:
    assert len(spread(many(50))) == 1


def test_the_order_of_many_leaves_no_trace() -> None:
    given = many(200)
    expected = [shown(portion) for portion in spread(given)]
    Random(1).shuffle(given)
    assert [shown(portion) for portion in spread(given)] == expected


def test_references_count_as_what_they_become() -> None:
    """An ARN made of pseudo parameters is long, though it is short where it is written."""
    reference = Text.of("arn:", Ref("AWS", "Partition"), ":x:", Ref("resource", "Pipeline"))
    given = [Statement("A", ("x:A",), (Text.of(reference, f"/{number}"),)) for number in range(120)]
    assert len(spread(given)) == 2


def test_a_role_too_large_spills_into_policies_that_the_pipeline_waits_for() -> None:
    """A new pipeline runs at once, so all rights must be there before it is."""
    stage: JSON = [
        {"action": f"A{number}", "codebuild-test": {"project-name": f"{number:03}-" + "p" * 120}}
        for number in range(90)
    ]
    data = {
        "pipeline": "large",
        "branches": [{"branch": "main"}],
        "sources": [{"codecommit": {"repository-name": "r"}}],
        "stages": [
            {"stage": f"S{first}", "actions": stage[first : first + 45]} for first in (0, 45)
        ],
    }
    template = compile_spec("large.yaml", to_yaml(data).encode()).template
    assert template is not None
    resources = template.body["Resources"]
    (policy,) = resources["PipelineRole"]["Properties"]["Policies"]
    beside = [name for name, one in resources.items() if one["Type"] == "AWS::IAM::ManagedPolicy"]
    assert beside
    waits = resources["Pipeline"]["Metadata"]["pipelinegen"]["after"]
    assert waits == [{"Ref": name} for name in beside]
    bound = specialise(template.body, rights.BINDINGS)
    allowed = [
        arn
        for _, one in rights.grants(bound)
        if one["Sid"].startswith("CodeBuild")
        for arn in one["Resource"]
    ]
    assert len(allowed) == len(set(allowed)) == 90
    assert rights.faults(bound) == []
    assert len(json.dumps(policy["PolicyDocument"])) < 2 * INLINE_POLICY_BYTES
