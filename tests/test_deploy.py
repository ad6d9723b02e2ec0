"""`deploy` brings a stack to what is wanted, or stops and says the one thing to do next."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from pipelinegen import __version__
from pipelinegen.deployment import Deployment, recorded
from pipelinegen.errors import ExitCode, PipelinegenError
from pipelinegen.progress import Asked, Ended, Following, Proposed, Started
from tests.simulation.account import Account
from tests.simulation.deploying import (
    BRANCH,
    OLD,
    PROTECTED,
    SPEC,
    STACKS,
    Person,
    asked,
    run,
    there,
    wanted,
    writes,
)
from tests.simulation.stack import Stack

STACK = STACKS[BRANCH]
MOVED = "the stack has moved on since it was looked at; looking again"
TWO_STAGES = SPEC.replace(
    "stages:\n",
    "stages:\n  - stage: Test\n    actions: [{action: Test, codebuild: {buildspec: ci/t.yml}}]\n",
)
WITH_PARAMETER = f"parameters: {{Vpc: {{type: String}}}}\n{SPEC}".replace(
    "buildspec: ci/build.yml", 'buildspec: ci/build.yml, env: {VPC: "${param:Vpc}"}'
)
LOOKED_UP = f"parameters: {{Vpc: {{ssm: /net/vpc}}}}\n{SPEC}".replace(
    "buildspec: ci/build.yml", 'buildspec: ci/build.yml, env: {VPC: "${param:Vpc}"}'
)
ROLE, OTHER = (f"arn:aws:iam::111111111111:role/{name}" for name in ("now", "before"))


def deployed(status: str = "UPDATE_COMPLETE", *, spec: str = OLD, **more: Any) -> Account:
    """Return an account with the stack of the feature branch, as an older spec wanted it."""
    account = Account()
    account.deployed(wanted(spec=spec), status, **more)
    return account


def existing(account: Account, branch: str = BRANCH) -> Stack:
    stack = there(account, branch)
    assert stack is not None
    return stack


def nothing_is_left(account: Account) -> bool:
    """Tell whether no change set waits anywhere, and no stack was made for one."""
    account.time.sleep(60)
    there(account)
    stacks = account.cloudformation.stacks.values()
    return not any(one.change_sets or one.status == "REVIEW_IN_PROGRESS" for one in stacks)


def test_new_stack() -> None:
    """A stack is created by a change set that was shown and agreed to; each step is reported."""
    account = Account()
    outcome = run(account)
    assert outcome.end.status == "CREATE_COMPLETE"
    assert outcome.end.next_command == "pipelinegen status -b feature/login"
    assert outcome.end.outputs["BranchName"] == BRANCH
    assert outcome.end.elapsed == pytest.approx(30, abs=10)
    assert writes(account) == ["CreateChangeSet", "ExecuteChangeSet"]
    assert [type(one) for one in outcome.progress[:4]] == [Started, Proposed, Asked, Following]
    assert outcome.of(Proposed)[0].creates
    assert outcome.person.asked == [f"Deploy stack '{STACK}'?"]
    assert outcome.person.by_name == []
    assert recorded(existing(account).body)["fingerprint"] == wanted().fingerprint


def test_new_stack_in_one_that_waits_for_its_first_change_set() -> None:
    """Somebody else's change set stays in the stack until ours is executed."""
    account = Account()
    account.cloudformation.add(STACK, "REVIEW_IN_PROGRESS")
    outcome = run(account)
    assert outcome.end.status == "CREATE_COMPLETE"
    assert outcome.of(Proposed)[0].creates
    assert len(account.cloudformation.stacks) == 1


def test_update() -> None:
    """A stack that an older spec made is updated, and told apart from a new one."""
    account = deployed()
    outcome = run(account)
    assert outcome.end.status == "UPDATE_COMPLETE"
    assert [one.creates for one in outcome.of(Proposed)] == [False]
    changes = outcome.of(Proposed)[0].change_set.changes
    assert [(one.logical_id, one.action) for one in changes] == [("BuildBuildProject", "Modify")]
    assert outcome.of(Following)[0].waits_for == {"BuildBuildProject": ()}
    assert recorded(existing(account).body)["fingerprint"] == wanted().fingerprint


def test_what_is_asked_of_aws() -> None:
    """The change set says what it is, holds what was wanted, and deletes a create that fails."""
    account = Account()
    run(account)
    [made] = asked(account, "CreateChangeSet")
    assert made["ChangeSetName"] == f"pg-{wanted().fingerprint[:12]}-0001"
    assert made["Description"] == "made by pipelinegen deploy"
    assert made["Capabilities"] == ["CAPABILITY_IAM"]
    assert made["OnStackFailure"] == "DELETE"
    assert json.loads(made["TemplateBody"]) == wanted().body
    [executed] = asked(account, "ExecuteChangeSet")
    assert "DisableRollback" not in executed
    assert executed["ClientRequestToken"] != made["ClientToken"]


