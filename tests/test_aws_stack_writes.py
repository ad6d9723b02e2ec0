"""Each write to CloudFormation: as it is sent, and once, whatever becomes of its reply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pipelinegen.aws.stacks import CloudFormationStacks
from pipelinegen.errors import Denied, Rejected
from pipelinegen.records import ChangeSetRequest
from pipelinegen.services import Moved, Stacks
from tests.stubbed_aws import TIME, Script, calls

STACK = "arn:aws:cloudformation:eu-west-1:111111111111:stack/shop-main-pipeline/1"
SET = "arn:aws:cloudformation:eu-west-1:111111111111:changeSet/pg-1/1"
NAMED = {"StackName": STACK}
BOTH = {**NAMED, "ChangeSetName": "pg-1"}
NO_STACK = f"Stack [{STACK}] does not exist"

UPDATE = ChangeSetRequest(
    stack=STACK,
    name="pg-1",
    kind="UPDATE",
    token="token",
    description="ours",
    body="{}",
    url=None,
    parameters={"BranchName": "main", "Empty": ""},
    previous=("Secret",),
    tags={"pipelinegen:pipeline": "shop"},
    capabilities=("CAPABILITY_IAM",),
)
CREATE = replace(
    UPDATE,
    kind="CREATE",
    body=None,
    url="https://b.s3.eu-west-1.amazonaws.com/k",
    previous=(),
    capabilities=(),
    role_arn="arn:aws:iam::111111111111:role/deployer",
    on_failure="DELETE",
)
GIVEN = [
    {"ParameterKey": "BranchName", "ParameterValue": "main"},
    {"ParameterKey": "Empty", "ParameterValue": ""},
]
SAME = {
    **BOTH,
    "ClientToken": "token",
    "Description": "ours",
    "Tags": [{"Key": "pipelinegen:pipeline", "Value": "shop"}],
}
ASKED_UPDATE = {
    **SAME,
    "ChangeSetType": "UPDATE",
    "TemplateBody": "{}",
    "Parameters": [*GIVEN, {"ParameterKey": "Secret", "UsePreviousValue": True}],
    "Capabilities": ["CAPABILITY_IAM"],
}
ASKED_CREATE = {
    **SAME,
    "ChangeSetType": "CREATE",
    "TemplateURL": "https://b.s3.eu-west-1.amazonaws.com/k",
    "Parameters": GIVEN,
    "RoleARN": "arn:aws:iam::111111111111:role/deployer",
    "OnStackFailure": "DELETE",
}
EXECUTE = {**BOTH, "ClientRequestToken": "token", "RetainExceptOnCreate": True}
TOKEN = {**NAMED, "ClientRequestToken": "token"}

Write = Callable[[Stacks], None]


@pytest.fixture
def aws() -> Script:
    return Script("cloudformation")


@pytest.fixture
def stacks(aws: Script) -> Stacks:
    return CloudFormationStacks(aws.client, calls())


def create(stacks: Stacks) -> None:
    stacks.create_change_set(UPDATE)


def delete_change_set(stacks: Stacks) -> None:
    stacks.delete_change_set(STACK, "pg-1")


def execute(stacks: Stacks) -> None:
    stacks.execute(STACK, "pg-1", token="token", rollback=True)


def protect(stacks: Stacks) -> None:
    stacks.protect(STACK, enabled=True)


def delete(stacks: Stacks) -> None:
    stacks.delete(STACK, token="token")


def roll_back(stacks: Stacks) -> None:
    stacks.roll_back(STACK, token="token")


def go_on(stacks: Stacks) -> None:
    stacks.continue_rollback(STACK, token="token", skip=())


def cancel(stacks: Stacks) -> None:
    stacks.cancel_update(STACK, token="token")


SENT: dict[str, tuple[Write, str, dict[str, Any]]] = {
    "a change set for an update": (create, "create_change_set", ASKED_UPDATE),
    "a change set for a new stack, its template uploaded": (
        lambda stacks: stacks.create_change_set(CREATE),
        "create_change_set",
        ASKED_CREATE,
    ),
    "the end of a change set": (delete_change_set, "delete_change_set", BOTH),
    "an execution that rolls back": (execute, "execute_change_set", EXECUTE),
    "an execution that keeps what a failure leaves": (
        lambda stacks: stacks.execute(STACK, "pg-1", token="token", rollback=False),
        "execute_change_set",
        {**EXECUTE, "DisableRollback": True},
    ),
    "protection": (
        protect,
        "update_termination_protection",
        {**NAMED, "EnableTerminationProtection": True},
    ),
    "an end of protection": (
        lambda stacks: stacks.protect(STACK, enabled=False),
        "update_termination_protection",
        {**NAMED, "EnableTerminationProtection": False},
    ),
    "a deletion": (delete, "delete_stack", TOKEN),
    "a deletion that leaves something, by a role": (
        lambda stacks: stacks.delete(STACK, token="token", retain=["Store"], role_arn="a" * 20),
        "delete_stack",
        {**TOKEN, "RetainResources": ["Store"], "RoleARN": "a" * 20},
    ),
    "a rollback": (roll_back, "rollback_stack", {**TOKEN, "RetainExceptOnCreate": True}),
    "a rollback that goes on": (go_on, "continue_update_rollback", TOKEN),
    "a rollback that goes on without a resource": (
        lambda stacks: stacks.continue_rollback(STACK, token="token", skip=["Pipeline"]),
        "continue_update_rollback",
        {**TOKEN, "ResourcesToSkip": ["Pipeline"]},
    ),
    "an update that is cancelled": (cancel, "cancel_update_stack", TOKEN),
}


@pytest.mark.parametrize(("write", "operation", "asked"), SENT.values(), ids=SENT.keys())
def test_is_sent_once(
    aws: Script, stacks: Stacks, write: Write, operation: str, asked: dict[str, Any]
) -> None:
    aws.answers(operation, asked)
    write(stacks)
    aws.done()


@pytest.mark.parametrize(("write", "operation", "asked"), SENT.values(), ids=SENT.keys())
def test_is_sent_again_as_it_was_after_throttling(
    aws: Script, stacks: Stacks, write: Write, operation: str, asked: dict[str, Any]
) -> None:
    aws.fails(operation, "Throttling", "Rate exceeded", asked=asked).answers(operation, asked)
    write(stacks)
    aws.done()


def change_set(aws: Script, execution_status: str | None) -> None:
    answer = {"ChangeSetName": "pg-1", "ChangeSetId": SET, "StackId": STACK, "Status": "X"}
    if execution_status is not None:
        answer["ExecutionStatus"] = execution_status
    aws.answers("describe_change_set", BOTH, answer)


def no_change_set(aws: Script) -> None:
    aws.fails("describe_change_set", "ChangeSetNotFound", "ChangeSet [pg-1] does not exist")


def stack(aws: Script, status: str) -> None:
    found = {"StackName": "shop", "StackId": STACK, "StackStatus": status, "CreationTime": TIME}
    aws.answers("describe_stacks", NAMED, {"Stacks": [found]})


def no_stack(aws: Script) -> None:
    aws.fails("describe_stacks", "ValidationError", NO_STACK)


def event(aws: Script, token: str) -> None:
    found = {
        "StackId": STACK,
        "StackName": "shop",
        "EventId": "1",
        "Timestamp": TIME,
        "ClientRequestToken": token,
    }
    aws.answers("describe_stack_events", NAMED, {"StackEvents": [found]})


def both(*steps: Callable[[Script], None]) -> Callable[[Script], None]:
    def look(aws: Script) -> None:
        for step in steps:
            step(aws)

    return look


def our_event(aws: Script) -> None:
    event(aws, "token")


def other_event(aws: Script) -> None:
    event(aws, "another")


HAPPENED: dict[str, tuple[Write, str, Callable[[Script], None]]] = {
    "a change set is there by its name": (
        create,
        "create_change_set",
        lambda aws: change_set(aws, None),
    ),
    "a change set is being executed": (
        execute,
        "execute_change_set",
        lambda aws: change_set(aws, "EXECUTE_IN_PROGRESS"),
    ),
    "a change set is gone, and the stack moves by our token": (
        execute,
        "execute_change_set",
        both(no_change_set, our_event),
    ),
    "a stack is on its way out": (
        delete,
        "delete_stack",
        lambda aws: stack(aws, "DELETE_IN_PROGRESS"),
    ),
    "a stack is gone": (delete, "delete_stack", no_stack),
    "a stack could not be deleted, by our token": (
        delete,
        "delete_stack",
        both(lambda aws: stack(aws, "DELETE_FAILED"), our_event),
    ),
    "a stack rolls back by our token": (roll_back, "rollback_stack", our_event),
    "a rollback goes on by our token": (go_on, "continue_update_rollback", our_event),
    "an update is cancelled by our token": (cancel, "cancel_update_stack", our_event),
}


@pytest.mark.parametrize(("write", "operation", "look"), HAPPENED.values(), ids=HAPPENED.keys())
def test_a_lost_reply_is_settled_when(
    aws: Script,
    stacks: Stacks,
    write: Write,
    operation: str,
    look: Callable[[Script], None],
) -> None:
    aws.loses(operation)
    look(aws)
    write(stacks)
    aws.done()


NOT_HAPPENED: dict[str, tuple[Write, str, dict[str, Any], Callable[[Script], None]]] = {
    "a change set is not there": (create, "create_change_set", ASKED_UPDATE, no_change_set),
    "a change set waits still": (
        execute,
        "execute_change_set",
        EXECUTE,
        both(lambda aws: change_set(aws, "AVAILABLE"), other_event),
    ),
    "a stack could not be deleted before": (
        delete,
        "delete_stack",
        TOKEN,
        both(lambda aws: stack(aws, "DELETE_FAILED"), other_event),
    ),
    "a stack does not roll back by our token": (
        roll_back,
        "rollback_stack",
        {**TOKEN, "RetainExceptOnCreate": True},
        other_event,
    ),
    "protection shows in nothing, and may be switched twice": (
        protect,
        "update_termination_protection",
        {**NAMED, "EnableTerminationProtection": True},
        lambda _aws: None,
    ),
}


@pytest.mark.parametrize(
    ("write", "operation", "asked", "look"), NOT_HAPPENED.values(), ids=NOT_HAPPENED.keys()
)
def test_a_lost_write_is_sent_again_as_it_was_when(
    aws: Script,
    stacks: Stacks,
    write: Write,
    operation: str,
    asked: dict[str, Any],
    look: Callable[[Script], None],
) -> None:
    aws.loses(operation)
    look(aws)
    aws.answers(operation, asked)
    write(stacks)
    aws.done()


def test_a_change_set_that_is_there_when_it_is_sent_again_is_ours(
    aws: Script, stacks: Stacks
) -> None:
    aws.loses("create_change_set")
    no_change_set(aws)
    aws.fails("create_change_set", "AlreadyExistsException", "ChangeSet pg-1 already exists")
    change_set(aws, "AVAILABLE")
    stacks.create_change_set(UPDATE)
    aws.done()


def test_an_execution_whose_set_is_gone_by_another_hand_has_moved(
    aws: Script, stacks: Stacks
) -> None:
    aws.loses("execute_change_set")
    no_change_set(aws)
    other_event(aws)
    aws.fails("execute_change_set", "ChangeSetNotFound", "ChangeSet [pg-1] does not exist")
    no_change_set(aws)
    other_event(aws)
    with pytest.raises(Moved):
        execute(stacks)
    aws.done()


MOVED: dict[str, tuple[Write, str, str, str]] = {
    "a change set of a stack that is at work": (
        create,
        "create_change_set",
        "ValidationError",
        f"Stack:{STACK} is in UPDATE_IN_PROGRESS state and can not be updated.",
    ),
    "a change set of a stack that is gone": (
        create,
        "create_change_set",
        "ValidationError",
        NO_STACK,
    ),
    "an execution of a change set that is gone": (
        execute,
        "execute_change_set",
        "ChangeSetNotFound",
        "ChangeSet [pg-1] does not exist",
    ),
    "an execution of a change set that is obsolete": (
        execute,
        "execute_change_set",
        "InvalidChangeSetStatus",
        "ChangeSet [pg-1] cannot be executed in its current execution status of [OBSOLETE]",
    ),
    "protection of a stack that is gone": (
        protect,
        "update_termination_protection",
        "ValidationError",
        NO_STACK,
    ),
    "a deletion of a stack that is at work": (
        delete,
        "delete_stack",
        "ValidationError",
        f"Stack [{STACK}] cannot be deleted while in status UPDATE_IN_PROGRESS",
    ),
    "a rollback of a stack at rest": (
        roll_back,
        "rollback_stack",
        "ValidationError",
        "RollbackUpdatedStack cannot be called from current stack status",
    ),
    "a cancellation of an update that has ended": (
        cancel,
        "cancel_update_stack",
        "ValidationError",
        "CancelUpdateStack cannot be called from current stack status",
    ),
}


@pytest.mark.parametrize(
    ("write", "operation", "code", "message"), MOVED.values(), ids=MOVED.keys()
)
def test_has_moved(
    aws: Script, stacks: Stacks, write: Write, operation: str, code: str, message: str
) -> None:
    aws.fails(operation, code, message)
    with pytest.raises(Moved):
        write(stacks)
    aws.done()


GONE: dict[str, tuple[Write, str, str, str]] = {
    "a change set": (
        delete_change_set,
        "delete_change_set",
        "ChangeSetNotFound",
        "ChangeSet [pg-1] does not exist",
    ),
    "a stack": (delete, "delete_stack", "ValidationError", NO_STACK),
}


@pytest.mark.parametrize(("write", "operation", "code", "message"), GONE.values(), ids=GONE.keys())
def test_that_is_gone_counts_as_deleted(
    aws: Script, stacks: Stacks, write: Write, operation: str, code: str, message: str
) -> None:
    aws.fails(operation, code, message)
    write(stacks)
    aws.done()


def test_a_protected_stack_is_not_deleted(aws: Script, stacks: Stacks) -> None:
    message = f"Stack [{STACK}] cannot be deleted while TerminationProtection is enabled"
    aws.fails("delete_stack", "ValidationError", message)
    with pytest.raises(Rejected, match="TerminationProtection") as caught:
        delete(stacks)
    assert caught.value.code == "ValidationError"


def test_a_role_that_may_not_be_passed_is_named(aws: Script, stacks: Stacks) -> None:
    message = "User: me is not authorized to perform: iam:PassRole on resource: role"
    aws.fails("create_change_set", "AccessDenied", message, status=403)
    with pytest.raises(Denied) as caught:
        create(stacks)
    assert caught.value.action == "iam:PassRole"
