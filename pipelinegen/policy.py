"""IAM statements: merge, sort, render; the least that each role needs.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from pipelinegen.fragment import Statement
from pipelinegen.provider import JSON
from pipelinegen.text import Expression, Ref, Text

Render = Callable[[JSON], Expression]

INLINE_POLICY_BYTES = 10_240
"""All inline policies of one role together, white space not counted.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

MANAGED_POLICY_BYTES = 6_144
"""One managed policy, white space not counted; the same page."""

_FRAME_BYTES = 40
_STATEMENT_BYTES = 60
_REFERENCE_BYTES = {"Partition": 10, "Region": 14, "AccountId": 12}


def merge(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Join statements that differ in resources only, and give each its own Sid.

    Statements come out by Sid, their actions and resources sorted, so that order and neighbours in
    a spec leave no trace.
    """
    alike: dict[str, list[Statement]] = {}
    for statement in statements:
        alike.setdefault(_identity(statement), []).append(statement)
    merged = {key: _joined(group) for key, group in alike.items()}
    by_sid: dict[str, list[Statement]] = {}
    for statement in merged.values():
        by_sid.setdefault(statement.sid, []).append(statement)
    return tuple(
        named for sid in sorted(by_sid) for named in _numbered(sorted(by_sid[sid], key=_identity))
    )


def spread(statements: Iterable[Statement]) -> list[tuple[Statement, ...]]:
    """Return merged statements in portions: one that fits inside a role, further ones for policies.

    A portion ends where the next statement would pass IAM's limit; a statement too large for a
    policy of its own is divided by its resources.
    """
    portions: list[list[Statement]] = [[]]
    room = INLINE_POLICY_BYTES - _FRAME_BYTES
    for statement in merge(statements):
        for piece in _pieces(statement):
            length = _length(piece)
            if length > room:
                portions.append([])
                room = MANAGED_POLICY_BYTES - _FRAME_BYTES
            portions[-1].append(piece)
            room -= length
    return [tuple(portion) for portion in portions]


def _pieces(statement: Statement) -> list[Statement]:
    if _length(statement) <= MANAGED_POLICY_BYTES - _FRAME_BYTES or len(statement.resources) < 2:
        return [statement]
    resources = tuple(sorted(statement.resources, key=_text))
    middle = len(resources) // 2
    halves = (resources[:middle], resources[middle:])
    return [
        piece
        for half in halves
        for piece in _pieces(replace(statement, sid=_numbered_sid(statement, half), resources=half))
    ]


def _numbered_sid(statement: Statement, resources: tuple[Text, ...]) -> str:
    return f"{statement.sid}{_digest(repr(resources))}"


def _length(statement: Statement) -> int:
    """Return how many bytes a statement may take once its references are filled in."""
    texts = [*statement.actions, *map(_filled, statement.resources), repr(statement.conditions)]
    return len(statement.sid) + _STATEMENT_BYTES + sum(len(text) + 3 for text in texts)


def _filled(resource: Text) -> str:
    return "".join(
        str(part) if not isinstance(part, Ref) else "x" * _REFERENCE_BYTES.get(part.name, 64)
        for part in resource.parts
    )


def rendered(statement: Statement, render: Render) -> dict[str, Expression]:
    """Return a statement as it stands in a policy document."""
    resources = sorted({_text(resource): resource for resource in statement.resources}.items())
    rendered: dict[str, Expression] = {
        "Sid": statement.sid,
        "Effect": statement.effect,
        "Action": sorted(statement.actions),
        "Resource": [render(resource) for _, resource in resources],
    }
    if statement.conditions:
        rendered["Condition"] = render(statement.conditions)
    return rendered


def _identity(statement: Statement) -> str:
    denies = "" if statement.effect == "Allow" else f" {statement.effect}"
    return f"{statement.sid} {sorted(statement.actions)} {statement.conditions!r}{denies}"


def _joined(group: list[Statement]) -> Statement:
    return replace(
        group[0],
        resources=tuple(dict.fromkeys(one for each in group for one in each.resources)),
        origins=tuple(dict.fromkeys(one for each in group for one in each.origins)),
    )


def _numbered(statements: list[Statement]) -> list[Statement]:
    """Tell statements of one Sid apart by what they allow, not by where they stand."""
    if len(statements) == 1:
        return statements
    return [
        replace(statement, sid=f"{statement.sid}{_digest(_identity(statement))}")
        for statement in statements
    ]


def _digest(text: str) -> str:
    from hashlib import sha256

    return sha256(text.encode()).hexdigest()[:6]


def _text(resource: object) -> str:
    return repr(resource)
