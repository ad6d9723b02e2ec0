"""What each `${kind:name}` and `#{…}` stands for in a template: one table, no scope rules."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass

from pipelinegen.defaults import SHARED_STORE_BUCKET_PARAMETER, SHARED_STORE_KEY_PARAMETER
from pipelinegen.model import Pipeline, Spec
from pipelinegen.names import (
    BRANCH_NAME_PATTERN,
    BRANCH_SLUG_PATTERN,
    SLUG_LENGTH,
    logical_id,
    pascal,
)
from pipelinegen.provider import JSON
from pipelinegen.store import home_store
from pipelinegen.text import Expression, Ref, Text, Variable, expression
from pipelinegen.variables import RESERVED, namespace_of, setters

MAPPING = "BranchRules"
_BRANCH_PARAMETERS = {"name": "BranchName", "slug": "BranchSlug", "rule": "BranchRule"}
_SSM_TYPE = "AWS::SSM::Parameter::Value<String>"


@dataclass(frozen=True, slots=True)
class Whole:
    """What all branch rules of a spec agree on: parameters and the mapping of values.

    `ssm_parameters` are the paths that every rule reads; the others are resolved in place, so that
    a rule without them does not need the parameter to exist. `columns` holds the values in the two
    forms in which they stand in text: (name, inside JSON) → column.
    """

    spec: Spec
    ssm_parameters: frozenset[str]
    columns: Mapping[tuple[str, bool], Column]


@dataclass(frozen=True, slots=True)
class Column:
    """A value for every branch rule: its name in the mapping, and branch rule id → text."""

    name: str
    by_rule: Mapping[str, str]

    @property
    def same(self) -> str | None:
        """The text itself where it is the same for every rule, else None."""
        texts = set(self.by_rule.values())
        return next(iter(texts)) if len(texts) == 1 else None


def whole(spec: Spec, pipelines: Mapping[str, Pipeline]) -> Whole:
    """Return what the branch rules of one spec share."""
    used = [set(pipeline.used("ssm")) for pipeline in pipelines.values()]
    columns: dict[tuple[str, bool], Column] = {}
    values = spec.values
    taken = {pascal(name) for name in values}
    for name, by_rule in values.items():
        escaped = {rule: _escaped(value) for rule, value in by_rule.items()}
        plain = columns[name, False] = Column(pascal(name), by_rule)
        columns[name, True] = (
            plain if escaped == by_rule else Column(_json_column(plain.name, taken), escaped)
        )
    return Whole(spec, frozenset(set.intersection(*used)) if used else frozenset(), columns)


def _json_column(name: str, taken: set[str]) -> str:
    """Return the column of a value as it stands in JSON text; no value has that name itself."""
    column = f"{name}Json"
    while column in taken:
        column += "Json"
    return column


def parameters(whole: Whole) -> dict[str, Expression]:
    """Return the section Parameters: the branch's three, the spec's own, the hidden ones."""
    spec = whole.spec
    rules = [rule.id for rule in spec.branch_rules]
    branch = {
        "BranchName": {
            "Type": "String",
            "AllowedPattern": BRANCH_NAME_PATTERN,
            "Description": "Branch that the pipeline builds",
        },
        "BranchSlug": {
            "Type": "String",
            "MaxLength": SLUG_LENGTH,
            "AllowedPattern": BRANCH_SLUG_PATTERN,
            "Description": "Form of the branch's name that stack names may hold",
        },
        "BranchRule": {
            "Type": "String",
            "AllowedValues": rules,
            "Description": "Branch rule that the branch belongs to",
        },
    }
    own = {name: _parameter(written) for name, written in spec.data.get("parameters", {}).items()}
    store = spec.data.get("artifact-store", {})
    shared = {
        "ArtifactStoreBucket": SHARED_STORE_BUCKET_PARAMETER,
        "ArtifactStoreKeyArn": SHARED_STORE_KEY_PARAMETER,
    }
    hidden = (shared if "shared" in store else {}) | {
        ssm_parameter(path): path for path in sorted(whole.ssm_parameters)
    }
    return {
        **branch,
        **own,
        **{name: {"Type": _SSM_TYPE, "Default": path} for name, path in hidden.items()},
    }


def ssm_parameter(path: str) -> str:
    """Return the name of the hidden parameter that reads an SSM parameter."""
    return logical_id("Ssm", path)


def mappings(whole: Whole) -> dict[str, Expression]:
    """Return the section Mappings: a row per branch rule, a column per value that differs."""
    columns = {one.name: one.by_rule for one in whole.columns.values() if one.same is None}
    if not columns:
        return {}
    return {
        MAPPING: {
            rule.id: {column: columns[column][rule.id] for column in sorted(columns)}
            for rule in whole.spec.branch_rules
        }
    }


def resolver(pipeline: Pipeline, whole: Whole) -> Callable[[Ref | Variable], Expression]:
    """Return the function that turns references of one pipeline into CloudFormation."""

    def resolve(reference: Ref | Variable) -> Expression:
        if isinstance(reference, Variable):
            return _variable(reference, pipeline)
        return _KINDS[reference.kind](reference, pipeline, whole)

    return resolve


def resolve_in_stack(reference: Ref | Variable) -> Expression:
    """Resolve references outside any pipeline: pseudo parameters and resources of the template."""
    if isinstance(reference, Ref) and reference.kind == "AWS":
        return {"Ref": f"AWS::{reference.name}"}
    return _named_resource(reference.name)


def _variable(variable: Variable, pipeline: Pipeline) -> str:
    if variable.namespace in RESERVED:
        return str(variable)
    setter = next(iter(setters(variable, pipeline.actions)), None)
    return str(Variable(namespace_of(setter), variable.name)) if setter else str(variable)


def _value(ref: Ref, pipeline: Pipeline, whole: Whole) -> Expression:
    column = whole.columns[ref.name, ref.json]
    if column.same is not None:
        return column.same
    return {"Fn::FindInMap": [MAPPING, {"Ref": "BranchRule"}, column.name]}


def _ssm(ref: Ref, pipeline: Pipeline, whole: Whole) -> Expression:
    if ref.name in whole.ssm_parameters:
        return {"Ref": ssm_parameter(ref.name)}
    return f"{{{{resolve:ssm:{ref.name}}}}}"


def _secret(ref: Ref, pipeline: Pipeline, whole: Whole) -> Expression:
    name, _, key = ref.name.rpartition(":")
    return f"{{{{resolve:secretsmanager:{name}:SecretString:{key}}}}}"


def _resource(ref: Ref, pipeline: Pipeline, whole: Whole) -> Expression:
    return _named_resource(ref.name)


def _named_resource(name: str) -> Expression:
    logical, dot, attribute = name.partition(".")
    return {"Fn::GetAtt": [logical, attribute]} if dot else {"Ref": logical}


def _store(ref: Ref, pipeline: Pipeline, whole: Whole) -> Expression:
    store = home_store(pipeline)
    facts = {"bucket": store.bucket, "arn": store.arn, "key-arn": store.key_arn or Text(())}
    return expression(facts[ref.name], resolver(pipeline, whole))


def _expression(ref: Ref, pipeline: Pipeline, whole: Whole) -> Expression:
    return deepcopy(whole.spec.data["template"]["expressions"][ref.name])


_KINDS: Mapping[str, Callable[[Ref, Pipeline, Whole], Expression]] = {
    "AWS": lambda ref, pipeline, whole: {"Ref": f"AWS::{ref.name}"},
    "branch": lambda ref, pipeline, whole: {"Ref": _BRANCH_PARAMETERS[ref.name]},
    "value": _value,
    "param": lambda ref, pipeline, whole: {"Ref": ref.name},
    "role": lambda ref, pipeline, whole: {"Fn::GetAtt": [logical_id(ref.name, "Role"), "Arn"]},
    "topic": lambda ref, pipeline, whole: {"Ref": logical_id(ref.name, "Topic")},
    "project": lambda ref, pipeline, whole: {"Ref": logical_id(ref.name, "Project")},
    "function": lambda ref, pipeline, whole: {"Ref": logical_id(ref.name, "Function")},
    "store": _store,
    "import": lambda ref, pipeline, whole: {"Fn::ImportValue": ref.name},
    "ssm": _ssm,
    "secret": _secret,
    "resource": _resource,
    "expr": _expression,
}

KINDS = frozenset(_KINDS) | {"target"}
"""Every kind that a reference may name."""


def _parameter(written: Mapping[str, JSON]) -> dict[str, Expression]:
    if "ssm" in written:
        described = {"Description": written["description"]} if "description" in written else {}
        return {"Type": _SSM_TYPE, "Default": written["ssm"], **described}
    names = {
        "default": "Default",
        "description": "Description",
        "allowed-values": "AllowedValues",
        "allowed-pattern": "AllowedPattern",
        "no-echo": "NoEcho",
    }
    return {"Type": written.get("type", "String")} | {
        aws: written[key] for key, aws in names.items() if key in written
    }


def _escaped(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]
