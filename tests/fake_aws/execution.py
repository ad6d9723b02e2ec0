"""How CloudFormation carries out an operation on a stack, in virtual time."""

from __future__ import annotations

from dataclasses import replace

from tests.fake_aws import holdings
from tests.fake_aws.readings import evaluation
from tests.fake_aws.stack import Version
from tests.fake_aws.time import Steps
from tests.fake_aws.work import FIRST, NEXT, Work

_BEGIN = 2.0
"""Seconds until anything happens."""


class Execution(Work):
    """One operation on one stack, from its first state to its last."""

    def begin(self, steps: Steps) -> None:
        """Let the operation go on by itself, until another one takes its place."""
        stack, operation = self.stack, self.operation
        stack.operation = operation

        def guarded() -> Steps:
            for seconds in steps:
                yield seconds
                if stack.operation is not operation:
                    return

        self.region.timeline.begin(guarded())

    def create(self) -> Steps:
        stack = self.stack
        stack.turn("CREATE_IN_PROGRESS", "User Initiated")
        yield _BEGIN
        failed = yield from self.apply("create")
        if not failed:
            self._settled("CREATE_COMPLETE")
            return
        self._executed("EXECUTE_FAILED")
        reason = f"The following resource(s) failed to create: [{', '.join(failed)}]. "
        if self.operation.on_failure == "DELETE":
            yield from self.delete(reason + "Delete requested by user.")
        elif self.operation.keep or self.operation.on_failure == "DO_NOTHING":
            stack.turn("CREATE_FAILED", reason)
        else:
            yield from self.roll_back_create(reason + "Rollback requested by user.")

    def update(self, version: Version) -> Steps:
        stack = self.stack
        if stack.status != "UPDATE_FAILED":  # else the last stable state is further back
            stack.save()
        stack.version, stack.updated = version, stack.timeline.moment
        stack.turn("UPDATE_IN_PROGRESS", "User Initiated")
        yield _BEGIN
        failed = yield from self.apply("update")
        if self.operation.cancelled:
            self._executed("EXECUTE_FAILED")
            yield from self.roll_back_update("User Initiated")
        elif failed:
            self._executed("EXECUTE_FAILED")
            reason = f"The following resource(s) failed to update: [{', '.join(failed)}]. "
            if self.operation.keep:
                stack.turn("UPDATE_FAILED", reason)
            else:
                yield from self.roll_back_update(reason)
        else:
            stack.turn("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
            yield NEXT
            wanted = evaluation(self.region, stack, version).resources()
            gone = [one for one in stack.alive() if one.logical_id not in wanted]
            yield from self.clean_up([*stack.replaced, *gone])
            self._settled("UPDATE_COMPLETE")

    def roll_back_create(self, reason: str) -> Steps:
        self.stack.turn("ROLLBACK_IN_PROGRESS", reason)
        yield _BEGIN
        failed = yield from self.drop_all("rollback")
        if failed:
            text = f"The following resource(s) failed to delete: [{', '.join(failed)}]. "
            self.stack.turn("ROLLBACK_FAILED", text)
        else:
            self.stack.outputs = {}
            self.stack.turn("ROLLBACK_COMPLETE")

    def roll_back_update(self, reason: str) -> Steps:
        stack = self.stack
        stack.turn("UPDATE_ROLLBACK_IN_PROGRESS", reason)
        yield _BEGIN
        failed = []
        for name, (physical_id, made) in stack.saved.items():
            resource = stack.resources[name]
            if (resource.physical_id, resource.made, resource.status) == (
                physical_id,
                made,
                resource.status.replace("FAILED", "COMPLETE"),
            ):
                continue
            if name in self.operation.skip:
                stack.become(resource, "UPDATE_COMPLETE")
                continue
            stack.become(resource, "UPDATE_IN_PROGRESS")
            yield FIRST
            if failure := stack.failure(name, "rollback"):
                stack.become(resource, "UPDATE_FAILED", failure.reason)
                failed.append(name)
                continue
            if resource.physical_id != physical_id:
                stack.replaced.append(replace(resource))
                stack.replaced = [one for one in stack.replaced if one.physical_id != physical_id]
            elif made is not None:
                holdings.change(self.region, resource.type, physical_id, made.properties)
            resource.physical_id, resource.made = physical_id, made
            stack.become(resource, "UPDATE_COMPLETE")
        if failed:
            text = f"The following resource(s) failed to update: [{', '.join(failed)}]. "
            stack.turn("UPDATE_ROLLBACK_FAILED", text)
            return
        stack.turn("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        yield NEXT
        fresh = [one for one in stack.resources.values() if one.logical_id not in stack.saved]
        yield from self.clean_up([*stack.replaced, *(one for one in fresh if one.alive)])
        if stack.before is not None:
            stack.version = stack.before
        self._forget()
        stack.turn("UPDATE_ROLLBACK_COMPLETE")

    def delete(self, reason: str) -> Steps:
        stack = self.stack
        stack.turn("DELETE_IN_PROGRESS", reason)
        yield _BEGIN
        failed = yield from self.drop_all("delete")
        users = self.region.cloudformation.importers(stack)
        if users:
            stack.turn("DELETE_FAILED", users)
        elif failed:
            text = f"The following resource(s) failed to delete: [{', '.join(failed)}]. "
            stack.turn("DELETE_FAILED", text)
        else:
            stack.gone()

    def _settled(self, status: str) -> None:
        stack = self.stack
        stack.outputs = evaluation(self.region, stack, stack.version).outputs()
        self._forget()
        self._executed("EXECUTE_COMPLETE")
        stack.turn(status)

    def _executed(self, status: str) -> None:
        if self.operation.change_set is not None:
            self.operation.change_set.execution_status = status

    def _forget(self) -> None:
        self.stack.before, self.stack.saved = None, {}
