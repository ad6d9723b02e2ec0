"""The first failure that is no consequence of another, its place in the spec, and what to do."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pipelinegen.compiler import compile_spec
from pipelinegen.diagnostics import Pointer
from pipelinegen.life_cycle.hints import HINTS, hint
from pipelinegen.life_cycle.root_cause import cause
from pipelinegen.model import Spec
from pipelinegen.records import StackEvent
from pipelinegen.spec_paths import locator
from pipelinegen.specialise import specialise

STACK = "arn:aws:cloudformation:eu-west-1:111111111111:stack/shop-main-pipeline/1"
NESTED = "arn:aws:cloudformation:eu-west-1:111111111111:stack/inner/2"
ROLE = "arn:aws:iam::111111111111:role/shared/pipeline"
ACTION_ROLE = "arn:aws:iam::111111111111:role/live"
CONNECTION = "arn:aws:codeconnections:eu-west-1:111111111111:connection/0f1e2d3c"

SPEC = f"""\
pipeline: shop
role-arn: {ROLE}
branches:
  - branch: main
  - branch: develop
variables:
  - variable: TAG
    default: latest
sources:
  - source: App
    connection: {{connection-arn: "{CONNECTION}", full-repository-id: acme/shop}}
stages:
  - stage: Early
    only: [develop]
    actions:
      - action: Ask
        approval: {{}}
  - stage: Build
    actions:
      - action: Compile
        codebuild: {{buildspec: buildspec.yml, image: "aws/codebuild/standard:7.0"}}
        output-artifacts: [Out]
  - stage: Live
    actions:
      - action: Release
        role-arn: {ACTION_ROLE}
        cfn-deploy:
          stack-name: shop
          template-path: Out::template.yml
          role-arn: arn:aws:iam::111111111111:role/deploy
      - action: Old
        cfn-delete: {{stack-name: shop-old, role-arn: "arn:aws:iam::111111111111:role/deploy"}}
template:
  resources:
    Queue: {{Type: "AWS::SQS::Queue"}}
