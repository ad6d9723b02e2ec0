"""How operations of a simulated stack go on, step by step, as time passes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.stack import ChangeSet, Resource, Stack, live

STEP = 3.0
"""Seconds that each resource takes."""


@dataclass(slots=True)
class Operations:
    """What begins and carries on operations; `failing` maps (logical id, verb) to AWS's reason."""

    failing: dict[tuple[str, str], str] = field(default_factory=dict)

    def execute(self, stack: Stack, change_set: ChangeSet, now: float) -> None:
        """Begin to create or update a stack."""
        creates = stack.status == "REVIEW_IN_PROGRESS"
        verb = "CREATE" if creates else "UPDATE"
        before, old = live(stack.body, stack.parameters) if stack.body else {}, stack.body
        old_parameters = stack.parameters
        stack.body, stack.parameters = change_set.body, change_set.parameters
        stack.tags = change_set.asked.get("Tags", [])
        stack.role_arn = change_set.asked.get("RoleARN", stack.role_arn)
        stack.updated = None if creates else now
        stack.operations += 1
        stack.say(f"{verb}_IN_PROGRESS", at=now, reason="User Initiated")
        after = live(stack.body, stack.parameters)
        at = now
        for change in (one["ResourceChange"] for one in change_set.changes):
            name, action = change["LogicalResourceId"], change["Action"]
            if action == "Remove":
                continue
            kind = "create" if action == "Add" else "update"
            at = self._touch(stack, name, after[name]["Type"], kind, at)
            if (name, kind) in self.failing:
                reason = self.failing[name, kind]
                self._fail(stack, name, kind, reason, at, change_set, (old, old_parameters))
                return
        gone = [name for name in before if name not in after]
        if gone:
            cleanup = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
            self._at(stack, at, lambda now: stack.say(cleanup, at=now))
            at = self._remove(stack, gone, at)
        self._at(stack, at + STEP, lambda now: stack.say(f"{verb}_COMPLETE", at=now))

    def delete(self, stack: Stack, now: float, retain: Iterable[str] = ()) -> None:
        """Begin to delete a stack."""
        stack.due.clear()
        stack.operations += 1
        stack.say("DELETE_IN_PROGRESS", at=now, reason="User Initiated")
        alive = [
            name
            for name, one in stack.resources.items()
            if one.status != "DELETE_COMPLETE" and name not in set(retain)
        ]
        blocked = [name for name in alive if (name, "delete") in self.failing]
        at = self._remove(stack, alive, now)
        end = "DELETE_FAILED" if blocked else "DELETE_COMPLETE"
        self._at(stack, at + STEP, lambda now: stack.say(end, at=now))

    def roll_back(self, stack: Stack, now: float, *, skip: Iterable[str] = ()) -> None:
        """Begin, or go on with, the way back of an update."""
        stack.due.clear()
        stack.operations += 1
        stack.say("UPDATE_ROLLBACK_IN_PROGRESS", at=now, reason="User Initiated")
        self._way_back(stack, now + STEP, set(skip))

    def end(self, stack: Stack, status: str, at: float) -> None:
        """Let whatever is under way end with a status at a time."""
        self._at(stack, at, lambda now: stack.say(status, at=now))

    def _touch(self, stack: Stack, name: str, kind: str, verb: str, at: float) -> float:
        status = "CREATE" if verb == "create" else "UPDATE"

        def begin(now: float) -> None:
            physical = f"{stack.name}-{name}-{len(stack.events)}"
            known = stack.resources.get(name)
            stack.resources[name] = known or Resource(kind, "", physical)
            stack.say(f"{status}_IN_PROGRESS", name, at=now)

        self._at(stack, at, begin)
        if (name, verb) not in self.failing:
            self._at(stack, at + STEP, lambda now: stack.say(f"{status}_COMPLETE", name, at=now))
        return at + STEP

    def _fail(
        self,
        stack: Stack,
        name: str,
        verb: str,
        reason: str,
        at: float,
        change_set: ChangeSet,
        old: tuple[dict[str, Any], dict[str, str]],
    ) -> None:
        """Fail at one resource and go the way that was asked for."""
        creates = stack.status == "CREATE_IN_PROGRESS"
        status = "CREATE" if verb == "create" else "UPDATE"
        whole = "CREATE" if creates else "UPDATE"
        self._at(stack, at, lambda now: stack.say(f"{status}_FAILED", name, at=now, reason=reason))
        if change_set.asked.get("DisableRollback"):
            self._at(stack, at + STEP, lambda now: stack.say(f"{whole}_FAILED", at=now))
            return
        summary = f"The following resource(s) failed to {verb}: [{name}]. "
        if not creates:
            stack.body, stack.parameters = old
            back = "UPDATE_ROLLBACK_IN_PROGRESS"
            self._at(stack, at + STEP, lambda now: stack.say(back, at=now, reason=summary))
            self._way_back(stack, at + 2 * STEP, set())
            return
        asked = change_set.asked.get("OnStackFailure", "ROLLBACK")
        ends = {
            "ROLLBACK": ("ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE"),
            "DELETE": ("DELETE_IN_PROGRESS", "DELETE_COMPLETE"),
        }
        begins, end = ends[asked]
        self._at(stack, at + STEP, lambda now: stack.say(begins, at=now, reason=summary))

        def clear(now: float) -> None:
            for logical_id in [*stack.resources]:
                stack.say("DELETE_COMPLETE", logical_id, at=now)
            stack.say(end, at=now)

        self._at(stack, at + 2 * STEP, clear)

    def _way_back(self, stack: Stack, at: float, skip: set[str]) -> None:
        blocked = [name for name, verb in self.failing if verb == "rollback" and name not in skip]
        for name in blocked:
            reason = self.failing[name, "rollback"]
            stack.resources.setdefault(name, Resource("AWS::IAM::Role", "", f"{stack.name}-{name}"))
            self._at(
                stack,
                at,
                lambda now, name=name, reason=reason: stack.say(  # type: ignore[misc]
                    "UPDATE_FAILED", name, at=now, reason=reason
                ),
            )
        end = "UPDATE_ROLLBACK_FAILED" if blocked else "UPDATE_ROLLBACK_COMPLETE"
        self._at(stack, at + STEP, lambda now: stack.say(end, at=now))

    def _remove(self, stack: Stack, names: Iterable[str], at: float) -> float:
        for name in names:

            def remove(now: float, name: str = name) -> None:
                reason = self.failing.get((name, "delete"), "")
                if name in stack.resources:
                    status = "DELETE_FAILED" if reason else "DELETE_COMPLETE"
                    stack.say(status, name, at=now, reason=reason)

            self._at(stack, at, remove)
            at += STEP
        return at

    def _at(self, stack: Stack, at: float, act: Callable[[float], None]) -> None:
        stack.due.append((at, lambda: act(at)))
