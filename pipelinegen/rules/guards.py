"""The rule that the tool is one that the spec asks for."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping

from pipelinegen import __version__
from pipelinegen.model import Spec
from pipelinegen.provider import JSON
from pipelinegen.rules._rule import Finding, rule

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


@rule()
def tool_version(spec: Spec) -> Iterator[Finding]:
    """`requires` names the versions of the tool that may compile a spec.

    All clauses must hold. `~=1.4` means 1.4 or later within 1.

    bad:
        requires: ">=99.0"
    good:
        requires: ">=0.1, <99"
    """
    wanted = spec.data.get("requires", "")
    if not is_met(wanted, __version__):
        yield Finding(
            f"this file needs pipelinegen {wanted.strip()}, this is {__version__}",
            ("requires",),
            hint="install a version that fits",
        )


def version_refused(data: JSON) -> bool:
    """Tell whether a spec of any shape is for other versions of the tool than this one.

    Another version may have another schema, so this is asked before the schema is.
    """
    wanted = data.get("requires") if isinstance(data, dict) else None
    return isinstance(wanted, str) and not is_met(wanted, __version__)


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


RULES = (tool_version,)
