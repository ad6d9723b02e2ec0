"""`pipelinegen sync` before it writes: what it reads, holds back, asks and refuses."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipelinegen.cli import shell
from pipelinegen.commands._sharing import Shared
from pipelinegen.compiler import compile_spec
from pipelinegen.deployment import branch_hash, deployment
from pipelinegen.display import Display
from pipelinegen.errors import Rejected
from pipelinegen.life_cycle.sync import Options, Sync
from pipelinegen.life_cycle.sync_plan import Step, Verb
from pipelinegen.life_cycle.sync_survey import Subject
from pipelinegen.progress import Progress
from pipelinegen.records import ActionState, Execution, Head, Heads, StackRecord, StageState
from pipelinegen.services import Connection
from tests.removable_world import BRANCH, STACK, connection, everything
from tests.test_overview import Account, stack

SPEC = """\
pipeline: shop
branches:
  - branch: main
    protected: true
  - branch: feature/*
    lifecycle: {delete-with-branch: true, expire-after-days: 1000}
sources:
  - source: App
    codecommit: {repository-name: shop}
stages:
  - stage: Build
    actions:
      - codebuild: {buildspec: ci/build.yml}
        output-artifacts: []
"""
OLD = "2020-01-01T00:00:00Z"
MAIN = Heads((Head("main"),), default="main")
Synced = Callable[..., Result]


@dataclass
class Fleet(Account):
    """An account with a repository, notes and a count of pipelines; nothing can be deployed."""

    heads_there: Heads = MAIN
    no_repository: bool = False
    texts: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, bool]] = field(default_factory=list)
    fault: BaseException | None = None

    def connection(self) -> Connection:
        found = Account.connection(self)
        return found if self.no_repository else replace(found, repositories=self)

    def heads(self, repository: str, *, dated: bool) -> Heads:
        self.asked.append((repository, dated))
        if not self.heads_there.branches and self.heads_there.refused:
            raise Rejected("there is no such repository", code="RepositoryDoesNotExistException")
        return self.heads_there

    def parameters(self, path: str) -> dict[str, str]:
        self._allow("ssm:GetParametersByPath")
        return {f"{path}/{branch_hash(name)}": text for name, text in self.texts.items()}

    def count(self) -> int:
        self._allow("codepipeline:ListPipelines")
        return 1_143

    def now(self) -> float:
        return 0.0

    def find(self, name: str) -> StackRecord | None:
        if self.fault is not None:
            raise self.fault
        return super().find(name)


@pytest.fixture
def synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Synced:
    """Run the command in a folder with the spec, against an account."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pipelinegen.yaml").write_text(SPEC, encoding="utf-8")

    def invoke(account: Fleet, *arguments: str) -> Result:
        return CliRunner().invoke(shell, ["sync", *arguments], connect=account.connect)

    return invoke


def body(branch: str) -> Mapping[str, Any]:
    """Return the template that is deployed for a branch."""
    made = compile_spec("pipelinegen.yaml", SPEC.encode())
    assert made.spec is not None
    assert made.template is not None
    return deployment(made.spec, made.template, branch, values={}, role_arn=None).body


def fleet(*branches: str, **more: Any) -> Fleet:
    """Return an account in which some branches have what the spec wants."""
    rules = {branch: "main" if branch == "main" else "feature" for branch in branches}
    stacks = [stack(branch, rule=rule) for branch, rule in rules.items()]
    templates = {one.id: body(branch) for one, branch in zip(stacks, branches, strict=True)}
    return Fleet(stacks=stacks, templates=templates, **more)


def steps(result: Result) -> dict[str, str]:
    """Return what becomes of each branch."""
    document = json.loads(result.stdout)
    return {
        one["branch"]: f"{one['action']}: {one['reason'] or ''}".removesuffix(": ")
        for one in document["steps"]
    }


def test_nothing_to_do(synced: Synced) -> None:
    """Stacks that are what the spec says need no question and no write."""
    account = fleet("main")
    result = synced(account)
    assert result.exit_code == 0
    assert result.stdout == "BRANCH  RULE  ACTION  REASON\nmain    main  keep    -\n"
    assert "1,143 of 1,000 pipelines in eu-west-1, 1 of this spec" in result.stderr
    assert account.asked == [("shop", True)]


def test_a_role_that_differs(synced: Synced) -> None:
    """Another role is an update."""
    role = "arn:aws:iam::111111111111:role/deploy"
    found = synced(fleet("main"), "--dry-run", "--output", "json", "--role-arn", role)
    assert steps(found) == {"main": "update"}


def test_dry_run(synced: Synced) -> None:
    """A dry run shows everything and ends."""
    account = fleet("feature/a", texts={"feature/a": OLD})
    result = synced(account, "--dry-run", "--prune", "--max-delete", "1", "--output", "json")
    assert result.exit_code == 0
    assert steps(result) == {"main": "create", "feature/a": f"delete: gone since {OLD}"}
    assert json.loads(result.stdout)["dry_run"] is True


PIPELINE = stack("feature/a").outputs["PipelineName"]
WAITS = StageState("Ask", actions=(ActionState("Now", "InProgress", token="t"),))
WORKS = StageState("Ask", actions=(ActionState("Now", "InProgress"),))
RUNS = {
    "an approval waits": (WAITS, "an approval waits in 'Ask/Now'"),
    "an execution runs": (WORKS, "execution e-1 is running"),
}


@pytest.mark.parametrize(("stage", "reason"), RUNS.values(), ids=RUNS)
def test_what_runs_stays(synced: Synced, stage: StageState, reason: str) -> None:
    """A pipeline that works or waits is not taken away."""
    account = fleet(
        *("main", "feature/a"),
        texts={"feature/a": OLD},
        states={PIPELINE: (stage,)},
        executed={PIPELINE: [Execution("e-1", "InProgress")]},
    )
    result = synced(account, "--prune", "--yes", "--max-delete", "1", "--output", "json")
    assert result.exit_code == 5
    assert steps(result)["feature/a"] == f"held-back: gone since {OLD}, but {reason}"


def test_what_runs_counts_as_going(synced: Synced) -> None:
    """Many that want to go are a mistake, even if some of them are busy today."""
    branches = [f"feature/{number}" for number in range(3)]
    busy = stack(branches[0]).outputs["PipelineName"]
    account = fleet(
        *("main", *branches),
        texts=dict.fromkeys(branches, OLD),
        states={busy: (WORKS,)},
        executed={busy: [Execution("e-1", "InProgress")]},
    )
    result = synced(account, "--prune", "--yes", "--max-delete", "2", "--output", "json")
    assert result.exit_code == 5
    found = steps(result)
    assert "execution e-1 is running" in found[branches[0]]
    for branch in branches[1:]:
        assert found[branch].startswith("held-back: ")
        assert "3 of 4 stacks would go" in found[branch]


def test_stacks_of_others_stay(synced: Synced) -> None:
    """A stack that bears the wanted name and another tag is neither updated nor deleted."""
    other = stack("main", tags={"pipelinegen:pipeline": "other"})
    result = synced(Fleet(stacks=[other]), "--yes", "--output", "json")
    assert result.exit_code == 5
    assert steps(result)["main"].startswith("held-back: stack 'shop-main-pipeline' belongs to")


def test_a_stack_under_review_is_filled(synced: Synced) -> None:
    """What a killed run left is no foreign stack."""
    left = stack("main", tags={}, parameters={}, outputs={}, status="REVIEW_IN_PROGRESS")
    result = synced(Fleet(stacks=[left]), "--dry-run", "--output", "json")
    assert steps(result) == {"main": "create"}


def test_a_stack_without_pipeline_goes(synced: Synced) -> None:
    """A stack whose template is ours, and which has no pipeline, runs nothing."""
    account = fleet("feature/a", texts={"feature/a": OLD})
    account.stacks[0] = replace(account.stacks[0], outputs={})
    result = synced(account, "--dry-run", "--prune", "--max-delete", "1", "--output", "json")
    assert steps(result)["feature/a"].startswith("delete")


def test_template_of_somebody_else(synced: Synced) -> None:
    """Tags alone prove nothing, and a branch that no rule takes is not compared."""
    stacks = [stack("feature/a"), stack("odd/$x"), stack("odd/a")]
    result = synced(Fleet(stacks=stacks), "--dry-run", "--prune", "--output", "json")
    held = "held-back: its template is not one of pipelinegen"
    assert [steps(result)[one.parameters["BranchName"]] for one in stacks] == [held] * 3


@pytest.mark.parametrize(
    ("flags", "code", "said"),
    [
        pytest.param(("--prune",), 3, "ssm:GetParametersByPath is denied", id="not to delete"),
        pytest.param((), 0, "notes of branches that are gone stay hidden", id="but to update"),
    ],
)
def test_notes_are_hidden(synced: Synced, flags: tuple[str, ...], code: int, said: str) -> None:
    """Who may not read the notes deletes nothing."""
    account = fleet("main", denied=frozenset({"ssm:GetParametersByPath"}))
    result = synced(account, *flags)
    assert result.exit_code == code
    assert said in result.stderr


def test_quota_is_hidden(synced: Synced) -> None:
    """The last line is left out where the count may not be known."""
    result = synced(fleet("main", denied=frozenset({"codepipeline:ListPipelines"})))
    assert result.exit_code == 0
    assert (
        "1 of this spec; how many there are in all stays hidden: codepipeline:ListPipelines"
        in result.stderr
    )


@pytest.mark.parametrize(
    ("fault", "code", "outcome"),
    [
        pytest.param(Rejected("no", code="X"), 4, ["failed", "failed"], id="AWS refuses"),
        pytest.param(KeyboardInterrupt(), 130, ["failed", "not begun"], id="Ctrl-C"),
    ],
)
def test_failures(synced: Synced, fault: BaseException, code: int, outcome: list[str]) -> None:
    """Each branch has its outcome; whether others are begun after it depends."""
    there = Heads((Head("main"), Head("feature/a")))
    result = synced(Fleet(heads_there=there, fault=fault), "--yes", "-j", "1")
    assert result.exit_code == code
    table = result.stdout.split("OUTCOME")[1].splitlines()[1:]
    assert [line for line, word in zip(table, outcome, strict=True) if word not in line] == []


def test_fail_fast(synced: Synced) -> None:
    """With --fail-fast the first failure is the last."""
    there = Heads((Head("main"), Head("feature/a")))
    account = Fleet(heads_there=there, fault=Rejected("no", code="X"))
    result = synced(account, "--yes", "-j", "1", "--fail-fast", "--output", "json")
    codes = [one["exit_code"] for one in json.loads(result.stdout)["steps"]]
    assert codes == [4, None]


REFUSED: dict[str, tuple[Fleet, str, str]] = {
    "no branch": (Fleet(heads_there=Heads(())), SPEC, "repository 'shop' has no branch"),
    "no repository": (
        Fleet(heads_there=Heads((), refused=("x",))),
        SPEC,
        "branches of repository 'shop' cannot be read: there is no such repository",
    ),
    "another source": (
        Fleet(),
        SPEC.replace(
            "codecommit: {repository-name: shop}", "s3: {s3-bucket: b, s3-object-key: k.zip}"
        ),
        "run it in a clone",
    ),
    "nobody to ask": (Fleet(no_repository=True), SPEC, "run it in a clone"),
}


@pytest.mark.parametrize(("account", "text", "message"), REFUSED.values(), ids=REFUSED)
def test_unknown_branches(synced: Synced, account: Fleet, text: str, message: str) -> None:
    """Without the branches nothing is planned."""
    Path("pipelinegen.yaml").write_text(text, encoding="utf-8")
    result = synced(account, "--yes")
    assert result.exit_code == 3
    assert message in result.stderr
    assert result.stdout == ""


def test_errors_in_the_spec(synced: Synced) -> None:
    """A spec with errors is told about first."""
    Path("pipelinegen.yaml").write_text(SPEC.replace("stages:", "stage:"), encoding="utf-8")
    assert synced(Fleet()).exit_code == 1


def test_no_branch_with_a_rule(synced: Synced) -> None:
    """Where no branch concerns us the table is empty."""
    result = synced(Fleet(heads_there=Heads((Head("other"),))))
    assert (result.exit_code, result.stdout) == (0, "")


def test_warnings_make_fewer_work() -> None:
    """A warning that AWS is busy is said, and halves the number of stacks at once."""
    shared = Shared(Display(quiet=True))
    shared.warn("nothing runs yet")
    slots = shared.slots(Fleet().connection(), 5)
    shared.warn("busy")
    assert slots.allowed() == 2


def test_a_stack_that_cannot_be_deleted_keeps_its_note() -> None:
    """What blocks a deletion is told, and the branch stays noted for the next run."""
    world = everything()
    world.blocked = {f"id-{STACK}": "Reports"}
    made = compile_spec("pipelinegen.yaml", SPEC.encode())
    assert made.spec is not None
    assert made.template is not None
    heard: list[Progress] = []
    work = Sync(Subject(made.spec, made.template), connection(world), heard.append, print)
    ended = work.one(Step(Verb.DELETE, BRANCH, "feature/*", STACK), Options(noted=OLD))
    assert (ended.exit_code, ended.status) == (4, "DELETE_FAILED")
    assert heard[-1] == ended
    assert world.buckets["somebody-elses"] == 9


def test_a_rule_that_shares_its_stack_now() -> None:
    """What is to go is the stack that the branch had of its own, not the shared one."""
    world = everything()
    world.blocked = {f"id-{STACK}": "Reports"}
    source = """connection:
      connection-arn: arn:aws:codeconnections:eu-west-1:111111111111:connection/c
      full-repository-id: acme/shop"""
    text = SPEC.replace("codecommit: {repository-name: shop}", source).replace(
        "  - branch: feature/*\n",
        "  - branch: feature/*\n    stack: per-rule\n    default-branch: main\n",
    )
    made = compile_spec("pipelinegen.yaml", f"execution-mode: QUEUED\n{text}".encode())
    assert made.spec is not None
    assert made.template is not None
    heard: list[Progress] = []
    work = Sync(Subject(made.spec, made.template), connection(world), heard.append, print)
    ended = work.one(Step(Verb.DELETE, BRANCH, "feature/*", STACK), Options(noted=OLD))
    assert (ended.stack, ended.status) == (STACK, "DELETE_FAILED")


def test_a_branch_called_like_a_shared_stack(synced: Synced) -> None:
    """A stack that the branches of a former rule shared is not taken over by a branch."""
    record = stack("develop")
    tags = {**record.tags, "pipelinegen:branch-hash": branch_hash("main")}
    parameters = {**record.parameters, "BranchSlug": "main", "BranchRule": "main"}
    left = replace(record, name="shop-main-pipeline", tags=tags, parameters=parameters)
    result = synced(Fleet(stacks=[left]), "--yes", "--output", "json")
    assert result.exit_code == 5
    assert steps(result)["main"].startswith("held-back: stack 'shop-main-pipeline' was shared by")


@pytest.mark.parametrize("hours", ["nan", "inf", "-1", "20000000"])
def test_grace_is_a_time(synced: Synced, hours: str) -> None:
    """A period that no calendar holds is refused."""
    result = synced(fleet("main"), "--dry-run", "--grace", hours)
    assert result.exit_code == 2
    assert "--grace" in result.stderr


def test_a_checkout_that_git_refuses(synced: Synced) -> None:
    """A checkout that cannot be read is not taken for none: its remote may be another one."""
    Path(".git").mkdir()
    account = fleet("main")
    result = synced(account, "--yes")
    assert result.exit_code == 3
    assert "tells neither its remote nor its branch" in result.stderr
    assert account.asked == []
