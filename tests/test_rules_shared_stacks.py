"""Specs near the faults of stacks that branches share, and what is not said of them."""

from __future__ import annotations

import pytest

from tests.near import found

RULES = {
    "shared-stack-source",
    "shared-stack-trigger",
    "shared-stack-branch-text",
    "shared-stack-superseded",
    "shared-stack-name-taken",
    "trigger-for-other-branch",
    "fixed-pipeline-name",
    "grant-per-branch",
    "custom-action-per-branch",
    "self-replacing-stack",
    "needs-v2",
}
SOURCE = """
sources:
  - connection:
      connection-arn: arn:aws:codeconnections:eu-west-1:111111111111:connection/a
      full-repository-id: acme/shop
"""
SHARED = "{branch: feature/*, stack: per-rule, default-branch: develop}"
QUEUED = f"execution-mode: QUEUED\n{SOURCE}"
ONE = f"{QUEUED}branches: [{SHARED}]\n"


def branches(*entries: str) -> str:
    return f"{QUEUED}branches: [{', '.join(entries)}]\n"


@pytest.mark.parametrize(
    "example",
    [
        pytest.param(ONE, id="a rule and a connection"),
        pytest.param(
            f"{SOURCE}branches: [{{branch: main, stack: per-rule, default-branch: main}}]",
            id="one branch supersedes nobody else's run",
        ),
        pytest.param(f"{SOURCE}branches: [{{branch: feature/*}}]", id="a stack for each branch"),
        pytest.param(
            f"{ONE}patch: {{ExecutionMode: PARALLEL}}\nexecution-mode: SUPERSEDED",
            id="a patch sets the mode",
        ),
        pytest.param(f"{ONE}pipeline-name: shop", id="one pipeline may have a fixed name"),
        pytest.param(
            f"{ONE}grants: [{{grant: Start, start: true, roles: [Developers]}}]",
            id="one stack attaches one policy",
        ),
        pytest.param(
            f"{ONE}custom-actions: {{Tool: {{category: Build, "
            "input-artifacts: {min: 0, max: 1}, output-artifacts: {min: 0, max: 1}}}",
            id="one stack declares a type",
        ),
        pytest.param(
            branches("{branch: main}", SHARED)
            + "notifications: [{notify: N, events: [pipeline-failed], only: [main], "
            'topic-arn: "arn:aws:sns:eu-west-1:111111111111:${branch:slug}"}]',
            id="a text that lives on another rule",
        ),
        pytest.param(
            branches(
                "{branch: feature}",
                SHARED.replace("branch: f", "branch: x, match: [f", 1).replace("/*,", "/*],", 1),
            ),
            id="the other rule's branch has another name",
        ),
        pytest.param(
            branches(
                "{branch: feature, match: [f/*, feature], stack: per-rule, default-branch: main}",
                "{branch: rest, match: ['**'], stack: per-rule, default-branch: main}",
            ),
            id="a branch of that name shares the stack",
        ),
        pytest.param(
            branches(
                "{branch: a, match: ['x/**', '!x/old/*', 'x/old/*']}",
                "{branch: rest, match: [y/*], stack: per-rule, default-branch: main}",
            ),
            id="an exclusion above that is about other branches",
        ),
    ],
)
def test_nothing_is_said(example: str) -> None:
    assert found(example, RULES) == []


@pytest.mark.parametrize(
    ("example", "messages"),
    [
        pytest.param(
            f"{SOURCE}branches: [{SHARED}]\npipeline-type: V1\nexecution-mode: SUPERSEDED",
            [
                "branches of 'feature/*' share a stack and would supersede each other",
                "'stack: per-rule' needs pipeline-type V2",
            ],
            id="type V1 has no triggers",
        ),
        pytest.param(
            branches(SHARED)
            + "targets: {home: {account: '${branch:slug}'}, idle: {account: '${branch:slug}'}}\n"
            "stages: [{stage: S, actions: [{each: [home], action: A, "
            "lambda: {function-name: f}}]}]",
            ["'${branch:slug}' is the same for all branches of 'feature/*', which share a stack"],
            id="a target that is used",
        ),
        pytest.param(
            branches(f"{{branch: b, match: [{'x' * 256}], stack: per-rule, default-branch: main}}"),
            [f"pattern '{'x' * 59}…' of the trigger is longer than 255 characters"],
            id="a long pattern",
        ),
        pytest.param(
            branches(SHARED)
            + "stages: [{stage: S, actions: [{cfn-delete: {stack-name: near-feature-pipeline, "
            'role-arn: "${import:R}"}}]}]',
            ["'near-feature-pipeline' is the stack of this pipeline itself"],
            id="its own stack",
        ),
        pytest.param(
            branches("{branch: main}", SHARED)
            + "stages: [{stage: S, actions: [{cfn-delete: {stack-name: near-feature-pipeline, "
            'role-arn: "${import:R}"}, only: [main]}, {approval: {}}]}]',
            ["'near-feature-pipeline' is the stack of another branch's pipeline"],
            id="the stack of another rule",
        ),
    ],
)
def test_what_is_said(example: str, messages: list[str]) -> None:
    assert found(example, RULES) == messages


def test_no_source_is_left() -> None:
    """A rule without sources is told so by another rule, and nothing here falls over it."""
    text = branches("{branch: main}", SHARED).replace(
        "  - connection:", "  - only: [main]\n    connection:"
    )
    text += 'tags: {Branch: "${branch:slug}"}'
    assert found(text, RULES) == [
        "'${branch:slug}' is the same for all branches of 'feature/*', which share a stack"
    ]
