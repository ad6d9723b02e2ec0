"""Every provider of the language: the action it becomes, and what a role needs to perform it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelinegen.actions.table import ACTIONS, CHECKS, SOURCES
from pipelinegen.compiler import compile_spec
from pipelinegen.diagnostics import Severity
from pipelinegen.dump import to_yaml
from pipelinegen.specialise import specialise

JSON = Any

TABLE = yaml.safe_load((Path(__file__).parent / "cases" / "actions.yaml").read_text("utf-8"))
REFERENCE: dict[str, JSON] = TABLE["reference"]
ROWS = {
    f"{kind}.{key}": row
    for kind, rows in (("source", SOURCES), ("action", ACTIONS), ("check", CHECKS))
    for key, row in rows.items()
}
ANY_TYPE = {"source.raw", "action.raw", "action.custom", "check.raw"}
"""Rows that take any action type and pass their configuration through."""

WRITTEN_BY_US = {
    "ActionMode",
    "DetectChanges",
    "EnvironmentVariables",
    "Input",
    "InputType",
    "PollForSourceChanges",
}
"""Configuration that no key of a spec has by itself."""

SEVERAL_FORMS = {
    "action.cfn-stack-set": {"Parameters"},
    "action.cfn-stack-instances": {"ParameterOverrides"},
    "action.pipeline": {"SourceRevisions", "Variables"},
}
"""Configuration that our own keys become, in a form of their own."""

SCAFFOLD = """
pipeline: t
region: eu-west-1
branches: [{branch: main}]
artifact-store: {regions: {us-west-2: {bucket: other}}}
sources: [{codecommit: {repository-name: shop}}]
custom-actions:
  Mine:
    category: Deploy
    only: [main]
    input-artifacts: {min: 1, max: 2}
    output-artifacts: {min: 0, max: 0}
    configuration-properties: [{property: Goal}]
stages:
  - stage: First
    actions:
      - action: Made
        raw: {category: Build, owner: Custom, provider: Maker, version: "1"}
        output-artifacts: [Made]
      - cfn-change-set:
          stack-name: shop
          change-set-name: made
          template-path: Made::t
          role-arn: arn:aws:iam::111111111111:role/made
"""
NOTHING: JSON = {
    "raw": {"category": "Test", "owner": "Custom", "provider": "Nothing", "version": "1"}
}
BINDINGS = {
    "BranchRule": "main",
    "BranchName": "BRANCH",
    "BranchSlug": "main",
    "AWS::Partition": "P",
    "AWS::Region": "R",
    "AWS::AccountId": "A",
}

every_case = pytest.mark.parametrize(
    ("section", "case"),
    [
        pytest.param(section, case, id=f"{section}: {case['sentence']}")
        for section in ("source", "action", "check")
        for case in TABLE[section]
    ],
)


def test_every_row_is_in_the_reference() -> None:
    assert set(ROWS) == set(REFERENCE) | ANY_TYPE


def test_every_row_has_a_case() -> None:
    written = {
        f"{section}.{key}"
        for section in ("source", "action", "check")
        for case in TABLE[section]
        for key in case["written"]
    }
    assert set(ROWS) <= written


@pytest.mark.parametrize("name", REFERENCE)
def test_a_row_knows_the_keys_that_aws_documents(name: str) -> None:
    """All of them and no others, but for those that our own keys become."""
    row, documented = ROWS[name], set(REFERENCE[name]["keys"].split())
    assert row.action_type == REFERENCE[name]["type"]
    ours = {key.aws for key in row.keys.values() if key.aws is not None}
    assert ours <= documented
    assert documented - ours <= WRITTEN_BY_US | SEVERAL_FORMS.get(name, set())


@every_case
def test_an_action_becomes(section: str, case: JSON) -> None:
    """Type, configuration, artifacts, other properties: exactly these, documented by AWS."""
    declared = _declared(section, _resolved(_spec(section, case["written"])))
    expected: JSON = {
        "Name": "Action",
        "RuleTypeId" if section == "check" else "ActionTypeId": _type(section, case),
        **({} if section == "check" else {"RunOrder": 1}),
        "Configuration": case.get("configuration"),
        "InputArtifacts": [{"Name": name} for name in case.get("inputs", ())],
        "OutputArtifacts": [{"Name": name} for name in case.get("outputs", ())],
        **case.get("more", {}),
    }
    assert declared == {key: value for key, value in expected.items() if value}
    name = f"{section}.{_key(section, case)}"
    if name not in ANY_TYPE:
        assert set(case.get("configuration", ())) <= set(REFERENCE[name]["keys"].split())


@every_case
def test_a_role_may_perform(section: str, case: JSON) -> None:
    """What the action adds to the rights of the pipeline's role: these, and nothing else."""
    before = _rights_without(section)
    gained = _rights(_resolved(_spec(section, case["written"]))) - before
    # A region brings its store with it, which is no business of the action.
    gained = {line for line in gained if not line.startswith("Artifact") or section == "source"}
    assert {_without_scaffold(line) for line in gained} == set(case.get("rights", ())) - before


