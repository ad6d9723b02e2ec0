"""Values and names of a spec as a message shows them: short, on one line, never a secret."""

from __future__ import annotations

import json
import re

from pipelinegen.diagnostics import Pointer
from pipelinegen.provider import JSON

_LONGEST_VALUE = 40
_LONGEST_NAME = 60
_MOST_CHOICES = 40
_SECRET_KEY = re.compile(r"secret|token|passw|credential|^env(-|$)")
_SECRET_PATTERN = r"^\$\{secret:"
_PLAIN_SCALAR = re.compile(r"[A-Za-z0-9_./@+][A-Za-z0-9_./@+*-]*")
_NOT_TEXT_WHEN_PLAIN = re.compile(r"true|false|null|[0-9]+", re.IGNORECASE)


def name(text: str) -> str:
    """Return a key or a word of the spec in single quotes."""
    return f"'{_cut(_printable(text), _LONGEST_NAME)}'"


def names(words: tuple[str, ...], *, last: str = "and") -> str:
    """Return words in quotes, joined as in a sentence."""
    quoted = [name(word) for word in words]
    return f" {last} ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def value(found: JSON) -> str:
    """Return a value of the spec in the form of JSON, at most about 40 characters long.

    What stands inside a map is left out: it may be a secret.
    """
    if isinstance(found, str):
        head = found[: _LONGEST_VALUE + 1]
        return f'"{_cut(_printable(json.dumps(head, ensure_ascii=False)[1:-1]), _LONGEST_VALUE)}"'
    if isinstance(found, list):
        return f"[{_joined([_inner(item) for item in found[:_LONGEST_VALUE]])}]"
    if isinstance(found, dict):
        keys = [f"{_printable(key)}: …" for key in list(found)[:_LONGEST_VALUE]]
        return f"{{{_joined(keys)}}}"
    return _cut(json.dumps(found), _LONGEST_VALUE)


def value_at(found: JSON, *, at: Pointer, schema: JSON) -> str:
    """Return the value that stands at a place, or only its kind where it may be a secret."""
    return kind(found) if is_secret(at, schema) else value(found)


def is_secret(at: Pointer, schema: JSON) -> bool:
    """Tell whether a value must not be shown: by its type, or by the name of a key around it."""
    pattern = schema.get("pattern", "") if isinstance(schema, dict) else ""
    keys = (step for step in at if isinstance(step, str))
    return pattern.startswith(_SECRET_PATTERN) or any(_SECRET_KEY.search(key) for key in keys)


def kind(found: JSON) -> str:
    """Return what sort of value this is, in the words of the language."""
    match found:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
        case _:
            return "a map"


def text(scalar: JSON) -> str:
    """Return a scalar as it stands in a spec, without quotes."""
    return str(scalar) if isinstance(scalar, str) else value(scalar)


def flow(found: JSON, *, quote: bool = False) -> str:
    """Return a scalar as a YAML list in brackets would write it, or '…' where it is too long."""
    if isinstance(found, str):
        if len(found) > _LONGEST_VALUE:
            return "…"
        bare = _PLAIN_SCALAR.fullmatch(found) and not _NOT_TEXT_WHEN_PLAIN.fullmatch(found)
        return found if bare else value(found)
    return f'"{value(found)}"' if quote else value(found)


def choices(words: tuple[str, ...]) -> str:
    """Return the words one may choose from."""
    shown = [_printable(word) for word in words[:_MOST_CHOICES]]
    return ", ".join([*shown, "…"] if len(words) > _MOST_CHOICES else shown)


def _inner(item: JSON) -> str:
    if isinstance(item, (dict, list)):
        return ("{…}" if isinstance(item, dict) else "[…]") if item else value(item)
    return value(item)


def _joined(items: list[str]) -> str:
    whole = ", ".join(items)
    return whole if len(whole) <= _LONGEST_VALUE else whole[: _LONGEST_VALUE - 1].rstrip(", ") + "…"


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _printable(text: str) -> str:
    """Escape what could move a terminal's cursor, hide or reorder text; cut before it is long."""
    return "".join(
        character if character.isprintable() else _escape(character)
        for character in text[: _LONGEST_NAME + 1]
    )


def _escape(character: str) -> str:
    return f"\\u{ord(character):04x}"
