"""Where in the spec AWS's complaint belongs, once the resource that it is about is known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pipelinegen.diagnostics import Pointer
from pipelinegen.model import BranchRule, Spec
from pipelinegen.names import kebab
from pipelinegen.provider import JSON
from pipelinegen.records import StackEvent
from pipelinegen.spec_paths import action_pointer, stage_pointer

_PIPELINE = "AWS::CodePipeline::Pipeline"
_OUR_KEYS = {"Name": "pipeline-name", "ArtifactStores": "artifact-store"}

_ROLE = re.compile(r"arn:[\w-]+:iam::\d{12}:role/[\w+=,.@/-]*\w")
_CONNECTION = re.compile(
    r"arn:[\w-]+:(?:codestar-connections|codeconnections):[\w-]+:\d{12}:connection/[\w-]+"
)
_ABOUT_CONNECTION = re.compile(r"\bconnection\b.*\b(?:pending|available)\b|:connection/", re.I)
_STAGE = re.compile(r"\b[Ss]tage '(?P<name>[\w.@-]+)'")
_ACTION = re.compile(r"\b[Aa]ction (?:with name )?'?(?P<name>[\w.@-]+)")
_MEMBER = re.compile(
    r"'pipeline\.stages\.(?P<stage>\d+)\.member(?:\.actions\.(?P<action>\d+)\.member)?"
)
"""How CodePipeline names a value that breaks a bound; it counts from 1."""


def refined(
    place: Pointer | None,
    event: StackEvent,
    within: str | None,
    *,
    spec: Spec,
    template: Mapping[str, Any],
    rule: BranchRule | None,
) -> Pointer | None:
    """Return the key, stage or action that an event is about, or `place` where none is found.

    `within` is AWS's property path in the resource.
    """
    steps = (within or "").split("/")[2:]  # /Properties/Stages/1
    if event.type != _PIPELINE:
        return _connection(event, spec) or _key(place, steps, spec)
    names = _names(template, event.logical_id)
    return (
        _by_steps(steps, names, spec, rule)
        or _role(event, spec)
        or _connection(event, spec)
        or _by_names(event, spec, rule)
        or _by_member(event, names, spec, rule)
        or _key(place, steps, spec)
    )


_Names = list[tuple[str, list[str]]]
"""The stages of a pipeline as it was deployed, each with its actions; empty where unknown."""


def _names(template: Mapping[str, Any], logical_id: str) -> _Names:
    properties = template.get("Resources", {}).get(logical_id, {}).get("Properties", {})
    stages = properties.get("Stages")
    if not isinstance(stages, list):
        return []
    return [
        (str(stage.get("Name", "")), [str(one.get("Name", "")) for one in _items(stage)])
        for stage in stages
    ]


def _items(stage: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    actions = stage.get("Actions")
    return actions if isinstance(actions, list) else []


def _by_steps(
    steps: list[str], names: _Names, spec: Spec, rule: BranchRule | None
) -> Pointer | None:
    match steps:
        case ["Stages", stage, "Actions", action, *rest]:
            node = _numbered(names, stage, action, spec, rule)
            return _key(node, rest, spec)
        case ["Stages", stage, *_]:
            return _numbered(names, stage, None, spec, rule)
        case _:
            return None


def _by_member(
    event: StackEvent, names: _Names, spec: Spec, rule: BranchRule | None
) -> Pointer | None:
    member = _MEMBER.search(event.reason)
    if member is None:
        return None
    stage, action = (int(text) - 1 if text else None for text in member.groups())
    return _numbered(names, str(stage), None if action is None else str(action), spec, rule)


def _numbered(
    names: _Names, stage: str, action: str | None, spec: Spec, rule: BranchRule | None
) -> Pointer | None:
    """Return the place of a stage or action by its position, as far as it leads."""
    if not stage.isdecimal() or int(stage) >= len(names):
        return None
    name, actions = names[int(stage)]
    if action is not None and action.isdecimal() and int(action) < len(actions):
        found = action_pointer(spec, name, actions[int(action)], rule)
        if found is not None:
            return found
    return stage_pointer(spec, name, rule)


def _by_names(event: StackEvent, spec: Spec, rule: BranchRule | None) -> Pointer | None:
    stage = _STAGE.search(event.reason)
    stage_name = stage["name"] if stage else None
    for action in _ACTION.finditer(event.reason):
        found = action_pointer(spec, stage_name, action["name"].rstrip("."), rule)
        if found is not None:
            return found
    return stage_pointer(spec, stage_name, rule) if stage_name else None


def _role(event: StackEvent, spec: Spec) -> Pointer | None:
    """Return the role that cannot be assumed: the last that AWS names, else the pipeline's."""
    if "AssumeRole" not in event.reason and "assumed" not in event.reason:
        return None
    for role in reversed(_ROLE.findall(event.reason)):
        found = next((at for at, value in _values(spec.data, "role-arn") if value == role), None)
        if found is not None:
            return found
    return ("role-arn",) if "role-arn" in spec.data else None


def _connection(event: StackEvent, spec: Spec) -> Pointer | None:
    """Return the connection that AWS names, or the only one of the spec."""
    if not _ABOUT_CONNECTION.search(event.reason):
        return None
    written = list(_values(spec.data, "connection-arn"))
    named = _CONNECTION.search(event.reason)
    known = [at for at, value in written if named and value == named[0]]
    if not known and len(written) == 1:
        known = [written[0][0]]
    return known[0] if known else None


def _key(place: Pointer | None, steps: list[str], spec: Spec) -> Pointer | None:
    """Return the key below a place that stands for AWS's property, else the place."""
    if place is None:
        return None
    node = _node(spec.data, place)
    bodies = [(place, node)]
    if place == ("pipeline",):
        bodies = [((), spec.data)]
    elif isinstance(node, Mapping):
        bodies += [((*place, key), body) for key, body in node.items()]
    if "Configuration" in steps:  # both an action and its body may have a role
        bodies.reverse()
    for step in reversed(steps):
        key = _OUR_KEYS.get(step, kebab(step))
        for at, body in bodies:
            if isinstance(body, Mapping) and key in body:
                return (*at, key)
    return place


def _node(data: JSON, place: Pointer) -> JSON:
    for step in place:  # what is not written, such as a store that is implied, has nothing below
        data = data.get(step, {}) if isinstance(data, Mapping) else data[step]
    return data


def _values(node: JSON, key: str, at: Pointer = ()) -> Iterator[tuple[Pointer, JSON]]:
    """Yield place and value of every entry that has this key."""
    if isinstance(node, Mapping):
        for name, value in node.items():
            if name == key:
                yield (*at, name), value
            yield from _values(value, key, (*at, name))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _values(value, key, (*at, index))
