"""A pipeline that is about to go starts nothing more, and what runs comes to its end."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from pipelinegen.errors import StackFailed
from pipelinegen.life_cycle.follow import HEARTBEAT
from pipelinegen.life_cycle.removal import Removal
from pipelinegen.life_cycle.waiting import Waiting
from pipelinegen.progress import Waiting as StillWaiting
from pipelinegen.records import Execution

_MOST = 100
_REASON = "pipelinegen destroy"
_STOPPABLE = "InProgress"
_RUNNING = (_STOPPABLE, "Stopping")
"""https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PipelineExecutionSummary.html"""


def running(removal: Removal, pipeline: str) -> tuple[Execution, ...]:
    """Return the executions that have not ended."""
    found = removal.connection.pipelines.executions(pipeline, most=_MOST)
    return tuple(one for one in found if one.status in _RUNNING)


def refuse_approvals(removal: Removal, pipeline: str) -> None:
    """Raise StackFailed while an approval waits: stopping waits for it, and it for a person.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-stop.html
    """
    for stage in removal.connection.pipelines.stages(pipeline):
        for action in stage.actions:
            if action.token is not None and action.status == _STOPPABLE:
                raise StackFailed(
                    f"an approval waits in '{stage.name}/{action.name}' of pipeline '{pipeline}'; "
                    "answer it, or abandon its execution with: "
                    f"{_abandon(removal, pipeline, stage.execution_id)}"
                )


def quiet(removal: Removal, pipeline: str | None, event_rules: Iterable[str]) -> None:
    """Keep new executions out and stop those that run.

    Raises StackFailed when one has not ended in time, or an approval keeps it.
    """
    pipelines = removal.connection.pipelines
    for rule in event_rules:
        pipelines.disable_event_rule(rule)
    stages = pipelines.stages(pipeline) if pipeline is not None else ()
    if pipeline is None or not stages:
        return
    pipelines.close(pipeline, stages[1].name, reason=_REASON)
    _stop(removal, pipeline)


def _stop(removal: Removal, pipeline: str) -> None:
    clock = removal.connection.clock
    waiting = Waiting(clock, removal.connection.run)
    start = heard = clock.now()
    until = removal.deadline()
    stopped: set[str] = set()
    while live := running(removal, pipeline):
        refuse_approvals(removal, pipeline)
        for execution in live:
            if execution.status == _STOPPABLE and execution.id not in stopped:
                removal.connection.pipelines.stop(pipeline, execution.id, reason=_REASON)
                stopped.add(execution.id)
        time = clock.now()
        if time >= until:
            raise StackFailed(
                f"execution {live[0].id} of pipeline '{pipeline}' has not ended yet; wait for it "
                f"and go on with: {removal.command()}, or abandon it with: "
                f"{_abandon(removal, pipeline, live[0].id)}"
            )
        if time - heard >= HEARTBEAT:
            removal.report(StillWaiting(removal.target.stack, live[0].status, time - start))
            heard = time
        waiting.pause(moved=False)


def _abandon(removal: Removal, pipeline: str, execution: str) -> str:
    return shlex.join(
        [
            *("aws", "codepipeline", "stop-pipeline-execution", "--abandon"),
            *("--pipeline-name", pipeline, "--pipeline-execution-id", execution),
            *("--region", removal.connection.identity.region),
        ]
    )
