"""The language's own keys as tables; with the provider table they generate the JSON Schema.

Not needed at run time: `make schema` writes `schemas/pipelinegen.schema.json`, which is what the
tool loads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipelinegen.actions._keys import integer, items, record, ref
from pipelinegen.actions._project_keys import PROJECT_KEYS
from pipelinegen.actions.table import ACTIONS, CHECKS, SOURCES
from pipelinegen.grammar_parts import DEFINITIONS
from pipelinegen.grammar_words import described
from pipelinegen.provider import JSON, Requirement, Row

_NAMED = "^[A-Za-z][A-Za-z0-9]{0,39}$"
_VALUE_NAME = "^[A-Za-z][A-Za-z0-9-]{0,39}$"


def schema() -> dict[str, JSON]:
    """Return the JSON Schema (draft-07) of a spec."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "https://pipelinegen.dev/schema/v1.json",
        "title": "pipelinegen spec, version 1",
        **record(_root(), required=["pipeline", "branches", "sources", "stages"]),
        "definitions": {
            **{f"source.{row.key}": _provider(row) for row in SOURCES.values()},
            **{f"action.{row.key}": _provider(row) for row in ACTIONS.values()},
            **{f"check.{row.key}": _provider(row) for row in CHECKS.values()},
            "Source": _item("source", SOURCES, _SOURCE_KEYS),
            "Action": _item("action", ACTIONS, _ACTION_KEYS),
            "Check": _item("check", CHECKS, _CHECK_KEYS),
            "Project": _requiring(
                record({name: key.schema for name, key in PROJECT_KEYS.items()}),
                _project_requirements(),
            ),
            **DEFINITIONS,
        },
    }


def _named(of: JSON, pattern: str = _NAMED) -> dict[str, JSON]:
    return {"type": "object", "patternProperties": {pattern: of}, "additionalProperties": False}


def _provider(row: Row) -> dict[str, JSON]:
    body = record(
        {name: key.schema for name, key in row.keys.items()}, required=sorted(row.required)
    )
    facts = {
        "title": row.action_type,
        "description": row.description or f"{row.provider} ({row.owner})",
        "x-url": row.url,
        "x-artifacts": [row.inputs.least, row.inputs.most, row.outputs.least, row.outputs.most],
        "x-pipeline-types": ["V2"] if row.v2_only else ["V1", "V2"],
    }
    return _requiring(body, row.requirements, row.one_of) | facts


def _requiring(
    body: dict[str, JSON],
    requirements: Sequence[Requirement],
    one_of: Sequence[Sequence[str]] = (),
) -> dict[str, JSON]:
    clauses: list[JSON] = [
        {"if": _condition(rule.when), "then": _consequence(rule)} for rule in requirements
    ]
    clauses += [
        {"anyOf": [{"required": [key]} for key in choice], "x-one-of": list(choice)}
        for choice in one_of
    ]
    return body | ({"allOf": clauses} if clauses else {})


def _condition(when: Mapping[str, JSON]) -> dict[str, JSON]:
    values = {key: {"const": value} for key, value in when.items() if value is not None}
    return {"required": list(when)} | ({"properties": values} if values else {})


def _consequence(rule: Requirement) -> dict[str, JSON]:
    required = {"required": list(rule.required)} if rule.required else {}
    absent = {"properties": dict.fromkeys(rule.absent, False)} if rule.absent else {}
    return required | absent


def _project_requirements() -> tuple[Requirement, ...]:
    """A shared project follows the rules of one made for a single action."""
    return tuple(
        rule for rule in ACTIONS["codebuild"].requirements if set(rule.when) <= set(PROJECT_KEYS)
    )


def _item(kind: str, rows: Mapping[str, Row], own: Mapping[str, JSON]) -> dict[str, JSON]:
    providers = {key: ref(f"{kind}.{key}") for key in rows}
    return record({**own, **providers}) | {
        "x-exactly-one": list(rows),
        "oneOf": [{"required": [key]} for key in rows],
    }


