"""The first execution of a new pipeline, which may come before its role is known everywhere."""

from __future__ import annotations

import re

from pipelinegen.diagnostics import Severity
from pipelinegen.errors import NotConfirmed, PipelinegenError
from pipelinegen.life_cycle.run import Run
from pipelinegen.life_cycle.waiting import Waiting
from pipelinegen.records import StackRecord, StageState

SECONDS = 120.0
"""How long a new role may take to be known everywhere.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html
"""

_NOT_YET_ALLOWED = re.compile(r"access.?denied|not authorized|insufficient permissions", re.I)


def watch_first_run(run: Run, stack: StackRecord) -> None:
    """Offer one retry when the first stage of a new pipeline fails for want of rights.

    Nothing here decides how the deployment ended.
    """
    name = stack.outputs.get("PipelineName")
    try:
        stage = _first_stage(run, name) if name else None
        if name and stage and stage.status == "Failed" and _too_early(stage):
            run.questions.confirm("The first run came before its role was known. Retry it?")
            run.connection.pipelines.retry(name, stage.name, stage.execution_id)
            run.say("the first run goes on")
    except NotConfirmed:
        message = "the first run failed for want of rights that are new; start it again"
        run.say(message, Severity.WARNING)
    except PipelinegenError as fault:
        run.say(f"the first run was not watched: {fault}", Severity.WARNING)


def _first_stage(run: Run, name: str) -> StageState | None:
    clock = run.connection.clock
    until = clock.now() + SECONDS
    waiting = Waiting(clock, run.connection.run)
    while True:
        stages = run.connection.pipelines.stages(name)
        if stages and stages[0].status not in ("", "InProgress"):
            return stages[0]
        if clock.now() >= until:
            return None
        waiting.pause(moved=True)


def _too_early(stage: StageState) -> bool:
    return any(_NOT_YET_ALLOWED.search(action.summary) for action in stage.actions)
