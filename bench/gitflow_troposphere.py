"""The template of tests/cases/ok/02-gitflow.yaml, written by hand with troposphere.

What one would write without pipelinegen, and what its speed is measured against:
`python bench/gitflow_troposphere.py [yaml|json]`.
"""

from __future__ import annotations

import sys
from typing import Any

from troposphere import (
    AWSObject,
    Equals,
    FindInMap,
    GetAtt,
    If,
    NoValue,
    Or,
    Output,
    Parameter,
    Ref,
    Sub,
    Template,
)
from troposphere.codebuild import (
    Artifacts,
    CloudWatchLogs,
    Environment,
    EnvironmentVariable,
    LogsConfig,
    Project,
    Source,
)
from troposphere.codepipeline import (
    Actions,
    ActionTypeId,
    ArtifactStore,
    InputArtifacts,
    OutputArtifacts,
    Pipeline,
    Stages,
)
from troposphere.events import Rule, Target
from troposphere.iam import Policy, Role
from troposphere.logs import LogGroup
from troposphere.s3 import (
    AbortIncompleteMultipartUpload,
    Bucket,
    BucketEncryption,
    BucketPolicy,
    LifecycleConfiguration,
    LifecycleRule,
    NoncurrentVersionExpiration,
    OwnershipControls,
    OwnershipControlsRule,
    PublicAccessBlockConfiguration,
    ServerSideEncryptionByDefault,
    ServerSideEncryptionRule,
    VersioningConfiguration,
)

from pipelinegen import __version__

RULES = {
    "main": {"AlarmEmail": "ops@example.com", "Size": "large"},
    "develop": {"AlarmEmail": "dev@example.com", "Size": "small"},
    "release": {"AlarmEmail": "dev@example.com", "Size": "medium"},
    "feature": {"AlarmEmail": "dev@example.com", "Size": "small"},
}
BRANCHES: list[dict[str, Any]] = [
    {"branch": "main", "id": "main", "match": ["main"], "protected": True},
    {"branch": "develop", "id": "develop", "match": ["develop"]},
    {
        "branch": "release",
        "id": "release",
        "match": ["release/*", "hotfix/*"],
        "lifecycle": {"delete-with-branch": True},
    },
    {
        "branch": "feature/*",
        "id": "feature",
        "match": ["feature/*"],
        "lifecycle": {
            "cleanup-stacks": ["shop-${branch:slug}"],
            "delete-with-branch": True,
            "expire-after-days": 14,
            "max-pipelines": 20,
        },
    },
]
PIPELINE_ARN = Sub(
    "arn:${AWS::Partition}:codepipeline:${AWS::Region}:${AWS::AccountId}:${Pipeline}"
)
SAME_ACCOUNT = {"StringEquals": {"aws:ResourceAccount": Ref("AWS::AccountId")}}


def arn(service: str, resource: str) -> Sub:
    """Return the ARN of a resource in the stack's own region and account."""
    return Sub(f"arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{resource}")


def came_from(path: str) -> dict[str, Any]:
    """Return the metadata that names the node of the spec."""
    return {"pipelinegen": {"path": path}}


def allow(sid: str, actions: list[str], resources: list[Any], **more: Any) -> dict[str, Any]:
    """Return a statement of a policy."""
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources, **more}


def role(name: str, service: str, statements: list[Any], path: str, **more: Any) -> Role:
    """Return a role that a service may take, with its rights inside."""
    return Role(
        name,
        AssumeRolePolicyDocument={
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": service},
                    "Action": "sts:AssumeRole",
                }
            ],
        },
        Policies=[
            Policy(
                PolicyName="Permissions",
                PolicyDocument={"Version": "2012-10-17", "Statement": statements},
            )
        ],
        Metadata=came_from(path),
        **more,
    )


def action(
    name: str,
    kind: str,
    *,
    order: int,
    configuration: dict[str, Any],
    inputs: list[str] | None = None,
    outputs: list[str] | None = None,
    **more: Any,
) -> Actions:
    """Return an action; `kind` is Category/Owner/Provider."""
    category, owner, provider = kind.split("/")
    artifacts: dict[str, Any] = {}
    if inputs:
        artifacts["InputArtifacts"] = [InputArtifacts(Name=one) for one in inputs]
    if outputs:
        artifacts["OutputArtifacts"] = [OutputArtifacts(Name=one) for one in outputs]
    return Actions(
        Name=name,
        ActionTypeId=ActionTypeId(Category=category, Owner=owner, Provider=provider, Version="1"),
        RunOrder=order,
        Configuration=configuration,
        **artifacts,
        **more,
    )


