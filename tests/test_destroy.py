"""`destroy` looks first, deletes in order, and can be begun again wherever it was stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from pipelinegen.deployment import BRANCH_HASH_TAG, PIPELINE_TAG
from pipelinegen.errors import (
    Interrupted,
    NotConfirmed,
    PipelinegenError,
    StackFailed,
    UsageError,
)
from pipelinegen.life_cycle.change_sets import PREVIEWS
from pipelinegen.life_cycle.destroy import destroy
from pipelinegen.life_cycle.removal import Options, Target
from pipelinegen.model import BranchRule
from pipelinegen.progress import Ended, Progress, Said, Waiting
from pipelinegen.records import ChangeSet, StackResource
from tests.removable_world import (
    APP,
    BRANCH,
    DELETION_TAKES,
    PARAMETERS,
    STACK,
    TAGS,
    Killed,
    World,
    connection,
    everything,
    nothing_but_foreign,
)

RULE = BranchRule(
    name="feature/*",
    id="feature",
    pascal="Feature",
    match=("feature/*",),
    values={"size": "small"},
    protected=False,
    lifecycle={"cleanup-stacks": ["shop-${branch:slug}"]},
    origin=("branches", 0),
)


@dataclass
class Answers:
    """A person who types `name`, or what was asked for where it is None."""

    name: str | None = None
    asked: list[str] = field(default_factory=list)
    before: Callable[[], object] | None = None

    def confirm(self, question: str) -> None:
        raise AssertionError(question)

    def confirm_by_name(self, question: str, name: str) -> None:
        self.asked.append(question)
        if self.before is not None:
            self.before()
        if (self.name or name) != name:
            raise NotConfirmed(f"that is not '{name}'")


def carried_out(
    world: World,
    *,
    rule: BranchRule | None = RULE,
    person: Answers | None = None,
    role_arn: str | None = None,
    told: list[Progress] | None = None,
    **flags: Any,
) -> Ended:
    """Run `destroy`; buckets are emptied unless the flags say otherwise."""
    seen = [] if told is None else told
    return destroy(
        Target("shop", BRANCH, rule, role_arn),
        connection(world),
        person or Answers(),
        seen.append,
        Options(**{"empty_buckets": True, **flags}),
        locate=lambda _: None,
    )


def said(told: Iterable[Progress]) -> list[str]:
    return [one.message for one in told if isinstance(one, Said)]


def test_order() -> None:
    """What the pipeline made goes before it, and the stack last but for logs written meanwhile."""
    world = everything()
    ended = carried_out(world, role_arn="arn:aws:iam::111111111111:role/cfn")
    assert (ended.stack, ended.status, ended.exit_code) == (STACK, "DELETE_COMPLETE", 0)
    assert world.writes == [
        ("disable_event_rule", "rule-1"),
        ("close", APP, "Build"),
        ("stop", APP, "run-1"),
        ("delete", f"id-{APP}"),
        ("refuse_writes", "artifacts"),
        ("empty", "artifacts"),
        ("delete_bucket", "artifacts"),
        ("refuse_writes", "reports"),
        ("schedule_key_deletion", "key-1"),
        ("delete_log_group", "/aws/codebuild/build-1"),
        ("delete", f"id-{STACK}", "arn:aws:iam::111111111111:role/cfn"),
    ]


def test_list() -> None:
    """Before the question stands everything that goes, in order, and what stays."""
    told: list[Progress] = []
    person = Answers("nothing")
    with pytest.raises(NotConfirmed):
        carried_out(everything(), person=person, told=told)
    assert person.asked == [f"Delete stack '{STACK}' and all that is listed?"]
    assert said(told) == [
        "event rule 'rule-1' will be disabled",
        f"pipeline '{APP}' will start nothing more",
        "execution run-1 (InProgress) will be stopped and waited for",
        f"stack '{APP}' (CREATE_COMPLETE), which the pipeline made, will be deleted",
        "bucket 'artifacts' will be emptied of 12 versions and 1 unfinished upload and deleted",
        "bucket 'reports' is empty and will be deleted",
        "key 'key-1' will be deleted in 30 days",
        "log group '/aws/codebuild/build-1' will be deleted",
        f"stack '{STACK}' (CREATE_COMPLETE) will be deleted, with the rest of its 10 resources",
        "log group 'build-logs' will go with it, since the template does not retain it",
        "'Table' (table-1) stays: the template retains it",
        "'Archive' (archive) stays: the template retains it",
    ]


def calls_of_a_run() -> int:
    world = everything()
    carried_out(world)
    nothing_but_foreign(world)
    return len(world.calls)


@pytest.mark.parametrize("after", [False, True], ids=["before the call", "after the call"])
@pytest.mark.parametrize("step", range(1, calls_of_a_run() + 1))
def test_killed(step: int, *, after: bool) -> None:
    """A run that is killed at any call can be begun again and ends with everything gone."""
    world = everything()
    world.stop_at, world.stop_after = step, after
    with pytest.raises(Killed):
        carried_out(world)
    world.stop_at = None
    assert carried_out(world).exit_code == 0
    nothing_but_foreign(world)


@pytest.mark.parametrize("step", range(1, calls_of_a_run() + 1))
def test_interrupted(step: int) -> None:
    """Ctrl-C says truly what became of it: nothing, a quiet pipeline, or what goes on in AWS."""
    world = everything()
    world.stop_at, world.stop_with = step, KeyboardInterrupt
    with pytest.raises(Interrupted) as caught:
        carried_out(world)
    text = str(caught.value)
    began = any(call[0].startswith(("delete", "empty", "refuse")) for call in world.writes)
    assert not began or "goes on in AWS" in text
    if text == "interrupted; this run deleted nothing":
        assert world.writes == []
    else:
        assert f"pipelinegen destroy -b {BRANCH}" in text
    world.stop_at = None
    carried_out(world)
    nothing_but_foreign(world)


def test_absent() -> None:
    """A stack that is not there is as it should be."""
    world = World()
    ended = carried_out(world)
    assert (ended.status, ended.exit_code, world.writes) == ("already gone", 0, [])


def test_deletion_of_others() -> None:
    """A deletion that is under way is waited for."""
    world = everything()
    world.begin(f"id-{STACK}")
    ended = carried_out(world)
    assert (ended.status, ended.exit_code, world.writes) == ("already gone", 0, [])
    assert world.time >= DELETION_TAKES


def _stack(**facts: Any) -> Callable[[World], None]:
    def change(world: World) -> None:
        world.stacks[f"id-{STACK}"] = replace(world.stacks[f"id-{STACK}"], **facts)

    return change


def _cleanup_stack(**facts: Any) -> Callable[[World], None]:
    return lambda world: world.declare(APP, **facts)


def _importers(*names: str) -> Callable[[World], None]:
    return lambda world: world.importers_of.update(app=names)


def _foreign_change_set(world: World) -> None:
    _stack(status="REVIEW_IN_PROGRESS")(world)
    other = ChangeSet("theirs", "id", f"id-{STACK}", "CREATE_COMPLETE", "AVAILABLE")
    world.change_sets_of = {f"id-{STACK}": (other,)}


def _approval(world: World) -> None:
    world.approval = "token"


def _full_reports(world: World) -> None:
    world.buckets["reports"] = 1


def _untouched(_world: World) -> None:
    """Leave it as it is."""


def _cleanup(*names: str, protected: bool = False) -> BranchRule:
    return replace(RULE, lifecycle={"cleanup-stacks": list(names)}, protected=protected)


UPDATE_PROTECTION = (
    "aws cloudformation update-termination-protection --no-enable-termination-protection "
    "--stack-name {} --region eu-west-1"
)
ABANDON = (
    "aws codepipeline stop-pipeline-execution --abandon --pipeline-name {} "
    "--pipeline-execution-id run-1 --region eu-west-1"
)
REFUSALS: dict[str, tuple[Callable[[World], None], dict[str, Any], type[Exception], str]] = {
    "the stack of another pipeline": (
        _stack(tags={**TAGS, PIPELINE_TAG: "till"}),
        {},
        StackFailed,
        f"stack '{STACK}' belongs to pipeline 'till'; it was left alone",
    ),
    "the stack of another branch": (
        _stack(tags={**TAGS, BRANCH_HASH_TAG: "0"}),
        {},
        StackFailed,
        f"stack '{STACK}' belongs to branch '{BRANCH}'; it was left alone",
    ),
    "a stack with nothing of ours": (
        _stack(tags={}, parameters={}),
        {},
        StackFailed,
        f"stack '{STACK}' belongs to something else than pipelinegen; it was left alone",
    ),
    "termination protection": (
        _stack(termination_protection=True),
        {"yes": True},
        StackFailed,
        f"termination protection of stack '{STACK}' is on; switch it off with: "
        + UPDATE_PROTECTION.format(STACK),
    ),
    "termination protection of a cleanup stack": (
        _cleanup_stack(termination_protection=True),
        {},
        StackFailed,
        f"termination protection of stack '{APP}' is on; switch it off with: "
        + UPDATE_PROTECTION.format(APP),
    ),
    "a protected branch without --yes": (
        _untouched,
        {"rule": _cleanup(protected=True)},
        NotConfirmed,
        f"branch '{BRANCH}' is protected; say that you mean it with: "
        f"pipelinegen destroy -b {BRANCH} --yes",
    ),
    "a protected branch whose rule is gone": (
        _stack(parameters={**PARAMETERS, "BranchRule": "main"}),
        {"rule": None},
        NotConfirmed,
        f"branch '{BRANCH}' is protected; say that you mean it with: "
        f"pipelinegen destroy -b {BRANCH} --yes",
    ),
    "an export that others use": (
        _importers(STACK, "web", "api"),
        {},
        StackFailed,
        f"export 'app' of stack '{APP}' is used by 'web', 'api'; delete or change that first",
    ),
    "an approval that waits": (
        _approval,
        {},
        StackFailed,
        f"an approval waits in 'Build/Approve' of pipeline '{APP}'; answer it, or abandon its "
        f"execution with: {ABANDON.format(APP)}",
    ),
    "an artifact bucket that is not empty": (
        _untouched,
        {"empty_buckets": False},
        StackFailed,
        "bucket 'artifacts' holds 12 versions and 1 unfinished upload; "
        "have them deleted with --empty-buckets, or keep the bucket with --retain-buckets",
    ),
    "a bucket of the user's that is not empty": (
        _full_reports,
        {"empty_buckets": False, "retain_buckets": True},
        StackFailed,
        "bucket 'reports' holds 1 version; have them deleted with --empty-buckets",
    ),
    "a change set of others": (
        _foreign_change_set,
        {},
        StackFailed,
        f"stack '{STACK}' waits for change set 'theirs', which pipelinegen did not make; "
        "delete that first",
    ),
    "a cleanup stack that is named as a pipeline's": (
        _untouched,
        {"rule": _cleanup("shop-main-pipeline")},
        StackFailed,
        "stack 'shop-main-pipeline' of cleanup-stacks holds the pipeline of a branch; "
        "take it out of the list",
    ),
    "a cleanup stack with our tag": (
        _cleanup_stack(tags={PIPELINE_TAG: "till"}),
        {},
        StackFailed,
        f"stack '{APP}' of cleanup-stacks holds the pipeline of a branch; take it out of the list",
    ),
    "a cleanup stack that only a deployment can name": (
        _untouched,
        {"rule": _cleanup("shop-${ssm:/name}")},
        UsageError,
        "cleanup stack 'shop-${ssm:/name}' has no name outside a deployment; write it with "
        "${branch:…}, ${value:…} or ${param:…}",
    ),
    "a cleanup stack that is an ARN": (
        _untouched,
        {"rule": _cleanup("arn:aws:cloudformation:eu-west-1:1:stack/x/y")},
        UsageError,
        "cleanup stack 'arn:aws:cloudformation:eu-west-1:1:stack/x/y' has no name outside a "
        "deployment; write it with ${branch:…}, ${value:…} or ${param:…}",
    ),
}


@pytest.mark.parametrize(("change", "options", "fault", "message"), REFUSALS.values(), ids=REFUSALS)
def test_refused(
    change: Callable[[World], None],
    options: dict[str, Any],
    fault: type[PipelinegenError],
    message: str,
) -> None:
    """What forbids a deletion is found before anything is deleted."""
    world, person = everything(), Answers()
    change(world)
    with pytest.raises(fault) as caught:
        carried_out(world, person=person, **options)
    assert str(caught.value) == message
    assert (world.writes, person.asked) == ([], [])


def test_protected() -> None:
    """A protected branch goes with --yes once nothing protects its stack any more."""
    assert carried_out(everything(), rule=replace(RULE, protected=True), yes=True).exit_code == 0


def test_changed_while_asked() -> None:
    """What was agreed to must still be so."""
    world = everything()
    person = Answers(before=lambda: _stack(updated=9.0)(world))
    with pytest.raises(StackFailed, match="has changed since it was shown; run again"):
        carried_out(world, person=person)
    assert world.writes == []


def test_gone_while_asked() -> None:
    """The stack may go by other hands while a person thinks."""
    world = everything()
    person = Answers(before=lambda: world.stacks.clear())
    with pytest.raises(StackFailed, match="has changed since it was shown"):
        carried_out(world, person=person)


def test_rule_is_gone() -> None:
    """The cleanup stacks of a rule that left the spec are those that the stack records."""
    world = everything()
    told: list[Progress] = []
    assert carried_out(world, rule=None, told=told).exit_code == 0
    deleted = [call[1] for call in world.writes if call[0] == "delete"]
    assert deleted == [f"id-{APP}", "id-shop-small-blue", f"id-{STACK}"]
    unknown = [line for line in said(told) if "not known" in line]
    assert unknown == [
        f"what cleanup stack '{name}' was called is not known any more; it stays"
        for name in ("shop-${value:gone}", "shop-${param:Secret}")
    ]


def test_value_of_a_rule() -> None:
    """A rule's values and the account's facts may stand in a cleanup stack's name."""
    world = everything()
    world.declare("shop-small-eu-west-1")
    rule = _cleanup("shop-${value:size}-${AWS::Region}")
    assert carried_out(world, rule=rule).exit_code == 0
    assert ("delete", "id-shop-small-eu-west-1") in world.writes


