"""The exception tree, one exit code per class, and the table of exit codes.

PipelinegenError
├── UsageError        2   a flag, branch or file that cannot be used
├── EnvironmentFault  3   credentials, Region, network
├── NotConfirmed      5   a question that could not be asked, or was answered with no
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


class NotConfirmed(PipelinegenError):
    """Nothing was done, since nobody said yes."""

    exit_code = ExitCode.NOT_CONFIRMED


class InternalError(PipelinegenError):
    """A promise between our own modules was broken."""

    exit_code = ExitCode.INTERNAL
