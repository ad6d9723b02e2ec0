"""What the fake keeps of stacks, change sets and events, as CloudFormation answers it."""

from __future__ import annotations

from tests.fake_aws.model import JSON
from tests.fake_aws.stack import ChangeSet, Stack
from tests.fake_aws.time import date

_ONLY_EVENTS = ("OperationType", "ValidationPath")


def stack(one: Stack) -> JSON:
    """Return a stack of DescribeStacks."""
    version = one.version
    return {
        "StackName": one.name,
        "StackId": one.id,
        "StackStatus": one.status,
        "CreationTime": date(one.created),
        "Parameters": parameters(version.values, version.resolved),
        "Tags": [{"Key": key, "Value": value} for key, value in version.tags.items()],
        "Outputs": [*one.outputs.values()],
        "Capabilities": [*version.capabilities],
        "EnableTerminationProtection": one.protected,
        "DisableRollback": one.keep,
        "NotificationARNs": [],
        "RollbackConfiguration": {},
        "DriftInformation": {"StackDriftStatus": "NOT_CHECKED"},
        **({"StackStatusReason": one.reason} if one.reason else {}),
        **({"LastUpdatedTime": date(one.updated)} if one.updated else {}),
        **({"DeletionTime": date(one.deleted)} if one.deleted else {}),
        **({"RoleARN": version.role_arn} if version.role_arn else {}),
        **({"ChangeSetId": one.executed.id} if one.executed else {}),
    }


def change_set(stack: Stack, one: ChangeSet) -> JSON:
    """Return what DescribeChangeSet and ListChangeSets both tell of a change set."""
    return {
        "StackName": stack.name,
        "StackId": stack.id,
        "ChangeSetName": one.name,
        "ChangeSetId": one.id,
        "Status": one.status,
        "ExecutionStatus": one.execution_status,
        "CreationTime": date(one.created),
        "IncludeNestedStacks": False,
        **({"StatusReason": one.reason} if one.reason else {}),
        **({"Description": one.description} if one.description else {}),
    }


def parameters(values: dict[str, str], resolved: dict[str, str]) -> list[JSON]:
    """Return parameters with their values."""
    return [
        {
            "ParameterKey": key,
            "ParameterValue": value,
            **({"ResolvedValue": resolved[key]} if key in resolved else {}),
        }
        for key, value in values.items()
    ]


def stack_event(event: JSON) -> JSON:
    """Return an event of DescribeStackEvents."""
    return {key: one for key, one in event.items() if key not in _ONLY_EVENTS}


def operation_event(event: JSON) -> JSON:
    """Return an event of DescribeEvents."""
    found = {key: one for key, one in event.items() if key != "StackName"}
    hook_events = ("HookInvocationId",)
    found = {key: one for key, one in found.items() if key not in hook_events}
    status = event.get("ResourceStatus", "")
    if "ValidationStatus" in event:
        kind = "VALIDATION_ERROR"
    elif event.get("HookStatus") == "HOOK_COMPLETE_FAILED":
        kind = "HOOK_INVOCATION_ERROR"
    elif event["LogicalResourceId"] == event.get("StackName"):
        kind = "STACK_EVENT"
    else:
        kind = "PROVISIONING_ERROR" if status.endswith("_FAILED") else "PROGRESS_EVENT"
    return {**found, "EventType": kind}


def newest(key: str, events: list[JSON], token: str, size: int) -> JSON:
    """Return a page of events, the newest first; new ones do not move the pages that follow."""
    end = int(token) if token else len(events)
    start = max(end - size, 0)
    return {key: events[start:end][::-1], **({"NextToken": str(start)} if start else {})}
