"""A Lambda function with its role and log group, able to answer a CodePipeline job.

https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-invoke-lambda-function.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipelinegen.actions._permissions import permission_statements
from pipelinegen.conditions import checks
from pipelinegen.defaults import LOG_RETENTION_DAYS
from pipelinegen.fragment import Resource, Role, Statement
from pipelinegen.names import logical_id
from pipelinegen.provider import JSON
from pipelinegen.resolve import declarations
from pipelinegen.resources.site import Site
from pipelinegen.store import key_access
from pipelinegen.text import Ref, Text


def functions(site: Site) -> Iterator[Resource | Role]:
    """Yield the functions of the spec that something on this branch rule uses."""
    for name, entry in declarations(site.pipeline, "functions").items():
        function_id = logical_id(name, "Function")
        role_id, logs_id = f"{function_id}Role", f"{function_id}Logs"
        origin, path = ("functions", name), f"functions/{name}"
        yield Resource(
            logical_id=function_id,
            type="AWS::Lambda::Function",
            properties=_properties(entry, role_id, logs_id),
            origin=origin,
            path=path,
            patch=entry.get("patch", {}),
        )
        yield Role(
            logical_id=role_id,
            trust=(Text.of("lambda.amazonaws.com"),),
            statements=tuple(_statements(site, name, entry, logs_id)),
            origin=origin,
            path=path,
        )
        yield Resource(
            logical_id=logs_id,
            type="AWS::Logs::LogGroup",
            properties={"RetentionInDays": LOG_RETENTION_DAYS},
            origin=origin,
            path=path,
        )


def _properties(entry: Mapping[str, JSON], role_id: str, logs_id: str) -> dict[str, JSON]:
    code: dict[str, JSON] = (
        {"ZipFile": entry["code"]}
        if "code" in entry
        else {
            "S3Bucket": Text.parse(entry["s3-bucket"]),
            "S3Key": Text.parse(entry["s3-key"]),
        }
    )
    variables = {key: Text.parse(value) for key, value in entry.get("env", {}).items()}
    properties: dict[str, JSON] = {
        "Code": code,
        "Handler": Text.parse(entry["handler"]),
        "Runtime": Text.parse(entry["runtime"]),
        "Role": Text.of(Ref("resource", f"{role_id}.Arn")),
        "Timeout": entry.get("timeout"),
        "MemorySize": entry.get("memory-size"),
        "Environment": {"Variables": variables} if variables else None,
        "LoggingConfig": {"LogGroup": Text.of(Ref("resource", logs_id))},
    }
    return {key: value for key, value in properties.items() if value is not None}


def _statements(
    site: Site, name: str, entry: Mapping[str, JSON], logs_id: str
) -> Iterator[Statement]:
    origins = (("functions", name),)
    logs = Text.of(Ref("resource", f"{logs_id}.Arn"))
    yield Statement("Logs", ("logs:CreateLogStream", "logs:PutLogEvents"), (logs,), origins=origins)
    # Job results know no resource.
    answer = ("codepipeline:PutJobFailureResult", "codepipeline:PutJobSuccessResult")
    yield Statement("JobResult", answer, (Text.of("*"),), origins=origins)
    # Artifacts are read and written with credentials that the job brings; the key is not.
    if site.store.key_arn is not None and _handles_artifacts(site, name):
        yield key_access(site.store)
    yield from permission_statements(entry, "", Text.parse)


def _handles_artifacts(site: Site, name: str) -> bool:
    return any(
        Ref("function", name) in action.text(str(action.body.get("function-name", ""))).refs
        and (action.inputs or action.outputs)
        for action in (*site.pipeline.actions, *checks(site.pipeline))
    )
