"""What `sync` reads of AWS before it writes anything: stacks, notes, what runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipelinegen.branches import rule_for
from pipelinegen.deployment import deployment, recorded
from pipelinegen.errors import EnvironmentFault, StackFailed
from pipelinegen.fragment import Template
from pipelinegen.life_cycle.cleanup_stacks import recorded_rule
from pipelinegen.life_cycle.condition import Currency, awaits_approval, currency_of
from pipelinegen.life_cycle.overview import is_ours
from pipelinegen.life_cycle.ownership import refuse_foreign
from pipelinegen.life_cycle.sync_plan import Actual, Plan, Verb
from pipelinegen.model import BranchRule, Spec
from pipelinegen.names import branch_slug, is_usable_branch_name, stack_name
from pipelinegen.records import StackRecord
from pipelinegen.services import Connection
from pipelinegen.stack_states import Step, step_for

_LIVE = ("InProgress", "Stopping")
_MOST = 100
_QUOTA = 1_000
"""https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html"""


@dataclass(frozen=True, slots=True)
class Subject:
    """A spec, its template, and the role that CloudFormation works with."""

    spec: Spec
    template: Template
    role_arn: str | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """The stacks of a pipeline, and all others by name."""

    ours: tuple[Actual, ...]
    others: Mapping[str, StackRecord]


def survey(subject: Subject, connection: Connection) -> Survey:
    """Return the stacks of a pipeline, each compared with what the spec wants for its branch."""
    every = list(connection.stacks.every())
    ours = [one for one in every if is_ours(one, subject.spec.name)]
    return Survey(
        tuple(_actual(subject, connection, one) for one in ours),
        {one.name: one for one in every if one not in ours},
    )


def _actual(subject: Subject, connection: Connection, stack: StackRecord) -> Actual:
    template = connection.stacks.template(stack.id) or {}
    branch = stack.parameters["BranchName"]
    rule = _rule(subject.spec, stack, branch)
    current = False
    if is_usable_branch_name(branch) and rule is not None:
        wanted = deployment(
            subject.spec,
            subject.template,
            branch,
            values={},
            role_arn=subject.role_arn,
            rule=rule,
        )
        current = (
            step_for(stack.status) is Step.UPDATE
            and currency_of(stack, template, wanted) is Currency.CURRENT
            and subject.role_arn in (None, stack.role_arn)
        )
    ours = recorded_rule(stack, template) if recorded(template) else None
    return Actual(stack, current, ours)


def _rule(spec: Spec, stack: StackRecord, branch: str) -> BranchRule | None:
    """Return the branch rule of a stack; one whose branches share it gives it its name."""
    for rule in spec.branch_rules:
        shared = stack_name(spec.name, branch_slug(rule.namesake(branch)))
        if rule.is_shared and stack.name == shared:
            return rule
    return rule_for(spec.branch_rules, branch)


def note_path(pipeline: str) -> str:
    """Return the path of the parameters that note when a branch was first seen to be gone."""
    return f"/pipelinegen/{pipeline}/gone"


def notes(pipeline: str, connection: Connection) -> dict[str, str]:
    """Return the notes of a pipeline: hash of the branch → time."""
    found = connection.stores.parameters(note_path(pipeline))
    return {name.rpartition("/")[2]: text for name, text in found.items()}


def what_forbids(
    plan: Plan, found: Survey, pipeline: str, connection: Connection
) -> dict[str, str]:
    """Return why some stacks must be left alone for now: stack name → what was found."""
    names = {one.record.name: one.record.outputs.get("PipelineName") for one in found.ours}
    reasons: dict[str, str] = {}
    for step in plan.of(Verb.DELETE):
        name = names[step.stack]
        if runs := _what_runs(name, connection) if name else "":
            reasons[step.stack] = f"{step.reason}, but {runs}"
    for step in plan.of(Verb.CREATE):
        if step.stack in names:
            reasons[step.stack] = (
                f"stack '{step.stack}' was shared by the branches of a rule; "
                "deploy the branch yourself, or remove the stack with destroy"
            )
        other = found.others.get(step.stack)
        if other is not None:
            template = connection.stacks.template(other.id)
            try:
                refuse_foreign(other, template, pipeline=pipeline, branch=step.branch)
            except StackFailed as fault:
                reasons[step.stack] = str(fault)
    return reasons


def _what_runs(pipeline: str, connection: Connection) -> str:
    for stage in connection.pipelines.stages(pipeline):
        for action in stage.actions:
            if awaits_approval(action):
                return f"an approval waits in '{stage.name}/{action.name}'"
    executions = connection.pipelines.executions(pipeline, most=_MOST)
    live = next((one.id for one in executions if one.status in _LIVE), None)
    return f"execution {live} is running" if live else ""


def quota_line(connection: Connection, of_spec: int) -> str:
    """Return how much of the quota of pipelines is taken, and by whom, as far as that is known."""
    own = f"{of_spec:,} of this spec"
    try:
        count = connection.pipelines.count()
    except EnvironmentFault as fault:  # the work is done: this decides nothing any more
        return f"{own}; how many there are in all stays hidden: {fault}"
    return f"{count:,} of {_QUOTA:,} pipelines in {connection.identity.region}, {own}"
