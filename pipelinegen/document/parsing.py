"""YAML text to plain events, and the parser's refusals as values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import Any, NamedTuple

import yaml
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

BLOCK_STYLES = ("|", ">")

_GLUED_COMMENT = re.compile(r"(?:[&!]\S*(?:\s|#[^\r\n]*[\r\n])+)*[|>][-+0-9]*#")


class Kind(Enum):
    """What an event says."""

    DOCUMENT = auto()
    LIST = auto()
    MAP = auto()
    END = auto()
    SCALAR = auto()
    ALIAS = auto()


class Event(NamedTuple):
    """One step through the text: offsets of what was read, anchor and tag included.

    `text` is the value of a scalar or the name of an alias; `style` the first character of a
    quoted or block scalar, "[" of a list or map in brackets, else empty.
    """

    kind: Kind
    start: int
    end: int
    text: str = ""
    style: str = ""
    anchor: str | None = None
    tagged: bool = False


class Refused(Exception):
    """The text is not YAML: the parser's words, the offset, and what it was doing since `began`.

    `quoted` are the quoted and block scalars that it had seen but not given out as events; with
    them all comments before the offset `trusted` can be told from text.
    """

    def __init__(
        self,
        problem: str,
        at: int,
        *,
        context: str = "",
        began: int | None = None,
        quoted: tuple[tuple[int, int], ...] = (),
        trusted: int = 0,
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.at = at
        self.context = context
        self.began = began
        self.quoted = quoted
        self.trusted = trusted


def events(text: str, *, native: bool) -> Iterator[Event]:
    """Yield the events of `text` by libyaml (`native`) or by PyYAML's own parser; raise Refused.

    libyaml is ten times faster; PyYAML's parser says better what is wrong, but refuses tabs between
    tokens and a ? in plain text inside brackets, which YAML allows. Neither recurses here; who
    reads the events bounds their depth and number.
    """
    parser = _libyaml(text) if native else _PurePython(text)
    try:
        while parser.check_event():
            event = _event(parser.get_event())
            if event is None:
                continue
            if native and _lost_text(event, text):
                raise Refused("found a comment without a blank before it", event.start)
            yield event
    except yaml.MarkedYAMLError as error:
        raise _refused(error, None if native else parser.tokens) from None
    except (ValueError, OverflowError):  # an escape beyond U+10FFFF, a %YAML of 5000 digits
        raise Refused("found a number that is too large", parser.get_mark().index) from None
    finally:
        parser.dispose()


class _PurePython(Reader, Scanner, Parser):
    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)


def _libyaml(text: str) -> Any:
    from yaml._yaml import CParser  # absent where PyYAML was built without libyaml

    return CParser(text)


def _event(event: Any) -> Event | None:
    start, end = event.start_mark.index, event.end_mark.index
    match event:
        case yaml.ScalarEvent(value=text, style=style, anchor=anchor, tag=tag):
            return Event(Kind.SCALAR, start, end, text, style or "", anchor, tag is not None)
        case yaml.CollectionStartEvent(flow_style=flow, anchor=anchor, tag=tag):
            kind = Kind.MAP if isinstance(event, yaml.MappingStartEvent) else Kind.LIST
            return Event(kind, start, end, "", "[" if flow else "", anchor, tag is not None)
        case yaml.CollectionEndEvent():
            return Event(Kind.END, start, end)
        case yaml.AliasEvent(anchor=str(name)):
            return Event(Kind.ALIAS, start, end, name)
        case yaml.DocumentStartEvent():
            return Event(Kind.DOCUMENT, start, end)
        case _:
            return None


def _lost_text(event: Event, text: str) -> bool:
    """Tell whether libyaml dropped a `#…` glued to the head of a block scalar: no comment."""
    return event.style in BLOCK_STYLES and bool(_GLUED_COMMENT.match(text, event.start, event.end))


def _refused(error: Any, unread: list[Any] | None) -> Refused:
    at = trusted = error.problem_mark.index
    context = error.context or ""
    if context == "while scanning for the next token":
        context = ""
    began = error.context_mark.index if error.context_mark is not None else None
    if began is not None and context.endswith("scalar"):
        trusted = began
    quoted = tuple(
        (token.start_mark.index, token.end_mark.index)
        for token in unread or ()
        if isinstance(token, yaml.ScalarToken) and not token.plain
    )
    return Refused(
        error.problem,
        at,
        context=context,
        began=began,
        quoted=quoted,
        trusted=trusted if unread is not None else 0,
    )
