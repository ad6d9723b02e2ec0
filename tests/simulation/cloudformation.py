"""A CloudFormation client in memory, of which the calls that we make behave as AWS's do.

It is stricter in one thing: a token does not make a repeated call a success. Who sends a call again
must have looked first.
"""

from __future__ import annotations

import copy
import json
from collections import OrderedDict
from itertools import count
from typing import Any

from tests.simulation.execution import Operations
from tests.simulation.front import Front, error, operation
from tests.simulation.stack import ChangeSet, Stack, changes, live, moment

_UNCHANGED = (
    "The submitted information didn't contain changes. "
    "Submit different information to create a change set."
)
_PAGE = 3
_IDLE = (
    "CREATE_COMPLETE",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_FAILED",
    "UPDATE_ROLLBACK_COMPLETE",
)


class CloudFormation:
    """Stacks of one account and region, by id."""

    service = "cloudformation"

    def __init__(self, front: Front) -> None:
        self.front = front
        self.stacks: dict[str, Stack] = {}
        self.operations = Operations()
        self.refusal = ""
        """Why AWS can work out no change set, if it cannot."""
        self.findings: list[dict[str, Any]] = []
        """What the validation of a change set finds: events as DescribeEvents shows them."""
        self.works_out = 4.0
        """Seconds that a change set takes to be worked out."""
        self.protects_review = True
        """Whether a stack that waits for its first change set can be protected."""
        self.objects: dict[str, str] = {}
        """Templates that were uploaded, by their URLs."""
        self._numbers = count(1)

    def add(self, name: str, status: str, **more: Any) -> Stack:
        """Put a stack there, as if it had been made before."""
        number = next(self._numbers)
        stack_id = f"arn:aws:cloudformation:eu-west-1:111111111111:stack/{name}/{number:032x}"
        stack = Stack(name, stack_id, status, created=self._now, **more)
        self.stacks[stack_id] = stack
        return stack

    def named(self, name: str) -> Stack | None:
        """Return the stack of this name that is not deleted, as it is now."""
        self._advance()
        alive = [
            one
            for one in self.stacks.values()
            if one.name == name and one.status != "DELETE_COMPLETE"
        ]
        return alive[-1] if alive else None

    @operation
    def describe_stacks(self, **asked: Any) -> Any:
        self._advance()
        if "StackName" in asked:
            return {"Stacks": [_described(self._get(asked["StackName"], "DescribeStacks"))]}
        alive = [one for one in self.stacks.values() if one.status != "DELETE_COMPLETE"]
        return _page("Stacks", [_described(one) for one in alive], asked)

    @operation
    def get_template(self, **asked: Any) -> Any:
        stack = self._get(asked["StackName"], "GetTemplate")
        body = stack.body
        if "ChangeSetName" in asked:
            body = self._change_set(stack, asked["ChangeSetName"], "GetTemplate").body
        return {"TemplateBody": OrderedDict(copy.deepcopy(body))} if body else {}

    @operation
    def list_stack_resources(self, **asked: Any) -> Any:
        stack = self._get(asked["StackName"], "ListStackResources")
        found = [
            {
                "LogicalResourceId": name,
                "PhysicalResourceId": one.physical_id,
                "ResourceType": one.type,
                "LastUpdatedTimestamp": moment(self._now),
                "ResourceStatus": one.status,
                "ResourceStatusReason": one.reason,
            }
            for name, one in stack.resources.items()
        ]
        return _page("StackResourceSummaries", found, asked)

    @operation
    def describe_stack_events(self, **asked: Any) -> Any:
        stack = self._get(asked["StackName"], "DescribeStackEvents")
        return _page("StackEvents", stack.events[::-1], asked)

    @operation
    def describe_events(self, **asked: Any) -> Any:
        stack = self._get(asked["StackName"], "DescribeEvents")
        found = {"StackId": stack.id, "Timestamp": moment(self._now)}
        return {"OperationEvents": [{**found, **one} for one in self.findings]}

    @operation
    def create_change_set(self, **asked: Any) -> Any:
        name, kind = asked["StackName"], asked["ChangeSetType"]
        stack = self.named(name)
        url = asked.get("TemplateURL", "")
        sent = asked["TemplateBody"] if not url else self.objects[url]
        body = json.loads(sent)
        if stack is not None and asked["ChangeSetName"] in stack.change_sets:
            text = f"ChangeSet {asked['ChangeSetName']} already exists"
            raise error("CreateChangeSet", "AlreadyExistsException", text)
        if "AWS::IAM::Role" in sent and not asked.get("Capabilities"):
            text = "Requires capabilities : [CAPABILITY_IAM]"
            raise error("CreateChangeSet", "InsufficientCapabilitiesException", text)
        if kind == "CREATE":
            if stack is not None and stack.status != "REVIEW_IN_PROGRESS":
                text = f"Stack [{name}] already exists and cannot be created again with the "
                raise error("CreateChangeSet", "ValidationError", f"{text}changeSet [x].")
            stack = stack or self._reviewed(name)
        elif stack is None:
            text = f"Stack [{name}] does not exist"
            raise error("CreateChangeSet", "ValidationError", text)
        elif stack.status not in _IDLE:
            self._refuse("CreateChangeSet", stack, "can not be updated")
        return self._made(stack, asked, body)

    @operation
    def describe_change_set(self, **asked: Any) -> Any:
        stack = self._get(asked["StackName"], "DescribeChangeSet")
        found = self._change_set(stack, asked["ChangeSetName"], "DescribeChangeSet")
        answer = self._summary(stack, found)
        if answer["Status"] != "CREATE_COMPLETE":
            return answer
        pages = _page("Changes", found.changes, asked)
        values = [{"ParameterKey": k, "ParameterValue": v} for k, v in found.parameters.items()]
        return {**answer, **pages, "Parameters": values, "Tags": found.asked["Tags"]}

    @operation
    def list_change_sets(self, **asked: Any) -> Any:
        stack = self._get(asked["StackName"], "ListChangeSets")
        found = [self._summary(stack, one) for one in stack.change_sets.values()]
        return _page("Summaries", found, asked)

    @operation
    def delete_change_set(self, **asked: Any) -> Any:
        stack = self._get(asked["StackName"], "DeleteChangeSet")
        found = self._change_set(stack, asked["ChangeSetName"], "DeleteChangeSet")
        if self._status(found)[0] == "CREATE_IN_PROGRESS":
            text = f"ChangeSet [{found.id}] cannot be deleted in status CREATE_IN_PROGRESS"
            raise error("DeleteChangeSet", "InvalidChangeSetStatus", text)
        del stack.change_sets[_name(asked["ChangeSetName"])]
        return {}

    @operation
    def execute_change_set(self, **asked: Any) -> Any:
        stack = self._get(asked["StackName"], "ExecuteChangeSet")
        found = self._change_set(stack, asked["ChangeSetName"], "ExecuteChangeSet")
        if self._status(found)[1] != "AVAILABLE":
            text = f"ChangeSet [{found.id}] cannot be executed in its current status"
            raise error("ExecuteChangeSet", "InvalidChangeSetStatus", text)
        found.asked["DisableRollback"] = asked.get("DisableRollback", False)
        self._begin(stack, asked)
        stack.change_sets.clear()
        self.operations.execute(stack, found, self._now)
        return {}

    @operation
    def update_termination_protection(self, **asked: Any) -> Any:
        stack = self._get(asked["StackName"], "UpdateTerminationProtection")
        if stack.status == "REVIEW_IN_PROGRESS" and not self.protects_review:
            text = "Termination protection is not available for a stack under review"
            raise error("UpdateTerminationProtection", "ValidationError", text)
        stack.protected = asked["EnableTerminationProtection"]
        return {"StackId": stack.id}

    @operation
    def delete_stack(self, **asked: Any) -> Any:
        stack = self._get(asked["StackName"], "DeleteStack")
        if stack.protected:
            text = f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled"
            raise error("DeleteStack", "ValidationError", text)
        if not stack.status.startswith("DELETE_") or stack.status == "DELETE_FAILED":
            self._begin(stack, asked)
            self.operations.delete(stack, self._now, asked.get("RetainResources", ()))
        return {}

    @operation
    def rollback_stack(self, **asked: Any) -> Any:
        stack = self._get(asked["StackName"], "RollbackStack")
        if stack.status != "UPDATE_FAILED":
            self._refuse("RollbackStack", stack, "can not be rolled back")
        self._begin(stack, asked)
        self.operations.roll_back(stack, self._now)
        return {"StackId": stack.id}

    @operation
    def continue_update_rollback(self, **asked: Any) -> Any:
        stack = self._get(asked["StackName"], "ContinueUpdateRollback")
        if stack.status != "UPDATE_ROLLBACK_FAILED":
            self._refuse("ContinueUpdateRollback", stack, "can not continue rollback")
        self._begin(stack, asked)
        self.operations.roll_back(stack, self._now, skip=asked.get("ResourcesToSkip", ()))
        return {}

    @operation
    def cancel_update_stack(self, **asked: Any) -> Any:
        stack = self._get(asked["StackName"], "CancelUpdateStack")
        if stack.status != "UPDATE_IN_PROGRESS":
            text = "CancelUpdateStack cannot be called from current stack status"
            raise error("CancelUpdateStack", "ValidationError", text)
        self._begin(stack, asked)
        self.operations.roll_back(stack, self._now)
        return {}

    @property
    def _now(self) -> float:
        return self.front.time.now()

    def _advance(self) -> None:
        """Let everything happen that is due by now, in order."""
        while True:
            due = [
                (at, number, stack)
                for stack in self.stacks.values()
                for number, (at, _) in enumerate(stack.due)
                if at <= self._now
            ]
            if not due:
                return
            _, number, stack = min(due, key=lambda one: (one[0], one[1]))
            _, act = stack.due.pop(number)
            act()

    def _get(self, name: str, operation: str) -> Stack:
        self._advance()
        found = self.stacks.get(name) if name.startswith("arn:") else self.named(name)
        if found is None:
            code = "ChangeSetNotFound" if operation == "DescribeChangeSet" else "ValidationError"
            raise error(operation, code, f"Stack with id {name} does not exist")
        return found

    def _change_set(self, stack: Stack, name: str, operation: str) -> ChangeSet:
        found = stack.change_sets.get(_name(name))
        if found is None:
            raise error(operation, "ChangeSetNotFound", f"ChangeSet [{name}] does not exist", 404)
        return found

    def _reviewed(self, name: str) -> Stack:
        stack = self.add(name, "REVIEW_IN_PROGRESS")
        stack.say("REVIEW_IN_PROGRESS", at=self._now, reason="User Initiated")
        return stack

    def _made(self, stack: Stack, asked: dict[str, Any], body: dict[str, Any]) -> Any:
        values = {
            key: one.get("ParameterValue", stack.parameters.get(key))
            for one in asked["Parameters"]
            for key in [one["ParameterKey"]]
        }
        name = asked["ChangeSetName"]
        set_id = f"arn:aws:cloudformation:eu-west-1:111111111111:changeSet/{name}/1"
        before = live(stack.body, stack.parameters) if stack.body else {}
        found = changes(before, live(body, values))
        stack.change_sets[name] = ChangeSet(
            name, set_id, dict(asked), body, values, found, ready=self._now + self.works_out
        )
        return {"Id": set_id, "StackId": stack.id}

    def _summary(self, stack: Stack, found: ChangeSet) -> dict[str, Any]:
        status, execution = self._status(found)
        answer = {
            "StackId": stack.id,
            "StackName": stack.name,
            "ChangeSetId": found.id,
            "ChangeSetName": found.name,
            "Description": found.asked["Description"],
            "Status": status,
            "ExecutionStatus": execution,
        }
        reason = self.refusal or _UNCHANGED
        return {**answer, "StatusReason": reason} if status == "FAILED" else answer

    def _status(self, found: ChangeSet) -> tuple[str, str]:
        if self._now < found.ready:
            return "CREATE_IN_PROGRESS", "UNAVAILABLE"
        if self.refusal or not found.changes:
            return "FAILED", "UNAVAILABLE"
        return "CREATE_COMPLETE", found.execution_status

    def _begin(self, stack: Stack, asked: dict[str, Any]) -> None:
        """Let the events of an operation bear its token."""
        stack.token = asked["ClientRequestToken"]

    def _refuse(self, operation: str, stack: Stack, what: str) -> None:
        text = f"Stack:{stack.id} is in {stack.status} state and {what}."
        raise error(operation, "ValidationError", text)


def _described(stack: Stack) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "StackId": stack.id,
        "StackName": stack.name,
        "CreationTime": moment(stack.created),
        "StackStatus": stack.status,
        "StackStatusReason": stack.reason,
        "EnableTerminationProtection": stack.protected,
        "Parameters": [
            {"ParameterKey": k, "ParameterValue": v} for k, v in stack.parameters.items()
        ],
        "Tags": stack.tags,
        "Outputs": stack.outputs,
    }
    if stack.role_arn is not None:
        answer["RoleARN"] = stack.role_arn
    return answer if stack.updated is None else answer | {"LastUpdatedTime": moment(stack.updated)}


def _page(key: str, items: list[Any], asked: dict[str, Any]) -> dict[str, Any]:
    """Return a short page, so that whoever reads the first alone is found out."""
    begin = int(asked.get("NextToken", 0))
    answer: dict[str, Any] = {key: items[begin : begin + _PAGE]}
    return answer | {"NextToken": str(begin + _PAGE)} if len(items) > begin + _PAGE else answer


def _name(change_set: str) -> str:
    return change_set.split("/")[1] if change_set.startswith("arn:") else change_set
