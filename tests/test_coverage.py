"""Which branches a rule takes: a name that is found is taken, and none is found where none is."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelinegen.branches import branch_rules, rule_for
from pipelinegen.coverage import taken_branch
from pipelinegen.model import BranchRule
from pipelinegen.names import is_usable_branch_name

_PATTERNS = st.text("ab/*?", min_size=1, max_size=5) | st.sampled_from(
    ("**", "*", "a/**", "**/b", "[ab]*", "[!a]?", "feature/*", "a.b", "main")
)
_EXCLUSIONS = _PATTERNS.map("!{}".format)
_RULES = st.lists(
    st.tuples(st.lists(_PATTERNS, min_size=1, max_size=2), st.lists(_EXCLUSIONS, max_size=2)),
    min_size=1,
    max_size=4,
)
_NAMES = [
    name
    for length in range(1, 6)
    for name in map("".join, product("ab/", repeat=length))
    if not name.startswith("/") and not name.endswith("/") and "//" not in name
]


def rules(*patterns: list[str]) -> tuple[BranchRule, ...]:
    """Return branch rules with the given patterns, named by their place."""
    written = [{"branch": f"r{place}", "match": list(each)} for place, each in enumerate(patterns)]
    return branch_rules({"branches": written})


@given(_RULES)
def test_found_names_are_taken(written: list[tuple[list[str], list[str]]]) -> None:
    """A name that is found belongs to the rule and may be a branch; otherwise no short one does."""
    found = rules(*(included + excluded for included, excluded in written))
    for index, rule in enumerate(found):
        name = taken_branch(found, index)
        if name is None:
            assert not [sample for sample in _NAMES if rule_for(found, sample) is rule]
        else:
            assert rule_for(found, name) is rule
            assert is_usable_branch_name(name)
            assert not name.startswith(("-", "/", "."))
            assert not name.endswith(("/", "."))
            assert not any(pair in name for pair in ("//", "..", "/."))


@pytest.mark.parametrize(
    ("patterns", "reached"),
    [
        pytest.param([["main"]], True, id="a name takes itself"),
        pytest.param([["**"], ["main"]], False, id="a wider rule takes all"),
        pytest.param([["main"], ["**"]], True, id="a wider rule below still has others"),
        pytest.param([["*"], ["*/**"], ["**"]], False, id="two rules take all together"),
        pytest.param([["*"], ["*/*"], ["**"]], True, id="they leave the deep ones"),
        pytest.param([["**", "!main"], ["main"]], True, id="what is excluded above is left"),
        pytest.param([["**", "!main"], ["[m]ain"]], True, id="a set of one is a name"),
        pytest.param([["**", "!main"], ["?ain"]], True, id="so is a part of what ? takes"),
        pytest.param([["?ain"], ["[m-n]ain"]], False, id="a range inside ? is taken"),
        pytest.param([["feature/*"], ["feature/**"]], True, id="** takes more than *"),
        pytest.param([["main", "!main"]], False, id="a rule may exclude what it includes"),
        pytest.param([["[ab"]], False, id="git allows no bracket in a name"),
        pytest.param([["a b"]], False, id="nor a space"),
        pytest.param([["a//b"]], False, id="nor an empty part"),
        pytest.param([["a..b"]], False, id="nor two dots"),
        pytest.param([["/*"]], False, id="nor a slash in front"),
        pytest.param([["-*"]], False, id="nor a dash in front"),
        pytest.param([["*."]], False, id="nor a dot at the end"),
        pytest.param([["?"], ["[]"]], False, id="an empty set takes nothing"),
        pytest.param([["münchen"]], False, id="the tool refuses letters beyond ASCII"),
    ],
)
def test_last_rule(patterns: list[list[str]], reached: bool) -> None:
    """The last rule takes a branch, or the ones above leave it none."""
    found = rules(*patterns)
    assert (taken_branch(found, len(found) - 1) is not None) == reached


def test_benefit_of_the_doubt() -> None:
    """Where the search grows too large, a rule counts as reachable."""
    above = [[f"*{letter}*{other}*" for other in "abcdefgh"] for letter in "abcdefgh"]
    found = rules(*above, ["*a*b*c*d*e*f*g*h*"])
    assert taken_branch(found, len(found) - 1) is not None


def test_without_patterns() -> None:
    """A rule that only excludes takes nothing."""
    assert taken_branch(rules(["!main"]), 0) is None
