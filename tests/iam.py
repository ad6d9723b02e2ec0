"""A small IAM: whether the policy of a role allows a call, by AWS's logic of evaluation.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests import rights

JSON = Any


@dataclass(frozen=True)
class Call:
    """One call: an action on a resource, and the condition keys that it carries."""

    action: str
    resource: str
    keys: Mapping[str, str] = field(default_factory=dict)


def policy_of(template: JSON, logical_id: str) -> list[JSON]:
    """Return the statements of a role, or of a managed policy, with every expression filled in."""
    properties = template["Resources"][logical_id]["Properties"]
    documents = [policy["PolicyDocument"] for policy in properties.get("Policies", ())]
    documents += [properties["PolicyDocument"]] if "PolicyDocument" in properties else []
    return [_plain(one, template) for document in documents for one in document["Statement"]]


def allows(statements: Iterable[JSON], call: Call) -> bool:
    """Tell whether something allows the call and nothing denies it."""
    effects = {one["Effect"] for one in statements if _applies(one, call)}
    return effects == {"Allow"}


def within(boundary: Iterable[JSON], statements: Iterable[JSON], call: Call) -> bool:
    """Tell whether both a policy and its boundary allow the call."""
    return allows(statements, call) and allows(boundary, call)


def _applies(statement: JSON, call: Call) -> bool:
    if "NotAction" in statement:
        acts = not any(_like(one, call.action, case=False) for one in statement["NotAction"])
    else:
        acts = any(_like(one, call.action, case=False) for one in statement["Action"])
    return (
        acts
        and any(_like(one, call.resource) for one in statement["Resource"])
        and all(
            _holds(operator, key, _list(wanted), call.keys)
            for operator, keys in statement.get("Condition", {}).items()
            for key, wanted in keys.items()
        )
    )


def _holds(operator: str, key: str, wanted: list[str], keys: Mapping[str, str]) -> bool:
    value = keys.get(key)
    match operator:
        case "Null":
            return (value is None) == (wanted == ["true"])
        case "StringEquals" | "Bool" | "ForAnyValue:StringEquals":
            return value in wanted
        case "StringLike" | "ArnLike" | "ArnEquals":  # AWS treats the last two alike
            return value is not None and any(_like(one, value) for one in wanted)
        case _:
            raise NotImplementedError(operator)


def _like(pattern: str, text: str, *, case: bool = True) -> bool:
    parts = {"*": ".*", "?": "."}
    expression = "".join(parts.get(one, re.escape(one)) for one in pattern)
    return re.fullmatch(expression, text, 0 if case else re.IGNORECASE) is not None


def _list(value: JSON) -> list[str]:
    return value if isinstance(value, list) else [value]


def _plain(value: JSON, template: JSON) -> JSON:
    match value:
        case {"Ref": _} | {"Fn::GetAtt": _} | {"Fn::Sub": _}:
            filled = rights.filled(value, template)
            assert filled is not None
            return filled
        case dict():
            return {key: _plain(item, template) for key, item in value.items()}
        case list():
            return [_plain(item, template) for item in value]
        case _:
            return value
