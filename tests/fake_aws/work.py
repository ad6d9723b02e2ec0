"""What an operation does to resources: make, change, delete, one row after the other."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.fake_aws import holdings
from tests.fake_aws.changes import differs, replacing
from tests.fake_aws.model import Refused
from tests.fake_aws.readings import evaluation, rows
from tests.fake_aws.stack import Failure, Operation, Resource, Stack
from tests.fake_aws.templates import Made
from tests.fake_aws.time import Steps

if TYPE_CHECKING:
    from tests.fake_aws.account import Region

FIRST, NEXT = 3.0, 1.0
"""Seconds until the first of a row is done, and each further one."""


class Work:
    """One operation on one stack, as far as it is about resources."""

    def __init__(self, region: Region, stack: Stack, operation: Operation) -> None:
        self.region, self.stack, self.operation = region, stack, operation

    def apply(self, on: str) -> Generator[float, None, list[str]]:
        """Make and change what the template wants; return what failed."""
        stack = self.stack
        wanted = evaluation(self.region, stack, stack.version).resources()
        retagged = stack.before is not None and stack.before.tags != stack.version.tags
        for row in rows({name: one.waits_for for name, one in wanted.items()}):
            if self.operation.cancelled:
                return []
            reading = evaluation(self.region, stack, stack.version)
            now = {name: reading.resource(name) for name in row}
            touched = [
                name
                for name in row
                if name not in stack.resources
                or not stack.resources[name].alive
                or differs(stack.resources[name], now[name], retagged)
            ]
            failed = yield from self._row({name: now[name] for name in touched}, on)
            if failed:
                return failed
        return []

    def _row(self, row: dict[str, Made], on: str) -> Generator[float, None, list[str]]:
        stack, left = self.stack, {}
        for name, made in row.items():
            resource = stack.resources.get(name)
            if resource is None or not resource.alive:
                resource = Resource(name, made.type, "", "", stack.timeline.moment)
                stack.resources[name] = resource
            left[name] = resource
            verb = "UPDATE" if resource.alive else "CREATE"
            reason = ""
            if resource.alive and replacing(resource, made):
                reason = "Requested update requires the creation of a new physical resource; hence "
                reason += "creating one."
            stack.become(resource, f"{verb}_IN_PROGRESS", reason)
        pause = FIRST
        for name in row:
            yield pause
            pause = NEXT
            resource = left.pop(name)
            verb = "UPDATE" if resource.alive else "CREATE"
            why_not = self._do(resource, row[name], on)
            if why_not is None and not self.operation.cancelled:
                stack.become(resource, f"{verb}_COMPLETE")
                continue
            words = {"UPDATE": "update", "CREATE": "creation"}
            stack.become(resource, f"{verb}_FAILED", why_not or f"Resource {words[verb]} cancelled")
            resource.made = resource.made if why_not is None else None
            for other in left.values():
                verb = "UPDATE" if other.alive else "CREATE"
                stack.become(other, f"{verb}_FAILED", f"Resource {words[verb]} cancelled")
            return [name]
        return []

    def _do(self, resource: Resource, made: Made, on: str) -> str | None:
        """Make or change one resource; return why not."""
        stack = self.stack
        if failure := stack.failure(resource.logical_id, on):
            self._hook(resource, failure)
            return failure.reason
        try:
            if resource.alive and not replacing(resource, made):
                holdings.change(self.region, made.type, resource.physical_id, made.properties)
            else:
                stack.generation += 1
                physical_id = holdings.physical_id(
                    self.region, stack, resource.logical_id, made.type, made.properties
                )
                holdings.make(self.region, made.type, physical_id, made.properties)
                if resource.alive:
                    stack.replaced.append(replace(resource))
                resource.physical_id = physical_id
                stack.become(resource, resource.status, "Resource creation Initiated")
        except (holdings.Impossible, Refused) as error:
            return str(error)
        resource.made = made
        return None

    def _hook(self, resource: Resource, failure: Failure) -> None:
        if failure.hook is None:
            return
        more = {
            "HookType": failure.hook,
            "HookInvocationPoint": "PRE_PROVISION",
            "HookInvocationId": self.region.cloudformation.hook_id(failure.hook),
            "HookFailureMode": "FAIL",
        }
        reason = f"The following hook(s) failed: [{failure.hook}]"
        self.stack.become(resource, resource.status, "", **more, HookStatus="HOOK_IN_PROGRESS")
        self.stack.become(
            resource,
            resource.status,
            "",
            **more,
            HookStatus="HOOK_COMPLETE_FAILED",
            HookStatusReason=failure.reason,
        )
        failure.reason = reason

    def drop_all(self, on: str) -> Generator[float, None, list[str]]:
        """Delete what there is, the last first; return what failed."""
        stack = self.stack
        here = {one.logical_id: one for one in stack.alive()}
        waits = {name: one.made.waits_for if one.made else () for name, one in here.items()}
        for row in reversed(rows(waits)):
            failed = []
            for name in reversed(row):
                reason = yield from self._drop(here[name], on)
                if reason is not None:
                    failed.append(name)
            if failed:
                return failed
        return []

    def _drop(self, resource: Resource, on: str) -> Generator[float, None, str | None]:
        stack, policy = self.stack, resource.made.deletion_policy if resource.made else "Delete"
        undone = on == "rollback" or self.operation.type == "CREATE_STACK"
        kept = policy == "Retain" and not (undone and self.operation.retain_except_on_create)
        kept = kept or (policy == "RetainExceptOnCreate" and not undone)
        if kept or resource.logical_id in self.operation.retain:
            stack.become(resource, "DELETE_SKIPPED")
            return None
        stack.become(resource, "DELETE_IN_PROGRESS")
        yield FIRST
        failure = stack.failure(resource.logical_id, on)
        reason = failure.reason if failure else None
        if reason is None:
            try:
                holdings.drop(self.region, resource.type, resource.physical_id)
            except holdings.Impossible as error:
                reason = str(error)
        stack.become(resource, "DELETE_FAILED" if reason else "DELETE_COMPLETE", reason or "")
        return reason

    def clean_up(self, old: list[Resource]) -> Steps:
        """Delete what an update left over; what cannot be deleted is left behind.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
        """
        for resource in reversed(old):
            shadowed = self.stack.resources.get(resource.logical_id)
            status = shadowed.status if shadowed else ""
            yield from self._drop(resource, "delete")
            if shadowed is not None and shadowed is not resource:
                shadowed.status = status
        self.stack.replaced = []
