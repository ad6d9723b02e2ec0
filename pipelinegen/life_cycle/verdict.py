"""How a stack operation ended, in words: what state things are in, why, and what to run next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote

from pipelinegen.errors import ExitCode
from pipelinegen.life_cycle.run import Run
from pipelinegen.progress import Ended
from pipelinegen.records import Identity, StackEvent, StackRecord

_CONSOLES = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}
"""https://docs.aws.amazon.com/general/latest/gr/rande.html and the guides of the partitions."""

_REMARKS = {
    "UPDATE_ROLLBACK_COMPLETE": "the update was rolled back; the previous pipeline is in place",
    "ROLLBACK_COMPLETE": "the create was rolled back; nothing of it is left but the stack's name",
    "DELETE_COMPLETE": "the stack could not be created and was deleted again; nothing is left",
    "CREATE_FAILED": "what was created before the failure is kept, as --no-rollback asks",
    "UPDATE_FAILED": "what was updated before the failure is kept, as --no-rollback asks",
    "UPDATE_ROLLBACK_FAILED": "the way back failed, too; some resources are neither old nor new",
    "DELETE_FAILED": "the stack could not be created, and not all of it could be deleted again",
    "ROLLBACK_FAILED": "the create failed, and some of its resources could not be deleted",
}


def succeeded(
    run: Run, stack: StackRecord, *, status: str, elapsed: float, remarks: Iterable[str] = ()
) -> Ended:
    """Return the good end of a deployment."""
    return Ended(
        stack.name,
        status,
        ExitCode.DONE,
        elapsed=elapsed,
        outputs=stack.outputs,
        url=console_url(run.connection.identity, stack.outputs),
        remarks=tuple(remarks),
        next_command=run.command("status"),
    )


def failed(run: Run, stack: StackRecord, events: Iterable[StackEvent], *, elapsed: float) -> Ended:
    """Return the bad end of a deployment, with its cause and the way out of `stack.status`."""
    flags = ("--recover",) if stack.status.startswith(("UPDATE_ROLLBACK_F", "UPDATE_F")) else ()
    stuck = stack.status in ("ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED")
    name = "destroy" if stuck else "deploy"
    remark = _REMARKS.get(stack.status)
    return Ended(
        stack.name,
        stack.status,
        ExitCode.STACK_FAILED,
        message=stack.reason,
        elapsed=elapsed,
        cause=run.cause(events),
        remarks=(remark,) if remark else (),
        next_command=run.command(name, *flags),
    )


def leftovers(events: Iterable[StackEvent]) -> tuple[str, ...]:
    """Return what a successful operation could not delete and went past."""
    left = {
        event.logical_id: f"'{event.logical_id}' ({event.physical_id}) could not be deleted and "
        f"is no longer part of the stack: {event.reason}"
        for event in events
        if event.status == "DELETE_FAILED"
    }
    return tuple(left.values())


def console_url(identity: Identity, outputs: Mapping[str, str]) -> str:
    """Return where a browser shows the pipeline, empty where that is not known."""
    host, name = _CONSOLES.get(identity.partition), outputs.get("PipelineName")
    if host is None or name is None:
        return ""
    region = identity.region
    path = f"codesuite/codepipeline/pipelines/{quote(name, safe='')}/view"
    return f"https://{region}.{host}/{path}?region={region}"
