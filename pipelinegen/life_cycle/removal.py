"""One run of `destroy`: what is to go, through whom, how, and until when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from pipelinegen.defaults import OPERATION_MINUTES
from pipelinegen.diagnostics import Pointer, Severity
from pipelinegen.errors import Denied
from pipelinegen.life_cycle.run import command, token
from pipelinegen.model import BranchRule
from pipelinegen.names import branch_slug, stack_name
from pipelinegen.progress import Report, Said
from pipelinegen.services import Connection, Questions

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Target:
    """The stack of one branch; `rule` is None where no branch rule takes the branch any more.

    `role_arn` is the role that CloudFormation deletes the stack with, None for the stack's own.
    """

    pipeline: str
    branch: str
    rule: BranchRule | None
    role_arn: str | None = None

    @property
    def stack(self) -> str:
        """The name of the stack."""
        return stack_name(self.pipeline, branch_slug(self.namesake))

    @property
    def namesake(self) -> str:
        """What the stack is named after: its branch, or the rule whose branches share it."""
        return self.rule.namesake(self.branch) if self.rule else self.branch


@dataclass(frozen=True, slots=True)
class Options:
    """The flags of `destroy`; `attended` tells that somebody is there who can type a name.

    `again` is what commands that are recommended repeat of this one.
    """

    yes: bool = False
    attended: bool = True
    empty_buckets: bool = False
    retain_buckets: bool = False
    keep_logs: bool = False
    minutes: float = OPERATION_MINUTES
    again: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Removal:
    """What every step of a deletion needs; `locate` leads from a logical id to the spec."""

    target: Target
    connection: Connection
    questions: Questions
    report: Report
    options: Options
    locate: Callable[[str], Pointer | None]

    def deadline(self) -> float:
        """Return when what begins now has taken too long."""
        return self.connection.clock.now() + self.options.minutes * 60

    def say(self, message: str, severity: Severity = Severity.NOTE) -> None:
        """Tell the user a step, or a warning."""
        self.report(Said(self.target.stack, message, severity))

    def token(self, *parts: str) -> str:
        """Return a token for one call of this run."""
        return token("destroy", self.connection.run, *parts)

    def command(self, *flags: str) -> str:
        """Return the command line by which the user goes on."""
        return command("destroy", self.target.branch, *flags, again=self.options.again)

    def read(self, question: Callable[[], Answer], *, otherwise: Answer, hidden: str) -> Answer:
        """Return what AWS answers; without the right to ask, `otherwise` and a warning.

        `hidden` says what stays unknown then.
        """
        try:
            return question()
        except Denied as fault:
            self.say(f"{hidden}: {fault.action} is not allowed", Severity.WARNING)
            return otherwise