@pytest.mark.parametrize(
    "account",
    [
        pytest.param(lambda: deployed(spec=SPEC), id="the stack is what is wanted"),
        pytest.param(
            lambda: deployed("UPDATE_ROLLBACK_COMPLETE", spec=SPEC), id="a rollback led there"
        ),
    ],
)
def test_no_changes(account: Callable[[], Account]) -> None:
    """An equal fingerprint is seen without a write."""
    world = account()
    outcome = run(world)
    assert (outcome.code, outcome.end.status) == (ExitCode.DONE, "no changes")
    assert outcome.end.outputs["BranchName"] == BRANCH
    assert writes(world) == []
    assert outcome.person.asked == []


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda stack: stack.tags.pop(), id="a tag is missing"),
        pytest.param(
            lambda stack: stack.parameters.update(BranchRule="main"), id="a parameter differs"
        ),
        pytest.param(
            lambda stack: stack.body["Metadata"]["pipelinegen"].pop("fingerprint"),
            id="the fingerprint is missing",
        ),
    ],
)
def test_a_stack_that_only_looks_current(change: Callable[[Any], Any]) -> None:
    """Whatever else differs, AWS is asked with a change set; it may find nothing to change."""
    account = deployed(spec=SPEC)
    stack = existing(account)
    change(stack)
    outcome = run(account)
    assert outcome.code == ExitCode.DONE
    assert writes(account)[0] == "CreateChangeSet"
    assert nothing_is_left(account)


def test_no_changes_by_the_word_of_aws() -> None:
    """A parameter that is looked up proves no equality; AWS's «no changes» is as good."""
    account = deployed(spec=LOOKED_UP)
    outcome = run(account, spec=LOOKED_UP)
    assert (outcome.code, outcome.end.status) == (ExitCode.DONE, "no changes")
    assert writes(account) == ["CreateChangeSet", "DeleteChangeSet"]
    assert nothing_is_left(account)


def test_protected_branch() -> None:
    """A protected branch wants its name typed, is protected first, and a failure leaves a trace."""
    account = Account()
    outcome = run(account, wanted(PROTECTED))
    assert outcome.end.status == "CREATE_COMPLETE"
    assert outcome.person.by_name == [STACKS[PROTECTED]]
    assert writes(account) == [
        "CreateChangeSet",
        "UpdateTerminationProtection",
        "ExecuteChangeSet",
    ]
    assert asked(account, "CreateChangeSet")[0]["OnStackFailure"] == "ROLLBACK"
    assert "termination protection is on, since the branch rule is protected" in outcome.said


@pytest.mark.parametrize(
    ("protected", "expected"),
    [
        pytest.param(False, ["UpdateTerminationProtection"], id="off"),
        pytest.param(True, [], id="on"),
    ],
)
def test_protection_without_changes(protected: bool, expected: list[str]) -> None:
    """A rule that became protected is made good, even where nothing else changes."""
    account = Account()
    account.deployed(wanted(PROTECTED), "CREATE_COMPLETE", protected=protected)
    assert run(account, wanted(PROTECTED)).end.status == "no changes"
    assert writes(account) == expected
    stack = existing(account, PROTECTED)
    assert stack.protected


def test_protection_that_comes_later() -> None:
    """Where AWS does not protect a stack under review, the stack is protected once it is there."""
    account = Account()
    account.cloudformation.protects_review = False
    outcome = run(account, wanted(PROTECTED))
    assert outcome.end.status == "CREATE_COMPLETE"
    assert writes(account)[1:] == [
        "UpdateTerminationProtection",
        "ExecuteChangeSet",
        "UpdateTerminationProtection",
    ]
    assert outcome.said[0].startswith("termination protection is not on yet: ")
    stack = existing(account, PROTECTED)
    assert stack.protected


def test_adoption() -> None:
    """A stack that `synth` and the AWS CLI made for this branch is ours, and gets our tags."""
    account = deployed()
    stack = existing(account)
    stack.tags = [{"Key": "team", "Value": "blue"}]
    assert run(account).end.status == "UPDATE_COMPLETE"
    assert {one["Key"] for one in stack.tags} >= {"pipelinegen:pipeline", "pipelinegen:rule"}


def _tags(pipeline: str, branch_hash: str = "x") -> list[dict[str, str]]:
    return [
        {"Key": "pipelinegen:pipeline", "Value": pipeline},
        {"Key": "pipelinegen:branch-hash", "Value": branch_hash},
    ]


def _of_another_pipeline(stack: Stack) -> None:
    stack.tags = _tags("other")


def _of_another_branch(stack: Stack) -> None:
    stack.tags = _tags("shop")
    stack.parameters["BranchName"] = "feature/Login"


def _made_by_hand(stack: Stack) -> None:
    stack.tags = []
    del stack.body["Metadata"]


def _of_nobody(stack: Stack) -> None:
    stack.tags = []
    stack.parameters = {}


FOREIGN: dict[str, tuple[Callable[[Stack], None], str]] = {
    "another pipeline's": (_of_another_pipeline, "belongs to pipeline 'other'"),
    "another branch's of the same slug": (_of_another_branch, "belongs to branch 'feature/Login'"),
    "not made by us": (_made_by_hand, "belongs to branch 'feature/login'"),
    "nobody's": (_of_nobody, "belongs to something else than pipelinegen"),
}


