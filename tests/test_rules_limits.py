"""Specs near the faults of types, lengths, rights and quotas, and what is not said of them."""

from __future__ import annotations

import pytest

from pipelinegen.versions import is_met
from tests.near import found

RULES = {
    "needs-v2",
    "parallel-rollback",
    "skip-rule",
    "retry-with-rules",
    "custom-action-per-branch",
    "custom-action-properties",
    "retired-provider",
    "ignored-key",
    "configuration-too-long",
    "wide-permissions",
    "grant-per-branch",
    "quota-exceeded",
    "quota-near",
    "patch-path",
    "patch-could-be-key",
    "raw-could-be-key",
    "tool-version",
}

COUNTS = "input-artifacts: {min: 0, max: 5}, output-artifacts: {min: 0, max: 5}"
RAW_S3 = "category: Deploy, owner: AWS, provider: S3, version: '1'"


@pytest.mark.parametrize(
    "example",
    [
        pytest.param("pipeline-type: V1\nexecution-mode: SUPERSEDED", id="a mode of V1"),
        pytest.param(
            "pipeline-type: V1\nsources: [{connection: {connection-arn: a, "
            "full-repository-id: o/r}}]",
            id="a connection without filters",
        ),
        pytest.param(
            "execution-mode: PARALLEL\nstages: [{stage: S, on-failure: {result: RETRY}, "
            "on-success: {result: FAIL, rules: [{alarm: {alarm-name: a}}]}, "
            "actions: [{approval: {}}]}]",
            id="PARALLEL without a rollback",
        ),
        pytest.param(
            "stages: [{stage: S, before-entry: {result: SKIP, rules: [{lambda: {function-name: f}},"
            " {variable-check: {variable: v, operator: EQ, value: x}}, {rule: R, raw: "
            "{provider: LambdaInvoke, configuration: {FunctionName: f, New: x}}}]}, "
            "actions: [{approval: {}}]}]",
            id="SKIP with the rules that it works with",
        ),
        pytest.param(
            "stages: [{stage: S, on-failure: {result: ROLLBACK, rules: [{alarm: {alarm-name: a}}]},"
            " actions: [{approval: {}}]}]",
            id="ROLLBACK with rules",
        ),
        pytest.param(
            "branches: [{branch: main}, {branch: feature/*}]\n"
            f"custom-actions: {{T: {{category: Test, only: [main], {COUNTS}}}}}\n"
            "stages: [{stage: S, actions: [{custom: {type: T}}]}]",
            id="declared by one branch, used by all",
        ),
        pytest.param(
            f"custom-actions: {{T: {{category: Test, only: [man], {COUNTS}}}}}",
            id="a misspelt branch rule is told once",
        ),
        pytest.param(
            f"custom-actions: {{T: {{category: Test, {COUNTS}, configuration-properties: "
            "[{property: A, required: true, queryable: true}, {property: B, secret: true}]}}\n"
            "stages: [{stage: S, actions: [{custom: {type: T, configuration: {A: x}}}]}]",
            id="an optional property is left out",
        ),
        pytest.param(
            "- custom: {type: Unknown, configuration: {A: x}}",
            id="an unknown type has no properties",
        ),
        pytest.param(
            "- raw: {category: Deploy, owner: Custom, provider: OpsWorks, version: '1'}",
            id="one's own provider of a retired name",
        ),
        pytest.param(
            "- commands: {run: [make], files: [a]}\n  output-artifacts: [A]",
            id="files of an output artifact",
        ),
        pytest.param(
            "- inspector: {inspector-run-mode: ECRImageScan, ecr-repository-name: r}",
            id="the repository of a scanned image",
        ),
        pytest.param(
            f"- lambda: {{function-name: f, user-parameters-text: '{'x' * 1000}'}}",
            id="a value of a thousand characters",
        ),
        pytest.param(
            f"- codebuild-test: {{env: {{A: '{'x' * 2000}'}}}}",
            id="the environment of a generated project is no configuration",
        ),
        pytest.param(
            "stages: [{stage: S, before-entry: {result: SKIP, rules: [{lambda: {function-name: f, "
            f"user-parameters: {{a: '{'x' * 9000}'}}}}}}]}}, actions: [{{approval: {{}}}}]}}]",
            id="a rule's value may be longer",
        ),
        pytest.param(
            f"- lambda: {{function-name: f, user-parameters-text: '{'x' * 990}${{param:Long}}'}}",
            id="what only a deployment knows counts for nothing",
        ),
        pytest.param(
            "roles: {R: {trust: [a], permissions: [{actions: ['s3:*', 'iam:Get*'], "
            "resources: ['*']}], managed-policy-arns: ['arn:aws:iam::aws:policy/ReadOnlyAccess']}}",
            id="wide rights on other services",
        ),
        pytest.param(
            "branches: [{branch: main}, {branch: b, match: [b, c]}]\n"
            "grants: [{grant: G, start: true, roles: [R], only: [main]}]",
            id="a grant on one branch",
        ),
        pytest.param(
            "branches: [{branch: main}, {branch: feature/*}]\n"
            "grants: [{grant: G, approve: [S/Approve], start: false, roles: [R]}]\n"
            "stages: [{stage: S, only: [main], actions: [{approval: {}}, "
            "{lambda: {function-name: f}}]}, {stage: T, actions: [{lambda: {function-name: f}}]}]",
            id="a grant whose approval lives on one branch",
        ),
        pytest.param(
            f"tags: {{{', '.join(f'T{number}: x' for number in range(39))}}}",
            id="39 tags are not near fifty",
        ),
        pytest.param(
            "sources: [{connection: {connection-arn: a, full-repository-id: o/r, push: "
            "[{tags: {includes: [a]}}, {tags: {includes: [b]}}, {tags: {includes: [c]}}]}}]",
            id="three filters of three are no warning",
        ),
        pytest.param(
            "patch: {Stages: {'Fn::If': [A, [], []]}, Triggers: [{ProviderType: x}], Tags: null}",
            id="an intrinsic is not looked into",
        ),
        pytest.param(
            "- lambda: {function-name: f}\n"
            "  patch: {Configuration: {Any: thing}, RunOrder: 2, Region: null}",
            id="configuration is free, null takes away",
        ),
        pytest.param(
            "template: {resources: {Extra: {Type: 'AWS::New::Thing'}}, "
            "patch: {Extra: {Properties: {Any: x}, Metadata: {a: b}}, "
            "PipelineRole: {Properties: {RoleName: x}}}}",
            id="resources of the spec's own and generated ones",
        ),
        pytest.param(
            "sources: [{codecommit: {repository-name: r}, "
            "patch: {Configuration: {BranchName: null, PollForSourceChanges: 'false'}}}]",
            id="a patch that changes nothing for the worse",
        ),
        pytest.param(
            f"- raw: {{{RAW_S3}, configuration: {{BucketName: b, Extract: 'true', New: x}}}}\n"
            "  input-artifacts: [Source]",
            id="raw with a key that the typed one lacks",
        ),
        pytest.param(
            f"- raw: {{{RAW_S3}, configuration: {{BucketName: b}}}}\n  input-artifacts: [Source]",
            id="raw without a key that the typed one requires",
        ),
        pytest.param(
            "sources: [{raw: {category: Source, owner: AWS, provider: S3, version: '1', "
            "configuration: {New: x}}, output-artifacts: [S], "
            "patch: {Configuration: {PollForSourceChanges: 'true'}}}]",
            id="a raw source has no key for detection",
        ),
        pytest.param('requires: ">=0.0.1"', id="a version that is met"),
    ],
)
def test_nothing_is_said(example: str) -> None:
    """A spec close to a fault is left in peace."""
    assert found(example, RULES) == []


