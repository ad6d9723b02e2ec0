"""The ways back: `deploy --recover` after a failed update, `deploy --cancel` during one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pipelinegen.errors import ExitCode
from tests.simulation.account import Account
from tests.simulation.deploying import (
    BRANCH,
    OLD,
    STACKS,
    Outcome,
    Person,
    asked,
    run,
    there,
    wanted,
    writes,
)

STACK = STACKS[BRANCH]
RESOURCE, OTHER = "BuildBuildProject", "PipelineRole"
BACK = f"stack '{STACK}' is back at its last good state"


def account(status: str, *, blocked: str = "", ends: str | None = None) -> Account:
    """Return an account whose stack is in a state; `blocked` cannot be rolled back."""
    found = Account()
    found.deployed(wanted(spec=OLD), status, ends=ends)
    if blocked:
        found.cloudformation.operations.failing[blocked, "rollback"] = "is in use"
    return found


def status(account: Account) -> str:
    stack = there(account)
    assert stack is not None
    return stack.status


def recovered(account: Account, *refuses: str) -> Outcome:
    return run(account, person=Person(refuses=refuses), recover=True)


WAYS = {
    "what --no-rollback left": ("UPDATE_FAILED", "RollbackStack"),
    "a rollback that failed": ("UPDATE_ROLLBACK_FAILED", "ContinueUpdateRollback"),
}


@pytest.mark.parametrize(("state", "operation"), WAYS.values(), ids=WAYS)
def test_back_then_forward(state: str, operation: str) -> None:
    """A failed update is rolled back as a whole, then the stack is deployed."""
    world = account(state)
    outcome = recovered(world)
    assert outcome.end.status == "UPDATE_COMPLETE"
    assert writes(world) == [operation, "CreateChangeSet", "ExecuteChangeSet"]
    assert outcome.said == [BACK]
    assert outcome.person.asked == [
        f"Roll '{STACK}' back to what it was before the failed update?",
        f"Deploy stack '{STACK}'?",
    ]
    assert "ResourcesToSkip" not in asked(world, operation)[0]


@pytest.mark.parametrize(("state", "operation"), WAYS.values(), ids=WAYS)
def test_what_fails_again_is_left_out_by_consent(state: str, operation: str) -> None:
    """Only what fails again is skipped, once its reason was shown and the user agreed."""
    world = account(state, blocked=RESOURCE)
    outcome = recovered(world)
    assert outcome.end.status == "UPDATE_COMPLETE"
    assert outcome.said == [f"'{RESOURCE}' cannot be rolled back: is in use", BACK]
    assert outcome.person.asked[1] == (
        f"Roll back without '{RESOURCE}'? They stay as they are, and differ from the template"
    )
    assert writes(world)[:2] == [operation, "ContinueUpdateRollback"]
    last = asked(world, "ContinueUpdateRollback")[-1]
    assert last["ResourcesToSkip"] == [RESOURCE]
    tokens = {one["ClientRequestToken"] for one in asked(world, operation)} | {
        last["ClientRequestToken"]
    }
    assert len(tokens) == 2


NOES = {
    "to the rollback": ("to what it was", [], "UPDATE_ROLLBACK_FAILED"),
    "to leaving a resource out": (
        "back without",
        ["ContinueUpdateRollback"],
        "UPDATE_ROLLBACK_FAILED",
    ),
    "to the deployment after it": (
        "Deploy",
        [
            "ContinueUpdateRollback",
            "ContinueUpdateRollback",
            "CreateChangeSet",
            "DeleteChangeSet",
        ],
        "UPDATE_ROLLBACK_COMPLETE",
    ),
}


@pytest.mark.parametrize(("word", "expected", "state"), NOES.values(), ids=NOES)
def test_answer_is_no(word: str, expected: list[str], state: str) -> None:
    """A no goes no step further."""
    world = account("UPDATE_ROLLBACK_FAILED", blocked=RESOURCE)
    assert recovered(world, word).code == ExitCode.NOT_CONFIRMED
    assert writes(world) == expected
    assert status(world) == state


def test_no_resource_says_why() -> None:
    """Nothing is left out blindly."""
    world = account("UPDATE_ROLLBACK_FAILED", blocked=RESOURCE)

    def repair(operation: str) -> None:
        stack = there(world)
        if operation == "ListStackResources" and stack is not None:
            stack.resources[RESOURCE].status = "UPDATE_COMPLETE"

    world.front.before = repair
    outcome = recovered(world)
    assert outcome.code == ExitCode.STACK_FAILED
    assert outcome.text == (
        f"stack '{STACK}' cannot be rolled back, and no resource says why; "
        "see the stack in the AWS console"
    )


def test_rollback_that_fails_for_good() -> None:
    """If even the rest cannot be rolled back, the cause is told and the same way stays open."""
    world = account("UPDATE_ROLLBACK_FAILED", blocked=RESOURCE)

    def break_another(operation: str) -> None:
        if operation == "ListStackResources":
            world.cloudformation.operations.failing[OTHER, "rollback"] = "is gone"

    world.front.before = break_another
    outcome = recovered(world)
    assert (outcome.code, outcome.end.status) == (ExitCode.STACK_FAILED, "UPDATE_ROLLBACK_FAILED")
    assert outcome.end.cause is not None
    assert (outcome.end.cause.event.logical_id, outcome.end.cause.event.reason) == (
        OTHER,
        "is gone",
    )
    assert outcome.end.next_command == "pipelinegen deploy -b feature/login --recover"


def test_nothing_to_recover() -> None:
    """A stack that is well is simply deployed."""
    world = account("UPDATE_COMPLETE")
    outcome = recovered(world)
    assert outcome.end.status == "UPDATE_COMPLETE"
    assert outcome.person.asked == [f"Deploy stack '{STACK}'?"]


def cancelled(account: Account) -> Outcome:
    return run(account, cancel=True)


def test_cancel() -> None:
    """An update that is under way is taken back and followed; nothing else is begun."""
    world = account("UPDATE_IN_PROGRESS", ends="UPDATE_COMPLETE")
    outcome = cancelled(world)
    assert (outcome.code, outcome.end.status) == (ExitCode.DONE, "UPDATE_ROLLBACK_COMPLETE")
    assert outcome.end.remarks == ("the update was cancelled; the previous pipeline is in place",)
    assert outcome.end.elapsed > 0
    assert outcome.end.next_command == "pipelinegen status -b feature/login"
    assert writes(world) == ["CancelUpdateStack"]
    assert outcome.person.asked == []


def test_cancel_that_fails() -> None:
    """A way back that fails is a failure, with the way on."""
    outcome = cancelled(account("UPDATE_IN_PROGRESS", blocked=RESOURCE, ends="UPDATE_COMPLETE"))
    assert (outcome.code, outcome.end.status) == (ExitCode.STACK_FAILED, "UPDATE_ROLLBACK_FAILED")
    assert outcome.end.next_command == "pipelinegen deploy -b feature/login --recover"


NOTHING_UNDER_WAY: dict[str, tuple[Callable[[], Account], str]] = {
    "no stack": (Account, "absent"),
    "a stack at rest": (lambda: account("UPDATE_COMPLETE"), "UPDATE_COMPLETE"),
    "a rollback": (
        lambda: account("UPDATE_ROLLBACK_IN_PROGRESS", ends="UPDATE_ROLLBACK_COMPLETE"),
        "UPDATE_ROLLBACK_IN_PROGRESS",
    ),
}


@pytest.mark.parametrize(("make", "expected"), NOTHING_UNDER_WAY.values(), ids=NOTHING_UNDER_WAY)
def test_nothing_to_cancel(make: Callable[[], Any], expected: str) -> None:
    """Where no update is under way there is nothing to do, which is success."""
    world = make()
    outcome = cancelled(world)
    assert (outcome.code, outcome.end.status) == (ExitCode.DONE, expected)
    assert outcome.end.remarks == ("no update is under way",)
    assert writes(world) == []


def test_create_cannot_be_cancelled() -> None:
    """A stack that is being created can only be destroyed."""
    world = account("CREATE_IN_PROGRESS", ends="CREATE_COMPLETE")
    outcome = cancelled(world)
    assert outcome.code == ExitCode.STACK_FAILED
    assert outcome.text == (
        f"stack '{STACK}' is being created, and only an update can be cancelled; "
        "remove it with: pipelinegen destroy -b feature/login"
    )
    assert writes(world) == []