"""


def event(
    name: str = "Pipeline",
    reason: str = "",
    *,
    status: str = "UPDATE_FAILED",
    time: float = 1.0,
    kind: str = "AWS::CodePipeline::Pipeline",
    **more: Any,
) -> StackEvent:
    known = {"id": f"{time}-{name}", "stack_id": STACK, **more}
    return StackEvent(logical_id=name, reason=reason, status=status, time=time, type=kind, **known)


def of_stack(reason: str, *, status: str = "UPDATE_ROLLBACK_IN_PROGRESS", time: float = 9.0) -> Any:
    return event(
        "shop-main-pipeline",
        reason,
        status=status,
        time=time,
        kind="AWS::CloudFormation::Stack",
        physical_id=STACK,
    )


def nowhere(_logical_id: str) -> None:
    return None


CANCELLED = event("Topic", "Resource update cancelled", time=2.0)
FAILED = event("Pipeline", "no such thing", time=3.0)
SUMMARY = of_stack("The following resource(s) failed to update: [Topic, Pipeline]. ")
HOOKED = event("Bucket", "The following hook(s) failed: [Acme::Guard::Hook]", time=3.0)
WARNED = event(
    "Bucket", "a warning", status="HOOK_COMPLETE_FAILED", time=1.0, hook="Acme::Other::Hook"
)
STOPPED = event(
    "Bucket", "Hook failed: no", status="HOOK_COMPLETE_FAILED", time=2.0, hook="Acme::Guard::Hook"
)
EXPORT = of_stack("Export a cannot be deleted as it is in use by b", time=2.0)
LAST = of_stack("The following resource(s) failed to delete: [Pipeline]. ", status="DELETE_FAILED")


@pytest.mark.parametrize(
    ("events", "found"),
    [
        pytest.param([], None, id="nothing happened"),
        pytest.param([event(status="UPDATE_COMPLETE")], None, id="nothing failed"),
        pytest.param([FAILED], FAILED, id="one failure"),
        pytest.param([CANCELLED], None, id="only a cancellation"),
        pytest.param([SUMMARY, FAILED, CANCELLED], FAILED, id="newest first, with its noise"),
        pytest.param(
            [FAILED, event("Bucket", "later", time=4.0)], FAILED, id="the earlier of two failures"
        ),
        pytest.param(
            [event("B", "b", id="2"), event("A", "a", id="1")],
            event("B", "b", id="2"),
            id="of two at the same time the one that AWS tells first",
        ),
        pytest.param([LAST], LAST, id="only the stack's own summary"),
        pytest.param([LAST, FAILED], FAILED, id="the summary before its failure"),
        pytest.param([SUMMARY], None, id="a summary that is no failure"),
        pytest.param(
            [of_stack("User Initiated"), CANCELLED], None, id="somebody cancelled the update"
        ),
        pytest.param([EXPORT], EXPORT, id="a rollback without a failed resource"),
        pytest.param([EXPORT, FAILED], FAILED, id="a rollback with one"),
        pytest.param([of_stack("")], None, id="a rollback without a word"),
        pytest.param([WARNED, STOPPED, HOOKED], STOPPED, id="the hook that stopped a resource"),
        pytest.param([WARNED, HOOKED], HOOKED, id="a hook that shows no event of its own"),
        pytest.param([WARNED, FAILED], FAILED, id="a hook that only warned"),
        pytest.param([STOPPED], STOPPED, id="a hook that stopped a change set"),
    ],
)
def test_first_failure(events: list[StackEvent], found: StackEvent | None) -> None:
    """Consequences, summaries and warnings are no causes."""
    result = cause(events, locate=nowhere)
    assert (result.event if result else None) == found


OUTER = event(
    "Queue",
    f"Embedded stack {NESTED} was not successfully created: "
    "The following resource(s) failed to create: [Pipeline]. ",
    status="CREATE_FAILED",
    time=5.0,
    kind="AWS::CloudFormation::Stack",
    physical_id=NESTED,
)
INNER = event("Pipeline", "no such thing", status="CREATE_FAILED", time=4.0, stack_id=NESTED)
TELLING = event(
    "Queue",
    f"Embedded stack {NESTED} was not successfully updated. Currently in "
    "UPDATE_ROLLBACK_IN_PROGRESS with reason: Export a cannot be deleted as it is in use by b",
    time=5.0,
)


@pytest.mark.parametrize(
    ("events", "found"),
    [
        pytest.param([OUTER, INNER], INNER, id="its own events tell the cause"),
        pytest.param([OUTER], OUTER, id="only its summary is known"),
        pytest.param([LAST, TELLING], TELLING, id="its reason stands in ours"),
    ],
)
def test_nested_stacks(events: list[StackEvent], found: StackEvent) -> None:
    """A failure inside belongs to the resource that is the nested stack, whatever its name."""
    result = cause(events, locate=located(), spec=SPECIFIED)
    assert result is not None
    assert (result.event, result.pointer) == (found, ("template", "resources", "Queue"))


COMPILED = compile_spec("pipelinegen.yaml", SPEC.encode())
assert COMPILED.spec is not None
assert COMPILED.template is not None
SPECIFIED: Spec = COMPILED.spec
MAIN = SPECIFIED.branch_rules[0]
TEMPLATE = specialise(COMPILED.template.body, {"BranchRule": "main"}, drop_unused=True)


def located() -> Any:
    return locator(SPECIFIED, TEMPLATE, MAIN)


COMPILE: Pointer = ("stages", 1, "actions", 0)
RELEASE: Pointer = ("stages", 2, "actions", 0)
SOURCE: Pointer = ("sources", 0)


@pytest.mark.parametrize(
    ("failed", "place", "within"),
    [
        pytest.param(event(path="/Resources/Pipeline"), ("pipeline",), None, id="a resource"),
        pytest.param(
            event(path="/Resources/Pipeline/Properties/Stages/1"),
            ("stages", 1),
            "/Properties/Stages/1",
            id="a stage, in the pipeline of its branch",
        ),
        pytest.param(
            event(path="/Resources/Pipeline/Properties/Stages/0"),
            ("sources",),
            "/Properties/Stages/0",
            id="the stage of the sources",
        ),
        pytest.param(
            event(path="/Resources/Pipeline/Properties/Stages/2/Actions/0"),
            RELEASE,
            "/Properties/Stages/2/Actions/0",
            id="an action",
        ),
        pytest.param(
            event(path="/Resources/Pipeline/Properties/Stages/2/Actions/0/Configuration/StackName"),
            (*RELEASE, "cfn-deploy", "stack-name"),
            "/Properties/Stages/2/Actions/0/Configuration/StackName",
            id="a key of an action",
        ),
        pytest.param(
            event(path="/Resources/Pipeline/Properties/Stages/2/Actions/0/RoleArn"),
            (*RELEASE, "role-arn"),
            "/Properties/Stages/2/Actions/0/RoleArn",
            id="the role of an action",
        ),
        pytest.param(
            event(path="/Resources/Pipeline/Properties/Stages/2/Actions/0/Configuration/RoleArn"),
            (*RELEASE, "cfn-deploy", "role-arn"),
            "/Properties/Stages/2/Actions/0/Configuration/RoleArn",
            id="the role in the configuration of an action",
        ),
        pytest.param(
            event(path="/Resources/Pipeline/Properties/Stages/2/Actions/9"),
            ("stages", 2),
            "/Properties/Stages/2/Actions/9",
            id="an action that is not there",
        ),
        pytest.param(
            event(path="/Resources/Pipeline/Properties/Stages/0/Actions/9/Configuration/X"),
            ("sources",),
            "/Properties/Stages/0/Actions/9/Configuration/X",
            id="a source that is not there",
        ),
        pytest.param(
            event(path="/Resources/Pipeline/Properties/Stages/9"),
            ("stages",),
            "/Properties/Stages/9",
            id="a stage that is not there",
        ),
        pytest.param(
            event(path="/Resources/Pipeline/Properties/Stages/x"),
            ("stages",),
            "/Properties/Stages/x",
            id="no number",
        ),
        pytest.param(
            event(path="/Resources/Pipeline/Properties/Variables/0/Name"),
            ("variables",),
            "/Properties/Variables/0/Name",
            id="a property of the pipeline",
        ),
        pytest.param(
            event(
                "Whole",
                path="/Resources/BuildCompileProject/Properties/Environment/Image",
                kind="AWS::CodeBuild::Project",
            ),
            (*COMPILE, "codebuild", "image"),
            "/Properties/Environment/Image",
            id="a property of another resource, named by the path alone",
        ),
        pytest.param(
            event("Queue", path="/Resources/Queue/Properties/Colour", kind="AWS::SQS::Queue"),
            ("template", "resources", "Queue"),
            "/Properties/Colour",
            id="a property that the spec does not write",
        ),
        pytest.param(
            event("ArtifactBucket", path="/Resources/ArtifactBucket/Properties/Tags", kind="x"),
            ("pipeline",),
            "/Properties/Tags",
            id="a store that the spec does not write",
        ),
        pytest.param(
            event("Gone", path="/Resources/Gone/Properties/Tags", kind="x"),
            None,
            "/Properties/Tags",
            id="a resource that is gone from the spec",
        ),
        pytest.param(event(path="/Outputs/X"), ("pipeline",), None, id="no path of a resource"),
        pytest.param(
            event("shop-main-pipeline", "No export named x found.", kind="y"),
            None,
            None,
            id="the stack itself",
        ),
        pytest.param(LAST, ("pipeline",), None, id="the resource that a summary names"),
        pytest.param(
            event(reason=f"CodePipeline is not authorized to perform AssumeRole on role {ROLE}"),
            ("role-arn",),
            None,
            id="the pipeline's role",
        ),
        pytest.param(
            event(
                reason=f"{ROLE} is not authorized to perform AssumeRole on role {ACTION_ROLE} "
                "(Service: AWSCodePipeline; Status Code: 400)"
            ),
            (*RELEASE, "role-arn"),
            None,
            id="the role of an action, which the pipeline's may not take",
        ),
        pytest.param(
            event(
                reason=f"{ROLE} is not authorized to perform AssumeRole on role "
                "arn:aws:iam::111111111111:role/generated"
            ),
            ("role-arn",),
            None,
            id="the role that may not take one of ours",
        ),
        pytest.param(
            event(reason="The role cannot be assumed by CodePipeline"),
            ("role-arn",),
            None,
            id="a role that AWS does not name",
        ),
        pytest.param(
            event(reason=f"Connection {CONNECTION} is not available, its status is PENDING"),
            (*SOURCE, "connection", "connection-arn"),
            None,
            id="a connection",
        ),
        pytest.param(
            event(reason="The connection is in PENDING status"),
            (*SOURCE, "connection", "connection-arn"),
            None,
            id="the only connection",
        ),
        pytest.param(
            event("Queue", f"not authorized on {CONNECTION}", kind="AWS::SQS::Queue"),
            (*SOURCE, "connection", "connection-arn"),
            None,
            id="a connection that another resource uses",
        ),
        pytest.param(
            event(reason="Action 'Release' in stage 'Live' has no input"),
            RELEASE,
            None,
            id="an action and its stage by name",
        ),
        pytest.param(
            event(reason="Action Compile must have a non-empty commands field."),
            COMPILE,
            None,
            id="an action alone",
        ),
        pytest.param(
            event(reason="the action type of action 'Nobody' in Stage 'Live' is wrong"),
            ("stages", 2),
            None,
            id="an unknown action of a known stage",
        ),
        pytest.param(
            event(reason="action Nobody."), ("pipeline",), None, id="an unknown action alone"
        ),
        pytest.param(
            event(
                reason="1 validation error detected: Value at 'pipeline.stages.3.member.actions.2"
                ".member.configuration' failed to satisfy constraint: Map value must satisfy "
                "constraint: [Member must have length less than or equal to 50000]"
            ),
            ("stages", 2, "actions", 1),
            None,
            id="an action by position, counted from 1",
        ),
        pytest.param(
            event(reason="Value at 'pipeline.stages.2.member.name' failed to satisfy constraint"),
            ("stages", 1),
            None,
            id="a stage by position, counted from 1",
        ),
    ],
)
def test_place(failed: StackEvent, place: Pointer | None, within: str | None) -> None:
    """The place is as near as AWS's words lead."""
    result = cause([failed], locate=located(), spec=SPECIFIED, template=TEMPLATE, rule=MAIN)
    assert result is not None
    assert (result.pointer, result.path) == (place, within)


