"""Rules about an action's configuration: values that AWS cuts off, and keys that it ignores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipelinegen.actions.configuration import configuration
from pipelinegen.conditions import HOOKS, checks_of
from pipelinegen.diagnostics import Pointer, Severity
from pipelinegen.model import SELF_UPDATE, Action, Pipeline
from pipelinegen.names import kebab
from pipelinegen.provider import JSON
from pipelinegen.resources.site import site
from pipelinegen.rules._known import known
from pipelinegen.rules._rule import Finding, rule
from pipelinegen.text import Text, Variable
from pipelinegen.variables import namespace_of, setters

VALUE_LENGTH = 1000
"""A value of an action's configuration; `#{…}` counts as it is written.

https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionDeclaration.html
"""

CHECK_VALUE_LENGTH = 10_000
"""A value of a rule in a stage condition.

https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_RuleDeclaration.html
"""

OVERRIDES_BYTES = 1024
"""https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html"""

_OVERRIDES = "ParameterOverrides"
_OVERRIDES_HINT = "put them into a file of the artifact and name it with template-configuration:"

_OWN_PARAMETERS_HINT = "self-update passes every parameter of the spec; declare fewer"

_FILLED_BY: Mapping[str, tuple[str, ...]] = {
    "EnvironmentVariables": ("env", "env-secret", "env-ssm"),
    "UserParameters": ("user-parameters-text",),
    "Input": ("input", "input-path"),
    _OVERRIDES: ("parameter-overrides-from", "parameters-file"),
    "Parameters": ("parameters", "parameters-file"),
    "DeploymentTargets": ("targets-file",),
}
"""AWS key → our keys whose values the row's function makes it of."""


@dataclass(frozen=True, slots=True)
class _Ignored:
    """A key that AWS does not read, the case, and what to do."""

    key: str
    message: str
    hint: str
    case: Mapping[str, JSON]


# https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html
# https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-InspectorScan.html
_IGNORED: Mapping[str, tuple[_Ignored, ...]] = {
    "cfn-execute": (
        _Ignored(
            "role-arn",
            "executing a change set does not use role-arn",
            "the role is the one that made the change set; remove the key",
            {},
        ),
    ),
    "inspector": tuple(
        _Ignored(
            key,
            f"a scan of source code does not use {key}",
            "remove the key, or scan with ECRImageScan",
            {"inspector-run-mode": "SourceCodeScan"},
        )
        for key in ("ecr-repository-name", "image-tag")
    ),
}


@rule(Severity.WARNING)
def ignored_key(pipeline: Pipeline) -> Iterator[Finding]:
    """A key has an effect; AWS ignores some where they look useful.

    bad:
        - cfn-change-set:
            stack-name: shop
            change-set-name: pipeline
            template-path: Build::template.yaml
            role-arn: ${role:Deploy}
        - cfn-execute:
            {stack-name: shop, change-set-name: pipeline, role-arn: "${role:Deploy}"}
    good:
        - cfn-change-set:
            stack-name: shop
            change-set-name: pipeline
            template-path: Build::template.yaml
            role-arn: ${role:Deploy}
        - cfn-execute: {stack-name: shop, change-set-name: pipeline}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html
    """
    for action in pipeline.actions:
        for ignored in _IGNORED.get(action.row.key, ()):
            applies = all(action.body.get(key) == value for key, value in ignored.case.items())
            if applies and ignored.key in action.body:
                at = (*action.body_origin, ignored.key)
                yield Finding(ignored.message, at, hint=ignored.hint, on_key=True)
        if "files" in action.body and "run" in action.row.keys and not action.outputs:
            yield Finding(
                "files go nowhere without an output artifact",
                (*action.body_origin, "files"),
                hint="add output-artifacts: with a name, or remove the key",
                on_key=True,
            )
    for stage in pipeline.stages:
        failure = stage.settings.get("on-failure", {})
        if "retry-mode" in failure and failure["result"] != "RETRY":
            yield Finding(
                "retry-mode counts with result: RETRY only",
                (*stage.origin, "on-failure", "retry-mode"),
                hint="remove the key, or choose result: RETRY",
                on_key=True,
            )


@rule()
def configuration_too_long(pipeline: Pipeline) -> Iterator[Finding]:
    """A value of an action's configuration has at most 1000 characters, parameter overrides 1 KB.

    Maps are written as JSON in one value, so their keys, quotes and commas count. `#{…}` counts as
    it is written; `${…}` counts for nothing here where only a deployment knows it.

    bad:
        - cfn-deploy:
            stack-name: shop
            template-path: Build::template.yaml
            role-arn: ${role:Deploy}
            parameter-overrides:
              A: &text "a value of some seventy characters, not much until it is repeated"
              B: *text
              C: *text
              D: *text
              E: *text
              F: *text
              G: *text
              H: *text
              I: *text
              J: *text
              K: *text
              L: *text
              M: *text
              N: *text
    good:
        - cfn-deploy:
            stack-name: shop
            template-path: Build::template.yaml
            role-arn: ${role:Deploy}
            template-configuration: Build::parameters.json
    https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionDeclaration.html
    """
    place = site(pipeline)
    for action in pipeline.actions:
        values = configuration(action, place.fragment(action).configuration)
        yield from _too_long(pipeline, action, values, VALUE_LENGTH)
    for stage in pipeline.stages:
        for hook in HOOKS:
            for check in checks_of(pipeline, stage, hook):
                values = configuration(check, place.fragment(check).configuration)
                yield from _too_long(pipeline, check, values, CHECK_VALUE_LENGTH)


def _too_long(
    pipeline: Pipeline, action: Action, values: Mapping[str, JSON], most: int
) -> Iterator[Finding]:
    hint = _OWN_PARAMETERS_HINT if action.origin == SELF_UPDATE else _OVERRIDES_HINT
    what = "an action's" if most == VALUE_LENGTH else "a rule's"
    for name, value in values.items():
        text = _written(pipeline, value)
        if name == _OVERRIDES and len(text.encode()) > OVERRIDES_BYTES:
            yield Finding(
                f"{len(text.encode())} bytes as JSON; parameter overrides have at most 1 KB",
                _place(action, name),
                hint=hint,
                on_key=True,
            )
        elif len(text) > most:
            yield Finding(
                f"{len(text)} characters; {what} value has at most {most}",
                _place(action, name),
                hint=hint if name == _OVERRIDES else None,
                on_key=True,
            )


def _written(pipeline: Pipeline, value: JSON) -> str:
    """Return a value as AWS gets it, without what only a deployment knows."""
    if not isinstance(value, Text):
        return str(value)
    parts = value.bind(known(pipeline)).parts
    return "".join(
        part if isinstance(part, str) else _variable(pipeline, part)
        for part in parts
        if isinstance(part, (str, Variable))
    )


def _variable(pipeline: Pipeline, variable: Variable) -> str:
    setter = next(iter(setters(variable, pipeline.actions)), None)
    return str(Variable(namespace_of(setter), variable.name) if setter else variable)


def _place(action: Action, name: str) -> Pointer:
    """Return the key of the spec that fills a key of AWS."""
    written = action.body.get("configuration")
    if isinstance(written, dict) and name in written:
        return (*action.body_origin, "configuration", name)
    filling = (
        *(key for key, kind in action.row.keys.items() if kind.aws == name),
        *_FILLED_BY.get(name, ()),
        kebab(name),
    )
    found = next((key for key in filling if key in action.body), None)
    return action.body_origin if found is None else (*action.body_origin, found)


RULES = (ignored_key, configuration_too_long)