def build_project(
    stage: str,
    name: str,
    buildspec: str,
    *,
    writes: bool = False,
    variables: Any = None,
    **more: Any,
) -> list[AWSObject]:
    """Return a CodeBuild project with its role and log group."""
    project = f"{stage}{name}Project"
    path = f"stages/{stage}/{name}"
    objects = ["s3:GetObject", "s3:GetObjectVersion"] + (["s3:PutObject"] if writes else [])
    reports = ["BatchPutCodeCoverages", "BatchPutTestCases", "CreateReport", "CreateReportGroup"]
    environment = {"EnvironmentVariables": variables} if variables else {}
    return [
        Project(
            project,
            Artifacts=Artifacts(Type="CODEPIPELINE"),
            Source=Source(Type="CODEPIPELINE", BuildSpec=buildspec),
            Environment=Environment(
                Type="LINUX_CONTAINER",
                ComputeType="BUILD_GENERAL1_SMALL",
                Image="aws/codebuild/standard:7.0",
                **environment,
            ),
            ServiceRole=GetAtt(f"{project}Role", "Arn"),
            LogsConfig=LogsConfig(
                CloudWatchLogs=CloudWatchLogs(GroupName=Ref(f"{project}Logs"), Status="ENABLED")
            ),
            Metadata=came_from(path),
            **more,
        ),
        role(
            f"{project}Role",
            "codebuild.amazonaws.com",
            [
                allow(
                    "ArtifactBucket",
                    ["s3:GetBucketAcl", "s3:GetBucketLocation"],
                    [GetAtt("ArtifactBucket", "Arn")],
                    Condition=SAME_ACCOUNT,
                ),
                allow(
                    "ArtifactObjects",
                    objects,
                    [Sub("${ArtifactBucket.Arn}/*")],
                    Condition=SAME_ACCOUNT,
                ),
                allow(
                    "Logs",
                    ["logs:CreateLogStream", "logs:PutLogEvents"],
                    [GetAtt(f"{project}Logs", "Arn")],
                ),
                allow(
                    "Reports",
                    [f"codebuild:{call}" for call in (*reports, "UpdateReport")],
                    [arn("codebuild", f"report-group/{project}-*")],
                ),
            ],
            path,
            **more,
        ),
        LogGroup(f"{project}Logs", RetentionInDays=30, Metadata=came_from(path), **more),
    ]


def deploy(stack: Any, overrides: Any, order: int) -> Actions:
    """Return the action that deploys the application's stack."""
    return action(
        "Deploy",
        "Deploy/AWS/CloudFormation",
        order=order,
        configuration={
            "ActionMode": "CREATE_UPDATE",
            "StackName": stack,
            "TemplatePath": "Build::packaged.yaml",
            "RoleArn": GetAtt("DeployRole", "Arn"),
            "ParameterOverrides": overrides,
        },
        inputs=["Build"],
    )


def value(name: str) -> FindInMap:
    """Return a value that differs between branch rules."""
    return FindInMap("BranchRules", Ref("BranchRule"), name)


def stages() -> list[Any]:
    """Return the stages; what some branch rules lack stands under a condition."""
    branch_stack = Sub("shop-${BranchSlug}")
    size = Sub('{"Size":"${ValueSize}"}', ValueSize=value("Size"))
    both = Sub(
        '{"AlarmEmail":"${ValueAlarmEmail}","Size":"${ValueSize}"}',
        ValueAlarmEmail=value("AlarmEmail"),
        ValueSize=value("Size"),
    )

    def run(name: str, kind: str, project: str, order: int, **more: Any) -> Actions:
        named = {"ProjectName": Ref(project)}
        return action(
            name,
            f"{kind}/AWS/CodeBuild",
            order=order,
            configuration=named,
            inputs=["Source"],
            **more,
        )

    source = action(
        "Source",
        "Source/AWS/CodeCommit",
        order=1,
        configuration={
            "PollForSourceChanges": "false",
            "RepositoryName": "shop",
            "BranchName": Ref("BranchName"),
        },
        outputs=["Source"],
        Namespace=If("IsMain", "SourceVariables", NoValue),
    )
    approve = action(
        "Approve",
        "Approval/AWS/Manual",
        order=1,
        configuration={"CustomData": "Deploy #{SourceVariables.CommitId} to production?"},
    )
    build = [
        run("Build", "Build", "BuildBuildProject", 1, outputs=["Build"]),
        run("Lint", "Test", "BuildLintProject", 1),
    ]
    review = [
        deploy(branch_stack, size, 1),
        run("Smoke", "Test", "ReviewSmokeProject", 2),
    ]
    load_test = run("LoadTest", "Test", "StagingLoadTestProject", 2)
    staging = [deploy(branch_stack, size, 1), If("IsMainOrRelease", load_test, NoValue)]
    production = [approve, deploy("shop-production", both, 2)]
    return [
        Stages(Name="Source", Actions=[source]),
        Stages(Name="Build", Actions=build),
        If("IsFeature", Stages(Name="Review", Actions=review), NoValue),
        If("IsMainOrDevelopOrRelease", Stages(Name="Staging", Actions=staging), NoValue),
        If("IsMain", Stages(Name="Production", Actions=production), NoValue),
    ]


