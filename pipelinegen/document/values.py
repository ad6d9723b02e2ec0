"""What reading a spec gives: data, the place of each of its nodes, and the silencing comments."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipelinegen.diagnostics import Place, Span
from pipelinegen.document.lines import Lines
from pipelinegen.provider import JSON


@dataclass(slots=True, eq=False)
class Node:
    """A node of the YAML text: offsets of its value, its plain data, and its children by step.

    `size` and `height` count aliased nodes as if they had been written out. An alias is its
    anchored node itself, so the places inside it are those at the anchor.
    """

    start: int
    end: int
    value: JSON
    children: dict[str | int, Node] = field(default_factory=dict)
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)
    size: int = 1
    height: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """Where the nodes of a document stand in its text."""

    root: Node | None = field(repr=False)
    lines: Lines = field(repr=False)

    def of(self, place: Place, *, on_key: bool = False) -> Span:
        """Return the span of the value at a pointer, or of its key.

        An unknown pointer gives the span of its nearest known ancestor, an item of a list that of
        its value when its key is asked for; a span is returned as it is.
        """
        if isinstance(place, Span):
            return place
        if self.root is None:
            return Span(1, 1, 1, 1)
        node = self.root
        span = node.start, node.end
        for step in place:
            child = node.children.get(step)
            if child is None:
                break
            span = child.start, child.end
            if on_key and isinstance(step, str):
                span = node.keys[step]
            node = child
        return self.lines.span(*span)


@dataclass(frozen=True, slots=True)
class Ignore:
    """A comment `# pipelinegen: ignore[rule-name, other-rule] reason`.

    `rules` is empty when the brackets are missing. `applies_to` is the line it silences: its own
    when text stands before it there, otherwise the next line that is neither blank nor a comment.
    """

    rules: tuple[str, ...]
    reason: str
    line: int
    applies_to: int
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A spec as it was written: `data` is None where its text could not be read at all.

    A byte order mark is not part of `text`. Nodes that an alias repeats are one shared value, so
    `data` must not be changed in place.
    """

    name: str
    text: str = field(repr=False)
    data: JSON
    spans: Spans
    ignores: tuple[Ignore, ...]
