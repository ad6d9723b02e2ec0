"""What keeps a sync from doing harm: single stacks are held back, mass deletion is not believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipelinegen.defaults import SYNC_DELETED_SHARE, SYNC_MOST_DELETIONS
from pipelinegen.life_cycle.sync_plan import Plan, Step, Verb, Wishes


def held_back(plan: Plan, reasons: Mapping[str, str]) -> Plan:
    """Return the plan with what was to become of some stacks held back; `reasons` is by stack."""

    def checked(step: Step) -> Step:
        if step.stack in reasons:
            return replace(step, verb=Verb.HELD_BACK, reason=reasons[step.stack])
        return step

    return replace(plan, steps=tuple(map(checked, plan.steps)))


def without_mass_deletion(plan: Plan, wishes: Wishes) -> Plan:
    """Return the plan without any deletion where so many would be a mistake."""
    going = plan.of(Verb.DELETE)
    limit = SYNC_MOST_DELETIONS if wishes.most is None else wishes.most
    share = len(going) / plan.stacks if plan.stacks else 0.0
    if len(going) <= limit and (wishes.most is not None or share <= SYNC_DELETED_SHARE):
        return plan
    reason = (
        f"{len(going)} of {plan.stacks} stacks would go; "
        f"if that is right, say --max-delete {len(going)}"
    )
    return held_back(plan, {step.stack: reason for step in going})