@pytest.mark.parametrize(
    "template",
    [
        pytest.param(None, id="no template"),
        pytest.param({"Resources": {"Pipeline": {"Properties": {}}}}, id="no stages"),
        pytest.param(
            {"Resources": {"Pipeline": {"Properties": {"Stages": {"Fn::If": []}}}}},
            id="a list that is a condition",
        ),
        pytest.param(
            {"Resources": {"Pipeline": {"Properties": {"Stages": [{"Fn::If": []}] * 3}}}},
            id="stages that are conditions",
        ),
    ],
)
def test_unreadable_stages(template: dict[str, Any] | None) -> None:
    """Where a position leads to no name the list is the place."""
    failed = event(path="/Resources/Pipeline/Properties/Stages/2/Actions/0")
    result = cause([failed], locate=located(), spec=SPECIFIED, template=template)
    assert result is not None
    assert result.pointer == ("stages",)


def test_action_that_is_gone() -> None:
    """Where the spec has a deployed action no more, its stage is the place."""
    stages = [{"Name": "Source"}, {"Name": "Live", "Actions": [{"Name": "Gone"}]}]
    template = {"Resources": {"Pipeline": {"Properties": {"Stages": stages}}}}
    failed = event(path="/Resources/Pipeline/Properties/Stages/1/Actions/0")
    result = cause([failed], locate=nowhere, spec=SPECIFIED, template=template)
    assert result is not None
    assert result.pointer == ("stages", 2)


