"""What is said of faults that the JSON Schema finds: keys, types, lengths and choices.

Each text has the form of a rule's docstring.
"""

from __future__ import annotations

from collections.abc import Mapping

FORMS: Mapping[str, str] = {
    "unknown-key": """\
Every key is one of the language; a misspelt one is never passed over in silence.

Keys of AWS are written in kebab case: DeploymentGroupName is deployment-group-name.

bad:
    - codedeploy: {application-name: shop, deployment-group: production}
good:
    - codedeploy: {application-name: shop, deployment-group-name: production}
""",
    "missing-key": """\
Some keys are required, a few only beside another key or value.

bad:
    sources:
      - codecommit: {detection: eventbridge}
good:
    sources:
      - codecommit: {repository-name: shop, detection: eventbridge}
""",
    "wrong-type": """\
A key has one type: text, a number, true or false, a list or a map.

A list is a list even with one item, and an account number is text, which needs quotes.

bad:
    - codebuild: {buildspec: buildspec.yml}
      only: main
good:
    - codebuild: {buildspec: buildspec.yml}
      only: [main]
""",
    "unknown-value": """\
Some keys take a few values only; those of AWS keep AWS's spelling.

bad:
    execution-mode: queued
good:
    execution-mode: QUEUED
""",
    "bad-format": """\
Names, account numbers, regions and the like have a form.

bad:
    account: "1234"
good:
    account: "111111111111"
""",
    "out-of-range": """\
Numbers keep within the bounds of AWS.

bad:
    - approval: {}
      timeout-in-minutes: 4
    - codebuild: {buildspec: buildspec.yml}
good:
    - approval: {}
      timeout-in-minutes: 5
    - codebuild: {buildspec: buildspec.yml}
""",
    "wrong-count": """\
Lists keep within the bounds of AWS, and none of the language is empty without a meaning.

bad:
    stages: []
good:
    stages:
      - stage: Build
        actions:
          - codebuild: {buildspec: buildspec.yml}
""",
    "too-long": """\
Texts keep within the lengths of AWS.

bad:
    variables:
      - variable: LogLevel
        default: info
        description: "
          ........................................................................................
          ........................................................................................
          ........................................................................................"
good:
    variables: [{variable: LogLevel, default: info, description: Log level of the tests}]
""",
    "duplicate-item": """\
An entry stands once in a list that is a set.

bad:
    - codebuild: {buildspec: buildspec.yml}
      only: [main, main]
good:
    - codebuild: {buildspec: buildspec.yml}
      only: [main]
""",
    "two-providers": """\
An action, a source or a stage rule has one provider: two of them are two actions.

bad:
    - approval: {}
      codedeploy: {application-name: shop, deployment-group-name: production}
good:
    - approval: {}
    - codedeploy: {application-name: shop, deployment-group-name: production}
""",
    "no-provider": """\
The provider's key says what an action, a source or a stage rule does.

bad:
    - action: Package
good:
    - action: Package
      codebuild: {buildspec: buildspec.yml}
""",
    "conflicting-keys": """\
Some keys exclude each other: an existing thing cannot be described as a new one.

bad:
    - codebuild: {project-name: shop-build, image: "aws/codebuild/standard:7.0"}
good:
    - codebuild: {project-name: shop-build}
""",
    "secret-as-text": """\
A secret is never written as text, only as the name of one in Secrets Manager.

bad:
    sources:
      - github-v1: {owner: acme, repo: shop, oauth-token: "0123456789abcdef"}
good:
    sources:
      - github-v1: {owner: acme, repo: shop, oauth-token: "${secret:github:token}"}
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
""",
}