def test_retain_buckets() -> None:
    """The artifact bucket stays with its key; both are named."""
    world = everything()
    ended = carried_out(world, empty_buckets=False, retain_buckets=True)
    assert ended.remarks[:2] == ("bucket 'artifacts' stays", "key 'key-1' stays")
    assert (world.buckets["artifacts"], world.keys) == (12, {"key-1", "key-2"})


def test_keep_logs() -> None:
    """Log groups that AWS made stay."""
    world = everything()
    ended = carried_out(world, keep_logs=True)
    assert "log group '/aws/codebuild/build-1' stays" in ended.remarks
    assert "/aws/codebuild/build-1" in world.logs


def test_empty_bucket() -> None:
    """An empty bucket needs no flag."""
    world = everything()
    world.buckets["artifacts"] = 0
    assert carried_out(world, empty_buckets=False).exit_code == 0
    nothing_but_foreign(world)


def test_logs_of_the_last_moment() -> None:
    """What was logged while the stack went is deleted after it."""
    world = everything()
    log = "/aws/codebuild/build-1"

    class Late(World):
        def _settle(self, stack: str) -> None:
            super()._settle(stack)
            self.logs.add(log)

    late = Late(**{name: getattr(world, name) for name in ("stacks", "resources_of", "templates")})
    late._events = world._events
    carried_out(late)
    assert late.writes[-1] == ("delete_log_group", log)


