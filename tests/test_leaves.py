"""The texts of a spec: each is found once, with its type, its key and the node it belongs to."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given

from pipelinegen.branches import branch_rules
from pipelinegen.bundled import schema
from pipelinegen.leaves import Leaf, Leaves, leaves
from pipelinegen.model import Spec
from pipelinegen.variables import texts
from tests.conftest import ROOT
from tests.generated_specs import specs

SPEC = """
pipeline: shop
pipeline-name: shop-${branch:slug}
branches:
  - branch: main
    values: {size: large}
    lifecycle: {cleanup-stacks: ["app-${branch:slug}"]}
parameters: {Vpc: {ssm: /net/vpc}}
tags: {Team: shop}
template: {resources: {Table: {Type: "AWS::DynamoDB::Table"}}}
targets: {eu: {role-arn: "arn:${AWS::Partition}:iam::1:role/x", values: {tier: gold}}}
functions:
  Warm: {runtime: python3.13, handler: index.handler, code: "handler = print"}
sources:
  - codecommit: {repository-name: shop}
    only: [main]
  - source: Old
    github-v1: {owner: acme, repo: shop, oauth-token: "${secret:github:token}"}
    patch: {Configuration: {Extra: text}}
stages:
  - stage: Test
    before-entry:
      result: FAIL
      rules:
        - commands: {run: [make gate]}
          role-arn: arn:aws:iam::1:role/gate
    actions:
      - action: Unit
        codebuild-test:
          phases: {build: [make test]}
          env: {SIZE: "${value:size}"}
      - parallel:
          - action: Stack
            role-arn: arn:aws:iam::1:role/stack
            cfn-deploy:
              stack-name: shop
              template-path: Source::t.yaml
              role-arn: ${role:X}
              parameter-overrides-from: {Size: "Old::out.json::size"}
          - action: Call
            only: [main]
            lambda: {function-name: "${function:Warm}", user-parameters: {a: [{b: deep}], n: 1}}
          - action: Set
            cfn-stack-set:
              stack-set-name: shop-${value:size}
              template-path: Source::t.yaml
"""


def read(text: str) -> Leaves:
    """Return the leaves of a spec."""
    data = yaml.safe_load(text)
    return leaves(Spec(data, branch_rules(data)), schema())


FOUND = {leaf.at: leaf for leaf in read(SPEC)}
STEPS = ("stages", 0, "actions", 1, "parallel")


@pytest.mark.parametrize(
    ("at", "kind", "key"),
    [
        (("pipeline",), "plain", "pipeline"),
        (("pipeline-name",), "Text", "pipeline-name"),
        (("branches", 0, "branch"), "plain", "branch"),
        (("branches", 0, "values", "size"), "plain", "values"),
        (("branches", 0, "lifecycle", "cleanup-stacks", 0), "Text", "cleanup-stacks"),
        (("parameters", "Vpc", "ssm"), "plain", "ssm"),
        (("tags", "Team"), "Text", "tags"),
        (("targets", "eu", "role-arn"), "Text", "role-arn"),
        (("targets", "eu", "values", "tier"), "plain", "values"),
        (("functions", "Warm", "code"), "Shell", "code"),
        (("sources", 0, "only", 0), "plain", "only"),
        (("sources", 1, "github-v1", "oauth-token"), "Secret", "oauth-token"),
        (("stages", 0, "before-entry", "rules", 0, "commands", "run", 0), "Shell", "run"),
        (("stages", 0, "actions", 0, "codebuild-test", "phases", "build", 0), "Shell", "build"),
        (("stages", 0, "actions", 0, "codebuild-test", "env", "SIZE"), "Text", "env"),
        ((*STEPS, 0, "cfn-deploy", "template-path"), "ArtifactPath", "template-path"),
        (
            (*STEPS, 0, "cfn-deploy", "parameter-overrides-from", "Size"),
            "ArtifactPath",
            "parameter-overrides-from",
        ),
        ((*STEPS, 1, "lambda", "user-parameters", "a", 0, "b"), "Text", "user-parameters"),
        ((*STEPS, 2, "cfn-stack-set", "stack-set-name"), "Text", "stack-set-name"),
    ],
)
def test_type(at: tuple[str | int, ...], kind: str, key: str) -> None:
    """A text has the type that the grammar gives it, and the nearest key of the language."""
    leaf = FOUND[at]
    assert (leaf.type, leaf.key) == (kind, key)


def test_raw_has_none() -> None:
    """Raw CloudFormation and patches are not looked into."""
    assert not [at for at in FOUND if "patch" in at or "template" in at]


@pytest.mark.parametrize(
    ("at", "entry", "provider", "in_body"),
    [
        pytest.param(("tags", "Team"), (), None, False, id="nothing around it"),
        pytest.param(("stages", 0, "stage"), (), None, False, id="of a stage"),
        pytest.param(("stages", 0, "before-entry", "result"), (), None, False, id="of a condition"),
        pytest.param(
            ("sources", 0, "codecommit", "repository-name"),
            ("sources", 0),
            "codecommit",
            False,
            id="in the body of a source",
        ),
        pytest.param(("sources", 1, "source"), ("sources", 1), None, False, id="of a source"),
        pytest.param(
            ("stages", 0, "before-entry", "rules", 0, "commands", "run", 0),
            ("stages", 0, "before-entry", "rules", 0),
            "commands",
            True,
            id="in the body of a check",
        ),
        pytest.param(
            ("stages", 0, "before-entry", "rules", 0, "role-arn"),
            ("stages", 0, "before-entry", "rules", 0),
            None,
            False,
            id="of a check",
        ),
        pytest.param(
            ("stages", 0, "actions", 0, "action"),
            ("stages", 0, "actions", 0),
            None,
            False,
            id="of an action",
        ),
        pytest.param((*STEPS, 0, "role-arn"), (*STEPS, 0), None, False, id="of one in a group"),
        pytest.param(
            (*STEPS, 0, "cfn-deploy", "role-arn"),
            (*STEPS, 0),
            "cfn-deploy",
            True,
            id="in the body of one in a group",
        ),
        pytest.param((*STEPS, 1, "only", 0), (*STEPS, 1), None, False, id="in a list of one"),
    ],
)
def test_place(
    at: tuple[str | int, ...], entry: tuple[str | int, ...], provider: str | None, in_body: bool
) -> None:
    """A text knows the source, action or check that it belongs to."""
    leaf = FOUND[at]
    assert (leaf.entry, leaf.provider, leaf.in_action_body) == (entry, provider, in_body)
    assert leaf.in_source == (at[0] == "sources")


def test_node() -> None:
    """The node at a place is what the spec writes there."""
    found = read(SPEC)
    assert all(found.node(leaf.at) == leaf.value for leaf in found)


@given(specs())
def test_each_text_once(data: dict[str, Any]) -> None:
    """Every text of a spec is found once, in the order in which it is written."""
    found = list(leaves(Spec(data, branch_rules(data)), schema()))
    assert [leaf.value for leaf in found] == list(texts(data))
    assert len({leaf.at for leaf in found}) == len(found)


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*/pipelinegen.yaml")), ids=str)
def test_every_type_is_known(path: Any) -> None:
    """No text of an example has another type than the language's five."""
    kinds = {leaf.type for leaf in read(path.read_text())}
    assert kinds <= {"Text", "Shell", "Secret", "ArtifactPath", "plain"}


def test_leaf_is_a_value() -> None:
    """Two leaves of the same place and text are the same."""
    leaf = FOUND["pipeline",]
    assert leaf == Leaf(("pipeline",), "shop", "plain", "pipeline")
