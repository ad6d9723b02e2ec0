"""A spec and a branch rule give one plain pipeline: `only`, `each`, defaults and names settled."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given

from pipelinegen.actions.table import ACTIONS
from pipelinegen.branches import branch_rules
from pipelinegen.model import Action, Pipeline, Spec
from pipelinegen.resolve import action_of, declarations, lives, resolve
from tests.generated_specs import specs

FRAME = """
pipeline: shop
sources:
  - codecommit: {repository-name: shop}
"""


def resolved(text: str, rule: str = "main") -> Pipeline:
    """Return the pipeline of one branch rule."""
    data = {"branches": [{"branch": "main"}, {"branch": "develop"}]}
    data |= yaml.safe_load(FRAME) | yaml.safe_load(text)
    spec = Spec(data, branch_rules(data))
    return resolve(spec, next(one for one in spec.branch_rules if one.name == rule))


def only_action(text: str, rule: str = "main") -> Action:
    """Return the first action behind the source stage."""
    return resolved(text, rule).stages[1].actions[0]


ONLY = """
sources:
  - codecommit: {repository-name: shop}
  - source: Config
    codecommit: {repository-name: config}
    only: [main]
stages:
  - stage: Build
    actions:
      - approval: {}
        only: [main]
      - parallel:
          - {action: A, approval: {}, only: [develop]}
          - {action: B, approval: {}}
        only: [develop]
      - {action: C, approval: {}}
  - stage: Release
    only: [main]
    actions:
      - {action: D, approval: {}}
"""


def _names(pipeline: Pipeline) -> dict[str, list[tuple[str, int]]]:
    return {
        stage.name: [(action.name, action.order) for action in stage.actions]
        for stage in pipeline.stages
    }


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        (
            "main",
            {
                "Source": [("Source", 1), ("Config", 1)],
                "Build": [("Approve", 1), ("C", 3)],
                "Release": [("D", 1)],
            },
        ),
        ("develop", {"Source": [("Source", 1)], "Build": [("A", 2), ("B", 2), ("C", 3)]}),
    ],
)
def test_only(rule: str, left: dict[str, list[tuple[str, int]]]) -> None:
    """What another branch rule alone has is gone; positions stay as written."""
    assert _names(resolved(ONLY, rule)) == left


def test_origins() -> None:
    """Everything knows where it stands in the spec."""
    pipeline = resolved(ONLY, "develop")
    assert [stage.origin for stage in pipeline.stages] == [("sources",), ("stages", 0)]
    assert [action.origin for action in pipeline.actions] == [
        ("sources", 0),
        ("stages", 0, "actions", 1, "parallel", 0),
        ("stages", 0, "actions", 1, "parallel", 1),
        ("stages", 0, "actions", 2),
    ]
    assert next(pipeline.actions).body_origin == ("sources", 0, "codecommit")


def test_lives() -> None:
    """A node without `only` lives everywhere."""
    main, develop = resolved("stages: []").spec.branch_rules
    assert lives({}, main)
    assert lives({"only": ["main"]}, main)
    assert not lives({"only": ["main"]}, develop)


@pytest.mark.parametrize(
    ("provider", "name"),
    [
        ("codebuild: {}", "Build"),
        ("codebuild-test: {}", "Test"),
        ("approval:", "Approve"),
        ("cfn-execute: {}", "Execute"),
        ("raw: {category: Test, owner: AWS, provider: X, version: '1'}", "Run"),
    ],
)
def test_default_name(provider: str, name: str) -> None:
    """An action without a name has its provider's word."""
    action = only_action(f"stages: [{{stage: S, actions: [{{{provider}}}]}}]")
    assert (action.name, action.named) == (name, False)


def test_written_facts() -> None:
    """What an action says of itself is kept as written."""
    action = only_action(
        """
stages:
  - stage: S
    actions:
      - action: Ask
        approval: {custom-data: x}
        namespace: Asked
        role-arn: arn:role
        region: eu-west-1
        timeout-in-minutes: 5
        input-artifacts: [A]
        output-artifacts: []
        patch: {Name: B}
"""
    )
    assert (action.name, action.named, action.stage, action.grouped) == ("Ask", True, "S", False)
    assert action.body == {"custom-data": "x"}
    assert (action.namespace, action.role_arn, action.region) == ("Asked", "arn:role", "eu-west-1")
    assert (action.timeout_in_minutes, action.patch) == (5, {"Name": "B"})
    assert (action.written_inputs, action.written_outputs) == (("A",), ())


EACH = """
targets:
  eu: {region: eu-west-1, account: "1", role-arn: "arn:${target:account}", values: {tier: gold}}
  us: {region: us-east-1}
stages:
  - stage: S
    actions:
      - action: Stack
        each: [eu, nowhere, us]
        lambda: {function-name: "${target:name}-${target:region}-${value:tier}"}
        role-arn: ROLE
      - {action: One, each: [us], lambda: {function-name: f}, region: us-west-2}
"""


def test_each() -> None:
    """`each` makes a copy for every target that exists, all of one group."""
    first, second, third = resolved(EACH.replace("        role-arn: ROLE\n", "")).stages[1].actions
    assert [one.name for one in (first, second, third)] == ["Stack-eu", "Stack-us", "One-us"]
    assert [one.order for one in (first, second, third)] == [1, 1, 2]
    assert [one.grouped for one in (first, second, third)] == [True, True, False]
    assert (first.region, first.role_arn) == ("eu-west-1", "arn:${target:account}")
    assert (second.region, second.role_arn) == ("us-east-1", None)
    assert third.region == "us-west-2"


