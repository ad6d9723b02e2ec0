"""Specs near the faults of references, secrets and shell text, and what is not said of them."""

from __future__ import annotations

import pytest

from tests.near import found

RULES = {
    "reference-without-kind",
    "unknown-reference",
    "nested-reference",
    "unsafe-branch-text",
    "secret-not-here",
    "secret-like-text",
    "reference-in-shell",
    "variable-in-shell",
}

TEST = "- codebuild-test:\n    buildspec: buildspec.yml\n"


@pytest.mark.parametrize(
    "example",
    [
        pytest.param(
            f"{TEST}    env: {{A: '${{!HOME}}', B: '$HOME', C: '$(x)'}}", id="escaped text"
        ),
        pytest.param(
            f"{TEST}    env: {{A: '{{a}}', B: '${{!x:y}}', C: '$ {{a}}'}}", id="braces alone"
        ),
        pytest.param(f"{TEST}    env: {{A: '${{HOME'}}", id="an open brace without a kind"),
        pytest.param(
            f"{TEST}    env: {{A: '${{AWS::Region}}', B: '${{store:bucket}}', "
            "C: '${ssm:/a/b.c_d-e}', D: '${import:Stack-Name}', E: '${branch:rule}'}",
            id="references of every kind that needs no declaration",
        ),
        pytest.param(
            "artifact-store: {create-kms-key: true}\ntags: {Key: '${store:key-arn}'}",
            id="the key of a store that has one",
        ),
        pytest.param(
            "template: {resources: {T: {Type: X}}, expressions: {E: {Ref: T}}}\n"
            "tags: {A: '${resource:T}', B: '${resource:T.Arn}', C: '${expr:E}'}",
            id="raw resources and expressions",
        ),
        pytest.param(
            "tags: {A: '${resource:Pipeline}', B: '${resource:PipelineRole.Arn}', "
            "C: '${resource:ArtifactBucket}', D: '${resource:STestProject}'}\n"
            "stages: [{stage: S, actions: [{codebuild-test: {buildspec: b.yml}}]}]",
            id="resources that the tool makes",
        ),
        pytest.param(
            "branches: [{branch: main}, {branch: develop}]\n"
            "roles: {R: {trust: ['${resource:OnlyTestProject}']}}\n"
            "notifications:\n  - {notify: N, events: [pipeline-failed], only: [main], "
            "topic-arn: '${resource:OnlyTestProject}'}\n"
            "stages:\n  - stage: Only\n    only: [main]\n"
            "    before-entry: {result: FAIL, rules: [{alarm: "
            "{alarm-name: '${resource:OnlyTestProject}'}}]}\n"
            "    actions:\n      - codebuild-test: {buildspec: b.yml, "
            "env: {A: '${resource:OnlyTestProject}'}}\n"
            "      - cfn-delete: {stack-name: s, role-arn: '${role:R}'}",
            id="a resource is read only where it is made",
        ),
        pytest.param(
            "targets: {eu: {region: eu-west-1, account: '111111111111', "
            "role-arn: 'arn:aws:iam::${target:account}:role/${value:tier}', values: {tier: x}}}\n"
            "region: eu-west-1\nstages:\n  - stage: S\n    actions:\n      - each: [eu]\n"
            "        lambda: {function-name: '${target:name}-${target:region}-${target:account}'}",
            id="facts of targets inside each and in the targets themselves",
        ),
        pytest.param(
            "values: {pattern: 'a${b}c', price: '$5', ruby: '#{order.total}'}",
            id="a value may hold what only looks like a reference",
        ),
        pytest.param(
            "parameters: {P: {allowed-pattern: '^[a-z]${2}', description: 'costs $5 {each}'}}",
            id="regular expressions and prose",
        ),
        pytest.param(
            "sources:\n  - codecommit: {repository-name: r, branch-name: '${branch:name}'}\n"
            "tags: {Branch: '${branch:name}'}",
            id="a branch name where it is only data",
        ),
        pytest.param(
            "- cfn-deploy:\n    stack-name: s\n    template-path: Source::t.yaml\n"
            "    role-arn: ${import:R}\n    parameter-overrides: {Branch: '${branch:name}'}\n"
            "- {action: L, lambda: {function-name: f, user-parameters: {a: ['${branch:name}']}}}\n"
            "- {action: F, step-functions: {state-machine-arn: a, input: {b: '${branch:name}'}}}\n"
            "- approval: {custom-data: 'Deploy ${branch:name}?'}",
            id="a branch name where it is encoded or shown",
        ),
        pytest.param(
            "sources:\n  - raw: {category: Source, owner: Custom, provider: P, version: '1', "
            "configuration: {BranchName: '${branch:name}'}}",
            id="a branch name under AWS's own spelling of a key that takes one",
        ),
        pytest.param(
            "sources:\n  - github-v1: {owner: o, repo: r, branch: '${branch:name}', "
            "oauth-token: '${secret:github:token}'}",
            id="a secret where the type is Secret",
        ),
        pytest.param(
            f"{TEST}    env-secret: {{A: '${{secret:api:token}}', B: 'api:token', "
            "C: '${branch:rule}/api:token'}",
            id="secrets in env-secret, by reference and by name",
        ),
        pytest.param(
            f"{TEST}    env: {{A: '${{!secret:api:token}}'}}",
            id="the text of a reference to a secret",
        ),
        pytest.param(
            f"{TEST}    env: {{TOKEN: '', MAX_TOKENS: '1', TOKEN_TTL: 1h, USE_TOKEN: 'true', "
            "SECRET_ARN: 'arn:aws:x', API_SECRET: /ssm/path, KEY: k, MONKEY: m, "
            "AWS_ACCESS_KEY_ID: AKIA, PUBLIC_KEY: k, COMPASS: c, TOKENIZER: t, _: x}",
            id="names that only sound like secrets, values that are none",
        ),
        pytest.param(
            "- {action: A, raw: {category: Test, owner: Custom, provider: P, version: '1', "
            "configuration: {Token: x}}}\n"
            "- lambda: {function-name: f, user-parameters: {env: {token: x}}}",
            id="secrets are looked for in environments only",
        ),
        pytest.param(
            "- commands:\n    run:\n      - echo ${VAR} ${VAR:-x} ${#list[@]} ${value:0:7}\n"
            "      - echo ${value:-x} ${role:=x} ${secret:?x} ${param:+x} ${branch:1}\n"
            "      - echo ${target//a/b}\n"
            "      - echo '#{}' '# {a.b}' '#{a b}' '#{nothing}'",
            id="the shell's own expansions",
        ),
        pytest.param(
            "- codebuild-test: {phases: {build: ['ruby -e \"puts %Q(#{a.b} #{order.total})\"']}}",
            id="Ruby's own interpolation",
        ),
        pytest.param(
            "functions:\n  F:\n    runtime: python3.13\n    handler: i.h\n"
            "    code: 'print(f\"${value:.2f} ${value:d} ${param:>10} {value}\")'\n"
            "stages:\n  - stage: S\n    actions: [{lambda: {function-name: '${function:F}'}}]",
            id="format specifications of Python",
        ),
    ],
)
def test_fine(example: str) -> None:
    """A spec near the fault is not accused of it."""
    assert found(example, RULES) == []


