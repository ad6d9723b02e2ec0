"""What is wrong and where, as values: made deep inside, printed at the edge."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

Pointer = tuple["str | int", ...]
"""Where a node stands in a spec: ("stages", 0, "actions", 1, "codebuild", "image")."""


class Severity(Enum):
    """How much a finding weighs; `error` alone stops the compiler."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text, 1-based, in code points, its end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


Place = Pointer | Span
"""A node of the spec or, for faults that leave no node behind, a stretch of its text."""


@dataclass(frozen=True, slots=True)
class Note:
    """A second place that explains the first: "made here", "first written here"."""

    at: Place
    message: str
    on_key: bool = False


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding.

    `message` says what was found, `hint` what to write instead; neither ends with a full stop.
    `on_key` places it on the key of the node instead of its value. `branch_rules` names the branch
    rules it holds for, empty when it does not depend on them.
    """

    rule: str
    message: str
    at: Place
    severity: Severity = field(default=Severity.ERROR, kw_only=True)
    hint: str | None = field(default=None, kw_only=True)
    label: str | None = field(default=None, kw_only=True)
    notes: tuple[Note, ...] = field(default=(), kw_only=True)
    on_key: bool = field(default=False, kw_only=True)
    branch_rules: tuple[str, ...] = field(default=(), kw_only=True)


_LONGEST_WORD = 80
_MOST_WORDS = 700
"""The search compares every pair of letters; nobody mistypes among more, or longer, names."""


def nearest(
    word: str, known: list[str] | tuple[str, ...] | set[str] | frozenset[str]
) -> str | None:
    """Return the known word that `word` was most likely meant to be, if one is close enough."""
    from difflib import get_close_matches  # 4 ms, needed only once something is wrong

    if len(word) > _LONGEST_WORD or len(known) > _MOST_WORDS:
        return None
    lowered = {name.lower(): name for name in sorted(known)}
    found = get_close_matches(word.lower(), list(lowered), n=1, cutoff=0.7)
    return lowered[found[0]] if found else None