@pytest.mark.parametrize(
    ("example", "message"),
    [
        pytest.param(
            "pipeline-type: V1\npatch: {PipelineType: V2}\nvariables: [{variable: V, default: d}]",
            "write pipeline-type: instead of this patch",
            id="a patch makes it V2",
        ),
        pytest.param(
            f"- lambda: {{function-name: f, user-parameters: {{a: '{'x' * 985}', "
            "b: '#{Source.CommitId}'}}",
            "1027 characters; an action's value has at most 1000",
            id="a run-time variable counts as AWS reads it",
        ),
        pytest.param(
            f"- raw: {{{RAW_S3}, configuration: {{Tag: '{'x' * 1001}'}}}}\n"
            "  input-artifacts: [Source]",
            "1001 characters; an action's value has at most 1000",
            id="a value of a raw action",
        ),
        pytest.param(
            "- step-functions: {state-machine-arn: a, input: {a: '" + "x" * 1000 + "'}}",
            "1008 characters; an action's value has at most 1000",
            id="a value that the row's function makes",
        ),
        pytest.param(
            f"roles: {{{', '.join(f'R{number}: {{trust: [a]}}' for number in range(101))}}}\n"
            "stages: [{stage: S, actions: [{lambda: {function-name: f}}]}]\n"
            f"template: {{resources: {{{', '.join(f'X{one}: {{}}' for one in range(496))}}}}}",
            "502 resources in the template; AWS allows 500",
            id="resources are counted as they are made",
        ),
        pytest.param(
            f"parameters: {{{', '.join(f'P{number}: {{}}' for number in range(158))}}}",
            "161 parameters; AWS allows 200",
            id="the branch's own parameters count",
        ),
        pytest.param(
            "sources: [{connection: {connection-arn: a, full-repository-id: o/r}, "
            "patch: {Configuration: {DetectChanges: 'false'}}}]",
            "write detection: none instead of this patch",
            id="the webhook switched off by a patch",
        ),
        pytest.param(
            f"- commands: {{run: [make], env: {{{', '.join(f'E{one}: x' for one in range(9))}}}, "
            "env-secret: {A: 'a:b', B: 'a:c'}}",
            "11 environment variables of one action; AWS allows 10",
            id="plain and secret environment variables count together",
        ),
        pytest.param(
            "template: {patch: {PipelineRole: null}}",
            "the patch of a resource is a map",
            id="a patch that takes the resource away",
        ),
        pytest.param(
            "- raw: {category: Build, owner: AWS, provider: CodeBuild, version: '1', "
            "configuration: {ProjectName: p, EnvironmentVariables: '[]'}}\n"
            "  input-artifacts: [Source]",
            "Build/AWS/CodeBuild/1 is the key 'codebuild'",
            id="env says the environment of a raw build",
        ),
    ],
)
def test_something_is_said(example: str, message: str) -> None:
    """Faults that need a closer look than the cases give."""
    assert found(example, RULES) == [message]


