"""The rules of lint, listed by hand in reading order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from pipelinegen.diagnostics import Diagnostic, Severity
from pipelinegen.leaves import Reading, leaves
from pipelinegen.model import Pipeline, Spec
from pipelinegen.provider import JSON
from pipelinegen.rules import (
    accounts,
    agreements,
    approvals,
    artifacts,
    branches,
    circles,
    clashes,
    configuration,
    could_be_key,
    custom_actions,
    functions,
    guards,
    inputs,
    lengths,
    liveness,
    namespaces,
    patches,
    permissions,
    pipeline_name,
    pipeline_type,
    quotas,
    raw,
    references,
    regions,
    run_time,
    secrets,
    self_update,
    shared_stacks,
    shared_triggers,
    shell,
    stacks,
    starting,
    stores,
    structure,
    tags,
    taken,
    times,
    values,
)
from pipelinegen.rules._rule import Finding, Rule

if TYPE_CHECKING:
    from pipelinegen.rules.documented import RuleDoc

ALL_RULES: tuple[Rule, ...] = (
    *guards.RULES,
    *branches.RULES,
    *shared_stacks.RULES,
    *shared_triggers.RULES,
    *values.RULES,
    *references.RULES,
    *secrets.RULES,
    *run_time.RULES,
    *namespaces.RULES,
    *shell.RULES,
    *inputs.RULES,
    *artifacts.RULES,
    *liveness.RULES,
    *taken.RULES,
    *clashes.RULES,
    *lengths.RULES,
    *pipeline_name.RULES,
    *structure.RULES,
    *stacks.RULES,
    *self_update.RULES,
    *approvals.RULES,
    *starting.RULES,
    *times.RULES,
    *stores.RULES,
    *regions.RULES,
    *accounts.RULES,
    *agreements.RULES,
    *pipeline_type.RULES,
    *custom_actions.RULES,
    *functions.RULES,
    *tags.RULES,
    *circles.RULES,
    *raw.RULES,
    *configuration.RULES,
    *permissions.RULES,
    *quotas.RULES,
    *patches.RULES,
    *could_be_key.RULES,
)


MOST_FINDINGS = 500
MOST_ACTIONS = 2000
MOST_COPIES = 30_000
"""Actions times branch rules: what is read within seconds."""


def run(spec: Spec, pipelines: Mapping[str, Pipeline], schema: JSON) -> tuple[Diagnostic, ...]:
    """Return what all rules find; one message for a fault that holds on several branch rules."""
    texts = leaves(spec, schema, pipelines)
    once = {"Spec": spec, "Leaves": texts, "Pipelines": pipelines}
    names = [pipeline.rule.name for pipeline in pipelines.values()]
    readings = [Reading(pipeline, texts) for pipeline in pipelines.values()]
    each: dict[str, Mapping[str, object]] = {
        "Pipeline": dict(zip(names, pipelines.values(), strict=True)),
        "Reading": dict(zip(names, readings, strict=True)),
    }
    return tuple(
        diagnostic
        for rule in ALL_RULES
        for diagnostic in (
            (_diagnostic(rule, found) for found in _found(rule, once[rule.level]))
            if rule.level in once
            else _per_branch_rule(rule, each[rule.level])
        )
    )


def overloaded(spec: Spec) -> tuple[Diagnostic, ...]:
    """Return that a spec has far more actions than AWS allows; nothing else is looked at then."""
    count = sum(
        len(item.get("parallel", [item])) * max(1, len(item.get("each", ())))
        for stage in spec.data["stages"]
        for item in stage["actions"]
    )
    rules = len(spec.branch_rules)
    if count <= MOST_ACTIONS and count * rules <= MOST_COPIES:
        return ()
    message = f"{count} actions on {rules} branch rule{'s' if rules > 1 else ''}"
    hint = "AWS allows 1000 actions in a pipeline"
    return (Diagnostic("quota-exceeded", message, ("stages",), hint=hint, on_key=True),)


def _found(rule: Rule, value: object) -> Iterator[Finding]:
    """Yield the first findings of a rule; a spec with more is hostile, and these will do."""
    return islice(rule.find(value), MOST_FINDINGS)


def _per_branch_rule(rule: Rule, values: Mapping[str, object]) -> Iterator[Diagnostic]:
    """Yield what is found on any branch rule; one fault may be helped differently on each."""
    first: dict[Finding, Finding] = {}
    holding: dict[Finding, dict[str, None]] = {}
    for name, value in values.items():
        for finding in _found(rule, value):
            fault = replace(finding, hint=None, notes=())
            first.setdefault(fault, finding)
            holding.setdefault(fault, {})[name] = None
    for fault, names in holding.items():
        everywhere = len(names) == len(values)
        yield _diagnostic(rule, first[fault], () if everywhere else tuple(names))


def guarded(data: JSON) -> tuple[Diagnostic, ...]:
    """Return what the spec's `requires` has against this tool; data may have any shape."""
    if not guards.version_refused(data):
        return ()
    rule = guards.tool_version
    return tuple(_diagnostic(rule, finding) for finding in rule.find(Spec(data, ())))


def _diagnostic(rule: Rule, finding: Finding, names: tuple[str, ...] = ()) -> Diagnostic:
    return Diagnostic(
        rule.name,
        finding.message,
        finding.at,
        severity=rule.severity,
        hint=finding.hint,
        label=finding.label,
        notes=finding.notes,
        on_key=finding.on_key,
        branch_rules=names,
    )


def documentation() -> dict[str, RuleDoc]:
    """Return name → meaning and examples of everything that a finding can be called."""
    from pipelinegen.rules import _forms_of_shape, _forms_of_text, _forms_of_tool
    from pipelinegen.rules.documented import documented

    error, warning = Severity.ERROR, Severity.WARNING
    before = {**_forms_of_text.FORMS, **_forms_of_shape.FORMS}
    docs = [
        *(documented(name, error, text) for name, text in before.items()),
        *(documented(rule.name, rule.severity, rule.meaning) for rule in ALL_RULES),
        *(documented(name, warning, text) for name, text in _forms_of_tool.FORMS.items()),
        *(documented(name, error, text) for name, text in _forms_of_tool.COMMAND_FORMS.items()),
    ]
    return {doc.name: doc for doc in docs}
