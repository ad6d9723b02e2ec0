"""Branch rules: which one takes a branch, and what it sets.

`branches` is ordered; a branch belongs to the first rule with a fitting pattern and no fitting
exclusion. A rule is chosen here, in the tool, never in the template.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipelinegen.model import BranchRule
from pipelinegen.names import pascal, rule_id
from pipelinegen.provider import JSON


def branch_rules(data: Mapping[str, JSON]) -> tuple[BranchRule, ...]:
    """Return the branch rules of a schema-valid spec, in order."""
    defaults = data.get("values", {})
    return tuple(
        BranchRule(
            name=entry["branch"],
            id=rule_id(entry["branch"]),
            pascal=pascal(entry["branch"]),
            match=tuple(entry.get("match", [entry["branch"]])),
            values={**defaults, **entry.get("values", {})},
            protected=entry.get("protected", False),
            lifecycle=entry.get("lifecycle", {}),
            origin=("branches", index),
            default_branch=entry.get("default-branch"),
        )
        for index, entry in enumerate(data["branches"])
    )


def rule_for(rules: Iterable[BranchRule], branch: str) -> BranchRule | None:
    """Return the rule that takes `branch`, None when none does."""
    return next((rule for rule in rules if fits(rule, branch)), None)


def fits(rule: BranchRule, branch: str) -> bool:
    """Tell whether a rule would take `branch` if no earlier rule did."""
    included = any(_matches(pattern, branch) for pattern in inclusions(rule))
    return included and not any(_matches(pattern, branch) for pattern in exclusions(rule))


def inclusions(rule: BranchRule) -> tuple[str, ...]:
    """Return the patterns that bring a branch in."""
    return tuple(pattern for pattern in rule.match if not pattern.startswith("!"))


def exclusions(rule: BranchRule) -> tuple[str, ...]:
    """Return the patterns that keep a branch out, without their '!'."""
    return tuple(pattern[1:] for pattern in rule.match if pattern.startswith("!"))


def explain_match(rules: Sequence[BranchRule], branch: str) -> list[tuple[BranchRule, str]]:
    """Return, rule by rule up to the one that takes `branch`, why it fits or not."""
    reasons: list[tuple[BranchRule, str]] = []
    for rule in rules:
        reasons.append((rule, _reason(rule, branch)))
        if fits(rule, branch):
            break
    return reasons


def _reason(rule: BranchRule, branch: str) -> str:
    pattern = next((item for item in inclusions(rule) if _matches(item, branch)), None)
    if pattern is None:
        return f"no pattern of it matches: {', '.join(inclusions(rule))}"
    exclusion = next((item for item in exclusions(rule) if _matches(item, branch)), None)
    if exclusion is not None:
        return f"'{pattern}' matches, but '!{exclusion}' excludes it"
    return f"'{pattern}' matches"


def _matches(pattern: str, branch: str) -> bool:
    elements = tokens(pattern)
    positions = started(elements)
    for character in branch:
        positions = followed(elements, positions, character)
    return len(elements) in positions


@dataclass(frozen=True, slots=True)
class Token:
    """One element of a pattern: the characters it takes, and whether it repeats.

    `ranges` holds first and last characters; with `negated` it takes all others.
    """

    ranges: tuple[tuple[str, str], ...]
    negated: bool = False
    repeats: bool = False

    def accepts(self, character: str) -> bool:
        """Tell whether one repetition of the element takes `character`."""
        return any(first <= character <= last for first, last in self.ranges) != self.negated


Positions = frozenset[int]
"""How far a pattern may have been read: the indexes of the elements that may come next."""


def started(elements: Sequence[Token]) -> Positions:
    """Return where the reading of a pattern begins."""
    return _closed(elements, {0})


def followed(elements: Sequence[Token], positions: Positions, character: str) -> Positions:
    """Return how far a pattern may have been read after one more character.

    Reading all possibilities at once takes time by length only, whatever the pattern.
    """
    following = {
        position if elements[position].repeats else position + 1
        for position in positions
        if position < len(elements) and elements[position].accepts(character)
    }
    return _closed(elements, following)


def _closed(elements: Sequence[Token], positions: set[int]) -> Positions:
    """Add the positions that skipping a repeating element reaches."""
    for position, element in enumerate(elements):
        if position in positions and element.repeats:
            positions.add(position + 1)
    return frozenset(positions)


_SLASH = ("/", "/")
_FIXED = {
    "*": Token((_SLASH,), negated=True, repeats=True),
    "?": Token((_SLASH,), negated=True),
}
_ELEMENT = re.compile(
    r"(?P<deep>\*\*+)|(?P<fixed>[*?])|\[(?P<not>!?)(?P<set>\]?[^\]]*)\]|.", re.DOTALL
)


@lru_cache(maxsize=1024)
def tokens(pattern: str) -> tuple[Token, ...]:
    """Split a pattern: `*` stays in a part, `**` crosses parts, `?` is a character, `[…]` a set."""
    return tuple(_token(match) for match in _ELEMENT.finditer(pattern))


def _token(match: re.Match[str]) -> Token:
    if match["deep"]:
        return Token((), negated=True, repeats=True)
    if match["fixed"]:
        return _FIXED[match["fixed"]]
    if match["set"] is None:
        return Token(((match[0], match[0]),))
    ranges = [(item[0], item[-1]) for item in re.findall(r".-.|.", match["set"], re.DOTALL)]
    return Token((*ranges, _SLASH) if match["not"] else tuple(ranges), negated=bool(match["not"]))
