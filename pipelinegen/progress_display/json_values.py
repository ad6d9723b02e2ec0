"""Every progress as one JSON object: the same keys for the same things, secrets covered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pipelinegen.diagnostics import Pointer
from pipelinegen.diff import concerns_rights
from pipelinegen.document import Document
from pipelinegen.progress import (
    Asked,
    Cause,
    Ended,
    Following,
    Happened,
    Progress,
    Proposed,
    Said,
    Started,
    Waiting,
)
from pipelinegen.progress_display.change_set import counts
from pipelinegen.progress_display.covering import covered, without_tokens
from pipelinegen.progress_display.words import utc
from pipelinegen.records import PropertyChange, ResourceChange

JSON = dict[str, Any]

Locate = Callable[[str], "Pointer | None"]
"""Leads from a logical id to its place in the spec."""


class Values:
    """Progress as data; each object begins with type, time, branch and stack."""

    def __init__(
        self,
        document: Document | None,
        locate: Locate,
        now: Callable[[], float],
        command: str,
    ) -> None:
        """`now` is the time of this machine, in seconds since 1970.

        `command` names the schema until a command says that it has started.
        """
        self._command = command
        self._document = document
        self._locate = locate
        self._now = now
        self._branches: dict[str, str] = {}

    @property
    def schema(self) -> str:
        """Under which fields are only ever added."""
        return f"pipelinegen/v1/{self._command}"

    def of(self, progress: Progress) -> JSON | None:
        """Return the object of a progress; None where its events tell the same."""
        match progress:
            case Started():
                self._command = progress.command
                self._branches[progress.stack] = progress.branch
                return self._object("start", progress.stack, _start(progress))
            case Proposed():
                return self._object("change-set", progress.stack, self._change_set(progress))
            case Asked():
                return self._object("confirm", progress.stack, {"question": progress.question})
            case Happened():
                time = progress.event.time
                return self._object("resource", progress.stack, self._resource(progress), time)
            case Waiting():
                body = {"status": progress.status, "elapsed": round(progress.elapsed)}
                return self._object("heartbeat", progress.stack, body)
            case Said():
                message = without_tokens(progress.message)
                body = {"severity": progress.severity.value, "message": message}
                return self._object("diagnostic", progress.stack, body)
            case Following():
                return None
            case _:
                return self._object("result", progress.stack, self._result(progress))

    def fault(self, exit_code: int, message: str) -> JSON:
        """Return the result of a command that ended before its stack did."""
        stack = next(iter(self._branches)) if len(self._branches) == 1 else None
        body = {"status": "error", "exit_code": exit_code, "message": without_tokens(message)}
        return self._object("result", stack, body)

    def _object(self, kind: str, stack: str | None, body: JSON, time: float | None = None) -> JSON:
        return {
            "type": kind,
            "time": utc(self._now() if time is None else time),
            "branch": None if stack is None else self._branches.get(stack) or None,
            "stack": stack,
            **body,
        }

    def _resource(self, happened: Happened) -> JSON:
        event = happened.event
        return {
            "resource": event.logical_id,
            "resource_type": event.type,
            "physical_id": event.physical_id,
            "status": event.status,
            "reason": without_tokens(event.reason),
            "elapsed": round(happened.elapsed),
            "spec": self._place(self._locate(event.logical_id)),
        }

    def _change_set(self, proposed: Proposed) -> JSON:
        change_set = proposed.change_set
        return {
            "name": change_set.name,
            "id": change_set.id,
            "creates": proposed.creates,
            "tool_upgrade": proposed.tool_upgrade,
            "kept": proposed.kept,
            "summary": counts(change_set.changes),
            "changes": [self._change(change) for change in change_set.changes],
        }

    def _change(self, change: ResourceChange) -> JSON:
        return {**change_value(change), "spec": self._place(self._locate(change.logical_id))}

    def _result(self, ended: Ended) -> JSON:
        return {
            "status": ended.status,
            "exit_code": int(ended.exit_code),
            "message": without_tokens(ended.message),
            "elapsed": round(ended.elapsed),
            "outputs": dict(ended.outputs),
            "url": ended.url,
            "cause": self._cause(ended.cause) if ended.cause else None,
            "remarks": list(ended.remarks),
            "next": ended.next_command,
        }

    def _cause(self, cause: Cause) -> JSON:
        event = cause.event
        return {
            "resource": event.logical_id,
            "resource_type": event.type,
            "status": event.status,
            "reason": without_tokens(event.reason),
            "path": cause.path,
            "hint": cause.hint,
            "spec": self._place(cause.pointer),
        }

    def _place(self, pointer: Pointer | None) -> JSON | None:
        if pointer is None or self._document is None:
            return None
        span = self._document.spans.of(pointer)
        return {"file": self._document.name, "line": span.line, "column": span.column}


def change_value(change: ResourceChange) -> JSON:
    """Return what a change set will do to a resource; `rights` marks who may do what."""
    return {
        "resource": change.logical_id,
        "resource_type": change.type,
        "physical_id": change.physical_id,
        "action": change.action,
        "replacement": change.replacement,
        "policy_action": change.policy_action,
        "rights": concerns_rights(change),
        "scope": list(change.scope),
        "details": [_detail(detail) for detail in change.details],
    }


def _detail(detail: PropertyChange) -> JSON:
    return {
        "attribute": detail.attribute,
        "path": detail.path,
        "recreation": detail.recreation,
        "before": covered(detail.path, detail.before),
        "after": covered(detail.path, detail.after),
        "because": detail.cause,
    }


def _start(started: Started) -> JSON:
    identity = started.identity
    return {
        "command": started.command,
        "account": identity.account,
        "region": identity.region,
        "identity": identity.arn,
    }
