"""The exception tree, one exit code per class, and the table of exit codes.

PipelinegenError
├── UsageError        2   a flag, branch or file that cannot be used
├── EnvironmentFault  3   credentials, Region, network
│   └── Denied        3   one call to AWS that the caller has no right to
├── StackFailed       4   a stack operation failed, rolled back or cannot be begun
│   └── Rejected      4   AWS refused a call for what it asks
├── NotConfirmed      5   a question that could not be asked, or was answered with no
├── Interrupted     130   the user stopped us; what had begun may go on in AWS
└── InternalError    70   our bug
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The stable interface to shells and CI."""

    DONE = 0
    FINDINGS = 1
    USAGE = 2
    ENVIRONMENT = 3
    STACK_FAILED = 4
    NOT_CONFIRMED = 5
    PARTIAL = 6
    INTERNAL = 70
    INTERRUPTED = 130


class PipelinegenError(Exception):
    """An expected failure: its text is one sentence for the user, its class the exit code."""

    exit_code = ExitCode.INTERNAL

    def __init__(self, message: str, *, rule: str | None = None) -> None:
        """`rule` names the documented rule that the failure belongs to, where there is one."""
        super().__init__(message)
        self.rule = rule


class UsageError(PipelinegenError):
    """The command cannot be carried out as it was given."""

    exit_code = ExitCode.USAGE


class EnvironmentFault(PipelinegenError):
    """Something around the tool is missing."""

    exit_code = ExitCode.ENVIRONMENT


class Denied(EnvironmentFault):
    """AWS does not let the caller make one call; `action` is the IAM action it takes."""

    def __init__(self, message: str, *, action: str) -> None:
        """`action` is spelled as in a policy: cloudformation:DescribeEvents."""
        super().__init__(message)
        self.action = action


class StackFailed(PipelinegenError):
    """A stack operation failed or rolled back, or the state of the stack does not allow it."""

    exit_code = ExitCode.STACK_FAILED


class Rejected(StackFailed):
    """AWS understood a call and refused it; sending it again would change nothing.

    `code` is AWS's: ValidationError, LimitExceededException.
    """

    def __init__(self, message: str, *, code: str) -> None:
        """`message` is AWS's own."""
        super().__init__(message)
        self.code = code


class NotConfirmed(PipelinegenError):
    """Nothing was done, since nobody said yes."""

    exit_code = ExitCode.NOT_CONFIRMED


class Interrupted(PipelinegenError):
    """The user pressed Ctrl-C; the text says what became of what had begun."""

    exit_code = ExitCode.INTERRUPTED


class InternalError(PipelinegenError):
    """A promise between our own modules was broken."""

    exit_code = ExitCode.INTERNAL