@pytest.mark.parametrize(
    ("writes", "rounds"), [(0, 1), (1, 2), (2, 3)], ids=["no more", "once", "twice"]
)
def test_rounds(writes: int, rounds: int) -> None:
    """A bucket that still gets objects is emptied again."""
    world = everything()
    world.writers["artifacts"] = writes
    assert carried_out(world).exit_code == 0
    assert world.calls.count(("empty", "artifacts")) == rounds
    nothing_but_foreign(world)


def test_writer_that_goes_on() -> None:
    """After three rounds something is wrong that emptying cannot cure; the stack stays."""
    world = everything()
    world.writers["artifacts"] = 3
    with pytest.raises(StackFailed, match="'artifacts' still holds 1 version: something goes on"):
        carried_out(world)
    assert world.calls.count(("empty", "artifacts")) == 3
    assert ("delete", f"id-{STACK}") not in world.calls


def test_late_object() -> None:
    """An object that came in after the look is not deleted without the flag."""
    world = everything()
    world.buckets["artifacts"] = 0
    world.writers["artifacts"] = 1
    with pytest.raises(StackFailed, match=r"was empty and now holds 1 version; .* --empty-buckets"):
        carried_out(world, empty_buckets=False)
    assert world.buckets["artifacts"] == 1


def test_bucket_that_went() -> None:
    """A bucket that others deleted meanwhile is no fault."""
    world = everything()
    person = Answers(before=lambda: world.buckets.pop("artifacts"))
    assert carried_out(world, person=person).exit_code == 0
    assert ("refuse_writes", "artifacts") not in world.calls
    nothing_but_foreign(world)


