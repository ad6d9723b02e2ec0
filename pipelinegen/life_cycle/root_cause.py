"""Why a stack operation failed: the first failure that is no consequence of another."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pipelinegen.diagnostics import Pointer
from pipelinegen.life_cycle.hints import hint
from pipelinegen.life_cycle.spec_place import refined
from pipelinegen.model import BranchRule, Spec
from pipelinegen.progress import Cause
from pipelinegen.records import StackEvent

_CANCELLED = re.compile(r"Resource (?:creation|update|deletion|import|operation) cancell?ed", re.I)
_SUMMARY = re.compile(r"^The following resource\(s\) failed to \w+: \[(?P<first>[^],]*)")
_HOOKS = re.compile(r"^The following hook\(s\)")
_WRAPPED = re.compile(
    r"^Embedded stack \S+ was not successfully \w+"
    r"(?:: |\. Currently in \w+ with reason: )(?P<inner>.*)",
    re.DOTALL,
)
_ASKED_FOR = "User Initiated"
_VALIDATED = re.compile(r"^/Resources/(?P<resource>[^/]+)(?P<within>/.*)?$")


def cause(
    events: Iterable[StackEvent],
    *,
    locate: Callable[[str], Pointer | None],
    spec: Spec | None = None,
    template: Mapping[str, Any] | None = None,
    rule: BranchRule | None = None,
) -> Cause | None:
    """Return the cause among the events of one operation, None where nothing failed by itself.

    `locate` leads from a logical id to the spec. With `spec` the place is narrowed down by what AWS
    says: to a key, a stage, an action. `template` is that of the branch, without the conditions of
    others, and `rule` its branch rule: they turn positions of AWS into names of the spec.
    """
    ordered = sorted(events, key=lambda event: event.time)
    event = _first_failure(ordered)
    if event is None:
        return None
    validated = _VALIDATED.match(event.path or "")
    within = validated["within"] if validated else None
    outer = _outermost(event, ordered)
    place = locate(_resource(outer, validated))
    if spec is not None and outer is event:
        place = refined(place, event, within, spec=spec, template=template or {}, rule=rule)
    return Cause(event, place, within, hint(event))


def _first_failure(ordered: Sequence[StackEvent]) -> StackEvent | None:
    failed = [event for event in ordered if event.failed and not _CANCELLED.match(event.reason)]
    direct = [event for event in failed if not event.hook and not _SUMMARY.match(_inner(event))]
    # an export in use, and some others, turn the whole operation back without a failed event
    turned_back = [event for event in ordered if _turned_back(event)]
    # a hook that only warns fails, too; one that stops a resource is named by the resource
    found = next(iter(direct or turned_back or failed), None)
    if found is not None and _HOOKS.match(found.reason):
        hooks = [one for one in failed if one.hook and one.logical_id == found.logical_id]
        return next((one for one in hooks if str(one.hook) in found.reason), found)
    return found


def _turned_back(event: StackEvent) -> bool:
    return (
        event.of_stack
        and event.status.endswith("ROLLBACK_IN_PROGRESS")
        and event.reason not in ("", _ASKED_FOR)
        and not _SUMMARY.match(event.reason)
    )


def _inner(event: StackEvent) -> str:
    """Return what a nested stack said when it failed, or the reason itself."""
    wrapped = _WRAPPED.match(event.reason)
    return wrapped["inner"] if wrapped else event.reason


def _resource(event: StackEvent, validated: re.Match[str] | None) -> str:
    """Return the logical id of the resource that an event of our own stack is about."""
    summary = _SUMMARY.match(event.reason) if event.of_stack else None
    if validated is not None:
        return validated["resource"]
    return summary["first"] if summary else event.logical_id


def _outermost(event: StackEvent, ordered: Sequence[StackEvent]) -> StackEvent:
    """Return the resource of our own stack in which an event of a nested stack happened."""
    seen = {event.stack_id}
    while True:
        around = next(
            (
                one
                for one in ordered
                if one.physical_id == event.stack_id and one.stack_id not in seen
            ),
            None,
        )
        if around is None:
            return event
        event = around
        seen.add(event.stack_id)
