"""What a deployment would change, by the word of AWS, with nothing left behind."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipelinegen.errors import StackFailed
from pipelinegen.life_cycle.preview import preview
from pipelinegen.progress import Progress
from tests.simulation.account import Account
from tests.simulation.deploying import BRANCH, OLD, SPEC, STACKS, as_run, there, wanted, writes

STACK = STACKS[BRANCH]


def deployed(spec: str = OLD, *, status: str = "CREATE_COMPLETE") -> Account:
    account = Account()
    account.deployed(wanted(spec=spec), status)
    return account


def under_review() -> Account:
    account = Account()
    account.cloudformation.add(STACK, "REVIEW_IN_PROGRESS")
    return account


def changes(account: Account) -> list[str]:
    """Return the resources that a preview shows."""
    heard: list[Progress] = []
    found = [one.logical_id for one in preview(as_run(account, heard.append))]
    assert heard == []
    return found


def nothing_has_changed(account: Account, *, stays: bool) -> bool:
    """Tell whether no change set and no stack of ours is left."""
    account.time.sleep(60)
    stack = there(account)
    if stack is None or not stays:
        return stack is None and not stays
    return stack.change_sets == {} and stack.operations == 0


CASES: dict[str, tuple[Callable[[], Account], bool, list[str] | None]] = {
    "a stack that is there": (deployed, True, ["BuildBuildProject"]),
    "a stack that is current": (lambda: deployed(SPEC), True, []),
    "a stack that is not there": (Account, False, None),
    "a stack under review": (under_review, True, None),
}


@pytest.mark.parametrize(("make", "stays", "expected"), CASES.values(), ids=CASES)
def test_changes(make: Callable[[], Account], stays: bool, expected: list[str] | None) -> None:
    """The changes are those of a change set that goes again, with a stack that it made."""
    account = make()
    found = changes(account)
    assert "Pipeline" in found if expected is None else found == expected
    assert nothing_has_changed(account, stays=stays)
    assert "ExecuteChangeSet" not in writes(account)


def at_work_by_then() -> Account:
    account = deployed()

    def somebody_else(operation: str) -> None:
        stack = there(account)
        if operation == "CreateChangeSet" and stack is not None:
            stack.status = "UPDATE_IN_PROGRESS"

    account.front.before = somebody_else
    return account


def of_another_pipeline() -> Account:
    account = deployed()
    stack = there(account)
    assert stack is not None
    stack.tags = [{"Key": "pipelinegen:pipeline", "Value": "other"}]
    return account


def refusing() -> Account:
    account = deployed()
    account.cloudformation.refusal = "Validation failed"
    return account


REFUSALS = {
    "a stack at work": (
        lambda: deployed(status="UPDATE_IN_PROGRESS"),
        f"stack '{STACK}' is UPDATE_IN_PROGRESS, which takes no change set; "
        "compare the templates without --change-set",
    ),
    "a stack that is at work by then": (
        at_work_by_then,
        f"stack '{STACK}' is at work; try again when it is done",
    ),
    "a stack of another pipeline": (
        of_another_pipeline,
        f"stack '{STACK}' belongs to pipeline 'other'; it was left alone",
    ),
    "a change set that AWS refuses": (refusing, "AWS refuses the change set: Validation failed"),
}


@pytest.mark.parametrize(("make", "message"), REFUSALS.values(), ids=REFUSALS)
def test_refused(make: Callable[[], Account], message: str) -> None:
    """Where no change set can be made the reason is told, and nothing is left."""
    account = make()
    with pytest.raises(StackFailed) as caught:
        changes(account)
    assert str(caught.value) == message
    assert nothing_has_changed(account, stays=True)
