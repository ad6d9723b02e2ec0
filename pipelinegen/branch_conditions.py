"""The conditions that tell branch rules apart in a template: their names and definitions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from pipelinegen.errors import InternalError
from pipelinegen.intrinsics import JSON

MOST_OPERANDS = 10
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html"""

LONGEST_NAME = 255
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""

_HASH_LENGTH = 10


class BranchConditions:
    """The conditions that a fold uses, each named by the set of branch rules where it holds."""

    def __init__(
        self, names: Mapping[str, str], rules: Iterable[str], parameter: str, brought: set[str]
    ) -> None:
        self.used: dict[str, JSON] = {}
        self.rules = tuple(rules)
        self._names = names
        self._parameter = parameter
        self._brought = brought

    def holding_on(self, rules: Iterable[str]) -> str:
        """Return the name of the condition that holds exactly on these rules, in rule order."""
        parts = tuple(rules)
        name = "Or".join(self._names[rule] for rule in parts)
        if len(parts) == 1:
            equals = {"Fn::Equals": [{"Ref": self._parameter}, parts[0]]}
            return self._use(f"Is{name}", equals, parts)
        if self._readings(name) > 1:
            name += _digest(parts)
        operands = [{"Condition": self.holding_on([rule])} for rule in parts]
        return self._use(f"Is{name}", _either(operands), parts)

    def narrowed(self, rules: Iterable[str], condition: str) -> str:
        """Return the name of the condition that holds where `condition` does on these rules."""
        ours = self.holding_on(rules)
        both = {"Fn::And": [{"Condition": ours}, {"Condition": condition}]}
        return self._use(f"{ours}And{condition}", both, (ours, condition))

    def _use(self, name: str, expression: JSON, made_of: Sequence[str]) -> str:
        if len(name) > LONGEST_NAME:
            name = name[: LONGEST_NAME - _HASH_LENGTH] + _digest(made_of)
        if name in self._brought or self.used.setdefault(name, expression) != expression:
            raise InternalError(
                f"'Conditions.{name}' is taken already and cannot stand for {_listed(made_of)}"
            )
        return name

    def _readings(self, name: str, start: int = 0) -> int:
        """Count the sets of rules whose names make `name`: `a-or-b` reads like `a` or `b`."""
        found = 0
        for position, rule in enumerate(self.rules[start:], start + 1):
            if name == self._names[rule]:
                found += 1
            elif name.startswith(f"{self._names[rule]}Or"):
                found += self._readings(name[len(self._names[rule]) + len("Or") :], position)
        return found


def _either(operands: list[JSON]) -> JSON:
    while len(operands) > MOST_OPERANDS:
        groups = [
            operands[start : start + MOST_OPERANDS]
            for start in range(0, len(operands), MOST_OPERANDS)
        ]
        operands = [group[0] if len(group) == 1 else {"Fn::Or": group} for group in groups]
    return {"Fn::Or": operands}


def _digest(parts: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:_HASH_LENGTH]


def _listed(parts: Sequence[str]) -> str:
    return ", ".join(f"'{part}'" for part in parts)
