"""What a template of one branch changes in another: its resources, and its other sections."""

from __future__ import annotations

from pipelinegen.diagnostics import Pointer
from pipelinegen.diff.replacement import UNKNOWN, recreation, replacement
from pipelinegen.diff.values import Difference, differences
from pipelinegen.intrinsics import JSON, canonical
from pipelinegen.records import PropertyChange, ResourceChange

_OURS = "pipelinegen"
"""Our own metadata, which tells where things come from: no change of what runs."""

_POLICY_ACTIONS = {
    "Delete": "Delete",
    "Retain": "Retain",
    "RetainExceptOnCreate": "Retain",
    "Snapshot": "Snapshot",
}
"""What a written policy makes of a resource that goes; without one it depends on the type.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
"""

_APART = frozenset({"Resources", "Metadata"})


def changes(before: JSON | None, after: JSON) -> tuple[ResourceChange, ...]:
    """Return what becomes of the resources, None being the template of a stack that is not there.

    Both templates are those of one branch, specialised with the values of its parameters. Only what
    stands in them is compared: that a replaced resource also changes those that refer to it is
    known to change sets alone.
    """
    old = (before or {}).get("Resources", {})
    new = after["Resources"]
    found = (_change(name, old.get(name), new.get(name)) for name in {**new, **old})
    return tuple(change for change in found if change is not None)


def other_changes(before: JSON | None, after: JSON) -> tuple[ResourceChange, ...]:
    """Return what changes in outputs, parameters and all other sections but metadata.

    Each section counts as one resource that is modified: its name stands for the logical id, and
    there is no type. Without a stack before there is nothing to compare.
    """
    if before is None:
        return ()
    sections = [name for name in {**after, **before} if name not in _APART]
    found = (section_change(name, before.get(name), after.get(name)) for name in sections)
    return tuple(change for change in found if change is not None)


def section_change(name: str, before: JSON, after: JSON) -> ResourceChange | None:
    """Return how something that belongs to the stack as a whole differs, None if it does not."""
    details = tuple(property_change("", one) for one in differences(before, after, (name,)))
    if not details:
        return None
    return ResourceChange(name, "", "Modify", scope=(name,), details=details)


def _change(name: str, before: JSON, after: JSON) -> ResourceChange | None:
    if before is None:
        return ResourceChange(name, after["Type"], "Add")
    if after is None:
        policy = _policy_action(before.get("DeletionPolicy"))
        return ResourceChange(name, before["Type"], "Remove", policy_action=policy)
    kind = after["Type"]
    found = differences(_compared(before), _compared(after))
    details = tuple(property_change(kind, one) for one in found)
    if not details:
        return None
    outcome = replacement({detail.recreation for detail in details})
    policy = _policy_action(after.get("UpdateReplacePolicy")) if outcome == "True" else ""
    return ResourceChange(
        name,
        kind,
        "Modify",
        replacement=outcome,
        policy_action=f"ReplaceAnd{policy}" if policy else "",
        scope=tuple(dict.fromkeys(detail.attribute for detail in details)),
        details=details,
    )


def _compared(resource: JSON) -> dict[str, JSON]:
    """Return a resource in the one form in which it is compared: absent is empty."""
    whole = {"Type": "", "Properties": {}, "Metadata": {}, "UpdatePolicy": {}, **resource}
    metadata, depends = whole["Metadata"], whole.get("DependsOn", [])
    whole["Metadata"] = {key: each for key, each in metadata.items() if key != _OURS}
    whole["DependsOn"] = sorted([depends] if isinstance(depends, str) else depends)
    return whole


def property_change(kind: str, difference: Difference) -> PropertyChange:
    """Return a difference of a resource of type `kind`, or of a section where it is empty."""
    path = difference.path
    return PropertyChange(
        attribute=str(path[0]),
        path=_pointer_text(path),
        recreation=recreation(kind, path) if kind else UNKNOWN,
        before=_text(difference.before),
        after=_text(difference.after),
    )


def _pointer_text(path: Pointer) -> str:
    """Return a JSON pointer: https://www.rfc-editor.org/rfc/rfc6901#section-3."""
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in path)
    return "".join(f"/{step}" for step in steps)


def _text(value: JSON) -> str | None:
    return None if value is None else canonical(value)


def _policy_action(written: JSON) -> str:
    return _POLICY_ACTIONS.get(written, "") if isinstance(written, str) else ""