def test_each_binds() -> None:
    """A copy reads the facts and values of its own target."""
    first, second, _ = resolved(EACH).stages[1].actions
    written = str(first.body["function-name"])
    assert first.text(written).literal == "eu-eu-west-1-gold"
    assert second.text(written).source() == "us-us-east-1-${value:tier}"
    assert first.text("arn:${target:account}").literal == "arn:1"
    assert second.text("${target:account}").literal is None
    assert first.role_arn == "ROLE"


@pytest.mark.parametrize(
    ("provider", "action_type", "cross_region"),
    [
        (
            "jenkins: {provider: Mine, version: '2', project-name: p}",
            "Build/Custom/Mine/2",
            False,
        ),
        ("jenkins: {provider: Mine, project-name: p}", "Build/Custom/Mine/1", False),
        (
            "raw: {category: Test, owner: AWS, provider: DeviceFarm, version: '1'}",
            "Test/AWS/DeviceFarm/1",
            True,
        ),
        (
            "raw: {category: Test, owner: ThirdParty, provider: Blaze, version: '1'}",
            "Test/ThirdParty/Blaze/1",
            False,
        ),
        ("custom: {type: Scan}", "Test/Custom/Scan/1", False),
        ("custom: {type: Named}", "Build/Custom/Other/7", False),
        ("codebuild: {}", "Build/AWS/CodeBuild/1", True),
    ],
)
def test_action_type(provider: str, action_type: str, cross_region: bool) -> None:
    """Parts of the action type that the spec says itself are filled in."""
    action = only_action(
        f"""
custom-actions:
  Scan: {{category: Test,
          input-artifacts: {{min: 1, max: 2}}, output-artifacts: {{min: 0, max: 3}}}}
  Named: {{category: Build, provider: Other, version: "7",
           input-artifacts: {{min: 0, max: 5}}, output-artifacts: {{min: 0, max: 0}}}}
stages: [{{stage: S, actions: [{{{provider}}}]}}]
"""
    )
    assert (action.row.action_type, action.row.cross_region) == (action_type, cross_region)
    if "Scan" in provider:
        assert (action.row.inputs.least, action.row.inputs.most) == (1, 2)
        assert (action.row.outputs.least, action.row.outputs.most) == (0, 3)


def test_undeclared_custom_action() -> None:
    """A custom action that nobody declares is left as it is, for a rule to name it."""
    spec = resolved("stages: []").spec
    entry = {"action": "Run", "custom": {"type": "Nothing"}}
    assert action_of(spec, entry, ACTIONS, "S", 1, ()).row == ACTIONS["custom"]


REFERENCES = """
role-arn: ${role:Service}
roles:
  Service: {trust: ["${import:Trust}"]}
  Deploy: {trust: [cloudformation.amazonaws.com], managed-policy-arns: ["${param:Policy}"]}
  Never: {trust: ["${param:Never}"]}
topics: {Team: {}, Other: {}}
projects: {Shared: {env: {TOPIC: "${topic:Team}"}}}
functions: {Warm: {runtime: r, handler: h, code: "print()"}}
targets: {eu: {values: {tier: gold}}}
tags: {Stage: "${value:size}"}
schedules: [{schedule: S, cron: c, only: [develop]}]
notifications:
  - {notify: N, events: [pipeline-failed], topic-arn: "${topic:Other}", only: [develop]}
grants: [{grant: G, start: true, roles: ["${param:Group}"], only: [main]}]
stages:
  - stage: S
    on-success: {result: FAIL, rules: [{alarm: {alarm-name: "${param:Alarm}"}}]}
    actions:
      - codebuild-test: {project-name: "${project:Shared}"}
      - action: Warm
        each: [eu]
        lambda: {function-name: "${function:Warm}", user-parameters: {tier: "${value:tier}", n: 1}}
      - cfn-delete: {stack-name: s, role-arn: "${role:Deploy}"}
        only: [main]
        role-arn: ${param:Role}
        region: ${param:Region}
"""


def test_references() -> None:
    """Everything that something living refers to is known, declarations that it uses included."""
    main, develop = resolved(REFERENCES), resolved(REFERENCES, "develop")
    assert main.used("param") == ("Alarm", "Group", "Policy", "Region", "Role")
    assert develop.used("param") == ("Alarm",)
    assert main.used("role") == ("Deploy", "Service")
    assert develop.used("role") == ("Service",)
    assert main.used("value") == ("size",)
    assert main.used("import") == ("Trust",)


def test_declarations() -> None:
    """A declared thing lives where something uses it."""
    main, develop = resolved(REFERENCES), resolved(REFERENCES, "develop")
    assert list(declarations(main, "roles")) == ["Service", "Deploy"]
    assert list(declarations(develop, "roles")) == ["Service"]
    assert list(declarations(main, "projects")) == ["Shared"]
    assert list(declarations(develop, "topics")) == ["Team", "Other"]
    assert list(declarations(resolved("stages: []"), "functions")) == []


@given(specs())
def test_restriction(data: dict[str, Any]) -> None:
    """A branch rule's pipeline is the one of a spec without the other branch rules' actions."""
    spec = Spec(data, branch_rules(data))
    for rule in spec.branch_rules:
        pipeline = resolve(spec, rule)
        updates = [{"stage": "SelfUpdate", **data["self-update"]}] if "self-update" in data else []
        stages = [*updates, *data["stages"]]
        written = [stage for stage in stages if rule.name in stage.get("only", [rule.name])]
        assert [stage.name for stage in pipeline.stages[1:]] == [one["stage"] for one in written]
        assert pipeline.updates_itself is (rule.name in data.get("self-update", {}).get("only", ()))
        assert pipeline.rule is rule
        assert all(action.order >= 1 for action in pipeline.actions)