def _spec(section: str, written: JSON) -> JSON:
    """Return the scaffold with one more source, action or check named Action."""
    spec = yaml.safe_load(SCAFFOLD)
    last = {"stage": "Stage", "actions": [NOTHING]}
    if section == "source":
        spec["sources"] = [{"source": "Action", **written}]
        spec["stages"] = [last]
        del spec["artifact-store"], spec["custom-actions"]
    elif section == "check":
        hook = {"result": "FAIL", "rules": [{"rule": "Action", **written}]}
        spec["stages"].append({**last, "before-entry": hook})
    else:
        spec["stages"].append({**last, "actions": [{"action": "Action", **written}]})
    return spec


def _resolved(spec: JSON) -> JSON:
    compilation = compile_spec("t.yaml", to_yaml(spec).encode())
    errors = [one for one in compilation.diagnostics if one.severity is Severity.ERROR]
    assert errors == []
    assert compilation.template is not None
    return specialise(compilation.template.body, BINDINGS)


def _declared(section: str, template: JSON) -> JSON:
    stages = template["Resources"]["Pipeline"]["Properties"]["Stages"]
    if section == "source":
        return stages[0]["Actions"][0]
    if section == "check":
        return stages[-1]["BeforeEntry"]["Conditions"][0]["Rules"][0]
    return stages[-1]["Actions"][0]


def _key(section: str, case: JSON) -> str:
    (key,) = (key for key in case["written"] if f"{section}.{key}" in ROWS)
    return str(key)


def _type(section: str, case: JSON) -> JSON:
    """Return the action type by AWS's reference, its open parts filled in from what is written."""
    key = _key(section, case)
    body = case["written"][key]
    if key == "custom":
        parts = ["Deploy", "Custom", "Mine", "1"]
    elif key == "raw":
        fixed = {"category": "Rule", "owner": "AWS"} if section == "check" else {}
        parts = [(fixed | body)[part] for part in ("category", "owner", "provider", "version")]
    else:
        text = REFERENCE[f"{section}.{key}"]["type"]
        text = text.replace("$provider", body.get("provider", ""))
        parts = text.replace("$version", body.get("version", "1")).split("/")
    return dict(zip(("Category", "Owner", "Provider", "Version"), parts, strict=True))


def _rights(template: JSON) -> set[str]:
    (policy,) = template["Resources"]["PipelineRole"]["Properties"]["Policies"]
    return {_line(statement) for statement in policy["PolicyDocument"]["Statement"]}


def _line(statement: JSON) -> str:
    resources = " ".join(sorted(map(_resource, statement["Resource"])))
    line = f"{statement['Sid']}: {' '.join(statement['Action'])} on {resources}"
    for operator, tests in statement.get("Condition", {}).items():
        for key, value in tests.items():
            words = value if isinstance(value, str) else ",".join(value)
            line += f" if {operator} {key} {words}"
    return line


def _resource(value: JSON) -> str:
    match value:
        case str():
            return value
        case {"Fn::GetAtt": [name, attribute]}:
            return f"{name}.{attribute}"
        case _:
            return json.dumps(value)


@cache
def _rights_without(section: str) -> frozenset[str]:
    """Return the rights of the scaffold alone: the store's, and those of its other actions."""
    source = {"raw": {**NOTHING["raw"], "category": "Source"}}
    written = source if section == "source" else NOTHING
    kind = "source" if section == "source" else "action"
    return frozenset(_rights(_resolved(_spec(kind, written))))


def _without_scaffold(line: str) -> str:
    """The scaffold hands a role on too, and statements that differ in resources only are one."""
    return line.replace(" arn:aws:iam::111111111111:role/made", "")
