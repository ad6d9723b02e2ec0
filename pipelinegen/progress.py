"""What happens during an operation, as values: the one stream that text, tree and JSON show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pipelinegen.diagnostics import Pointer, Severity
from pipelinegen.records import ChangeSet, Identity, StackEvent


@dataclass(frozen=True, slots=True)
class Started:
    """A command is about to work on a stack; said before the first write."""

    command: str
    stack: str
    branch: str
    identity: Identity


@dataclass(frozen=True, slots=True)
class Proposed:
    """A change set is ready; `kept` tells that it stays for a later `--change-set`."""

    stack: str
    change_set: ChangeSet
    creates: bool
    tool_upgrade: bool = False
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A person is asked something."""

    stack: str
    question: str


@dataclass(frozen=True, slots=True)
class Following:
    """A stack operation is under way; `waits_for` maps each resource it touches to those before it.

    It may come again for one stack: the next operation begins.
    """

    stack: str
    status: str
    waits_for: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of a stack; `elapsed` are the seconds since its resource began."""

    stack: str
    event: StackEvent
    elapsed: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing new for a while; `elapsed` are the seconds since the operation began."""

    stack: str
    status: str
    elapsed: float


@dataclass(frozen=True, slots=True)
class Said:
    """Something the user should know: a warning, a step that was taken."""

    stack: str
    message: str
    severity: Severity = Severity.NOTE


@dataclass(frozen=True, slots=True)
class Cause:
    """Why an operation failed: the first failure that is no consequence of another.

    `pointer` is the place in the spec that made the resource, None where it is not known; `path` is
    AWS's property path within the resource.
    """

    event: StackEvent
    pointer: Pointer | None = None
    path: str | None = None
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """How it ended: exactly one for each stack of a command.

    `status` is the stack's last status, or words such as `no changes`.
    `remarks` say what state things are in; `next_command` is the one command to run now.
    """

    stack: str
    status: str
    exit_code: int
    message: str = ""
    elapsed: float = 0.0
    outputs: Mapping[str, str] = field(default_factory=dict)
    url: str = ""
    cause: Cause | None = None
    remarks: tuple[str, ...] = ()
    next_command: str = ""


Progress = Started | Proposed | Asked | Following | Happened | Waiting | Said | Ended
Report = Callable[[Progress], None]
