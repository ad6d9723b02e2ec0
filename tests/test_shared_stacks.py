"""Every branch of a rule with `stack: per-rule` leads to the one stack of that rule."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipelinegen.cli import shell
from pipelinegen.compiler import compile_spec
from pipelinegen.deployment import Deployment, deployment
from pipelinegen.errors import StackFailed
from pipelinegen.explain import text
from pipelinegen.life_cycle.ownership import refuse_foreign
from pipelinegen.life_cycle.removal import Target
from pipelinegen.progress import Progress
from pipelinegen.records import StackRecord
from tests.conftest import Run
from tests.removable_world import BRANCH, everything
from tests.test_destroy import RULE, carried_out, said
from tests.test_overview import Account, stack

SPEC = """\
pipeline: shop
execution-mode: QUEUED
branches:
  - branch: main
  - branch: work
    match: [feature/*, fix/*, "!fix/old"]
    stack: per-rule
    default-branch: develop
  - branch: rest
    match: [other/*]
sources:
  - source: App
    connection:
      connection-arn: arn:aws:codeconnections:eu-west-1:111111111111:connection/a
      full-repository-id: acme/shop
stages: [{stage: Test, actions: [{codebuild-test: {buildspec: test.yml}}]}]
"""
PARAMETERS = {"BranchName": "develop", "BranchSlug": "work", "BranchRule": "work"}
STACK = "shop-work-pipeline"


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The spec in the current folder."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "pipelinegen.yaml"
    path.write_text(SPEC)
    return path


def wanted(branch: str, content: str = SPEC) -> Deployment:
    found = compile_spec("pipelinegen.yaml", content.encode())
    assert found.spec is not None
    assert found.template is not None, found.diagnostics
    return deployment(found.spec, found.template, branch, values={}, role_arn=None)


def deployed(content: str = SPEC, **more: Any) -> StackRecord:
    """The stack as a deployment of the spec leaves it."""
    one = wanted("fix/a", content)
    known = {"parameters": dict(one.parameters), "tags": dict(one.tags), "name": one.stack}
    record: StackRecord = stack("develop", **{**known, **more})
    return record


def online(account: Account, *line: str) -> Result:
    return CliRunner().invoke(shell, line, connect=account.connect)


def test_branches_have_one_deployment() -> None:
    """Two branches of the rule want the same stack, down to the fingerprint."""
    one, other = wanted("feature/a"), wanted("fix/b")
    assert (one.stack, one.parameters) == (STACK, PARAMETERS)
    assert replace(one, branch="x") == replace(other, branch="x")
    assert wanted("other/a").stack == "shop-other-a-6a7659-pipeline"


def test_long_rule_name() -> None:
    """The rule's part of the name is as short as a branch's, and as unique."""
    text = SPEC.replace("branch: work", f"branch: {'Work' * 20}")
    slug = wanted("fix/a", text).parameters["BranchSlug"]
    assert len(slug) == 40
    assert slug.startswith("workwork")


def test_another_default_branch() -> None:
    """The stack stays the rule's own when the default branch changes."""
    changed = wanted("fix/b", SPEC.replace("develop", "trunk"))
    refuse_foreign(deployed(), {}, pipeline="shop", branch=changed.namesake)
    assert changed.parameters["BranchName"] == "trunk"
    assert changed.stack == STACK


OURS: Mapping[str, Any] = {"Metadata": {"pipelinegen": {"tool-version": "1"}}}


def test_stack_that_the_aws_cli_deployed() -> None:
    """Without tags the rule's id tells, as a branch's name does elsewhere."""
    record = deployed(tags={})
    refuse_foreign(record, OURS, pipeline="shop", branch="work")
    with pytest.raises(StackFailed, match="belongs to branch 'develop'"):
        refuse_foreign(record, OURS, pipeline="shop", branch="other")


@pytest.mark.parametrize("branch", ["feature/a", "fix/b"])
def test_status(spec: Path, branch: str) -> None:
    """Any branch of the rule shows the stack, which is what the spec says."""
    record = deployed()
    account = Account(stacks=[record], templates={record.id: wanted(branch).body})
    result = online(account, "status", "-b", branch)
    assert result.exit_code == 0, result.stderr
    assert f"stack       {STACK}  CREATE_COMPLETE" in result.stdout
    assert "the stack is what the spec says" in result.stdout


@pytest.mark.parametrize(
    ("content", "first"),
    [
        pytest.param(SPEC.replace("branch: work", "branch: feature/*"), "feature/*", id="by name"),
        pytest.param(
            SPEC.replace("branch: work", "branch: old"), "work", id="by id once it is gone"
        ),
    ],
)
def test_list(spec: Path, content: str, first: str) -> None:
    """The stack stands in the list under its rule."""
    spec.write_text(content)
    record = deployed(content) if first != "work" else deployed()
    result = online(Account(stacks=[record, stack("main")]), "list", "--output", "json")
    assert result.exit_code == 0, result.stderr
    found = {one["branch"]: one["stack"] for one in json.loads(result.stdout)["pipelines"]}
    assert found == {"main": "shop-main-pipeline", first: record.name}


def test_destroy() -> None:
    """The stack of a branch is the rule's, and the list says whom else it serves."""
    rule = replace(RULE, default_branch="develop", lifecycle={})
    assert Target("shop", BRANCH, rule).stack == "shop-feature-pipeline"
    assert Target("shop", BRANCH, None).stack == Target("shop", BRANCH, RULE).stack

    world = everything()
    own = rule.namesake(BRANCH)
    found = world.find(Target("shop", BRANCH, RULE).stack)
    assert found is not None
    told: list[Progress] = []
    shared = replace(rule, id=BRANCH)
    assert shared.namesake(BRANCH) != own
    assert carried_out(world, rule=shared, told=told).exit_code == 0
    assert said(told)[0] == "all branches of 'feature/*' share this stack"


def test_explain(run: Run, spec: Path) -> None:
    """It shows the stack, what starts it, and when another kind of stack is the better choice."""
    result = run("explain", "-b", "feature/a", "--format", "json")
    known = json.loads(result.stdout)
    assert (known["stack"], known["stack_of"], known["parameters"]) == (STACK, "rule", PARAMETERS)
    assert known["trigger"] == {
        "default_branch": "develop",
        "includes": ["feature/*", "fix/*"],
        "excludes": ["fix/old"],
    }
    shown = text(known)
    assert "one for all branches of 'work'" in shown
    assert (
        "trigger     without a push, the branch develop\n"
        "            a push to feature/*, fix/*\n"
        "            a push never to fix/old\n"
    ) in shown


def test_explain_other_rules(run: Run, spec: Path) -> None:
    """A rule with many branches hears of the other way; one with one branch has no choice."""
    many = json.loads(run("explain", "-b", "other/y", "--format", "json").stdout)
    assert many["stack_of"] == "branch"
    assert many["trigger"] is None
    assert "stack: per-rule is better" in text(many)
    main = json.loads(run("explain", "-b", "main", "--format", "json").stdout)
    assert main["advice"] is None


def test_synth(run: Run, spec: Path) -> None:
    """The resolved template reads the default branch and is started by the rule's patterns."""
    done = run("synth", "-b", "feature/a", "--format", "json")
    assert done.exit_code == 0, done.stderr
    pipeline = json.loads(done.stdout)["Resources"]["Pipeline"]["Properties"]
    source = pipeline["Stages"][0]["Actions"][0]["Configuration"]
    assert (source["BranchName"], source["DetectChanges"]) == ("develop", "false")
    assert pipeline["Name"] == "shop-work"
    assert [one["GitConfiguration"]["Push"] for one in pipeline["Triggers"]] == [
        [{"Branches": {"Includes": ["feature/*", "fix/*"], "Excludes": ["fix/old"]}}]
    ]