PLAIN = """\
pipeline: shop
branches: [{branch: main}]
sources:
  - source: A
    connection: {connection-arn: "${param:First}", full-repository-id: acme/a}
  - source: B
    connection: {connection-arn: "${param:Second}", full-repository-id: acme/b}
stages:
  - stage: Build
    actions: [{codebuild: {}, input-artifacts: [A, B]}]
parameters: {First: {}, Second: {}}
"""


@pytest.mark.parametrize(
    "reason",
    [
        pytest.param(f"Connection {CONNECTION} is PENDING", id="a connection from a parameter"),
        pytest.param("CodePipeline may not AssumeRole", id="a role that we made"),
    ],
)
def test_what_the_spec_does_not_write(reason: str) -> None:
    """What AWS names and the spec does not write leaves the resource as the place."""
    found = compile_spec("pipelinegen.yaml", PLAIN.encode())
    assert found.spec is not None
    assert found.template is not None
    origins = found.template.origins
    result = cause([event(reason=reason)], locate=origins.get, spec=found.spec)
    assert result is not None
    assert result.pointer == ("pipeline",)
    bucket = event("ArtifactBucket", path="/Resources/ArtifactBucket/Properties/A", kind="x")
    implied = cause([bucket], locate=origins.get, spec=found.spec)
    assert implied is not None
    assert implied.pointer == ("artifact-store",)


