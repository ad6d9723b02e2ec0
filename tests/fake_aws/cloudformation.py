"""CloudFormation: what there is before a test begins, and all its calls."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.fake_aws import holdings
from tests.fake_aws.cloudformation_operations import Operations
from tests.fake_aws.model import JSON
from tests.fake_aws.readings import evaluation, rows
from tests.fake_aws.stack import Failure, Operation, Resource, Stack, Version
from tests.fake_aws.time import Steps

SMALL: JSON = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
NOT_EMPTY = "The bucket you tried to delete is not empty"

NATURAL_END = {
    "CREATE_IN_PROGRESS": "CREATE_COMPLETE",
    "DELETE_IN_PROGRESS": "DELETE_COMPLETE",
    "IMPORT_IN_PROGRESS": "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_IN_PROGRESS": "IMPORT_ROLLBACK_COMPLETE",
    "ROLLBACK_IN_PROGRESS": "ROLLBACK_COMPLETE",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": "UPDATE_COMPLETE",
    "UPDATE_IN_PROGRESS": "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": "UPDATE_ROLLBACK_COMPLETE",
    "UPDATE_ROLLBACK_IN_PROGRESS": "UPDATE_ROLLBACK_COMPLETE",
}
_OF_RESOURCES = {
    "CREATE_FAILED": ("CREATE_COMPLETE", "CREATE_FAILED"),
    "DELETE_COMPLETE": ("DELETE_COMPLETE", "DELETE_COMPLETE"),
    "DELETE_FAILED": ("DELETE_COMPLETE", "DELETE_FAILED"),
    "IMPORT_ROLLBACK_FAILED": ("IMPORT_ROLLBACK_COMPLETE", "IMPORT_ROLLBACK_FAILED"),
    "ROLLBACK_COMPLETE": ("DELETE_COMPLETE", "DELETE_COMPLETE"),
    "ROLLBACK_FAILED": ("DELETE_COMPLETE", "DELETE_FAILED"),
    "UPDATE_FAILED": ("UPDATE_COMPLETE", "UPDATE_FAILED"),
    "UPDATE_ROLLBACK_FAILED": ("UPDATE_COMPLETE", "UPDATE_FAILED"),
}
"""What became of most resources, and of the one that is to blame."""


class FakeCloudFormation(Operations):
    """CloudFormation in one Region."""

    def declare_stack(
        self,
        name: str,
        status: str = "CREATE_COMPLETE",
        *,
        template: Mapping[str, Any] | str = SMALL,
        parameters: Mapping[str, str] | None = None,
        tags: Mapping[str, str] | None = None,
        protected: bool = False,
        role_arn: str | None = None,
        capabilities: tuple[str, ...] = (),
        ends: str | None = None,
        takes: float = 30,
        to_blame: str | None = None,
        why: str = "it was declared to fail",
    ) -> Stack:
        """Let a stack be there; one that is at work ends in `ends` after `takes` seconds.

        A template that is no JSON object stands for one that somebody else wrote: without
        resources. `to_blame` is the resource that failed, in the states that have one.
        """
        stack = self.new(name)
        text = template if isinstance(template, str) else json.dumps(template)
        values = {**_defaults(text), **(parameters or {})}
        stack.version = Version(text, values, {}, {**(tags or {})}, role_arn, capabilities)
        stack.protected = protected
        stack.events.clear()
        if status == "REVIEW_IN_PROGRESS":
            stack.turn(status, "User Initiated")
            return stack
        stack.operation = Operation(_kind(status), self.operation_id(stack), None)
        beginning = _beginning(status)
        if not status.startswith("CREATE"):
            stack.updated = self.timeline.moment
        stack.turn(beginning, "User Initiated")
        if text.startswith("{"):
            self._fill(stack, status, to_blame, why)
        if status != beginning:
            stack.turn(status, why if "FAILED" in status else "")
        if status == "DELETE_COMPLETE":
            stack.deleted = self.timeline.moment
        if status in NATURAL_END:
            self.timeline.begin(self._end(stack, ends or NATURAL_END[status], takes, why))
        return stack

    def declare_failure(
        self,
        stack: str,
        logical_id: str,
        reason: str,
        *,
        on: str = "create",
        times: int = 1,
        hook: str | None = None,
    ) -> None:
        """Let a resource refuse to be created, updated, deleted or rolled back, `times` times.

        A stack that is not there yet may be declared to fail; `hook` names the hook that refuses.
        """
        found = self.here.failures.setdefault(stack, {})
        known = self.find(stack)
        if known is not None:
            found = known.failures
        found.setdefault(logical_id, []).append(Failure(reason, on, times, hook))

    def declare_validation_failure(
        self,
        stack: str,
        *,
        logical_id: str,
        reason: str,
        path: str = "",
        name: str = "PROPERTY_VALIDATION",
        mode: str = "FAIL",
    ) -> None:
        """Let the next change set of a stack fail before it can be executed, or only warn."""
        self.here.refusals[stack] = {
            "LogicalResourceId": logical_id,
            "ValidationName": name,
            "ValidationStatus": "FAILED",
            "ValidationStatusReason": reason,
            "ValidationFailureMode": mode,
            **({"ValidationPath": path} if path else {}),
        }

    def declare_hook_result(self, hook: str, annotations: list[JSON]) -> None:
        """Let GetHookResult say more of a hook that fails."""
        self._hooks[hook] = {"Annotations": annotations}

    def declare_obsolete(self, stack: str, change_set: str) -> None:
        """Let a change set be one that the stack has moved away from."""
        self.change_set(self.get(stack), change_set).execution_status = "OBSOLETE"

    def new(self, name: str) -> Stack:
        """Have a stack under review, with the failures that were declared for it."""
        stack = super().new(name)
        stack.failures = self.here.failures.pop(name, {})
        return stack

    def _fill(self, stack: Stack, status: str, to_blame: str | None, why: str) -> None:
        usual, of_one = _OF_RESOURCES.get(status, (_usual(status), _usual(status)))
        wanted = evaluation(self.here, stack, stack.version).resources()
        order = [name for row in rows({n: m.waits_for for n, m in wanted.items()}) for name in row]
        blamed = to_blame or (order[-1] if usual != of_one else None)
        for name in order:
            made = evaluation(self.here, stack, stack.version).resource(name)
            stack.generation += 1
            physical_id = holdings.physical_id(self.here, stack, name, made.type, made.properties)
            failed = name == blamed
            ends = of_one if failed else usual
            there = ends not in ("DELETE_COMPLETE", "CREATE_FAILED")
            resource = Resource(name, made.type, "", physical_id, self.timeline.moment, "", made)
            stack.resources[name] = resource
            if there:
                holdings.make(self.here, made.type, physical_id, made.properties)
            if ends == "CREATE_FAILED":
                resource.physical_id = ""
            stack.become(resource, ends, why if failed and ends.endswith("FAILED") else "")
        if "DELETE" not in status and status != "ROLLBACK_COMPLETE":
            stack.outputs = evaluation(self.here, stack, stack.version).outputs()
        if status in ("UPDATE_FAILED", "UPDATE_ROLLBACK_FAILED"):
            stack.save()
            stack.resources[str(blamed)].made = None  # nobody knows what it is like now

    def _end(self, stack: Stack, ends: str, takes: float, why: str) -> Steps:
        operation = stack.operation
        yield takes
        if stack.operation is not operation:
            return
        if operation is not None and operation.cancelled:
            ends = "UPDATE_ROLLBACK_COMPLETE"
        usual = _OF_RESOURCES.get(ends, (_usual(ends),))[0]
        for resource in [*stack.alive()]:
            if usual == "DELETE_COMPLETE":
                holdings.drop(self.here, resource.type, resource.physical_id)
            stack.become(resource, usual)
        if ends == "DELETE_COMPLETE":
            stack.gone()
        else:
            stack.turn(ends, why if "FAILED" in ends else "")


def _usual(status: str) -> str:
    if status.endswith("_CLEANUP_IN_PROGRESS"):
        status = status.removesuffix("_CLEANUP_IN_PROGRESS")
    return status if status.startswith(("CREATE", "DELETE", "IMPORT")) else "UPDATE_COMPLETE"


def _beginning(status: str) -> str:
    """Return the state in which the operation began that led to a state."""
    if status.startswith(("CREATE", "ROLLBACK")):
        return "CREATE_IN_PROGRESS"
    return f"{status.partition('_')[0]}_IN_PROGRESS"


def _kind(status: str) -> str:
    first = _beginning(status).partition("_")[0]
    return {"CREATE": "CREATE_STACK", "DELETE": "DELETE_STACK"}.get(first, "UPDATE_STACK")


def _defaults(text: str) -> dict[str, str]:
    declared = json.loads(text).get("Parameters", {}) if text.startswith("{") else {}
    return {key: str(one["Default"]) for key, one in declared.items() if "Default" in one}
