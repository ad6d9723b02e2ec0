"""How the pipeline of one branch is: its stack, its stages, its last executions, what failed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from pipelinegen.branches import rule_for
from pipelinegen.deployment import OF_BRANCH, RULE_TAG, Deployment, deployment, fingerprint
from pipelinegen.errors import Denied, StackFailed
from pipelinegen.fragment import Template
from pipelinegen.life_cycle.follow import Feed
from pipelinegen.life_cycle.overview import Say, rule_with_id
from pipelinegen.life_cycle.ownership import refuse_foreign
from pipelinegen.life_cycle.root_cause import cause
from pipelinegen.life_cycle.verdict import console_url
from pipelinegen.model import BranchRule, Spec
from pipelinegen.names import branch_slug, stack_name
from pipelinegen.progress import Cause, Progress, Said
from pipelinegen.records import (
    ActionState,
    Execution,
    Identity,
    StackEvent,
    StackRecord,
    StageState,
)
from pipelinegen.services import Connection
from pipelinegen.spec_paths import locator
from pipelinegen.specialise import specialise

_NESTED = "AWS::CloudFormation::Stack"
_Read = TypeVar("_Read")


class Currency(Enum):
    """How a stack stands to the spec as it is now."""

    CURRENT = "current"
    DIFFERS = "differs"
    WITHOUT_RULE = "without rule"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Condition:
    """What is known of one branch's pipeline; what may not be read is empty.

    `rule` is the one that the stack was deployed with, None once the spec lacks it. `looks_up`
    tells that a deployment would look parameters up again, whatever `currency` says.
    """

    identity: Identity
    branch: str
    stack: StackRecord
    rule: BranchRule | None
    currency: Currency
    looks_up: bool
    pipeline: str
    url: str
    stages: tuple[StageState, ...]
    executions: tuple[Execution, ...]
    cause: Cause | None

    @property
    def approvals(self) -> tuple[tuple[str, str], ...]:
        """Stage and action of each approval that somebody has to give now."""
        return tuple(
            (stage.name, action.name)
            for stage in self.stages
            for action in stage.actions
            if awaits_approval(action)
        )


def awaits_approval(action: ActionState) -> bool:
    """Tell whether an action waits for a person; only approvals have a token.

    https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionExecution.html
    """
    return action.status == "InProgress" and action.token is not None


def condition(
    spec: Spec,
    template: Template,
    branch: str,
    connection: Connection,
    *,
    executions: int,
    why: bool,
    say: Say,
) -> Condition | None:
    """Return how the pipeline of a branch is, None without a stack of ours.

    `template` is that of the spec, `executions` how many are asked for. `why` asks for the cause
    when the last operation of the stack failed.
    """
    taker = rule_for(spec.branch_rules, branch)
    namesake = taker.namesake(branch) if taker else branch
    stack = connection.stacks.find(stack_name(spec.name, branch_slug(namesake)))
    if stack is None:
        return None
    stack_id = stack.id
    nothing: Mapping[str, Any] = {}
    deployed = _allowed(lambda: connection.stacks.template(stack_id) or nothing, nothing, say)
    try:
        refuse_foreign(stack, deployed, pipeline=spec.name, branch=namesake)
    except StackFailed as fault:
        say(str(fault))
        return None
    wanted = None
    if taker is not None:
        wanted = deployment(spec, template, branch, values={}, role_arn=None)
    name = stack.outputs.get("PipelineName", "")
    pipelines = connection.pipelines
    rule = rule_with_id(spec.branch_rules, stack.tags.get(RULE_TAG, ""))
    return Condition(
        identity=connection.identity,
        branch=branch,
        stack=stack,
        rule=rule,
        currency=currency_of(stack, deployed, wanted),
        looks_up=wanted is not None and wanted.changing,
        pipeline=name,
        url=console_url(connection.identity, stack.outputs),
        stages=_allowed(lambda: pipelines.stages(name), (), say) if name else (),
        executions=(
            _allowed(lambda: pipelines.executions(name, most=executions), (), say)
            if name and executions
            else ()
        ),
        cause=_why(spec, rule, stack, deployed, connection, say) if why else None,
    )


def _allowed(read: Callable[[], _Read], otherwise: _Read, say: Say) -> _Read:
    try:
        return read()
    except Denied as fault:
        say(f"some of it stays hidden: {fault.action} is not allowed")
        return otherwise


def currency_of(
    stack: StackRecord, template: Mapping[str, Any], wanted: Deployment | None
) -> Currency:
    """Compare what was deployed with what would be, but for parameters that only users give."""
    if wanted is None:
        return Currency.WITHOUT_RULE
    if not template:
        return Currency.UNKNOWN
    same = (
        wanted.parameters.items() <= stack.parameters.items()
        and wanted.tags.items() <= stack.tags.items()
        and _mark(template) == _mark(wanted.body)
    )
    return Currency.CURRENT if same else Currency.DIFFERS


def _mark(template: Mapping[str, Any]) -> str:
    return fingerprint(template, {}, {}, (), None)


def _why(
    spec: Spec,
    rule: BranchRule | None,
    stack: StackRecord,
    template: Mapping[str, Any],
    connection: Connection,
    say: Say,
) -> Cause | None:
    own = {name: value for name, value in stack.parameters.items() if name in OF_BRANCH}
    body = specialise(template, own, drop_unused=True) if template else {}
    events = _last_operation(stack.id, connection, say)
    locate = locator(spec, body, rule)
    found = cause(events, locate=locate, spec=spec, template=body, rule=rule)
    if events and found is None:  # hidden events prove nothing
        say("nothing failed in the last operation of the stack")
    return found


def _last_operation(stack_id: str, connection: Connection, say: Say) -> list[StackEvent]:
    """Return the events of a stack's last operation, and of the nested stacks that failed in it."""
    reported: list[Progress] = []
    events = Feed(connection, stack_id, reported.append).fresh()
    for message in [one.message for one in reported if isinstance(one, Said)]:
        say(message)
    nested = {
        event.physical_id
        for event in events
        if event.failed and event.type == _NESTED and not event.of_stack and event.physical_id
    }
    for inner in sorted(nested):
        events = events + _last_operation(inner, connection, say)
    return events
