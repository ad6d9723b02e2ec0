"""AWS's answers as our records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pipelinegen.document import read
from pipelinegen.records import (
    ChangeSet,
    PropertyChange,
    ResourceChange,
    StackEvent,
    StackRecord,
    StackResource,
)

Answer = Mapping[str, Any]

_FAILED_HOOKS = ("HOOK_COMPLETE_FAILED", "HOOK_FAILED")


def stack(answer: Answer) -> StackRecord:
    """Return a stack of DescribeStacks."""
    outputs = answer.get("Outputs", ())
    return StackRecord(
        name=answer["StackName"],
        id=answer["StackId"],
        status=answer["StackStatus"],
        reason=answer.get("StackStatusReason", ""),
        parameters=_parameters(answer),
        tags=_tags(answer),
        outputs={one["OutputKey"]: one["OutputValue"] for one in outputs},
        exports=tuple(one["ExportName"] for one in outputs if "ExportName" in one),
        capabilities=frozenset(answer.get("Capabilities", ())),
        role_arn=answer.get("RoleARN"),
        termination_protection=answer.get("EnableTerminationProtection", False),
        created=answer["CreationTime"].timestamp(),
        updated=seconds(answer.get("LastUpdatedTime")),
    )


def template(body: object) -> dict[str, Any]:
    """Return a template; empty where it is not one that we write.

    botocore itself parses every TemplateBody that is JSON, and leaves others as text. A pipeline
    that updates its own stack sends the file that is committed, which is YAML.
    """
    if isinstance(body, str):
        document, faults = read("template", body.encode())
        body = None if faults else document.data
    return dict(body) if isinstance(body, Mapping) else {}


def resource(answer: Answer) -> StackResource:
    """Return a resource of ListStackResources."""
    return StackResource(
        logical_id=answer["LogicalResourceId"],
        type=answer["ResourceType"],
        status=answer["ResourceStatus"],
        physical_id=answer.get("PhysicalResourceId", ""),
        reason=answer.get("ResourceStatusReason", ""),
    )


def change_set(answer: Answer, changes: Iterable[ResourceChange] = ()) -> ChangeSet:
    """Return a change set of DescribeChangeSet or ListChangeSets."""
    return ChangeSet(
        name=answer["ChangeSetName"],
        id=answer["ChangeSetId"],
        stack_id=answer["StackId"],
        status=answer["Status"],
        execution_status=answer.get("ExecutionStatus", "UNAVAILABLE"),
        reason=answer.get("StatusReason", ""),
        description=answer.get("Description", ""),
        parameters=_parameters(answer),
        tags=_tags(answer),
        changes=tuple(changes),
    )


def change(answer: Answer) -> ResourceChange:
    """Return one change of a change set."""
    found = answer["ResourceChange"]
    return ResourceChange(
        logical_id=found["LogicalResourceId"],
        type=found["ResourceType"],
        action=found["Action"],
        physical_id=found.get("PhysicalResourceId"),
        replacement=found.get("Replacement", ""),
        policy_action=found.get("PolicyAction", ""),
        scope=tuple(found.get("Scope", ())),
        details=tuple(_detail(one) for one in found.get("Details", ())),
    )


def event(answer: Answer, hook_reason: str = "") -> StackEvent:
    """Return an event of DescribeStackEvents; `hook_reason` says more of a hook that failed."""
    hook = answer.get("HookType")
    stops = hook_stops(answer)
    reason = hook_reason or answer.get("HookStatusReason", "") if hook else ""
    return StackEvent(
        id=answer["EventId"],
        time=answer["Timestamp"].timestamp(),
        stack_id=answer["StackId"],
        logical_id=answer.get("LogicalResourceId", ""),
        type=answer.get("ResourceType", ""),
        status=answer["HookStatus"] if stops else answer.get("ResourceStatus", ""),
        physical_id=answer.get("PhysicalResourceId", ""),
        reason=reason or answer.get("ResourceStatusReason", ""),
        token=answer.get("ClientRequestToken"),
        operation_id=answer.get("OperationId"),
        hook=hook,
    )


def failure(answer: Answer) -> StackEvent:
    """Return an event of DescribeEvents, which knows more kinds than DescribeStackEvents.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_OperationEvent.html
    """
    return StackEvent(
        id=answer["EventId"],
        time=answer["Timestamp"].timestamp(),
        stack_id=answer["StackId"],
        logical_id=answer.get("LogicalResourceId", ""),
        type=answer.get("ResourceType", ""),
        status=_status_of_failure(answer),
        physical_id=answer.get("PhysicalResourceId", ""),
        reason=next((answer[key] for key in _REASONS if answer.get(key)), ""),
        token=answer.get("ClientRequestToken"),
        operation_id=answer.get("OperationId"),
        hook=answer.get("HookType"),
        path=answer.get("ValidationPath"),
    )


_REASONS = ("ValidationStatusReason", "HookStatusReason", "ResourceStatusReason")


def hook_stops(answer: Answer) -> bool:
    """Tell whether a hook failed and the operation with it: one that warns lets it go on."""
    return answer.get("HookStatus") in _FAILED_HOOKS and answer.get("HookFailureMode") != "WARN"


def hook_result(answer: Answer) -> str:
    """Return what GetHookResult says went wrong: the annotations that failed, else the reason.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetHookResult.html
    """
    texts = [
        ": ".join(one[key] for key in _ANNOTATION if one.get(key))
        for one in answer.get("Annotations", ())
        if one.get("Status") == "FAILED"
    ]
    return "; ".join(texts) or str(answer.get("HookStatusReason", ""))


_ANNOTATION = ("AnnotationName", "StatusMessage", "RemediationMessage")


def seconds(time: datetime | None) -> float | None:
    """Return seconds since 1970."""
    return None if time is None else time.timestamp()


def _status_of_failure(answer: Answer) -> str:
    """Return a status as resources have them, also for what is none."""
    if hook_stops(answer):
        return str(answer["HookStatus"])
    if answer.get("EventType") == "VALIDATION_ERROR":
        warns = answer.get("ValidationFailureMode") == "WARN"
        return "VALIDATION_WARNING" if warns else "VALIDATION_FAILED"
    status = answer.get("ResourceStatus")
    if status is not None:
        return str(status)
    return f"{answer.get('OperationType', 'OPERATION')}_{answer.get('OperationStatus', 'FAILED')}"


def _detail(answer: Answer) -> PropertyChange:
    target = answer.get("Target", {})
    return PropertyChange(
        attribute=target.get("Attribute", ""),
        path=target.get("Path") or _path(target),
        recreation=target.get("RequiresRecreation", "Never"),
        before=target.get("BeforeValue"),
        after=target.get("AfterValue"),
        cause=answer.get("CausingEntity"),
    )


def _path(target: Answer) -> str:
    """Return the path of an answer without property values, which names the property alone."""
    return "/" + "/".join(target[key] for key in ("Attribute", "Name") if target.get(key))


def _parameters(answer: Answer) -> dict[str, str]:
    return {
        one["ParameterKey"]: one.get("ParameterValue", "") for one in answer.get("Parameters", ())
    }


def _tags(answer: Answer) -> dict[str, str]:
    return {one["Key"]: one["Value"] for one in answer.get("Tags", ())}