def test_long_execution() -> None:
    """A running execution is waited for, with a sign of life, and stopped once."""
    world = everything()
    world.run_takes = 100.0
    told: list[Progress] = []
    assert carried_out(world, told=told).exit_code == 0
    assert [call for call in world.writes if call[0] == "stop"] == [("stop", APP, "run-1")]
    first = next(one for one in told if isinstance(one, Waiting))
    assert (first.stack, first.status, 30 <= first.elapsed < 60) == (STACK, "Stopping", True)


def test_endless_execution() -> None:
    """An execution that does not end keeps the stack; abandoning it is the user's to say."""
    world = everything()
    world.run_takes = 1e9
    with pytest.raises(StackFailed) as caught:
        carried_out(world, minutes=2)
    assert str(caught.value) == (
        f"execution run-1 of pipeline '{APP}' has not ended yet; wait for it and go on with: "
        f"pipelinegen destroy -b {BRANCH}, or abandon it with: {ABANDON.format(APP)}"
    )
    assert not [call for call in world.writes if call[0].startswith("delete")]


def test_approval_while_stopping() -> None:
    """An approval that comes up while the pipeline is stopped is not waited for in vain."""
    world = everything()
    person = Answers(before=lambda: _approval(world))
    with pytest.raises(StackFailed, match="an approval waits in 'Build/Approve'"):
        carried_out(world, person=person)
    assert [call[0] for call in world.writes] == ["disable_event_rule", "close"]


