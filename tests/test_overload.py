"""A spec far beyond AWS's quotas is refused at once, and many faults end in a bounded list."""

from __future__ import annotations

import json

from pipelinegen.compiler import check
from pipelinegen.rules import MOST_ACTIONS, MOST_FINDINGS


def _spec(stages: list[int], rules: int = 1) -> bytes:
    actions = [
        [
            {
                "action": f"A{number}",
                "codebuild-test": {"buildspec": "b"},
                "input-artifacts": ["No"],
            }
            for number in range(count)
        ]
        for count in stages
    ]
    return json.dumps(
        {
            "pipeline": "p",
            "branches": [{"branch": f"b{number}"} for number in range(rules)],
            "sources": [{"codecommit": {"repository-name": "r"}}],
            "stages": [{"stage": f"S{n}", "actions": each} for n, each in enumerate(actions)],
        }
    ).encode()


def test_too_many_actions_are_the_only_finding() -> None:
    """What is wrong with each of them is not asked."""
    found = check("big.yaml", _spec([MOST_ACTIONS + 1])).diagnostics
    assert [(one.rule, one.at) for one in found] == [("quota-exceeded", ("stages",))]


def test_actions_count_once_for_each_branch_rule() -> None:
    """A hundred branch rules of four hundred actions are forty thousand to look at."""
    found = check("big.yaml", _spec([400], rules=100)).diagnostics
    assert [one.rule for one in found] == ["quota-exceeded"]


def test_a_rule_says_no_more_than_anyone_reads() -> None:
    """Every action has a fault, and the list of them ends."""
    found = check("big.yaml", _spec([50] * 20)).diagnostics
    faults = [one for one in found if one.rule == "artifact-not-yet-made"]
    assert len(faults) == MOST_FINDINGS
