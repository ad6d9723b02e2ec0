"""Partial evaluation of a template: the inverse of `fold`, and what `synth --branch` prints."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipelinegen.evaluation import Evaluation
from pipelinegen.intrinsics import (
    EMPTY_WHEN_ABSENT,
    EVERY,
    JSON,
    is_function_name,
    is_no_value,
    uses,
)

_VERBATIM = frozenset(
    {"AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Mappings"}
)
"""Sections in which CloudFormation evaluates nothing."""

_SECTION_EMPTY_WHEN_ABSENT = frozenset({"Conditions", "Rules", "Resources", "Outputs"})


def specialise(template: JSON, bindings: Mapping[str, str], *, drop_unused: bool = False) -> JSON:
    """Return the template with some parameters replaced by their values, and all that follows.

    `bindings` maps names of parameters of a text type to values. Conditions that these decide
    disappear, and what hangs on them: resources, outputs, list items, keys. What is not decided
    stays, simplified. `drop_unused` also removes bound parameters, mappings and conditions that
    nothing uses any more, and empty sections. The result shares values with the argument.
    """
    evaluation = Evaluation(template, bindings)
    read: dict[str, Callable[[JSON], JSON]] = {
        "Conditions": lambda _: evaluation.undecided_conditions(),
        "Rules": lambda section: _rules(section, evaluation),
        "Resources": lambda section: _entries(section, evaluation),
        "Outputs": lambda section: _entries(section, evaluation),
    }
    result = {
        section: content if section in _VERBATIM else read.get(section, evaluation.value)(content)
        for section, content in template.items()
    }
    if drop_unused:
        result = _without_unused(result, bindings)
    droppable = result.keys() if drop_unused else _SECTION_EMPTY_WHEN_ABSENT
    return {
        section: content
        for section, content in result.items()
        if content != {} or section not in droppable
    }


def _entries(section: JSON, evaluation: Evaluation) -> JSON:
    """Evaluate resources or outputs; those whose condition is false disappear."""
    dropped = [
        name
        for name, body in section.items()
        if isinstance(body, dict)
        and isinstance(body.get("Condition"), str)
        and evaluation.condition(body["Condition"]) is False
    ]
    return {
        name: _entry(body, dropped, evaluation)
        if isinstance(body, dict)
        else evaluation.value(body)
        for name, body in section.items()
        if name not in dropped
    }


def _entry(body: JSON, dropped: list[str], evaluation: Evaluation) -> JSON:
    entry = {}
    for attribute, content in body.items():
        match attribute, content:
            case "Condition", str():
                truth = evaluation.condition(content)
                if truth is not True:
                    entry[attribute] = truth["Condition"]
            case "DependsOn", str():
                if content not in dropped:
                    entry[attribute] = content
            case "DependsOn", [*names]:
                if left := [name for name in names if name not in dropped]:
                    entry[attribute] = left
            case _:
                value = evaluation.value(content)
                is_empty = attribute in EMPTY_WHEN_ABSENT and value == {}
                if not is_no_value(value) and not is_empty:
                    entry[attribute] = value
    return entry


def _rules(section: JSON, evaluation: Evaluation) -> JSON:
    """Evaluate the template's rules; those that have nothing left to refuse disappear.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
    """
    rules = {}
    for name, rule in section.items():
        match rule:
            case {"Assertions": [*assertions]}:
                applies = evaluation.truth(rule.get("RuleCondition", True))
                left = [each for each in assertions if not _holds(each, evaluation)]
                if applies is False or not left:
                    continue
                rule = {**rule, "Assertions": left}
                if applies is True:
                    rule.pop("RuleCondition", None)
            case _:
                pass
        rules[name] = evaluation.value(rule)
    return rules


def _holds(assertion: JSON, evaluation: Evaluation) -> bool:
    return isinstance(assertion, dict) and evaluation.truth(assertion.get("Assert")) is True


def _without_unused(template: JSON, bindings: Mapping[str, str]) -> JSON:
    """Remove bound parameters, mappings and conditions that nothing uses, directly or in turn."""
    conditions = template.get("Conditions", {})
    evaluated = template.keys() - _VERBATIM - {"Conditions"}
    used: set[tuple[str, str]] = set()
    found = set(uses([template[section] for section in evaluated]))
    while found:
        used |= found
        named = [name for section, name in found if section == "Conditions"]
        found = set(uses([conditions.get(name) for name in named])) - used
    free = template.get("Parameters", {}).keys() - bindings.keys()
    used |= {("Parameters", name) for name in free}
    return {
        section: {
            name: each
            for name, each in content.items()
            if is_function_name(name) or not used.isdisjoint({(section, name), (section, EVERY)})
        }
        if section in ("Parameters", "Mappings", "Conditions")
        else content
        for section, content in template.items()
    }
