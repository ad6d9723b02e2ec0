"""Definitions of the language that belong to no provider: text types, branch rules, stages."""

from __future__ import annotations

from pipelinegen.actions._keys import integer, items, record, ref
from pipelinegen.grammar_declarations import AROUND, DECLARATIONS
from pipelinegen.grammar_words import described, pattern
from pipelinegen.names import BRANCH_NAME_PATTERN
from pipelinegen.provider import JSON

_TEXT = {"type": "string"}
_FLAG = {"type": "boolean"}
_NAMED_WORDS = "a name may hold letters, digits, '.', '@', '_' and '-', at most 100"


def _condition(*results: str, rules_required: bool = True) -> dict[str, JSON]:
    rules = items(ref("Check"), most=5)
    required = ["result", "rules"] if rules_required else ["result"]
    return record({"result": {"enum": list(results)}, "rules": rules}, required=required)


_ON_FAILURE = _condition("ROLLBACK", "RETRY", "FAIL", "SKIP", rules_required=False)
_ON_FAILURE["properties"]["retry-mode"] = {"enum": ["FAILED_ACTIONS", "ALL_ACTIONS"]}

_TEXT_TYPES: dict[str, JSON] = {
    "Text": {
        "type": "string",
        "x-text": "Text",
        "description": "${kind:name} is replaced at deploy time, #{Action.Variable} at run time.",
    },
    # IAM would read a star in a role's ARN as "any role".
    "Arn": pattern("^[^*?]+$", "an ARN names one thing; it has neither '*' nor '?'")
    | {"x-text": "Text"},
    "Shell": {
        "type": "string",
        "x-text": "Shell",
        "description": "Shell text: never substituted, ${X} is the shell's. Pass values with env:.",
    },
    "Command": {
        "type": "string",
        "minLength": 1,
        "maxLength": 1000,
        "pattern": "^[^\\r\\n]*$",
        "x-text": "Shell",
        "errorMessage": "a command is one line; write one list item for each line",
        "description": "One shell line of at most 1000 characters; pass values with env:.",
    },
    "Artifact": {
        **pattern(
            "^[A-Za-z0-9_-]{1,100}$",
            "an artifact name may hold letters, digits, '_' and '-', at most 100",
        ),
        "x-ref": "artifact",
    },
    "ArtifactPath": {
        **pattern("^[A-Za-z0-9_-]+::.+$", "write ArtifactName::path/in/artifact"),
        "x-ref": "artifact",
        "x-text": "ArtifactPath",
    },
    "Secret": {
        **pattern(
            "^\\$\\{secret:[A-Za-z0-9/_+=.@-]+:[A-Za-z0-9_.-]+\\}$",
            "a secret is never written as text: use ${secret:<Secrets Manager name>:<json key>}",
        ),
        "x-text": "Secret",
    },
    "Only": {
        "type": "array",
        "items": {"type": "string", "minLength": 1, "x-ref": "branch"},
        "minItems": 1,
        "uniqueItems": True,
        "description": "Names of branch rules, exactly as written under branches; default: all.",
    },
    "Raw": {
        "type": "object",
        "x-raw": True,
        "description": "RFC 7396 merge patch on the generated CloudFormation; null removes.",
    },
    "Name": pattern("^[A-Za-z0-9.@_-]{1,100}$", _NAMED_WORDS),
    "Namespace": pattern(
        "^[A-Za-z0-9@_-]{1,100}$",
        "a namespace may hold letters, digits, '@', '_' and '-', at most 100",
    ),
    "Id": pattern(
        "^[A-Za-z][A-Za-z0-9-]{0,49}$",
        "a letter, then letters, digits and '-', at most 50 characters",
    ),
    "Account": pattern("^\\d{12}$", "an account id is 12 digits in quotes"),
    "AccountOrReference": pattern("^(\\d{12}|\\$\\{.+\\})$", "an account id is 12 digits in quotes")
    | {"x-text": "Text"},
    "Region": pattern("^[a-z]{2}(-[a-z]+)+-\\d$", "a region looks like eu-west-1"),
    "VersionGuard": pattern(
        "^\\s*(>=|<=|==|!=|<|>|~=)\\s*\\d+(\\.\\d+)*\\s*"
        "(,\\s*(>=|<=|==|!=|<|>|~=)\\s*\\d+(\\.\\d+)*\\s*)*$",
        'write a version guard, for example ">=1.0"',
    ),
}

