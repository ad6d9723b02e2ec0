"""Specs near the faults of liveness, names and lengths, and what is not said of them."""

from __future__ import annotations

import pytest

from tests.near import found

RULES = {
    "never-live",
    "unused-declaration",
    "empty-stage",
    "too-few-stages",
    "action-name-taken",
    "stage-name-taken",
    "logical-name-clash",
    "name-too-long",
    "misplaced-source",
}


@pytest.mark.parametrize(
    "example",
    [
        pytest.param(
            "branches: [{branch: main}, {branch: develop}, {branch: x}]\n"
            "stages: [{stage: S, only: [main, develop], actions: ["
            "{approval: {}, only: [develop, x]}, {approval: {}, action: B, only: [main]}]}, "
            "{stage: T, actions: [{approval: {}}]}]",
            id="one branch rule in common is enough",
        ),
        pytest.param(
            "branches: [{branch: main}, {branch: develop}]\n"
            "stages:\n"
            "  - {stage: A, only: [main], actions: [{codebuild: {project-name: p}}]}\n"
            "  - {stage: A, only: [develop], actions: [{codebuild: {project-name: p}}]}",
            id="stages that never meet may share a name",
        ),
        pytest.param(
            "stages: [{stage: S, only: [man], actions: [{approval: {}}]}]",
            id="a misspelt branch rule is told once, not as a missing stage",
        ),
        pytest.param(
            "stages: [{stage: S, actions: [{approval: {}, only: [man]}]}]",
            id="a misspelt branch rule is told once, not as an empty stage",
        ),
        pytest.param(
            "sources: [{codecommit: {repository-name: near}, only: [man]}]",
            id="a misspelt branch rule is told once, not as a missing source",
        ),
        pytest.param(
            "- each: [nowhere]\n  lambda: {function-name: f}",
            id="an unknown target is told once, not as an empty stage",
        ),
        pytest.param(
            "roles: {Deploy: {trust: [cloudformation.amazonaws.com]}}\n"
            "stages: [{stage: S, actions: [{cfn-delete: {stack-name: s, "
            'role-arn: "${role:Deplyo}"}}]}]',
            id="a misspelt role does not leave the right one unused",
        ),
        pytest.param(
            "topics: {Team: {}}\nfunctions: {F: {runtime: python3.13, handler: index.h, code: x, "
            'env: {TOPIC: "${topic:Team}"}}}\n'
            'stages: [{stage: S, actions: [{lambda: {function-name: "${function:F}"}}]}]',
            id="what a used function names is used",
        ),
        pytest.param(
            "topics: {Team: {}}\nstages: [{stage: S, actions: ["
            '{lambda: {function-name: f, user-parameters: {to: ["${topic:Team}"]}}}]}]',
            id="a reference deep inside data is a use",
        ),
        pytest.param(
            "targets: {a: {}, b: {}}\nstages: [{stage: S, actions: [{each: [a, b], "
            "codebuild-test: {project-name: p}}]}]",
            id="copies are named by their targets",
        ),
        pytest.param(
            "stages:\n  - {stage: A, actions: [{codebuild-test: {buildspec: b}}]}\n"
            "  - {stage: B, actions: [{codebuild-test: {buildspec: b}}]}",
            id="one action name in two stages",
        ),
        pytest.param(
            "stages: [{stage: S, on-success: {result: FAIL, rules: [{alarm: {alarm-name: a}}]}, "
            "before-entry: {result: FAIL, rules: [{alarm: {alarm-name: a}}]}, "
            "actions: [{approval: {}}]}]",
            id="one rule name under two hooks",
        ),
        pytest.param(
            "values: {size: a, size-json: b}\nbranches: [{branch: main}]",
            id="a value named like the escaped form of another that needs none",
        ),
        pytest.param(
            "template: {conditions: {IsMain: {'Fn::Equals': [a, b]}}}",
            id="a condition named like one that a single branch rule never needs",
        ),
        pytest.param(
            "branches: [{branch: a}, {branch: b}]\n"
            "template: {conditions: {IsAOrC: {'Fn::Equals': [a, b]}, "
            "Or: {'Fn::Equals': [a, b]}, IsAAndC: {'Fn::Equals': [a, b]}}}",
            id="conditions that read like no set of branch rules",
        ),
        pytest.param(
            "template: {resources: {Extra: {Type: 'AWS::SNS::Topic'}}, "
            "mappings: {BranchRules: {a: {b: c}}}, outputs: {PipelineName: {Value: x}}}",
            id="without values that differ there is no mapping of ours",
        ),
        pytest.param(
            "branches: [{branch: a, values: {size: x}}, {branch: b}]\n"
            "template: {mappings: {BranchRules: {a: {b: c}}}}",
            id="a value that a branch rule lacks is told as that",
        ),
        pytest.param(
            "role-arn: arn:aws:iam::111111111111:role/p\n"
            "template: {resources: {PipelineRole: {Type: 'AWS::IAM::Role'}}}",
            id="an existing role leaves its name to others",
        ),
        pytest.param(
            f"pipeline-name: {'n' * 60}-${{branch:slug}}\nbranches: [{{branch: main}}]",
            id="the slug of a branch rule that takes one branch is known",
        ),
        pytest.param(
            f"pipeline-name: {'n' * 59}-${{branch:slug}}\nbranches: [{{branch: '**', match: [x]}}]",
            id="one hundred characters are allowed",
        ),
        pytest.param(
            f"- cfn-delete: {{stack-name: '{'s' * 100}${{param:P}}', role-arn: r}}",
            id="what only a deployment knows counts for nothing",
        ),
        pytest.param(
            f"- action: {'a' * 95}\n  commands: {{run: [make]}}",
            id="a namespace that nobody needs is not made",
        ),
        pytest.param(
            "sources: [{raw: {category: Source, owner: AWS, provider: ECR, version: '1'}, "
            "output-artifacts: [S]}]",
            id="a raw source stands where sources stand",
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
            f"stages:\n  - {{stage: A, actions: [{{action: {'a' * 95}, codebuild: "
            "{project-name: p}, output-artifacts: [A]}]}\n  - {stage: B, actions: [{lambda: "
            f"{{function-name: f, user-parameters: {{v: '#{{{'a' * 95}.V}}'}}}}}}]}}",
            f"namespace '{'a' * 59}…' has 104 characters; AWS allows 100",
            id="a namespace that is read and too long with its ending",
        ),
        pytest.param(
            "branches: [{branch: a, values: {size: 'x\"', sizeJson: y}}, {branch: b}]\n"
            "values: {size: y, sizeJson: z}",
            "values 'sizeJson' and 'size' both become 'SizeJson'",
            id="the escaped form of a value and a value of that name",
        ),
        pytest.param(
            "parameters: {Pipeline: {}}",
            "the pipeline itself and parameter 'Pipeline' both become 'Pipeline'",
            id="parameters and resources share their names",
        ),
        pytest.param(
            "branches: [{branch: a}, {branch: b}]\n"
            "template: {conditions: {C: {'Fn::Equals': [a, b]}, "
            "IsAAndC: {'Fn::Equals': [a, b]}}}",
            "a condition 'IsAAndC' is made for the branch rules",
            id="a condition that narrows one of the spec's own",
        ),
        pytest.param(
            "artifact-store: {shared: true}\nparameters: {ArtifactStoreBucket: {}}",
            "every template has a parameter 'ArtifactStoreBucket' of its own",
            id="the parameters of the shared store are ours",
        ),
        pytest.param(
            f"pipeline-name: {'n' * 101}",
            "the pipeline's name has 101 characters; AWS allows 100",
            id="a name without a branch in it",
        ),
        pytest.param(
            f"- raw: {{category: Deploy, owner: Custom, provider: {'p' * 36}, version: '1'}}",
            "36 characters; a provider's name has at most 35",
            id="the provider of a raw action",
        ),
        pytest.param(
            "patch: {Stages: [{Name: A, Actions: []}, {Name: B, Actions: "
            "[{Name: T}, {Name: S, ActionTypeId: {Category: Source}}]}]}",
            "a Source action belongs to the first stage",
            id="stages that a patch writes",
        ),
    ],
)
def test_something_is_said(example: str, message: str) -> None:
    """Faults that need a closer look than the cases give."""
    assert found(example, RULES) == [message]
