"""Values of progress that the tests of its displays share, and what they are written to."""

from __future__ import annotations

import io

from pipelinegen.diagnostics import Pointer
from pipelinegen.document import Document, read
from pipelinegen.progress import Cause, Ended, Following, Happened, Proposed, Started
from pipelinegen.records import ChangeSet, Identity, ResourceChange, StackEvent

SPEC = b"""\
pipeline: shop
role-arn: arn:aws:iam::111111111111:role/shared/pipeline
"""
STACK = "shop-main-pipeline"
STACK_ID = "arn:aws:cloudformation:eu-west-1:111111111111:stack/shop-main-pipeline/1"
IDENTITY = Identity("111111111111", "eu-west-1", "arn:aws:sts::111111111111:assumed-role/dev/ann")
EVENT_TIME = 1795385405.0
"""2026-11-22T22:10:05Z."""
HOSTILE = "a\x1b[31m\n\u202eb\x07"
VISIBLE = r"a\x1b[31m\n\u202eb\x07"


class Time:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def now(self) -> float:
        """Return the seconds since an arbitrary start."""
        return self.seconds

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.seconds += seconds


class Terminal(io.TextIOWrapper):
    """A terminal whose bytes can be read."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8")

    def isatty(self) -> bool:
        """Say that it is one."""
        return True

    @property
    def written(self) -> str:
        """What was written so far."""
        self.flush()
        content: bytes = self.buffer.getvalue()  # type: ignore[attr-defined]
        return content.decode()


def document(content: bytes = SPEC) -> Document:
    """Return a spec as it was written."""
    return read("pipelinegen.yaml", content)[0]


def locate(logical_id: str) -> Pointer | None:
    """Only the pipeline has a place."""
    return ("role-arn",) if logical_id == "Pipeline" else None


def event(
    logical_id: str,
    status: str,
    *,
    reason: str = "",
    kind: str = "AWS::CodeBuild::Project",
) -> StackEvent:
    """Return an event of a resource, or of the stack itself."""
    return StackEvent(
        id=f"{logical_id}-{status}",
        time=EVENT_TIME,
        stack_id=STACK_ID,
        logical_id=logical_id,
        type=kind,
        status=status,
        physical_id=STACK_ID if logical_id == STACK else f"physical-{logical_id}",
        reason=reason,
    )


def happened(logical_id: str, status: str, elapsed: float = 0.0, reason: str = "") -> Happened:
    """Return a report of an event."""
    return Happened(STACK, event(logical_id, status, reason=reason), elapsed)


def proposed(*changes: ResourceChange, tool_upgrade: bool = False, kept: bool = False) -> Proposed:
    """Return a change set of a new stack."""
    found = ChangeSet("pg-1", "arn:pg-1", STACK_ID, "CREATE_COMPLETE", "AVAILABLE", changes=changes)
    return Proposed(STACK, found, creates=not tool_upgrade, tool_upgrade=tool_upgrade, kept=kept)


STARTED = Started("deploy", STACK, "main", IDENTITY)
FOLLOWING = Following(
    STACK,
    "UPDATE_IN_PROGRESS",
    {
        "PipelineRole": (),
        "BuildBuildProject": ("PipelineRole",),
        "Pipeline": ("BuildBuildProject", "PipelineRole"),
    },
)
DONE = Ended(
    STACK,
    "UPDATE_COMPLETE",
    0,
    elapsed=48,
    outputs={"PipelineName": "shop-main"},
    url="https://eu-west-1.console.aws.amazon.com/codesuite/codepipeline/pipelines/shop-main/view",
    remarks=("'Old' could not be deleted",),
    next_command="pipelinegen status -b main",
)
FAILED = Ended(
    STACK,
    "UPDATE_ROLLBACK_COMPLETE",
    4,
    elapsed=161,
    cause=Cause(
        event(
            "Pipeline",
            "UPDATE_FAILED",
            kind="AWS::CodePipeline::Pipeline",
            reason="CodePipeline is not authorized to perform AssumeRole on role x",
        ),
        pointer=("role-arn",),
        hint="the role's trust must name codepipeline.amazonaws.com; a role made minutes ago may "
        "only need a retry",
    ),
    remarks=("the update was rolled back; the previous pipeline is in place",),
    next_command="pipelinegen deploy -b main",
)
