"""Ctrl-C at any moment: before the execution nothing is left, after it AWS goes on.

A deployment is carried out once, and then again for each of its calls and pauses, with Ctrl-C
pressed there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from pipelinegen.deployment import recorded
from pipelinegen.errors import ExitCode, Interrupted
from tests.simulation.account import Account
from tests.simulation.deploying import (
    BRANCH,
    OLD,
    PROTECTED,
    STACKS,
    Outcome,
    Person,
    run,
    there,
    wanted,
    writes,
)

MOMENTS = ("before a call", "after a call", "during a pause")
_ENOUGH = 10_000


def arranged(branch: str, *, new: bool) -> Account:
    account = Account()
    if not new:
        account.deployed(wanted(branch, OLD), "CREATE_COMPLETE")
    return account


def interrupt(account: Account, moment: str, number: int) -> Callable[[], int]:
    """Press Ctrl-C at the `number`th such moment; the answer tells how many have passed."""
    passed = 0

    def press(_operation: str = "") -> None:
        nonlocal passed
        passed += 1
        if passed == number + 1:
            raise KeyboardInterrupt

    if moment == "before a call":
        account.front.before = press
    elif moment == "after a call":
        account.front.after = press
    else:
        account.time.on_sleep = press
    return lambda: passed


def deployed(account: Account, branch: str) -> Outcome | None:
    """Deploy; None after Ctrl-C for which nobody had anything to say."""
    try:
        return run(account, wanted(branch))
    except KeyboardInterrupt:
        return None


def runs(branch: str, moment: str, *, new: bool) -> Iterator[tuple[int, Account, Outcome | None]]:
    """Yield each interrupted run of a deployment."""
    account = arranged(branch, new=new)
    passed = interrupt(account, moment, _ENOUGH)
    whole = deployed(account, branch)
    assert whole is not None
    assert whole.code == ExitCode.DONE
    for number in range(passed()):
        account = arranged(branch, new=new)
        interrupt(account, moment, number)
        yield number, account, deployed(account, branch)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("new", [True, False], ids=["a create", "an update"])
@pytest.mark.parametrize("branch", [BRANCH, PROTECTED])
def test_interrupted(branch: str, new: bool, moment: str) -> None:
    """Whenever it is pressed, the user knows what goes on; the same command, again, does it."""
    ends = set()
    for number, account, outcome in runs(branch, moment, new=new):
        where = f"{moment} {number}: {outcome and outcome.text}"
        assert outcome is None or outcome.code == ExitCode.INTERRUPTED, where
        sent = "ExecuteChangeSet" in writes(account)
        ends.add(sent)
        account.time.sleep(3_600)
        if outcome is not None and "is CREATE_COMPLETE" in outcome.text:
            assert "GetPipelineState" in _calls(account), where
        elif outcome is not None and "goes on in AWS" in outcome.text:
            assert outcome.text == _goes_on(branch), where
        else:
            assert not sent, where
            assert _as_before(account, branch, new=new), where
        _interrupt_nothing(account)
        again = run(account, wanted(branch), number="0002")
        assert again.code == ExitCode.DONE, where
        assert _as_wanted(account, branch), where
    assert ends == {True, False}


def _calls(account: Account) -> set[str]:
    return {operation for operation, _ in account.front.calls}


def _interrupt_nothing(account: Account) -> None:
    account.front.before = account.front.after = lambda _operation: None
    account.time.on_sleep = lambda: None


def _goes_on(branch: str) -> str:
    deploy = f"pipelinegen deploy -b {branch}"
    return (
        f"interrupted; what was begun in stack '{STACKS[branch]}' goes on in AWS. Follow it with: "
        f"{deploy}, or take an update back with: {deploy} --cancel"
    )


def _as_before(account: Account, branch: str, *, new: bool) -> bool:
    """Tell whether no stack is there that was not, and the one that was is untouched."""
    stack = there(account, branch)
    if stack is None or new:
        return stack is None and new
    return stack.operations == 0 and stack.change_sets == {}


def _as_wanted(account: Account, branch: str) -> bool:
    """Tell whether the one stack of the branch is what the spec says, after one operation."""
    stack = there(account, branch)
    return (
        stack is not None
        and stack.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE")
        and stack.change_sets == {}
        and stack.operations == 1
        and recorded(stack.body)["fingerprint"] == wanted(branch).fingerprint
    )


@pytest.mark.parametrize("new", [True, False], ids=["a create", "an update"])
def test_at_the_question(new: bool) -> None:
    """Ctrl-C at the question is a no that needs no words."""
    account = arranged(BRANCH, new=new)

    class Hasty(Person):
        def confirm(self, question: str) -> None:
            raise KeyboardInterrupt

    outcome = run(account, person=Hasty())
    assert isinstance(outcome.error, Interrupted)
    assert outcome.text == "interrupted; nothing was changed"
    account.time.sleep(60)
    assert (there(account) is None) == new
    assert "ExecuteChangeSet" not in writes(account)


def test_while_the_execution_is_asked_for() -> None:
    """Also with --detach nobody can tell whether the call arrived."""
    account = arranged(BRANCH, new=True)

    def press(operation: str) -> None:
        if operation == "ExecuteChangeSet":
            raise KeyboardInterrupt

    account.front.after = press
    outcome = run(account, detach=True)
    assert outcome.code == ExitCode.INTERRUPTED
    assert outcome.text == _goes_on(BRANCH)


def test_twice() -> None:
    """A second Ctrl-C, while we clean up after the first, ends the run at once."""
    account = arranged(BRANCH, new=True)

    def press(operation: str) -> None:
        if operation in ("DescribeChangeSet", "DeleteChangeSet"):
            raise KeyboardInterrupt

    account.front.before = press
    with pytest.raises(KeyboardInterrupt):
        run(account)


def test_while_another_run_is_followed() -> None:
    """What somebody else began is not touched."""
    account = Account()
    account.deployed(wanted(spec=OLD), "UPDATE_IN_PROGRESS", ends="UPDATE_COMPLETE")
    interrupt(account, "during a pause", 2)
    with pytest.raises((KeyboardInterrupt, Interrupted)):
        raise run(account).error or AssertionError("it was not interrupted")
    account.time.sleep(60)
    stack = there(account)
    assert stack is not None
    assert stack.status == "UPDATE_COMPLETE"
    assert writes(account) == []
