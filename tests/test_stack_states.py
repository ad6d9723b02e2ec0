"""Every state that CloudFormation has is one that `deploy` knows what to do with."""

from __future__ import annotations

import botocore.session
import pytest

from pipelinegen.stack_states import STEPS, Step, step_for, under_way

STATUSES = (
    botocore.session.get_session().get_service_model("cloudformation").shape_for("StackStatus").enum
)


def test_table_is_complete() -> None:
    """The table has the states of AWS's own model, and no others."""
    assert set(STEPS) == set(STATUSES)
    assert len(STEPS) == 23


@pytest.mark.parametrize("status", STATUSES)
def test_every_state_at_work_is_waited_for(status: str) -> None:
    """What AWS is at work on is waited for, and nothing else is."""
    assert under_way(status) == (step_for(status) in (Step.WAIT, Step.WAIT_GONE))


def test_unknown_states() -> None:
    """A stack that is not there is created; a state that AWS adds one day is left to people."""
    assert step_for(None) is Step.CREATE
    assert step_for("SOMETHING_NEW") is Step.HELP
