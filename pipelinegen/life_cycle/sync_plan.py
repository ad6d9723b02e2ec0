"""What `sync` will do: the branches that are there beside the stacks that are there, as data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from pipelinegen.branches import rule_for
from pipelinegen.deployment import RULE_TAG, branch_hash
from pipelinegen.life_cycle.overview import is_ours
from pipelinegen.model import BranchRule
from pipelinegen.names import branch_slug, is_usable_branch_name, stack_name
from pipelinegen.records import Head, Heads, StackRecord

DAY = 86400.0
_NOTE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
"""Times of this form sort as they follow each other."""


class Verb(Enum):
    """What becomes of one branch."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    KEEP = "keep"
    HELD_BACK = "held back"


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one branch, and why.

    `stack` is empty where a branch can have none. `expected` marks what is held back as the spec
    wants it, or until time has passed: it is no failure.
    """

    verb: Verb
    branch: str
    rule: str
    stack: str = ""
    reason: str = ""
    protected: bool = False
    expected: bool = False


@dataclass(frozen=True, slots=True)
class Actual:
    """A stack of the pipeline; `current` tells that a deployment would change nothing.

    `recorded` is what its template says of its branch rule, None where the template is not ours.
    """

    record: StackRecord
    current: bool
    recorded: Mapping[str, Any] | None

    @property
    def branch(self) -> str:
        """The branch as the stack's parameter tells it."""
        return self.record.parameters.get("BranchName", "")

    @property
    def hash(self) -> str:
        """What stands for the branch in the name of its note."""
        return branch_hash(self.branch)


