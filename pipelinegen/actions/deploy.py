"""Deploy providers other than CloudFormation.

https://docs.aws.amazon.com/codepipeline/latest/userguide/integrations-action-type.html
"""

from __future__ import annotations

from pipelinegen.actions._arns import (
    ACCOUNT,
    PARTITION,
    key_alias,
    key_arn,
    pattern,
    regional,
    unowned,
)
from pipelinegen.actions._keys import artifact, choice, flag, keys, number, text
from pipelinegen.fragment import Context, Fragment, Statement
from pipelinegen.model import Action
from pipelinegen.provider import JSON, Bounds, Requirement, Row
from pipelinegen.text import Text

_GUIDE = "https://docs.aws.amazon.com/codepipeline/latest/userguide/"
_PASSED_TO_TASKS = {
    "StringEquals": {"iam:PassedToService": ["ecs.amazonaws.com", "ecs-tasks.amazonaws.com"]}
}
_TAG_NEW_DEFINITIONS = {"StringEquals": {"ecs:CreateAction": "RegisterTaskDefinition"}}


def deploy_row(key: str, provider: str, page: str, **facts: JSON) -> Row:
    """Return the row of a Deploy action that takes one artifact."""
    defaults: dict[str, JSON] = {
        "category": "Deploy",
        "owner": "AWS",
        "inputs": Bounds(1, 1),
        "outputs": Bounds(0, 0),
        "default_name": "Deploy",
        "default_input": "product",
    }
    return Row(key=key, provider=provider, url=_GUIDE + page, **(defaults | facts))


def named(action: Action, *written: str) -> tuple[Text, ...]:
    """Return the values of the given keys as they stand in ARNs."""
    return tuple(pattern(action.text(action.body[name])) for name in written)


def _codedeploy_statements(action: Action) -> tuple[Statement, ...]:
    application, group = named(action, "application-name", "deployment-group-name")
    deployment_group = regional(action, "codedeploy", "deploymentgroup:", application, "/", group)
    owner = regional(action, "codedeploy", "application:", application)
    # The configuration's name is known to the deployment group only.
    configuration = regional(action, "codedeploy", "deploymentconfig:*")
    revision = ("GetApplication", "GetApplicationRevision", "RegisterApplicationRevision")
    return (
        Statement(
            "CodeDeploy",
            ("codedeploy:CreateDeployment", "codedeploy:GetDeployment"),
            (deployment_group,),
        ),
        Statement("CodeDeployRevision", tuple(f"codedeploy:{name}" for name in revision), (owner,)),
        Statement("CodeDeployConfiguration", ("codedeploy:GetDeploymentConfig",), (configuration,)),
    )


def codedeploy(action: Action, context: Context) -> Fragment:
    """Deploy to EC2 or on-premises instances.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeDeploy.html
    """
    return Fragment(statements=_codedeploy_statements(action))


def _task_statements(action: Action) -> tuple[Statement, ...]:
    """Rights to register a task definition and to hand its roles on.

    The roles stand in a file that only a run reads, so the condition is what narrows PassRole.
    """
    definitions = regional(action, "ecs", "task-definition/*")
    roles = Text.of("arn:", PARTITION, ":iam::", ACCOUNT, ":role/*")
    return (
        Statement("EcsRegister", ("ecs:RegisterTaskDefinition",), (Text.of("*"),)),
        Statement("EcsTag", ("ecs:TagResource",), (definitions,), conditions=_TAG_NEW_DEFINITIONS),
        Statement("PassRoleToTasks", ("iam:PassRole",), (roles,), conditions=_PASSED_TO_TASKS),
    )


def codedeploy_ecs(action: Action, context: Context) -> Fragment:
    """Blue/green deployment of an ECS service.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECSbluegreen.html
    """
    return Fragment(statements=_codedeploy_statements(action) + _task_statements(action))


def ecs(action: Action, context: Context) -> Fragment:
    """Rolling update of an ECS service.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECS.html
    """
    cluster, service = named(action, "cluster-name", "service-name")
    arn = regional(action, "ecs", "service/", cluster, "/", service)
    return Fragment(
        statements=(
            # DescribeTaskDefinition accepts no resource.
            Statement("EcsDescribe", ("ecs:DescribeTaskDefinition",), (Text.of("*"),)),
            Statement("EcsService", ("ecs:DescribeServices", "ecs:UpdateService"), (arn,)),
            *_task_statements(action),
        )
    )


