"""The names in a template's metadata lead back to the spec, also after its lines have moved."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pipelinegen.compiler import Compilation, compile_spec
from pipelinegen.diagnostics import Pointer
from pipelinegen.model import Spec
from pipelinegen.spec_paths import action_pointer, locator, pointer, stage_pointer

CASES = sorted((Path(__file__).parent / "cases" / "ok").glob("*.yaml"))

SPEC = """\
pipeline: shop
branches:
  - branch: main
  - branch: develop
sources:
  - codecommit: {repository-name: shop}
stages:
  - stage: Build
    actions:
      - action: Build
        only: [main]
        codebuild: {buildspec: release.yml}
      - action: Build
        only: [develop]
        codebuild: {buildspec: buildspec.yml}
      - parallel:
          - codebuild-test: {buildspec: test.yml}
          - action: Each
            each: [eu, us]
            step-functions:
              state-machine-arn: arn:aws:states:${target:region}:111111111111:stateMachine:x
  - stage: Live
    before-entry:
      result: FAIL
      rules:
        - rule: Quiet
          alarm: {alarm-name: errors}
    actions:
      - approval: {}
targets:
  eu: {region: eu-west-1}
  us: {region: us-east-1}
projects:
  Builder: {buildspec: b.yml}
schedules:
  - {schedule: Nightly, cron: 0 3 * * ? *}
"""


def compiled(text: str | bytes) -> Compilation:
    content = text.encode() if isinstance(text, str) else text
    return compile_spec("pipelinegen.yaml", content)


def spec(text: str = SPEC) -> Spec:
    found = compiled(text).spec
    assert found is not None
    return found


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_resource_leads_back(path: Path) -> None:
    """Metadata leads to the node that made the resource; an implied store came with `pipeline`."""
    found = compiled(path.read_bytes())
    assert found.spec is not None
    assert found.template is not None
    locate = locator(found.spec, found.template.body)
    implied = "artifact-store" not in found.spec.data
    store: Pointer = ("artifact-store",)
    assert {name: locate(name) for name in found.template.body["Resources"]} == {
        name: ("pipeline",) if implied and origin == store else origin
        for name, origin in found.template.origins.items()
    }


@pytest.mark.parametrize(
    ("path", "node"),
    [
        pytest.param("pipeline", ("pipeline",), id="the pipeline itself"),
        pytest.param("artifact-store", ("pipeline",), id="a store that is not written"),
        pytest.param("sources/Source", ("sources", 0), id="a source by its default name"),
        pytest.param(
            "stages/Build/Test",
            ("stages", 0, "actions", 2, "parallel", 0, "codebuild-test"),
            id="an action of a parallel group by its default name",
        ),
        pytest.param(
            "stages/Build/Each-us",
            ("stages", 0, "actions", 2, "parallel", 1, "step-functions"),
            id="a copy for one target",
        ),
        pytest.param("projects/Builder", ("projects", "Builder"), id="an entry of a map"),
        pytest.param("schedules/Nightly", ("schedules", 0), id="an entry of a list"),
        pytest.param("stages/Build/Gone", None, id="an action that is gone"),
        pytest.param("stages/Build", None, id="a stage is no resource"),
        pytest.param("sources/Gone", None, id="a source that is gone"),
        pytest.param("projects/Gone", None, id="an entry of a map that is gone"),
        pytest.param("pipeline/Gone", None, id="a text is no map"),
        pytest.param("schedules/Weekly", None, id="an entry of a list that is gone"),
        pytest.param("grants/Team", None, id="a section that is gone"),
        pytest.param("", None, id="nothing"),
        pytest.param("a/b/c/d", None, id="something of another tool"),
    ],
)
def test_pointer(path: str, node: Pointer | None) -> None:
    """Names are found wherever they stand now; what is gone is None."""
    assert pointer(spec(), path) == node


def test_branch_rule_decides() -> None:
    """Of two actions of one name the one that lives on the branch rule is meant."""
    data = spec()
    main, develop = data.branch_rules
    assert pointer(data, "stages/Build/Build", main) == ("stages", 0, "actions", 0, "codebuild")
    assert pointer(data, "stages/Build/Build", develop) == ("stages", 0, "actions", 1, "codebuild")


@pytest.mark.parametrize(
    ("name", "node"),
    [
        pytest.param("Live", ("stages", 1), id="a stage"),
        pytest.param("Source", ("sources",), id="the stage of the sources"),
        pytest.param("Gone", None, id="a stage that is gone"),
    ],
)
def test_stages(name: str, node: Pointer | None) -> None:
    """A stage is found by its name."""
    assert stage_pointer(spec(), name) == node


@pytest.mark.parametrize(
    ("stage", "name", "node"),
    [
        pytest.param("Live", "Approve", ("stages", 1, "actions", 0), id="an action"),
        pytest.param("Source", "Source", ("sources", 0), id="a source"),
        pytest.param(
            "Live", "Quiet", ("stages", 1, "before-entry", "rules", 0), id="a check of a condition"
        ),
        pytest.param(None, "Approve", ("stages", 1, "actions", 0), id="in any stage"),
        pytest.param("Build", "Approve", None, id="not in another stage"),
    ],
)
def test_actions(stage: str | None, name: str, node: Pointer | None) -> None:
    """An action is found by the names of its stage and its own."""
    assert action_pointer(spec(), stage, name) == node


@pytest.mark.parametrize(
    "template",
    [
        pytest.param({}, id="no resources"),
        pytest.param({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}, id="no metadata"),
        pytest.param(
            {"Resources": {"Queue": {"Metadata": {"pipelinegen": {}}}}},
            id="metadata without a path",
        ),
        pytest.param(
            {"Resources": {"Queue": {"Metadata": {"pipelinegen": "x"}}}}, id="metadata of others"
        ),
    ],
)
def test_foreign_templates(template: Mapping[str, Any]) -> None:
    """A resource that we did not make has no place."""
    assert locator(spec(), template)("Queue") is None
