"""Versions of the tool: whether one meets what is asked for, and which of two is newer."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping

_Version = tuple[int, ...]
_COMPARISONS: Mapping[str, Callable[[_Version, _Version], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}
_CLAUSE = re.compile(r"(>=|<=|==|!=|~=|>|<)\s*([0-9.]+)")


def is_newer(version: str, other: str) -> bool:
    """Tell whether `version` came after `other`."""
    return is_met(f">{other}", version)


def is_met(wanted: str, version: str) -> bool:
    """Tell whether a version such as "1.2.0" meets clauses such as ">=1.0, <2"."""
    return all(_holds(clause[1], clause[2], version) for clause in _CLAUSE.finditer(wanted))


def _holds(sign: str, wanted: str, version: str) -> bool:
    one, other = _numbers(version), _numbers(wanted)
    if sign == "~=":
        return (
            _padded(one, other)[0] >= _padded(one, other)[1]
            and one[: len(other) - 1] == (other[:-1])
        )
    return _COMPARISONS[sign](*_padded(one, other))


def _numbers(version: str) -> _Version:
    """Return the numbers of a release; what stands behind them, as in 1.0.dev1, is left out."""
    found = re.match(r"\d+(\.\d+)*", version)
    return tuple(map(int, found[0].split("."))) if found else ()


def _padded(one: _Version, other: _Version) -> tuple[_Version, _Version]:
    length = max(len(one), len(other))
    return one + (0,) * (length - len(one)), other + (0,) * (length - len(other))
