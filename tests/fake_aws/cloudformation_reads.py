"""What CloudFormation tells: the calls that change nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.fake_aws import answers
from tests.fake_aws.changes import without_values
from tests.fake_aws.model import JSON, Refused, Service, call
from tests.fake_aws.paging import page
from tests.fake_aws.readings import evaluation
from tests.fake_aws.stack import ChangeSet, Stack
from tests.fake_aws.templates import imports, invalid
from tests.fake_aws.time import date

if TYPE_CHECKING:
    from tests.fake_aws.account import Region

_FAILURES = ("VALIDATION_ERROR", "PROVISIONING_ERROR", "HOOK_INVOCATION_ERROR")


class Reads(Service):
    """The stacks of one Region, and what can be asked about them."""

    service = "cloudformation"
    denial = "AccessDenied"

    def __init__(self, region: Region) -> None:
        super().__init__(region.timeline, region.account, region.name)
        self.here = region
        self.stacks: list[Stack] = []
        self.page_size = 5
        self._hooks: dict[str, JSON] = {}

    def find(self, stack: str) -> Stack | None:
        """Return a stack; by its name only while it is not deleted."""
        for one in reversed(self.stacks):
            if one.id == stack or (one.name == stack and one.status != "DELETE_COMPLETE"):
                return one
        return None

    def get(self, stack: str) -> Stack:
        """Return a stack that must be there."""
        found = self.find(stack)
        if found is None:
            raise invalid(f"Stack with id {stack} does not exist")
        return found

    def exported(self, name: str) -> str:
        """Return the value of an export."""
        for stack in self.stacks:
            for one in stack.outputs.values():
                if one.get("ExportName") == name:
                    return str(one["OutputValue"])
        raise invalid(f"No export named {name} found.")

    def importers(self, stack: Stack) -> str:
        """Return why a stack cannot go: others use what it exports."""
        for one in stack.outputs.values():
            users = self._importing(one.get("ExportName", ""))
            if users:
                name = one["ExportName"]
                return f"Export {name} cannot be deleted as it is in use by {' and '.join(users)}"
        return ""

    def hook_id(self, hook: str) -> str:
        """Return the id of the result of a hook that fails now."""
        invocation = self.id("hook", hook, len(self._hooks))
        told = self._hooks.get(hook, {})
        self._hooks[invocation] = {
            "HookResultId": invocation,
            "InvocationPoint": "PRE_PROVISION",
            "FailureMode": "FAIL",
            "TypeName": hook,
            "Status": "HOOK_COMPLETE_FAILED",
            "InvokedAt": self.timeline.date,
            **told,
        }
        return invocation

    @call
    def describe_stacks(self, StackName: str = "", NextToken: str = "") -> JSON:
        if StackName:
            return {"Stacks": [answers.stack(self.get(StackName))]}
        there = [answers.stack(one) for one in self.stacks if one.status != "DELETE_COMPLETE"]
        return page("Stacks", there, NextToken, self.page_size)

    @call
    def list_stack_resources(self, StackName: str, NextToken: str = "") -> JSON:
        found = [
            {
                "LogicalResourceId": one.logical_id,
                "ResourceType": one.type,
                "ResourceStatus": one.status,
                "LastUpdatedTimestamp": date(one.updated),
                **({"PhysicalResourceId": one.physical_id} if one.physical_id else {}),
                **({"ResourceStatusReason": one.reason} if one.reason else {}),
            }
            for one in self.get(StackName).resources.values()
        ]
        return page("StackResourceSummaries", found, NextToken, self.page_size)

    @call
    def describe_stack_events(self, StackName: str, NextToken: str = "") -> JSON:
        found = self.find(StackName)
        if found is None:
            raise invalid(f"Stack [{StackName}] does not exist")
        events = [answers.stack_event(one) for one in found.events if "ValidationStatus" not in one]
        return answers.newest("StackEvents", events, NextToken, self.page_size)

    @call
    def describe_events(
        self,
        StackName: str = "",
        ChangeSetName: str = "",
        OperationId: str = "",
        Filters: JSON | None = None,
        NextToken: str = "",
    ) -> JSON:
        if not (StackName or ChangeSetName or OperationId):
            raise invalid("StackName, ChangeSetName or OperationId must be specified")
        stack = self.get(StackName or ChangeSetName.replace(":changeSet/", ":stack/"))
        operation = OperationId
        if ChangeSetName:
            operation = self.change_set(stack, ChangeSetName).operation_id
        events = [
            answers.operation_event(one)
            for one in stack.events
            if operation in ("", one.get("OperationId"))
        ]
        if (Filters or {}).get("FailedEvents"):
            events = [one for one in events if one["EventType"] in _FAILURES]
        return answers.newest("OperationEvents", events, NextToken, self.page_size)

    @call
    def get_template(
        self, StackName: str = "", ChangeSetName: str = "", TemplateStage: str = "Original"
    ) -> JSON:
        stack = self.get(StackName)
        text = self.change_set(stack, ChangeSetName).text if ChangeSetName else stack.version.text
        if not ChangeSetName and stack.status == "REVIEW_IN_PROGRESS":
            text = ""
        answer: JSON = {"StagesAvailable": ["Original", "Processed"]}
        return {"TemplateBody": text, **answer} if text else answer

    @call
    def describe_change_set(
        self,
        ChangeSetName: str,
        StackName: str = "",
        NextToken: str = "",
        IncludePropertyValues: bool = False,
    ) -> JSON:
        stack = self._owner(StackName, ChangeSetName)
        found = self.change_set(stack, ChangeSetName)
        changes = found.changes
        if not IncludePropertyValues:
            changes = [without_values(one) for one in changes]
        return {
            **answers.change_set(stack, found),
            "Parameters": answers.parameters(found.values, found.resolved),
            "Tags": [{"Key": key, "Value": value} for key, value in found.tags.items()],
            "Capabilities": found.capabilities,
            "RollbackConfiguration": {},
            "NotificationARNs": [],
            **({"OnStackFailure": found.on_failure} if found.on_failure else {}),
            **page("Changes", changes, NextToken, self.page_size),
        }

    @call
    def list_change_sets(self, StackName: str, NextToken: str = "") -> JSON:
        found = self.find(StackName)
        if found is None:
            raise invalid(f"Stack [{StackName}] does not exist")
        listed = [answers.change_set(found, one) for one in found.change_sets.values()]
        return page("Summaries", listed, NextToken, self.page_size)

    @call
    def list_imports(self, ExportName: str, NextToken: str = "") -> JSON:
        users = self._importing(ExportName)
        if not users:
            raise invalid(f"Export '{ExportName}' is not imported by any stack.")
        return page("Imports", users, NextToken, self.page_size)

    @call
    def get_hook_result(self, HookResultId: str) -> JSON:
        if HookResultId not in self._hooks:
            text = f"Hook result with id {HookResultId} does not exist"
            raise Refused("HookResultNotFound", text, 404)
        return self._hooks[HookResultId]

    def change_set(self, stack: Stack, name: str) -> ChangeSet:
        """Return a change set by its name or id."""
        for one in stack.change_sets.values():
            if name in (one.name, one.id):
                return one
        raise Refused("ChangeSetNotFound", f"ChangeSet [{name}] does not exist", 404)

    def _owner(self, stack: str, change_set: str) -> Stack:
        if stack:
            found = self.find(stack)
            if found is None:
                raise invalid(f"Stack [{stack}] does not exist")
            return found
        for one in self.stacks:
            if any(known.id == change_set for known in one.change_sets.values()):
                return one
        raise Refused("ChangeSetNotFound", f"ChangeSet [{change_set}] does not exist", 404)

    def _importing(self, export: str) -> list[str]:
        found = []
        for one in self.stacks:
            if one.status != "DELETE_COMPLETE" and "Fn::ImportValue" in one.version.text:
                reading = evaluation(self.here, one, one.version)
                if export in imports(json.loads(one.version.text), reading):
                    found.append(one.name)
        return found
