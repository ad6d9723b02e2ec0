"""Which pipelines of a spec exist: one entry for each branch that has a stack."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pipelinegen.deployment import BRANCH_HASH_TAG, PIPELINE_TAG, RULE_TAG, branch_hash
from pipelinegen.errors import Denied, EnvironmentFault
from pipelinegen.model import BranchRule, Spec
from pipelinegen.names import branch_slug, stack_name
from pipelinegen.records import Identity, StackRecord
from pipelinegen.services import Connection

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Entry:
    """The pipeline of one branch, or of all branches of a rule: `branch` then is the rule's name.

    `rule` is None once the spec has the rule no more that the stack was deployed with, whose id is
    `rule_id`. `execution` is the status of the last one, empty where there is none or it is hidden.
    """

    identity: Identity
    stack: StackRecord
    branch: str
    rule: BranchRule | None
    rule_id: str
    execution: str


def overview(
    spec: Spec, connection: Connection, *, all_regions: bool, say: Say
) -> tuple[Entry, ...]:
    """Return the pipelines of a spec, protected ones first, then in the order of their rules.

    A region that cannot be read, other than the connection's own, is said and left out.
    """
    found = list(_entries(spec, connection, say))
    for other in _elsewhere(connection, say) if all_regions else ():
        try:
            found += _entries(spec, other, say)
        except EnvironmentFault as fault:
            say(f"region {other.identity.region} is left out: {fault}")
    rules = [rule.id for rule in spec.branch_rules]

    def order(entry: Entry) -> tuple[bool, int, str, str]:
        unprotected = entry.rule is None or not entry.rule.protected
        place = rules.index(entry.rule.id) if entry.rule else len(rules)
        return unprotected, place, entry.branch, entry.identity.region

    return tuple(sorted(found, key=order))


def rule_with_id(rules: Iterable[BranchRule], rule_id: str) -> BranchRule | None:
    """Return the branch rule that a stack was deployed with, None once the spec lacks it."""
    return next((rule for rule in rules if rule.id == rule_id), None)


def is_ours(stack: StackRecord, pipeline: str) -> bool:
    """Tell whether the tags of a stack, its parameters and its name agree that it is ours.

    Tags alone do not tell: CloudFormation hands them on to nested stacks.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html
    """
    return stack.tags.get(PIPELINE_TAG) == pipeline and any(
        _is_named_after(stack, pipeline, name) for name in ("BranchName", "BranchRule")
    )


def _is_named_after(stack: StackRecord, pipeline: str, parameter: str) -> bool:
    namesake = stack.parameters.get(parameter, "")
    return stack.tags.get(BRANCH_HASH_TAG) == branch_hash(namesake) and stack.name == stack_name(
        pipeline, branch_slug(namesake)
    )


def _elsewhere(connection: Connection, say: Say) -> Iterator[Connection]:
    for region in connection.regions():
        if region != connection.identity.region:
            try:
                yield connection.elsewhere(region)
            except EnvironmentFault as fault:
                say(f"region {region} is left out: {fault}")


def _entries(spec: Spec, connection: Connection, say: Say) -> Iterator[Entry]:
    readable = True
    for stack in connection.stacks.every():
        if not is_ours(stack, spec.name):
            continue
        execution = ""
        if readable:
            try:
                execution = _last_execution(stack, connection)
            except Denied as fault:
                readable = False
                region = connection.identity.region
                say(f"executions in {region} stay hidden: {fault.action} is not allowed")
        rule_id = stack.tags.get(RULE_TAG, "")
        rule = rule_with_id(spec.branch_rules, rule_id)
        branch = stack.parameters["BranchName"]
        if not _is_named_after(stack, spec.name, "BranchName"):
            branch = rule.name if rule else rule_id
        yield Entry(
            identity=connection.identity,
            stack=stack,
            branch=branch,
            rule=rule,
            rule_id=rule_id,
            execution=execution,
        )


def _last_execution(stack: StackRecord, connection: Connection) -> str:
    name = stack.outputs.get("PipelineName")
    found = connection.pipelines.executions(name, most=1) if name else ()
    return found[0].status if found else ""