@pytest.mark.parametrize(("make", "message"), FOREIGN.values(), ids=FOREIGN)
def test_foreign_stack(make: Callable[[Stack], None], message: str) -> None:
    """A stack that is not this pipeline's for this branch is left alone."""
    account = deployed()
    make(existing(account))
    outcome = run(account)
    assert outcome.code == ExitCode.STACK_FAILED
    assert outcome.error is not None
    assert outcome.error.rule == "stack-of-other-branch"
    assert outcome.text == f"stack '{STACK}' {message}; it was left alone"
    assert writes(account) == []


@pytest.mark.parametrize(
    ("allowed", "code"),
    [
        pytest.param(False, ExitCode.STACK_FAILED, id="refused"),
        pytest.param(True, ExitCode.DONE, id="allowed by a flag"),
    ],
)
def test_downgrade(allowed: bool, code: int) -> None:
    """What a newer version deployed is not overwritten unless the user says so."""
    account = deployed()
    stack = existing(account)
    stack.body["Metadata"]["pipelinegen"]["tool-version"] = "99.1"
    outcome = run(account, allow_downgrade=allowed)
    assert outcome.code == code
    if not allowed:
        assert outcome.text == (
            f"stack '{STACK}' was deployed by pipelinegen 99.1, this is {__version__}; "
            "install that version, or go back with --allow-downgrade"
        )
        assert writes(account) == []
    else:
        assert outcome.of(Proposed)[0].tool_upgrade


ROLES = {
    "a role, where the stack has another": (
        ROLE,
        OTHER,
        f"the stack's role becomes {ROLE}; it was {OTHER}",
    ),
    "no role, where the stack has one": (
        None,
        OTHER,
        f"CloudFormation works with the role that the stack has: {OTHER}",
    ),
    "the same role": (ROLE, ROLE, None),
    "the first role": (ROLE, None, None),
}


@pytest.mark.parametrize(("role", "before", "message"), ROLES.values(), ids=ROLES)
def test_role(role: str | None, before: str | None, message: str | None) -> None:
    """A role that is not the one that the stack has is worth a word."""
    account = deployed()
    stack = existing(account)
    stack.role_arn = before
    outcome = run(account, wanted(role_arn=role))
    assert outcome.end.status == "UPDATE_COMPLETE"
    assert outcome.said == ([message] if message else [])
    assert asked(account, "CreateChangeSet")[0].get("RoleARN") == role


def test_template_that_may_not_be_read() -> None:
    """Without GetTemplate the tags tell whose a stack is, and AWS whether something changes."""
    account = deployed(spec=SPEC)
    account.front.denied = {"GetTemplate"}
    outcome = run(account)
    assert outcome.end.status == "no changes"
    assert outcome.said == [
        "whether the stack is ours shows by its tags alone: cloudformation:GetTemplate is denied"
    ]


@pytest.mark.parametrize("branch", [BRANCH, PROTECTED])
@pytest.mark.parametrize("new", [True, False], ids=["new stack", "stack that is there"])
def test_answer_is_no(new: bool, branch: str) -> None:
    """After a no nothing is left and nothing has changed."""
    account = Account()
    if not new:
        account.deployed(wanted(branch, OLD), "CREATE_COMPLETE")
    outcome = run(account, wanted(branch), person=Person(refuses=("Deploy",)))
    assert outcome.code == ExitCode.NOT_CONFIRMED
    assert nothing_is_left(account)
    assert "ExecuteChangeSet" not in writes(account)
    assert (there(account, branch) is None) == new


def test_answer_is_no_beside_another_change_set() -> None:
    """A stack under review that somebody else uses, too, stays."""
    account = Account()
    person = Person(refuses=("Deploy",))

    def add_another(operation: str) -> None:
        stack = there(account)
        if (
            operation == "DescribeStacks"
            and stack is not None
            and "pg-other" not in stack.change_sets
        ):
            ours = next(iter(stack.change_sets.values()))
            stack.change_sets["pg-other"] = ours

    account.front.before = add_another
    assert run(account, person=person).code == ExitCode.NOT_CONFIRMED
    stack = existing(account)
    assert [*stack.change_sets] == ["pg-other"]


def test_clean_up_that_fails_hides_nothing() -> None:
    """Where our change set cannot be taken back the answer still counts; the rest is a warning."""
    account = Account()
    account.front.denied = {"DeleteChangeSet"}
    outcome = run(account, person=Person(refuses=("Deploy",)))
    assert outcome.code == ExitCode.NOT_CONFIRMED
    name = f"pg-{wanted().fingerprint[:12]}-0001"
    assert outcome.said[0].startswith(f"change set '{name}' may be left in stack '{STACK}': ")


# --- change sets that are kept