@dataclass(frozen=True, slots=True)
class Wishes:
    """The flags that a plan depends on, and the time.

    `now` is in seconds since 1970; notes that are not newer than `noted_until` have waited long
    enough. `most` is how many stacks may go, None for the usual measure.
    """

    now: float
    noted_until: str
    prune: bool = False
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps in the order in which they are done; the notes that come and go, by hash."""

    steps: tuple[Step, ...]
    noted: tuple[str, ...] = ()
    forgotten: tuple[str, ...] = ()
    stacks: int = 0

    @property
    def due(self) -> tuple[Step, ...]:
        """What changes something."""
        return tuple(step for step in self.steps if step.verb in _CHANGES)

    def of(self, verb: Verb) -> tuple[Step, ...]:
        """Return the steps of one kind."""
        return tuple(step for step in self.steps if step.verb is verb)


_CHANGES = (Verb.CREATE, Verb.UPDATE, Verb.DELETE)


def plan(
    pipeline: str,
    rules: Sequence[BranchRule],
    heads: Heads,
    stacks: Iterable[Actual],
    *,
    notes: Mapping[str, str],
    wishes: Wishes,
) -> Plan:
    """Return what brings the stacks of a pipeline to its branches, as far as that may be done.

    `notes` maps the hash of a branch to when it was first seen to want no stack any more. A stack
    that is not the pipeline's own is not even looked at.
    """
    known = [one for one in stacks if is_ours(one.record, pipeline)]
    wanted, expired = _sorted_out(rules, heads, wishes.now)
    shared = {_shared_name(pipeline, rule) for rule in rules if rule.is_shared}
    others = [one for one in known if one.record.name not in shared]
    ours = {one.branch: one for one in others if _has_own_branch(one, pipeline, wanted)}
    steps = [
        *_refused(rules, heads),
        *_wanted(pipeline, rules, wanted, ours),
        *_shared(pipeline, rules, heads, [one for one in known if one not in ours.values()]),
    ]
    noted: list[str] = []
    for branch, actual in ours.items():
        if branch in wanted:
            continue
        step = _unwanted(rules, heads, actual, expired, notes.get(actual.hash, ""), wishes)
        if _is_marked(step) and not _NOTE.fullmatch(notes.get(actual.hash, "")):
            noted.append(actual.hash)
        steps.append(step)
    leaving = {one.hash for branch, one in ours.items() if branch not in wanted}
    return Plan(
        steps=tuple(sorted(steps, key=lambda step: (not step.protected, step.branch))),
        noted=tuple(sorted(noted)),
        forgotten=tuple(sorted(set(notes) - leaving)),
        stacks=len(known),
    )


def _sorted_out(
    rules: Sequence[BranchRule], heads: Heads, now: float
) -> tuple[dict[str, BranchRule], frozenset[str]]:
    """Return the branches that want a stack with their rules, and those too old for theirs."""
    wanted: dict[str, BranchRule] = {}
    expired: set[str] = set()
    for head in heads.branches:
        rule = rule_for(rules, head.branch) if is_usable_branch_name(head.branch) else None
        if rule is None or rule.is_shared:
            continue
        if _is_expired(rule, head, now):
            expired.add(head.branch)
        else:
            wanted[head.branch] = rule
    return wanted, frozenset(expired)


def _has_own_branch(actual: Actual, pipeline: str, wanted: Mapping[str, BranchRule]) -> bool:
    """Tell whether a stack serves one branch; that of a rule with `stack: per-rule` does not.

    Where the rule is called like its default branch, only the template tells the two apart.
    """
    if actual.record.name != stack_name(pipeline, branch_slug(actual.branch)):
        return False
    return actual.branch in wanted or (actual.recorded or {}).get("stack") != "per-rule"


def _shared_name(pipeline: str, rule: BranchRule) -> str:
    return stack_name(pipeline, branch_slug(rule.id))


def _shared(
    pipeline: str, rules: Sequence[BranchRule], heads: Heads, stacks: Sequence[Actual]
) -> Iterator[Step]:
    """Yield what becomes of stacks that the branches of a rule share: never a deletion.

    They outlive each branch, and start for a new one without any help.
    """
    there = {one.record.name: one for one in stacks}
    for rule in rules:
        served = [head.branch for head in heads.branches if rule_for(rules, head.branch) is rule]
        served = sorted(branch for branch in served if is_usable_branch_name(branch))
        if not (rule.is_shared and served):
            continue
        stack = _shared_name(pipeline, rule)
        step = Step(Verb.CREATE, served[0], rule.name, stack, protected=rule.protected)
        actual = there.pop(stack, None)
        if actual is not None:
            step = replace(step, verb=Verb.KEEP if actual.current else Verb.UPDATE)
        yield step
    for name, actual in sorted(there.items()):
        reason = "no branch of its rule is left; remove it with destroy"
        rule_name = str((actual.recorded or {}).get("branch", ""))
        yield Step(Verb.HELD_BACK, actual.branch, rule_name, name, reason=reason, expected=True)


def _is_expired(rule: BranchRule, head: Head, now: float) -> bool:
    days = rule.lifecycle.get("expire-after-days")
    if days is None or head.changed is None or rule.protected:
        return False
    return bool(now - head.changed > days * DAY)


def _refused(rules: Sequence[BranchRule], heads: Heads) -> Iterator[Step]:
    """Yield the branches that a rule would take, were it not for their names."""
    for head in heads.branches:
        rule = rule_for(rules, head.branch)
        if rule is not None and not is_usable_branch_name(head.branch):
            reason = "its name has characters that are not allowed in a pipeline"
            yield Step(Verb.HELD_BACK, head.branch, rule.name, reason=reason, expected=True)
    for shown in heads.refused:
        yield Step(Verb.HELD_BACK, shown, "", reason="its name is not UTF-8", expected=True)


def _wanted(
    pipeline: str,
    rules: Sequence[BranchRule],
    wanted: Mapping[str, BranchRule],
    ours: Mapping[str, Actual],
) -> Iterator[Step]:
    """Yield what becomes of the branches that want a stack; those that have one come first."""
    counts = {rule.id: 0 for rule in rules}
    for branch in ours:
        rule = wanted.get(branch) or rule_for(rules, branch)
        if rule is not None:
            counts[rule.id] += 1
    for branch, rule in sorted(wanted.items()):
        stack = stack_name(pipeline, branch_slug(branch))
        step = Step(Verb.CREATE, branch, rule.name, stack, protected=rule.protected)
        actual = ours.get(branch)
        most = rule.lifecycle.get("max-pipelines")
        if actual is not None:
            yield replace(step, verb=Verb.KEEP if actual.current else Verb.UPDATE)
        elif most is not None and counts[rule.id] >= most:
            reason = f"max-pipelines of '{rule.name}' is {most}"
            yield replace(step, verb=Verb.HELD_BACK, reason=reason, expected=True)
        else:
            counts[rule.id] += 1
            yield step


def _unwanted(
    rules: Sequence[BranchRule],
    heads: Heads,
    actual: Actual,
    expired: frozenset[str],
    note: str,
    wishes: Wishes,
) -> Step:
    """Return what becomes of a stack whose branch wants none."""
    branch = actual.branch
    rule = rule_for(rules, branch)
    recorded = actual.recorded or {}
    protected = rule.protected if rule else recorded.get("protected", False)
    lifecycle: Mapping[str, Any] = rule.lifecycle if rule else recorded.get("lifecycle", {})
    there = any(head.branch == branch for head in heads.branches)
    why = "expired" if branch in expired else "without rule" if there else "gone"
    if there and rule is not None and rule.is_shared:
        why = f"served by the stack of '{rule.name}'"
    step = Step(
        Verb.HELD_BACK,
        branch,
        rule.name if rule else actual.record.tags.get(RULE_TAG, ""),
        actual.record.name,
        protected=protected,
    )
    goes = lifecycle.get("delete-with-branch", why == "expired")
    if actual.recorded is None:
        return replace(step, reason="its template is not one of pipelinegen")
    if protected:
        return replace(step, reason=f"{why}, but protected")
    if actual.record.termination_protection:
        return replace(step, reason=f"{why}, but termination protection is on")
    if not goes:
        reason = f"{why}; its rule has no delete-with-branch"
        return replace(step, verb=Verb.KEEP, reason=reason)
    if not wishes.prune:
        return replace(step, verb=Verb.KEEP, reason=f"{why}; --prune deletes it")
    if not _NOTE.fullmatch(note):
        return replace(step, reason=f"{why}; {_WAITS}", expected=True)
    if note > wishes.noted_until:
        return replace(step, reason=f"{why} since {note}; {_WAITS}", expected=True)
    return replace(step, verb=Verb.DELETE, reason=f"{why} since {note}")


_WAITS = "a later run deletes it"


def _is_marked(step: Step) -> bool:
    return step.verb is Verb.DELETE or _WAITS in step.reason
