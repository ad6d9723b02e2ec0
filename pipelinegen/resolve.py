"""A spec and one branch rule to the pipeline that runs: nothing conditional is left.

Total on schema-valid data: what is wrong with a spec is said by rules, never by an exception here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pipelinegen.actions.table import ACTIONS, SOURCES
from pipelinegen.defaults import SOURCE_STAGE
from pipelinegen.diagnostics import Pointer
from pipelinegen.model import SELF_UPDATE, Action, BranchRule, Pipeline, Spec, Stage, Target
from pipelinegen.provider import JSON, Bounds, Row
from pipelinegen.rule_trigger import started_by_rule
from pipelinegen.self_update import self_update_stage
from pipelinegen.text import Text

_SECTIONS = {"project": "projects", "function": "functions", "topic": "topics", "role": "roles"}
_ALWAYS_LIVE = ("pipeline-name", "role-arn", "permissions-boundary", "artifact-store", "tags")
_PER_RULE = ("schedules", "notifications", "grants")
_STAGE_OWN = ("stage", "only", "actions", "patch")


def resolve(spec: Spec, rule: BranchRule) -> Pipeline:
    """Return the pipeline of one branch rule; artifacts are still as written."""
    name = spec.data.get("source-stage", SOURCE_STAGE)
    sources = tuple(
        action_of(spec, entry, SOURCES, name, 1, ("sources", index))
        for index, entry in enumerate(spec.data["sources"])
        if lives(entry, rule)
    )
    if rule.is_shared and sources:
        sources = (started_by_rule(sources[0], spec.branch_rules, rule), *sources[1:])
    stages = tuple(
        Stage(
            name=entry["stage"],
            actions=tuple(_actions(spec, rule, entry, ("stages", index))),
            origin=("stages", index),
            settings={key: value for key, value in entry.items() if key not in _STAGE_OWN},
            patch=entry.get("patch", {}),
        )
        for index, entry in enumerate(spec.data["stages"])
        if lives(entry, rule)
    )
    first = Stage(name, sources, ("sources",))
    pipeline = Pipeline(spec, rule, (first, *_self_update(spec, rule, sources), *stages))
    return replace(pipeline, references=frozenset(_references(pipeline)))


def lives(node: Mapping[str, JSON], rule: BranchRule) -> bool:
    """Tell whether `only` leaves a node on a branch rule."""
    return "only" not in node or rule.name in node["only"]


def _self_update(spec: Spec, rule: BranchRule, sources: tuple[Action, ...]) -> tuple[Stage, ...]:
    """Return the stage that updates the stack itself, where there is one and a source to read."""
    artifacts = [name for one in sources for name in one.written_outputs or (one.name,)]
    written = spec.data.get("self-update")
    if written is None or not artifacts or not lives(written, rule):
        return ()
    stage = self_update_stage(spec.data, artifacts[0])
    actions = tuple(
        action_of(spec, entry, ACTIONS, stage["stage"], order, SELF_UPDATE)
        for order, entry in enumerate(stage["actions"], start=1)
    )
    return (Stage(stage["stage"], actions, SELF_UPDATE),)


def declarations(pipeline: Pipeline, section: str) -> dict[str, JSON]:
    """Return the entries of "projects", "functions", "topics" or "roles" that this rule uses."""
    kind = next(kind for kind, name in _SECTIONS.items() if name == section)
    written = pipeline.spec.data.get(section, {})
    return {name: written[name] for name in written if (kind, name) in pipeline.references}


def _actions(
    spec: Spec, rule: BranchRule, stage: Mapping[str, JSON], origin: Pointer
) -> Iterator[Action]:
    for index, item in enumerate(stage["actions"]):
        if not lives(item, rule):
            continue
        at = (*origin, "actions", index)
        grouped = "parallel" in item
        entries = (
            [((*at, "parallel", place), entry) for place, entry in enumerate(item["parallel"])]
            if grouped
            else [(at, item)]
        )
        for place, entry in entries:
            if lives(entry, rule):
                yield from _copies(spec, entry, stage["stage"], index + 1, place, grouped)


def _copies(
    spec: Spec, entry: Mapping[str, JSON], stage: str, order: int, at: Pointer, grouped: bool
) -> Iterator[Action]:
    """Yield the action, or one copy of it for each of its targets, all in one group."""
    action = replace(action_of(spec, entry, ACTIONS, stage, order, at), grouped=grouped)
    if "each" not in entry:
        yield action
        return
    targets = spec.data.get("targets", {})
    for name in entry["each"]:
        if name in targets:
            target = _target(name, targets[name])
            yield replace(
                action,
                name=f"{action.name}-{name}",
                target=target,
                region=action.region or target.region,
                role_arn=action.role_arn or target.role_arn,
                grouped=grouped or len(entry["each"]) > 1,
            )


def _target(name: str, entry: Mapping[str, JSON]) -> Target:
    return Target(
        name=name,
        region=entry.get("region"),
        account=entry.get("account"),
        role_arn=entry.get("role-arn"),
        values=entry.get("values", {}),
        origin=("targets", name),
    )


def action_of(
    spec: Spec,
    entry: Mapping[str, JSON],
    rows: Mapping[str, Row],
    stage: str,
    order: int,
    origin: Pointer,
) -> Action:
    """Return the action that one entry of the spec describes, its artifacts as written."""
    key = next(key for key in rows if key in entry)
    body = entry[key] or {}
    row = _row(spec, rows[key], body)
    name = entry.get("action") or entry.get("source") or entry.get("rule")
    return Action(
        name=name or row.default_name.replace("$provider", row.provider),
        stage=stage,
        row=row,
        body=body,
        order=order,
        origin=origin,
        named=name is not None,
        written_inputs=_names(entry.get("input-artifacts")),
        written_outputs=_names(entry.get("output-artifacts")),
        namespace=entry.get("namespace"),
        role_arn=entry.get("role-arn"),
        region=entry.get("region"),
        timeout_in_minutes=entry.get("timeout-in-minutes"),
        patch=entry.get("patch", {}),
    )


def _row(spec: Spec, row: Row, body: Mapping[str, JSON]) -> Row:
    """Fill in the parts of the action type that the spec says itself."""
    if row.declared_in:
        declared = spec.data.get(row.declared_in, {}).get(body["type"])
        return _declared_row(row, body["type"], declared) if declared else row
    said = {
        part
        for part in ("category", "owner", "provider", "version")
        if part in row.keys and row.keys[part].aws is None
    }
    if not said:
        return row
    named = replace(
        row,
        category=body["category"] if "category" in said else row.category,
        owner=body["owner"] if "owner" in said else row.owner,
        provider=body["provider"] if "provider" in said else row.provider,
        version=body.get("version", "1") if "version" in said else row.version,
    )
    return replace(named, cross_region=named.owner == "AWS" and row.cross_region)


def _declared_row(row: Row, name: str, declared: Mapping[str, JSON]) -> Row:
    taken, given = declared["input-artifacts"], declared["output-artifacts"]
    return replace(
        row,
        category=declared["category"],
        provider=declared.get("provider", name),
        version=declared.get("version", "1"),
        inputs=Bounds(taken["min"], taken["max"]),
        outputs=Bounds(given["min"], given["max"]),
    )


def _names(written: list[str] | None) -> tuple[str, ...] | None:
    return None if written is None else tuple(written)


def _references(pipeline: Pipeline) -> Iterator[tuple[str, str]]:
    """Yield (kind, name) of every reference of what lives here, and of the declarations it uses."""
    spec, rule = pipeline.spec, pipeline.rule
    found: set[tuple[str, str]] = set()
    waiting: list[tuple[str, str]] = []
    for key in _ALWAYS_LIVE:
        waiting += _references_in(spec.data.get(key))
    for key in _PER_RULE:
        waiting += _references_in([item for item in spec.data.get(key, ()) if lives(item, rule)])
    custom = spec.data.get("custom-actions", {}).values()
    waiting += _references_in([item for item in custom if lives(item, rule)])
    for stage in pipeline.stages:
        waiting += _references_in(stage.settings)
        for action in stage.actions:
            live = [action.body, action.role_arn, action.region]
            waiting += [one for one in _references_in(live) if one not in action.bindings]
            if action.target is not None:
                waiting += _references_in([action.target.region, action.target.account])
    while waiting:
        reference = waiting.pop()
        if reference in found:
            continue
        found.add(reference)
        kind, name = reference
        if kind in _SECTIONS:
            waiting += _references_in(spec.data.get(_SECTIONS[kind], {}).get(name))
    yield from found


def _references_in(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if "${" in value:
            yield from ((ref.kind, ref.name) for ref in Text.parse(value).refs)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _references_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references_in(item)
