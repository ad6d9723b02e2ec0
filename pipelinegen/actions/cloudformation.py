"""CloudFormation providers: one key per mode, since the modes need different keys and rights.

https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html
"""

from __future__ import annotations

from collections.abc import Mapping

from pipelinegen.actions._arns import pattern, regional
from pipelinegen.actions._keys import (
    arn,
    artifact_path,
    choices,
    keys,
    own,
    text,
    text_map,
)
from pipelinegen.fragment import Context, Fragment, Statement
from pipelinegen.model import Action
from pipelinegen.provider import JSON, Body, Bounds, Key, Row, exports_anything
from pipelinegen.text import Text, json_text

_GUIDE = "https://docs.aws.amazon.com/codepipeline/latest/userguide/"
PASSED_TO_CLOUDFORMATION = {"StringEquals": {"iam:PassedToService": "cloudformation.amazonaws.com"}}

# What each mode calls: the page above lists the union, the split follows from the mode's meaning.
_CALLS: Mapping[str, tuple[str, ...]] = {
    "CREATE_UPDATE": (
        "CreateStack",
        "UpdateStack",
        "DescribeStacks",
        "DescribeStackResources",
        "DescribeStackEvents",
        "GetTemplate",
    ),
    "REPLACE_ON_FAILURE": (
        "CreateStack",
        "UpdateStack",
        "DeleteStack",
        "DescribeStacks",
        "DescribeStackResources",
        "DescribeStackEvents",
        "GetTemplate",
    ),
    "CHANGE_SET_REPLACE": (
        "CreateChangeSet",
        "DeleteChangeSet",
        "DescribeChangeSet",
        "DescribeStacks",
    ),
    "CHANGE_SET_EXECUTE": ("ExecuteChangeSet", "DescribeChangeSet", "DescribeStacks"),
    "DELETE_ONLY": (
        "DeleteStack",
        "DescribeStacks",
        "DescribeStackResources",
        "DescribeStackEvents",
    ),
}
_SIDS = {
    "CREATE_UPDATE": "CloudFormationDeploy",
    "REPLACE_ON_FAILURE": "CloudFormationReplace",
    "CHANGE_SET_REPLACE": "CloudFormationChangeSet",
    "CHANGE_SET_EXECUTE": "CloudFormationExecute",
    "DELETE_ONLY": "CloudFormationDelete",
}


def _fragment(action: Action, mode: str) -> Fragment:
    body = action.body
    stack = pattern(action.text(body["stack-name"]))
    stacks = regional(action, "cloudformation", "stack/", stack, "/*")
    calls = tuple(f"cloudformation:{name}" for name in _CALLS[mode])
    statements = [Statement(_SIDS[mode], calls, (stacks,))]
    if "role-arn" in body and mode != "CHANGE_SET_EXECUTE":
        role = pattern(action.text(body["role-arn"]))
        statements.append(
            Statement(
                "PassRoleToCloudFormation",
                ("iam:PassRole",),
                (role,),
                conditions=PASSED_TO_CLOUDFORMATION,
            )
        )
    if "template-configuration" in body:
        # The file may hold a stack policy.
        policy = ("cloudformation:GetStackPolicy", "cloudformation:SetStackPolicy")
        statements.append(Statement("StackPolicy", policy, (stacks,)))
    if "template-path" in body:
        # ValidateTemplate supports no resource ARN.
        statements.append(
            Statement("ValidateTemplate", ("cloudformation:ValidateTemplate",), (Text.of("*"),))
        )
    return Fragment(
        configuration={"ActionMode": mode, "ParameterOverrides": _overrides(action)},
        statements=tuple(statements),
    )


def _overrides(action: Action) -> Text | None:
    """Merge plain overrides with those read from a file of an artifact."""
    overrides: dict[str, JSON] = dict(action.body.get("parameter-overrides", {}))
    for name, path in action.body.get("parameter-overrides-from", {}).items():
        overrides[name] = {"Fn::GetParam": path.split("::")}
    return json_text(overrides, action.text) if overrides else None


def cfn_deploy(action: Action, context: Context) -> Fragment:
    """Create or update a stack."""
    replace = action.body.get("replace-on-failure")
    return _fragment(action, "REPLACE_ON_FAILURE" if replace else "CREATE_UPDATE")


def cfn_change_set(action: Action, context: Context) -> Fragment:
    """Make a change set, replacing one of the same name."""
    return _fragment(action, "CHANGE_SET_REPLACE")


def cfn_execute(action: Action, context: Context) -> Fragment:
    """Execute a change set that an earlier action made."""
    return _fragment(action, "CHANGE_SET_EXECUTE")


def cfn_delete(action: Action, context: Context) -> Fragment:
    """Delete a stack; a missing one counts as deleted."""
    return _fragment(action, "DELETE_ONLY")


def _gives(body: Body) -> bool:
    return "output-file-name" in body


_CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
_FROM = {
    "type": "object",
    "additionalProperties": {
        "type": "string",
        "pattern": "^[A-Za-z0-9_-]+::[^:]+::[^:]+$",
        "errorMessage": "write ArtifactName::file.json::key",
        "x-ref": "artifact",
        "x-text": "ArtifactPath",
    },
}
_TEMPLATE_KEYS = keys(
    TemplatePath=artifact_path(),
    TemplateConfiguration=artifact_path(),
    Capabilities=choices(*_CAPABILITIES),
    RoleArn=arn(),
    ParameterOverrides=text_map(),
    parameter_overrides_from=own(_FROM, kind="artifact-paths"),
    OutputFileName=text(),
)


def stack_row(
    key: str, name: str, written: dict[str, Key], required: set[str], **facts: JSON
) -> Row:
    """Return the row of a Deploy action of CloudFormation."""
    defaults: dict[str, JSON] = {
        "category": "Deploy",
        "owner": "AWS",
        "provider": "CloudFormation",
        "url": _GUIDE + "action-reference-CloudFormation.html",
        "inputs": Bounds(0, 10),
        "outputs": Bounds(0, 1),
        "gives": _gives,
        "exports": exports_anything,
    }
    return Row(
        key=key,
        keys=written,
        required=frozenset(required),
        default_name=name,
        **(defaults | facts),
    )


CFN_DEPLOY = stack_row(
    "cfn-deploy",
    "Deploy",
    keys(StackName=text()) | _TEMPLATE_KEYS | keys(replace_on_failure=own({"type": "boolean"})),
    {"stack-name", "template-path", "role-arn"},
    rib=cfn_deploy,
    description="Create or update a stack (mode CREATE_UPDATE or REPLACE_ON_FAILURE).",
)
CFN_CHANGE_SET = stack_row(
    "cfn-change-set",
    "ChangeSet",
    keys(StackName=text(), ChangeSetName=text()) | _TEMPLATE_KEYS,
    {"stack-name", "change-set-name", "template-path", "role-arn"},
    rib=cfn_change_set,
    description="Make a change set (mode CHANGE_SET_REPLACE).",
)
CFN_EXECUTE = stack_row(
    "cfn-execute",
    "Execute",
    keys(StackName=text(), ChangeSetName=text(), RoleArn=arn(), OutputFileName=text()),
    {"stack-name", "change-set-name"},
    rib=cfn_execute,
    description="Execute an earlier change set (mode CHANGE_SET_EXECUTE).",
)
CFN_DELETE = stack_row(
    "cfn-delete",
    "Delete",
    keys(StackName=text(), RoleArn=arn()),
    {"stack-name", "role-arn"},
    outputs=Bounds(0, 0),
    rib=cfn_delete,
    description="Delete a stack (mode DELETE_ONLY).",
)
