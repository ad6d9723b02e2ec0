"""The stack of a branch goes, and what belongs to it: looked at first, agreed to, then deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pipelinegen.diagnostics import Pointer, Severity
from pipelinegen.errors import ExitCode, Interrupted, NotConfirmed, StackFailed
from pipelinegen.life_cycle.deletion import delete, settle
from pipelinegen.life_cycle.destroy_plan import Plan
from pipelinegen.life_cycle.destroy_survey import survey
from pipelinegen.life_cycle.emptying import remove_buckets, remove_keys
from pipelinegen.life_cycle.ownership import refuse_foreign
from pipelinegen.life_cycle.quiet import quiet
from pipelinegen.life_cycle.removal import Options, Removal, Target
from pipelinegen.life_cycle.root_cause import cause
from pipelinegen.life_cycle.run import list_command
from pipelinegen.life_cycle.service_logs import existing_logs, remove_logs
from pipelinegen.progress import Asked, Ended, Report, Started
from pipelinegen.records import StackEvent, StackRecord, StackResource
from pipelinegen.services import Connection, Questions

_GONE = "DELETE_COMPLETE"
_BLOCKED = "DELETE_FAILED"


def destroy(
    target: Target,
    connection: Connection,
    questions: Questions,
    report: Report,
    options: Options,
    *,
    locate: Callable[[str], Pointer | None],
) -> Ended:
    """Delete the stack of one branch, with what it holds, and return how that ended.

    Begun again after whatever stopped it, it goes on where it was. Raises StackFailed before
    anything is deleted where something has to be done first, NotConfirmed, Interrupted, UsageError.
    """
    removal = Removal(target, connection, questions, report, options, locate)
    report(Started("destroy", target.stack, target.branch, connection.identity))
    with _leaving("interrupted; this run deleted nothing"):
        plan = _plan(removal)
        if plan is None:
            others = list_command(options.again)
            return Ended(target.stack, "already gone", ExitCode.DONE, next_command=others)
        _ask(removal, plan)
    with _leaving(
        "interrupted; nothing was deleted, but the pipeline may start nothing any more. "
        f"Go on with: {removal.command()}"
    ):
        quiet(removal, plan.holdings.pipeline, plan.holdings.event_rules)
    with _leaving(f"interrupted; what was begun goes on in AWS. Go on with: {removal.command()}"):
        return _remove(removal, plan)


def _plan(removal: Removal) -> Plan | None:
    """Return what goes, None when there is no stack, or none once its deletion has ended."""
    stack = removal.connection.stacks.find(removal.target.stack)
    if stack is None:
        return None
    template = _owned(removal, stack)
    now = settle(removal, stack)
    return None if now.status == _GONE else survey(removal, now, template)


def _owned(removal: Removal, stack: StackRecord) -> Mapping[str, Any]:
    """Return the template of a stack that is ours; StackFailed for any other."""
    template: Mapping[str, Any] = removal.read(
        lambda: removal.connection.stacks.template(stack.id) or {},
        otherwise={},
        hidden="what the template of the stack says is not known",
    )
    target = removal.target
    refuse_foreign(stack, template, pipeline=target.pipeline, branch=target.namesake)
    return template


def _ask(removal: Removal, plan: Plan) -> None:
    """Show what goes and have the stack's name typed; then it must still be as it was shown."""
    stack, rule = plan.stack, removal.target.rule
    if rule is not None and rule.is_shared:
        removal.say(f"all branches of '{rule.name}' share this stack", Severity.WARNING)
    for line in plan.lines():
        removal.say(line)
    question = f"Delete stack '{stack.name}' and all that is listed?"
    removal.report(Asked(stack.name, question))
    removal.questions.confirm_by_name(question, stack.name)
    now = removal.connection.stacks.find(stack.id)
    if now is None or (now.status, now.updated) != (stack.status, stack.updated):
        raise StackFailed(
            f"stack '{stack.name}' has changed since it was shown; run again: {removal.command()}"
        )


def _remove(removal: Removal, plan: Plan) -> Ended:
    """Delete in the order that was shown; the first that cannot be deleted ends it."""
    clock = removal.connection.clock
    start = clock.now()
    for stack in plan.cleanup_stacks:
        now, events = delete(removal, stack)
        if now.status != _GONE:
            return _failed(removal, now, events, elapsed=clock.now() - start)
    # Buckets, keys and logs go while the stack still tells which they are: a run that is killed
    # after the stack has gone could not be taken up again.
    remove_buckets(removal, plan.buckets)
    remove_keys(removal, plan.keys)
    remove_logs(removal, plan.logs)
    now, events = delete(removal, plan.stack, role_arn=removal.target.role_arn)
    retained: tuple[StackResource, ...] = ()
    if now.status == _BLOCKED == plan.stack.status:
        retained = _given_up(removal, now)
    if retained:
        now, events = delete(
            removal,
            now,
            role_arn=removal.target.role_arn,
            retain=tuple(resource.logical_id for resource in retained),
        )
    if now.status != _GONE:
        return _failed(removal, now, events, elapsed=clock.now() - start)
    if not removal.options.keep_logs:  # a build that ended late may have written some more
        remove_logs(removal, existing_logs(removal, plan.holdings.service_logs))
    return Ended(
        now.name,
        now.status,
        ExitCode.DONE,
        elapsed=clock.now() - start,
        remarks=(*plan.stays, *map(_retained, retained)),
        next_command=list_command(removal.options.again),
    )


def _given_up(removal: Removal, stack: StackRecord) -> tuple[StackResource, ...]:
    """Return the resources that failed again, if somebody types the name to leave them behind.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStack.html
    """
    blocking = _blocking(removal, stack)
    if not blocking or not removal.options.attended:
        return ()
    for resource in blocking:
        removal.say(_blocks(resource))
    names = ", ".join(f"'{resource.logical_id}'" for resource in blocking)
    question = f"Delete stack '{stack.name}' without {names}, which stay as they are?"
    removal.report(Asked(stack.name, question))
    try:
        removal.questions.confirm_by_name(question, stack.name)
    except NotConfirmed:
        return ()
    return blocking


def _failed(
    removal: Removal, stack: StackRecord, events: list[StackEvent], *, elapsed: float
) -> Ended:
    """Return the bad end: what blocks, why, and that nothing further was deleted."""
    is_ours = stack.name == removal.target.stack
    return Ended(
        stack.name,
        stack.status,
        ExitCode.STACK_FAILED,
        message=stack.reason,
        elapsed=elapsed,
        cause=cause(events, locate=removal.locate if is_ours else _nowhere),
        remarks=(*map(_blocks, _blocking(removal, stack)), "nothing further was deleted"),
        next_command=removal.command(),
    )


def _blocking(removal: Removal, stack: StackRecord) -> tuple[StackResource, ...]:
    found = removal.connection.stacks.resources(stack.id)
    return tuple(resource for resource in found if resource.status == _BLOCKED)


def _blocks(resource: StackResource) -> str:
    return f"{_named(resource)} could not be deleted: {resource.reason}"


def _retained(resource: StackResource) -> str:
    return f"{_named(resource)} stays and belongs to no stack any more"


def _named(resource: StackResource) -> str:
    return f"'{resource.logical_id}' ({resource.type}, {resource.physical_id})"


def _nowhere(_logical_id: str) -> None:
    """A stack that the pipeline made has no place in the spec."""


@contextmanager
def _leaving(message: str) -> Iterator[None]:
    """Tell what Ctrl-C leaves."""
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted(message) from None
