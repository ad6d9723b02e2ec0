"""What each state of a stack lets us do, as one table of all states that CloudFormation has.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
"""

from __future__ import annotations

from enum import Enum


class Step(Enum):
    """What `deploy` does next with a stack."""

    CREATE = "a change set that creates it"
    UPDATE = "a change set that updates it"
    WAIT = "wait for what is under way"
    WAIT_GONE = "wait until it is deleted"
    REPLACE = "delete what a failed create left, then create it"
    CHOOSE = "forward with a new change set, or back"
    RECOVER = "only deploy --recover goes on"
    DESTROY = "only destroy goes on"
    HELP = "nothing goes on by itself"


STEPS = {
    "CREATE_COMPLETE": Step.UPDATE,
    "CREATE_FAILED": Step.REPLACE,
    "CREATE_IN_PROGRESS": Step.WAIT,
    "DELETE_COMPLETE": Step.CREATE,
    "DELETE_FAILED": Step.DESTROY,
    "DELETE_IN_PROGRESS": Step.WAIT_GONE,
    "IMPORT_COMPLETE": Step.UPDATE,
    "IMPORT_IN_PROGRESS": Step.WAIT,
    "IMPORT_ROLLBACK_COMPLETE": Step.UPDATE,
    "IMPORT_ROLLBACK_FAILED": Step.HELP,
    "IMPORT_ROLLBACK_IN_PROGRESS": Step.WAIT,
    "REVIEW_IN_PROGRESS": Step.CREATE,
    "ROLLBACK_COMPLETE": Step.REPLACE,
    "ROLLBACK_FAILED": Step.DESTROY,
    "ROLLBACK_IN_PROGRESS": Step.WAIT,
    "UPDATE_COMPLETE": Step.UPDATE,
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": Step.WAIT,
    "UPDATE_FAILED": Step.CHOOSE,
    "UPDATE_IN_PROGRESS": Step.WAIT,
    "UPDATE_ROLLBACK_COMPLETE": Step.UPDATE,
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": Step.WAIT,
    "UPDATE_ROLLBACK_FAILED": Step.RECOVER,
    "UPDATE_ROLLBACK_IN_PROGRESS": Step.WAIT,
}


def step_for(status: str | None) -> Step:
    """Return the step for a stack's status, None for a stack that is not there."""
    return Step.CREATE if status is None else STEPS.get(status, Step.HELP)


def under_way(status: str) -> bool:
    """Tell whether CloudFormation is at work; a stack under review waits for people instead."""
    return status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS"