def keep(account: Account, what: Deployment | None = None) -> str:
    """Run with --no-execute and return the name of the change set."""
    kept = run(account, what, execute=False)
    assert kept.end.status == "change set kept"
    command = kept.end.next_command.split()
    assert command[:-1] == ["pipelinegen", "deploy", "-b", BRANCH, "--change-set"]
    assert kept.end.remarks == (f"change set '{command[-1]}' waits for its execution",)
    assert kept.person.asked == []
    return command[-1]


@pytest.mark.parametrize("new", [True, False], ids=["new stack", "stack that is there"])
def test_saved_change_set(new: bool) -> None:
    """What was kept is executed later, exactly; it is shown and asked about again."""
    account = Account() if new else deployed()
    name = keep(account)
    outcome = run(account, number="0002", change_set=name)
    assert outcome.end.status == ("CREATE_COMPLETE" if new else "UPDATE_COMPLETE")
    assert outcome.person.asked == [f"Deploy stack '{STACK}'?"]
    assert [one["ChangeSetName"] for one in asked(account, "ExecuteChangeSet")] == [name]
    assert len(asked(account, "CreateChangeSet")) == 1


def test_saved_change_set_and_no() -> None:
    """A kept change set stays kept after a no."""
    account = deployed()
    name = keep(account)
    person = Person(refuses=("Deploy",))
    assert run(account, person=person, change_set=name).code == ExitCode.NOT_CONFIRMED
    stack = existing(account)
    assert [*stack.change_sets] == [name]


def test_kept_change_set_survives_a_deployment_that_is_refused() -> None:
    """Only what a killed run left is cleared away, never what a person wants to come back to."""
    account = deployed()
    name = keep(account)
    run(account, number="0002", person=Person(refuses=("Deploy",)))
    stack = existing(account)
    assert [*stack.change_sets] == [name]


SAVED: dict[str, tuple[Callable[[Any], Any], str]] = {
    "out of date": (
        lambda kept: setattr(kept, "execution_status", "OBSOLETE"),
        "is out of date: the stack has changed since",
    ),
    "of somebody else": (
        lambda kept: kept.asked.update(Description="by hand"),
        "was not made by pipelinegen deploy",
    ),
    "being executed": (
        lambda kept: setattr(kept, "execution_status", "EXECUTE_IN_PROGRESS"),
        "cannot be executed: it is CREATE_COMPLETE, EXECUTE_IN_PROGRESS",
    ),
    "with another template": (
        lambda kept: kept.body["Resources"].pop("Pipeline"),
        "is not what the spec and the flags say now",
    ),
    "with other parameters": (
        lambda kept: kept.parameters.update(BranchRule="main"),
        "is not what the spec and the flags say now",
    ),
    "without a template": (
        lambda kept: kept.body.clear(),
        "is not what the spec and the flags say now",
    ),
}


@pytest.mark.parametrize(("spoil", "message"), SAVED.values(), ids=SAVED)
def test_saved_change_set_that_is_refused(spoil: Callable[[Any], Any], message: str) -> None:
    """Only what was shown, and is what the spec says, is executed."""
    account = deployed()
    name = keep(account)
    stack = existing(account)
    spoil(stack.change_sets[name])
    outcome = run(account, change_set=name)
    assert outcome.code == ExitCode.STACK_FAILED
    assert outcome.text == (
        f"change set '{name}' {message}; make a new one with: "
        "pipelinegen deploy -b feature/login --no-execute"
    )
    assert asked(account, "ExecuteChangeSet") == []


def test_saved_change_set_of_another_spec() -> None:
    """A spec that was changed meanwhile makes another template."""
    account = deployed()
    name = keep(account)
    outcome = run(account, wanted(spec=TWO_STAGES), spec=TWO_STAGES, change_set=name)
    assert "is not what the spec and the flags say now" in outcome.text


@pytest.mark.parametrize("account", [Account, deployed], ids=["no stack", "a stack without it"])
def test_no_such_change_set(account: Callable[[], Account]) -> None:
    """A change set that is not there cannot be executed."""
    outcome = run(account(), change_set="pg-1")
    assert outcome.code == ExitCode.STACK_FAILED
    assert outcome.text == f"stack '{STACK}' has no change set 'pg-1'"


def test_left_by_a_killed_run() -> None:
    """What a run that was killed left of the same deployment is cleared away."""
    account = deployed()
    name = keep(account)
    stack = existing(account)
    stack.change_sets[name].asked["Description"] = "made by pipelinegen deploy"
    run(account, number="0002", person=Person(refuses=("Deploy",)))
    assert stack.change_sets == {}


def test_left_by_a_run_that_is_alive() -> None:
    """A change set that is still worked out, or executed, belongs to somebody who is at work."""
    account = deployed()
    name = keep(account)
    stack = existing(account)
    left = stack.change_sets[name]
    left.asked["Description"] = "made by pipelinegen deploy"
    left.execution_status = "EXECUTE_IN_PROGRESS"
    run(account, number="0002", person=Person(refuses=("Deploy",)))
    assert [*stack.change_sets] == [name]