def test_without_pipeline() -> None:
    """A stack that waits for its first change set holds nothing and goes."""
    world = World()
    world.declare(STACK, status="REVIEW_IN_PROGRESS")
    ours = ChangeSet("pg-1", "id", f"id-{STACK}", "FAILED", "", description=PREVIEWS)
    world.change_sets_of = {f"id-{STACK}": (ours,)}
    assert carried_out(world).status == "DELETE_COMPLETE"
    assert world.writes == [("delete", f"id-{STACK}")]


def test_pipeline_that_went() -> None:
    """A pipeline that others deleted from the stack cannot be stopped, and need not be."""
    world = everything()
    world.no_pipeline = True
    assert carried_out(world).exit_code == 0
    assert ("close", APP, "Build") not in world.calls


def test_blocked() -> None:
    """A stack that cannot be deleted says what holds it up, and why."""
    world = everything()
    world.blocked = {f"id-{STACK}": "Reports"}
    ended = carried_out(world)
    assert (ended.status, ended.exit_code) == ("DELETE_FAILED", 4)
    assert ended.remarks == (
        "'Reports' (AWS::S3::Bucket, reports) could not be deleted: it is not empty",
        "nothing further was deleted",
    )
    assert ended.cause is not None
    assert ended.cause.event.logical_id == "Reports"
    assert ended.next_command == f"pipelinegen destroy -b {BRANCH}"


