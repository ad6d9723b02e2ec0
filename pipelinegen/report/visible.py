"""Text from outside as a terminal may show it, and how many columns it takes there."""

from __future__ import annotations

import unicodedata

_STEERING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_ZERO_WIDTH = frozenset({"Mn", "Me"})


def visible(text: str) -> str:
    r"""Return text as one line that cannot steer a terminal.

    Control, format (bidi among them) and line-separating characters and lone surrogates become
    escapes as a double-quoted YAML scalar may hold them: `\n`, `\x1b`, `\u202e`.
    """
    if text.isprintable():
        return text
    return "".join(_escaped(character) for character in text)


def shown(character: str) -> str:
    """Return one character of a source line as it is shown: a tab becomes four spaces."""
    if character.isprintable():
        return character
    return "    " if character == "\t" else _escaped(character)


def columns(text: str) -> int:
    """Return how many columns of a terminal visible text takes.

    East Asian wide characters and emoji take two, combining marks and the joining letters of Hangul
    none: https://www.unicode.org/reports/tr11/
    """
    return len(text) if text.isascii() else sum(map(_columns, text))


def _escaped(character: str) -> str:
    if unicodedata.category(character) not in _STEERING:
        return character
    return character.encode("unicode_escape").decode("ascii")


def _columns(character: str) -> int:
    if unicodedata.category(character) in _ZERO_WIDTH or "\u1160" <= character <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