@pytest.mark.parametrize(
    ("example", "message"),
    [
        pytest.param(
            f"{TEST}    env: {{A: '${{secret:api and more'}}",
            "${secret:api has no closing brace",
            id="an open reference to a secret is no reference to one",
        ),
        pytest.param(
            f"{TEST}    env: {{A: '${{ssm:}}'}}", "${ssm:}: it names nothing", id="a kind alone"
        ),
        pytest.param(
            f"{TEST}    env: {{A: '${{target:name}}'}}",
            "${target:name}: there is no target here",
            id="a target outside of each",
        ),
        pytest.param(
            "tags: {A: '${resource:Pipeline.}'}",
            "${resource:Pipeline.}: no attribute follows the dot",
            id="a dot without an attribute",
        ),
        pytest.param(
            "tags: {A: '${resource:Nothing}'}",
            "${resource:Nothing}: there is no resource 'Nothing' in the template",
            id="a resource that nobody makes",
        ),
        pytest.param(
            "targets: {eu: {}, us: {}}\nstages:\n  - stage: S\n    actions:\n"
            "      - each: [eu, us]\n        lambda: {function-name: '${target:account}'}",
            "${target:account}: targets 'eu' and 'us' have no account",
            id="a fact that no target has",
        ),
        pytest.param(
            "targets: {eu: {values: {a: x}}, us: {values: {a: y}}}\ntags: {A: '${value:a}'}",
            "${value:a}: there is no value 'a' here: only targets 'eu' and 'us' set it",
            id="a value of targets read elsewhere",
        ),
        pytest.param(
            "targets: {eu: {values: {a: x}}, us: {}}\nstages:\n  - stage: S\n    actions:\n"
            "      - each: [us]\n        lambda: {function-name: '${value:a}'}",
            "${value:a}: there is no value 'a' here: only target 'eu' sets it",
            id="a value of another target",
        ),
        pytest.param(
            f"{TEST}    env: {{A: '${{store:${{branch:rule}}}}'}}",
            "${store:${branch:rule}}: one reference cannot stand inside another",
            id="a reference in another that is no value",
        ),
        pytest.param(
            f"{TEST}    env: {{A: '{'x' * 90}${{{'y' * 90}}}'}}",
            f"${{{'y' * 57}… names no kind",
            id="a very long name is cut",
        ),
        pytest.param(
            "branches: [{branch: main}, {branch: develop}, {branch: wip}]\n"
            "tags: {A: '${resource:OnlyTestProject}'}\nstages:\n"
            "  - {stage: Only, only: [main], actions: [{codebuild-test: {buildspec: b.yml}}]}\n"
            "  - {stage: All, actions: [{approval: {}}]}",
            "${resource:OnlyTestProject}: resource 'OnlyTestProject' is not made on branch rules "
            "develop, wip",
            id="a resource that some branch rules do not make",
        ),
    ],
)
def test_found(example: str, message: str) -> None:
    """A fault is told in these words, and nothing else is."""
    assert found(example, RULES) == [message]
