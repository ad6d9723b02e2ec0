"""The template of one branch: what is left of a template once its parameters have values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelinegen.intrinsics import JSON
from pipelinegen.specialise import specialise


def of_branch(body: Mapping[str, Any], values: Mapping[str, str]) -> JSON:
    """Return the template with the values of its parameters put in, and no others.

    A parameter without a value has its default. Lists and values that CloudFormation looks up keep
    their reference, and so do hidden ones: AWS answers `****` for them.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
    """
    declared = body.get("Parameters", {})
    given = {name: values.get(name, one.get("Default")) for name, one in declared.items()}
    bindings = {
        name: str(value)
        for name, value in given.items()
        if value is not None and _is_plain(declared[name])
    }
    return specialise(body, bindings, drop_unused=True)


def settled_values(
    body: Mapping[str, Any], wanted: Mapping[str, str], stack: Mapping[str, str]
) -> dict[str, str]:
    """Return the values that a deployment of the template leads to.

    What is not given and has no default keeps the value that the stack has.
    """
    kept = {
        name: stack[name]
        for name, one in body.get("Parameters", {}).items()
        if name in stack and "Default" not in one
    }
    return {**kept, **wanted}


def open_values(body: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, JSON]:
    """Return the values of the parameters that `of_branch` leaves open, but for hidden ones."""
    return {
        name: values.get(name, one.get("Default"))
        for name, one in body.get("Parameters", {}).items()
        if not _is_hidden(one) and not _is_plain(one)
    }


def _is_plain(parameter: Mapping[str, Any]) -> bool:
    """Tell whether `Ref` of a parameter is the text that DescribeStacks shows for it."""
    return parameter["Type"] in ("String", "Number") and not _is_hidden(parameter)


def _is_hidden(parameter: Mapping[str, Any]) -> bool:
    return str(parameter.get("NoEcho", False)).lower() == "true"
