"""How an execution goes through the stages of a pipeline: one step at each look.

Nothing here knows the time of day, so a test need not wait: what is looked at often enough ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import uuid4

Action = Mapping[str, Any]
Fault = Callable[[Action], str | None]
"""Why an action fails, None where it succeeds."""

ENDED = {"Succeeded", "Failed", "Stopped"}


@dataclass(frozen=True, slots=True)
class Step:
    """Actions of a stage that run side by side."""

    stage: str
    actions: tuple[Action, ...]


@dataclass(slots=True)
class Outcome:
    """How an action goes in an execution; an approval waits under a token."""

    status: str
    changed: float
    summary: str = ""
    token: str | None = None
    id: str = field(default_factory=lambda: str(uuid4()))


def steps(declaration: Mapping[str, Any]) -> tuple[Step, ...]:
    """Return the steps of a pipeline, in their order."""

    def order(action: Action) -> int:
        return int(action["runOrder"])

    return tuple(
        Step(stage["name"], tuple(group))
        for stage in declaration["stages"]
        for _, group in groupby(sorted(stage["actions"], key=order), key=order)
    )


@dataclass(slots=True)
class Execution:
    """One run of a pipeline; `outcomes` by stage and action, `at` is the step that is next."""

    steps: tuple[Step, ...]
    version: int
    trigger: str
    started: float
    updated: float
    status: str = "InProgress"
    reason: str = ""
    at: int = 0
    outcomes: dict[tuple[str, str], Outcome] = field(default_factory=dict)
    id: str = field(default_factory=lambda: str(uuid4()))

    def move(self, now: float, closed: Mapping[str, Any], fault: Fault) -> None:
        """End the actions that run and begin the next, unless their stage is closed."""
        if self.status in ENDED:
            return
        if running := tuple(self._of(self.steps[self.at], "InProgress")):
            self._end(running, now, fault)
        if self.status == "Stopping" and not self._waiting():
            self._become("Stopped", now)
        elif self.status == "InProgress" and not self._waiting():
            self._begin(now, closed)

    def begin(self, now: float) -> None:
        """Begin the actions of the step that is next."""
        step = self.steps[self.at]
        for action in step.actions:
            known = self.outcomes.get((step.stage, action["name"]))
            if known is None or known.status != "Succeeded":
                token = str(uuid4()) if _approval(action) else None
                outcome = Outcome("InProgress", now, token=token)
                self.outcomes[step.stage, action["name"]] = outcome
        self.updated = now

    def stop(self, now: float, reason: str, *, abandon: bool) -> None:
        """Stop once the actions that run have ended, or at once."""
        self.reason = reason
        if abandon:
            self._leave("Abandoned", now)
        self._become("Stopped" if abandon else "Stopping", now)

    def break_off(self, now: float) -> None:
        """Complete what runs, then fail, as an execution does whose pipeline was updated.

        https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-edit.html
        """
        if self.status not in ENDED:
            self._leave("Succeeded", now)
            self._become("Failed", now)

    def retry(self, now: float, stage: str, *, whole: bool) -> None:
        """Begin the actions of a stage again: the failed ones, or all."""
        for (name, _), outcome in self.outcomes.items():
            if name == stage and whole:
                outcome.status = "Abandoned"
        unfinished = (
            number
            for number, step in enumerate(self.steps)
            if step.stage == stage and set(self._statuses(step)) != {"Succeeded"}
        )
        self.at = next(unfinished)
        self._become("InProgress", now)
        self.begin(now)

    def stage_status(self, stage: str) -> str | None:
        """Return how a stage goes in this execution, None where it was not entered."""
        own = [step for step in self.steps if step.stage == stage]
        found = {status for step in own for status in self._statuses(step)}
        if not found - {"Absent"}:
            return None
        if self.status == "Failed" and stage == self.steps[self.at].stage:
            return "Failed"
        if found == {"Succeeded"}:
            return "Succeeded"
        return self.status if self.status in ENDED | {"Stopping"} else "InProgress"

    def _begin(self, now: float, closed: Mapping[str, Any]) -> None:
        step = self.steps[self.at]
        if "Failed" in self._statuses(step):
            self._become("Failed", now)
        elif set(self._statuses(step)) == {"Succeeded"} and self.at + 1 == len(self.steps):
            self._become("Succeeded", now)
        else:
            following = self.steps[self.at + 1]
            if following.stage == step.stage or following.stage not in closed:
                self.at += 1
                self.begin(now)

    def _end(self, running: tuple[Action, ...], now: float, fault: Fault) -> None:
        for action in running:
            if not _approval(action):
                outcome = self.outcomes[self.steps[self.at].stage, action["name"]]
                problem = fault(action)
                outcome.status = "Failed" if problem else "Succeeded"
                outcome.summary, outcome.changed = problem or "", now
        self.updated = now

    def _leave(self, status: str, now: float) -> None:
        for outcome in self.outcomes.values():
            if outcome.status == "InProgress":
                outcome.status, outcome.changed, outcome.token = status, now, None

    def _waiting(self) -> bool:
        return any(self._of(self.steps[self.at], "InProgress"))

    def _of(self, step: Step, status: str) -> Iterator[Action]:
        for action, found in zip(step.actions, self._statuses(step), strict=True):
            if found == status:
                yield action

    def _statuses(self, step: Step) -> tuple[str, ...]:
        known = (self.outcomes.get((step.stage, action["name"])) for action in step.actions)
        return tuple(outcome.status if outcome else "Absent" for outcome in known)

    def _become(self, status: str, now: float) -> None:
        self.status, self.updated = status, now


def _approval(action: Action) -> bool:
    return bool(action["actionTypeId"]["category"] == "Approval")
