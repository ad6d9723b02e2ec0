"""Which branches a rule takes at all: a search for one name that no earlier rule takes.

Patterns are read side by side, character by character; a name is found when the rule fits it and no
rule above does. Only names are tried that git allows and that the tool does not refuse.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipelinegen.branches import (
    Positions,
    Token,
    exclusions,
    followed,
    inclusions,
    rule_for,
    started,
    tokens,
)
from pipelinegen.model import BranchRule
from pipelinegen.names import is_usable_branch_name

_STATES = 2_000
"""How far the search goes before it gives the rule the benefit of the doubt."""

_CHARACTERS = [letter for letter in map(chr, range(33, 127)) if is_usable_branch_name(letter)]
_CHARACTERS.sort(key=lambda letter: (not letter.isalnum(), letter.isdigit(), letter.isupper()))

Pattern = tuple[Token, ...]


def taken_branch(rules: Sequence[BranchRule], index: int) -> str | None:
    """Return a branch name that `rules[index]` takes, None when there is none.

    Where the search grows too large, a name is returned that the rule's first pattern suggests.
    """
    rule = rules[index]
    samples = [_sample(tokens(pattern)) for pattern in inclusions(rule)]
    for sample in samples:
        if _is_branch(sample) and rule_for(rules[: index + 1], sample) is rule:
            return sample
    return _searched(rules[: index + 1], otherwise=samples[0] if samples else None)


def _sample(pattern: Pattern) -> str:
    return "".join(_sampled(pattern))


def _sampled(pattern: Pattern) -> Iterator[str]:
    for element in pattern:
        taken = (letter for letter in _CHARACTERS if element.accepts(letter))
        yield next(taken, element.ranges[0][0] if element.ranges else "")


def _is_branch(name: str) -> bool:
    """Tell whether git would allow a name made of usable characters.

    https://git-scm.com/docs/git-check-ref-format
    """
    return (
        is_usable_branch_name(name)
        and _may_begin(name[0])
        and all(_may_follow(before, after) for before, after in pairwise(name))
        and _may_end(name[-1])
    )


def _may_begin(character: str) -> bool:
    return character not in "-./"


def _may_follow(before: str, after: str) -> bool:
    return before + after not in ("..", "/.", "//")


def _may_end(character: str) -> bool:
    return character not in "./"


@dataclass(frozen=True, slots=True)
class _Reading:
    """How far each pattern was read, and the character that came last."""

    positions: tuple[Positions, ...]
    last: str


def _searched(rules: Sequence[BranchRule], *, otherwise: str | None) -> str | None:
    """Walk all readings, shortest names first, until one is found that the last rule takes."""
    patterns = [
        tokens(pattern) for rule in rules for pattern in (*inclusions(rule), *exclusions(rule))
    ]
    alphabet = _alphabet(patterns)
    queue: deque[tuple[_Reading, str]] = deque()
    queue.append((_Reading(tuple(map(started, patterns)), ""), ""))
    seen: set[_Reading] = set()
    while queue:
        reading, name = queue.popleft()
        if name and _may_end(name[-1]) and _is_chosen(rules, patterns, reading.positions):
            return name
        if len(seen) > _STATES:
            return otherwise
        for character in alphabet:
            if not (_may_follow(name[-1], character) if name else _may_begin(character)):
                continue
            following = _Reading(
                tuple(
                    followed(pattern, positions, character)
                    for pattern, positions in zip(patterns, reading.positions, strict=True)
                ),
                character if character in "./" else "",
            )
            if following not in seen:
                seen.add(following)
                queue.append((following, name + character))
    return None


def _is_chosen(
    rules: Sequence[BranchRule], patterns: Sequence[Pattern], positions: Sequence[Positions]
) -> bool:
    accepted = iter([len(p) in where for p, where in zip(patterns, positions, strict=True)])
    fitting = []
    for rule in rules:
        inside = [next(accepted) for _ in inclusions(rule)]
        outside = [next(accepted) for _ in exclusions(rule)]
        fitting.append(any(inside) and not any(outside))
    return fitting[-1] and not any(fitting[:-1])


def _alphabet(patterns: Iterable[Pattern]) -> list[str]:
    """Return one character of each sort that no pattern tells apart, and those with a meaning."""
    elements = list({token: None for pattern in patterns for token in pattern})
    sorts: dict[tuple[object, ...], str] = {}
    for letter in _CHARACTERS:
        meaning = letter if letter in "-./" else ""
        sorts.setdefault((meaning, *(token.accepts(letter) for token in elements)), letter)
    return list(sorts.values())
