"""What a template's values and conditions come to while only some parameters are known."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from graphlib import CycleError, TopologicalSorter

from pipelinegen.intrinsics import (
    JSON,
    Reference,
    canonical,
    is_intrinsic,
    is_no_value,
    substitution_parts,
    substitution_text,
    uses,
)


class Evaluation:
    """One template under one set of bindings.

    `bindings` maps names of parameters to their values. What these do not decide is left to
    CloudFormation, simplified.
    """

    def __init__(self, template: JSON, bindings: Mapping[str, str]) -> None:
        self._bindings = bindings
        self._mappings = template.get("Mappings", {})
        self._conditions = template.get("Conditions", {})
        self._decided: dict[str, JSON] = {}
        for name in _in_order(self._conditions):
            self._decided[name] = self.truth(self._conditions[name])

    def value(self, node: JSON) -> JSON:
        """Evaluate any value; items and keys that become AWS::NoValue disappear."""
        if isinstance(node, list):
            return [item for item in map(self.value, node) if not is_no_value(item)]
        if not isinstance(node, dict):
            return node
        if _is_function(node):
            ((name, argument),) = node.items()
            return self._function(name, argument)
        evaluated = {key: self.value(content) for key, content in node.items()}
        kept = {key: content for key, content in evaluated.items() if not is_no_value(content)}
        # A map that lost its other keys may have become a function.
        return self.value(kept) if _is_function(kept) else kept

    def truth(self, node: JSON) -> JSON:
        """Evaluate the expression of a condition to True, False or what is left of it."""
        match node:
            case {"Condition": str(name), **rest} if not rest:
                return self.condition(name)
            case {"Fn::Equals": [left, right], **rest} if not rest:
                return _equality(self.value(left), self.value(right))
            case {"Fn::Not": [operand], **rest} if not rest:
                truth = self.truth(operand)
                return not truth if isinstance(truth, bool) else {"Fn::Not": [truth]}
            case {"Fn::And": [*operands], **rest} if not rest:
                return self._joined("Fn::And", operands, decisive=False)
            case {"Fn::Or": [*operands], **rest} if not rest:
                return self._joined("Fn::Or", operands, decisive=True)
        return self.value(node)

    def condition(self, name: str) -> JSON:
        """Return True, False or the reference to the undecided condition that `name` means."""
        match self._decided.get(name):
            case bool(decided):
                return decided
            case {"Condition": str(other), **rest} if not rest and other in self._conditions:
                return {"Condition": other}
        return {"Condition": name}

    def undecided_conditions(self) -> dict[str, JSON]:
        """Return what is left of the conditions that are neither decided nor a second name."""
        left = [name for name in self._conditions if self.condition(name) == {"Condition": name}]
        return {name: self._decided[name] for name in left}

    def _joined(self, function: str, operands: list[JSON], *, decisive: bool) -> JSON:
        """Evaluate `Fn::And` or `Fn::Or`: one decisive operand decides, its opposite is dropped."""
        truths = [self.truth(operand) for operand in operands]
        if any(truth is decisive for truth in truths):
            return decisive
        left = [truth for truth in truths if not isinstance(truth, bool)]
        if len(left) > 1:
            return {function: left}
        return left[0] if left else not decisive

    def _function(self, name: str, argument: JSON) -> JSON:
        match name, argument:
            case "Ref", str():
                return self._bindings.get(argument, {name: argument})
            case "Fn::If", [str(condition), then, otherwise]:
                return self._choice(self.condition(condition), then, otherwise)
            case "Fn::FindInMap", [*keys]:
                return self._found([self._argument(key) for key in keys])
            case "Fn::Sub", str():
                return self._substitution(argument, {})
            case "Fn::Sub", [str(text), dict(variables)]:
                return self._substitution(text, variables)
            case "Fn::Split", [str(mark), source]:
                return _split(mark, self.value(source))
            case "Fn::Join", [str(mark), items]:
                return _joined(mark, self.value(items))
            case (("Ref" | "Fn::If" | "Fn::Sub"), _):
                # Not what CloudFormation takes: its refusal should show what was written.
                return {name: argument}
            case _, [*arguments]:
                return {name: [self._argument(each) for each in arguments]}
            case _:
                return {name: self.value(argument)}

    def _argument(self, argument: JSON) -> JSON:
        """Evaluate an argument that is known by its place or key: AWS::NoValue stays there."""
        if isinstance(argument, dict) and not _is_function(argument):
            return {key: self.value(content) for key, content in argument.items()}
        return self.value(argument)

    def _choice(self, truth: JSON, then: JSON, otherwise: JSON) -> JSON:
        if isinstance(truth, bool):
            return self.value(then if truth else otherwise)
        then, otherwise = self.value(then), self.value(otherwise)
        if canonical(then) == canonical(otherwise):
            return then
        return {"Fn::If": [truth["Condition"], then, otherwise]}

    def _found(self, keys: list[JSON]) -> JSON:
        """Look up what the mappings hold under literal keys; the form with a default stays."""
        found = self._mappings
        for key in map(_text, keys):
            found = found.get(key) if isinstance(found, dict) else None
        return {"Fn::FindInMap": keys} if found is None or isinstance(found, dict) else found

    def _substitution(self, text: str, variables: Mapping[str, JSON]) -> JSON:
        """Write known values into the text; a variable hides the parameter of its name."""
        values = {name: self.value(content) for name, content in variables.items()}
        unknown = {name: value for name, value in values.items() if _text(value) is None}
        known = {
            name: literal
            for name, value in {**self._bindings, **values}.items()
            if (literal := _text(value)) is not None
        }
        parts = list(substitution_parts(text))
        written = [
            known.get(part.name, part) if isinstance(part, Reference) else part for part in parts
        ]
        if not any(isinstance(part, Reference) for part in written):
            return "".join(map(str, written))
        if written != parts:
            text = substitution_text(written)
        return {"Fn::Sub": [text, unknown] if unknown else text}


def _split(mark: str, source: JSON) -> JSON:
    """Split literal text; a dynamic reference in it is looked up after all functions."""
    if isinstance(source, str) and mark and "{{resolve:" not in source:
        return source.split(mark)
    return {"Fn::Split": [mark, source]}


def _joined(mark: str, items: JSON) -> JSON:
    if isinstance(items, list) and all(isinstance(item, str) for item in items):
        return mark.join(items)
    return {"Fn::Join": [mark, items]}


def _in_order(conditions: Mapping[str, JSON]) -> list[str]:
    """Return the names of conditions, each behind those that it names; circles come last."""
    named = {
        name: {each for section, each in uses(expression) if section == "Conditions"}
        for name, expression in conditions.items()
    }
    sorter = TopologicalSorter({name: conditions.keys() & named[name] for name in conditions})
    with suppress(CycleError):  # CloudFormation refuses a circle; here it stays one
        sorter.prepare()
    order: list[str] = []
    while ready := sorter.get_ready():
        order += ready
        sorter.done(*ready)
    return list(dict.fromkeys([*order, *conditions]))


def _is_function(value: JSON) -> bool:
    """Tell whether a value is computed: a lone key `Condition` means nothing outside conditions."""
    return is_intrinsic(value) and "Condition" not in value


def _equality(left: JSON, right: JSON) -> JSON:
    texts = _text(left), _text(right)
    return {"Fn::Equals": [left, right]} if None in texts else texts[0] == texts[1]


def _text(value: JSON) -> str | None:
    """Return the text that a literal is compared and substituted as: `true` equals `"true"`."""
    if isinstance(value, str):
        return value
    return json.dumps(value) if isinstance(value, (bool, int, float)) else None
