"""What a rule of lint is: a named function from a value to findings, its docstring the meaning."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipelinegen.diagnostics import Note, Place, Severity
from pipelinegen.model import Pipeline

LEVELS = ("Spec", "Leaves", "Pipelines", "Pipeline", "Reading")
"""What a rule looks at, told by the type of its parameter: the spec, every text of it, the
pipelines of all branch rules together; or, branch rule by branch rule, the pipeline, or the
pipeline with the texts."""

Pipelines = Mapping[str, Pipeline]
"""Branch rule id → its pipeline, in the order of the branch rules."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found; the rule adds its name and severity.

    `message` says what was found, `hint` what to write instead, `label` what stands under the
    carets, `notes` the places that explain it.
    """

    message: str
    at: Place
    hint: str | None = None
    label: str | None = None
    notes: tuple[Note, ...] = ()
    on_key: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: kebab-case name, severity, what it looks at, and the function itself."""

    name: str
    severity: Severity
    level: str
    find: Callable[[Any], Iterator[Finding]]

    @property
    def meaning(self) -> str:
        """The docstring of the function: what is wrong, why, and examples."""
        return inspect.cleandoc(self.find.__doc__ or "")


def rule(
    severity: Severity = Severity.ERROR,
) -> Callable[[Callable[[Any], Iterator[Finding]]], Rule]:
    """Make a rule of a function: its name gives the rule's, its parameter's type the level."""

    def make(function: Callable[[Any], Iterator[Finding]]) -> Rule:
        level = str(next(iter(function.__annotations__.values())))
        name = function.__name__.strip("_").replace("_", "-")
        return Rule(name, severity, level, function)

    return make
