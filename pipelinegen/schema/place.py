"""A map of the spec together with what the schema says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipelinegen.diagnostics import Pointer
from pipelinegen.provider import JSON
from pipelinegen.schema import show
from pipelinegen.schema.shape import Shape


@dataclass(frozen=True, slots=True)
class Place:
    """The map at `at`: `part` of the schema speaks of it, `written` is what the spec has there."""

    shape: Shape
    at: Pointer
    part: JSON
    written: Mapping[str, JSON]

    @classmethod
    def of(cls, shape: Shape, at: Pointer) -> Place:
        """Return the place with both sides looked up."""
        return cls(shape, at, shape.at(at), shape.value(at))

    @property
    def known(self) -> Mapping[str, JSON]:
        """The keys that the map may have and what the schema says of each."""
        properties: Mapping[str, JSON] = self.part.get("properties", {})
        return properties

    @property
    def title(self) -> str:
        """The action type in brackets, where the schema names one, else ""."""
        title = str(self.part.get("title", ""))
        return f" ({title})" if title.count("/") == 3 and "$" not in title else ""

    def clause(self, cause: JSON, *, word: str = "with") -> str:
        """Return a condition of the schema as the end of a sentence: "with extract: false"."""
        if not cause:
            return ""
        wanted = cause.get("properties", {})
        keys = dict.fromkeys((*cause.get("required", ()), *wanted))
        said = " and ".join(self._said(key, wanted.get(key, {})) for key in keys)
        absent = tuple(cause.get("not", {}).get("required", ()))
        without = f"without {show.names(absent, last='or')}" if absent else ""
        return " ".join(part for part in (f"{word} {said}" if said else "", without) if part)

    def _said(self, key: str, wanted: JSON) -> str:
        exact = key in self.written and ("const" in wanted or "enum" in wanted)
        return f"{key}: {show.flow(self.written[key])}" if exact else show.name(key)