def pipeline_role() -> Role:
    """Return the service role, each branch rule's with the least that its actions need."""
    project = "project/${{{}}}"
    stack = ["CreateStack", "DescribeStackEvents", "DescribeStackResources", "DescribeStacks"]
    commit = ["CancelUploadArchive", "GetBranch", "GetCommit", "GetUploadArchiveStatus"]

    def run(name: str) -> Sub:
        return arn("codebuild", project.format(name))

    return role(
        "PipelineRole",
        "codepipeline.amazonaws.com",
        [
            allow(
                "ArtifactBucket",
                ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning"],
                [GetAtt("ArtifactBucket", "Arn")],
                Condition=SAME_ACCOUNT,
            ),
            allow("ArtifactBucketList", ["s3:ListBucket"], [GetAtt("ArtifactBucket", "Arn")]),
            allow(
                "ArtifactObjects",
                ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:PutObjectAcl"],
                [Sub("${ArtifactBucket.Arn}/*")],
                Condition=SAME_ACCOUNT,
            ),
            allow(
                "CloudFormationDeploy",
                [f"cloudformation:{call}" for call in (*stack, "GetTemplate", "UpdateStack")],
                [
                    arn("cloudformation", "stack/shop-${BranchSlug}/*"),
                    If("IsMain", arn("cloudformation", "stack/shop-production/*"), NoValue),
                ],
            ),
            allow(
                "CodeBuild",
                ["codebuild:BatchGetBuilds", "codebuild:StartBuild"],
                [
                    run("BuildBuildProject"),
                    run("BuildLintProject"),
                    If("IsFeature", run("ReviewSmokeProject"), NoValue),
                    If("IsMainOrRelease", run("StagingLoadTestProject"), NoValue),
                ],
            ),
            allow(
                "CodeCommit",
                [f"codecommit:{call}" for call in (*commit, "UploadArchive")],
                [arn("codecommit", "shop")],
            ),
            allow(
                "PassRoleToCloudFormation",
                ["iam:PassRole"],
                [GetAtt("DeployRole", "Arn")],
                Condition={"StringEquals": {"iam:PassedToService": "cloudformation.amazonaws.com"}},
            ),
            allow("ValidateTemplate", ["cloudformation:ValidateTemplate"], ["*"]),
        ],
        "pipeline",
    )


def artifact_store() -> list[AWSObject]:
    """Return the artifact bucket and its policy."""
    kept: dict[str, Any] = {
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Metadata": came_from("artifact-store"),
    }
    return [
        Bucket(
            "ArtifactBucket",
            BucketEncryption=BucketEncryption(
                ServerSideEncryptionConfiguration=[
                    ServerSideEncryptionRule(
                        BucketKeyEnabled=True,
                        ServerSideEncryptionByDefault=ServerSideEncryptionByDefault(
                            SSEAlgorithm="aws:kms"
                        ),
                    )
                ]
            ),
            LifecycleConfiguration=LifecycleConfiguration(
                Rules=[
                    LifecycleRule(
                        Id="ExpireArtifacts",
                        Status="Enabled",
                        ExpirationInDays=30,
                        NoncurrentVersionExpiration=NoncurrentVersionExpiration(NoncurrentDays=1),
                        AbortIncompleteMultipartUpload=AbortIncompleteMultipartUpload(
                            DaysAfterInitiation=1
                        ),
                    )
                ]
            ),
            OwnershipControls=OwnershipControls(
                Rules=[OwnershipControlsRule(ObjectOwnership="BucketOwnerEnforced")]
            ),
            PublicAccessBlockConfiguration=PublicAccessBlockConfiguration(
                BlockPublicAcls=True,
                BlockPublicPolicy=True,
                IgnorePublicAcls=True,
                RestrictPublicBuckets=True,
            ),
            VersioningConfiguration=VersioningConfiguration(Status="Enabled"),
            **kept,
        ),
        BucketPolicy(
            "ArtifactBucketPolicy",
            Bucket=Ref("ArtifactBucket"),
            PolicyDocument={
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "DenyInsecureTransport",
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": "s3:*",
                        "Resource": [
                            GetAtt("ArtifactBucket", "Arn"),
                            Sub("${ArtifactBucket.Arn}/*"),
                        ],
                        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                    }
                ],
            },
            **kept,
        ),
    ]


