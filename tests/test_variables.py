"""Run-time variables: who sets what a text reads, and under which namespace."""

from __future__ import annotations

import pytest
import yaml

from pipelinegen.branches import branch_rules
from pipelinegen.model import Action, Pipeline, Spec
from pipelinegen.resolve import resolve
from pipelinegen.text import Variable
from pipelinegen.variables import before_stage, earlier, emitted, namespace_of, setters, texts
from pipelinegen.wiring import wire

SPEC = """
pipeline: shop
branches: [{branch: main}]
sources:
  - codecommit: {repository-name: shop}
stages:
  - stage: Test
    on-success:
      result: FAIL
      rules: [{variable-check: {variable: "#{Unit.RESULT}", operator: EQ, value: ok}}]
    actions:
      - parallel:
          - {action: Unit, codebuild-test: {buildspec: u.yml}}
          - {action: Lint.all, codebuild-test: {buildspec: l.yml}}
      - {action: Named, lambda: {function-name: f}, namespace: Given}
      - action: Read
        lambda: {function-name: r, user-parameters: {list: ["#{Lint.all.X}", 1], own: "#{Read.X}"}}
  - stage: Release
    actions:
      - {action: Deploy, lambda: {function-name: d}}
"""


def pipeline() -> Pipeline:
    """Return the wired pipeline."""
    data = yaml.safe_load(SPEC)
    spec = Spec(data, branch_rules(data))
    return wire(resolve(spec, spec.branch_rules[0]))


def action(name: str) -> Action:
    """Return one of its actions."""
    return next(one for one in pipeline().actions if one.name == name)


@pytest.mark.parametrize(
    ("reader", "names"),
    [
        ("Source", []),
        ("Unit", ["Source"]),
        ("Named", ["Source", "Unit", "Lint.all"]),
        ("Deploy", ["Source", "Unit", "Lint.all", "Named", "Read"]),
    ],
)
def test_earlier(reader: str, names: list[str]) -> None:
    """What has finished when an action starts has set its variables."""
    assert [one.name for one in earlier(pipeline(), action(reader))] == names


@pytest.mark.parametrize(
    ("itself", "names"),
    [(False, ["Source"]), (True, ["Source", "Unit", "Lint.all", "Named", "Read"])],
)
def test_before_stage(itself: bool, names: list[str]) -> None:
    """A check on entry sees the stages before, one at the end its own stage, too."""
    found = pipeline()
    stage = found.stages[1]
    assert [one.name for one in before_stage(found, stage, itself=itself)] == names


@pytest.mark.parametrize(
    ("namespace", "names"), [("Unit", ["Unit"]), ("Given", ["Named"]), ("Named", []), ("X", [])]
)
def test_setters(namespace: str, names: list[str]) -> None:
    """A variable is read by the action's name, or by the namespace that it was given."""
    found = setters(Variable(namespace, "X"), pipeline().actions)
    assert [one.name for one in found] == names


@pytest.mark.parametrize(
    ("name", "namespace"),
    [("Unit", "UnitVariables"), ("Lint.all", "LintallVariables"), ("Named", "Given")],
)
def test_namespace(name: str, namespace: str) -> None:
    """AWS allows no dot in a namespace, and none that is an artifact's name."""
    assert namespace_of(action(name)) == namespace


def test_emitted() -> None:
    """An action gets a namespace where something reads its variables, or where it was given one."""
    assert emitted(pipeline()) == {
        ("Test", "Named"): "Given",
        ("Test", "Lint.all"): "LintallVariables",
        ("Test", "Unit"): "UnitVariables",
    }


def test_texts() -> None:
    """Every text inside plain data is found, whatever holds it."""
    assert list(texts({"a": "x", "b": ["y", 1, None, {"c": "z"}]})) == ["x", "y", "z"]
