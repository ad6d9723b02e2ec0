"""Keys of a CodeBuild project that we generate, for one action or shared under `projects:`.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codebuild-project.html
"""

from __future__ import annotations

from pipelinegen.actions._keys import environment_map, integer, items, mapping, own, record, ref
from pipelinegen.provider import Key

_NAME = {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"}
_PLAIN = {"type": "string"}
_FILES = items(ref("Text"))

REPORT_FORMATS = (
    "JUNITXML",
    "CUCUMBERJSON",
    "TESTNGXML",
    "NUNITXML",
    "NUNIT3XML",
    "VISUALSTUDIOTRX",
    "CLOVERXML",
    "COBERTURAXML",
    "JACOCOXML",
    "SIMPLECOV",
)

CACHES = ("LOCAL_SOURCE_CACHE", "LOCAL_DOCKER_LAYER_CACHE", "LOCAL_CUSTOM_CACHE", "S3")

# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html
LOG_RETENTION_DAYS: tuple[int, ...] = (
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
)
LOG_RETENTION_DAYS += (1827, 2192, 2557, 2922, 3288, 3653)

_REPORT = record(
    {
        "files": _FILES,
        "base-directory": ref("Text"),
        "file-format": {"enum": list(REPORT_FORMATS)},
    },
    required=["files"],
)
_VPC = record(
    {"id": ref("Text"), "subnets": items(ref("Text")), "security-groups": items(ref("Text"))},
    required=["id", "subnets", "security-groups"],
)

ENVIRONMENT_KEYS: dict[str, Key] = {
    "env": own(environment_map()),
    "env-secret": own(environment_map()),
    "env-ssm": own(environment_map()),
}

PROJECT_KEYS: dict[str, Key] = {
    "image": own(ref("Text")),
    "compute-type": own(ref("Text")),
    "environment-type": own(ref("Text")),
    "privileged-mode": own({"type": "boolean"}),
    "buildspec": own(ref("Shell")),
    "phases": own(ref("Phases")),
    "runtime-versions": own(mapping(ref("Text"))),
    "files": own(_FILES),
    "base-directory": own(_PLAIN),
    "secondary-artifacts": own(
        mapping(record({"files": _FILES, "base-directory": _PLAIN}, required=["files"]))
    ),
    "exported-variables": own(items(_NAME)),
    "reports": own(mapping(_REPORT)),
    # 5 minutes to 36 hours: https://docs.aws.amazon.com/codebuild/latest/userguide/limits.html
    "timeout-in-minutes": own(integer(least=5, most=2160)),
    "vpc": own(_VPC),
    "cache": own({"enum": list(CACHES)}),
    "log-retention-days": own({"enum": list(LOG_RETENTION_DAYS)}),
    "service-role": own(ref("Arn")),
    "permissions": own(ref("Permissions")),
    "encryption-key": own(ref("Text")),
    "patch": own(ref("Raw")),
    **ENVIRONMENT_KEYS,
}
