"""The parameters of a template: the values that a stack gets, checked as CloudFormation does."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from tests.fake_aws.model import JSON
from tests.fake_aws.templates import invalid


def valued(
    body: JSON, given: list[JSON], previous: Mapping[str, str], stored: Callable[[str], str | None]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the values and, of those that name a stored parameter, what was found there."""
    declared = body.get("Parameters", {})
    values: dict[str, str] = {}
    for one in given:
        key = one["ParameterKey"]
        if not one.get("UsePreviousValue"):
            values[key] = one.get("ParameterValue", "")
        elif key in previous:
            values[key] = previous[key]
        elif key in declared:
            raise invalid(f"Invalid input for parameter key {key}. No previous value to use")
    unknown = [one["ParameterKey"] for one in given if one["ParameterKey"] not in declared]
    if unknown:
        raise invalid(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    for key, one in declared.items():
        if key not in values and "Default" in one:
            values[key] = str(one["Default"])
    missing = [key for key in declared if key not in values]
    if missing:
        raise invalid(f"Parameters: [{', '.join(missing)}] must have values")
    resolved = {}
    for key, one in declared.items():
        if one["Type"].startswith("AWS::SSM::Parameter::Value"):
            found = stored(values[key])
            if found is None:
                text = f"Unable to fetch parameters [{values[key]}] from parameter store"
                raise invalid(f"{text} for this account.")
            resolved[key] = found
        else:
            _check(key, one, values[key])
    return values, resolved


def _check(key: str, one: JSON, value: str) -> None:
    if "AllowedValues" in one and value not in [str(word) for word in one["AllowedValues"]]:
        raise invalid(f"Parameter '{key}' must be one of AllowedValues")
    if "AllowedPattern" in one and not re.fullmatch(one["AllowedPattern"], value):
        raise invalid(f"Parameter '{key}' must match pattern {one['AllowedPattern']}")
    if "MaxLength" in one and len(value) > int(one["MaxLength"]):
        length = one["MaxLength"]
        raise invalid(f"Parameter '{key}' must contain at most {length} characters")
