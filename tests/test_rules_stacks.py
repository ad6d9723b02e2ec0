"""Specs near the faults of stacks and approvals, and what is not said of them."""

from __future__ import annotations

import pytest

from tests.near import found

RULES = {
    "change-set-order",
    "same-stack-beside",
    "self-replacing-stack",
    "approval-artifacts",
    "approval-beside-action",
    "approval-gates-nothing",
    "unknown-approval",
    "timeout-not-approval",
}

CHANGE = (
    "cfn-change-set: {stack-name: s, change-set-name: c, template-path: 'Source::t', role-arn: r}"
)
MORE = "\n- lambda: {function-name: f}"


@pytest.mark.parametrize(
    "example",
    [
        pytest.param(
            f"stages:\n  - {{stage: A, actions: [{{{CHANGE}}}]}}\n"
            "  - {stage: B, actions: [{cfn-execute: {stack-name: s, change-set-name: c}}]}",
            id="the change set may be made in an earlier stage",
        ),
        pytest.param(
            "- raw: {category: Deploy, owner: AWS, provider: CloudFormation, version: '1', "
            "configuration: {ActionMode: CHANGE_SET_REPLACE, StackName: s, ChangeSetName: c}}\n"
            "- cfn-execute: {stack-name: s, change-set-name: c}",
            id="the change set may be made by a raw action",
        ),
        pytest.param(
            f"values: {{name: s}}\nstages: [{{stage: A, actions: [{{{CHANGE}}}, "
            "{cfn-execute: {stack-name: '${value:name}', change-set-name: c}}]}]",
            id="names are compared as they read on the branch rule",
        ),
        pytest.param(
            f"- {CHANGE}\n- cfn-execute: {{stack-name: '${{param:S}}', change-set-name: c}}",
            id="a name that only a deployment knows may be the right one",
        ),
        pytest.param(
            "region: eu-west-1\nartifact-store: {shared: true}\n"
            "targets: {eu: {region: eu-west-1}, us: {region: us-east-1}}\n"
            f"stages: [{{stage: A, actions: [{{each: [eu, us], {CHANGE}}}, "
            "{each: [eu, us], cfn-execute: {stack-name: s, change-set-name: c}}]}]",
            id="each target has its change set",
        ),
        pytest.param(
            "- parallel:\n    - {action: A, cfn-delete: {stack-name: a, role-arn: r}}\n"
            "    - {action: B, cfn-delete: {stack-name: b, role-arn: r}}" + MORE,
            id="two stacks in a group",
        ),
        pytest.param(
            "- {action: A, cfn-delete: {stack-name: a, role-arn: r}}\n"
            "- {action: B, cfn-delete: {stack-name: a, role-arn: r}}" + MORE,
            id="one stack twice, one after the other",
        ),
        pytest.param(
            "- parallel:\n"
            "    - {action: A, role-arn: one, cfn-delete: {stack-name: a, role-arn: r}}\n"
            "    - {action: B, role-arn: two, cfn-delete: {stack-name: a, role-arn: r}}" + MORE,
            id="stacks of one name under two roles may be in two accounts",
        ),
        pytest.param(
            "- parallel:\n    - {action: A, cfn-change-set: &one {stack-name: s, "
            "change-set-name: a, template-path: 'Source::t', role-arn: r}}\n"
            "    - {action: B, cfn-change-set: {stack-name: s, change-set-name: b, "
            "template-path: 'Source::t', role-arn: r}}" + MORE,
            id="two change sets of one stack can be made at the same time",
        ),
        pytest.param(
            "- cfn-delete: {stack-name: 'near-${branch:slug}', role-arn: r}",
            id="no slug ends in -pipeline, so this is never a pipeline",
        ),
        pytest.param(
            "- cfn-delete: {stack-name: near-pipeline, role-arn: r}",
            id="a pipeline's stack has a slug in the middle",
        ),
        pytest.param(
            "- cfn-delete: {stack-name: near-develop-pipeline, role-arn: r}",
            id="no branch rule takes a branch of that name",
        ),
        pytest.param(
            "- cfn-delete: {stack-name: 'other-${branch:slug}-pipeline', role-arn: r}",
            id="the pipeline of another application",
        ),
        pytest.param(
            "- cfn-delete: {stack-name: '${param:Name}-pipeline', role-arn: r}",
            id="a name that only a deployment knows",
        ),
        pytest.param(
            "region: eu-west-1\nartifact-store: {shared: true}\nstages: [{stage: A, actions: "
            "[{region: us-east-1, cfn-delete: {stack-name: near-main-pipeline, role-arn: r}}]}]",
            id="the same name in another region",
        ),
        pytest.param(
            "account: '111111111111'\nstages: [{stage: A, actions: "
            "[{role-arn: 'arn:aws:iam::222222222222:role/r', "
            "cfn-delete: {stack-name: near-main-pipeline, role-arn: r}}]}]",
            id="the same name in another account",
        ),
        pytest.param(
            "- {approval: {}, input-artifacts: [], output-artifacts: []}" + MORE,
            id="no artifacts, written out",
        ),
        pytest.param(
            "- parallel: [{approval: {}, action: A}, {approval: {}, action: B}]" + MORE,
            id="two approvals beside each other",
        ),
        pytest.param(
            "stages:\n  - {stage: A, actions: [{approval: {}}]}\n"
            "  - {stage: B, actions: [{lambda: {function-name: f}}]}",
            id="an approval before the next stage",
        ),
        pytest.param(
            "- {approval: {}, timeout-in-minutes: 60}" + MORE, id="the time limit of an approval"
        ),
        pytest.param(
            "- {raw: {category: Approval, owner: AWS, provider: Manual, version: '1'}, "
            "timeout-in-minutes: 60}" + MORE,
            id="the time limit of a raw approval",
        ),
        pytest.param(
            "grants: [{grant: G, approve: [A/Ask-eu], roles: [R]}]\ntargets: {eu: {}}\n"
            "stages: [{stage: A, actions: [{action: Ask, each: [eu], approval: {}}, "
            "{lambda: {function-name: f}}]}]",
            id="an approval named by its target",
        ),
        pytest.param(
            "grants: [{grant: G, approve: [A/Nothing], roles: [R], only: [man]}]\n"
            "stages: [{stage: A, actions: [{approval: {}}, {lambda: {function-name: f}}]}]",
            id="a grant with a misspelt branch rule is told once",
        ),
    ],
)
def test_nothing_is_said(example: str) -> None:
    """A spec close to a fault is left in peace."""
    assert found(example, RULES) == []


