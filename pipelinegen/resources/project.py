"""A CodeBuild project with its role and log group, for one action or shared by several.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codebuild-project.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pipelinegen.actions._environment import environment
from pipelinegen.conditions import checks
from pipelinegen.defaults import (
    BUILD_COMPUTE_TYPE,
    BUILD_ENVIRONMENT_TYPE,
    BUILD_IMAGE,
    LOG_RETENTION_DAYS,
)
from pipelinegen.fragment import Resource, Role, Wanted
from pipelinegen.model import Action
from pipelinegen.names import logical_id
from pipelinegen.provider import JSON, Body
from pipelinegen.resolve import declarations
from pipelinegen.resources.buildspec import buildspec
from pipelinegen.resources.generated_project import Project, is_of_ecr
from pipelinegen.resources.project_role import project_statements
from pipelinegen.resources.site import Site
from pipelinegen.text import Ref, Text


def action_project(site: Site, wanted: Wanted) -> Iterator[Resource | Role]:
    """Yield the project made for one action."""
    action: Action = wanted.settings["action"]
    yield from _resources(
        site,
        Project(
            logical_id=wanted.logical_id,
            body=wanted.settings["body"],
            variables=wanted.settings["environment"],
            actions=(action,),
            parse=action.text,
            origin=wanted.origin,
            path=wanted.path,
        ),
    )


def shared_projects(site: Site) -> Iterator[Resource | Role]:
    """Yield the projects under `projects:` that something on this branch rule uses."""
    for name, body in declarations(site.pipeline, "projects").items():
        yield from _resources(
            site,
            Project(
                logical_id=logical_id(name, "Project"),
                body=body,
                variables=environment(body, Text.parse),
                actions=tuple(_runners(site, name)),
                parse=Text.parse,
                origin=("projects", name),
                path=f"projects/{name}",
            ),
        )


def _runners(site: Site, name: str) -> Iterator[Action]:
    for action in (*site.pipeline.actions, *checks(site.pipeline)):
        written = action.body.get("project-name")
        if isinstance(written, str) and Ref("project", name) in action.text(written).refs:
            yield action


def _resources(site: Site, project: Project) -> Iterator[Resource | Role]:
    yield Resource(
        logical_id=project.logical_id,
        type="AWS::CodeBuild::Project",
        properties=_properties(site, project),
        origin=project.origin,
        path=project.path,
        patch=project.body.get("patch", {}),
    )
    if "service-role" not in project.body:
        yield Role(
            logical_id=project.role_id,
            trust=(Text.of("codebuild.amazonaws.com"),),
            statements=project_statements(site, project),
            origin=project.origin,
            path=project.path,
        )
    yield Resource(
        logical_id=project.logs_id,
        type="AWS::Logs::LogGroup",
        properties={
            "RetentionInDays": project.body.get("log-retention-days", LOG_RETENTION_DAYS),
        },
        origin=project.origin,
        path=project.path,
    )


def _properties(site: Site, project: Project) -> dict[str, JSON]:
    body, parse = project.body, project.parse
    role = (
        parse(body["service-role"])
        if "service-role" in body
        else Text.of(Ref("resource", f"{project.role_id}.Arn"))
    )
    key = parse(body["encryption-key"]) if "encryption-key" in body else site.store.key_arn
    properties: dict[str, JSON] = {
        "Artifacts": {"Type": "CODEPIPELINE"},
        "Source": _source(body, parse),
        "Environment": _environment(project),
        "ServiceRole": role,
        "EncryptionKey": key,
        "TimeoutInMinutes": body.get("timeout-in-minutes"),
        "Cache": _cache(site, project),
        "VpcConfig": _vpc(body, parse),
        "LogsConfig": {
            "CloudWatchLogs": {
                "GroupName": Text.of(Ref("resource", project.logs_id)),
                "Status": "ENABLED",
            }
        },
    }
    if any(action.body.get("batch-enabled") for action in project.actions):
        properties["BuildBatchConfig"] = {"ServiceRole": role}
    return {key: value for key, value in properties.items() if value is not None}


def _source(body: Body, parse: Callable[[str], Text]) -> dict[str, JSON]:
    text = buildspec(body, parse)
    return {"Type": "CODEPIPELINE", **({} if text is None else {"BuildSpec": text})}


def _environment(project: Project) -> dict[str, JSON]:
    body, parse = project.body, project.parse
    image = parse(body.get("image", BUILD_IMAGE))
    described: dict[str, JSON] = {
        "Type": parse(body.get("environment-type", BUILD_ENVIRONMENT_TYPE)),
        "ComputeType": parse(body.get("compute-type", BUILD_COMPUTE_TYPE)),
        "Image": image,
    }
    # An image of ECR is pulled with the rights of the project's role.
    if is_of_ecr(image):
        described["ImagePullCredentialsType"] = "SERVICE_ROLE"
    if "privileged-mode" in body:
        described["PrivilegedMode"] = body["privileged-mode"]
    if project.variables:
        described["EnvironmentVariables"] = [
            {"Name": variable.name, "Type": variable.type, "Value": variable.value}
            for variable in project.variables
        ]
    return described


def _cache(site: Site, project: Project) -> dict[str, JSON] | None:
    kind = project.body.get("cache")
    if kind is None:
        return None
    if kind != "S3":
        return {"Type": "LOCAL", "Modes": [kind]}
    location = Text.of(site.store.bucket, f"/cache/{project.logical_id}")
    return {"Type": "S3", "Location": location}


def _vpc(body: Body, parse: Callable[[str], Text]) -> dict[str, JSON] | None:
    written = body.get("vpc")
    if written is None:
        return None
    return {
        "VpcId": parse(written["id"]),
        "Subnets": _texts(written["subnets"], parse),
        "SecurityGroupIds": _texts(written["security-groups"], parse),
    }


def _texts(sources: Sequence[str], parse: Callable[[str], Text]) -> list[Text]:
    return [parse(source) for source in sources]
