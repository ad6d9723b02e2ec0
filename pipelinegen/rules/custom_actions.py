"""Rules about action types of one's own, and those that AWS no longer has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipelinegen.diagnostics import Note, Severity
from pipelinegen.model import Action, Pipeline, Spec
from pipelinegen.provider import JSON
from pipelinegen.resolve import lives
from pipelinegen.rules._rule import Finding, rule
from pipelinegen.rules._served import serves_several
from pipelinegen.rules._words import instead, joined, quoted

_RETIRED: Mapping[tuple[str, str], str] = {
    ("AWS", "OpsWorks"): "deploy with CodeDeploy, or through Systems Manager",
    ("ThirdParty", "Snyk"): "scan in a build, or with inspector",
}
"""(owner, provider) → what to use instead.

https://docs.aws.amazon.com/codepipeline/latest/userguide/integrations-action-type.html
"""


@rule()
def custom_action_per_branch(spec: Spec) -> Iterator[Finding]:
    """An action type must be declared by the stack of one branch alone.

    Types are unique per account and region, and every branch is a stack: the second stack that
    declares the type fails. The stacks of other branches use it without declaring it.

    bad:
        branches: [{branch: main}, {branch: feature/*}]
        custom-actions:
          CompanyJenkins:
            category: Build
            input-artifacts: {min: 0, max: 5}
            output-artifacts: {min: 0, max: 5}
    good:
        branches: [{branch: main}, {branch: feature/*}]
        custom-actions:
          CompanyJenkins:
            category: Build
            only: [main]
            input-artifacts: {min: 0, max: 5}
            output-artifacts: {min: 0, max: 5}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-create-custom-action.html
    """
    names = {rule.name for rule in spec.branch_rules}
    for name, entry in spec.data.get("custom-actions", {}).items():
        rules = [rule for rule in spec.branch_rules if lives(entry, rule)]
        if not names.issuperset(entry.get("only", ())):
            continue
        if len(rules) > 1 or any(serves_several(rule) for rule in rules):
            yield Finding(
                "an action type is unique per account and region, and "
                f"{quoted(name)} would be declared by several branch stacks",
                ("custom-actions", name, "only") if "only" in entry else ("custom-actions", name),
                hint="add only: with one branch rule that takes one branch",
                on_key="only" not in entry,
            )


@rule()
def custom_action_properties(pipeline: Pipeline) -> Iterator[Finding]:
    """At most one property of an action type is queryable, and it is required and not secret.

    An action of the type writes the properties that it has, and all that are required.

    bad:
        custom-actions:
          CompanyJenkins:
            category: Build
            input-artifacts: {min: 0, max: 5}
            output-artifacts: {min: 0, max: 5}
            configuration-properties:
              - {property: ProjectName, queryable: true}
    good:
        custom-actions:
          CompanyJenkins:
            category: Build
            input-artifacts: {min: 0, max: 5}
            output-artifacts: {min: 0, max: 5}
            configuration-properties:
              - {property: ProjectName, required: true, key: true, queryable: true}
    https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionConfigurationProperty.html
    """
    declared = pipeline.spec.data.get("custom-actions", {})
    for name, entry in declared.items():
        yield from _declared(name, entry.get("configuration-properties", ()))
    for action in pipeline.actions:
        if action.row.declared_in and action.body["type"] in declared:
            yield from _used(action, declared[action.body["type"]])


@rule(Severity.WARNING)
def retired_provider(pipeline: Pipeline) -> Iterator[Finding]:
    """A raw action must name a provider that AWS still has.

    bad:
        - raw:
            {category: Deploy, owner: AWS, provider: OpsWorks, version: "1",
             configuration: {Stack: shop, Layer: web, App: shop}}
          input-artifacts: [Build]
    good:
        - codedeploy: {application-name: shop, deployment-group-name: production}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/integrations-action-type.html
    """
    for action in pipeline.actions:
        instead_of = _RETIRED.get((action.row.owner, action.row.provider))
        if instead_of is not None:
            yield Finding(
                f"{action.row.provider} is no longer offered by AWS",
                (*action.body_origin, "provider"),
                hint=instead_of,
            )


def _declared(name: str, properties: list[JSON]) -> Iterator[Finding]:
    at = ("custom-actions", name, "configuration-properties")
    first: dict[str, int] = {}
    queryable: list[int] = []
    for index, entry in enumerate(properties):
        known = first.setdefault(entry["property"], index)
        if known != index:
            yield Finding(
                f"two properties are named {quoted(entry['property'])}",
                (*at, index, "property"),
                notes=(Note((*at, known, "property"), "the first one"),),
            )
        if not entry.get("queryable"):
            continue
        queryable.append(index)
        if len(queryable) > 1:
            yield Finding(
                "at most one property is queryable",
                (*at, index, "queryable"),
                notes=(Note((*at, queryable[0], "queryable"), "the first one"),),
                on_key=True,
            )
        elif not entry.get("required") or entry.get("secret"):
            yield Finding(
                "a queryable property must be required and not secret",
                (*at, index),
                hint="write required: true" if not entry.get("required") else "drop secret: true",
            )


def _used(action: Action, declared: Mapping[str, JSON]) -> Iterator[Finding]:
    properties = {
        entry["property"]: entry for entry in declared.get("configuration-properties", ())
    }
    written = action.body.get("configuration", {})
    kind = quoted(action.body["type"])
    for name in written:
        if name not in properties:
            yield Finding(
                f"{kind} has no property {quoted(name)}",
                (*action.body_origin, "configuration", name),
                hint=instead(name, properties, otherwise="declare it as a property"),
                on_key=True,
            )
    missing = [
        name for name, entry in properties.items() if entry.get("required") and name not in written
    ]
    if missing:
        are = "are" if len(missing) > 1 else "is"
        yield Finding(
            f"{joined(missing)} {are} required by {kind}",
            (*action.body_origin, "configuration") if written else action.body_origin,
        )


RULES = (custom_action_per_branch, custom_action_properties, retired_provider)