def detection() -> list[AWSObject]:
    """Return the event rule that starts the pipeline, and its role."""
    path = "sources/Source"
    return [
        Rule(
            "SourceEventRule",
            Description="Starts the pipeline when its source changes",
            EventPattern={
                "source": ["aws.codecommit"],
                "detail-type": ["CodeCommit Repository State Change"],
                "resources": [arn("codecommit", "shop")],
                "detail": {
                    "event": ["referenceCreated", "referenceUpdated"],
                    "referenceType": ["branch"],
                    "referenceName": [Ref("BranchName")],
                },
            },
            State="ENABLED",
            Targets=[
                Target(Arn=PIPELINE_ARN, Id="Pipeline", RoleArn=GetAtt("SourceEventRole", "Arn"))
            ],
            Metadata=came_from(path),
        ),
        role(
            "SourceEventRole",
            "events.amazonaws.com",
            [allow("StartPipeline", ["codepipeline:StartPipelineExecution"], [PIPELINE_ARN])],
            path,
        ),
    ]


def add_branches(template: Template) -> None:
    """Add parameters, mapping and conditions: what one stack knows of its branch."""
    template.add_parameter(
        Parameter(
            "BranchName",
            Type="String",
            AllowedPattern="^[A-Za-z0-9._/@+=,#%-]{1,255}$",
            Description="Branch that the pipeline builds",
        )
    )
    template.add_parameter(
        Parameter(
            "BranchSlug",
            Type="String",
            MaxLength=40,
            AllowedPattern="^[a-z0-9]+(-[a-z0-9]+)*$",
            Description="Form of the branch's name that stack names may hold",
        )
    )
    template.add_parameter(
        Parameter(
            "BranchRule",
            Type="String",
            AllowedValues=list(RULES),
            Description="Branch rule that the branch belongs to",
        )
    )
    template.add_mapping("BranchRules", RULES)
    for name in RULES:
        template.add_condition(f"Is{name.capitalize()}", Equals(Ref("BranchRule"), name))
    for names in (["Main", "Develop", "Release"], ["Main", "Release"]):
        condition = Or(*({"Condition": f"Is{name}"} for name in names))
        template.add_condition(f"Is{'Or'.join(names)}", condition)


def build() -> Template:
    """Return the whole template."""
    template = Template(Description="Pipeline of shop, one stack for each branch")
    template.set_version("2010-09-09")
    template.set_metadata(
        {
            "pipelinegen": {
                "tool-version": __version__,
                "language-version": 1,
                "branches": BRANCHES,
            }
        }
    )
    add_branches(template)
    template.add_resource(
        Pipeline(
            "Pipeline",
            Name=Sub("shop-${BranchSlug}"),
            PipelineType="V2",
            RoleArn=GetAtt("PipelineRole", "Arn"),
            ArtifactStore=ArtifactStore(Type="S3", Location=Ref("ArtifactBucket")),
            Stages=stages(),
            Metadata=came_from("pipeline"),
        )
    )
    stack_name = [
        EnvironmentVariable(Name="STACK", Type="PLAINTEXT", Value=Sub("shop-${BranchSlug}"))
    ]
    anything = allow("Permission1", ["apigateway:*", "lambda:*"], ["*"])
    for resource in [
        pipeline_role(),
        *artifact_store(),
        *detection(),
        *build_project("Build", "Build", "ci/build.yml", writes=True),
        *build_project("Build", "Lint", "ci/lint.yml"),
        *build_project("Staging", "LoadTest", "ci/load.yml", Condition="IsMainOrRelease"),
        role("DeployRole", "cloudformation.amazonaws.com", [anything], "roles/Deploy"),
        *build_project(
            "Review", "Smoke", "ci/smoke.yml", variables=stack_name, Condition="IsFeature"
        ),
    ]:
        template.add_resource(resource)
    for name, of in (
        ("PipelineName", "Pipeline"),
        ("BranchName", "BranchName"),
        ("BranchSlug", "BranchSlug"),
        ("BranchRule", "BranchRule"),
        ("ArtifactBucket", "ArtifactBucket"),
    ):
        template.add_output(Output(name, Value=Ref(of)))
    return template


if __name__ == "__main__":
    form = sys.argv[1] if len(sys.argv) > 1 else "yaml"
    made = build()
    sys.stdout.write(made.to_json() if form == "json" else made.to_yaml())
