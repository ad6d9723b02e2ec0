"""Compute providers: shell commands on machines that CodePipeline manages."""

from __future__ import annotations

from pipelinegen.actions._arns import pattern, regional
from pipelinegen.actions._environment import environment
from pipelinegen.actions._keys import (
    choice,
    environment_map,
    items,
    keys,
    own,
    ref,
    text,
    texts,
)
from pipelinegen.actions._logs import managed_compute_logs
from pipelinegen.actions._permissions import permission_statements, secret_statement, vpc_statement
from pipelinegen.fragment import Context, Fragment, Statement
from pipelinegen.model import Action
from pipelinegen.names import logical_id
from pipelinegen.provider import Body, Bounds, Row


def commands(action: Action, context: Context) -> Fragment:
    """Commands run with the role of the action, so what they call is granted there.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Commands.html
    """
    body = action.body
    variables = environment(body, action.text)
    outputs = [
        {"Name": name, **({"Files": list(body["files"])} if "files" in body else {})}
        for name in action.outputs
    ]
    properties = {
        "Commands": list(body["run"]),
        "OutputVariables": list(body.get("output-variables", ())),
        "EnvironmentVariables": [
            {"Name": variable.name, "Type": variable.type, "Value": variable.value}
            for variable in variables
        ],
        "OutputArtifacts": outputs,
    }
    secrets = secret_statement(
        variables,
        lambda *resource: regional(action, *resource),
        context.pipeline.spec.data.get("template", {}),
    )
    network = _network(action) if "vpc-id" in body else ()
    return Fragment(
        properties={name: value for name, value in properties.items() if value},
        statements=(
            managed_compute_logs(action, context),
            *secrets,
            *network,
            *permission_statements(body, logical_id(action.stage, action.name), action.text),
        ),
    )


def _network(action: Action) -> tuple[Statement, ...]:
    """Return the rights to run in a VPC; CodeBuild, which does it, enters these subnets only."""
    subnets = [
        regional(action, "ec2", "subnet/", pattern(action.text(subnet)))
        for subnet in action.body.get("subnets", ["*"])
    ]
    enter = Statement(
        "VpcPermission",
        ("ec2:CreateNetworkInterfacePermission",),
        (regional(action, "ec2", "network-interface/*"),),
        conditions={"ArnLike": {"ec2:Subnet": subnets}},
    )
    return vpc_statement(), enter


def _exports(body: Body) -> frozenset[str] | None:
    return frozenset(body.get("output-variables", ()))


COMMANDS = Row(
    key="commands",
    category="Compute",
    owner="AWS",
    provider="Commands",
    url="https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Commands.html",
    inputs=Bounds(1, 10),
    outputs=Bounds(0, 1),
    keys=keys(
        run=own(items(ref("Command"), most=50)),
        env=own(environment_map()),
        env_secret=own(environment_map()),
        files=own(items(ref("Text"), most=10)),
        output_variables=own(items({"type": "string", "minLength": 1, "maxLength": 128}, most=15)),
        EnvironmentType=choice("LINUX_CONTAINER", "WINDOWS_SERVER_2022_CONTAINER"),
        ComputeType=choice("BUILD_GENERAL1_SMALL", "BUILD_GENERAL1_MEDIUM", "BUILD_GENERAL1_LARGE"),
        VpcId=text(),
        Subnets=texts(),
        SecurityGroupIds=texts(),
        permissions=own(ref("Permissions")),
    ),
    required=frozenset({"run"}),
    default_name="Run",
    default_input="source",
    exports=_exports,
    v2_only=True,
    rib=commands,
    description="Up to 50 shell lines on managed compute, with the rights of the action's role.",
)
