"""Deploy providers for machines, clusters and functions: EC2, EKS, Lambda.

https://docs.aws.amazon.com/codepipeline/latest/userguide/integrations-action-type.html
"""

from __future__ import annotations

from pipelinegen.actions._arns import PARTITION, REGION, function, pattern, regional
from pipelinegen.actions._environment import environment
from pipelinegen.actions._keys import (
    choice,
    environment_map,
    exports,
    keys,
    own,
    pattern_text,
    text,
    texts,
)
from pipelinegen.actions._logs import managed_compute_logs
from pipelinegen.actions._permissions import vpc_statement
from pipelinegen.actions.deploy import deploy_row, named
from pipelinegen.fragment import Context, Fragment, Statement
from pipelinegen.model import Action
from pipelinegen.provider import JSON, Bounds, Requirement
from pipelinegen.text import Text

_ANY = (Text.of("*"),)


def ec2(action: Action, context: Context) -> Fragment:
    """Copy files to tagged instances and run scripts there.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-EC2Deploy.html
    """
    body = action.body
    lookup: tuple[str, ...] = (
        "ec2:DescribeInstances",
        "ssm:CancelCommand",
        "ssm:DescribeInstanceInformation",
    )
    lookup += ("ssm:ListCommandInvocations",)
    kind = "instance/*" if body["instance-type"] == "EC2" else "managed-instance/*"
    machines = regional(action, "ec2" if body["instance-type"] == "EC2" else "ssm", kind)
    region = action.text(action.region) if action.region else REGION
    documents = tuple(
        Text.of("arn:", PARTITION, ":ssm:", region, "::document/", name)
        for name in ("AWS-RunShellScript", "AWS-RunPowerShellScript")
    )
    statements = [
        Statement("Ec2Lookup", lookup, _ANY),
        Statement("Ec2Run", ("ssm:SendCommand",), (machines,), conditions=_tagged(action)),
        Statement("Ec2RunDocuments", ("ssm:SendCommand",), documents),
        managed_compute_logs(action, context),
    ]
    if "target-group-name-list" in body:
        describe = ("TargetGroupAttributes", "TargetGroups", "TargetHealth")
        groups = tuple(
            regional(action, "elasticloadbalancing", "targetgroup/", pattern(name), "/*")
            for name in map(action.text, body["target-group-name-list"])
        )
        statements += [
            Statement(
                "TargetGroupLookup",
                tuple(f"elasticloadbalancing:Describe{name}" for name in describe),
                _ANY,
            ),
            Statement(
                "TargetGroupChange",
                (
                    "elasticloadbalancing:DeregisterTargets",
                    "elasticloadbalancing:RegisterTargets",
                ),
                groups,
            ),
        ]
    return Fragment(statements=tuple(statements))


def _tagged(action: Action) -> JSON:
    """Narrow a right to the machines with the tag; a condition key cannot be an intrinsic."""
    tag = action.text(action.body["instance-tag-key"]).literal
    if tag is None:
        return None
    if "instance-tag-value" not in action.body:
        return {"Null": {f"aws:ResourceTag/{tag}": "false"}}
    value = action.text(action.body["instance-tag-value"])
    known = not any(True for _ in value.variables)
    return {"StringEquals" if known else "StringLike": {f"aws:ResourceTag/{tag}": pattern(value)}}


def eks(action: Action, context: Context) -> Fragment:
    """A Helm release or manifests for an EKS cluster.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-EKS.html
    """
    (cluster,) = named(action, "cluster-name")
    variables = [
        {"Name": variable.name, "Type": variable.type, "Value": variable.value}
        for variable in environment(action.body, action.text)
    ]
    network = vpc_statement()
    return Fragment(
        properties={"EnvironmentVariables": variables} if variables else {},
        statements=(
            Statement(
                "EksCluster",
                ("eks:DescribeCluster",),
                (regional(action, "eks", "cluster/", cluster),),
            ),
            Statement(
                "EksNetwork",
                (
                    *network.actions,
                    "ec2:CreateNetworkInterfacePermission",
                    "ec2:DescribeRouteTables",
                ),
                _ANY,
            ),
            managed_compute_logs(action, context),
        ),
    )