_PIPELINE_PARTS: dict[str, JSON] = {
    "Branch": record(
        {
            "branch": {
                "type": "string",
                "minLength": 1,
                "maxLength": 255,
                "examples": ["main", "feature/*", "release/**"],
                "description": "Name of the branch rule; may itself be a glob.",
            },
            "match": described(
                items({"type": "string", "minLength": 1}),
                "Patterns of its branches; '!' before one excludes. Default: the name.",
            ),
            "values": {
                "type": "object",
                "patternProperties": {
                    "^[A-Za-z][A-Za-z0-9-]{0,39}$": {"type": "string", "maxLength": 1000}
                },
                "additionalProperties": False,
            },
            "stack": described(
                {"enum": ["per-branch", "per-rule"], "default": "per-branch"},
                "One stack for each branch, or one for all branches of the rule.",
            ),
            "default-branch": described(
                pattern(
                    BRANCH_NAME_PATTERN,
                    "a branch name without quotes, backslashes, '$', braces or blanks",
                ),
                "With stack: per-rule, the branch that a run reads which no push started.",
            ),
            "protected": described(_FLAG, "deploy and destroy ask twice; sync never removes it."),
            "lifecycle": record(
                {
                    "delete-with-branch": _FLAG,
                    "max-pipelines": integer(least=1),
                    "expire-after-days": integer(least=1),
                    "cleanup-stacks": items(ref("Text")),
                }
            ),
        },
        required=["branch"],
    )
    | {
        "allOf": [
            {
                "if": {"required": ["stack"], "properties": {"stack": {"const": "per-rule"}}},
                "then": {"required": ["default-branch"]},
            },
            {
                "if": {"required": ["default-branch"]},
                "then": {"required": ["stack"]},
            },
            {
                "if": {"required": ["stack"], "properties": {"stack": {"const": "per-branch"}}},
                "then": {"properties": {"default-branch": False}},
            },
        ]
    },
    "PipelineVariable": record(
        {
            "variable": pattern(
                "^[A-Za-z0-9@_-]{1,128}$",
                "a variable name may hold letters, digits, '@', '_' and '-'",
            ),
            "default": {"type": "string", "minLength": 1, "maxLength": 1000},
            "description": {"type": "string", "maxLength": 200},
        },
        required=["variable"],
    ),
    "Group": record(
        {"parallel": items(ref("Action"), least=2), "only": ref("Only")}, required=["parallel"]
    ),
    "Step": {
        "if": {"required": ["parallel"]},
        "then": ref("Group"),
        "else": ref("Action"),
    },
    "Stage": record(
        {
            "stage": ref("Name"),
            "only": ref("Only"),
            "before-entry": _condition("FAIL", "SKIP"),
            "on-success": _condition("FAIL", "ROLLBACK"),
            "on-failure": _ON_FAILURE,
            "disable-inbound-transition": pattern(
                "^[a-zA-Z0-9!@ ().*?-]{1,300}$",
                "a reason may hold letters, digits, spaces and ! @ ( ) . * ? -, at most 300",
            ),
            "actions": described(
                items(ref("Step")), "A list is serial; parallel: makes a group of its items."
            ),
            "patch": ref("Raw"),
        },
        required=["stage", "actions"],
    ),
    "Filter": record(
        {
            "includes": items({"type": "string", "minLength": 1, "maxLength": 255}, most=8),
            "excludes": items({"type": "string", "minLength": 1, "maxLength": 255}, most=8),
        }
    )
    | {"minProperties": 1},
    "Push": record({"branches": ref("Filter"), "file-paths": ref("Filter"), "tags": ref("Filter")})
    | {
        "minProperties": 1,
        "allOf": [
            {
                "if": {"required": ["tags"]},
                "then": {"properties": {"branches": False, "file-paths": False}},
            }
        ],
    },
    "PullRequest": record(
        {
            "events": items({"enum": ["OPEN", "UPDATED", "CLOSED"]}) | {"uniqueItems": True},
            "branches": ref("Filter"),
            "file-paths": ref("Filter"),
        },
        required=["branches"],
    ),
    "Target": record(
        {
            "region": ref("Text"),
            "account": ref("AccountOrReference"),
            "role-arn": ref("Arn"),
            "values": {
                "type": "object",
                "patternProperties": {
                    "^[A-Za-z][A-Za-z0-9-]{0,39}$": {"type": "string", "maxLength": 1000}
                },
                "additionalProperties": False,
            },
        }
    ),
}

_STORE: dict[str, JSON] = {
    "RegionStore": record({"bucket": ref("Text"), "kms-key-arn": ref("Text")}, required=["bucket"]),
    "ArtifactStore": record(
        {
            "shared": described(
                {"const": True}, "The store that `pipelinegen bootstrap` made in this account."
            ),
            "bucket": described(ref("Text"), "An existing bucket; nothing about it is generated."),
            "kms-key-arn": described(ref("Text"), "An existing key."),
            "create-kms-key": described({"const": True}, "A key made in the stack."),
            "expire-after-days": integer(least=1),
            "read-accounts": items(ref("AccountOrReference")) | {"uniqueItems": True},
            "regions": {
                "type": "object",
                "patternProperties": {"^[a-z]{2}(-[a-z]+)+-\\d$": ref("RegionStore")},
                "additionalProperties": False,
            },
        }
    ),
}

DEFINITIONS: dict[str, JSON] = {
    **_PIPELINE_PARTS,
    **_STORE,
    **DECLARATIONS,
    **AROUND,
    **_TEXT_TYPES,
}
