"""What starts a stack that branches share: the rule's patterns, less what rules above take."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from pipelinegen.branches import branch_rules
from pipelinegen.compiler import check
from pipelinegen.rule_trigger import branch_filter

SPEC = """\
pipeline: shop
execution-mode: QUEUED
branches:
  - branch: main
  - {branch: feature/*, stack: per-rule, default-branch: develop}
sources:
  - connection:
      connection-arn: arn:aws:codeconnections:eu-west-1:111111111111:connection/a
      full-repository-id: acme/shop
stages: [{stage: Test, actions: [{codebuild-test: {buildspec: b.yml}}]}]
"""
OWN = {"branches": {"includes": ["feature/*"]}}


def shared(*match: str) -> dict[str, Any]:
    return {"branch": "r", "match": list(match), "stack": "per-rule", "default-branch": "main"}


@pytest.mark.parametrize(
    ("above", "match", "excludes"),
    [
        pytest.param([], ["f/*"], None, id="nothing stands above"),
        pytest.param([], ["f/*", "!f/a"], ["f/a"], id="its own exclusion"),
        pytest.param(["main"], ["**"], ["main"], id="a name that it would take"),
        pytest.param(["main"], ["f/*"], None, id="a name that it would not take"),
        pytest.param(["f/*"], ["f/**"], ["f/*"], id="a pattern inside its own"),
        pytest.param(["**"], ["f/*"], ["**"], id="a pattern around its own"),
        pytest.param(["g/*"], ["f/*"], None, id="a pattern that begins otherwise"),
        pytest.param(["f/?"], ["f/*", "!f/?"], ["f/?"], id="the same exclusion once"),
    ],
)
def test_branch_filter(above: list[str], match: list[str], excludes: list[str] | None) -> None:
    """A trigger knows its own patterns only, so what goes to rules above is excluded."""
    rules = branch_rules({"branches": [*({"branch": name} for name in above), shared(*match)]})
    wanted = {"includes": [one for one in match if one[0] != "!"]}
    if excludes is not None:
        wanted["excludes"] = excludes
    assert branch_filter(rules, rules[-1]) == wanted


def test_rules_below_take_nothing_away() -> None:
    """The first rule that fits takes a branch, so only those above count."""
    rules = branch_rules({"branches": [shared("**"), {"branch": "main"}]})
    assert branch_filter(rules, rules[0]) == {"includes": ["**"]}


@pytest.mark.parametrize(
    ("body", "push"),
    [
        pytest.param({}, [OWN], id="all branches of the rule"),
        pytest.param(
            {"push": [{"file-paths": {"includes": ["a/**"]}}]},
            [{**OWN, "file-paths": {"includes": ["a/**"]}}],
            id="files narrow them",
        ),
        pytest.param(
            {"push": [{"tags": {"includes": ["v*"]}}]},
            [{"tags": {"includes": ["v*"]}}],
            id="tags stand alone",
        ),
        pytest.param(
            {"pull-request": [{"branches": {"includes": ["main"]}}]}, None, id="pull requests only"
        ),
        pytest.param({"detection": "none"}, None, id="nothing"),
    ],
)
def test_first_source(body: dict[str, Any], push: list[Any] | None) -> None:
    """The first source starts the pipeline for the rule's branches, on that rule alone."""
    data = yaml.safe_load(SPEC)
    data["sources"][0]["connection"] |= body
    data["sources"].append(
        {"source": "Other", "connection": {**data["sources"][0]["connection"], **body}}
    )
    checked = check("pipelinegen.yaml", yaml.safe_dump(data).encode())
    first, second = checked.pipelines["feature"].sources
    assert first.body.get("push") == push
    assert second.body.get("push") == body.get("push")
    assert checked.pipelines["main"].sources[0].body.get("push") == body.get("push")
