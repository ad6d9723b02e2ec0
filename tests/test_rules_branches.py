"""Specs near the faults of branch rules, values and targets, and what is not said of them."""

from __future__ import annotations

import pytest

from tests.near import found

RULES = {
    "branch-rule-name",
    "branch-rule-clash",
    "unknown-branch-rule",
    "unreachable-branch-rule",
    "missing-value",
    "unknown-target",
}


@pytest.mark.parametrize(
    "example",
    [
        pytest.param('- {branch: 1.x, match: ["1.*"]}', id="a digit is enough for a name"),
        pytest.param('- {branch: é1, match: ["**"]}', id="other letters may stand beside"),
        pytest.param(
            '- {branch: release, match: ["!release/old", "release/*"]}', id="one pattern takes"
        ),
        pytest.param("- branch: main\n- branch: mainline", id="names may begin alike"),
        pytest.param("- branch: ab\n- branch: aB", id="letters inside keep their case"),
        pytest.param(
            "- branch: main\n- branch: develop\n- branch: main-or-develop",
            id="a name may read like two others",
        ),
        pytest.param(
            "- branch: main\n- branch: feature/*\n- {branch: rest, match: ['**']}",
            id="the wider rule comes last",
        ),
        pytest.param(
            "- {branch: all, match: ['**', '!main']}\n- branch: main",
            id="the wider rule leaves one",
        ),
        pytest.param(
            "branches:\n  - branch: feature/*\nstages:\n  - stage: S\n    only: [feature/*]\n"
            "    actions: [{approval: {}}]",
            id="a glob is a name",
        ),
        pytest.param(
            "- lambda: {function-name: f, user-parameters: {only: [nothing], each: [none]}}",
            id="only and each inside data are data",
        ),
        pytest.param(
            "branches:\n  - {branch: main, values: {a: x}}\n  - {branch: develop, values: {a: y}}",
            id="every branch rule sets the value itself",
        ),
        pytest.param(
            "targets: {eu: {values: {tier: x}}, us: {values: {tier: y}}, ap: {}}\n"
            "stages:\n  - stage: S\n    actions:\n      - each: [eu, us]\n"
            "        lambda: {function-name: '${value:tier}'}",
            id="the targets that are meant all set it",
        ),
        pytest.param(
            "values: {tier: z}\ntargets: {eu: {values: {tier: x}}, ap: {}}\n"
            "stages:\n  - stage: S\n    actions:\n      - each: [eu, ap]\n"
            "        lambda: {function-name: '${value:tier}'}",
            id="a target may leave it to the default",
        ),
    ],
)
def test_fine(example: str) -> None:
    """A spec near the fault is not accused of it."""
    assert found(example, RULES) == []
