"""Faults of a single value in words: its type, its form, its bounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipelinegen.diagnostics import Diagnostic, Note, nearest
from pipelinegen.provider import JSON
from pipelinegen.schema import patterns, show
from pipelinegen.schema.faults import Fault
from pipelinegen.schema.fitting import LONGEST_TEXT
from pipelinegen.schema.shape import Shape
from pipelinegen.schema.types import type_hint, type_name

_LONGEST_WORD = 80


@dataclass(frozen=True, slots=True)
class _Case:
    """A fault and the spec that it was found in."""

    fault: Fault
    shape: Shape

    @property
    def found(self) -> JSON:
        return self.fault.found

    @property
    def wanted(self) -> JSON:
        return self.fault.expected

    @property
    def said(self) -> str | None:
        """The message that the schema itself brings."""
        schema = self.fault.schema
        message: str | None = schema.get("errorMessage") if isinstance(schema, dict) else None
        return message

    @property
    def shown(self) -> str:
        return show.value_at(self.found, at=self.fault.at, schema=self.fault.schema)

    @property
    def key(self) -> str:
        """The key that the value, or the list around it, stands at."""
        return next((step for step in reversed(self.fault.at) if isinstance(step, str)), "")

    def finding(self, rule: str, message: str, hint: str | None = None) -> Diagnostic:
        return Diagnostic(rule, message, self.fault.at, hint=hint)


def value_finding(shape: Shape, fault: Fault) -> Diagnostic:
    """Return what is wrong with the value at the place of a fault."""
    return _WORDS.get(fault.keyword, _other)(_Case(fault, shape))


def urgency(fault: Fault) -> int:
    """Tell which of two faults at one place is the cause: the one with the lower number."""
    return _ORDER.get(fault.keyword, len(_ORDER))


def _type(case: _Case) -> Diagnostic:
    return _wrong_type(case, type_name(case.wanted))


def _wrong_type(case: _Case, expected: str) -> Diagnostic:
    message = f"expected {expected}, found {case.shown}"
    return case.finding("wrong-type", message, type_hint(case.shape, case.fault))


def _enum(case: _Case) -> Diagnostic:
    known = tuple(show.text(value) for value in case.wanted)
    choices = f"one of: {show.choices(known)}"
    if all(show.kind(value) != show.kind(case.found) for value in case.wanted):
        return _wrong_type(case, choices)
    short = isinstance(case.found, str) and len(case.found) <= _LONGEST_WORD
    meant = nearest(case.found, known) if short else None
    return _unknown_value(case, f"did you mean '{meant}'?" if meant else f"expected {choices}")


def _const(case: _Case) -> Diagnostic:
    wanted = show.text(case.wanted)
    if show.kind(case.wanted) != show.kind(case.found):
        return _wrong_type(case, wanted)
    leave = f"write {case.key}: {wanted}, or leave the key out"
    return _unknown_value(case, leave if case.wanted is True else f"expected {wanted}")


def _unknown_value(case: _Case, hint: str) -> Diagnostic:
    message = f"{show.name(show.text(case.found))} is not a value of {show.name(case.key)}"
    return case.finding("unknown-value", message, hint)


def _pattern(case: _Case) -> Diagnostic:
    if show.is_secret((), case.fault.schema):
        return case.finding("secret-as-text", case.said or "a secret is never written as text")
    if len(case.found) > LONGEST_TEXT:
        return _too_long(case, LONGEST_TEXT)
    return _misfit(case, case.said or patterns.words(case.wanted))


def _min_length(case: _Case) -> Diagnostic:
    if not case.found:
        return case.finding("bad-format", f"{show.name(case.key)} has an empty text")
    size = _count(len(case.found), "character", "characters")
    return case.finding("bad-format", f"{size}; at least {case.wanted}")


def _max_length(case: _Case) -> Diagnostic:
    return _too_long(case, case.wanted)


def _too_long(case: _Case, most: int) -> Diagnostic:
    return case.finding("too-long", f"{len(case.found)} characters; at most {most}")


def _minimum(case: _Case) -> Diagnostic:
    return _out_of_range(case, f"below the least value {case.wanted}")


def _maximum(case: _Case) -> Diagnostic:
    return _out_of_range(case, f"above the greatest value {case.wanted}")


def _out_of_range(case: _Case, where: str) -> Diagnostic:
    least, most = case.fault.schema.get("minimum"), case.fault.schema.get("maximum")
    hint = f"write a number from {least} to {most}" if None not in (least, most) else None
    return case.finding("out-of-range", f"{show.value(case.found)} is {where}", hint)


def _min_items(case: _Case) -> Diagnostic:
    size = _count(len(case.found), "entry", "entries") if case.found else "this list is empty"
    hint = "write an entry, or leave the key out" if _is_optional(case) else None
    if case.key == "parallel":
        hint = "a group is of two actions or more; one alone is written without 'parallel'"
    return case.finding("wrong-count", f"{size}; at least {case.wanted}", hint)


def _max_items(case: _Case) -> Diagnostic:
    size = _count(len(case.found), "entry", "entries")
    return case.finding("wrong-count", f"{size}; at most {case.wanted}")


def _unique_items(case: _Case) -> Diagnostic:
    first = Note((*case.fault.at[:-1], case.wanted), "first written here")
    message = f"{case.shown} is written twice"
    return Diagnostic("duplicate-item", message, case.fault.at, hint="drop one", notes=(first,))


def _other(case: _Case) -> Diagnostic:
    """Say the little that is true of every keyword, so that no verdict of the schema is lost."""
    return _misfit(case, case.said)


def _misfit(case: _Case, hint: str | None) -> Diagnostic:
    where = f" {show.name(case.key)}" if case.key else ""
    return case.finding("bad-format", f"{case.shown} does not fit{where}", hint)


_WORDS: dict[str, Callable[[_Case], Diagnostic]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "pattern": _pattern,
    "minLength": _min_length,
    "maxLength": _max_length,
    "minimum": _minimum,
    "maximum": _maximum,
    "minItems": _min_items,
    "maxItems": _max_items,
    "uniqueItems": _unique_items,
}
_ORDER = {keyword: number for number, keyword in enumerate(_WORDS)}


def _is_optional(case: _Case) -> bool:
    *around, last = case.fault.at or [0]
    return isinstance(last, str) and last not in case.shape.at(tuple(around)).get("required", ())


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
