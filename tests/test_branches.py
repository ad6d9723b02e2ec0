"""Branch rules: what a pattern takes, which rule is chosen, and what it sets."""

from __future__ import annotations

import fnmatch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelinegen.branches import (
    branch_rules,
    exclusions,
    explain_match,
    fits,
    inclusions,
    rule_for,
    tokens,
)
from pipelinegen.model import BranchRule


def rules(*entries: str | tuple[str, ...]) -> tuple[BranchRule, ...]:
    """Return branch rules; a tuple is a name and its patterns."""
    written = [
        {"branch": entry} if isinstance(entry, str) else {"branch": entry[0], "match": entry[1:]}
        for entry in entries
    ]
    return branch_rules({"branches": written})


@pytest.mark.parametrize(
    ("pattern", "taken", "refused"),
    [
        pytest.param("main", ["main"], ["Main", "main2", "a/main", ""], id="a name is itself"),
        pytest.param(
            "feature/*",
            ["feature/a", "feature/"],
            ["feature/a/b", "feature"],
            id="* stays in a part",
        ),
        pytest.param("*", ["main", "a-b"], ["a/b"], id="* alone takes names without parts"),
        pytest.param("*/*", ["a/b"], ["a", "a/b/c"], id="each * takes one part"),
        pytest.param(
            "release/**", ["release/a", "release/a/b"], ["release"], id="** crosses parts"
        ),
        pytest.param("**", ["a", "a/b/c"], [], id="** alone takes all"),
        pytest.param("***", ["a", "a/b/c"], [], id="more stars are two"),
        pytest.param("**/fix", ["a/fix", "a/b/fix", "/fix"], ["fix"], id="** before a part"),
        pytest.param("v?", ["v1"], ["v", "v12", "v/"], id="? is one character of a part"),
        pytest.param("v[12]", ["v1", "v2"], ["v3", "v12"], id="a set is one character of it"),
        pytest.param("v[a-c]", ["va", "vc"], ["vd", "v-"], id="a set holds ranges"),
        pytest.param("v[!a-c]", ["vd"], ["va", "v/"], id="a negated set stays in a part"),
        pytest.param("v[]a]", ["v]", "va"], ["vb"], id="a bracket may be the first of a set"),
        pytest.param("v[a-]", ["va", "v-"], ["vb"], id="a dash at the end is itself"),
        pytest.param("v[]", [], ["v", "v]"], id="an empty set takes nothing"),
        pytest.param("v[a", ["v[a"], ["va"], id="an open bracket is itself"),
        pytest.param("a.b", ["a.b"], ["axb"], id="a dot is itself"),
        pytest.param("a+(b)$", ["a+(b)$"], ["aab"], id="nothing else has a meaning"),
        pytest.param("a\nb", ["a\nb"], ["ab"], id="a line break is itself"),
    ],
)
def test_pattern(pattern: str, taken: list[str], refused: list[str]) -> None:
    """A pattern is held against the whole name."""
    (rule,) = rules(("rule", pattern))
    assert [name for name in (*taken, *refused) if fits(rule, name)] == taken


@given(st.text("ab/*?", max_size=6), st.text("ab/", max_size=6))
def test_deep_patterns_match_like_a_shell(pattern: str, name: str) -> None:
    """With * doubled and without ?, a pattern matches as fnmatch's does, whose * crosses parts."""
    doubled = pattern.replace("?", "").replace("*", "**")
    (rule,) = rules(("rule", doubled)) if doubled else rules(("rule", "none"))
    assert fits(rule, name) == fnmatch.fnmatchcase(name, doubled or "none")


def test_long_patterns_take_no_time() -> None:
    """A pattern with many stars is read in one pass, whatever the name."""
    (rule,) = rules(("rule", "*a" * 100 + "b"))
    assert not fits(rule, "a" * 255)


def test_exclusion() -> None:
    """A fitting exclusion keeps a branch out, wherever it stands in the list."""
    (rule,) = rules(("release", "!release/old-*", "release/*", "hotfix/*"))
    assert inclusions(rule) == ("release/*", "hotfix/*")
    assert exclusions(rule) == ("release/old-*",)
    fitting = [
        name for name in ("release/1", "release/old-1", "hotfix/1", "main") if fits(rule, name)
    ]
    assert fitting == ["release/1", "hotfix/1"]


def test_first_wins() -> None:
    """A branch belongs to the first rule that fits; one that none fits belongs to none."""
    written = rules("main", ("release", "release/*"), ("rest", "**", "!wip/**"))
    chosen = {name: rule_for(written, name) for name in ("main", "release/1", "x/y", "wip/x")}
    assert {name: rule and rule.name for name, rule in chosen.items()} == {
        "main": "main",
        "release/1": "release",
        "x/y": "rest",
        "wip/x": None,
    }


def test_what_a_rule_sets() -> None:
    """Values of a rule stand over the defaults; everything else has its own default."""
    main, other = branch_rules(
        {
            "values": {"size": "small", "mail": "dev"},
            "branches": [
                {
                    "branch": "main",
                    "values": {"size": "large"},
                    "protected": True,
                    "lifecycle": {"max-pipelines": 2},
                },
                {"branch": "team-a/*", "match": ["team-a/**"]},
            ],
        }
    )
    assert main == BranchRule(
        "main",
        "main",
        "Main",
        ("main",),
        {"size": "large", "mail": "dev"},
        True,
        {"max-pipelines": 2},
        ("branches", 0),
    )
    assert other == BranchRule(
        "team-a/*",
        "team-a",
        "TeamA",
        ("team-a/**",),
        {"size": "small", "mail": "dev"},
        False,
        {},
        ("branches", 1),
    )


@pytest.mark.parametrize(
    ("branch", "reasons"),
    [
        ("main", ["'main' matches"]),
        (
            "wip/x",
            [
                "no pattern of it matches: main",
                "no pattern of it matches: release/*",
                "'**' matches, but '!wip/*' excludes it",
                "no pattern of it matches: never",
            ],
        ),
        (
            "release/old",
            [
                "no pattern of it matches: main",
                "'release/*' matches, but '!release/old' excludes it",
                "'**' matches",
            ],
        ),
    ],
)
def test_reasons(branch: str, reasons: list[str]) -> None:
    """Rule by rule it is told why a branch fits or not, up to the one that takes it."""
    written = rules(
        "main", ("release", "release/*", "!release/old"), ("rest", "**", "!wip/*"), "never"
    )
    assert [reason for _, reason in explain_match(written, branch)] == reasons


def test_tokens_repeat_only_for_stars() -> None:
    """Each element of a pattern is one token."""
    assert [token.repeats for token in tokens("a*b**?[c]")] == [
        False,
        True,
        False,
        True,
        False,
        False,
    ]