def _failed_once() -> World:
    world = everything()
    world.blocked = {f"id-{STACK}": "Reports"}
    assert carried_out(world).status == "DELETE_FAILED"
    world.calls.clear()
    return world


def test_cured() -> None:
    """A second run tries the whole deletion again first."""
    world, person = _failed_once(), Answers()
    world.blocked = {}
    assert carried_out(world, person=person).status == "DELETE_COMPLETE"
    assert len(person.asked) == 1
    nothing_but_foreign(world)


def test_given_up() -> None:
    """What fails twice may be left behind, by name."""
    world, person = _failed_once(), Answers()
    ended = carried_out(world, person=person)
    assert ended.status == "DELETE_COMPLETE"
    assert person.asked[1] == f"Delete stack '{STACK}' without 'Reports', which stay as they are?"
    assert world.writes[-1] == ("delete", f"id-{STACK}", "Reports")
    assert (
        "'Reports' (AWS::S3::Bucket, reports) stays and belongs to no stack any more"
        in ended.remarks
    )


def test_not_given_up() -> None:
    """Without a person, or against the person's will, nothing is left behind."""
    assert carried_out(_failed_once(), attended=False, yes=True).exit_code == 4
    world = _failed_once()
    answers = iter([STACK, "no"])
    person = Answers()
    person.before = lambda: setattr(person, "name", next(answers))
    assert carried_out(world, person=person).status == "DELETE_FAILED"
    assert len(person.asked) == 2


def test_cleanup_stack_fails() -> None:
    """A cleanup stack that stays keeps the pipeline, whose roles it may need."""
    world = everything()
    world.declare(
        APP,
        resources=(StackResource("Uploads", "AWS::S3::Bucket", "CREATE_COMPLETE", "uploads"),),
        template={"Resources": {"Uploads": {}}},
    )
    world.blocked = {f"id-{APP}": "Uploads"}
    ended = carried_out(world)
    assert (ended.stack, ended.status, ended.exit_code) == (APP, "DELETE_FAILED", 4)
    assert ended.cause is not None
    assert (ended.cause.event.logical_id, ended.cause.pointer) == ("Uploads", None)
    assert [call[0] for call in world.writes][-1] == "delete"
    assert world.buckets["artifacts"] == 12


def test_busy() -> None:
    """A stack that is at work when its turn comes is looked at again."""
    world = everything()
    world.moves = 2
    assert carried_out(world).exit_code == 0


def test_always_busy() -> None:
    """Somebody else is at work: not our turn."""
    world = everything()
    world.moves = 99
    with pytest.raises(StackFailed, match=f"stack '{APP}' keeps changing under this run"):
        carried_out(world)


def test_cleanup_stack_that_went() -> None:
    """A stack that others deleted meanwhile is gone."""
    world = everything()
    person = Answers(before=lambda: world.stacks.pop(f"id-{APP}"))
    assert carried_out(world, person=person).exit_code == 0


def test_hidden_template() -> None:
    """Without GetTemplate the tags tell whose it is, and our own bucket and key are known."""
    world = everything()
    world.denied = frozenset({"template", "importers", "log_groups"})
    told: list[Progress] = []
    assert carried_out(world, told=told).exit_code == 0
    assert "artifacts" not in world.buckets
    assert [line for line in said(told) if "not allowed" in line] == [
        "what the template of the stack says is not known: service:template is not allowed",
        "whether a stack uses export 'app' is not known: service:importers is not allowed",
        *["log group '/aws/codebuild/build-1' may stay: service:log_groups is not allowed"] * 2,
    ]