def test_detach() -> None:
    """With --detach the operation is begun and left to AWS."""
    account = Account()
    outcome = run(account, detach=True)
    assert (outcome.code, outcome.end.status) == (ExitCode.DONE, "started")
    assert outcome.end.remarks == ("it goes on in AWS; deploying again follows it",)
    stack = existing(account)
    assert stack.status == "CREATE_IN_PROGRESS"
    assert outcome.of(Following) == []
    again = run(account)
    assert again.end.status == "no changes"
    assert again.said == [f"stack '{STACK}' is CREATE_IN_PROGRESS; waiting for that to end"]


# --- parameters of the spec


def test_parameter_without_value() -> None:
    """A new stack needs a value for what has no default, and the flag that gives it is named."""
    account = Account()
    outcome = run(account, wanted(spec=WITH_PARAMETER), spec=WITH_PARAMETER)
    assert outcome.code == ExitCode.USAGE
    assert outcome.text == ("parameter 'Vpc' has no value; give it one with --parameter Vpc=VALUE")
    assert asked(account, "CreateChangeSet") == []


def test_parameter_that_is_kept() -> None:
    """The stack keeps what it was given once."""
    account = Account()
    first = run(account, wanted(spec=WITH_PARAMETER, Vpc="vpc-1"), spec=WITH_PARAMETER)
    assert first.end.status == "CREATE_COMPLETE"
    assert run(account, wanted(spec=WITH_PARAMETER), spec=WITH_PARAMETER).code == ExitCode.DONE
    newer = WITH_PARAMETER.replace("ci/build", "ci/newer")
    assert run(account, wanted(spec=newer), spec=newer).end.status == "UPDATE_COMPLETE"
    kept = {"ParameterKey": "Vpc", "UsePreviousValue": True}
    assert kept in asked(account, "CreateChangeSet")[-1]["Parameters"]
    stack = existing(account)
    assert stack.parameters["Vpc"] == "vpc-1"


def test_recommended_command_repeats_what_was_given() -> None:
    """Spec, Region, role and parameters are said again; a secret is not."""
    secret = "Token: {type: String, no-echo: true}, Vpc:"
    spec = WITH_PARAMETER.replace("Vpc:", secret, 1)
    spec = spec.replace("${param:Vpc}", "${param:Vpc}${param:Token}")
    role = "arn:aws:iam::111111111111:role/cloudformation"
    what = wanted(spec=spec, role_arn=role, Vpc="vpc-1", Token="s3cr3t")
    again = ("specs/a.yaml", "--region", "eu-west-1")
    kept = run(Account(), what, spec=spec, execute=False, again=again).end.next_command
    assert kept.startswith("pipelinegen deploy specs/a.yaml --region eu-west-1 -b feature/login ")
    assert f"--role-arn {role} --parameter Vpc=vpc-1" in kept
    assert "s3cr3t" not in kept
    assert "Token" not in kept


# --- what fails

ACCESS = "Access denied by the boundary"
FAILURES: dict[str, tuple[str | None, str, dict[str, Any], str, str, str]] = {
    "a create": (
        None,
        "create",
        {},
        "DELETE_COMPLETE",
        "the stack could not be created and was deleted again; nothing is left",
        "pipelinegen deploy -b feature/login",
    ),
    "a create without rollback": (
        None,
        "create",
        {"rollback": False},
        "CREATE_FAILED",
        "what was created before the failure is kept, as --no-rollback asks",
        "pipelinegen destroy -b feature/login",
    ),
    "an update": (
        OLD,
        "update",
        {},
        "UPDATE_ROLLBACK_COMPLETE",
        "the update was rolled back; the previous pipeline is in place",
        "pipelinegen deploy -b feature/login",
    ),
    "an update without rollback": (
        OLD,
        "update",
        {"rollback": False},
        "UPDATE_FAILED",
        "what was updated before the failure is kept, as --no-rollback asks",
        "pipelinegen deploy -b feature/login --recover",
    ),
}


@pytest.mark.parametrize(
    ("before", "verb", "options", "status", "remark", "command"), FAILURES.values(), ids=FAILURES
)
def test_failure(
    before: str | None, verb: str, options: dict[str, Any], status: str, remark: str, command: str
) -> None:
    """A failure names its cause, its place in the spec, what is left, and what to run next."""
    account = Account() if before is None else deployed(spec=before)
    account.cloudformation.operations.failing["BuildBuildProject", verb] = ACCESS
    outcome = run(account, **options)
    end = outcome.end
    assert (outcome.code, end.status) == (ExitCode.STACK_FAILED, status)
    assert end.cause is not None
    assert (end.cause.event.logical_id, end.cause.event.reason) == ("BuildBuildProject", ACCESS)
    assert end.cause.pointer is not None
    assert end.cause.pointer[:1] == ("stages",)
    assert end.remarks == (remark,)
    assert end.next_command == command
    [executed] = asked(account, "ExecuteChangeSet")
    assert executed.get("DisableRollback", False) == (not options.get("rollback", True))


