"""What every template must hold once its conditions are decided, as questions about plain JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pipelinegen.actions.table import ACTIONS, CHECKS, SOURCES

JSON = Any

# Actions that know no resource, from AWS's service authorization reference.
WITHOUT_RESOURCE = frozenset(
    {
        "cloudformation:CreateStackSet",
        "cloudformation:ValidateTemplate",
        "codepipeline:PutJobFailureResult",
        "codepipeline:PutJobSuccessResult",
        "devicefarm:ListProjects",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:CreateNetworkInterfacePermission",
        "ec2:DescribeDhcpOptions",
        "ec2:DescribeInstances",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
        "ecr-public:GetAuthorizationToken",
        "ecr:GetAuthorizationToken",
        "ecs:DescribeTaskDefinition",
        "elasticloadbalancing:DescribeTargetGroupAttributes",
        "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth",
        "inspector-scan:ScanSbom",
        "lambda:ListFunctions",
        "organizations:ListDelegatedAdministrators",
        "ssm:CancelCommand",
        "ssm:DescribeInstanceInformation",
        "ssm:ListCommandInvocations",
        "sts:GetServiceBearerToken",
    }
)


def dangling(template: JSON) -> list[str]:
    """Return the names that something refers to and nothing defines."""
    known = {*template.get("Parameters", {}), *template["Resources"]}
    conditions = set(template.get("Conditions", {}))
    missing = []
    for kind, name in references({k: v for k, v in template.items() if k != "Metadata"}):
        if kind == "condition" and name not in conditions:
            missing.append(f"condition {name}")
        elif kind == "name" and not name.startswith("AWS::") and name not in known:
            missing.append(name)
    return missing


def references(value: JSON) -> Iterator[tuple[str, str]]:
    """Yield ("name" | "condition", name) for every reference inside a template."""
    if isinstance(value, list):
        for item in value:
            yield from references(item)
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        if key == "Ref":
            yield "name", item
        elif key == "Fn::GetAtt":
            yield "name", item[0] if isinstance(item, list) else item.partition(".")[0]
        elif key == "Fn::Sub":
            text, local = (item, {}) if isinstance(item, str) else item
            for name in re.findall(r"\$\{([^!{}][^{}]*)\}", text):
                if name not in local:
                    yield "name", name.partition(".")[0]
            yield from references(local)
        elif key == "Fn::If":
            yield "condition", item[0]
            yield from references(item[1:])
        elif key == "Condition" and isinstance(item, str):
            yield "condition", item
        elif key == "DependsOn":
            for name in item if isinstance(item, list) else [item]:
                yield "name", name
        else:
            yield from references(item)


def structure_faults(template: JSON) -> list[str]:
    """Return what is wrong with the pipeline of a resolved template by AWS's rules."""
    properties = template["Resources"]["Pipeline"]["Properties"]
    stages = properties["Stages"]
    faults = [] if len(stages) >= 2 else ["fewer than two stages"]
    made: set[str] = set()
    namespaces: list[str] = []
    for number, stage in enumerate(stages):
        faults += [] if stage["Actions"] else [f"{stage['Name']} is empty"]
        for order in sorted({action["RunOrder"] for action in stage["Actions"]}):
            group = [action for action in stage["Actions"] if action["RunOrder"] == order]
            outputs: list[str] = []
            for action in group:
                is_source = action["ActionTypeId"]["Category"] == "Source"
                if is_source != (number == 0):
                    faults.append(f"{action['Name']} is misplaced")
                inputs = [item["Name"] for item in action.get("InputArtifacts", [])]
                faults += [f"{name} is not made yet" for name in inputs if name not in made]
                outputs += [item["Name"] for item in action.get("OutputArtifacts", [])]
                namespaces += [action["Namespace"]] if "Namespace" in action else []
                faults += _count_faults(action)
                for value in action.get("Configuration", {}).values():
                    if not isinstance(value, (str, dict)):
                        faults.append(f"{action['Name']} has a value that is no text")
            faults += [f"{name} is made twice" for name in outputs if name in made]
            made |= set(outputs)
    faults += [f"namespace {name} is an artifact" for name in namespaces if name in made]
    if len(set(namespaces)) != len(namespaces):
        faults.append("a namespace is used twice")
    if ("ArtifactStore" in properties) == ("ArtifactStores" in properties):
        faults.append("not exactly one of ArtifactStore and ArtifactStores")
    return faults


def _count_faults(action: JSON) -> list[str]:
    kind = action["ActionTypeId"]
    rows = [
        row
        for row in (*SOURCES.values(), *ACTIONS.values(), *CHECKS.values())
        if (row.category, row.owner, row.provider)
        == (kind["Category"], kind["Owner"], kind["Provider"])
    ]
    takes = len(action.get("InputArtifacts", []))
    gives = len(action.get("OutputArtifacts", []))
    if not rows or any(
        row.inputs.least <= takes <= row.inputs.most
        and row.outputs.least <= gives <= row.outputs.most
        for row in rows
    ):
        return []
    return [f"{action['Name']} has {takes} inputs and {gives} outputs"]


def wide_rights(template: JSON) -> list[str]:
    """Return role: action for every generated right on '*' that could name a resource."""
    return [
        f"{logical_id}: {action}"
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] == "AWS::IAM::Role" and not _is_declared(resource)
        for policy in resource["Properties"].get("Policies", [])
        for statement in policy["PolicyDocument"]["Statement"]
        if "*" in statement["Resource"]
        for action in statement["Action"]
        if action not in WITHOUT_RESOURCE
    ]


def _is_declared(resource: JSON) -> bool:
    path = resource["Metadata"]["pipelinegen"]["path"]
    return bool(path.startswith("roles/"))
