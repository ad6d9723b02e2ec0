"""Rules about patches and raw actions that the language itself could say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipelinegen.actions.source import detection
from pipelinegen.actions.table import ACTIONS, CHECKS, SOURCES
from pipelinegen.conditions import checks
from pipelinegen.diagnostics import Pointer, Severity
from pipelinegen.model import Action, Pipeline
from pipelinegen.provider import JSON, Row
from pipelinegen.rules._detection import DETECT, POLL, polling
from pipelinegen.rules._patches import Patch, is_intrinsic, patches
from pipelinegen.rules._rule import Finding, rule
from pipelinegen.rules._stacks import MODES
from pipelinegen.rules._words import quoted

_KEYS: Mapping[str, Mapping[str, str]] = {
    "pipeline": {
        "ArtifactStore": "artifact-store",
        "ExecutionMode": "execution-mode",
        "Name": "pipeline-name",
        "PipelineType": "pipeline-type",
        "RestartExecutionOnUpdate": "restart-execution-on-update",
        "RoleArn": "role-arn",
        "Tags": "tags",
        "Variables": "variables",
    },
    "stage": {
        "BeforeEntry": "before-entry",
        "Name": "stage",
        "OnFailure": "on-failure",
        "OnSuccess": "on-success",
    },
    "source": {
        "Name": "source",
        "Namespace": "namespace",
        "OutputArtifacts": "output-artifacts",
        "RoleArn": "role-arn",
    },
    "action": {
        "Commands": "run",
        "InputArtifacts": "input-artifacts",
        "Name": "action",
        "Namespace": "namespace",
        "OutputArtifacts": "output-artifacts",
        "Region": "region",
        "RoleArn": "role-arn",
    },
    "check": {
        "Commands": "run",
        "InputArtifacts": "input-artifacts",
        "Name": "rule",
        "Region": "region",
        "RoleArn": "role-arn",
    },
    "project": {
        "EncryptionKey": "encryption-key",
        "Environment.ComputeType": "compute-type",
        "Environment.Image": "image",
        "Environment.PrivilegedMode": "privileged-mode",
        "Environment.Type": "environment-type",
        "ServiceRole": "service-role",
        "Source.BuildSpec": "buildspec",
        "TimeoutInMinutes": "timeout-in-minutes",
    },
    "function": {
        "Environment.Variables": "env",
        "Handler": "handler",
        "MemorySize": "memory-size",
        "Runtime": "runtime",
        "Timeout": "timeout",
    },
    "role": {
        "ManagedPolicyArns": "managed-policy-arns",
        "PermissionsBoundary": "permissions-boundary",
    },
    "custom action": {"Provider": "provider", "Version": "version"},
}
"""Node → property, as a path → the key of the language that says it."""


@rule(Severity.NOTE)
def patch_could_be_key(pipeline: Pipeline) -> Iterator[Finding]:
    """A key of the language says what this patch says, and is checked.

    bad:
        patch: {ExecutionMode: QUEUED}
    good:
        execution-mode: QUEUED
    """
    for patch in patches(pipeline):
        keys = _KEYS.get(patch.kind, {})
        for path, at, value in _leaves(patch.value, patch.at):
            said = f"{keys[path]}:" if path in keys else _configuration_key(patch, path, value)
            if said is not None and _is_plain(value):
                yield Finding(f"write {said} instead of this patch", at, on_key=True)


@rule(Severity.NOTE)
def raw_could_be_key(pipeline: Pipeline) -> Iterator[Finding]:
    """A typed key says what this raw action says: its keys are checked and its rights are least.

    Nothing is said where the configuration holds something that the typed key cannot say.

    bad:
        - raw:
            {category: Deploy, owner: AWS, provider: S3, version: "1",
             configuration: {BucketName: shop-site, Extract: "true"}}
          input-artifacts: [Build]
    good:
        - s3: {bucket-name: shop-site, extract: true}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/integrations-action-type.html
    """
    for rows, actions in (
        (SOURCES, pipeline.sources),
        (ACTIONS, [action for stage in pipeline.stages[1:] for action in stage.actions]),
        (CHECKS, list(checks(pipeline))),
    ):
        for action in actions:
            row = _typed_row(action, rows) if action.row.key == "raw" else None
            if row is not None:
                yield Finding(
                    f"{action.row.action_type} is the key {quoted(row.key)}",
                    (*action.origin, "raw"),
                    on_key=True,
                )


def _leaves(value: Mapping[str, JSON], at: Pointer) -> Iterator[tuple[str, Pointer, JSON]]:
    """Yield each property of a patch and of its nested maps, with its path."""
    for name, inner in value.items():
        yield name, (*at, name), inner
        if isinstance(inner, Mapping) and not is_intrinsic(inner):
            for below, place, found in _leaves(inner, (*at, name)):
                yield f"{name}.{below}", place, found


def _is_plain(value: JSON) -> bool:
    """Tell whether a value could be written in the language: null and functions cannot."""
    if isinstance(value, Mapping):
        return not is_intrinsic(value) and all(map(_is_plain, value.values()))
    return all(map(_is_plain, value)) if isinstance(value, list) else value is not None


def _configuration_key(patch: Patch, path: str, value: JSON) -> str | None:
    """Return the key that fills an entry of an action's Configuration."""
    section, _, name = path.partition(".")
    action = patch.action
    if section != "Configuration" or not name or action is None:
        return None
    if name in (POLL, DETECT):
        return _detection_key(action, name, value)
    typed = (key for key, kind in action.row.keys.items() if kind.aws == name)
    return next((f"{key}:" for key in typed), None)


def _detection_key(action: Action, name: str, value: JSON) -> str | None:
    on = str(value).lower() == "true"
    told = action.row.detections and detection(action) != "none"
    if name == POLL and polling(action) is not None and "polling" in action.row.detections:
        return "detection: polling" if on and not told else None
    if name != POLL and "webhook" in action.row.detections and on != bool(told):
        return "detection: webhook" if on else "detection: none"
    return None


def _typed_row(action: Action, rows: Mapping[str, Row]) -> Row | None:
    """Return the row that can say everything that a raw action says."""
    written = action.body.get("configuration", {})
    for row in rows.values():
        if row.key == "raw" or row.action_type != action.row.action_type:
            continue
        typed = {key.aws for key in row.keys.values() if key.aws} | _made_by_rows(row)
        required = {row.keys[name].aws for name in row.required} - {None}
        if typed.issuperset(written) and required <= set(written) and _has_mode(row, written):
            return row
    return None


def _made_by_rows(row: Row) -> set[str]:
    """Return the entries that a row's function writes from keys of ours."""
    made = {"detection": {POLL, DETECT}, "env": {"EnvironmentVariables"}}
    found = set().union(*(made[key] for key in made if key in row.keys))
    return found | ({"ActionMode"} if row.provider == "CloudFormation" else set())


def _has_mode(row: Row, written: Mapping[str, str]) -> bool:
    mode = written.get("ActionMode")
    return row.provider != "CloudFormation" or MODES.get(row.key) == mode


RULES = (patch_could_be_key, raw_could_be_key)
