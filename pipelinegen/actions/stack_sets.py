"""Stack set providers: one template in many accounts and regions.

https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-StackSets.html
"""

from __future__ import annotations

from collections.abc import Mapping

from pipelinegen.actions._arns import ACCOUNT, PARTITION, pattern, regional
from pipelinegen.actions._keys import (
    arn,
    artifact_path,
    choice,
    choices,
    exports,
    items,
    keys,
    number,
    own,
    pattern_text,
    ref,
    text,
    text_map,
)
from pipelinegen.actions.cloudformation import PASSED_TO_CLOUDFORMATION, stack_row
from pipelinegen.fragment import Context, Fragment, Statement
from pipelinegen.model import Action
from pipelinegen.provider import JSON, Bounds, Key, Requirement
from pipelinegen.text import Text

_URL = "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-StackSets.html"


def _stack_set_statements(action: Action, changes: tuple[str, ...]) -> list[Statement]:
    name = pattern(action.text(action.body["stack-set-name"]))
    stack_set = regional(action, "cloudformation", "stackset/", name, ":*")
    target = Text.of(
        "arn:", PARTITION, ":cloudformation:*:", ACCOUNT, ":stackset-target/", name, ":*"
    )
    types = Text.of("arn:", PARTITION, ":cloudformation:*::type/resource/*")
    reads = ("DescribeStackSet", "DescribeStackSetOperation", "ListStackInstances")
    statements = [
        Statement(
            "StackSetChange",
            tuple(f"cloudformation:{name}" for name in changes),
            (stack_set, target, types),
        ),
        Statement("StackSetRead", tuple(f"cloudformation:{name}" for name in reads), (stack_set,)),
    ]
    if action.body.get("call-as") == "DELEGATED_ADMIN":
        lookup = ("organizations:ListDelegatedAdministrators",)
        statements.append(Statement("DelegatedAdministrators", lookup, (Text.of("*"),)))
    return statements


def cfn_stack_set(action: Action, context: Context) -> Fragment:
    """Create or update a stack set and, where targets are written, its first instances.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-StackSets.html
    """
    body = action.body
    statements = _stack_set_statements(action, ("UpdateStackSet", "CreateStackInstances"))
    # CreateStackSet supports no resource ARN.
    statements.append(
        Statement("StackSetCreate", ("cloudformation:CreateStackSet",), (Text.of("*"),))
    )
    if body.get("permission-model", "SELF_MANAGED") == "SELF_MANAGED":
        role = body.get("administration-role-arn")
        arn = (
            pattern(action.text(role))
            if role
            else Text.of(
                "arn:",
                PARTITION,
                ":iam::",
                ACCOUNT,
                ":role/AWSCloudFormationStackSetAdministrationRole",
            )
        )
        statements.append(
            Statement(
                "PassRoleToStackSets",
                ("iam:PassRole",),
                (arn,),
                conditions=PASSED_TO_CLOUDFORMATION,
            )
        )
    extra: dict[str, JSON] = {}
    if "parameters" in body:
        extra["Parameters"] = _parameter_pairs(action, body["parameters"])
    if "parameters-file" in body:
        extra["Parameters"] = action.text(body["parameters-file"])
    if "targets-file" in body:
        extra["DeploymentTargets"] = action.text(body["targets-file"])
    return Fragment(configuration=extra, statements=tuple(statements))


def cfn_stack_instances(action: Action, context: Context) -> Fragment:
    """Create or update instances of an existing stack set.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-StackSets.html
    """
    body = action.body
    extra: dict[str, JSON] = {}
    if "parameter-overrides" in body:
        extra["ParameterOverrides"] = _parameter_pairs(action, body["parameter-overrides"])
    if "parameters-file" in body:
        extra["ParameterOverrides"] = action.text(body["parameters-file"])
    if "targets-file" in body:
        extra["DeploymentTargets"] = action.text(body["targets-file"])
    changes = ("CreateStackInstances", "UpdateStackInstances")
    return Fragment(configuration=extra, statements=tuple(_stack_set_statements(action, changes)))


def _parameter_pairs(action: Action, parameters: Mapping[str, str]) -> Text:
    """Return the literal form `ParameterKey=a,ParameterValue=b ParameterKey=…`."""
    pieces: list[str | Text] = []
    for name, value in parameters.items():
        pieces += [" " if pieces else "", f"ParameterKey={name},ParameterValue="]
        pieces.append(action.text(value))
    return Text.of(*pieces)


_STACK_SET_NAME = pattern_text(
    "[A-Za-z][A-Za-z0-9-]{0,127}", error="a stack set name is a letter, then letters, digits, '-'"
)
_TARGET_KEYS = keys(
    StackSetName=_STACK_SET_NAME,
    DeploymentTargets=Key("list", items(ref("Text"))),
    targets_file=own(ref("ArtifactPath"), kind="artifact-path"),
    Regions=Key("list", items(ref("Text"))),
    FailureTolerancePercentage=number(least=0, most=100),
    MaxConcurrentPercentage=number(least=1, most=100),
    RegionConcurrencyType=choice("SEQUENTIAL", "PARALLEL"),
    ConcurrencyMode=choice("STRICT_FAILURE_TOLERANCE", "SOFT_FAILURE_TOLERANCE"),
    CallAs=choice("SELF", "DELEGATED_ADMIN"),
)
_ONE_TARGET = Requirement({"targets-file": None}, absent=("deployment-targets",))

CFN_STACK_SET = stack_row(
    "cfn-stack-set",
    "Deploy",
    _TARGET_KEYS
    | keys(
        TemplatePath=artifact_path(),
        parameters=own({"type": "object", "additionalProperties": ref("Text")}),
        parameters_file=own(ref("ArtifactPath"), kind="artifact-path"),
        Capabilities=choices("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"),
        PermissionModel=choice("SELF_MANAGED", "SERVICE_MANAGED"),
        AdministrationRoleArn=arn(),
        ExecutionRoleName=text(),
        Description=text(),
        OrganizationsAutoDeployment=choice("Enabled", "Disabled", "EnabledWithStackRetention"),
    ),
    {"stack-set-name", "template-path"},
    provider="CloudFormationStackSet",
    url=_URL,
    inputs=Bounds(1, 3),
    outputs=Bounds(0, 0),
    requirements=(
        _ONE_TARGET,
        Requirement({"deployment-targets": None}, required=("regions",)),
        Requirement({"targets-file": None}, required=("regions",)),
        Requirement({"parameters-file": None}, absent=("parameters",)),
    ),
    exports=exports("StackSetId", "OperationId"),
    rib=cfn_stack_set,
)
CFN_STACK_INSTANCES = stack_row(
    "cfn-stack-instances",
    "Deploy",
    _TARGET_KEYS
    | keys(
        parameter_overrides=own(text_map().schema),
        parameters_file=own(ref("ArtifactPath"), kind="artifact-path"),
    ),
    {"stack-set-name", "regions"},
    provider="CloudFormationStackInstances",
    url=_URL,
    inputs=Bounds(0, 2),
    outputs=Bounds(0, 0),
    requirements=(
        _ONE_TARGET,
        Requirement({"parameters-file": None}, absent=("parameter-overrides",)),
    ),
    one_of=(("deployment-targets", "targets-file"),),
    exports=exports("StackSetId", "OperationId"),
    rib=cfn_stack_instances,
)
