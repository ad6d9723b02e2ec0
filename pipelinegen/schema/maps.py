"""Faults of a map's keys in words: unknown, missing, excluding each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set

from pipelinegen.diagnostics import Diagnostic, Pointer
from pipelinegen.schema import patterns, show
from pipelinegen.schema.advice import strays
from pipelinegen.schema.choices import Choice, choice_findings, conflict, required
from pipelinegen.schema.faults import Fault
from pipelinegen.schema.place import Place
from pipelinegen.schema.shape import Shape, condition, level, naming_key
from pipelinegen.schema.words import REASONS, Advice


def map_findings(shape: Shape, at: Pointer, faults: Sequence[Fault]) -> Iterator[Diagnostic]:
    """Yield what is wrong with the keys of the map at a place; a cause hides its effects."""
    place = Place.of(shape, at)
    conflicts = dict(_conflicts(place, faults))
    missing = _missing_keys(place, faults, hidden=conflicts.keys())
    choices = [Choice.of(place, fault) for fault in faults if fault.keyword in ("oneOf", "anyOf")]
    choices = [choice for choice in choices if missing.keys().isdisjoint(choice.keys)]
    needed = frozenset(missing).union(*(choice.keys for choice in choices))
    advised = list(strays(place, _strange_keys(place, faults), needed=needed))
    meant = {key for _, advice in advised if advice for key in advice.keys}
    yield from (_unknown(place, word, advice) for word, advice in advised)
    yield from (_misnamed(place, word) for word in _strange_names(place, faults))
    yield from conflicts.values()
    findings = [
        *_missing(place, {key: clause for key, clause in missing.items() if key not in meant}),
        *(
            found
            for choice in choices
            if meant.isdisjoint(choice.keys)
            for found in choice_findings(place, choice)
        ),
    ]
    yield from _merged(place, findings)
    if not advised and any(fault.keyword == "minProperties" for fault in faults):
        yield _empty(place)


def _strange_keys(place: Place, faults: Sequence[Fault]) -> tuple[str, ...]:
    return _keys(faults, "additionalProperties") if place.known else ()


def _strange_names(place: Place, faults: Sequence[Fault]) -> tuple[str, ...]:
    """Return the keys that a map with free keys does not take."""
    free = () if place.known else _keys(faults, "additionalProperties")
    return free + _keys(faults, "propertyNames")


def _keys(faults: Sequence[Fault], keyword: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(fault.at[-1]) for fault in faults if fault.keyword == keyword))


def _unknown(place: Place, word: str, advice: Advice | None) -> Diagnostic:
    return Diagnostic(
        "unknown-key",
        f"unknown key {show.name(word)}",
        (*place.at, word),
        hint=advice.hint if advice else None,
        on_key=True,
    )


def _misnamed(place: Place, word: str) -> Diagnostic:
    named = place.part.get("propertyNames", {}).get("pattern")
    allowed = [*place.part.get("patternProperties", {}), *([named] if named else [])]
    hint = next((words for pattern in allowed if (words := patterns.words(pattern))), None)
    message = f"{show.name(word)} cannot be a name here"
    return Diagnostic("bad-format", message, (*place.at, word), hint=hint, on_key=True)


def _conflicts(place: Place, faults: Sequence[Fault]) -> Iterator[tuple[str, Diagnostic]]:
    """Yield each key that another one forbids; two that forbid each other are one conflict."""
    told: set[str] = set()
    pairs: set[frozenset[str]] = set()
    for fault in faults:
        key = str(fault.at[-1]) if fault.keyword == "forbidden" else None
        if key is None or key in told:
            continue
        cause = condition(place.shape.schema, fault.path[:-2]) or {}
        causes = tuple(cause.get("required", ()))
        pair = frozenset((key, *causes))
        if pair in pairs:
            continue
        told.add(key)
        pairs.add(pair)
        reason = next((REASONS[name] for name in causes if name in REASONS), None)
        clause = place.clause(cause, word="beside") or "here"
        yield key, conflict(place, key, clause, reason=reason)


def _missing_keys(place: Place, faults: Sequence[Fault], *, hidden: Set[str]) -> dict[str, str]:
    """Return the keys that are missing, each with the condition under which they are required.

    What only a hidden key asks for is not missing.
    """
    missing: dict[str, str] = {}
    for fault in faults:
        if fault.keyword != "required":
            continue
        cause = condition(place.shape.schema, fault.path) or {}
        if hidden.isdisjoint(cause.get("required", ())):
            missing.setdefault(str(fault.expected), place.clause(cause))
    return missing


def _missing(place: Place, missing: dict[str, str]) -> Iterator[Diagnostic]:
    thing = level(place.part)
    for clause in dict.fromkeys(missing.values()):
        keys = tuple(key for key in missing if missing[key] == clause)
        names = thing is not None and keys == (naming_key(place.part),)
        hint = f"it is the name of the {thing}" if names else None
        yield Diagnostic("missing-key", required(keys, clause), place.at, hint=hint)


def _merged(place: Place, findings: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Make one finding of everything that one map lacks: it has one place and one rule."""
    lacking = []
    for found in findings:
        if found.rule == "missing-key":
            lacking.append(found)
        else:
            yield found
    if lacking:
        message = "; ".join(found.message for found in lacking) + place.title
        hint = next((found.hint for found in lacking if found.hint), None)
        yield Diagnostic("missing-key", message, place.at, hint=hint)


def _empty(place: Place) -> Diagnostic:
    keys = show.choices(tuple(place.known))
    hint = f"expected at least one of: {keys}" if keys else None
    return Diagnostic("wrong-count", "this map is empty", place.at, hint=hint)
