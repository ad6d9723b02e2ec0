"""A check in a stage condition reads artifacts by the rules of an action."""

from __future__ import annotations

import pytest

from pipelinegen.compiler import check
from pipelinegen.conditions import checks

SPEC = """\
pipeline: shop
branches: [{branch: main}]
sources: [{codecommit: {repository-name: shop}}]
stages:
  - stage: Build
    actions: [{codebuild: {buildspec: build.yml}}]
  - stage: Ship
    before-entry:
      result: FAIL
      rules: [{RULE}]
    actions: [{s3: {bucket-name: shop, extract: true}}]
"""


@pytest.mark.parametrize(
    ("rule", "inputs"),
    [
        pytest.param(
            "codebuild: {project-name: gate}", ("Source",), id="the first source by default"
        ),
        pytest.param(
            "codebuild: {project-name: gate, primary-source: Build}",
            ("Build",),
            id="what a typed key names, and no default beside it",
        ),
        pytest.param(
            "codebuild: {project-name: gate, primary-source: Build}, input-artifacts: [Source]",
            ("Source", "Build"),
            id="what is written, then what a typed key names",
        ),
        pytest.param("alarm: {alarm-name: errors}", (), id="nothing where nothing is read"),
    ],
)
def test_inputs(rule: str, inputs: tuple[str, ...]) -> None:
    """Written, named by typed keys, or inferred."""
    compilation = check("shop.yaml", SPEC.replace("RULE", rule).encode())
    assert not compilation.failed, compilation.diagnostics
    (found,) = checks(compilation.pipelines["main"])
    assert found.inputs == inputs
