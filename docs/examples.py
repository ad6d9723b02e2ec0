"""The line of spec that shows a provider, and the small spec around it that makes it whole."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipelinegen.actions.table import ACTIONS, CHECKS, SOURCES
from pipelinegen.compiler import check
from pipelinegen.conditions import checks
from pipelinegen.model import Action, Pipeline
from pipelinegen.provider import Row

_FILE = Path(__file__).with_name("examples.yaml")
ROWS: Mapping[str, Mapping[str, Row]] = {
    "source": SOURCES,
    "action": ACTIONS,
    "check": CHECKS,
}
_SECTIONS = {"sources": "source", "actions": "action", "checks": "check", "untyped": "untyped"}

_FRAME = """\
pipeline: shop
region: eu-west-1
branches: [{branch: main}]
artifact-store: {shared: true}
"""
_DECLARED: Mapping[str, str] = {
    "${value:stage}": "values: {stage: test}\n",
    "${role:Deploy}": "roles: {Deploy: {trust: [cloudformation.amazonaws.com]}}\n",
    "${topic:Team}": "topics: {Team: {emails: [team@example.com]}}\n",
    "type: Scanner": """\
custom-actions:
  Scanner:
    category: Test
    only: [main]
    input-artifacts: {min: 0, max: 5}
    output-artifacts: {min: 0, max: 5}
    configuration-properties: [{property: Level}]
""",
}
"""What a line may name → what declares it."""

_CHANGE_SET = """\
      - cfn-change-set:
          stack-name: shop
          change-set-name: release
          template-path: Build::app.yaml
          role-arn: ${role:Deploy}
"""
_AFTER = """\
  - stage: After
    actions: [{s3: {bucket-name: acme-out, extract: true}}]
"""


@dataclass(frozen=True, slots=True)
class Example:
    """One line of spec: `kind` is source, action, check or untyped, `key` the provider's key."""

    kind: str
    key: str
    line: str

    @property
    def row(self) -> Row:
        """The row of its provider."""
        return ROWS["action" if self.kind == "untyped" else self.kind][self.key]

    @property
    def spec(self) -> str:
        """A whole spec around the line, with what it names and nothing that is left over."""
        made = self._sources() + self._before() + self._stage() + _AFTER
        declared = "".join(text for name, text in _DECLARED.items() if name in made)
        return _FRAME + declared + made

    def _sources(self) -> str:
        written = self.line if self.kind == "source" else "- codecommit: {repository-name: shop}"
        return f"sources:\n  {written}\n"

    def _before(self) -> str:
        """Actions that make what the line takes: an artifact Build, a change set."""
        executes = self.key == "cfn-execute"
        named = re.search(r"\bBuild(::|[\]}])", self.line) is not None
        takes = named or self.row.default_input == "product" or executes
        builds = "codebuild" if takes and self.kind != "source" else "codebuild-test"
        action = f"      - {builds}: {{buildspec: ci/build.yml}}\n"
        return f"stages:\n  - stage: Build\n    actions:\n{action}{_CHANGE_SET * executes}"

    def _stage(self) -> str:
        stage = "  - stage: Example\n"
        if self.kind == "source":
            return ""
        if self.kind == "check":
            hook = f"    before-entry:\n      result: FAIL\n      rules:\n        {self.line}\n"
            return f"{stage}{hook}    actions: [{{approval: {{}}}}]\n"
        return f"{stage}    actions:\n      {self.line}\n"


@cache
def examples() -> tuple[Example, ...]:
    """Return every example in the order of docs/examples.yaml."""
    found: list[Example] = []
    kind = ""
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("  - "):
            (entry,) = yaml.safe_load(line)
            found.append(Example(kind, _key(kind, entry), line.strip()))
        elif not line.startswith("#"):
            kind = _SECTIONS[line.rstrip(":")]
    return tuple(found)


@cache
def performed(example: Example) -> tuple[Pipeline, Action]:
    """Return the pipeline of an example, and the source, action or check that its line is."""
    (pipeline,) = check("example.yaml", example.spec.encode()).pipelines.values()
    if example.kind == "source":
        return pipeline, pipeline.sources[0]
    if example.kind == "check":
        return pipeline, next(iter(checks(pipeline)))
    (stage,) = (stage for stage in pipeline.stages if stage.name == "Example")
    return pipeline, stage.actions[0]


def _key(kind: str, entry: Mapping[str, Any]) -> str:
    rows = ROWS["action" if kind == "untyped" else kind]
    return next(key for key in entry if key in rows)
