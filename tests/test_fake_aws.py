"""The fakes behave as AWS does where our code depends on it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ParamValidationError,
    ReadTimeoutError,
)

from pipelinegen.errors import EnvironmentFault
from pipelinegen.stack_states import STEPS, under_way
from tests.fake_aws import FakeAws
from tests.fake_aws.cloudformation import NATURAL_END
from tests.fake_aws.faults import KINDS, Faulty, Killed, Kind, Limited
from tests.fake_aws.model import JSON
from tests.fake_aws.templates import Evaluation
from tests.fake_aws.time import VirtualTime

TEMPLATE: JSON = {
    "Parameters": {"Branch": {"Type": "String", "AllowedPattern": "[a-z]+"}},
    "Conditions": {"IsMain": {"Fn::Equals": [{"Ref": "Branch"}, "main"]}},
    "Resources": {
        "Pipeline": {
            "Type": "AWS::CodePipeline::Pipeline",
            "Properties": {
                "Name": {"Fn::Sub": "shop-${Branch}"},
                "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                "ArtifactStore": {"Type": "S3", "Location": {"Ref": "Bucket"}},
                "PipelineType": "V2",
                "Stages": [
                    {
                        "Name": "Source",
                        "Actions": [
                            {
                                "Name": "App",
                                "ActionTypeId": {
                                    "Category": "Source",
                                    "Owner": "AWS",
                                    "Provider": "CodeCommit",
                                    "Version": "1",
                                },
                                "Configuration": {"BranchName": {"Ref": "Branch"}},
                            }
                        ],
                    },
                    {
                        "Name": "Ask",
                        "Actions": [
                            {
                                "Name": "Owner",
                                "ActionTypeId": {
                                    "Category": "Approval",
                                    "Owner": "AWS",
                                    "Provider": "Manual",
                                    "Version": "1",
                                },
                            }
                        ],
                    },
                ],
            },
        },
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}},
        "Bucket": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"},
        "Topic": {"Type": "AWS::SNS::Topic", "Condition": "IsMain"},
        "Logs": {"Type": "AWS::Logs::LogGroup"},
    },
    "Outputs": {"Pipeline": {"Value": {"Ref": "Pipeline"}}},
}
REVISED: JSON = json.loads(json.dumps(TEMPLATE).replace("CodeCommit", "S3"))
STACK = "AWS::CloudFormation::Stack"
NOBODY = "00000000-0000-4000-8000-000000000000"
RENAMED: JSON = json.loads(json.dumps(TEMPLATE).replace("shop-$", "store-$"))


class World:
    """One account, and the calls that a deployment makes."""

    def __init__(self) -> None:
        self.aws = FakeAws()
        self.stacks = self.aws.client("cloudformation")

    def create(self, name: str, template: JSON = TEMPLATE, **asked: Any) -> JSON:
        """Ask for a change set."""
        given = {
            "StackName": "shop",
            "ChangeSetName": name,
            "ChangeSetType": "CREATE",
            "TemplateBody": json.dumps(template),
            "Parameters": [{"ParameterKey": "Branch", "ParameterValue": "main"}],
            "Capabilities": ["CAPABILITY_IAM"],
            "ClientToken": f"token-{name}",
        }
        wanted = {key: one for key, one in {**given, **asked}.items() if one is not None}
        return dict(self.stacks.create_change_set(**wanted))

    def made(self, name: str, template: JSON = TEMPLATE, **asked: Any) -> JSON:
        """Ask for a change set, and return it once it is made."""
        self.create(name, template, **asked)
        self.aws.time.sleep(10)
        return dict(self.stacks.describe_change_set(StackName="shop", ChangeSetName=name))

    def execute(self, name: str, **asked: Any) -> str:
        """Execute a change set; return the last status of the stack."""
        stack_id = self.stack["StackId"]
        self.stacks.execute_change_set(
            StackName="shop", ChangeSetName=name, ClientRequestToken=f"run-{name}", **asked
        )
        return self.settled(stack_id)

    def deployed(self) -> World:
        """Have the stack."""
        self.made("first")
        assert self.execute("first") == "CREATE_COMPLETE"
        return self

    def updated(self, template: JSON, name: str = "second", **asked: Any) -> str:
        """Update the stack; return its last status."""
        self.made(name, template, ChangeSetType="UPDATE")
        return self.execute(name, **asked)

    @property
    def stack(self) -> JSON:
        return dict(self.stacks.describe_stacks(StackName="shop")["Stacks"][0])

    def settled(self, stack_id: str) -> str:
        """Wait until nothing is under way."""
        for _ in range(100):
            found = self.stacks.describe_stacks(StackName=stack_id)["Stacks"][0]
            if not under_way(found["StackStatus"]):
                return str(found["StackStatus"])
            self.aws.time.sleep(3)
        raise AssertionError("it never ends")

    def events(self, stack: str = "shop") -> list[JSON]:
        """Return all events, the oldest first."""
        found = pages(self.stacks.describe_stack_events, "StackEvents", StackName=stack)
        return found[::-1]

    def statuses(self) -> list[str]:
        """Return the states that the stack was in."""
        return [one["ResourceStatus"] for one in self.events() if one["ResourceType"] == STACK]

    def failures(self, **asked: Any) -> list[JSON]:
        """Return the failed events that DescribeEvents keeps."""
        call, filters = self.stacks.describe_events, {"FailedEvents": True}
        return pages(call, "OperationEvents", StackName="shop", Filters=filters, **asked)


def pages(call: Callable[..., Any], key: str, **asked: Any) -> list[JSON]:
    page = call(**asked)
    found = list(page[key])
    while "NextToken" in page:
        page = call(**asked, NextToken=page["NextToken"])
        found += page[key]
    return found


def refusal(call: Callable[[], object]) -> tuple[str, str]:
    """Return code and text with which a call is refused."""
    with pytest.raises(ClientError) as raised:
        call()
    error = raised.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def there(world: World) -> World:
    return world.deployed()


# time


def test_time_passes_only_when_somebody_sleeps() -> None:
    time = VirtualTime(5)
    time.sleep(2.5)
    assert (time.now(), time.slept) == (7.5, [2.5])


def test_threads_take_turns_by_the_time_at_which_they_wake() -> None:
    time, seen = VirtualTime(0), []

    def work(name: str, pause: float) -> Callable[[], str]:
        def run() -> str:
            for _ in range(2):
                time.sleep(pause)
                seen.append((name, time.now()))
            return name

        return run

    assert time.together(work("slow", 5), work("fast", 2)) == ["slow", "fast"]
    assert seen == [("fast", 2), ("fast", 4), ("slow", 5), ("slow", 10)]


def test_what_fails_in_a_thread_fails_in_the_test() -> None:
    with pytest.raises(ZeroDivisionError):
        VirtualTime().together(lambda: 1 / 0, lambda: None)


# the models of the SDK


def test_an_argument_that_the_sdk_does_not_know_is_refused(world: World) -> None:
    with pytest.raises(ParamValidationError, match="Stack"):
        world.stacks.describe_stacks(Stack="shop")


def test_a_name_that_aws_does_not_take_is_refused(world: World) -> None:
    code, message = refusal(lambda: world.create("first", StackName="sh/op"))
    assert (code, "at 'stackName' failed" in message) == ("ValidationError", True)


def test_an_answer_that_aws_could_not_give_is_noticed(world: World) -> None:
    world.aws.cloudformation.declare_stack("shop").status = "DREAMING"
    with pytest.raises(AssertionError, match="StackStatus: 'DREAMING'"):
        world.stacks.describe_stacks(StackName="shop")


def test_a_right_that_is_lacking_is_named(world: World) -> None:
    world.aws.cloudformation.declare_denied("DescribeEvents")
    code, message = refusal(world.failures)
    assert (code, "cloudformation:DescribeEvents" in message) == ("AccessDenied", True)
    world.aws.cloudformation.declare_allowed("DescribeEvents")
    world.aws.cloudformation.declare_stack("shop")
    assert world.failures() == []


# change sets


def test_a_stack_under_review_waits_for_its_change_set(world: World) -> None:
    world.create("first")
    seen = []
    for _ in range(4):
        found = world.stacks.describe_change_set(StackName="shop", ChangeSetName="first")
        seen.append((found["Status"], found["ExecutionStatus"]))
        world.aws.time.sleep(2)
    assert seen == [
        ("CREATE_PENDING", "UNAVAILABLE"),
        ("CREATE_IN_PROGRESS", "UNAVAILABLE"),
        ("CREATE_IN_PROGRESS", "UNAVAILABLE"),
        ("CREATE_COMPLETE", "AVAILABLE"),
    ]
    assert world.stack["StackStatus"] == "REVIEW_IN_PROGRESS"


def test_changes_come_in_pages(world: World) -> None:
    world.aws.cloudformation.page_size = 2
    world.made("first")
    call = world.stacks.describe_change_set
    found = pages(call, "Changes", StackName="shop", ChangeSetName="first")
    names = [one["ResourceChange"]["LogicalResourceId"] for one in found]
    assert names == ["Bucket", "Logs", "Pipeline", "Role", "Topic"]


def test_the_same_again_is_no_change(there: World) -> None:
    found = there.made("again", ChangeSetType="UPDATE")
    assert (found["Status"], found["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert found["StatusReason"].startswith("The submitted information didn't contain changes.")


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        pytest.param(
            REVISED,
            [("Modify", "Pipeline", "False", None)],
            id="another provider changes the pipeline",
        ),
        pytest.param(
            RENAMED,
            [("Modify", "Pipeline", "True", "ReplaceAndDelete")],
            id="another name replaces it",
        ),
    ],
)
def test_changes_say_what_happens(there: World, template: JSON, expected: list[object]) -> None:
    found = [
        one["ResourceChange"]
        for one in there.made("b", template, ChangeSetType="UPDATE")["Changes"]
    ]
    assert [
        (
            one["Action"],
            one["LogicalResourceId"],
            one.get("Replacement"),
            one.get("PolicyAction"),
        )
        for one in found
    ] == expected


def test_a_resource_keeps_its_type(there: World) -> None:
    other = json.dumps(TEMPLATE).replace("AWS::Logs::LogGroup", "AWS::SQS::Queue")
    code, message = refusal(lambda: there.create("b", json.loads(other), ChangeSetType="UPDATE"))
    assert (code, message[-6:]) == ("ValidationError", "[Logs]")


def test_another_parameter_removes_what_its_condition_held(there: World) -> None:
    values = [{"ParameterKey": "Branch", "ParameterValue": "other"}]
    found = there.made("b", ChangeSetType="UPDATE", Parameters=values)["Changes"]
    assert ("Remove", "Topic") in [
        (one["ResourceChange"]["Action"], one["ResourceChange"]["LogicalResourceId"])
        for one in found
    ]


def test_values_of_properties_are_shown_to_who_asks(there: World) -> None:
    there.made("b", REVISED, ChangeSetType="UPDATE")

    def target(*, values: bool) -> JSON:
        answer = there.stacks.describe_change_set(
            StackName="shop", ChangeSetName="b", IncludePropertyValues=values
        )
        return dict(answer["Changes"][0]["ResourceChange"]["Details"][0]["Target"])

    plain = {"Attribute": "Properties", "Name": "Stages", "RequiresRecreation": "Never"}
    assert target(values=False) == plain
    assert target(values=True) == {
        **plain,
        "Path": "/Properties/Stages/0/Actions/0/ActionTypeId/Provider",
        "BeforeValue": "CodeCommit",
        "AfterValue": "S3",
        "AttributeChangeType": "Modify",
    }


def test_the_same_token_makes_the_same_change_set(world: World) -> None:
    assert world.create("first")["Id"] == world.create("first")["Id"]
    code, message = refusal(lambda: world.create("first", ClientToken="another"))
    assert (code, message.rpartition(" ")[2]) == ("AlreadyExistsException", "ClientToken")


@pytest.mark.parametrize(
    ("asked", "code", "text"),
    [
        pytest.param(
            {"ChangeSetType": "UPDATE"},
            "ValidationError",
            "Stack [shop] does not exist",
            id="an update needs a stack",
        ),
        pytest.param(
            {"Parameters": []},
            "ValidationError",
            "Parameters: [Branch] must have values",
            id="a parameter needs a value",
        ),
        pytest.param(
            {"Parameters": [{"ParameterKey": "Branch", "ParameterValue": "A"}]},
            "ValidationError",
            "Parameter 'Branch' must match pattern [a-z]+",
            id="a value fits its pattern",
        ),
        pytest.param(
            {"Capabilities": None},
            "InsufficientCapabilitiesException",
            "Requires capabilities : [CAPABILITY_IAM]",
            id="roles need a capability",
        ),
        pytest.param(
            {"TemplateBody": json.dumps({**TEMPLATE, "Description": "x" * 51_200})},
            "ValidationError",
            "Member must have length less than or equal to 51200",
            id="a long template needs a bucket",
        ),
        pytest.param(
            {"TemplateBody": None, "TemplateURL": "https://b.s3.eu-west-1.amazonaws.com/t.json"},
            "ValidationError",
            "S3 error: The specified key does not exist.",
            id="a template is in the bucket that the URL names",
        ),
        pytest.param(
            {"TemplateBody": json.dumps({"Resources": {"A": {"Type": "T", "X": {"Ref": "B"}}}})},
            "ValidationError",
            "Unresolved resource dependencies [B] in the Resources block",
            id="a reference needs a resource",
        ),
    ],
)
def test_a_change_set_is_refused(world: World, asked: JSON, code: str, text: str) -> None:
    found, message = refusal(lambda: world.create("first", **asked))
    assert found == code
    assert text in message
    assert world.aws.cloudformation.stacks == []


def test_a_template_is_read_from_a_bucket(world: World) -> None:
    world.aws.s3.declare_bucket("b")
    body = json.dumps(TEMPLATE).encode()
    world.aws.client("s3").put_object(Bucket="b", Key="a/t.json", Body=body)
    url = "https://b.s3.eu-west-1.amazonaws.com/a/t.json"
    assert world.made("first", TemplateBody=None, TemplateURL=url)["Status"] == "CREATE_COMPLETE"


def test_validation_tells_only_describe_events_why(world: World) -> None:
    world.aws.cloudformation.declare_validation_failure(
        "shop", logical_id="Pipeline", path="/Resources/Pipeline/Properties/Stages", reason="no"
    )
    found = world.made("first")
    assert (found["Status"], "DescribeEvents" in found["StatusReason"]) == ("FAILED", True)
    (event,) = world.failures(ChangeSetName="first")
    assert (event["EventType"], event["ValidationStatusReason"]) == ("VALIDATION_ERROR", "no")
    assert world.statuses() == ["REVIEW_IN_PROGRESS"]


def test_executing_deletes_the_other_change_sets(there: World) -> None:
    there.made("b", REVISED, ChangeSetType="UPDATE")
    there.made("c", RENAMED, ChangeSetType="UPDATE")
    there.create("d", RENAMED, ChangeSetType="UPDATE")
    there.execute("b")
    found = pages(there.stacks.list_change_sets, "Summaries", StackName="shop")
    assert [(one["ChangeSetName"], one["ExecutionStatus"]) for one in found] == [
        ("b", "EXECUTE_COMPLETE"),
        ("d", "OBSOLETE"),
    ]
    code, message = refusal(lambda: there.execute("d"))
    assert (code, message.rpartition(" ")[2]) == ("InvalidChangeSetStatus", "[OBSOLETE]")


def test_a_change_set_that_is_being_made_can_neither_be_executed_nor_deleted(world: World) -> None:
    world.create("first")
    asked = {"StackName": "shop", "ChangeSetName": "first"}
    for call in (world.stacks.execute_change_set, world.stacks.delete_change_set):
        assert refusal(lambda call=call: call(**asked))[0] == "InvalidChangeSetStatus"  # type: ignore[misc]
    world.aws.time.sleep(10)
    world.stacks.delete_change_set(**asked)
    assert refusal(lambda: world.stacks.delete_change_set(**asked))[0] == "ChangeSetNotFound"


# stacks


def test_a_stack_is_made_in_the_order_of_its_references(there: World) -> None:
    done = [one for one in there.events() if one["ResourceStatus"] == "CREATE_COMPLETE"]
    order = [one["LogicalResourceId"] for one in done]
    assert order == ["Bucket", "Logs", "Role", "Topic", "Pipeline", "shop"]
    assert {one["ClientRequestToken"] for one in done} == {"run-first"}
    assert len({one["OperationId"] for one in done}) == 1
    assert there.stack["Outputs"] == [{"OutputKey": "Pipeline", "OutputValue": "shop-main"}]
    found = there.stacks.get_template(StackName="shop")["TemplateBody"]
    assert found["Resources"].keys() == TEMPLATE["Resources"].keys()


def test_events_that_come_between_two_pages_move_none(there: World) -> None:
    call = there.stacks.describe_stack_events
    first = call(StackName="shop")
    there.updated(REVISED)
    second = call(StackName="shop", NextToken=first["NextToken"])
    found = [one["EventId"] for one in first["StackEvents"] + second["StackEvents"]]
    assert found == [one["EventId"] for one in there.events()[::-1] if one["EventId"] in found]


def test_an_update_cleans_up_at_the_end(there: World) -> None:
    assert there.updated(RENAMED) == "UPDATE_COMPLETE"
    assert there.statuses()[-3:] == [
        "UPDATE_IN_PROGRESS",
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_COMPLETE",
    ]
    assert [*there.aws.codepipeline.pipelines] == ["store-main"]


@pytest.mark.parametrize(
    ("asked", "status", "left"),
    [
        pytest.param(
            {"RetainExceptOnCreate": True}, "ROLLBACK_COMPLETE", 0, id="all of it where asked for"
        ),
        pytest.param({}, "ROLLBACK_COMPLETE", 1, id="what is retained stays otherwise"),
        pytest.param({"DisableRollback": True}, "CREATE_FAILED", 1, id="nothing where unwanted"),
    ],
)
def test_a_create_that_fails_is_rolled_back(
    world: World, asked: JSON, status: str, left: int
) -> None:
    world.aws.cloudformation.declare_failure("shop", "Pipeline", "no role")
    world.made("first")
    assert world.execute("first", **asked) == status
    assert len(world.aws.buckets) == left
    (event,) = [one for one in world.failures() if one["EventType"] == "PROVISIONING_ERROR"]
    assert (event["LogicalResourceId"], event["ResourceStatusReason"]) == ("Pipeline", "no role")


def test_a_stack_that_was_to_be_deleted_on_failure_is_gone(world: World) -> None:
    world.aws.cloudformation.declare_failure("shop", "Pipeline", "no role")
    world.made("first", OnStackFailure="DELETE")
    assert world.execute("first", RetainExceptOnCreate=True) == "DELETE_COMPLETE"
    assert world.aws.buckets == {}
    code, message = refusal(lambda: world.stack)
    assert (code, message) == ("ValidationError", "Stack with id shop does not exist")


def test_an_update_that_fails_is_rolled_back(there: World) -> None:
    there.aws.cloudformation.declare_failure("shop", "Pipeline", "no", on="update")
    assert there.updated(RENAMED) == "UPDATE_ROLLBACK_COMPLETE"
    assert [*there.aws.codepipeline.pipelines] == ["shop-main"]
    template = there.stacks.get_template(StackName="shop")["TemplateBody"]
    assert template == TEMPLATE


def test_a_failed_update_that_was_kept_goes_back_or_forward(there: World) -> None:
    there.aws.cloudformation.declare_failure("shop", "Pipeline", "no", on="update", times=2)
    assert there.updated(REVISED, DisableRollback=True) == "UPDATE_FAILED"
    assert there.updated(REVISED, "third", DisableRollback=True) == "UPDATE_FAILED"
    there.stacks.rollback_stack(StackName="shop")
    assert there.settled("shop") == "UPDATE_ROLLBACK_COMPLETE"
    assert there.updated(REVISED, "fourth") == "UPDATE_COMPLETE"


def test_a_rollback_that_fails_goes_on_without_what_blocks_it(there: World) -> None:
    there.aws.cloudformation.declare_failure("shop", "Pipeline", "no", on="update")
    there.aws.cloudformation.declare_failure("shop", "Pipeline", "never", on="rollback", times=9)
    assert there.updated(REVISED) == "UPDATE_ROLLBACK_FAILED"
    again = there.stacks.continue_update_rollback
    assert (
        refusal(lambda: again(StackName="shop", ResourcesToSkip=["Role"]))[0] == "ValidationError"
    )
    again(StackName="shop")
    assert there.settled("shop") == "UPDATE_ROLLBACK_FAILED"
    again(StackName="shop", ResourcesToSkip=["Pipeline"])
    assert there.settled("shop") == "UPDATE_ROLLBACK_COMPLETE"


def test_an_update_can_be_cancelled_while_it_goes_on(there: World) -> None:
    there.made("b", REVISED, ChangeSetType="UPDATE")
    there.stacks.execute_change_set(StackName="shop", ChangeSetName="b")
    there.stacks.cancel_update_stack(StackName="shop", ClientRequestToken="cancel")
    assert there.settled("shop") == "UPDATE_ROLLBACK_COMPLETE"
    _, message = refusal(lambda: there.stacks.cancel_update_stack(StackName="shop"))
    assert message == "CancelUpdateStack cannot be called from current stack status"


def test_a_hook_refuses_a_resource(world: World) -> None:
    world.aws.cloudformation.declare_hook_result(
        "Own::Check::Hook", [{"AnnotationName": "Rule", "Status": "FAILED"}]
    )
    world.aws.cloudformation.declare_failure("shop", "Role", "too wide", hook="Own::Check::Hook")
    world.made("first")
    assert world.execute("first") == "ROLLBACK_COMPLETE"
    (event,) = [one for one in world.events() if one.get("HookStatus") == "HOOK_COMPLETE_FAILED"]
    found = world.stacks.get_hook_result(HookResultId=event["HookInvocationId"])
    assert (event["HookStatusReason"], len(found["Annotations"])) == ("too wide", 1)
    code, _ = refusal(lambda: world.stacks.get_hook_result(HookResultId=NOBODY))
    assert code == "HookResultNotFound"


def test_a_deleted_stack_is_known_by_its_id_alone(there: World) -> None:
    stack_id = there.stack["StackId"]
    there.stacks.delete_stack(StackName="shop", ClientRequestToken="d")
    there.stacks.delete_stack(StackName="shop", ClientRequestToken="d")
    assert there.settled(stack_id) == "DELETE_COMPLETE"
    assert there.stacks.describe_stacks()["Stacks"] == []
    assert (len(there.aws.buckets), there.aws.codepipeline.pipelines) == (1, {})
    there.stacks.delete_stack(StackName="shop")  # what is gone is no error


def test_protection_refuses_deletion(there: World) -> None:
    protect = there.stacks.update_termination_protection
    protect(StackName="shop", EnableTerminationProtection=True)
    _, message = refusal(lambda: there.stacks.delete_stack(StackName="shop"))
    assert message == "Stack [shop] cannot be deleted while TerminationProtection is enabled"


def test_a_bucket_that_is_not_empty_blocks_until_it_is_retained(world: World) -> None:
    world.aws.cloudformation.declare_stack(
        "shop", template={"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}}}
    )
    (bucket,) = world.aws.buckets
    world.aws.s3.declare_objects(bucket, "a")
    delete = world.stacks.delete_stack
    _, message = refusal(lambda: delete(StackName="shop", RetainResources=["Bucket"]))
    assert "only when the stack is in the DELETE_FAILED state" in message
    delete(StackName="shop")
    assert world.settled("shop") == "DELETE_FAILED"
    (resource,) = world.stacks.list_stack_resources(StackName="shop")["StackResourceSummaries"]
    assert "not empty" in resource["ResourceStatusReason"]
    stack_id = world.stack["StackId"]
    delete(StackName="shop", RetainResources=["Bucket"])
    assert world.settled(stack_id) == "DELETE_COMPLETE"


def test_an_export_in_use_keeps_its_stack(world: World) -> None:
    exporting = {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {"Topic": {"Value": {"Ref": "Topic"}, "Export": {"Name": "topic"}}},
    }
    importing = {
        "Resources": {
            "Topic": {
                "Type": "AWS::SNS::Topic",
                "Properties": {"DisplayName": {"Fn::ImportValue": "topic"}},
            }
        }
    }
    world.aws.cloudformation.declare_stack("shop", template=exporting)
    _, message = refusal(lambda: world.stacks.list_imports(ExportName="topic"))
    assert message == "Export 'topic' is not imported by any stack."
    world.aws.cloudformation.declare_stack("user", template=importing)
    assert world.stacks.list_imports(ExportName="topic")["Imports"] == ["user"]
    world.stacks.delete_stack(StackName="shop")
    assert world.settled("shop") == "DELETE_FAILED"


def test_a_token_is_for_one_operation(there: World) -> None:
    code, _ = refusal(
        lambda: there.stacks.delete_stack(StackName="shop", ClientRequestToken="run-first")
    )
    assert code == "TokenAlreadyExistsException"


@pytest.mark.parametrize("status", sorted(STEPS))
def test_every_state_can_be_declared(world: World, status: str) -> None:
    found = world.aws.cloudformation.declare_stack(
        "shop", status, template=TEMPLATE, parameters={"Branch": "main"}
    )
    assert world.aws.cloudformation.get(found.id).status == status
    world.aws.time.sleep(100)
    answer = world.stacks.describe_stacks(StackName=found.id)["Stacks"][0]
    assert answer["StackStatus"] == NATURAL_END.get(status, status)


@pytest.mark.parametrize(
    ("status", "kind", "right"),
    [
        pytest.param("ROLLBACK_COMPLETE", "UPDATE", False, id="not what failed to be created"),
        pytest.param("UPDATE_IN_PROGRESS", "UPDATE", False, id="not what is at work"),
        pytest.param("UPDATE_ROLLBACK_FAILED", "UPDATE", False, id="not a failed rollback"),
        pytest.param("REVIEW_IN_PROGRESS", "UPDATE", False, id="not what is under review"),
        pytest.param("DELETE_IN_PROGRESS", "CREATE", False, id="not what is being deleted"),
        pytest.param("CREATE_COMPLETE", "CREATE", False, id="not what is there already"),
        pytest.param("REVIEW_IN_PROGRESS", "CREATE", True, id="what is under review"),
        pytest.param("UPDATE_ROLLBACK_COMPLETE", "UPDATE", True, id="what was rolled back"),
    ],
)
def test_the_state_decides_on_a_change_set(
    world: World, status: str, kind: str, right: bool
) -> None:
    world.aws.cloudformation.declare_stack("shop", status)
    if right:
        assert world.made("first", ChangeSetType=kind)["Status"] == "CREATE_COMPLETE"
    else:
        code, message = refusal(lambda: world.create("first", ChangeSetType=kind))
        wanted = "state and can not be updated" if status != "CREATE_COMPLETE" else "created again"
        assert (code, wanted in message) == ("ValidationError", True)


# templates


@pytest.mark.parametrize(
    ("node", "value"),
    [
        pytest.param({"Fn::Sub": "${!Branch}-${Branch}"}, "${Branch}-main", id="text"),
        pytest.param(
            {"Fn::Sub": ["${A}.${Topic.TopicName}", {"A": "a"}]}, "a.t.TopicName", id="own"
        ),
        pytest.param({"Fn::Join": ["-", ["a", {"Ref": "AWS::Region"}]]}, "a-eu-west-1", id="join"),
        pytest.param({"Fn::Select": [1, {"Fn::Split": [":", "a:b"]}]}, "b", id="split"),
        pytest.param({"Fn::FindInMap": ["Sizes", {"Ref": "Branch"}, "Size"]}, "large", id="map"),
        pytest.param({"Fn::If": ["Both", "yes", "no"]}, "yes", id="conditions"),
        pytest.param({"Fn::Base64": "a"}, "YQ==", id="base 64"),
        pytest.param([{"Ref": "AWS::NoValue"}, "a"], ["a"], id="no value in a list"),
        pytest.param({"A": {"Ref": "AWS::NoValue"}, "B": 1}, {"B": 1}, id="no value in a map"),
        pytest.param({"Fn::GetAZs": ""}, [f"eu-west-1{one}" for one in "abc"], id="zones"),
    ],
)
def test_functions_of_a_template_are_carried_out(node: object, value: object) -> None:
    body: JSON = {
        "Parameters": {"Branch": {"Type": "String"}},
        "Mappings": {"Sizes": {"main": {"Size": "large"}}},
        "Conditions": {
            "IsMain": {"Fn::Equals": [{"Ref": "Branch"}, "main"]},
            "IsOther": {"Fn::Not": [{"Condition": "IsMain"}]},
            "Both": {
                "Fn::And": [
                    {"Condition": "IsMain"},
                    {"Fn::Or": [{"Condition": "IsOther"}, {"Condition": "IsMain"}]},
                ]
            },
        },
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
    }
    pseudo = {"AWS::Region": "eu-west-1"}
    found = Evaluation(body, {"Branch": "main"}, pseudo, lambda _, attribute: f"t.{attribute}")
    assert found.value(node) == value


def test_resources_that_wait_for_each_other_are_refused(world: World) -> None:
    def topic(other: str) -> JSON:
        return {"Type": "AWS::SNS::Topic", "DependsOn": other}

    circle = {"Resources": {"A": topic("B"), "B": topic("A")}}
    _, message = refusal(lambda: world.create("first", circle, Parameters=[]))
    assert message == "Circular dependency between resources: [A, B]"


def test_a_parameter_is_looked_up_in_the_parameter_store(world: World) -> None:
    kind = "AWS::SSM::Parameter::Value<String>"
    template = {
        "Parameters": {"Path": {"Type": kind, "Default": "/p"}},
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"A": {"Ref": "Path"}}}},
    }
    _, message = refusal(lambda: world.create("first", template, Parameters=[]))
    assert message == "Unable to fetch parameters [/p] from parameter store for this account."
    world.aws.ssm.declare_parameter("/p", "v")
    found = world.made("first", template, Parameters=[])
    assert found["Parameters"][0]["ResolvedValue"] == "v"


def test_a_stack_keeps_the_value_that_nobody_gives_anew(there: World) -> None:
    kept = [{"ParameterKey": "Branch", "UsePreviousValue": True}]
    found = there.made("b", REVISED, ChangeSetType="UPDATE", Parameters=kept)
    assert found["Parameters"] == [{"ParameterKey": "Branch", "ParameterValue": "main"}]


@pytest.mark.parametrize(
    ("kind", "properties", "look"),
    [
        pytest.param(
            "S3::Bucket", {"BucketName": "b"}, lambda aws: "b" in aws.buckets, id="bucket"
        ),
        pytest.param("KMS::Key", {}, lambda aws: "Enabled" in aws.kms.keys.values(), id="key"),
        pytest.param(
            "Logs::LogGroup", {"LogGroupName": "g"}, lambda aws: "g" in aws.logs.groups, id="logs"
        ),
        pytest.param(
            "SSM::Parameter",
            {"Name": "/p", "Value": "v"},
            lambda aws: "/p" in aws.ssm.parameters,
            id="parameter",
        ),
        pytest.param("Events::Rule", {"Name": "r"}, lambda aws: "r" in aws.events.rules, id="rule"),
    ],
)
def test_what_a_stack_makes_other_services_know(
    world: World, kind: str, properties: JSON, look: Callable[[FakeAws], bool]
) -> None:
    resource = {"Type": f"AWS::{kind}", "Properties": properties}
    world.aws.cloudformation.declare_stack("shop", template={"Resources": {"It": resource}})
    assert look(world.aws)
    world.stacks.delete_stack(StackName="shop")
    world.aws.time.sleep(60)
    assert not look(world.aws)


# pipelines


def test_a_new_pipeline_starts_and_waits_for_a_person(there: World) -> None:
    pipelines = there.aws.client("codepipeline")
    there.aws.time.sleep(60)
    (run,) = pipelines.list_pipeline_executions(pipelineName="shop-main")[
        "pipelineExecutionSummaries"
    ]
    assert (run["status"], run["trigger"]["triggerType"]) == ("InProgress", "CreatePipeline")
    asking = pipelines.get_pipeline_state(name="shop-main")["stageStates"][1]
    token = asking["actionStates"][0]["latestExecution"]["token"]
    pipelines.put_approval_result(
        pipelineName="shop-main",
        stageName="Ask",
        actionName="Owner",
        result={"summary": "yes", "status": "Approved"},
        token=token,
    )
    there.aws.time.sleep(60)
    state = pipelines.get_pipeline_state(name="shop-main")["stageStates"]
    assert [one["latestExecution"]["status"] for one in state] == ["Succeeded", "Succeeded"]


def test_a_pipeline_is_kept_as_code_pipeline_writes_it(there: World) -> None:
    found = there.aws.client("codepipeline").get_pipeline(name="shop-main")["pipeline"]
    action = found["stages"][0]["actions"][0]
    assert (found["version"], found["pipelineType"]) == (1, "V2")
    assert (action["runOrder"], action["region"]) == (1, "eu-west-1")
    assert action["configuration"] == {"BranchName": "main"}


def test_stopping_waits_for_an_approval_unless_it_is_abandoned(there: World) -> None:
    pipelines = there.aws.client("codepipeline")
    there.aws.time.sleep(60)
    run = pipelines.list_pipeline_executions(pipelineName="shop-main")
    asked = {
        "pipelineName": "shop-main",
        "pipelineExecutionId": run["pipelineExecutionSummaries"][0]["pipelineExecutionId"],
    }
    pipelines.stop_pipeline_execution(**asked)
    assert refusal(lambda: pipelines.stop_pipeline_execution(**asked))[0] == (
        "DuplicatedStopRequestException"
    )
    there.aws.time.sleep(600)
    state = pipelines.get_pipeline_state(name="shop-main")["stageStates"][1]
    assert state["latestExecution"]["status"] == "Stopping"
    pipelines.stop_pipeline_execution(**asked, abandon=True)
    code, _ = refusal(lambda: pipelines.stop_pipeline_execution(**asked))
    assert code == "PipelineExecutionNotStoppableException"


def test_a_failed_stage_can_be_retried(world: World) -> None:
    world.aws.codepipeline.declare_failure("shop-main", "Source", "App", "AccessDenied")
    world.deployed()
    world.aws.time.sleep(60)
    pipelines = world.aws.client("codepipeline")
    state = pipelines.get_pipeline_state(name="shop-main")["stageStates"][0]
    latest = state["actionStates"][0]["latestExecution"]
    assert latest["errorDetails"]["message"] == "AccessDenied"
    asked = {
        "pipelineName": "shop-main",
        "stageName": "Source",
        "pipelineExecutionId": state["latestExecution"]["pipelineExecutionId"],
        "retryMode": "FAILED_ACTIONS",
    }
    pipelines.retry_stage_execution(**asked)
    world.aws.time.sleep(60)
    code, _ = refusal(lambda: pipelines.retry_stage_execution(**asked))
    assert code == "StageNotRetryableException"


def test_nothing_enters_a_closed_stage(there: World) -> None:
    pipelines = there.aws.client("codepipeline")
    pipelines.disable_stage_transition(
        pipelineName="shop-main", stageName="Ask", transitionType="Inbound", reason="going"
    )
    there.aws.time.sleep(60)
    state = pipelines.get_pipeline_state(name="shop-main")["stageStates"][1]
    assert state["inboundTransitionState"]["disabledReason"] == "going"
    assert "latestExecution" not in state
    code, _ = refusal(lambda: pipelines.get_pipeline(name="none"))
    assert code == "PipelineNotFoundException"


# what holds data


def test_a_bucket_is_emptied_version_by_version(world: World) -> None:
    s3 = world.aws.client("s3")
    world.aws.s3.declare_bucket("b")
    world.aws.s3.declare_objects("b", "a", "a", "c", "d")
    world.aws.s3.declare_upload("b", "big")
    s3.delete_objects(Bucket="b", Delete={"Objects": [{"Key": "d"}]})
    assert refusal(lambda: s3.delete_bucket(Bucket="b"))[0] == "BucketNotEmpty"
    first = s3.list_object_versions(Bucket="b")
    second = s3.list_object_versions(
        Bucket="b",
        KeyMarker=first["NextKeyMarker"],
        VersionIdMarker=first["NextVersionIdMarker"],
    )
    assert [one["Key"] for one in second["DeleteMarkers"]] == ["d"]
    for page in (first, second):
        found = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        objects = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]
        s3.delete_objects(Bucket="b", Delete={"Objects": objects})
    (upload,) = s3.list_multipart_uploads(Bucket="b")["Uploads"]
    s3.abort_multipart_upload(Bucket="b", Key="big", UploadId=upload["UploadId"])
    s3.delete_bucket(Bucket="b")
    assert refusal(lambda: s3.head_bucket(Bucket="b"))[0] == "404"


def test_a_policy_keeps_writers_out(world: World) -> None:
    s3 = world.aws.client("s3")
    world.aws.s3.declare_bucket("b")
    world.aws.s3.declare_writer("b", every=10, times=3)
    world.aws.time.sleep(15)
    assert refusal(lambda: s3.get_bucket_policy(Bucket="b"))[0] == "NoSuchBucketPolicy"
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "*"}
    s3.put_bucket_policy(Bucket="b", Policy=json.dumps({"Statement": [deny]}))
    world.aws.time.sleep(60)
    assert len(s3.list_object_versions(Bucket="b")["Versions"]) == 1
    assert refusal(lambda: s3.put_object(Bucket="b", Key="k", Body=b""))[0] == "AccessDenied"


def test_a_bucket_of_another_account_is_out_of_reach(world: World) -> None:
    world.aws.s3.declare_bucket("b", owner="222222222222")
    s3 = world.aws.client("s3")
    asked = {"Bucket": "b", "ExpectedBucketOwner": "111111111111"}
    assert refusal(lambda: s3.list_object_versions(**asked))[0] == "AccessDenied"


def test_the_small_services_know_what_is_there(world: World) -> None:
    aws = world.aws
    aws.kms.declare_key("k")
    aws.events.declare_rule("r")
    aws.ssm.declare_parameter("/p", "v")
    for name in ("/aws/a", "/aws/b", "/aws/c", "/other"):
        aws.logs.declare_log_group(name)
    kms, logs, events = aws.client("kms"), aws.client("logs"), aws.client("events")
    kms.schedule_key_deletion(KeyId="k", PendingWindowInDays=30)
    code, message = refusal(lambda: kms.schedule_key_deletion(KeyId="k"))
    assert (code, message.endswith("is pending deletion.")) == ("KMSInvalidStateException", True)
    assert kms.describe_key(KeyId="k")["KeyMetadata"]["KeyState"] == "PendingDeletion"
    page = logs.describe_log_groups(logGroupNamePrefix="/aws/")
    last = logs.describe_log_groups(logGroupNamePrefix="/aws/", nextToken=page["nextToken"])
    assert [one["logGroupName"] for one in last["logGroups"]] == ["/aws/c"]
    logs.delete_log_group(logGroupName="/aws/c")
    assert refusal(lambda: logs.delete_log_group(logGroupName="/aws/c"))[0] == (
        "ResourceNotFoundException"
    )
    events.disable_rule(Name="r")
    assert events.describe_rule(Name="r")["State"] == "DISABLED"
    assert refusal(lambda: events.disable_rule(Name="x"))[0] == "ResourceNotFoundException"
    assert aws.client("ssm").get_parameter(Name="/p")["Parameter"]["Value"] == "v"
    assert refusal(lambda: aws.client("ssm").get_parameter(Name="/x"))[0] == "ParameterNotFound"


# faults


@pytest.mark.parametrize(
    ("kind", "error", "done"),
    [
        pytest.param("throttle", ClientError, False, id="a throttled call is not made"),
        pytest.param("server_error", ClientError, False, id="a server error does nothing"),
        pytest.param("timeout_before", ReadTimeoutError, False, id="nothing may have come of it"),
        pytest.param("timeout_after", ReadTimeoutError, True, id="all may have come of it"),
        pytest.param("lost_reply", ConnectionClosedError, True, id="the reply is lost"),
        pytest.param("expired_token", ClientError, False, id="a token expires"),
        pytest.param("kill_before", Killed, False, id="the process ends before the call"),
        pytest.param("kill_after", Killed, True, id="the process ends after the call"),
    ],
)
def test_a_call_goes_wrong_once(
    world: World, kind: Kind, error: type[BaseException], done: bool
) -> None:
    world.aws.faults.plan(kind, "create_change_set")
    with pytest.raises(error):
        world.create("first")
    assert bool(world.aws.cloudformation.stacks) is done
    world.create("first")
    assert [(one.operation, one.fault) for one in world.aws.calls] == [
        ("create_change_set", kind),
        ("create_change_set", None),
    ]
    assert kind in KINDS


def test_the_nth_call_of_all_goes_wrong(world: World) -> None:
    client = Faulty(world.aws.cloudformation, [("*", 2, "throttle")])
    client.describe_stacks()
    assert refusal(client.describe_stacks) == ("Throttling", "Rate exceeded")
    client.describe_stacks()
    assert client.faults.operations(service="cloudformation") == ["describe_stacks"] * 3


def test_too_many_calls_a_second_are_throttled(world: World) -> None:
    client = Limited(world.aws.cloudformation, world.aws.time, 1, burst=1)
    client.describe_stacks()
    assert refusal(client.describe_stacks)[0] == "Throttling"
    world.aws.time.sleep(1)
    client.describe_stacks()
    assert client.throttled == 1


# our own code on top


def test_our_code_connects_to_it(world: World) -> None:
    heard: list[str] = []
    world.aws.cloudformation.declare_stack("shop", tags={"a": "b"})
    world.aws.region("us-east-1").cloudformation.declare_stack("elsewhere")
    world.aws.ec2.declare_denied("DescribeRegions")
    connect = world.aws.connect
    here = connect(profile=None, region=None, minutes=1, warn=heard.append)
    assert [(one.name, one.tags) for one in here.stacks.every()] == [("shop", {"a": "b"})]
    assert [one.name for one in here.elsewhere("us-east-1").stacks.every()] == ["elsewhere"]
    assert here.regions() == ("eu-central-1", "eu-west-1", "us-east-1")
    assert (here.identity.account, here.run) == ("111111111111", "0001")
    assert heard == world.aws.warnings
    assert len(heard) == 1
    with pytest.raises(EnvironmentFault, match="'nowhere' is no Region"):
        connect(profile=None, region="nowhere", minutes=1, warn=heard.append)


def test_the_sdk_itself_asks_again_who_calls(world: World) -> None:
    for number in (1, 2):
        world.aws.faults.plan("throttle", "get_caller_identity", number)
    here = world.aws.connect(profile=None, region=None, minutes=1, warn=lambda _: None)
    assert here.identity.account == "111111111111"
    for number in (1, 2, 3):
        world.aws.faults.plan("throttle", "get_caller_identity", number)
    with pytest.raises(EnvironmentFault, match="AWS is too busy"):
        world.aws.connect(profile=None, region=None, minutes=1, warn=lambda _: None)


def test_two_who_delete_at_once_meet_no_error(there: World) -> None:
    def delete() -> None:
        here = there.aws.connect(profile=None, region=None, minutes=1, warn=lambda _: None)
        found = here.stacks.find("shop")
        assert found is not None
        here.clock.sleep(1)
        here.stacks.delete(found.id, token="same")

    there.aws.time.together(delete, delete)
    beginnings = [one for one in there.statuses() if one == "DELETE_IN_PROGRESS"]
    assert len(beginnings) == 1
