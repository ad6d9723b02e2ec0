"""Events to plain data that knows its places; aliases are shared, so nothing is ever expanded."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pipelinegen.diagnostics import Diagnostic, Span
from pipelinegen.document import faults
from pipelinegen.document.decoding import UNSAFE
from pipelinegen.document.lines import Lines
from pipelinegen.document.parsing import BLOCK_STYLES, Event, Kind, Refused
from pipelinegen.document.scalars import plain_value
from pipelinegen.document.values import Node
from pipelinegen.provider import JSON

_PROPERTIES = re.compile(r"(?:(?:&[\w-]*|!\S*)(?:\s+|#[^\r\n]*)*)*")
_TAG = re.compile(r"!(?:<[^>\s]*>|[^\s,\[\]{}]*)")
_BREAK = re.compile(r"[\r\n]")


class _Enough(Exception):
    """Nothing from this event on is looked at."""


@dataclass(slots=True, eq=False)
class _Open:
    """A list or map whose end has not come yet; `key` is None where its value will be dropped."""

    node: Node
    flow: bool
    wants_key: bool = True
    key: str | None = None


class Tree:
    """What the events of one text have grown to.

    `complete` tells that all nodes of the first document were read, `reached` up to which offset
    the text was, `end` where the last node ended, `refused` why the parser gave up, `scalars` where
    quoted and block scalars stand.
    """

    def __init__(self, text: str, lines: Lines) -> None:
        self.root: Node | None = None
        self.faults: list[Diagnostic] = []
        self.scalars: list[tuple[int, int]] = []
        self.complete = True
        self.reached = len(text)
        self.end = 0
        self.refused: Refused | None = None
        self._text = text
        self._lines = lines
        self._open: list[_Open] = []
        self._anchors: dict[str, Node] = {}
        self._documents: list[Event] = []
        self._nodes = 0

    def grow(self, events: Iterable[Event]) -> None:
        """Take the events up to the first that nothing can be read after."""
        try:
            for event in events:
                self.reached = event.start
                self._take(event)
        except _Enough:
            return
        except Refused as refused:
            self.complete = False
            self.refused = refused
            self.reached = max(self.reached, refused.trusted)
            self.scalars.extend(refused.quoted)
            return
        self.reached = len(self._text)
        if self.root is None:
            self.faults.append(faults.empty(Span(1, 1, 1, 1)))
        elif self.root.value is None:
            self.faults.append(faults.empty(self._span(self.root.start, self.root.end)))

    @property
    def unread_since(self) -> int:
        """The offset behind which the parser has not yet made sense of the text."""
        flow = (level.node.start for level in self._open if level.flow)
        return next(flow, self.end)

    def _take(self, event: Event) -> None:
        if event.kind is Kind.DOCUMENT:
            self._documents.append(event)
        elif len(self._documents) > 1:
            self._end_at_second_document(event)
        elif event.kind is Kind.END:
            self._close(event)
        elif event.kind is Kind.ALIAS:
            self._put(self._aliased(event), event.start, event.end)
        elif event.kind is Kind.SCALAR:
            self._scalar(event)
        else:
            self._collection(event)

    def _end_at_second_document(self, event: Event) -> None:
        marker = self._documents[1]
        at = marker if event.kind is Kind.SCALAR and event.start == event.end else event
        self.faults.append(faults.second_document(self._span(at.start, at.end)))
        raise _Enough

    def _scalar(self, event: Event) -> None:
        # A long text counts as several nodes, or aliases of it would grow to gigabytes later.
        size = 1 + len(event.text) // faults.NODE_CHARACTERS
        self._bound(event, size=size, height=0)
        start, end = self._behind_properties(event), event.end
        if event.style in BLOCK_STYLES:
            end = start + len(self._text[start:end].rstrip(" \t\r\n"))
            header = _BREAK.search(self._text, start, end)
            self.scalars.append((header.start() if header else end, end))
        elif event.style:
            self.scalars.append((start, end))
        elif start == end:
            # libyaml places nothing behind the blanks, PyYAML's own parser before them.
            start = end = self.end + len(self._text[self.end : start].rstrip(" \t\r\n"))
        if event.style == '"' and (unsafe := UNSAFE.search(event.text)):
            self.faults.append(faults.escape(unsafe[0], self._span(start, end)))
        plain = event.style == "" and not event.tagged
        node = Node(start, end, plain_value(event.text) if plain else event.text, size=size)
        self._name(node, event)
        self._put(node, start, end, merges=plain and event.text == "<<")

    def _behind_properties(self, event: Event) -> int:
        if event.anchor is None and not event.tagged:
            return event.start
        properties = _PROPERTIES.match(self._text, event.start, event.end)
        return properties.end() if properties else event.start

    def _collection(self, event: Event) -> None:
        self._bound(event, size=1, height=1)
        start = event.start
        if event.anchor is not None or event.tagged:
            # The event ends behind its bracket, behind its first dash, or before its first key.
            start = event.end - (self._text[event.end - 1] in "[{-")
        value: JSON = {} if event.kind is Kind.MAP else []
        node = Node(start, event.end, value, height=1)
        self._name(node, event)
        self._open.append(_Open(node, event.style == "["))

    def _close(self, event: Event) -> None:
        level = self._open.pop()
        node = level.node
        node.end = event.end if level.flow else self.end
        self._put(node, node.start, node.end)

    def _name(self, node: Node, event: Event) -> None:
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        if event.tagged and (tag := _TAG.search(self._text, event.start)):
            self.faults.append(faults.tag(tag[0], self._lines.span(*tag.span())))

    def _aliased(self, event: Event) -> Node:
        node = self._anchors.get(event.text)
        size, height = (node.size, node.height) if node is not None else (1, 0)
        self._bound(event, size=size, height=height)
        at = self._span(event.start, event.end)
        if node is None:
            self.faults.append(faults.unknown_anchor(event.text, at))
        elif any(level.node is node for level in self._open):
            begin = self._span(node.start, node.start + 1)
            self.faults.append(faults.cycle(event.text, at, begin))
        else:
            return node
        return Node(event.start, event.end, f"*{event.text}")

    def _bound(self, event: Event, *, size: int, height: int) -> None:
        self._nodes += size
        if len(self._open) + height > faults.MAX_DEPTH:
            fault = faults.too_deep
        elif self._nodes > faults.MAX_NODES:
            fault = faults.too_many
        else:
            return
        self.faults.append(fault(self._span(event.start, event.end)))
        self.complete = False
        raise _Enough

    def _put(self, node: Node, start: int, end: int, *, merges: bool = False) -> None:
        self.end = end
        if not self._open:
            self.root = node
            return
        level = self._open[-1]
        parent = level.node
        parent.size += node.size
        parent.height = max(parent.height, node.height + 1)
        if isinstance(parent.value, list):
            parent.children[len(parent.value)] = node
            parent.value.append(node.value)
        elif level.wants_key:
            level.wants_key = False
            level.key = self._key(node, start, end, merges=merges)
        else:
            level.wants_key = True
            if level.key is not None:
                parent.children[level.key] = node
                parent.value[level.key] = node.value

    def _key(self, node: Node, start: int, end: int, *, merges: bool) -> str | None:
        at = self._span(start, end)
        key = node.value
        keys = self._open[-1].node.keys
        if not isinstance(key, str):
            self.faults.append(faults.key_not_text(self._text[start:end], key, at))
        elif merges:
            self.faults.append(faults.merge_key(at))
        elif key in keys:
            self.faults.append(faults.duplicate_key(key, at, self._span(*keys[key])))
        else:
            keys[key] = start, end
            return key
        return None

    def _span(self, start: int, end: int) -> Span:
        return self._lines.span(start, end)