def test_failed_create_of_a_protected_branch() -> None:
    """The name of the stack is left as a trace; the next run makes it anew."""
    account = Account()
    account.cloudformation.operations.failing["Pipeline", "create"] = ACCESS
    outcome = run(account, wanted(PROTECTED))
    assert outcome.end.status == "ROLLBACK_COMPLETE"
    assert outcome.end.next_command == "pipelinegen deploy -b main"
    account.cloudformation.operations.failing.clear()
    again = run(account, wanted(PROTECTED), number="0002")
    assert again.end.status == "CREATE_COMPLETE"
    assert again.said[0] == (
        "stack 'shop-main-pipeline' is ROLLBACK_COMPLETE, which nothing can update; it is made anew"
    )


def test_rollback_that_fails() -> None:
    """An update whose way back fails leads to --recover."""
    account = deployed()
    failing = account.cloudformation.operations.failing
    failing["BuildBuildProject", "update"] = "no"
    failing["BuildBuildProject", "rollback"] = "still no"
    outcome = run(account)
    assert outcome.end.status == "UPDATE_ROLLBACK_FAILED"
    assert outcome.end.next_command == "pipelinegen deploy -b feature/login --recover"


REFUSED: dict[str, tuple[dict[str, Any] | None, str, tuple[str, str]]] = {
    "with nothing but a reason": (None, "Export is gone", (STACK, "Export is gone")),
    "with a finding of the validation": (
        {
            "EventId": "v-1",
            "EventType": "VALIDATION_ERROR",
            "LogicalResourceId": "Pipeline",
            "ResourceType": "AWS::CodePipeline::Pipeline",
            "ValidationStatus": "FAILED",
            "ValidationStatusReason": "Stages must be two",
            "ValidationPath": "/Resources/Pipeline/Properties/Stages/0",
        },
        "Validation failed",
        ("Pipeline", "Stages must be two"),
    ),
}


