"""An order that only some branch rules need moves from DependsOn to Metadata."""

from __future__ import annotations

from pipelinegen.compiler import compile_spec
from pipelinegen.raw_order import settle_order

SPEC = b"""
pipeline: order
branches: [{branch: main}, {branch: dev}]
sources: [{codecommit: {repository-name: order}}]
stages:
  - stage: A
    actions:
      - codebuild: {buildspec: a.yml}
      - {action: T, codebuild-test: {buildspec: a.yml}, only: [dev]}
template:
  resources:
    Alarm: {Type: "AWS::SNS::Topic", DependsOn: [ATProject, ABuildProject]}
"""


def test_order_after_a_conditional_resource_is_a_reference() -> None:
    """DependsOn keeps what every rule has; the rest is a Ref under a condition."""
    compilation = compile_spec("order.yaml", SPEC)
    assert compilation.template is not None
    alarm = compilation.template.body["Resources"]["Alarm"]
    assert alarm["DependsOn"] == ["ABuildProject"]
    assert alarm["Metadata"]["pipelinegen"]["after"] == [
        {"Fn::If": ["IsDev", {"Ref": "ATProject"}, {"Ref": "AWS::NoValue"}]}
    ]


def test_order_that_every_rule_has_stays_as_written() -> None:
    """Where all rules have the same resources nothing is touched."""
    body = {"Resources": {"A": {"Type": "T", "DependsOn": "B"}, "B": {"Type": "T"}}}
    assert settle_order({"main": body, "dev": body}) == {"main": body, "dev": body}


def test_text_form_of_depends_on_is_understood() -> None:
    """`DependsOn: B` names one resource, and none is left when it is conditional."""
    with_b = {"Resources": {"A": {"Type": "T", "DependsOn": "B"}, "B": {"Type": "T"}}}
    without = {"Resources": {"A": {"Type": "T", "DependsOn": "B"}}}
    settled = settle_order({"main": with_b, "dev": without})
    assert settled["main"]["Resources"]["A"] == {
        "Type": "T",
        "Metadata": {"pipelinegen": {"after": [{"Ref": "B"}]}},
    }
    assert settled["dev"]["Resources"]["A"]["Metadata"] == {"pipelinegen": {"after": []}}
