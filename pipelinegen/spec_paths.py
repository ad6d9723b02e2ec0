"""From the names that a template keeps of its spec back to the nodes of the spec as it is now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pipelinegen.conditions import checks
from pipelinegen.diagnostics import Pointer
from pipelinegen.model import Action, BranchRule, Pipeline, Spec
from pipelinegen.resolve import resolve

_NAME_KEYS = {"schedules": "schedule", "notifications": "notify", "grants": "grant"}
"""Sections that are lists, and the key that names an entry there."""

_WHOLE: Pointer = ("pipeline",)


def pointer(spec: Spec, path: str, rule: BranchRule | None = None) -> Pointer | None:
    """Return the node that a resource's metadata names, None when the spec has it no more.

    Where several branch rules have a node of that name, the one of `rule` is meant.
    """
    section, _, name = path.partition("/")
    if section == "stages":
        stage, _, action_name = name.partition("/")
        found = _action(spec, stage, action_name, rule)
        return found.body_origin if found else None
    if section == "sources":
        found = next((one for one in _sources(spec, rule) if one.name == name), None)
        return found.origin if found else None
    if not name:
        # a store that nobody wrote came with the pipeline
        return (section,) if section in spec.data else _store_or_nothing(section)
    if section in _NAME_KEYS:
        entries = enumerate(spec.data.get(section, ()))
        key = _NAME_KEYS[section]
        return next(((section, index) for index, one in entries if one[key] == name), None)
    written = spec.data.get(section)
    return (section, name) if isinstance(written, Mapping) and name in written else None


def stage_pointer(spec: Spec, name: str, rule: BranchRule | None = None) -> Pointer | None:
    """Return the stage of that name; the list of sources for the stage that they make."""
    stages = (stage for pipeline in _pipelines(spec, rule) for stage in pipeline.stages)
    return next((stage.origin for stage in stages if stage.name == name), None)


def action_pointer(
    spec: Spec, stage: str | None, name: str, rule: BranchRule | None = None
) -> Pointer | None:
    """Return the action, source or check of that name; without a stage the first in any."""
    found = _action(spec, stage, name, rule)
    return found.origin if found else None


def locator(
    spec: Spec, template: Mapping[str, Any], rule: BranchRule | None = None
) -> Callable[[str], Pointer | None]:
    """Return what leads from a logical id of a deployed template to the spec as it is now."""
    resources = template.get("Resources", {})
    raw = spec.data.get("template", {}).get("resources", {})

    def locate(logical_id: str) -> Pointer | None:
        metadata = resources.get(logical_id, {}).get("Metadata", {}).get("pipelinegen")
        if isinstance(metadata, Mapping):
            return pointer(spec, str(metadata.get("path", "")), rule)
        return ("template", "resources", logical_id) if logical_id in raw else None

    return locate


def _store_or_nothing(section: str) -> Pointer | None:
    return _WHOLE if section == "artifact-store" else None


def _action(spec: Spec, stage: str | None, name: str, rule: BranchRule | None) -> Action | None:
    found = (one for pipeline in _pipelines(spec, rule) for one in _performed(pipeline))
    return next((one for one in found if one.name == name and stage in (None, one.stage)), None)


def _sources(spec: Spec, rule: BranchRule | None) -> Iterator[Action]:
    return (source for pipeline in _pipelines(spec, rule) for source in pipeline.sources)


def _performed(pipeline: Pipeline) -> Iterator[Action]:
    yield from pipeline.actions
    yield from checks(pipeline)


def _pipelines(spec: Spec, first: BranchRule | None) -> Iterator[Pipeline]:
    """Yield the pipelines of all branch rules, that of `first` before the others."""
    if first is not None:
        yield resolve(spec, first)
    for rule in spec.branch_rules:
        if rule != first:
            yield resolve(spec, rule)
