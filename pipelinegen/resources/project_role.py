"""What the role of a generated CodeBuild project may do: its logs, its artifacts, what it names.

https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pipelinegen.actions._arns import key_alias
from pipelinegen.actions._environment import EnvironmentVariable, environment
from pipelinegen.actions._permissions import (
    parameter_statement,
    permission_statements,
    secret_statement,
    vpc_statement,
)
from pipelinegen.fragment import Statement
from pipelinegen.provider import Body
from pipelinegen.resources.generated_project import REPOSITORY_URI, Project, is_of_ecr
from pipelinegen.resources.site import Site
from pipelinegen.store import access
from pipelinegen.text import Ref, Text


def project_statements(site: Site, project: Project) -> tuple[Statement, ...]:
    """Return the statements of the role of a generated project."""
    return tuple(
        replace(statement, origins=(project.origin,)) for statement in _statements(site, project)
    )


def _statements(site: Site, project: Project) -> Iterator[Statement]:
    body = project.body
    # The ARN attribute of a log group already ends in :*, which stands for its streams.
    logs = Text.of(Ref("resource", f"{project.logs_id}.Arn"))
    yield Statement("Logs", ("logs:CreateLogStream", "logs:PutLogEvents"), (logs,))
    caches = body.get("cache") == "S3"
    writes = any(action.outputs for action in project.actions)
    yield from access(site.store, writes=writes, caches=caches)
    for action in project.actions:
        yield from site.reader_statements(action)
    variables = project.variables + _variables_of_actions(project)
    yield from secret_statement(variables, site.arn, site.pipeline.spec.data.get("template", {}))
    yield from parameter_statement(variables, site.arn)
    if "vpc" in body:
        yield from _vpc(site, project)
    if _may_report(body):
        yield _reports(site, project)
    if caches:
        objects = Text.of(site.store.arn, f"/cache/{project.logical_id}/*")
        yield Statement("Cache", ("s3:GetObject", "s3:PutObject"), (objects,))
    if any(action.body.get("batch-enabled") for action in project.actions):
        own = site.arn("codebuild", f"project/{project.logical_id}-*")
        batch = ("codebuild:RetryBuild", "codebuild:StartBuild", "codebuild:StopBuild")
        yield Statement("BatchBuilds", batch, (own,))
    if "encryption-key" in body:
        yield _own_key(site, project.parse(body["encryption-key"]))
    yield from _image(site, project)
    yield from permission_statements(body, "", project.parse)


def _variables_of_actions(project: Project) -> tuple[EnvironmentVariable, ...]:
    """Secrets and parameters that actions hand to the project are read with its role too."""
    own = frozenset(project.variables)
    return tuple(
        variable
        for action in project.actions
        for variable in environment(action.body, action.text)
        if variable not in own
    )


def _may_report(body: Body) -> bool:
    """A buildspec file may hold reports that the spec does not show; phases of ours cannot."""
    return "reports" in body or "phases" not in body


def _reports(site: Site, project: Project) -> Statement:
    """Rights on the project's own report groups, named <project>-<report>.

    CloudFormation names the project <logical id>-<random>; naming the project itself here would
    close a circle between project and role.
    https://docs.aws.amazon.com/codebuild/latest/userguide/test-permissions.html
    """
    groups = site.arn("codebuild", f"report-group/{project.logical_id}-*")
    calls = ("BatchPutCodeCoverages", "BatchPutTestCases", "CreateReport", "CreateReportGroup")
    actions = tuple(f"codebuild:{call}" for call in (*calls, "UpdateReport"))
    return Statement("Reports", actions, (groups,))


def _vpc(site: Site, project: Project) -> Iterator[Statement]:
    yield vpc_statement()
    subnets = [
        site.arn("ec2", "subnet/", project.parse(subnet))
        for subnet in project.body["vpc"]["subnets"]
    ]
    yield Statement(
        "VpcPermission",
        ("ec2:CreateNetworkInterfacePermission",),
        (site.arn("ec2", "network-interface/*"),),
        conditions={
            "ArnEquals": {"ec2:Subnet": subnets},
            "StringEquals": {"ec2:AuthorizedService": "codebuild.amazonaws.com"},
        },
    )


def _own_key(site: Site, key: Text) -> Statement:
    """A right on a key never names its alias, which may be moved to another key.

    https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
    """
    use = ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey")
    alias = key_alias(key)
    if alias is None:
        return Statement("OwnKey", use, (key,))
    condition = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": alias}}
    return Statement("OwnKeyByAlias", use, (site.arn("kms", "key/*"),), conditions=condition)


def _image(site: Site, project: Project) -> Iterator[Statement]:
    image = project.parse(project.body.get("image", ""))
    if not is_of_ecr(image):
        return
    yield Statement("EcrLogin", ("ecr:GetAuthorizationToken",), (Text.of("*"),))
    repository = _repository(site, image)
    pull = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
    yield Statement("EcrPull", pull, (repository,))


def _repository(site: Site, image: Text) -> Text:
    """Return the ARN of the repository that an image lies in, as narrow as the text tells."""
    first = image.parts[0]
    if isinstance(first, Ref) and first.name.endswith(REPOSITORY_URI):
        return Text.of(Ref("resource", first.name.removesuffix(REPOSITORY_URI) + ".Arn"))
    named = re.match(r"(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.[^/]+/([^:@]+)", image.literal or "")
    if not named:
        return site.arn("ecr", "repository/*")
    arn = f":ecr:{named[2]}:{named[1]}:repository/{named[3]}"
    return Text.of("arn:", Ref("AWS", "Partition"), arn)