def lambda_deploy(action: Action, context: Context) -> Fragment:
    """New code or a traffic shift for a Lambda function.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-LambdaDeploy.html
    """
    arn = function(action, action.text(action.body["function-name"]))
    calls: tuple[str, ...] = (
        "GetAlias",
        "GetFunctionConfiguration",
        "GetProvisionedConcurrencyConfig",
    )
    calls += ("PublishVersion", "UpdateAlias", "UpdateFunctionCode")
    statements = [
        Statement(
            "LambdaDeploy",
            tuple(f"lambda:{call}" for call in calls),
            (arn, Text.of(arn, ":*")),
        ),
        managed_compute_logs(action, context),
    ]
    if "alarms" in action.body:
        alarms = tuple(
            regional(action, "cloudwatch", "alarm:", pattern(name))
            for name in map(action.text, action.body["alarms"])
        )
        statements.append(Statement("LambdaDeployAlarms", ("cloudwatch:DescribeAlarms",), alarms))
    return Fragment(statements=tuple(statements))


EC2 = deploy_row(
    "ec2",
    "EC2",
    "action-reference-EC2Deploy.html",
    keys=keys(
        InstanceTagKey=text(),
        InstanceTagValue=text(),
        InstanceType=choice("EC2", "SSM_MANAGED_NODE"),
        DeploySpec=text(),
        TargetDirectory=text(),
        PreScript=text(),
        PostScript=text(),
        MaxBatch=text(),
        MaxError=text(),
        TargetGroupNameList=texts(),
    ),
    required=frozenset({"instance-tag-key", "instance-type"}),
    requirements=(
        Requirement({"target-directory": None}, required=("post-script",)),
        Requirement({"deploy-spec": None}, absent=("target-directory", "post-script")),
    ),
    one_of=(("deploy-spec", "target-directory"),),
    v2_only=True,
    rib=ec2,
)

EKS = deploy_row(
    "eks",
    "EKS",
    "action-reference-EKS.html",
    keys=keys(
        ClusterName=text(),
        HelmReleaseName=text(),
        HelmChartLocation=text(),
        HelmValuesFiles=texts(),
        ManifestFiles=texts(),
        Namespace=text(),
        Subnets=texts(),
        SecurityGroupIds=texts(),
        env=own(environment_map()),
    ),
    required=frozenset({"cluster-name"}),
    requirements=(
        Requirement({"helm-release-name": None}, required=("helm-chart-location",)),
        Requirement({"helm-chart-location": None}, required=("helm-release-name",)),
        Requirement(
            {"manifest-files": None},
            absent=("helm-release-name", "helm-chart-location", "helm-values-files"),
        ),
    ),
    one_of=(("helm-release-name", "manifest-files"),),
    exports=exports("EKSClusterName"),
    v2_only=True,
    rib=eks,
)

LAMBDA_DEPLOY = deploy_row(
    "lambda-deploy",
    "Lambda",
    "action-reference-LambdaDeploy.html",
    inputs=Bounds(0, 1),
    reads=lambda body: "published-target-version" not in body,
    keys=keys(
        FunctionName=text(),
        FunctionAlias=text(),
        PublishedTargetVersion=text(),
        DeployStrategy=pattern_text(
            r"AllAtOnce|Canary\d+Percent\d+Minutes|Linear\d+PercentEvery\d+Minutes?",
            error="write AllAtOnce, Canary10Percent5Minutes or Linear10PercentEvery1Minute",
        ),
        Alarms=texts(most=10),
    ),
    required=frozenset({"function-name"}),
    requirements=(Requirement({"deploy-strategy": None}, required=("function-alias",)),),
    exports=exports("FunctionVersion"),
    v2_only=True,
    rib=lambda_deploy,
)
