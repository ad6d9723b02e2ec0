"""Each call to CloudFormation, as botocore sends it, and each answer as our records."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from pipelinegen.aws.stacks import CloudFormationStacks
from pipelinegen.errors import Denied
from pipelinegen.records import (
    ChangeSet,
    PropertyChange,
    ResourceChange,
    StackEvent,
    StackRecord,
    StackResource,
)
from pipelinegen.services import Stacks
from tests.stubbed_aws import SECONDS, TIME, Script, calls

STACK = "arn:aws:cloudformation:eu-west-1:111111111111:stack/shop-main-pipeline/1"
SET = "arn:aws:cloudformation:eu-west-1:111111111111:changeSet/pg-1/1"
NAMED = {"StackName": STACK}
GONE = "Stack with id shop-main-pipeline does not exist"


@pytest.fixture
def aws() -> Script:
    return Script("cloudformation")


@pytest.fixture
def stacks(aws: Script) -> Stacks:
    return CloudFormationStacks(aws.client, calls())


def described(name: str, status: str, **more: Any) -> dict[str, Any]:
    return {
        "StackName": name,
        "StackId": f"{STACK}-{name}",
        "StackStatus": status,
        "CreationTime": TIME,
        **more,
    }


def test_a_stack_is_found_with_all_that_we_ask_of_it(aws: Script, stacks: Stacks) -> None:
    answer = described(
        "shop",
        "UPDATE_COMPLETE",
        StackStatusReason="all is well",
        Parameters=[
            {"ParameterKey": "BranchName", "ParameterValue": "main"},
            {"ParameterKey": "Image", "ParameterValue": "/x", "ResolvedValue": "ami-1"},
        ],
        Tags=[{"Key": "pipelinegen:pipeline", "Value": "shop"}],
        Outputs=[
            {"OutputKey": "PipelineName", "OutputValue": "shop-main"},
            {"OutputKey": "Key", "OutputValue": "k", "ExportName": "shop-key"},
        ],
        Capabilities=["CAPABILITY_IAM"],
        RoleARN="arn:aws:iam::111111111111:role/deployer",
        EnableTerminationProtection=True,
        LastUpdatedTime=TIME,
    )
    aws.answers("describe_stacks", {"StackName": "shop"}, {"Stacks": [answer]})
    assert stacks.find("shop") == StackRecord(
        name="shop",
        id=f"{STACK}-shop",
        status="UPDATE_COMPLETE",
        reason="all is well",
        parameters={"BranchName": "main", "Image": "/x"},
        tags={"pipelinegen:pipeline": "shop"},
        outputs={"PipelineName": "shop-main", "Key": "k"},
        exports=("shop-key",),
        capabilities=frozenset({"CAPABILITY_IAM"}),
        role_arn="arn:aws:iam::111111111111:role/deployer",
        termination_protection=True,
        created=SECONDS,
        updated=SECONDS,
    )


def test_a_stack_that_says_little_is_found(aws: Script, stacks: Stacks) -> None:
    answer = {"Stacks": [described("shop", "REVIEW_IN_PROGRESS")]}
    aws.answers("describe_stacks", {"StackName": "shop"}, answer)
    assert stacks.find("shop") == StackRecord(
        "shop", f"{STACK}-shop", "REVIEW_IN_PROGRESS", created=SECONDS
    )


def test_an_absent_stack_is_not_found(aws: Script, stacks: Stacks) -> None:
    aws.fails("describe_stacks", "ValidationError", GONE, asked={"StackName": "shop"})
    assert stacks.find("shop") is None


@pytest.mark.parametrize(
    ("asked", "found"), [("shop", False), (STACK, True)], ids=["by name it is not", "by id it is"]
)
def test_a_deleted_stack_is_found_by_id_alone(
    aws: Script, stacks: Stacks, asked: str, found: bool
) -> None:
    answer = {"Stacks": [described("shop", "DELETE_COMPLETE")]}
    aws.answers("describe_stacks", {"StackName": asked}, answer)
    assert (stacks.find(asked) is not None) is found


def test_every_stack_comes_from_all_pages(aws: Script, stacks: Stacks) -> None:
    one, other = described("one", "CREATE_COMPLETE"), described("other", "ROLLBACK_FAILED")
    gone = described("gone", "DELETE_COMPLETE")
    aws.answers("describe_stacks", {}, {"Stacks": [one, gone], "NextToken": "2"})
    aws.answers("describe_stacks", {"NextToken": "2"}, {"Stacks": [other]})
    assert [found.name for found in stacks.every()] == ["one", "other"]
    aws.done()


BODY: dict[str, Any] = {"Resources": {}}
TEMPLATES = {
    "JSON is a template": (json.dumps(BODY), BODY),
    "YAML is a template that a pipeline sent": ("Resources: {}", BODY),
    "YAML with short functions is none of ours": ("Resources: {A: !Ref B}", {}),
    "YAML that is no map is none of ours": ("template", {}),
    "a list is none of ours": ("[1]", {}),
}


@pytest.mark.parametrize(("text", "found"), TEMPLATES.values(), ids=TEMPLATES.keys())
def test_a_template_is_read(aws: Script, stacks: Stacks, text: str, found: dict[str, Any]) -> None:
    asked = {"StackName": "shop", "TemplateStage": "Original"}
    aws.answers("get_template", asked, {"TemplateBody": text})
    assert stacks.template("shop") == found


def test_a_stack_without_a_template_has_none(aws: Script, stacks: Stacks) -> None:
    asked = {"StackName": "shop", "TemplateStage": "Original"}
    aws.answers("get_template", asked, {})
    assert stacks.template("shop") is None


def test_the_template_of_a_change_set_is_read(aws: Script, stacks: Stacks) -> None:
    asked = {"StackName": "shop", "ChangeSetName": "pg-1", "TemplateStage": "Original"}
    aws.answers("get_template", asked, {"TemplateBody": json.dumps(BODY)})
    assert stacks.template("shop", change_set="pg-1") == BODY


def test_resources_come_from_all_pages(aws: Script, stacks: Stacks) -> None:
    summary = {
        "LogicalResourceId": "Store",
        "ResourceType": "AWS::S3::Bucket",
        "ResourceStatus": "DELETE_FAILED",
        "LastUpdatedTimestamp": TIME,
    }
    more = {**summary, "PhysicalResourceId": "bucket", "ResourceStatusReason": "is not empty"}
    first = {"StackResourceSummaries": [summary], "NextToken": "2"}
    aws.answers("list_stack_resources", NAMED, first)
    second = {"StackResourceSummaries": [more]}
    aws.answers("list_stack_resources", {**NAMED, "NextToken": "2"}, second)
    bucket = "AWS::S3::Bucket"
    assert stacks.resources(STACK) == (
        StackResource("Store", bucket, "DELETE_FAILED"),
        StackResource("Store", bucket, "DELETE_FAILED", "bucket", "is not empty"),
    )


def happened(number: int, **more: Any) -> dict[str, Any]:
    return {
        "StackId": STACK,
        "StackName": "shop",
        "EventId": str(number),
        "Timestamp": TIME,
        **more,
    }


def test_events_come_from_all_pages(aws: Script, stacks: Stacks) -> None:
    full = happened(
        2,
        LogicalResourceId="Pipeline",
        PhysicalResourceId="shop-main",
        ResourceType="AWS::CodePipeline::Pipeline",
        ResourceStatus="UPDATE_FAILED",
        ResourceStatusReason="not authorized",
        ClientRequestToken="pg-1",
        OperationId="operation",
    )
    aws.answers("describe_stack_events", NAMED, {"StackEvents": [full], "NextToken": "2"})
    second = {**NAMED, "NextToken": "2"}
    aws.answers("describe_stack_events", second, {"StackEvents": [happened(1)]})
    assert [*stacks.events(STACK)] == [
        StackEvent(
            id="2",
            time=SECONDS,
            stack_id=STACK,
            logical_id="Pipeline",
            type="AWS::CodePipeline::Pipeline",
            status="UPDATE_FAILED",
            physical_id="shop-main",
            reason="not authorized",
            token="pg-1",
            operation_id="operation",
        ),
        StackEvent("1", SECONDS, STACK, "", "", ""),
    ]


def test_older_events_are_not_asked_for_before_they_are_wanted(aws: Script, stacks: Stacks) -> None:
    page = {"StackEvents": [happened(2)], "NextToken": "2"}
    aws.answers("describe_stack_events", NAMED, page)
    assert next(stacks.events(STACK)).id == "2"
    aws.done()


INVOCATION = "2a36aa47-2d4c-4ab8-a263-4162b342545c"
HOOK = {
    "LogicalResourceId": "Store",
    "ResourceStatus": "CREATE_IN_PROGRESS",
    "HookType": "Our::Guard::Buckets",
    "HookStatus": "HOOK_COMPLETE_FAILED",
    "HookStatusReason": "rule failed",
    "HookFailureMode": "FAIL",
    "HookInvocationId": INVOCATION,
}


EVENTS = {"StackEvents": [happened(1, **HOOK)]}
ANNOTATIONS = [
    {
        "AnnotationName": "encrypted",
        "Status": "FAILED",
        "StatusMessage": "the bucket is not encrypted",
        "RemediationMessage": "set BucketEncryption",
    },
    {"AnnotationName": "private", "Status": "PASSED"},
    {"AnnotationName": "versioned", "Status": "FAILED"},
]
HOOK_RESULTS: dict[str, tuple[dict[str, Any], str]] = {
    "the annotations that failed": (
        {"Annotations": ANNOTATIONS, "HookStatusReason": "see annotations"},
        "encrypted: the bucket is not encrypted: set BucketEncryption; versioned",
    ),
    "its reason where it has no annotations": ({"HookStatusReason": "rule 7"}, "rule 7"),
    "the reason of the event where it says nothing": ({}, "rule failed"),
}


@pytest.mark.parametrize(("result", "text"), HOOK_RESULTS.values(), ids=HOOK_RESULTS.keys())
def test_a_hook_that_failed_tells(
    aws: Script, stacks: Stacks, result: dict[str, Any], text: str
) -> None:
    aws.answers("describe_stack_events", NAMED, EVENTS)
    aws.answers("get_hook_result", {"HookResultId": INVOCATION}, result)
    found = next(stacks.events(STACK))
    assert (found.hook, found.status, found.reason) == (
        "Our::Guard::Buckets",
        "HOOK_COMPLETE_FAILED",
        text,
    )


def test_a_hook_is_asked_once(aws: Script, stacks: Stacks) -> None:
    aws.answers("describe_stack_events", NAMED, EVENTS)
    aws.answers("get_hook_result", {"HookResultId": INVOCATION}, {"HookStatusReason": "rule 7"})
    aws.answers("describe_stack_events", NAMED, EVENTS)
    assert [next(stacks.events(STACK)).reason for _ in range(2)] == ["rule 7", "rule 7"]


@pytest.mark.parametrize("code", ["AccessDenied", "HookResultNotFound", "ValidationError"])
def test_a_hook_that_cannot_be_asked_leaves_what_the_event_says(
    aws: Script, stacks: Stacks, code: str
) -> None:
    aws.answers("describe_stack_events", NAMED, EVENTS)
    aws.fails("get_hook_result", code, "no")
    assert next(stacks.events(STACK)).reason == "rule failed"


QUIET_HOOKS = {
    "a hook that only warns lets its resource go on": {"HookFailureMode": "WARN"},
    "a hook that succeeded lets its resource go on": {"HookStatus": "HOOK_COMPLETE_SUCCEEDED"},
}


@pytest.mark.parametrize("more", QUIET_HOOKS.values(), ids=QUIET_HOOKS.keys())
def test_is_not_a_failure(aws: Script, stacks: Stacks, more: dict[str, str]) -> None:
    events = {"StackEvents": [happened(1, **{**HOOK, **more})]}
    aws.answers("describe_stack_events", NAMED, events)
    found = next(stacks.events(STACK))
    assert (found.status, found.failed) == ("CREATE_IN_PROGRESS", False)


FAILURES: dict[str, tuple[dict[str, Any], tuple[str, str, str | None]]] = {
    "a property that AWS does not accept": (
        {
            "EventType": "VALIDATION_ERROR",
            "ValidationFailureMode": "FAIL",
            "ValidationStatus": "FAILED",
            "ValidationStatusReason": "'x' is not one of ['Source']",
            "ValidationPath": "/Resources/Pipeline/Properties/Stages/1",
        },
        (
            "VALIDATION_FAILED",
            "'x' is not one of ['Source']",
            "/Resources/Pipeline/Properties/Stages/1",
        ),
    ),
    "a property that AWS only warns of": (
        {"EventType": "VALIDATION_ERROR", "ValidationFailureMode": "WARN"},
        ("VALIDATION_WARNING", "", None),
    ),
    "a hook": (
        {
            "EventType": "HOOK_INVOCATION_ERROR",
            "HookType": "Our::Guard::Buckets",
            "HookStatus": "HOOK_COMPLETE_FAILED",
            "HookStatusReason": "rule 7",
            "HookFailureMode": "FAIL",
        },
        ("HOOK_COMPLETE_FAILED", "rule 7", None),
    ),
    "a resource": (
        {
            "EventType": "PROVISIONING_ERROR",
            "ResourceStatus": "CREATE_FAILED",
            "ResourceStatusReason": "exists",
        },
        ("CREATE_FAILED", "exists", None),
    ),
    "an operation": (
        {
            "EventType": "STACK_EVENT",
            "OperationType": "CREATE_CHANGESET",
            "OperationStatus": "FAILED",
        },
        ("CREATE_CHANGESET_FAILED", "", None),
    ),
    "something that is new to us": ({}, ("OPERATION_FAILED", "", None)),
}


@pytest.mark.parametrize(("event", "found"), FAILURES.values(), ids=FAILURES.keys())
def test_a_failure_may_be(
    aws: Script, stacks: Stacks, event: dict[str, Any], found: tuple[str, str, str | None]
) -> None:
    asked = {**NAMED, "Filters": {"FailedEvents": True}}
    answer = {"EventId": "1", "StackId": STACK, "Timestamp": TIME, **event}
    aws.answers("describe_events", asked, {"OperationEvents": [answer]})
    (failure,) = stacks.failures(STACK)
    assert (failure.status, failure.reason, failure.path) == found
    assert failure.hook == event.get("HookType")


def test_failures_of_a_change_set_come_from_all_pages(aws: Script, stacks: Stacks) -> None:
    asked = {**NAMED, "ChangeSetName": SET, "Filters": {"FailedEvents": True}}
    event = {"StackId": STACK, "Timestamp": TIME}
    first = {"OperationEvents": [{**event, "EventId": "1"}], "NextToken": "2"}
    aws.answers("describe_events", asked, first)
    second = {"OperationEvents": [{**event, "EventId": "2"}]}
    aws.answers("describe_events", {**asked, "NextToken": "2"}, second)
    assert [one.id for one in stacks.failures(STACK, change_set=SET)] == ["1", "2"]


def test_failures_that_may_not_be_seen_are_denied(aws: Script, stacks: Stacks) -> None:
    aws.fails("describe_events", "AccessDenied", "no", status=403)
    with pytest.raises(Denied) as caught:
        stacks.failures(STACK)
    assert caught.value.action == "cloudformation:DescribeEvents"


def test_importers_come_from_all_pages(aws: Script, stacks: Stacks) -> None:
    asked = {"ExportName": "shop-key"}
    aws.answers("list_imports", asked, {"Imports": ["one"], "NextToken": "2"})
    aws.answers("list_imports", {**asked, "NextToken": "2"}, {"Imports": ["other"]})
    assert stacks.importers("shop-key") == ("one", "other")


def test_an_export_without_importers_is_no_fault(aws: Script, stacks: Stacks) -> None:
    message = "Export 'shop-key' is not imported by any stack."
    aws.fails("list_imports", "ValidationError", message)
    assert stacks.importers("shop-key") == ()


def test_change_sets_come_from_all_pages(aws: Script, stacks: Stacks) -> None:
    summary = {"ChangeSetId": SET, "StackId": STACK, "Status": "CREATE_COMPLETE"}
    first = {"Summaries": [{**summary, "ChangeSetName": "one"}], "NextToken": "2"}
    aws.answers("list_change_sets", NAMED, first)
    more = {"ChangeSetName": "other", "ExecutionStatus": "OBSOLETE", "Description": "ours"}
    second = {"Summaries": [{**summary, **more}]}
    aws.answers("list_change_sets", {**NAMED, "NextToken": "2"}, second)
    assert stacks.change_sets(STACK) == (
        ChangeSet("one", SET, STACK, "CREATE_COMPLETE", "UNAVAILABLE"),
        ChangeSet("other", SET, STACK, "CREATE_COMPLETE", "OBSOLETE", description="ours"),
    )


def changed(name: str, **more: Any) -> dict[str, Any]:
    change = {"LogicalResourceId": name, "ResourceType": "AWS::S3::Bucket", "Action": "Modify"}
    return {"Type": "Resource", "ResourceChange": {**change, **more}}


VALUES = {"ChangeSetName": "pg-1", "StackName": STACK, "IncludePropertyValues": True}
PLAIN = {**VALUES, "IncludePropertyValues": False}
SET_ANSWER = {
    "ChangeSetName": "pg-1",
    "ChangeSetId": SET,
    "StackId": STACK,
    "Status": "CREATE_COMPLETE",
    "ExecutionStatus": "AVAILABLE",
}


def test_a_change_set_has_the_changes_of_all_pages(aws: Script, stacks: Stacks) -> None:
    detail = {
        "Target": {
            "Attribute": "Properties",
            "Name": "BucketName",
            "Path": "/Properties/BucketName",
            "RequiresRecreation": "Always",
            "BeforeValue": "a",
            "AfterValue": "b",
        },
        "CausingEntity": "BranchSlug",
    }
    full = changed(
        "Store",
        PhysicalResourceId="a",
        Replacement="True",
        PolicyAction="ReplaceAndRetain",
        Scope=["Properties"],
        Details=[detail],
    )
    page = {**SET_ANSWER, "Changes": [full], "NextToken": "2"}
    aws.answers("describe_change_set", VALUES, page)
    last = {
        **SET_ANSWER,
        "StatusReason": "made",
        "Description": "ours",
        "Parameters": [{"ParameterKey": "Size", "UsePreviousValue": True}],
        "Tags": [{"Key": "pipelinegen:pipeline", "Value": "shop"}],
        "Changes": [changed("Other")],
    }
    aws.answers("describe_change_set", {**VALUES, "NextToken": "2"}, last)
    place = PropertyChange("Properties", "/Properties/BucketName", "Always", "a", "b", "BranchSlug")
    store = ResourceChange(
        "Store",
        "AWS::S3::Bucket",
        "Modify",
        "a",
        "True",
        "ReplaceAndRetain",
        ("Properties",),
        (place,),
    )
    assert stacks.change_set(STACK, "pg-1") == ChangeSet(
        "pg-1",
        SET,
        STACK,
        "CREATE_COMPLETE",
        "AVAILABLE",
        reason="made",
        description="ours",
        parameters={"Size": ""},
        tags={"pipelinegen:pipeline": "shop"},
        changes=(store, ResourceChange("Other", "AWS::S3::Bucket", "Modify")),
    )


def test_changes_without_values_are_asked_for_when_aws_warns(aws: Script, stacks: Stacks) -> None:
    detail = {"Target": {"Attribute": "Properties", "Name": "Tags"}}
    valued = changed("Store", Replacement="False")
    warned = {**SET_ANSWER, "StatusReason": "[WARN] --include-property-values option..."}
    aws.answers("describe_change_set", VALUES, {**warned, "Changes": [valued]})
    both = [changed("Store"), changed("Other", Details=[detail, {}])]
    aws.answers("describe_change_set", PLAIN, {**warned, "Changes": both})
    found = stacks.change_set(STACK, "pg-1")
    assert found is not None
    assert [(one.logical_id, one.replacement) for one in found.changes] == [
        ("Store", "False"),
        ("Other", ""),
    ]
    assert found.changes[1].details == (
        PropertyChange("Properties", "/Properties/Tags"),
        PropertyChange("", "/"),
    )


NOTHING: dict[str, tuple[Callable[[Stacks], object], str, object]] = {
    "has no template": (lambda stacks: stacks.template(STACK), "get_template", None),
    "has no resources": (lambda stacks: stacks.resources(STACK), "list_stack_resources", ()),
    "has no events": (lambda stacks: [*stacks.events(STACK)], "describe_stack_events", []),
    "has no failures": (lambda stacks: stacks.failures(STACK), "describe_events", ()),
    "has no change sets": (lambda stacks: stacks.change_sets(STACK), "list_change_sets", ()),
    "has no such change set": (
        lambda stacks: stacks.change_set(STACK, "pg-1"),
        "describe_change_set",
        None,
    ),
}


@pytest.mark.parametrize(("ask", "operation", "found"), NOTHING.values(), ids=NOTHING.keys())
def test_a_stack_that_is_not_there(
    aws: Script,
    stacks: Stacks,
    ask: Callable[[Stacks], object],
    operation: str,
    found: object,
) -> None:
    aws.fails(operation, "ValidationError", f"Stack [{STACK}] does not exist")
    assert ask(stacks) == found
