"""What one branch gets, as plain data: the body of `explain --format json`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipelinegen.branches import explain_match
from pipelinegen.diagnostics import Pointer
from pipelinegen.fragment import Statement
from pipelinegen.model import Action, Pipeline
from pipelinegen.names import stack_name
from pipelinegen.provider import JSON
from pipelinegen.report import Finding
from pipelinegen.rule_trigger import branch_filter
from pipelinegen.selection import parameters
from pipelinegen.text import Text

SCHEMA = "pipelinegen/v1/explain"
"""Fields are only ever added to what carries this name."""


def facts(pipeline: Pipeline, branch: str, *, findings: Sequence[Finding]) -> dict[str, JSON]:
    """Return rule, slug, stack, parameters, stages, detection and warnings of one branch."""
    given = parameters(pipeline.rule, branch)
    return {
        "schema": SCHEMA,
        "branch": branch,
        "rule": pipeline.rule.name,
        "rules": [
            {"rule": rule.name, "why": why}
            for rule, why in explain_match(pipeline.spec.branch_rules, branch)
        ],
        "protected": pipeline.rule.protected,
        "slug": given["BranchSlug"],
        "stack": stack_name(pipeline.spec.name, given["BranchSlug"]),
        "stack_of": "rule" if pipeline.rule.is_shared else "branch",
        "advice": _advice(pipeline),
        "trigger": _trigger(pipeline),
        "parameters": given,
        "values": dict(pipeline.rule.values),
        "detection": {source.name: _detection(source) for source in pipeline.sources},
        "stages": [
            {"name": stage.name, "actions": [_action(action) for action in stage.actions]}
            for stage in pipeline.stages
        ],
        "warnings": [
            _warning(finding)
            for finding in findings
            if pipeline.rule.name in (finding.diagnostic.branch_rules or (pipeline.rule.name,))
        ],
    }


def permissions(
    pipeline: Pipeline, statements: Iterable[tuple[str, Statement]]
) -> list[dict[str, JSON]]:
    """Return who may do what, and for which actions; `statements` pairs a role with what it may."""
    return [
        {
            "role": role,
            "sid": statement.sid,
            "actions": list(statement.actions),
            "resources": _plain(statement.resources),
            "conditions": _plain(statement.conditions),
            "for": [_owner(pipeline, origin) for origin in statement.origins],
        }
        for role, statement in statements
    ]


def _plain(value: JSON) -> JSON:
    """Write texts as a spec would write them."""
    if isinstance(value, Text):
        return value.source()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def _advice(pipeline: Pipeline) -> str | None:
    """Say when the other kind of stack is better; None where a rule takes one branch."""
    rule = pipeline.rule
    if rule.is_shared:
        return (
            f"one for all branches of '{rule.name}': nothing to deploy for a new branch; "
            "stack: per-branch is better where branches need stages, names or stacks of their own"
        )
    if rule.match == (rule.name,) and not any(mark in rule.name for mark in "*?["):
        return None
    return (
        "one for each branch, with names and stacks of its own; "
        "stack: per-rule is better for many short branches that are built alike"
    )


def _trigger(pipeline: Pipeline) -> dict[str, JSON] | None:
    """Return what starts a stack that branches share, None for others."""
    if not pipeline.rule.is_shared:
        return None
    filters = branch_filter(pipeline.spec.branch_rules, pipeline.rule)
    return {"default_branch": pipeline.rule.default_branch, **filters}


def _detection(source: Action) -> str | None:
    """A provider without the key, such as `raw`, says it in its own configuration."""
    written = source.body.get("detection")
    return str(written) if written else next(iter(source.row.detections), None)


def _action(action: Action) -> dict[str, JSON]:
    return {
        "name": action.name,
        "run_order": action.order,
        "provider": action.row.key,
        "action_type": action.row.action_type,
        "inputs": list(action.inputs),
        "outputs": list(action.outputs),
        "region": action.region,
        "role_arn": action.role_arn,
    }


def _warning(finding: Finding) -> dict[str, JSON]:
    return {
        "rule": finding.diagnostic.rule,
        "severity": finding.diagnostic.severity.value,
        "message": finding.diagnostic.message,
        "file": finding.path,
        "line": finding.span.line,
        "column": finding.span.column,
    }


def _owner(pipeline: Pipeline, origin: Pointer) -> str:
    """Name the action that a place of the spec belongs to, else the stage, else the place."""
    for action in pipeline.actions:
        if origin[: len(action.origin)] == action.origin:
            return f"{action.stage}/{action.name}"
    for stage in pipeline.stages:
        if origin[: len(stage.origin)] == stage.origin:
            return "/".join([stage.name, *map(str, origin[len(stage.origin) :])])
    return "/".join(map(str, origin))
