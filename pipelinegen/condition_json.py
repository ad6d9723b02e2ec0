"""How the pipeline of a branch is, as a document for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipelinegen.life_cycle.condition import Condition
from pipelinegen.progress import Cause
from pipelinegen.progress_display.covering import without_tokens
from pipelinegen.progress_display.words import utc
from pipelinegen.provider import JSON
from pipelinegen.records import Execution, StageState

if TYPE_CHECKING:
    from pipelinegen.document import Document

SCHEMA = "pipelinegen/v1/status"
"""Fields are only ever added to what carries this name."""


def condition_json(known: Condition | None, branch: str, document: Document) -> str:
    """Return it as JSON text, all of it ASCII; `stack` is null without one."""
    body: dict[str, JSON] = {"schema": SCHEMA, "branch": branch, "stack": None}
    if known is not None:
        body |= _body(known, document)
    return f"{json.dumps(body, indent=2)}\n"


def _body(known: Condition, document: Document) -> dict[str, JSON]:
    stack = known.stack
    return {
        "rule": known.rule.name if known.rule else None,
        "account": known.identity.account,
        "region": known.identity.region,
        "stack": stack.name,
        "status": stack.status,
        "reason": without_tokens(stack.reason) or None,
        "updated": utc(stack.updated or stack.created),
        "termination_protection": stack.termination_protection,
        "spec": known.currency.value,
        "looks_up_parameters": known.looks_up,
        "outputs": dict(stack.outputs),
        "url": known.url or None,
        "pipeline": known.pipeline or None,
        "approvals": [{"stage": stage, "action": action} for stage, action in known.approvals],
        "stages": [_stage(stage) for stage in known.stages],
        "executions": [_execution(execution) for execution in known.executions],
        "cause": _cause(known.cause, document) if known.cause else None,
    }


def _stage(stage: StageState) -> dict[str, JSON]:
    return {
        "name": stage.name,
        "status": stage.status or None,
        "execution": stage.execution_id or None,
        "enabled": stage.enabled,
        "actions": [
            {
                "name": action.name,
                "status": action.status or None,
                "summary": without_tokens(action.summary) or None,
                "url": action.url or None,
                "changed": _time(action.changed),
            }
            for action in stage.actions
        ],
    }


def _execution(execution: Execution) -> dict[str, JSON]:
    return {
        "id": execution.id,
        "status": execution.status,
        "started": _time(execution.started),
        "updated": _time(execution.updated),
        "trigger": execution.trigger or None,
        "revisions": list(execution.revisions),
    }


def _cause(cause: Cause, document: Document) -> dict[str, JSON]:
    event = cause.event
    span = None if cause.pointer is None else document.spans.of(cause.pointer)
    return {
        "resource": event.logical_id,
        "resource_type": event.type,
        "status": event.status,
        "reason": without_tokens(event.reason),
        "time": utc(event.time),
        "path": cause.path,
        "hint": cause.hint,
        "spec": span and {"file": document.name, "line": span.line, "column": span.column},
    }


def _time(seconds: float | None) -> str | None:
    return None if seconds is None else utc(seconds)
