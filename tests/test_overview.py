"""The list of a spec's pipelines: which stacks count, in which order, what is shown of each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from pipelinegen.compiler import check
from pipelinegen.deployment import branch_hash
from pipelinegen.errors import Denied, EnvironmentFault
from pipelinegen.life_cycle.overview import Entry, overview
from pipelinegen.model import Spec
from pipelinegen.names import branch_slug, stack_name
from pipelinegen.overview_text import counts, overview_json, overview_text, table
from pipelinegen.records import (
    Execution,
    Identity,
    StackEvent,
    StackRecord,
    StageState,
)
from pipelinegen.services import Connection

SPEC = """\
pipeline: shop
branches:
  - branch: develop
  - branch: main
    protected: true
  - branch: feature/*
sources:
  - source: App
    codecommit: {repository-name: shop}
stages:
  - stage: Build
    actions:
      - action: Ask
        approval: {}
      - action: Compile
        output-artifacts: []
        codebuild: {buildspec: buildspec.yml}
"""


def stack(branch: str, *, pipeline: str = "shop", rule: str | None = None, **more: Any) -> Any:
    """A stack as a deployment leaves it."""
    slug = branch_slug(branch)
    name = stack_name(pipeline, slug)
    known = {
        "name": name,
        "id": f"arn:aws:cloudformation:eu-west-1:111111111111:stack/{name}/1",
        "status": "CREATE_COMPLETE",
        "parameters": {"BranchName": branch, "BranchSlug": slug, "BranchRule": rule or branch},
        "tags": {
            "pipelinegen:pipeline": pipeline,
            "pipelinegen:branch-hash": branch_hash(branch),
            "pipelinegen:rule": rule or branch,
        },
        "outputs": {"PipelineName": f"{pipeline}-{slug}"},
        "created": 1_795_000_000.0,
    }
    return StackRecord(**{**known, **more})


@dataclass
class Account:
    """What one region answers to reads; a name in `denied` is an IAM action that is refused."""

    stacks: list[StackRecord] = field(default_factory=list)
    templates: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    happened: dict[str, list[StackEvent]] = field(default_factory=dict)
    executed: dict[str, list[Execution]] = field(default_factory=dict)
    states: dict[str, tuple[StageState, ...]] = field(default_factory=dict)
    denied: frozenset[str] = frozenset()
    unreachable: bool = False
    others: dict[str, Account] = field(default_factory=dict)
    region: str = "eu-west-1"

    def find(self, name: str) -> StackRecord | None:
        return next((one for one in self.stacks if name in (one.name, one.id)), None)

    def every(self) -> Iterator[StackRecord]:
        self._allow("cloudformation:DescribeStacks")
        return iter(self.stacks)

    def template(self, stack_id: str) -> Mapping[str, Any] | None:
        self._allow("cloudformation:GetTemplate")
        return self.templates.get(stack_id)

    def events(self, stack_id: str) -> Iterator[StackEvent]:
        self._allow("cloudformation:DescribeStackEvents")
        return iter(self.happened.get(stack_id, []))

    def executions(self, name: str, *, most: int) -> tuple[Execution, ...]:
        self._allow("codepipeline:ListPipelineExecutions")
        return tuple(self.executed.get(name, [])[:most])

    def stages(self, name: str) -> tuple[StageState, ...]:
        self._allow("codepipeline:GetPipelineState")
        return self.states.get(name, ())

    def connection(self) -> Connection:
        itself = cast(Any, self)
        return Connection(
            identity=Identity("111111111111", self.region, "arn:aws:iam::111111111111:user/a"),
            stacks=itself,
            pipelines=itself,
            stores=itself,
            clock=itself,
            run="0f1e",
            elsewhere=self._elsewhere,
            regions=lambda: (self.region, *self.others),
        )

    def connect(self, **_wishes: Any) -> Connection:
        return self.connection()

    def _elsewhere(self, region: str) -> Connection:
        other = replace(self.others[region], region=region)
        if other.unreachable:
            raise EnvironmentFault("region is off")
        return other.connection()

    def _allow(self, action: str) -> None:
        if action in self.denied:
            raise Denied(f"{action} is denied", action=action)


def spec(text: str = SPEC) -> Spec:
    found = check("pipelinegen.yaml", text.encode()).spec
    assert found is not None
    return found


def listed(account: Account, *, all_regions: bool = False) -> tuple[list[str], list[str]]:
    """Return the branches of the list, and what was said beside it."""
    said: list[str] = []
    found = overview(spec(), account.connection(), all_regions=all_regions, say=said.append)
    return [f"{entry.branch} {entry.identity.region}" for entry in found], said


NESTED = stack("main", name="shop-main-pipeline-Inner-1A2B")
OTHER = stack("main", pipeline="shopping")
DISGUISED = stack("main", tags={"pipelinegen:pipeline": "other"})
MOVED = stack("main", tags={**stack("main").tags, "pipelinegen:branch-hash": branch_hash("x")})
UNDER_REVIEW = stack("main", parameters={}, status="REVIEW_IN_PROGRESS")


@pytest.mark.parametrize(
    ("stacks", "branches"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([stack("main")], ["main"], id="one"),
        pytest.param(
            [
                stack("feature/b", rule="feature"),
                stack("gone", rule="gone"),
                stack("develop"),
                stack("feature/a", rule="feature"),
                stack("main"),
            ],
            ["main", "develop", "feature/a", "feature/b", "gone"],
            id="protected first, then by rule and name, then those whose rule is gone",
        ),
        pytest.param([OTHER], [], id="another pipeline"),
        pytest.param([DISGUISED], [], id="our name and the tags of another pipeline"),
        pytest.param([MOVED], [], id="our name and the tags of another branch"),
        pytest.param([NESTED], [], id="a nested stack, which inherits the tags"),
        pytest.param([UNDER_REVIEW], [], id="a stack that was never deployed"),
        pytest.param([stack("main", tags={})], [], id="no tags at all"),
    ],
)
def test_which_stacks(stacks: list[StackRecord], branches: list[str]) -> None:
    """A stack is ours by its tags, its branch and its name together."""
    found, said = listed(Account(stacks))
    assert [one.split()[0] for one in found] == branches
    assert said == []


def test_last_execution() -> None:
    """The newest execution counts; a stack without a pipeline has none."""
    account = Account(
        [stack("main"), stack("develop", outputs={})],
        executed={"shop-main": [Execution("2", "Failed"), Execution("1", "Succeeded")]},
    )
    found = overview(spec(), account.connection(), all_regions=False, say=refused)
    assert [entry.execution for entry in found] == ["Failed", ""]


def refused(message: str) -> None:
    raise AssertionError(message)


def test_hidden_executions() -> None:
    """Without the right to read executions the list is the same, and that is said once."""
    account = Account(
        [stack("main"), stack("develop")],
        denied=frozenset({"codepipeline:ListPipelineExecutions"}),
    )
    found, said = listed(account)
    assert found == ["main eu-west-1", "develop eu-west-1"]
    assert said == [
        "executions in eu-west-1 stay hidden: codepipeline:ListPipelineExecutions is not allowed"
    ]


def test_hidden_stacks() -> None:
    """Without the right to read stacks there is no list."""
    account = Account(denied=frozenset({"cloudformation:DescribeStacks"}))
    with pytest.raises(Denied, match="cloudformation:DescribeStacks is denied"):
        listed(account)


def test_all_regions() -> None:
    """Every region of the account is looked into; one that cannot be read is left out and said."""
    account = Account(
        [stack("main")],
        others={
            "us-east-1": Account([stack("main"), stack("develop")]),
            "af-south-1": Account(unreachable=True),
            "us-west-2": Account(denied=frozenset({"cloudformation:DescribeStacks"})),
        },
    )
    found, said = listed(account, all_regions=True)
    assert found == ["main eu-west-1", "main us-east-1", "develop us-east-1"]
    assert said == [
        "region af-south-1 is left out: region is off",
        "region us-west-2 is left out: cloudformation:DescribeStacks is denied",
    ]
    assert listed(account) == (["main eu-west-1"], [])


def entries() -> tuple[Entry, ...]:
    account = Account(
        [
            stack("main", updated=1_795_000_060.0, status="UPDATE_COMPLETE"),
            stack("gone", rule="gone"),
        ],
        executed={"shop-main": [Execution("1", "Succeeded")]},
    )
    return overview(spec(), account.connection(), all_regions=False, say=refused)


def test_text() -> None:
    """A table with a head; a rule that the spec lacks shows by its id."""
    assert overview_text(entries()) == (
        "BRANCH  RULE  STACK            EXECUTION  UPDATED               REGION\n"
        "main    main  UPDATE_COMPLETE  Succeeded  2026-11-18T11:07:40Z  eu-west-1\n"
        "gone    gone  CREATE_COMPLETE  -          2026-11-18T11:06:40Z  eu-west-1\n"
    )
    assert overview_text(()) == ""


def test_json() -> None:
    """The same facts for programs."""
    document = json.loads(overview_json(entries(), "shop"))
    assert document["schema"] == "pipelinegen/v1/list"
    assert document["pipeline"] == "shop"
    assert document["pipelines"][0] == {
        "branch": "main",
        "rule": "main",
        "protected": True,
        "account": "111111111111",
        "region": "eu-west-1",
        "stack": "shop-main-pipeline",
        "status": "UPDATE_COMPLETE",
        "execution": "Succeeded",
        "updated": "2026-11-18T11:07:40Z",
    }
    assert document["pipelines"][1]["protected"] is False
    assert document["pipelines"][1]["execution"] is None


@pytest.mark.parametrize(
    ("make", "lines"),
    [
        pytest.param(lambda found: found, ["2 pipelines of this spec in eu-west-1"], id="two"),
        pytest.param(lambda found: found[:1], ["1 pipeline of this spec in eu-west-1"], id="one"),
        pytest.param(lambda _: (), [], id="none"),
    ],
)
def test_counts(make: Callable[[Any], Any], lines: list[str]) -> None:
    """How many there are stands beside the quota of each region."""
    assert counts(make(entries())) == lines


def test_hostile_names() -> None:
    """What AWS answers cannot steer a terminal, and wide letters keep the columns straight."""
    assert table([("\x1b[31mred", "a"), ("日本", "b")]) == "\\x1b[31mred  a\n日本         b\n"