def test_without_the_spec() -> None:
    """Without the spec the place is that of the resource, and the hint is still there."""
    failed = event(reason=f"CodePipeline is not authorized to perform AssumeRole on role {ROLE}")
    result = cause([failed], locate={"Pipeline": ("pipeline",)}.get)
    assert result is not None
    assert result.pointer == ("pipeline",)
    assert result.hint == (
        "the role's trust must name codepipeline.amazonaws.com; "
        "a role made minutes ago may only need a retry"
    )


KEY, BUCKET, IAM_ROLE = "AWS::KMS::Key", "AWS::S3::Bucket", "AWS::IAM::Role"
PIPELINE, GROUP = "AWS::CodePipeline::Pipeline", "AWS::Logs::LogGroup"

MESSAGES = [
    # https://docs.aws.amazon.com/dtconsole/latest/userguide/troubleshooting-connections.html
    pytest.param(
        PIPELINE,
        f"Connection {CONNECTION} is in PENDING status",
        "choose Update pending connection",
        id="a connection that nobody finished",
    ),
    # https://github.com/awslabs/aws-deployment-framework/pull/80
    pytest.param(
        PIPELINE,
        "arn:aws:iam::111111111111:role/CodePipeline is not authorized to perform AssumeRole on "
        "role arn:aws:iam::222222222222:role/adf-codecommit-role (Service: AWSCodePipeline; "
        "Status Code: 400; Error Code: InvalidStructureException; Request ID: 99030bbe)",
        "must name the pipeline's role or its account",
        id="a role of an action",
    ),
    # https://github.com/hashicorp/terraform/pull/14263
    pytest.param(
        PIPELINE,
        "Pipeline role arn:aws:iam::187416307283:role/codepipeline-role-7d1uqbctvv is not "
        "authorized to perform AssumeRole on action role arn:aws:iam::187416307283:role/x",
        "must be allowed sts:AssumeRole",
        id="a role of an action, in other words",
    ),
    pytest.param(
        PIPELINE,
        f"CodePipeline is not authorized to perform AssumeRole on role {ROLE}",
        "must name codepipeline.amazonaws.com",
        id="the pipeline's role",
    ),
    # https://stackoverflow.com/questions/79238541
    pytest.param(
        "AWS::CodeBuild::Project",
        "CodeBuild is not authorized to perform: sts:AssumeRole on service role. Please verify "
        "that: 1) The provided service role exists, 2) The role name is case-sensitive and matches "
        "exactly, and 3) The role has the necessary trust policy configured.",
        "must name codebuild.amazonaws.com",
        id="the role of a build",
    ),
    # https://github.com/epam/aws-syndicate/issues/63
    pytest.param(
        "AWS::Lambda::Function",
        'Resource handler returned message: "The role defined for the function cannot be assumed '
        'by Lambda. (Service: Lambda, Status Code: 400)"',
        "must name lambda.amazonaws.com",
        id="the role of a function",
    ),
    # https://github.com/aws/aws-sdk-js-v3/issues/6494
    pytest.param(
        "AWS::Scheduler::Schedule",
        "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
        "must name scheduler.amazonaws.com",
        id="the role of a schedule",
    ),
    # https://github.com/aws/aws-cdk/issues/10116
    pytest.param(
        "AWS::CloudFormation::Stack",
        "Role arn:aws:iam::921766097917:role/cdk-hnb659fds-cfn-exec-role is invalid or cannot be "
        "assumed",
        "name another with --role-arn",
        id="the role of the stack",
    ),
    # https://github.com/aws-samples/aws-bootstrap-kit-examples/issues/123
    pytest.param(
        KEY,
        'Resource handler returned message: "Policy contains a statement with one or more invalid '
        'principals. (Service: Kms, Status Code: 400, Request ID: 8a2bf088)" (RequestToken: '
        "4f1e7ab4, HandlerErrorCode: InvalidRequest)",
        "every account and role that the key's policy names must exist",
        id="a principal of a key",
    ),
    # https://github.com/aws-cloudformation/cfn-lint/issues/4287
    pytest.param(
        IAM_ROLE,
        'Resource handler returned message: "Invalid principal in policy: "AWS":"arn:aws::iam::'
        '111111111111:root" (Service: Iam, Status Code: 400)"',
        "every account, role and service that the policy names must exist",
        id="a principal of a role",
    ),
    # https://github.com/udacity/cd0157-Server-Deployment-and-Containerization/issues/47
    pytest.param(
        "AWS::CodeBuild::Project",
        "User: arn:aws:sts::982818556804:assumed-role/voclabs/user is not authorized to perform: "
        "codebuild:CreateProject on resource: arn:aws:codebuild:us-west-2:982818556804:project/x "
        "with an explicit deny in a service control policy (Service: AWSCodeBuild)",
        "denies codebuild:CreateProject",
        id="a policy of the organization",
    ),
    # https://github.com/cloudposse/terraform-aws-cicd/issues/61
    pytest.param(
        "AWS::CodeBuild::Project",
        "User: arn:aws:sts::111111111111:assumed-role/Playground/1 is not authorized to perform: "
        "iam:PassRole on resource: arn:aws:iam::111111111111:role/build",
        "iam:PassRole is not allowed",
        id="a right that lacks",
    ),
    # https://github.com/aws-samples/aws-fault-injection-simulator-workshop/issues/224
    pytest.param(
        IAM_ROLE,
        "AccessDenied. User doesn't have permission to call sqs:GetQueueAttributes",
        "sqs:GetQueueAttributes is not allowed",
        id="a right that lacks, in other words",
    ),
    pytest.param(
        BUCKET,
        "API: s3:CreateBucket Access Denied",
        "s3:CreateBucket is not allowed",
        id="a right on buckets that lacks",
    ),
    # https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_CreatePipeline.html
    pytest.param(
        PIPELINE,
        "The number of pipelines associated with the AWS account has exceeded the limit allowed "
        "for the account. (Service: AWSCodePipeline; Error Code: LimitExceededException)",
        "1,000 pipelines",
        id="too many pipelines",
    ),
    # https://github.com/aws/aws-cdk/issues/20565
    pytest.param(
        "AWS::IAM::ManagedPolicy",
        "Cannot exceed quota for PoliciesPerRole: 20 (Service: AmazonIdentityManagement; Status "
        "Code: 409; Error Code: LimitExceeded)",
        "quota PoliciesPerRole is 20",
        id="a quota of IAM",
    ),
    # https://github.com/aws-solutions-library-samples/qnabot-on-aws/issues/285
    pytest.param(
        BUCKET,
        "You have attempted to create more buckets than allowed (Service: Amazon S3; Status Code: "
        "400; Error Code: TooManyBuckets;",
        "share one bucket",
        id="too many buckets",
    ),
    pytest.param(
        "AWS::Events::Rule",
        "The requested resource exceeds the maximum number allowed. (Service: AmazonCloudWatch"
        "Events; Status Code: 400; Error Code: LimitExceededException)",
        "a quota of the account",
        id="too many event rules",
    ),
    pytest.param(
        BUCKET,
        "shop-artifacts already exists",
        "bucket names are unique",
        id="a bucket that exists",
    ),
    # https://github.com/serverless/serverless/issues/3237
    pytest.param(
        GROUP,
        "/aws/lambda/x already exists in stack arn:aws:cloudformation:us-east-1:1:stack/other/3",
        "belongs to arn:aws:cloudformation:us-east-1:1:stack/other/3:",
        id="a name that another stack has",
    ),
    # https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_CreatePipeline.html
    pytest.param(
        PIPELINE,
        "A pipeline with the name 'shop-main' already exists in account '111111111111' (Service: "
        "AWSCodePipeline; Status Code: 400; Error Code: PipelineNameInUseException)",
        "set pipeline-name",
        id="a pipeline that exists",
    ),
    # https://github.com/serverless/serverless/issues/12312
    pytest.param(
        GROUP,
        "Resource handler returned message: \"Resource of type 'AWS::Logs::LogGroup' with "
        'identifier \'{"/properties/LogGroupName":"x"}\' already exists." (RequestToken: 258d, '
        "HandlerErrorCode: AlreadyExists)",
        "in no stack",
        id="a log group that exists",
    ),
    # https://github.com/aws/aws-cdk/issues/21776
    pytest.param(
        BUCKET,
        "The bucket you tried to delete is not empty (Service: Amazon S3; Status Code: 409; Error "
        "Code: BucketNotEmpty; Request ID: 13B5WKE8TCT9VS8K)",
        "--empty-buckets",
        id="a bucket that holds something",
    ),
    # https://github.com/aws-cloudformation/rain/pull/744
    pytest.param(
        BUCKET,
        "The bucket 'test-early-validation-20251218181322-2' is not empty. You must either delete "
        "all objects and versions or use the deletion policy to retain it",
        "--empty-buckets",
        id="a bucket that holds something, found by validation",
    ),
    pytest.param(
        IAM_ROLE,
        "Cannot delete entity, must detach all policies first. (Service: AmazonIdentityManagement; "
        "Status Code: 409; Error Code: DeleteConflict)",
        "detach it",
        id="a policy from elsewhere",
    ),
    # https://github.com/anomalyco/sst/issues/1256
    pytest.param(
        "AWS::CloudFormation::Stack",
        "Export dev-stackA:ExportsOutputRefTable cannot be deleted as it is in use by dev-stackB",
        "dev-stackB imports it",
        id="an export in use",
    ),
    # https://github.com/data-dot-all/dataall/issues/1080
    pytest.param(
        "AWS::EC2::SecurityGroup",
        "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
        "Rename dc3-stage-cbprojects-sg and update the stack again.",
        "the name dc3-stage-cbprojects-sg at a time",
        id="a replacement under the same name",
    ),
    # https://github.com/aws-samples/aws-codepipeline-third-party-git-repositories/issues/3
    pytest.param(
        PIPELINE,
        "ActionType (Category: 'Source', Provider: 'CustomSourceForGit', Owner: 'Custom', Version: "
        "'1') in action 'Download-Source' is not available in region 'US_EAST_1'",
        "no action type CustomSourceForGit",
        id="an action type that is not there",
    ),
    # https://github.com/aws/aws-cdk-cli/issues/1000
    pytest.param(
        "AWS::CloudFormation::Stack",
        "The following hook(s)/validation failed: [AWS::EarlyValidation::ResourceExistenceCheck]. "
        "To troubleshoot Early Validation errors, use the DescribeEvents API for detailed failure "
        "information.",
        "cloudformation:DescribeEvents",
        id="a validation without details",
    ),
    # https://github.com/StyraOSS/opa-aws-cloudformation-hook/issues/37
    pytest.param(
        BUCKET,
        "The following hook(s) failed: [Styra::opa::Hook]",
        "a hook of the account",
        id="a hook",
    ),
    # https://github.com/aws-quickstart/quickstart-trek10-serverless-enterprise-cicd/issues/10
    pytest.param(
        "AWS::CloudFormation::Stack",
        f"Embedded stack {NESTED} was not successfully created: The following resource(s) failed "
        "to create: [Pipeline].",
        f"the nested stack {NESTED}",
        id="a nested stack",
    ),
]


@pytest.mark.parametrize(("kind", "reason", "advice"), MESSAGES)
def test_hints(kind: str, reason: str, advice: str) -> None:
    """A text that AWS really wrote leads to what to do about it."""
    found = hint(event(reason=reason, kind=kind))
    assert found is not None
    assert advice in found


def test_unknown_failures() -> None:
    """Of a failure that is not known nothing is said."""
    assert hint(event(reason="Internal Failure")) is None


def test_every_hint_has_a_message() -> None:
    """Each row of the table is the one that counts for some message above."""
    used = {
        next(
            row
            for row in HINTS
            if row.type in ("", kind) and re.search(row.text, str(reason), re.I | re.DOTALL)
        )
        for kind, reason, _ in (one.values for one in MESSAGES)
    }
    assert used == set(HINTS)
