"""Whether a text is what a value of a template may have come to, as far as we can work it out."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipelinegen.intrinsics import JSON, Reference, is_intrinsic, substitution_parts

_ANY = ".*"
_DYNAMIC = re.compile(r"\{\{resolve:.*?\}\}")
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html"""

NAMED_LAST = frozenset(
    {
        "AWS::CodeBuild::Project",
        "AWS::IAM::Role",
        "AWS::KMS::Key",
        "AWS::Lambda::Function",
        "AWS::S3::Bucket",
    }
)
"""Types whose ARN ends with the physical id.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""


def is_met(expected: JSON, found: JSON, named: Mapping[str, str]) -> bool:
    """Tell whether `found` may be what became of `expected`, its parameters put in.

    `named` maps logical ids of `NAMED_LAST` to physical ids. What only CloudFormation knows may be
    anything, but a value that is there in any case must be there.
    """
    if is_intrinsic(expected) and not isinstance(found, str):
        return found is not None or "Fn::If" in expected
    if not isinstance(found, str) or not (isinstance(expected, str) or is_intrinsic(expected)):
        return False
    return re.fullmatch(_pattern(expected, named), found, re.DOTALL) is not None


def _pattern(value: JSON, named: Mapping[str, str]) -> str:
    match value:
        case str():
            return _ANY.join(re.escape(part) for part in _DYNAMIC.split(value))
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return _attribute(f"{name}.{attribute}", named)
        case {"Fn::GetAtt": str(name)}:
            return _attribute(name, named)
        case {"Fn::Sub": str(text)}:
            return _substitution(text, {}, named)
        case {"Fn::Sub": [str(text), dict(variables)]}:
            return _substitution(text, variables, named)
        case {"Fn::Join": [str(mark), [*items]]}:
            return re.escape(mark).join(_pattern(item, named) for item in items)
        case _:
            return _ANY


def _substitution(text: str, variables: Mapping[str, JSON], named: Mapping[str, str]) -> str:
    return "".join(
        _pattern(part, named) if isinstance(part, str) else _reference(part, variables, named)
        for part in substitution_parts(text)
    )


def _reference(part: Reference, variables: Mapping[str, JSON], named: Mapping[str, str]) -> str:
    if part.name in variables:
        return _pattern(variables[part.name], named)
    return _attribute(part.name, named)


def _attribute(name: str, named: Mapping[str, str]) -> str:
    resource, _, attribute = name.partition(".")
    if attribute == "Arn" and resource in named:
        return rf"arn:.*[:/]{re.escape(named[resource])}"
    return _ANY