@pytest.mark.parametrize(
    ("example", "message"),
    [
        pytest.param(
            "- cfn-execute: {stack-name: 'a-${param:S}', change-set-name: c}\n"
            "- cfn-change-set: {stack-name: 'b-${param:S}', change-set-name: c, "
            "template-path: 'Source::t', role-arn: r}\n"
            "- {action: Late, cfn-execute: {stack-name: 'a-${param:S}', change-set-name: c}}",
            "no earlier action makes change set 'c' of stack 'a-${param:S}'",
            id="the same reference with other text around it is another name",
        ),
        pytest.param(
            "branches: [{branch: all, match: ['**']}]\n"
            "stages: [{stage: A, actions: [{cfn-delete: {stack-name: near-data-pipeline, "
            "role-arn: r}}]}]",
            "'near-data-pipeline' is the stack of another branch's pipeline",
            id="a branch 'data' would have that stack",
        ),
        pytest.param(
            "branches: [{branch: all, match: ['**']}]\n"
            "stages: [{stage: A, actions: [{cfn-delete: {stack-name: "
            "'near-${branch:slug}-data-pipeline', role-arn: r}}]}]",
            "'near-${branch:slug}-data-pipeline' is the stack of another branch's pipeline",
            id="a branch 'x-data' would have the stack that branch 'x' works on",
        ),
        pytest.param(
            "branches: [{branch: main}, {branch: Feature/A}]\n"
            "stages: [{stage: A, actions: [{cfn-delete: {stack-name: "
            "near-feature-a-5914af-pipeline, role-arn: r}, only: [main]}, "
            "{lambda: {function-name: f}}]}]",
            "'near-feature-a-5914af-pipeline' is the stack of another branch's pipeline",
            id="the hashed slug of a branch that is known by name",
        ),
        pytest.param(
            "- raw: {category: Deploy, owner: AWS, provider: CloudFormation, version: '1', "
            "configuration: {ActionMode: DELETE_ONLY, StackName: near-main-pipeline}}",
            "'near-main-pipeline' is the stack of this pipeline itself",
            id="a raw action",
        ),
        pytest.param(
            "grants: [{grant: G, approve: [A/B], roles: [R]}]",
            "there is no approval 'A/B'",
            id="an approval of no stage",
        ),
    ],
)
def test_something_is_said(example: str, message: str) -> None:
    """Faults that need a closer look than the cases give."""
    assert set(found(example, RULES - {"approval-gates-nothing"})) == {message}
