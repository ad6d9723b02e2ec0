"""Specs near the faults of stores, regions and accounts, and what is not said of them."""

from __future__ import annotations

import pytest

from tests.near import found

RULES = {
    "store-conflict",
    "region-without-store",
    "region-guard-missing",
    "region-not-allowed",
    "device-farm-region",
    "service-not-in-region",
    "cross-account-needs-key",
    "cross-account-not-readable",
    "cross-account-outputs",
    "role-account-mismatch",
    "project-key-mismatch",
}

OTHER = "arn:aws:iam::222222222222:role/r"
DEPLOY = "codedeploy: {application-name: a, deployment-group-name: g}"
DEVICES = (
    "device-farm: {project-id: p, device-pool-arn: d, app-type: iOS, app: a, test-type: XCTEST}"
)


def stage(*actions: str) -> str:
    """Return the stages of a spec: one with these actions."""
    return f"stages: [{{stage: S, actions: [{', '.join(f'{{{action}}}' for action in actions)}]}}]"


@pytest.mark.parametrize(
    "example",
    [
        pytest.param(
            "artifact-store: {bucket: b, kms-key-arn: k, regions: {us-east-1: {bucket: c}}}",
            id="an existing bucket with its key, and stores elsewhere",
        ),
        pytest.param(
            "artifact-store: {kms-key-arn: k, expire-after-days: 5, read-accounts: "
            "['111111111111']}",
            id="a bucket made here under an existing key",
        ),
        pytest.param(
            "artifact-store: {shared: true, regions: {us-east-1: {bucket: c}}}",
            id="stores elsewhere beside the shared one",
        ),
        pytest.param(
            "region: eu-west-1\n" + stage(f"region: eu-west-1, {DEPLOY}"),
            id="the pipeline's own region, written out",
        ),
        pytest.param(
            "region: eu-west-1\n" + stage(f"region: '${{AWS::Region}}', {DEPLOY}"),
            id="the pipeline's own region, by its name in CloudFormation",
        ),
        pytest.param(
            "values: {where: eu-west-1}\nregion: eu-west-1\n"
            + stage(f"region: '${{value:where}}', {DEPLOY}"),
            id="the pipeline's own region, in a value",
        ),
        pytest.param(stage(f"region: '${{param:Where}}', {DEPLOY}"), id="nobody knows the region"),
        pytest.param(
            "region: eu-west-1\nartifact-store: {shared: true}\n"
            + stage(f"region: us-east-1, {DEPLOY}"),
            id="the shared store is everywhere",
        ),
        pytest.param(
            "region: eu-west-1\nsources: [{codecommit: {repository-name: r}, region: eu-west-1}]",
            id="a source may name its own region",
        ),
        pytest.param(
            "region: eu-west-1\nartifact-store: {shared: true}\n"
            + stage("region: us-east-1, codebuild-test: {project-name: there}"),
            id="an existing project elsewhere",
        ),
        pytest.param(stage(DEVICES), id="the region of the pipeline may be the right one"),
        pytest.param("region: us-west-2\n" + stage(DEVICES), id="Device Farm at home"),
        pytest.param(
            "region: ca-west-1\nsources: [{github-v1: {owner: o, repo: r, oauth-token: "
            "'${secret:a:b}', detection: polling}}]",
            id="polling needs no webhook",
        ),
        pytest.param(
            "region: eu-west-1\nsources: [{connection: {connection-arn: a, "
            "full-repository-id: o/r}}]",
            id="a region with connections",
        ),
        pytest.param(
            stage(f"role-arn: {OTHER}, {DEPLOY}"), id="without a guard nobody knows our account"
        ),
        pytest.param(
            "account: '222222222222'\n" + stage(f"role-arn: {OTHER}, {DEPLOY}"),
            id="our own account, written out",
        ),
        pytest.param(
            "account: '111111111111'\n"
            + stage(
                f"role-arn: 'arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/r', {DEPLOY}"
            ),
            id="our own account, by its name in CloudFormation",
        ),
        pytest.param(
            "account: '111111111111'\n" + stage(f"role-arn: '${{param:Role}}', {DEPLOY}"),
            id="nobody knows the account",
        ),
        pytest.param(
            "account: '111111111111'\n" + stage(f"role-arn: {OTHER}, lambda: {{function-name: f}}"),
            id="an action without artifacts needs no key",
        ),
        pytest.param(
            "account: '111111111111'\nartifact-store: {create-kms-key: true, "
            "read-accounts: ['${param:Reader}']}\n" + stage(f"role-arn: {OTHER}, {DEPLOY}"),
            id="a reader that only a deployment knows",
        ),
        pytest.param(
            "account: '111111111111'\nartifact-store: {bucket: b, kms-key-arn: k}\n"
            + stage(f"role-arn: {OTHER}, {DEPLOY}"),
            id="who reads an existing bucket is not ours to say",
        ),
        pytest.param(
            "account: '111111111111'\nartifact-store: {shared: true}\n"
            + stage(f"role-arn: {OTHER}, codebuild-test: {{project-name: p}}"),
            id="a test elsewhere has no output",
        ),
        pytest.param(
            "account: '111111111111'\nartifact-store: {shared: true}\n"
            "parameters: {Role: {}}\n"
            + stage(
                f"role-arn: {OTHER}, cfn-delete: {{stack-name: s, role-arn: '${{param:Role}}'}}"
            ),
            id="nobody knows the account of the CloudFormation role",
        ),
        pytest.param(
            stage("cfn-delete: {stack-name: s, role-arn: '" + OTHER + "'}"),
            id="the account of the CloudFormation role may be our own",
        ),
        pytest.param(
            "account: '111111111111'\nartifact-store: {create-kms-key: true, "
            "read-accounts: ['222222222222']}\n"
            + stage("codebuild: {encryption-key: other}", DEPLOY),
            id="nobody elsewhere reads what the project writes",
        ),
        pytest.param(
            "account: '111111111111'\nregion: eu-west-1\n"
            "artifact-store: {create-kms-key: true, read-accounts: ['222222222222']}\n"
            "parameters: {Build: {}}\n"
            + stage(
                "codebuild: {project-name: '${param:Build}'}",
                f"role-arn: {OTHER}, input-artifacts: [Build], {DEPLOY}",
            ),
            id="the key of an existing project is not ours to say",
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
            "role-arn: arn:aws:iam::111111111111:role/pipeline\n"
            + stage(f"role-arn: {OTHER}, {DEPLOY}"),
            "account 222222222222 cannot read artifacts under the AWS-managed key",
            id="the pipeline's role tells our account",
        ),
        pytest.param(
            "account: '111111111111'\nartifact-store: {bucket: b}\n"
            + stage(f"role-arn: {OTHER}, {DEPLOY}"),
            "account 222222222222 cannot read artifacts under the AWS-managed key",
            id="an existing bucket without a key",
        ),
        pytest.param(
            "account: '111111111111'\nregion: eu-west-1\n"
            + stage(f"region: us-east-1, role-arn: {OTHER}, {DEPLOY}"),
            "an action in us-east-1 needs an artifact store there",
            id="without a store nothing is said of its key",
        ),
        pytest.param(
            "region: eu-west-1\nstages: [{stage: S, before-entry: {result: FAIL, rules: "
            "[{region: us-east-1, alarm: {alarm-name: a}}]}, actions: [{approval: {}}]}]",
            "an action in us-east-1 needs an artifact store there",
            id="a rule of a condition in another region",
        ),
        pytest.param(
            "account: '111111111111'\nartifact-store: {shared: true}\n"
            + stage(
                f"role-arn: {OTHER}, raw: {{category: Deploy, owner: AWS, provider: "
                "CloudFormation, version: '1', configuration: {ActionMode: DELETE_ONLY, "
                "StackName: s, RoleArn: '${role:Deploy}'}}"
            )
            + "\nroles: {Deploy: {trust: [cloudformation.amazonaws.com]}}",
            "the CloudFormation role is in 111111111111, the action role in 222222222222",
            id="a raw action hands over a role made here",
        ),
    ],
)
def test_something_is_said(example: str, message: str) -> None:
    """Faults that need a closer look than the cases give."""
    assert found(example, RULES) == [message]
