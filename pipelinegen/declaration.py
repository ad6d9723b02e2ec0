"""The properties of `AWS::CodePipeline::Pipeline`: stages, actions, stores, transitions.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codepipeline-pipeline.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipelinegen.actions.configuration import configuration
from pipelinegen.conditions import HOOKS, checks, checks_of
from pipelinegen.defaults import PIPELINE_TYPE
from pipelinegen.model import Action, Pipeline, Stage
from pipelinegen.patching import merge_patch
from pipelinegen.provider import JSON
from pipelinegen.resources.site import Site, pipeline_name
from pipelinegen.roles import PIPELINE_ROLE
from pipelinegen.store import Store, regions
from pipelinegen.text import Ref, Text
from pipelinegen.triggers import triggers
from pipelinegen.variables import emitted

_STAGE_NAMES = dict[tuple[str, str], str]


def pipeline_properties(place: Site) -> dict[str, JSON]:
    """Return the properties of the pipeline resource, texts still to be rendered."""
    pipeline = place.pipeline
    data = pipeline.spec.data
    namespaces = emitted(pipeline)
    properties: dict[str, JSON] = {
        "Name": pipeline_name(pipeline),
        "PipelineType": data.get("pipeline-type", PIPELINE_TYPE),
        "ExecutionMode": data.get("execution-mode"),
        "RestartExecutionOnUpdate": pipeline.updates_itself
        or data.get("restart-execution-on-update"),
        "RoleArn": _role(data),
        "Variables": [_variable(entry) for entry in data.get("variables", ())],
        "Triggers": triggers(pipeline),
        **_stores(place),
        "Stages": [_stage(place, stage, namespaces) for stage in pipeline.stages],
        "DisableInboundStageTransitions": list(_transitions(pipeline)),
    }
    return {key: value for key, value in properties.items() if value not in (None, [])}


def _role(data: Mapping[str, JSON]) -> Text:
    if "role-arn" in data:
        return Text.parse(data["role-arn"])
    return Text.of(Ref("resource", f"{PIPELINE_ROLE}.Arn"))


def _variable(entry: Mapping[str, JSON]) -> dict[str, JSON]:
    names = {"variable": "Name", "default": "DefaultValue", "description": "Description"}
    return {names[key]: entry[key] for key in names if key in entry}


def _stores(place: Site) -> dict[str, JSON]:
    """A pipeline whose actions name a region needs the home store and one for each region."""
    pipeline = place.pipeline
    performed = [*pipeline.actions, *checks(pipeline)]
    if not any(action.region for action in performed):
        return {"ArtifactStore": _store(place.store)}
    home = {"Region": Text.of(Ref("AWS", "Region")), "ArtifactStore": _store(place.store)}
    others = [
        {"Region": region, "ArtifactStore": _store(store)}
        for region, store in regions(pipeline, performed).items()
        if store is not None
    ]
    return {"ArtifactStores": [home, *others]}


def _store(store: Store) -> dict[str, JSON]:
    declared: dict[str, JSON] = {"Type": "S3", "Location": store.bucket}
    if store.key_arn is not None:
        declared["EncryptionKey"] = {"Id": store.key_arn, "Type": "KMS"}
    return declared


def _stage(place: Site, stage: Stage, namespaces: _STAGE_NAMES) -> dict[str, JSON]:
    declared: dict[str, JSON] = {
        "Name": stage.name,
        "Actions": [_action(place, action, namespaces) for action in stage.actions],
    }
    for key, hook in HOOKS.items():
        if key in stage.settings:
            declared[hook] = _hook(place, stage, key)
    return _patched(declared, stage.patch)


def _action(place: Site, action: Action, namespaces: _STAGE_NAMES) -> dict[str, JSON]:
    said = place.fragment(action)
    declared: dict[str, JSON] = {
        "Name": action.name,
        "ActionTypeId": _type(action),
        "RunOrder": action.order,
        "Configuration": configuration(action, said.configuration),
        "InputArtifacts": [{"Name": name} for name in action.inputs],
        "OutputArtifacts": [{"Name": name} for name in action.outputs],
        "Namespace": namespaces.get((action.stage, action.name)),
        **_performed(action),
        "TimeoutInMinutes": action.timeout_in_minutes,
        **said.properties,
    }
    return _patched(_written(declared), action.patch)


def _hook(place: Site, stage: Stage, key: str) -> dict[str, JSON]:
    written = stage.settings[key]
    found = [_check(place, action) for action in checks_of(place.pipeline, stage, key)]
    conditions = [{"Result": written["result"], "Rules": found}] if found else None
    if key != "on-failure":
        return _written({"Conditions": conditions})
    mode = written.get("retry-mode")
    return _written(
        {
            "Result": written["result"] if not found else None,
            "RetryConfiguration": {"RetryMode": mode} if mode else None,
            "Conditions": conditions,
        }
    )


def _check(place: Site, action: Action) -> dict[str, JSON]:
    said = place.fragment(action)
    declared: dict[str, JSON] = {
        "Name": action.name,
        "RuleTypeId": _type(action),
        "Configuration": configuration(action, said.configuration),
        "InputArtifacts": [{"Name": name} for name in action.inputs],
        **_performed(action),
        **said.properties,
    }
    return _patched(_written(declared), action.patch)


def _performed(action: Action) -> dict[str, JSON]:
    return {
        "RoleArn": action.text(action.role_arn) if action.role_arn else None,
        "Region": action.text(action.region) if action.region else None,
    }


def _type(action: Action) -> dict[str, JSON]:
    row = action.row
    return {
        "Category": row.category,
        "Owner": row.owner,
        "Provider": Text.parse(row.provider),
        "Version": Text.parse(row.version),
    }


def _transitions(pipeline: Pipeline) -> Iterator[dict[str, JSON]]:
    for stage in pipeline.stages:
        reason = stage.settings.get("disable-inbound-transition")
        if reason is not None:
            yield {"StageName": stage.name, "Reason": reason}


def _written(declared: Mapping[str, JSON]) -> dict[str, JSON]:
    return {key: value for key, value in declared.items() if value not in (None, [], {})}


def _patched(declared: dict[str, JSON], patch: Mapping[str, JSON]) -> dict[str, JSON]:
    return merge_patch(declared, patch) if patch else declared
