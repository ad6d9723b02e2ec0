"""Every patch of a pipeline: where it stands, what it says, and whose properties it changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipelinegen.conditions import checks
from pipelinegen.diagnostics import Pointer
from pipelinegen.model import Action, Pipeline
from pipelinegen.provider import JSON

PIPELINE_TYPE = "AWS::CodePipeline::Pipeline"
_SECTIONS: Mapping[str, tuple[str, str]] = {
    "projects": ("project", "AWS::CodeBuild::Project"),
    "functions": ("function", "AWS::Lambda::Function"),
    "topics": ("topic", "AWS::SNS::Topic"),
    "roles": ("role", "AWS::IAM::Role"),
    "custom-actions": ("custom action", "AWS::CodePipeline::CustomActionType"),
}


@dataclass(frozen=True, slots=True)
class Patch:
    """One patch; `kind` is the node that it changes, `type` names its properties in the table."""

    kind: str
    type: str
    at: Pointer
    value: Mapping[str, JSON]
    action: Action | None = None


def patches(pipeline: Pipeline) -> Iterator[Patch]:
    """Yield the patches of the language's own nodes, not those under `template:`."""
    data = pipeline.spec.data
    if "patch" in data:
        yield Patch("pipeline", PIPELINE_TYPE, ("patch",), data["patch"])
    for section, (kind, resource) in _SECTIONS.items():
        for name, entry in data.get(section, {}).items():
            if "patch" in entry:
                yield Patch(kind, resource, (section, name, "patch"), entry["patch"])
    for stage in pipeline.stages:
        if stage.patch:
            yield Patch("stage", "codepipeline.Stages", (*stage.origin, "patch"), stage.patch)
        for action in stage.actions:
            kind = "source" if action.row.detections else "action"
            yield from _of_action(kind, "codepipeline.Actions", action)
    for check in checks(pipeline):
        yield from _of_action("check", "codepipeline.RuleDeclaration", check)


def is_intrinsic(value: JSON) -> bool:
    """Tell whether a map is a function of CloudFormation, which nothing looks into."""
    if not isinstance(value, Mapping) or len(value) != 1:
        return False
    key = str(next(iter(value)))
    return key in ("Ref", "Condition") or key.startswith("Fn::")


def _of_action(kind: str, declaration: str, action: Action) -> Iterator[Patch]:
    if action.patch:
        yield Patch(kind, declaration, (*action.origin, "patch"), action.patch, action)
    project = action.body.get("patch")
    if isinstance(project, Mapping) and "patch" in action.row.keys:
        at = (*action.body_origin, "patch")
        yield Patch("project", _SECTIONS["projects"][1], at, project)
