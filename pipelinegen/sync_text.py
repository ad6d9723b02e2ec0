"""What `sync` plans and how it went: a table for readers, a document for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pipelinegen.life_cycle.sync_plan import Plan, Step, Verb
from pipelinegen.overview_text import table
from pipelinegen.progress import Ended

SCHEMA = "pipelinegen/v1/sync"
"""Fields are only ever added to what carries this name."""


def plan_text(plan: Plan) -> str:
    """Return one line for each branch below a head; nothing without branches."""
    rows = [
        (step.branch, step.rule or "-", step.verb.value, step.reason or "-") for step in plan.steps
    ]
    return table([("BRANCH", "RULE", "ACTION", "REASON"), *rows]) if rows else ""


def results_text(plan: Plan, ended: Mapping[Step, Ended]) -> str:
    """Return one line for each branch that something was to become of; else nothing."""
    rows = [
        (step.branch, step.verb.value, _outcome(step, ended), _detail(step, ended))
        for step in plan.steps
        if step.verb is not Verb.KEEP
    ]
    return table([("BRANCH", "ACTION", "OUTCOME", "DETAIL"), *rows]) if ended else ""


def sync_json(
    plan: Plan, ended: Mapping[Step, Ended], *, pipeline: str, dry_run: bool, exit_code: int
) -> str:
    """Return plan and outcome as JSON text, all of it ASCII."""
    body = {
        "schema": SCHEMA,
        "pipeline": pipeline,
        "dry_run": dry_run,
        "exit_code": exit_code,
        "steps": [_step(step, ended) for step in plan.steps],
    }
    return f"{json.dumps(body, indent=2)}\n"


def _step(step: Step, ended: Mapping[Step, Ended]) -> dict[str, object]:
    end = ended.get(step)
    return {
        "branch": step.branch,
        "rule": step.rule or None,
        "protected": step.protected,
        "stack": step.stack or None,
        "action": step.verb.name.lower().replace("_", "-"),
        "reason": step.reason or None,
        "expected": step.expected,
        "status": end.status if end else None,
        "exit_code": int(end.exit_code) if end else None,
        "message": (end.message or None) if end else None,
    }


def _outcome(step: Step, ended: Mapping[Step, Ended]) -> str:
    if step.verb is Verb.HELD_BACK:
        return "held back"
    if step not in ended:
        return "not begun"
    return "done" if ended[step].exit_code == 0 else "failed"


def _detail(step: Step, ended: Mapping[Step, Ended]) -> str:
    if step not in ended:
        return step.reason or "-"
    end = ended[step]
    return f"{end.status}: {end.message.splitlines()[0]}" if end.message else end.status
