"""What CloudFormation tells of stacks, their change sets and events."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pipelinegen.aws import reading
from pipelinegen.aws.calls import Calls
from pipelinegen.aws.faults import Absent
from pipelinegen.errors import Denied, Rejected
from pipelinegen.records import ChangeSet, ResourceChange, StackEvent, StackRecord, StackResource


class StackReads:
    """The half of services.Stacks that changes nothing."""

    def __init__(self, client: Any, calls: Calls) -> None:
        """`client` is a CloudFormation client that sends each call once."""
        self._client = client
        self._calls = calls
        self._hook_reasons: dict[str, str] = {}

    def find(self, stack: str) -> StackRecord | None:
        """Return the stack; by name None once it is deleted, by id also a deleted one."""
        try:
            answer = self._read("DescribeStacks", self._client.describe_stacks, StackName=stack)
        except Absent:
            return None
        found = reading.stack(answer["Stacks"][0])
        by_id = stack.startswith("arn:")
        return found if by_id or found.status != "DELETE_COMPLETE" else None

    def every(self) -> Iterator[StackRecord]:
        """Yield every stack that is not deleted."""
        for page in self._pages("DescribeStacks", self._client.describe_stacks):
            for one in page["Stacks"]:
                if one["StackStatus"] != "DELETE_COMPLETE":
                    yield reading.stack(one)

    def template(self, stack: str, *, change_set: str | None = None) -> dict[str, Any] | None:
        """Return the template of a stack or change set as it was sent, None without one.

        It is empty where it is neither JSON nor the YAML that we write.
        """
        asked = {**_named(stack, change_set), "TemplateStage": "Original"}
        try:
            answer = self._read("GetTemplate", self._client.get_template, **asked)
        except Absent:
            return None
        body = answer.get("TemplateBody")
        return reading.template(body) if body else None

    def resources(self, stack: str) -> tuple[StackResource, ...]:
        """Return the resources of a stack, those that were deleted among them; none without it."""
        call = self._client.list_stack_resources
        pages = self._pages("ListStackResources", call, StackName=stack)
        found = (one for page in pages for one in page["StackResourceSummaries"])
        try:
            return tuple(reading.resource(one) for one in found)
        except Absent:
            return ()

    def events(self, stack: str) -> Iterator[StackEvent]:
        """Yield the events of a stack, newest first, page by page; none without it."""
        call = self._client.describe_stack_events
        try:
            for page in self._pages("DescribeStackEvents", call, StackName=stack):
                for one in page["StackEvents"]:
                    yield reading.event(one, self._hook_reason(one))
        except Absent:
            return

    def failures(self, stack: str, *, change_set: str | None = None) -> tuple[StackEvent, ...]:
        """Return the failed events that DescribeEvents keeps, those of validation among them.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeEvents.html
        """
        asked = {**_named(stack, change_set), "Filters": {"FailedEvents": True}}
        pages = self._pages("DescribeEvents", self._client.describe_events, **asked)
        found = (one for page in pages for one in page["OperationEvents"])
        try:
            return tuple(reading.failure(one) for one in found)
        except Absent:
            return ()

    def importers(self, export: str) -> tuple[str, ...]:
        """Return the names of the stacks that import an export."""
        pages = self._pages("ListImports", self._client.list_imports, ExportName=export)
        try:
            return tuple(name for page in pages for name in page["Imports"])
        except Absent:
            return ()

    def change_set(self, stack: str, name: str) -> ChangeSet | None:
        """Return a change set with all pages and property values, None when there is none."""
        try:
            answer, changes = self._described(stack, name, values=True)
            if "[WARN]" in answer.get("StatusReason", ""):
                # AWS leaves out changes whose values it could not tell, and only says so there:
                # https://github.com/aws/aws-cdk-cli/issues/1780
                _, plain = self._described(stack, name, values=False)
                known = {one.logical_id for one in changes}
                changes += [one for one in plain if one.logical_id not in known]
        except Absent:
            return None
        return reading.change_set(answer, changes)

    def change_sets(self, stack: str) -> tuple[ChangeSet, ...]:
        """Return the change sets of a stack without their changes."""
        pages = self._pages("ListChangeSets", self._client.list_change_sets, StackName=stack)
        try:
            return tuple(reading.change_set(one) for page in pages for one in page["Summaries"])
        except Absent:
            return ()

    def _described(
        self, stack: str, name: str, *, values: bool
    ) -> tuple[reading.Answer, list[ResourceChange]]:
        """Return the last page, which says all but the changes, and the changes of all pages."""
        asked = {**_named(stack, name), "IncludePropertyValues": values}
        page: reading.Answer = {}
        changes: list[ResourceChange] = []
        for page in self._pages("DescribeChangeSet", self._client.describe_change_set, **asked):
            changes += [reading.change(one) for one in page.get("Changes", ())]
        return page, changes

    def _hook_reason(self, event: reading.Answer) -> str:
        """Return what a hook that stopped the operation found, as far as the caller may know."""
        invocation = event.get("HookInvocationId")
        if invocation is None or not reading.hook_stops(event):
            return ""
        if invocation not in self._hook_reasons:
            call = self._client.get_hook_result
            try:
                answer = self._read("GetHookResult", call, HookResultId=invocation)
                self._hook_reasons[invocation] = reading.hook_result(answer)
            except (Absent, Denied, Rejected):  # the event itself says that the hook failed
                self._hook_reasons[invocation] = ""
        return self._hook_reasons[invocation]

    def _read(self, operation: str, call: Callable[..., Any], **asked: Any) -> reading.Answer:
        answer: reading.Answer = self._calls.read(
            f"cloudformation:{operation}", lambda: call(**asked)
        )
        return answer

    def _pages(
        self, operation: str, call: Callable[..., Any], **asked: Any
    ) -> Iterator[reading.Answer]:
        page = self._read(operation, call, **asked)
        yield page
        while token := page.get("NextToken"):
            page = self._read(operation, call, **asked, NextToken=token)
            yield page


def _named(stack: str, change_set: str | None) -> dict[str, Any]:
    both = {"StackName": stack, "ChangeSetName": change_set}
    return {key: value for key, value in both.items() if value is not None}