def s3(action: Action, context: Context) -> Fragment:
    """Copy an artifact to a bucket, unpacked or as it is.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3Deploy.html
    """
    body = action.body
    (bucket,) = named(action, "bucket-name")
    writes = ["s3:PutObject"]
    if "canned-acl" in body:
        writes += ["s3:PutObjectAcl", "s3:PutObjectVersionAcl"]
    facts = ("s3:GetBucketVersioning", "s3:GetBucketAcl", "s3:GetBucketLocation")
    statements = [
        Statement("S3DeployObjects", tuple(writes), (unowned("s3", bucket, "/*"),)),
        Statement("S3DeployBucket", facts, (unowned("s3", bucket),)),
    ]
    key = body.get("kms-encryption-key-arn")
    if key is not None:
        statements.append(_key_statement(action, action.text(key)))
    return Fragment(statements=tuple(statements))


def _key_statement(action: Action, key: Text) -> Statement:
    """A right on a key never names its alias, which may be moved to another key.

    https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
    """
    use = ("kms:GenerateDataKey", "kms:Decrypt")
    alias = key_alias(key)
    if alias is None:
        return Statement("S3DeployKey", use, (key_arn(action, key),))
    keys = regional(action, "kms", "key/*")
    condition = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": alias}}
    return Statement("S3DeployKeyByAlias", use, (keys,), conditions=condition)


CODEDEPLOY = deploy_row(
    "codedeploy",
    "CodeDeploy",
    "action-reference-CodeDeploy.html",
    keys=keys(ApplicationName=text(), DeploymentGroupName=text()),
    required=frozenset({"application-name", "deployment-group-name"}),
    rib=codedeploy,
)

CODEDEPLOY_ECS = deploy_row(
    "codedeploy-ecs",
    "CodeDeployToECS",
    "action-reference-ECSbluegreen.html",
    inputs=Bounds(1, 5),
    default_input=None,
    keys=keys(
        ApplicationName=text(),
        DeploymentGroupName=text(),
        AppSpecTemplateArtifact=artifact(),
        AppSpecTemplatePath=text(),
        TaskDefinitionTemplateArtifact=artifact(),
        TaskDefinitionTemplatePath=text(),
        Image1ArtifactName=artifact(),
        Image1ContainerName=text(),
        Image2ArtifactName=artifact(),
        Image2ContainerName=text(),
        Image3ArtifactName=artifact(),
        Image3ContainerName=text(),
        Image4ArtifactName=artifact(),
        Image4ContainerName=text(),
    ),
    required=frozenset(
        {
            "application-name",
            "deployment-group-name",
            "app-spec-template-artifact",
            "task-definition-template-artifact",
        }
    ),
    requirements=tuple(
        Requirement({f"image{n}-artifact-name": None}, required=(f"image{n}-container-name",))
        for n in range(1, 5)
    ),
    rib=codedeploy_ecs,
)

ECS = deploy_row(
    "ecs",
    "ECS",
    "action-reference-ECS.html",
    keys=keys(
        ClusterName=text(),
        ServiceName=text(),
        FileName=text(),
        DeploymentTimeout=number(least=1, most=60),
    ),
    required=frozenset({"cluster-name", "service-name"}),
    rib=ecs,
)

CANNED_ACLS = (
    "private",
    "public-read",
    "public-read-write",
    "authenticated-read",
    "aws-exec-read",
    "bucket-owner-read",
    "bucket-owner-full-control",
    "log-delivery-write",
)

S3 = deploy_row(
    "s3",
    "S3",
    "action-reference-S3Deploy.html",
    keys=keys(
        BucketName=text(),
        Extract=flag(),
        ObjectKey=text(),
        KMSEncryptionKeyARN=text(),
        CannedACL=choice(*CANNED_ACLS),
        CacheControl=text(),
    ),
    required=frozenset({"bucket-name", "extract"}),
    requirements=(Requirement({"extract": False}, required=("object-key",)),),
    rib=s3,
)