@pytest.mark.parametrize(("finding", "reason", "cause"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("new", [True, False], ids=["new stack", "stack that is there"])
def test_change_set_that_aws_refuses(
    new: bool, finding: dict[str, Any] | None, reason: str, cause: tuple[str, str]
) -> None:
    """What AWS cannot work out changes nothing and leaves nothing; its details are shown."""
    account = Account() if new else deployed()
    account.cloudformation.refusal = reason
    account.cloudformation.findings = [finding] if finding else []
    outcome = run(account)
    assert (outcome.code, outcome.end.status) == (ExitCode.STACK_FAILED, "change set failed")
    assert outcome.text == reason
    assert outcome.end.remarks == ("nothing was changed",)
    assert outcome.end.cause is not None
    assert (outcome.end.cause.event.logical_id, outcome.end.cause.event.reason) == cause
    assert nothing_is_left(account)
    assert (there(account) is None) == new


def test_details_that_may_not_be_read() -> None:
    """Without DescribeEvents the one reason of the change set is shown."""
    account = deployed()
    account.cloudformation.refusal = "Validation failed"
    account.front.denied = {"DescribeEvents"}
    outcome = run(account)
    assert outcome.end.cause is not None
    assert outcome.end.cause.event.reason == "Validation failed"
    assert outcome.said == ["the details are hidden: cloudformation:DescribeEvents is not allowed"]


def test_change_set_that_takes_too_long() -> None:
    """A change set that is not ready at the deadline cannot be deleted either; it is named."""
    account = deployed()
    account.cloudformation.works_out = 3_600.0
    outcome = run(account, minutes=5)
    assert outcome.code == ExitCode.STACK_FAILED
    name = f"pg-{wanted().fingerprint[:12]}-0001"
    assert outcome.text == f"change set '{name}' is still CREATE_IN_PROGRESS"
    assert outcome.said[0].startswith(f"change set '{name}' may be left in stack '{STACK}': ")
    assert "ExecuteChangeSet" not in writes(account)


def test_change_sets_that_may_not_be_listed() -> None:
    """What an earlier run left is not worth a deployment."""
    account = deployed()
    account.front.denied = {"ListChangeSets"}
    outcome = run(account)
    assert outcome.end.status == "UPDATE_COMPLETE"
    assert outcome.said == [
        "what an earlier run may have left stays: cloudformation:ListChangeSets is not allowed"
    ]


def test_operation_that_takes_too_long() -> None:
    """After the deadline the operation is left to AWS."""
    account = Account()
    outcome = run(account, minutes=0.2)
    assert outcome.code == ExitCode.STACK_FAILED
    assert outcome.text == (
        f"stack '{STACK}' is still CREATE_IN_PROGRESS; it goes on in AWS; "
        "run the same command again to follow it"
    )


def test_what_an_update_could_not_delete() -> None:
    """An update that goes past what it cannot delete is a success that names it."""
    account = deployed(spec=TWO_STAGES)
    account.cloudformation.operations.failing["TestTestProjectLogs", "delete"] = "is in use"
    outcome = run(account)
    assert outcome.end.status == "UPDATE_COMPLETE"
    assert outcome.end.remarks == (
        f"'TestTestProjectLogs' ({STACK}-TestTestProjectLogs) could not be deleted and is no "
        "longer part of the stack: is in use",
    )


# --- stacks that somebody else moves


def test_stack_that_moves_while_we_look() -> None:
    """An operation that begins between our look and our write is waited for, then judged again."""
    account = deployed()
    stack = existing(account)

    def somebody_else(operation: str) -> None:
        if operation == "CreateChangeSet" and stack.status == "UPDATE_COMPLETE":
            stack.say("UPDATE_IN_PROGRESS", at=account.time.now())
            account.cloudformation.operations.end(stack, "UPDATE_COMPLETE", account.time.now() + 40)
            account.front.before = lambda _operation: None

    account.front.before = somebody_else
    outcome = run(account)
    assert outcome.end.status == "UPDATE_COMPLETE"
    assert outcome.said == [
        MOVED,
        f"stack '{STACK}' is UPDATE_IN_PROGRESS; waiting for that to end",
    ]


def test_stack_that_never_rests() -> None:
    """After some attempts the run stops, with nothing left behind."""
    account = deployed()

    def somebody_else(operation: str) -> None:
        stack = there(account)
        if operation == "ExecuteChangeSet" and stack is not None:
            for one in stack.change_sets.values():
                one.execution_status = "OBSOLETE"

    account.front.before = somebody_else
    outcome = run(account)
    assert outcome.code == ExitCode.STACK_FAILED
    assert outcome.text == (
        f"stack '{STACK}' keeps changing under this run; when the other one is done, run again: "
        "pipelinegen deploy -b feature/login"
    )
    assert len(asked(account, "ExecuteChangeSet")) == 6


def test_change_set_that_somebody_deletes() -> None:
    """A change set may be taken away while it is worked out; then all begins anew."""
    account = deployed()

    def somebody_else(operation: str) -> None:
        stack = there(account)
        if operation == "DescribeChangeSet" and stack is not None:
            stack.change_sets.clear()
            account.front.before = lambda _operation: None

    account.front.before = somebody_else
    outcome = run(account)
    assert outcome.end.status == "UPDATE_COMPLETE"
    assert outcome.said == [MOVED]


def test_stack_that_somebody_deletes() -> None:
    """A stack may vanish between the change set and its showing; then it is created."""
    account = deployed()

    def somebody_else(operation: str) -> None:
        stack = there(account)
        ready = asked(account, "DescribeChangeSet")
        if operation == "DescribeStacks" and ready and stack is not None:
            del account.cloudformation.stacks[stack.id]
            account.front.before = lambda _operation: None

    account.front.before = somebody_else
    outcome = run(account)
    assert outcome.end.status == "CREATE_COMPLETE"
    assert outcome.said == [MOVED]


# --- states that need a decision


def test_half_way_forward() -> None:
    """An update that stopped half way goes on with a new change set, if a person says so."""
    account = deployed("UPDATE_FAILED")
    outcome = run(account)
    assert outcome.end.status == "UPDATE_COMPLETE"
    assert outcome.person.asked[0] == (
        f"The last update of '{STACK}' stopped half way. Go on with a new change set?"
    )


def test_half_way_forward_with_a_saved_change_set() -> None:
    """The change set that was kept is the one that goes on."""
    account = deployed("UPDATE_FAILED")
    name = run(account, execute=False).end.next_command.split()[-1]
    outcome = run(account, number="0002", change_set=name)
    assert outcome.end.status == "UPDATE_COMPLETE"
    assert len(asked(account, "CreateChangeSet")) == 1


def test_half_way_and_nothing_to_change() -> None:
    """A stack that stopped half way is no success because nothing is left to change."""
    account = deployed("UPDATE_FAILED", spec=SPEC)
    outcome = run(account)
    assert (outcome.code, outcome.end.status) == (ExitCode.STACK_FAILED, "UPDATE_FAILED")
    assert outcome.end.next_command == "pipelinegen deploy -b feature/login --recover"
    assert nothing_is_left(account)


def test_stack_that_is_just_being_deleted() -> None:
    """An empty stack on its way out, which bears no tags yet, is waited for."""
    account = Account()
    stack = account.cloudformation.add(STACK, "DELETE_IN_PROGRESS")
    account.cloudformation.operations.end(stack, "DELETE_COMPLETE", account.time.now() + 9)
    outcome = run(account)
    assert outcome.end.status == "CREATE_COMPLETE"
    assert outcome.said == [f"stack '{STACK}' is DELETE_IN_PROGRESS; waiting for that to end"]


def test_half_way_and_no() -> None:
    """Without an answer both ways are named."""
    account = deployed("UPDATE_FAILED")
    outcome = run(account, person=Person(refuses=("half way",)))
    assert outcome.code == ExitCode.STACK_FAILED
    assert outcome.text == (
        f"stack '{STACK}' is UPDATE_FAILED; go back with: pipelinegen deploy -b feature/login "
        "--recover, or forward with: pipelinegen deploy -b feature/login -y"
    )
    assert writes(account) == []


BLOCKED = {
    "UPDATE_ROLLBACK_FAILED": "go on with: pipelinegen deploy -b feature/login --recover",
    "ROLLBACK_FAILED": "remove it with: pipelinegen destroy -b feature/login",
    "DELETE_FAILED": "remove it with: pipelinegen destroy -b feature/login",
    "IMPORT_ROLLBACK_FAILED": "this state needs a person: see the stack in the AWS console",
}


@pytest.mark.parametrize(("status", "way"), BLOCKED.items(), ids=BLOCKED)
@pytest.mark.parametrize("held", [True, False], ids=["held up", "without a reason"])
def test_blocked(status: str, way: str, held: bool) -> None:
    """States with which deploy cannot go on name what holds them up, and the way out."""
    account = deployed(status)
    stack = existing(account)
    why = ""
    if held:
        stack.resources["ArtifactBucket"].status = "DELETE_FAILED"
        stack.resources["ArtifactBucket"].reason = "not empty"
        why = "; it is held up by 'ArtifactBucket' (DELETE_FAILED): not empty"
    outcome = run(account)
    assert outcome.code == ExitCode.STACK_FAILED
    assert outcome.text == f"stack '{STACK}' is {status}{why}; {way}"
    assert writes(account) == []


def test_remains_that_are_alive() -> None:
    """A failed create that still holds something is not deleted to make way."""
    account = deployed("CREATE_FAILED")
    stack = existing(account)
    for resource in stack.resources.values():
        resource.status = "DELETE_COMPLETE"
    stack.resources["ArtifactBucket"].status = "CREATE_COMPLETE"
    never = stack.resources["Pipeline"]
    never.status, never.physical_id = "CREATE_FAILED", ""
    outcome = run(account)
    assert outcome.text == (
        f"stack '{STACK}' is CREATE_FAILED and still holds 'ArtifactBucket' (CREATE_COMPLETE); "
        "remove it with: pipelinegen destroy -b feature/login"
    )
    assert writes(account) == []


def test_remains_that_cannot_be_deleted() -> None:
    """A stack that cannot make way names what holds it up."""
    account = deployed("ROLLBACK_COMPLETE")
    stack = existing(account)
    for resource in stack.resources.values():
        resource.status = "DELETE_COMPLETE"
    stack.resources["Pipeline"].status, stack.resources["Pipeline"].physical_id = (
        "CREATE_FAILED",
        "",
    )
    account.cloudformation.operations.failing["Pipeline", "delete"] = "is in use"
    outcome = run(account)
    assert outcome.text == (
        f"stack '{STACK}' is DELETE_FAILED; it is held up by 'Pipeline' (DELETE_FAILED): "
        "is in use; remove it with: pipelinegen destroy -b feature/login"
    )


# --- the first run of a new pipeline

EARLY = "Access denied when assuming the role"
FIRST_RUNS: dict[str, tuple[str, str, tuple[str, ...], list[str], str | None]] = {
    "too early": ("Failed", EARLY, (), ["Source"], "the first run goes on"),
    "too early, and nobody wants a retry": (
        "Failed",
        EARLY,
        ("Retry",),
        [],
        "the first run failed for want of rights that are new; start it again",
    ),
    "failed for another reason": ("Failed", "no such branch", (), [], None),
    "well": ("Succeeded", "", (), [], None),
    "still at work": ("InProgress", "", (), [], None),
}


@pytest.mark.parametrize(
    ("status", "summary", "refuses", "retried", "message"), FIRST_RUNS.values(), ids=FIRST_RUNS
)
def test_first_run(
    status: str, summary: str, refuses: tuple[str, ...], retried: list[str], message: str | None
) -> None:
    """A first run that came before its role was known may be retried once; it decides nothing."""
    account = Account()
    account.codepipeline.status, account.codepipeline.summary = status, summary
    outcome = run(account, person=Person(refuses=refuses))
    assert outcome.end.status == "CREATE_COMPLETE"
    assert account.codepipeline.retried == retried
    assert outcome.said == ([message] if message else [])


def test_first_run_that_may_not_be_read() -> None:
    """Without the right to look the deployment has succeeded all the same."""
    account = Account()
    account.front.denied = {"GetPipelineState"}
    outcome = run(account)
    assert outcome.code == ExitCode.DONE
    assert outcome.said[0].startswith("the first run was not watched: ")


def test_first_run_without_a_name() -> None:
    """A template that puts out no name of a pipeline has no first run to watch."""
    account = Account()

    def forget(operation: str) -> None:
        stack = there(account)
        if operation == "ExecuteChangeSet" and stack is not None:
            stack.body = {}

    account.front.after = forget
    assert run(account).end.outputs == {}
    assert asked(account, "GetPipelineState") == []


def test_ends_are_told_once() -> None:
    """The caller reports the end; the life cycle does not."""
    assert run(Account()).of(Ended) == []


@pytest.mark.parametrize("operation", ["CreateChangeSet", "ExecuteChangeSet"])
def test_denied_write(operation: str) -> None:
    """A write without the right to it names the right, and nothing is left."""
    account = Account()
    account.front.denied = {operation}
    outcome = run(account)
    assert outcome.code == ExitCode.ENVIRONMENT
    assert isinstance(outcome.error, PipelinegenError)
    assert f"cloudformation:{operation}" in outcome.text
    assert nothing_is_left(account)
