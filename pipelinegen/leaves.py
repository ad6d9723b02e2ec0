"""Every text of a spec with its text type, found by walking data and schema side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelinegen.actions.table import ACTIONS, CHECKS, SOURCES
from pipelinegen.diagnostics import Pointer
from pipelinegen.model import Pipeline, Spec
from pipelinegen.provider import JSON

_ROWS = {"sources": SOURCES, "actions": ACTIONS, "parallel": ACTIONS, "rules": CHECKS}
"""Which providers an item of each list has."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One text: where it stands, what it says, and what may be written in it.

    `type` is "Text", "Shell", "Secret", "ArtifactPath" or "plain"; `key` is the nearest key of the
    language above it, which is the map's key for texts of free maps such as `env`.
    """

    at: Pointer
    value: str
    type: str
    key: str

    @property
    def entry(self) -> Pointer:
        """Where the source, action or check that it belongs to stands; empty outside of them."""
        return entry_of(self.at)

    @property
    def provider(self) -> str | None:
        """The provider key whose body it stands in, None outside of bodies."""
        entry = self.entry
        if not entry or len(self.at) <= len(entry) + 1:
            return None
        key = str(self.at[len(entry)])
        return key if key in _ROWS[str(entry[-2])] else None

    @property
    def in_source(self) -> bool:
        """Tell whether it stands in a source."""
        return self.at[0] == "sources"

    @property
    def in_action_body(self) -> bool:
        """Tell whether it stands in the body of an action or of a check."""
        return not self.in_source and self.provider is not None


@dataclass(frozen=True, slots=True)
class Leaves:
    """All texts of a spec, and the pipelines in which those of actions live."""

    spec: Spec
    all: tuple[Leaf, ...]
    pipelines: Mapping[str, Pipeline] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Leaf]:
        return iter(self.all)

    def node(self, at: Pointer) -> JSON:
        """Return what the spec writes at a place."""
        value: JSON = self.spec.data
        for step in at:
            value = value[step]
        return value


@dataclass(frozen=True, slots=True)
class Reading:
    """The texts of a spec beside the pipeline of one branch rule."""

    pipeline: Pipeline
    texts: Leaves


def leaves(spec: Spec, schema: JSON, pipelines: Mapping[str, Pipeline] | None = None) -> Leaves:
    """Return every text of a schema-valid spec; raw CloudFormation has none."""
    found = tuple(_walk(spec.data, schema, schema["definitions"], (), ""))
    return Leaves(spec, found, pipelines or {})


def entry_of(at: Pointer) -> Pointer:
    """Return the place of the source, action or check that holds a place; empty outside of them."""
    if at[0] == "sources":
        return at[:2]
    if at[0] != "stages" or len(at) < 5:
        return ()
    if at[2] == "actions":
        return at[:6] if at[4] == "parallel" else at[:4]
    return at[:5] if at[3] == "rules" else ()


def _walk(value: Any, schema: JSON, definitions: JSON, at: Pointer, key: str) -> Iterator[Leaf]:
    schema = _resolved(schema, definitions, value)
    if isinstance(value, str):
        yield Leaf(at, value, _text_type(schema), key)
    elif isinstance(value, Mapping):
        if schema.get("x-raw"):
            return
        known = schema.get("properties", {})
        free: JSON = schema.get("additionalProperties") or next(
            iter(schema.get("patternProperties", {}).values()), {}
        )
        if schema.get("x-json"):
            free = {"x-text": "Text", "x-json": True}
        for name, item in value.items():
            yield from _walk(
                item,
                known.get(name, free if isinstance(free, dict) else {}),
                definitions,
                (*at, name),
                name if name in known else key,
            )
    elif isinstance(value, list):
        of = schema if schema.get("x-json") else schema.get("items", {})
        for index, item in enumerate(value):
            yield from _walk(item, of, definitions, (*at, index), key)


def _text_type(schema: JSON) -> str:
    return "Text" if schema.get("x-subst") else str(schema.get("x-text", "plain"))


def _resolved(schema: JSON, definitions: JSON, value: Any) -> JSON:
    while True:
        if "$ref" in schema:
            schema = definitions[schema["$ref"].rpartition("/")[2]]
        elif "if" in schema and isinstance(value, Mapping):
            branch = "then" if set(schema["if"]["required"]) <= set(value) else "else"
            schema = schema[branch]
        elif "properties" not in schema and len(schema.get("allOf", ())) == 1:
            schema = schema["allOf"][0]
        else:
            return schema
