"""Whatever goes wrong in whatever state: the stack is as wanted, or a message says what to do.

Each state of a stack is deployed to once without faults; then again for every call that this took
(the first, a middle one and the last of each operation) and every kind of fault. After a kill, or a
login that expired, the same command is run once more, as a user would.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

import pytest

from pipelinegen.compiler import Compilation, compile_spec
from pipelinegen.deployment import Deployment, deployment, recorded
from pipelinegen.errors import ExitCode, PipelinegenError
from pipelinegen.life_cycle.change_sets import DEPLOYS
from pipelinegen.life_cycle.deploy import deploy
from pipelinegen.life_cycle.run import Options
from pipelinegen.progress import Progress
from pipelinegen.stack_states import STEPS, Step, step_for
from tests.simulation.account import Account
from tests.simulation.front import FAULTS, Fault, Killed

SPEC = b"""
pipeline: shop
branches: [{branch: main, protected: true}, {branch: feature/*}]
sources: [{codecommit: {repository-name: shop}}]
stages:
  - stage: Build
    actions: [{codebuild: {buildspec: %s.yml}}]
"""
AFTER_WORK = {
    "CREATE_IN_PROGRESS": "CREATE_COMPLETE",
    "DELETE_IN_PROGRESS": "DELETE_COMPLETE",
    "IMPORT_IN_PROGRESS": "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_IN_PROGRESS": "IMPORT_ROLLBACK_COMPLETE",
    "ROLLBACK_IN_PROGRESS": "ROLLBACK_COMPLETE",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": "UPDATE_COMPLETE",
    "UPDATE_IN_PROGRESS": "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": "UPDATE_ROLLBACK_COMPLETE",
    "UPDATE_ROLLBACK_IN_PROGRESS": "UPDATE_ROLLBACK_COMPLETE",
}
EMPTY = ("ROLLBACK_COMPLETE", "ROLLBACK_IN_PROGRESS")
"""States in which no resource is alive, or soon none will be."""

CASES = ["absent", "current", *STEPS]
BRANCHES = ("feature/login", "main")
NEEDS_A_PERSON = (Step.RECOVER, Step.DESTROY, Step.HELP)


class Yes:
    """Somebody who agrees."""

    def confirm(self, question: str) -> None:
        assert question.endswith("?")

    def confirm_by_name(self, question: str, name: str) -> None:
        assert name in question


@dataclass(slots=True)
class Outcome:
    """How a run ended: its exit code, or that it was killed, and what it said."""

    code: int | None
    said: str
    progress: list[Progress] = field(default_factory=list)


@cache
def compiled(buildspec: bytes) -> Compilation:
    return compile_spec("pipelinegen.yaml", SPEC % buildspec)


@cache
def wanted(branch: str, buildspec: bytes = b"new") -> Deployment:
    found = compiled(buildspec)
    assert found.spec is not None
    assert found.template is not None
    return deployment(found.spec, found.template, branch, values={}, role_arn=None)


def arranged(case: str, branch: str) -> Account:
    """Return an account whose stack of the branch is in the state of a case."""
    account = Account()
    if case == "absent":
        return account
    if case == "REVIEW_IN_PROGRESS":
        account.cloudformation.add(wanted(branch).stack, case)
        return account
    if case == "current":
        account.deployed(wanted(branch), "UPDATE_COMPLETE", protected=branch == "main")
        return account
    stack = account.deployed(wanted(branch, b"old"), case, ends=AFTER_WORK.get(case))
    if case in EMPTY:
        for resource in stack.resources.values():
            resource.status = "DELETE_COMPLETE"
    return account


def run(account: Account, branch: str, number: str, options: Options | None = None) -> Outcome:
    """Deploy once, as one process would."""
    progress: list[Progress] = []
    spec = compiled(b"new").spec
    assert spec is not None
    try:
        ended = deploy(
            wanted(branch),
            account.connection(number),
            Yes(),
            progress.append,
            options or Options(),
            spec=spec,
            locate=lambda _logical_id: None,
        )
    except Killed:
        return Outcome(None, "", progress)
    except PipelinegenError as fault:
        return Outcome(int(fault.exit_code), str(fault), progress)
    progress.append(ended)
    return Outcome(ended.exit_code, f"{ended.message}; {ended.next_command}", progress)


def matrix(branch: str, case: str) -> Iterator[Fault]:
    """Yield the faults of a case: those that can befall a call that the case takes."""
    account = arranged(case, branch)
    run(account, branch, "0000")
    counts = Counter(operation for operation, _ in account.front.calls)
    for operation, count in counts.items():
        for number in sorted({0, count // 2, count - 1}):
            for kind in FAULTS:
                yield Fault(operation, number, kind)


def judge(account: Account, branch: str, expected: Outcome, found: Outcome) -> None:
    """Hold the end against the laws."""
    stacks = account.cloudformation.stacks.values()
    alive = account.cloudformation.named(wanted(branch).stack)
    assert found.code == expected.code, found.said
    if expected.code == ExitCode.DONE:
        assert alive is not None
        assert alive.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE")
        assert recorded(alive.body)["fingerprint"] == wanted(branch).fingerprint
        assert alive.protected == (branch == "main")
    else:
        assert "pipelinegen " in found.said or "console" in found.said
    for stack in stacks:
        left = [one for one in stack.change_sets.values() if one.asked["Description"] == DEPLOYS]
        assert left == [] or stack.status == "DELETE_COMPLETE"
    assert sum(one.name == wanted(branch).stack for one in stacks if _lives(one.status)) <= 1


def _lives(status: str) -> bool:
    return status != "DELETE_COMPLETE"


def operations(account: Account) -> int:
    """Return how many stack operations were begun."""
    return sum(stack.operations for stack in account.cloudformation.stacks.values())


@pytest.mark.parametrize("branch", BRANCHES)
@pytest.mark.parametrize("case", CASES)
def test_without_faults(case: str, branch: str) -> None:
    """Every state leads to the wanted stack, or to a message with a way out."""
    account = arranged(case, branch)
    outcome = run(account, branch, "0000")
    step = step_for(AFTER_WORK.get(case, case)) if case in STEPS else Step.CREATE
    stops = step in NEEDS_A_PERSON or (step is Step.REPLACE and case not in EMPTY)
    expected = Outcome(ExitCode.STACK_FAILED if stops else ExitCode.DONE, "")
    judge(account, branch, expected, outcome)
    if case == "current":
        assert operations(account) == 0


@pytest.mark.parametrize("branch", BRANCHES)
@pytest.mark.parametrize("case", CASES)
def test_faults(case: str, branch: str) -> None:
    """Each call of each case goes wrong in each way, once."""
    plain = arranged(case, branch)
    expected = run(plain, branch, "0000")
    size = 0
    for fault in matrix(branch, case):
        size += 1
        account = arranged(case, branch)
        account.front.fault = fault
        found = run(account, branch, "0000")
        assert account.front.fault is None, f"{fault} did not befall"
        if found.code is None or fault.kind == "token expired":
            assert found.code in (None, ExitCode.DONE, ExitCode.ENVIRONMENT, expected.code), fault
            account.front.forget()
            found = run(account, branch, "0001")
        try:
            judge(account, branch, expected, found)
            assert operations(account) <= operations(plain)
        except AssertionError as wrong:
            raise AssertionError(f"{fault}: {found.said}") from wrong
    assert size >= 2 * len(FAULTS)
