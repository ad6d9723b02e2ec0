"""Faults of a choice between keys in words: no provider, two providers, a form half written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipelinegen.diagnostics import Diagnostic
from pipelinegen.schema import show
from pipelinegen.schema.faults import Fault
from pipelinegen.schema.place import Place
from pipelinegen.schema.shape import level


@dataclass(frozen=True, slots=True)
class Choice:
    """Forms of a map, each a tuple of keys, of which one must be written.

    `providers` tells that each form is one key with a map of its own below it.
    """

    forms: tuple[tuple[str, ...], ...]
    providers: bool

    @classmethod
    def of(cls, place: Place, fault: Fault) -> Choice:
        """Read the forms from a `oneOf` or `anyOf` of `required` lists."""
        forms = tuple(tuple(branch.get("required", ())) for branch in fault.expected)
        bodies = [place.known.get(form[0], {}) for form in forms if len(form) == 1]
        maps = [place.shape.plain(body).get("type") == "object" for body in bodies]
        return cls(forms, len(maps) == len(forms) and all(maps))

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key of every form, once."""
        return tuple(dict.fromkeys(key for form in self.forms for key in form))


def choice_findings(place: Place, choice: Choice) -> Iterator[Diagnostic]:
    """Yield why not exactly one form is written."""
    whole = [form for form in choice.forms if place.written.keys() >= set(form)]
    if len(whole) == 1 or () in choice.forms:
        yield Diagnostic("conflicting-keys", "these keys do not fit together", place.at)
    elif whole and choice.providers:
        yield _two_providers(place, tuple(key for form in whole for key in form))
    elif whole:
        yield _two_forms(place, whole)
    elif choice.providers:
        hint = f"add exactly one of: {show.choices(choice.keys)}"
        yield Diagnostic("no-provider", "no provider key", place.at, hint=hint)
    else:
        yield Diagnostic("missing-key", _lacking(place, choice), place.at)


def _two_providers(place: Place, keys: tuple[str, ...]) -> Diagnostic:
    thing = level(place.part) or "map"
    both, two = ("both", "two") if len(keys) == 2 else ("all", "several")
    message = f"one {thing}, one provider: {show.names(keys)} are {both} here"
    return Diagnostic("two-providers", message, place.at, hint=f"make them {two} {thing}s")


def _two_forms(place: Place, whole: list[tuple[str, ...]]) -> Diagnostic:
    keys = {key for form in whole for key in form}
    first, *others = (key for key in place.written if key in keys)
    form = next(form for form in whole if first in form)
    extra = next((key for key in others if key not in form), others[-1])
    return conflict(place, extra, f"beside {show.name(first)}")


def _lacking(place: Place, choice: Choice) -> str:
    if all(len(form) == 1 for form in choice.forms):
        return f"{show.names(choice.keys, last='or')} is required here"
    begun = max(choice.forms, key=lambda form: sum(key in place.written for key in form))
    written = tuple(key for key in begun if key in place.written)
    missing = tuple(key for key in begun if key not in place.written)
    if written:
        return required(missing, f"with {show.names(written)}")
    forms = "; or ".join(show.names(form) for form in choice.forms)
    return f"one of these is required here: {forms}"


def required(keys: tuple[str, ...], clause: str) -> str:
    """Return the sentence that keys are required, under a condition or just here."""
    return f"{show.names(keys)} {'is' if len(keys) == 1 else 'are'} required {clause or 'here'}"


def conflict(place: Place, key: str, clause: str, *, reason: str | None = None) -> Diagnostic:
    """Return the finding that a key cannot stand beside another, or beside a value of it."""
    return Diagnostic(
        "conflicting-keys",
        f"{show.name(key)} cannot stand {clause}",
        (*place.at, key),
        hint=f"{reason}; drop one of the two" if reason else "drop one of the two",
        on_key=True,
    )