_ARTIFACTS = {"type": "array", "items": ref("Artifact"), "uniqueItems": True}
_SOURCE_KEYS: dict[str, JSON] = {
    "source": described(ref("Name"), "Name of the source and of its artifact; default Source."),
    "output-artifacts": described(
        _ARTIFACTS, "Name of the artifact, where it is not the source's."
    ),
    "namespace": described(ref("Namespace"), "Namespace of its variables."),
    "role-arn": described(ref("Arn"), "Role of the action, for a source in another account."),
    "region": ref("Text"),
    "only": ref("Only"),
    "patch": ref("Raw"),
}
_ACTION_KEYS: dict[str, JSON] = {
    "action": described(ref("Name"), "Name of the action; default is the provider's word."),
    "each": described(
        items({"type": "string"}) | {"uniqueItems": True},
        "Names of targets: one copy of the action for each.",
    ),
    "input-artifacts": described(_ARTIFACTS, "Artifacts it reads; inferred where that is clear."),
    "output-artifacts": described(_ARTIFACTS, "Artifacts it makes; [] for none."),
    "namespace": described(ref("Namespace"), "Namespace of its variables."),
    "role-arn": described(ref("Arn"), "Role that performs the action, also of another account."),
    "region": described(ref("Text"), "Region in which the action runs."),
    "timeout-in-minutes": described(integer(least=5, most=86400), "For approvals only."),
    "only": ref("Only"),
    "patch": ref("Raw"),
}
_CHECK_KEYS: dict[str, JSON] = {
    "rule": described(ref("Name"), "Name of the check; default is the provider's word."),
    "input-artifacts": _ARTIFACTS,
    "role-arn": ref("Arn"),
    "region": ref("Text"),
    "patch": ref("Raw"),
}


def _root() -> dict[str, JSON]:
    return {
        "version": described({"const": 1, "default": 1}, "Version of the spec language."),
        "requires": described(ref("VersionGuard"), "Versions of the tool that may compile this."),
        "account": described(
            ref("Account"), "The account this spec is for, and the pipeline's own."
        ),
        "region": described(ref("Region"), "The region this spec is for, and the pipeline's own."),
        "pipeline": described(ref("Id"), "Application name: the stem of stack and pipeline names."),
        "pipeline-name": described(
            ref("Text"), "Physical name of the pipeline; default <pipeline>-${branch:slug}."
        ),
        "pipeline-type": {"enum": ["V1", "V2"], "default": "V2"},
        "execution-mode": {"enum": ["QUEUED", "SUPERSEDED", "PARALLEL"], "default": "SUPERSEDED"},
        "restart-execution-on-update": {"type": "boolean"},
        "role-arn": described(ref("Arn"), "Existing service role; default: a generated one."),
        "permissions-boundary": described(
            ref("Arn"), "Boundary of every generated role that names none of its own."
        ),
        "branches": described(
            # A mapping has a row for each rule, and AWS allows 200 attributes in a mapping.
            items(ref("Branch"), most=200),
            "Branch rules in order; the first that matches takes a branch.",
        ),
        "values": described(
            _named({"type": "string", "maxLength": 1000}, _VALUE_NAME),
            "Defaults of the values that branch rules set, read as ${value:name}.",
        ),
        "variables": described(
            items(ref("PipelineVariable"), most=50), "Run-time variables, #{variables.Name} (V2)."
        ),
        "parameters": described(
            _named(ref("Parameter")), "Further template parameters, read as ${param:Name}."
        ),
        "artifact-store": ref("ArtifactStore"),
        "source-stage": described(ref("Name"), "Name of the first stage; default Source."),
        "sources": described(items(ref("Source")), "All in the first stage, in parallel."),
        "stages": described(items(ref("Stage")), "Stages after the sources, in order."),
        "targets": described(
            _named(ref("Target"), "^[A-Za-z0-9-]{1,40}$"),
            "Regions and accounts that actions with each: work in.",
        ),
        "projects": described(_named(ref("Project")), "CodeBuild projects shared by actions."),
        "custom-actions": described(
            _named(ref("CustomAction"), "^[A-Za-z][A-Za-z0-9_-]{0,34}$"),
            "Action types of your own job workers.",
        ),
        "functions": described(_named(ref("Function")), "Lambda functions made here."),
        "topics": described(_named(ref("Topic")), "SNS topics made here."),
        "roles": described(_named(ref("Role")), "IAM roles made here."),
        "self-update": described(
            ref("SelfUpdate"), "The pipeline's own stack follows the template that is committed."
        ),
        "schedules": items(ref("Schedule")),
        "notifications": items(ref("Notification")),
        "grants": items(ref("Grant")),
        "tags": described(
            _named(ref("Text"), "^(?!aws:).{1,128}$"), "Tags of every generated resource."
        ),
        "patch": ref("Raw"),
        "template": ref("TemplateSections"),
    }