@pytest.mark.parametrize(
    ("wanted", "version", "met"),
    [
        pytest.param(">=1.0", "1.0.0", True, id="missing numbers are zero"),
        pytest.param(">=1.0", "0.9.9", False, id="older"),
        pytest.param(">1.0", "1.0.0", False, id="the same is not newer"),
        pytest.param("<=1.2, !=1.1", "1.1.0", False, id="all clauses must hold"),
        pytest.param("<2,>=1.5", "1.10.0", True, id="numbers, not text"),
        pytest.param("==1.2", "1.2.0", True, id="equal with zeros"),
        pytest.param("== 1.2", "1.2.1", False, id="not equal"),
        pytest.param("~=1.4", "1.9", True, id="compatible with a minor version"),
        pytest.param("~=1.4", "2.0", False, id="the next major version is not"),
        pytest.param("~=1.4.2", "1.4.9", True, id="compatible with a patch"),
        pytest.param("~=1.4.2", "1.5.0", False, id="the next minor version is not"),
        pytest.param("~=1.4.2", "1.4.1", False, id="older than the least"),
        pytest.param(">=1.0", "1.0.dev3", True, id="what stands behind the numbers is left out"),
        pytest.param(">=1", "unknown", False, id="a version without numbers is the oldest"),
    ],
)
def test_versions(wanted: str, version: str, met: bool) -> None:
    """Versions are compared number by number."""
    assert is_met(wanted, version) == met
