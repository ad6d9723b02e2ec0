"""Reading the schema beside a spec: the part of it that speaks of a place, chosen by its keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipelinegen.diagnostics import Pointer
from pipelinegen.provider import JSON
from pipelinegen.schema.fitting import fits

_LEVELS = (
    ("spec", ("pipeline", "stages")),
    ("stage", ("stage", "actions")),
    ("group", ("parallel",)),
    ("action", ("action", "each")),
    ("source", ("source",)),
    ("stage rule", ("rule",)),
    ("branch rule", ("branch", "match")),
    ("condition", ("result", "rules")),
)
_NAMING = ("stage", "action", "source", "branch", "rule", "variable", "schedule", "notify", "grant")


@dataclass(frozen=True, slots=True)
class Shape:
    """A whole schema and the data that it is about."""

    schema: JSON
    data: JSON

    def at(self, pointer: Pointer) -> JSON:
        """Return the part of the schema that speaks of a place; {} where none does."""
        value, part = self.data, self.plain(self.schema, self.data)
        for step in pointer:
            value = value[step]
            part = self.plain(_child(part, step), value)
        return part

    def value(self, pointer: Pointer) -> JSON:
        """Return what stands at a place."""
        value = self.data
        for step in pointer:
            value = value[step]
        return value

    def plain(self, part: JSON, value: JSON = None) -> JSON:
        """Follow references, wrappers and `if` to the part that holds the keywords themselves."""
        while isinstance(part, dict) and "properties" not in part and "type" not in part:
            if "$ref" in part:
                part = self.schema["definitions"][part["$ref"].rpartition("/")[2]]
            elif "if" in part:
                part = part.get("then" if _holds(part["if"], value) else "else")
            elif "allOf" in part:
                part = part["allOf"][0]
            else:
                break
        return part if isinstance(part, dict) else {}

    def properties(self, pointer: Pointer) -> Mapping[str, JSON]:
        """Return the keys that a map may have and what the schema says of each."""
        return _properties(self.at(pointer))

    def children(self, part: JSON) -> Iterator[tuple[str, JSON]]:
        """Yield the keys of a map's schema whose values are maps, or lists of maps, with keys."""
        for key, below in _properties(part).items():
            inner = self.plain(below)
            inner = self.plain(inner.get("items", inner))
            if _properties(inner):
                yield key, inner

    def holders(self, key: str) -> list[tuple[str, ...]]:
        """Return the trails of keys that lead to maps where `key` is known, the shortest first."""
        found: list[tuple[str, ...]] = []
        seen: set[int] = set()
        queue: list[tuple[tuple[str, ...], JSON]] = [((), self.plain(self.schema))]
        for trail, part in queue:
            if not part or id(part) in seen:
                continue
            seen.add(id(part))
            if key in _properties(part):
                found.append(trail)
            queue.extend((step, self.plain(inner)) for step, inner in _below(trail, part))
        return found


def level(part: JSON) -> str | None:
    """Return what sort of thing a map with keys is, None for a body or a detail."""
    known = _properties(part)
    return next((name for name, keys in _LEVELS if all(key in known for key in keys)), None)


def naming_key(part: JSON) -> str | None:
    """Return the key that gives a thing its name: `stage`, `action` …"""
    return next((key for key in _NAMING if key in _properties(part)), None)


def condition(schema: JSON, path: tuple[str | int, ...]) -> JSON:
    """Return the `if` that must hold for the schema at `path` to ask what it asks, or None."""
    part, found = schema, None
    steps = iter(path)
    for step in steps:
        while "$ref" in part:
            part, found = schema["definitions"][part["$ref"].rpartition("/")[2]], None
        if step in ("properties", "patternProperties"):
            part, found = part[step][next(steps)], None
        elif step in ("items", "additionalProperties"):
            part, found = part[step], None
        elif step in ("allOf", "anyOf", "oneOf"):
            part = part[step][next(steps)]
        elif step == "dependencies":
            key = next(steps)
            part, found = part[step][key], {"required": [key]}
        elif step in ("then", "else"):
            found = part["if"] if step == "then" else None
            part = part[step]
        else:
            break
    return found


def _properties(part: JSON) -> Mapping[str, JSON]:
    known: Mapping[str, JSON] = part.get("properties", {})
    return known


def _child(part: JSON, step: str | int) -> JSON:
    if isinstance(step, int):
        return part.get("items", {})
    if step in _properties(part):
        return part["properties"][step]
    named = part.get("patternProperties", {}).items()
    fitting = (below for pattern, below in named if fits(pattern, step))
    return next(fitting, part.get("additionalProperties", {}))


def _holds(condition: JSON, value: JSON) -> bool:
    return isinstance(value, dict) and all(key in value for key in condition.get("required", []))


def _below(trail: tuple[str, ...], part: JSON) -> Iterator[tuple[tuple[str, ...], JSON]]:
    for key, below in _properties(part).items():
        yield (*trail, key), below
    for below in part.get("patternProperties", {}).values():
        yield trail, below
    for keyword in ("items", "additionalProperties"):
        if isinstance(part.get(keyword), dict):
            yield trail, part[keyword]
