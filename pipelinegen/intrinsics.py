"""What CloudFormation reads into plain JSON: intrinsics, AWS::NoValue, references in text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

JSON = Any
"""Plain data: dict, list, str, int, float, bool, None."""

EMPTY_WHEN_ABSENT = frozenset({"Properties", "Metadata", "UpdatePolicy"})
"""Attributes of a resource that mean the same absent and as an empty map; each takes `Fn::If`.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
"""

EVERY = "*"
"""Stands for all names where a value may use any."""

_REFERENCE = re.compile(r"\$\{(?P<literal>!?)(?P<name>[^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Reference:
    """A `${Name}` or `${Resource.Attribute}` inside the text of `Fn::Sub`."""

    name: str

    def __str__(self) -> str:
        return self.name


def canonical(value: JSON) -> str:
    """Return a text that is the same for equal JSON only; `1` is not `true`."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def is_function_name(key: str) -> bool:
    """Tell whether a key names something that CloudFormation computes."""
    return key in ("Ref", "Condition") or key.startswith("Fn::")


def is_intrinsic(value: JSON) -> bool:
    """Tell whether a value is a map of exactly one key, and that key is computed by CloudFormation.

    An IAM statement with a `Condition` among its other keys is none.
    """
    return isinstance(value, dict) and len(value) == 1 and is_function_name(next(iter(value)))


def no_value() -> JSON:
    """Return the value whose list item or map key CloudFormation leaves out."""
    return {"Ref": "AWS::NoValue"}


def is_no_value(value: JSON) -> bool:
    """Tell whether CloudFormation leaves this value out."""
    return bool(value == {"Ref": "AWS::NoValue"})


def substitution_names(text: str) -> Iterator[str]:
    """Yield the resources, parameters and variables that the text of `Fn::Sub` names.

    Pseudo parameters are left out, and of `${Resource.Attribute}` the attribute.
    """
    for part in substitution_parts(text):
        if isinstance(part, Reference) and not part.name.startswith("AWS::"):
            yield part.name.partition(".")[0]


def substitution_parts(text: str) -> Iterator[str | Reference]:
    """Split the text of `Fn::Sub` into literal text, where `${!` was `${` escaped, and references.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html
    """
    end = 0
    for match in _REFERENCE.finditer(text):
        if match["literal"]:
            continue
        yield text[end : match.start()].replace("${!", "${")
        yield Reference(match["name"])
        end = match.end()
    yield text[end:].replace("${!", "${")


def substitution_text(parts: Iterable[str | Reference]) -> str:
    """Return the text of `Fn::Sub` that `substitution_parts` would split into these parts."""
    pieces = groupby(parts, key=lambda part: isinstance(part, Reference))
    return "".join(
        "".join(f"${{{part}}}" for part in piece)
        if are_references
        # Joined first: a text that ends in "$" and one that begins with "{" make a "${" together.
        else "".join(map(str, piece)).replace("${", "${!")
        for are_references, piece in pieces
    )


def uses(node: JSON) -> Iterator[tuple[str, str]]:
    """Yield section and name of the conditions and mappings that a value is computed from.

    Parameters count only where their attributes are asked for: as values they can be replaced.
    """
    if isinstance(node, list):
        for item in node:
            yield from uses(item)
    if not isinstance(node, dict):
        return
    for key, content in node.items():
        match key, content:
            case "Condition", str():
                yield "Conditions", content
            case "Fn::If", [str(name), *_]:
                yield "Conditions", name
            case "Fn::FindInMap", [str(name), *_]:
                yield "Mappings", name
            case "Fn::FindInMap", _:
                yield "Mappings", EVERY
            case "Fn::ValueOf", [str(name), *_]:
                yield "Parameters", name
            case _:
                pass
        yield from uses(content)
