"""The template of a pipeline's controller: who starts it, what it runs, and what it may do."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pipelinegen import __version__
from pipelinegen.controller.build_role import build_statements
from pipelinegen.controller.names import (
    ROLE_PATH,
    boundary_arn,
    boundary_of,
    log_group_of,
    project_of,
    service_role_arn,
    service_role_of,
)
from pipelinegen.controller.origin import Origin
from pipelinegen.controller.service_role import boundary_document, service_statements
from pipelinegen.controller.starting import triggers
from pipelinegen.defaults import (
    BUILD_COMPUTE_TYPE,
    BUILD_ENVIRONMENT_TYPE,
    BUILD_IMAGE,
    LOG_RETENTION_DAYS,
)
from pipelinegen.emit import Renderer, resource_body
from pipelinegen.fragment import Resource, Role
from pipelinegen.model import Spec
from pipelinegen.provider import JSON
from pipelinegen.resources.role import role_resources
from pipelinegen.scope import resolve_in_stack
from pipelinegen.text import Expression, Ref, Text

_MINUTES = 60
_COMMAND = 'pipelinegen sync "$SPEC" --prune --yes --role-arn "$CLOUDFORMATION_ROLE"'
_PYTHON = "3.12"


def controller_template(
    spec: Spec, origin: Origin, spec_path: str, *, version: str = __version__
) -> dict[str, Expression]:
    """Return the template; the spec lies at `spec_path` in its repository.

    `version` of pipelinegen is what the controller installs.
    """
    render = Renderer(resolve_in_stack, {})
    resources = [
        resource
        for item in _items(spec, origin, spec_path, version)
        for resource in (role_resources(item) if isinstance(item, Role) else [item])
    ]
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Keeps the stacks of all branches of {spec.name} as its spec says",
        "Metadata": {"pipelinegen": {"tool-version": __version__}},
        "Resources": {item.logical_id: resource_body(item, render) for item in resources},
        "Outputs": {
            "Project": {"Value": {"Ref": "Project"}},
            "CloudFormationRole": {"Value": render(service_role_arn(spec.name))},
            "Boundary": {"Value": render(boundary_arn(spec.name))},
        },
    }


def _items(spec: Spec, origin: Origin, spec_path: str, version: str) -> Iterator[Resource | Role]:
    yield from triggers(spec.name, origin.repository_arn)
    yield _resource(
        "Project", "AWS::CodeBuild::Project", _project(spec, origin, spec_path, version)
    )
    yield _resource(
        "Logs",
        "AWS::Logs::LogGroup",
        {"LogGroupName": log_group_of(spec.name), "RetentionInDays": LOG_RETENTION_DAYS},
    )
    yield Role(
        logical_id="BuildRole",
        trust=(Text.of("codebuild.amazonaws.com"),),
        statements=(*build_statements(spec), *origin.statements),
        origin=(),
        path="controller",
        patch={"Path": ROLE_PATH},
    )
    yield Role(
        logical_id="CloudFormationRole",
        trust=(Text.of("cloudformation.amazonaws.com"),),
        statements=tuple(service_statements(spec.name)),
        origin=(),
        path="controller",
        patch={"RoleName": service_role_of(spec.name)},
    )
    yield _resource(
        "Boundary",
        "AWS::IAM::ManagedPolicy",
        {
            "ManagedPolicyName": boundary_of(spec.name),
            "Description": "The most that a role of a branch stack may do",
            "PolicyDocument": boundary_document(spec.name),
        },
    )


def _project(spec: Spec, origin: Origin, spec_path: str, version: str) -> dict[str, JSON]:
    """One build at a time: what comes meanwhile is tried again by its trigger."""
    variables = {"SPEC": spec_path, "CLOUDFORMATION_ROLE": service_role_arn(spec.name)}
    return {
        "Name": project_of(spec.name),
        "Description": "Brings the stacks of all branches to what the spec says",
        "Artifacts": {"Type": "NO_ARTIFACTS"},
        "ConcurrentBuildLimit": 1,
        "TimeoutInMinutes": _MINUTES,
        "ServiceRole": Text.of(Ref("resource", "BuildRole.Arn")),
        "Source": {**origin.source, "BuildSpec": _buildspec(version)},
        "Environment": {
            "Type": BUILD_ENVIRONMENT_TYPE,
            "ComputeType": BUILD_COMPUTE_TYPE,
            "Image": BUILD_IMAGE,
            "EnvironmentVariables": [
                {"Name": name, "Type": "PLAINTEXT", "Value": value}
                for name, value in variables.items()
            ],
        },
        "LogsConfig": {
            "CloudWatchLogs": {"GroupName": Text.of(Ref("resource", "Logs")), "Status": "ENABLED"}
        },
    }


def _buildspec(version: str) -> str:
    """The helper lends git the right to ask the remote for its branches.

    https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
    """
    install = f"python -m pip install --quiet --disable-pip-version-check pipelinegen=={version}"
    document = {
        "version": "0.2",
        "env": {"git-credential-helper": "yes"},
        "phases": {
            "install": {"runtime-versions": {"python": _PYTHON}, "commands": [install]},
            "build": {"commands": [_COMMAND]},
        },
    }
    return json.dumps(document, indent=2)


def _resource(logical_id: str, kind: str, properties: dict[str, JSON]) -> Resource:
    return Resource(
        logical_id=logical_id, type=kind, properties=properties, origin=(), path="controller"
    )
