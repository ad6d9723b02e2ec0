"""Patterns of the schema in words, for those that bring no message of their own."""

from __future__ import annotations

import re

_SET = r"\[([^^\]\\][^\]\\]*)\]"
_SIMPLE = re.compile(rf"\^(?:{_SET})?{_SET}(?:\{{(\d+),(\d+)\}}|[*+])\$")
_RANGES = (("A-Za-z", "letters"), ("a-z", "small letters"), ("A-Z", "capitals"), ("0-9", "digits"))
_FIRST = {"letters": "a letter", "small letters": "a small letter", "capitals": "a capital"}

_KNOWN = {
    r"^[a-z]{2}(-[a-z]+)+-\d$": "a region looks like eu-west-1",
    r"^\d{12}$": "an account id is 12 digits in quotes",
}


def words(pattern: str) -> str | None:
    """Return what a text must be to fit, None where the pattern is neither known nor simple."""
    simple = _SIMPLE.fullmatch(pattern)
    if pattern in _KNOWN or simple is None:
        return _KNOWN.get(pattern)
    first, rest, _, most = simple.groups()
    begin = f"{_begin(first)}, then " if first else ""
    size = f", at most {int(most) + bool(first)} characters" if most else ""
    return f"{begin}{_listed(_members(rest))}{size}"


def _members(inside: str) -> list[str]:
    found = []
    for range_, word in _RANGES:
        if range_ in inside:
            inside = inside.replace(range_, "", 1)
            found.append(word)
    return [*found, *(f"'{character}'" for character in inside)]


def _begin(inside: str) -> str:
    return " or ".join(_FIRST.get(member, member) for member in _members(inside))


def _listed(members: list[str]) -> str:
    *most, last = members
    return f"{', '.join(most)} and {last}" if most else last
