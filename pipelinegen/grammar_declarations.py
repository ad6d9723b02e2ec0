"""Definitions of what a spec declares beside its stages: functions, roles, schedules, grants."""

from __future__ import annotations

from pipelinegen.actions._keys import environment_map, integer, items, record, ref
from pipelinegen.defaults import TEMPLATE_PATH
from pipelinegen.grammar_words import described, pattern
from pipelinegen.provider import JSON

_TEXT = {"type": "string"}
_FLAG = {"type": "boolean"}
_NOT_WITH_SSM = ("type", "default", "allowed-values", "allowed-pattern", "no-echo")

DECLARATIONS: dict[str, JSON] = {
    "Phases": record(
        {name: items(ref("Shell")) for name in ("install", "pre_build", "build", "post_build")}
    )
    | {"minProperties": 1},
    "Permissions": items(
        record(
            {
                "actions": items(
                    pattern(
                        "^(\\*(:\\*)?|[a-z0-9-]+:[A-Za-z0-9*?]+)$",
                        "an IAM action looks like s3:GetObject",
                    )
                ),
                "resources": items(ref("Text")),
                "conditions": {"type": "object", "x-raw": True},
            },
            required=["actions", "resources"],
        ),
        # All policies of a role together have some 70 KB.
        most=500,
    ),
    "Function": record(
        {
            "runtime": ref("Text"),
            "handler": ref("Text"),
            "code": ref("Shell"),
            "s3-bucket": ref("Text"),
            "s3-key": ref("Text"),
            "timeout": integer(least=1, most=900),
            "memory-size": integer(least=128, most=10240),
            "env": environment_map(),
            "permissions": ref("Permissions"),
            "patch": ref("Raw"),
        },
        required=["runtime", "handler"],
    )
    | {
        "allOf": [
            {"anyOf": [{"required": ["code"]}, {"required": ["s3-bucket"]}]}
            | {"x-one-of": ["code", "s3-bucket"]},
            {
                "if": {"required": ["code"]},
                "then": {"properties": {"s3-bucket": False, "s3-key": False}},
            },
            {"if": {"required": ["s3-bucket"]}, "then": {"required": ["s3-key"]}},
        ]
    },
    "Topic": record(
        {
            "emails": items(pattern("^[^@\\s]+@[^@\\s]+$", "an e-mail address is name@domain")),
            "patch": ref("Raw"),
        }
    ),
    "Role": record(
        {
            "trust": items(ref("Text")),
            "permissions": ref("Permissions"),
            "managed-policy-arns": items(ref("Arn"), most=20),
            "permissions-boundary": ref("Arn"),
            "patch": ref("Raw"),
        },
        required=["trust"],
    ),
    "ArtifactCount": record(
        {"min": integer(least=0, most=5), "max": integer(least=0, most=5)}, required=["min", "max"]
    ),
    "CustomAction": record(
        {
            "category": {"enum": ["Source", "Build", "Test", "Deploy", "Invoke"]},
            "provider": pattern(
                "^[0-9A-Za-z_-]{1,35}$", "letters, digits, '_' and '-', at most 35"
            ),
            "version": pattern("^[0-9A-Za-z_-]{1,9}$", "letters, digits, '_' and '-', at most 9"),
            "input-artifacts": ref("ArtifactCount"),
            "output-artifacts": ref("ArtifactCount"),
            "configuration-properties": items(
                record(
                    {
                        "property": {"type": "string", "minLength": 1, "maxLength": 50},
                        "required": _FLAG,
                        "secret": _FLAG,
                        "key": _FLAG,
                        "queryable": _FLAG,
                        "type": {"enum": ["String", "Number", "Boolean"]},
                        "description": {"type": "string", "maxLength": 160},
                    },
                    required=["property"],
                ),
                most=10,
            ),
            "settings": record(
                {
                    "entity-url-template": ref("Text"),
                    "execution-url-template": ref("Text"),
                    "revision-url-template": ref("Text"),
                    "third-party-configuration-url": ref("Text"),
                }
            ),
            "only": ref("Only"),
            "patch": ref("Raw"),
        },
        required=["category", "input-artifacts", "output-artifacts"],
    ),
    "Parameter": record(
        {
            "type": {"type": "string", "default": "String"},
            "default": _TEXT,
            "description": {"type": "string", "maxLength": 4000},
            "allowed-values": items(_TEXT),
            "allowed-pattern": _TEXT,
            "ssm": pattern("^[A-Za-z0-9_./-]+$", "an SSM parameter name looks like /net/vpc"),
            "no-echo": _FLAG,
        }
    )
    | {
        "allOf": [
            {
                "if": {"required": ["ssm"]},
                "then": {"properties": dict.fromkeys(_NOT_WITH_SSM, False)},
            }
        ]
    },
}

EVENTS = (
    "pipeline-started",
    "pipeline-succeeded",
    "pipeline-failed",
    "pipeline-canceled",
    "pipeline-superseded",
    "pipeline-resumed",
    "stage-failed",
    "stage-succeeded",
    "action-failed",
    "action-succeeded",
    "approval-needed",
    "approval-failed",
    "approval-succeeded",
)

AROUND: dict[str, JSON] = {
    "SelfUpdate": record(
        {
            "template-path": described(
                pattern("^[^/$#:][^$#:]*$", "a path inside the repository, without variables")
                | {"default": TEMPLATE_PATH},
                "File of the first source that `synth -o` wrote.",
            ),
            "role-arn": described(
                ref("Arn"), "Role by which CloudFormation updates the stack; made elsewhere."
            ),
            "only": ref("Only"),
        },
        required=["role-arn"],
    ),
    "Schedule": record(
        {"schedule": ref("Name"), "cron": _TEXT, "time-zone": _TEXT, "only": ref("Only")},
        required=["schedule", "cron"],
    ),
    "Notification": record(
        {
            "notify": pattern("^[A-Za-z0-9_-]{1,100}$", "letters, digits, '_' and '-'"),
            "events": items({"enum": list(EVENTS)}) | {"uniqueItems": True},
            "topic-arn": ref("Arn"),
            "chatbot-arn": ref("Arn"),
            "detail-type": {"enum": ["BASIC", "FULL"], "default": "BASIC"},
            "only": ref("Only"),
        },
        required=["notify", "events"],
    )
    | {
        "x-exactly-one": ["topic-arn", "chatbot-arn"],
        "oneOf": [{"required": ["topic-arn"]}, {"required": ["chatbot-arn"]}],
    },
    "Grant": record(
        {
            "grant": ref("Name"),
            "start": _FLAG,
            "stop": _FLAG,
            "retry": _FLAG,
            "approve": items(pattern("^[^/]+/[^/]+$", "write Stage/Action")),
            "roles": items(ref("Text")),
            "groups": items(ref("Text")),
            "only": ref("Only"),
        },
        required=["grant"],
    )
    | {
        "allOf": [
            {
                "anyOf": [{"required": ["roles"]}, {"required": ["groups"]}],
                "x-one-of": ["roles", "groups"],
            }
        ]
    },
    "TemplateSections": record(
        {
            name: ref("Raw")
            for name in (
                "metadata",
                "mappings",
                "conditions",
                "resources",
                "outputs",
                "rules",
                "expressions",
                "patch",
            )
        }
        | {"transform": items(_TEXT)}
    ),
}
