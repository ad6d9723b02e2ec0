"""What deploy does where it could leave something behind, or say what is not so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from pipelinegen.compiler import compile_spec
from pipelinegen.deployment import Deployment, deployment, fingerprint
from pipelinegen.errors import ExitCode, PipelinegenError
from pipelinegen.life_cycle.deploy import deploy
from pipelinegen.life_cycle.preview import preview
from pipelinegen.life_cycle.run import Options, Run
from pipelinegen.life_cycle.waits import waits_for
from pipelinegen.progress import Asked, Progress, Said
from pipelinegen.records import ChangeSet, ResourceChange, StackEvent
from pipelinegen.services import Connection
from tests.simulation.account import Account
from tests.simulation.front import error
from tests.test_fault_matrix import SPEC, Yes, compiled, wanted

PARAMETERS = SPEC + b"parameters: {Size: {type: String}}\n"


class Around:
    """services.Stacks of which some methods are others."""

    def __init__(self, stacks: Any, **others: Any) -> None:
        self._stacks = stacks
        self._others = others

    def __getattr__(self, name: str) -> Any:
        return self._others.get(name) or getattr(self._stacks, name)


def around(connection: Connection, **others: Any) -> Connection:
    stacks: Any = Around(connection.stacks, **others)
    return replace(connection, stacks=stacks)


def gone_through(
    account: Account,
    *,
    branch: str = "feature/login",
    options: Options | None = None,
    connection: Connection | None = None,
    questions: Any = None,
    what: Deployment | None = None,
    report: Callable[[Progress], None] | None = None,
) -> tuple[int, str]:
    """Deploy once; return the exit code and what was said, the next command last."""
    said: list[str] = []

    def hear(progress: Progress) -> None:
        if isinstance(progress, Said):
            said.append(progress.message)
        if report is not None:
            report(progress)

    spec = compiled(b"new").spec
    assert spec is not None
    try:
        ended = deploy(
            what or wanted(branch),
            connection or account.connection(),
            questions or Yes(),
            hear,
            options or Options(),
            spec=spec,
            locate=lambda _logical_id: None,
        )
    except PipelinegenError as fault:
        return int(fault.exit_code), "; ".join([*said, str(fault)])
    except KeyboardInterrupt:  # it would end all tests
        pytest.fail("nobody told what was interrupted")
    return ended.exit_code, "; ".join([*said, ended.message, *ended.remarks, ended.next_command])


def interrupt(*_arguments: object, **_more: object) -> Any:
    """Be a call, or an answer, during which Ctrl-C is pressed."""
    raise KeyboardInterrupt


def left(account: Account) -> list[str]:
    """Return the stacks that are there and their change sets."""
    alive = list(account.cloudformation.stacks.values())
    found = [one.name for one in alive if one.status == "REVIEW_IN_PROGRESS"]
    return found + [name for one in alive for name in one.change_sets]


def settle(account: Account) -> None:
    """Let time pass until nothing is under way."""
    account.time.sleep(600)
    account.cloudformation.named("any")


def ending_in(account: Account, status: str) -> str:
    """Put the stack of the branch there with the old template and return its id."""
    return account.deployed(wanted("feature/login", b"old"), status).id


@pytest.mark.parametrize("operation", ["ExecuteChangeSet", "UpdateTerminationProtection"])
def test_what_may_not_be_executed_is_taken_back(operation: str) -> None:
    """A right that is lacking after the question leaves no change set and no empty stack."""
    account = Account()
    account.front.denied.add(operation)
    code, said = gone_through(account, branch="main")
    assert (code, operation in said) == (ExitCode.ENVIRONMENT, True)
    settle(account)
    assert left(account) == []


@pytest.mark.parametrize("call", ["protect", "events"])
def test_interrupted_between_the_answer_and_the_execution(call: str) -> None:
    """Ctrl-C before the execution was asked for takes back the change set and the empty stack."""
    account = Account()
    connection = around(account.connection(), **{call: interrupt})
    code, said = gone_through(account, branch="main", connection=connection)
    assert (code, "was not executed" in said) == (ExitCode.INTERRUPTED, True)
    settle(account)
    assert left(account) == []


def test_interrupted_while_detaching() -> None:
    """Ctrl-C while the execution is asked for tells that it may go on, also with --detach."""
    account = Account()
    options = Options(detach=True)
    connection = around(account.connection(), execute=interrupt)
    code, said = gone_through(account, options=options, connection=connection)
    assert code == ExitCode.INTERRUPTED
    assert "goes on in AWS" in said


def test_interrupted_while_it_goes_on() -> None:
    """Ctrl-C while the stack is at work leaves it to AWS, and takes nothing back."""
    account = Account()

    def pressed() -> None:
        if "ExecuteChangeSet" in {operation for operation, _ in account.front.calls}:
            raise KeyboardInterrupt

    account.time.on_sleep = pressed
    code, said = gone_through(account)
    assert (code, "goes on in AWS" in said) == (ExitCode.INTERRUPTED, True)
    account.time.on_sleep = lambda: None
    settle(account)
    stack = account.cloudformation.named(wanted("feature/login").stack)
    assert stack is not None
    assert stack.status == "CREATE_COMPLETE"


def test_interrupted_once_all_is_done() -> None:
    """Ctrl-C while the first run is watched does not hide how the deployment ended."""
    account = Account()
    pipelines: Any = Around(None, stages=interrupt)
    connection = replace(account.connection(), pipelines=pipelines)
    code, said = gone_through(account, connection=connection)
    assert code == ExitCode.INTERRUPTED
    assert "is CREATE_COMPLETE" in said
    assert "nothing was changed" not in said


class Busy:
    """DeleteChangeSet as AWS has it: what is being worked out cannot be deleted.

    https://github.com/mweagle/Sparta/issues/45
    """

    def __init__(self, account: Account) -> None:
        self._account = account
        self._delete = account.cloudformation.delete_change_set

    def __call__(self, **asked: Any) -> Any:
        account = self._account.cloudformation
        found = account.describe_change_set(**asked)
        if found["Status"] == "CREATE_IN_PROGRESS":
            text = "Cannot delete ChangeSet in status CREATE_IN_PROGRESS"
            raise error("DeleteChangeSet", "InvalidChangeSetStatus", text)
        return self._delete(**asked)


def test_interrupted_while_the_change_set_is_worked_out() -> None:
    """What AWS does not delete yet is deleted once it does."""
    account = Account()
    account.cloudformation.delete_change_set = Busy(account)  # type: ignore[method-assign]
    pauses = iter([interrupt])
    account.time.on_sleep = lambda: next(pauses, lambda: None)()
    code, said = gone_through(account)
    assert (code, said) == (ExitCode.INTERRUPTED, "interrupted; nothing was changed")
    settle(account)
    assert left(account) == []


def test_change_set_that_is_never_worked_out() -> None:
    """A change set that AWS never finishes is named as left behind, after a while."""
    account = Account()
    account.cloudformation.delete_change_set = Busy(account)  # type: ignore[method-assign]

    def never(**asked: Any) -> Any:
        made = account.cloudformation.named(asked["StackName"])
        assert made is not None
        for one in made.change_sets.values():
            one.ready = float("inf")
        return describe(**asked)

    describe = account.cloudformation.describe_change_set
    account.cloudformation.describe_change_set = never  # type: ignore[method-assign]
    code, said = gone_through(account, options=Options(minutes=5))
    assert code == ExitCode.STACK_FAILED
    assert "may be left in stack" in said


def test_update_that_ends_before_it_is_cancelled() -> None:
    """An update that was faster than --cancel is no bug of ours."""
    account = Account()
    stack = account.deployed(
        wanted("feature/login", b"old"), "UPDATE_IN_PROGRESS", ends="UPDATE_COMPLETE"
    )
    connection = account.connection()

    def late(*arguments: Any, **more: Any) -> None:
        settle(account)
        connection.stacks.cancel_update(*arguments, **more)

    options = Options(cancel=True)
    code, said = gone_through(
        account, options=options, connection=around(connection, cancel_update=late)
    )
    assert (code, "no update is under way" in said) == (ExitCode.DONE, True)
    assert stack.status == "UPDATE_COMPLETE"


def test_failed_update_that_changes_nothing() -> None:
    """A stack that stopped half way is no success because there is nothing more to change."""
    account = Account()
    account.deployed(wanted("feature/login"), "UPDATE_FAILED")
    code, said = gone_through(account)
    assert code == ExitCode.STACK_FAILED
    assert said.endswith("pipelinegen deploy -b feature/login --recover")
    assert left(account) == []


def test_saved_change_set_of_a_failed_update() -> None:
    """The way forward by a saved change set executes that one, and makes no other."""
    account = Account()
    ending_in(account, "UPDATE_FAILED")
    code, said = gone_through(account, options=Options(execute=False))
    assert code == ExitCode.DONE
    name = said.split()[-1]
    account.front.forget()
    code, said = gone_through(
        account, options=Options(change_set=name), connection=account.connection("0002")
    )
    assert code == ExitCode.DONE, said
    calls = [arguments for operation, arguments in account.front.calls if "Change" in operation]
    assert {one["ChangeSetName"] for one in calls if "ChangeSetName" in one} == {name}


def test_saved_change_set_that_is_not_there() -> None:
    """Nothing is deleted for a change set that the stack does not have."""
    account = Account()
    stack = account.deployed(wanted("feature/login", b"old"), "ROLLBACK_COMPLETE")
    for resource in stack.resources.values():
        resource.status = "DELETE_COMPLETE"
    code, said = gone_through(account, options=Options(change_set="pg-1"))
    assert (code, "has no change set 'pg-1'" in said) == (ExitCode.STACK_FAILED, True)
    assert stack.status == "ROLLBACK_COMPLETE"


def test_change_sets_that_may_not_be_listed() -> None:
    """What an earlier run left is not worth a deployment."""
    account = Account()
    ending_in(account, "UPDATE_COMPLETE")
    account.front.denied.add("ListChangeSets")
    code, said = gone_through(account)
    assert (code, "cloudformation:ListChangeSets" in said) == (ExitCode.DONE, True)


def test_create_that_could_not_be_deleted_again() -> None:
    """The next command is one that can do something about the state."""
    account = Account()
    connection = account.connection()

    def stuck(*arguments: Any, **more: Any) -> None:
        connection.stacks.execute(*arguments, **more)
        (stack,) = account.cloudformation.stacks.values()
        stack.due.clear()
        account.cloudformation.operations.end(stack, "DELETE_FAILED", account.time.now() + 9)

    code, said = gone_through(account, connection=around(connection, execute=stuck))
    assert code == ExitCode.STACK_FAILED
    assert said.endswith("pipelinegen destroy -b feature/login")


def test_record_older_than_the_events() -> None:
    """A stack that was read before its update began does not tell how that ended."""
    account = Account()
    ending_in(account, "UPDATE_COMPLETE")
    account.cloudformation.operations.failing["Pipeline", "update"] = "no"
    account.cloudformation.operations.failing["BuildBuildProject", "update"] = "no"
    connection = account.connection()
    before: list[Any] = []
    begun: list[bool] = []

    def execute(*arguments: Any, **more: Any) -> None:
        before.append(connection.stacks.find(arguments[0]))
        connection.stacks.execute(*arguments, **more)
        begun.append(True)

    def find(stack: str) -> Any:
        return before.pop() if before else connection.stacks.find(stack)

    def events(stack: str) -> Iterator[StackEvent]:
        if begun:  # AWS was too busy for a while
            settle(account)
        return connection.stacks.events(stack)

    late = around(connection, execute=execute, find=find, events=events)
    code, said = gone_through(account, connection=late)
    assert (code, "rolled back" in said) == (ExitCode.STACK_FAILED, True)


def test_property_that_is_called_as_an_attribute() -> None:
    """A DependsOn within properties has a form of its own."""
    inner = {"DependsOn": [{"ContainerName": {"Ref": "B"}}, "C"]}
    body = {"Resources": {"A": {"DependsOn": "D", "Properties": inner}}}
    changes = tuple(ResourceChange(name, "T", "Add") for name in "ABCD")
    found = waits_for(
        body, ChangeSet("n", "i", "s", "CREATE_COMPLETE", "AVAILABLE", changes=changes)
    )
    assert found["A"] == ("B", "C", "D")


def test_preview_where_the_template_may_not_be_read() -> None:
    """The tags are enough to know the stack by."""
    account = Account()
    ending_in(account, "UPDATE_COMPLETE")
    account.front.denied.add("GetTemplate")
    said: list[Progress] = []
    spec = compiled(b"new").spec
    assert spec is not None
    run = Run(
        wanted("feature/login"),
        account.connection(),
        Yes(),
        said.append,
        Options(),
        spec,
        lambda _logical_id: None,
    )
    assert [one.logical_id for one in preview(run)] != []
    assert any(isinstance(one, Said) and "GetTemplate" in one.message for one in said)


def test_empty_stack_is_not_asked_for_its_template() -> None:
    """A stack that waits for its first change set has no template to ask for."""
    account = Account()
    account.cloudformation.add(wanted("feature/login").stack, "REVIEW_IN_PROGRESS")
    assert gone_through(account)[0] == ExitCode.DONE
    assert "GetTemplate" not in {operation for operation, _ in account.front.calls}


def with_size(**values: str) -> Deployment:
    found = compile_spec("pipelinegen.yaml", PARAMETERS % b"new")
    assert found.spec is not None
    assert found.template is not None
    return deployment(found.spec, found.template, "feature/login", values=values, role_arn=None)


def test_empty_stack_keeps_no_values() -> None:
    """UsePreviousValue is for updates: a create wants a value, whatever the empty stack shows."""
    account = Account()
    stack = account.cloudformation.add(with_size().stack, "REVIEW_IN_PROGRESS")
    stack.parameters = {"Size": "1"}
    code, said = gone_through(account, what=with_size())
    assert (code, "--parameter Size=VALUE" in said) == (ExitCode.USAGE, True)


SECRETS = {"true as YAML has it": True, "true as a text": "true"}


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS.keys())
def test_secret_is_not_in_the_fingerprint(secret: object) -> None:
    """All who may read a template could find a short secret by trying."""
    body: dict[str, Any] = {"Parameters": {"Pin": {"NoEcho": secret}, "Size": {}}, "Resources": {}}

    def told(**given: str) -> str:
        return fingerprint(body, given, {}, (), None)

    assert told(Pin="1", Size="1") == told(Pin="2", Size="1")
    assert told(Pin="1", Size="1") != told(Pin="1", Size="2")


def test_second_withdrawal_of_one_run() -> None:
    """Each empty stack is deleted under a token of its own, and one that is protected, too."""
    account = Account()
    connection = account.connection()
    refused = iter([True])

    def execute(*arguments: Any, **more: Any) -> None:
        if next(refused, False):
            account.cloudformation.delete_change_set(
                StackName=arguments[0], ChangeSetName=arguments[1]
            )
        connection.stacks.execute(*arguments, **more)

    asked: list[Progress] = []

    def report(progress: Progress) -> None:
        asked.extend([progress] if isinstance(progress, Asked) else [])
        if len(asked) == 2:
            raise KeyboardInterrupt

    code, said = gone_through(
        account, branch="main", connection=around(connection, execute=execute), report=report
    )
    assert code == ExitCode.INTERRUPTED, said
    settle(account)
    assert left(account) == []
    deletions = [one for operation, one in account.front.calls if operation == "DeleteStack"]
    assert len({one["ClientRequestToken"] for one in deletions}) == len(deletions) == 2
