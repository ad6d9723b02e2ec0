"""One run of `deploy`: what is wanted, through whom, how, and until when."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from pipelinegen.defaults import OPERATION_MINUTES
from pipelinegen.deployment import Deployment
from pipelinegen.diagnostics import Pointer, Severity
from pipelinegen.life_cycle.root_cause import cause
from pipelinegen.model import Spec
from pipelinegen.progress import Cause, Report, Said
from pipelinegen.records import StackEvent
from pipelinegen.services import Connection, Questions
from pipelinegen.specialise import specialise

_DIRECT = {
    "status": "describe-stacks",
    "destroy": "delete-stack",
    "--cancel": "cancel-update-stack",
    "--recover": "continue-update-rollback",
}
"""What `bootstrap` leaves to the AWS CLI, by the command or flag that branches have for it."""


@dataclass(frozen=True, slots=True)
class Options:
    """The flags of `deploy`; `change_set` names a saved one.

    `again` is what commands that are recommended repeat of this one.
    """

    execute: bool = True
    change_set: str | None = None
    detach: bool = False
    rollback: bool = True
    recover: bool = False
    cancel: bool = False
    allow_downgrade: bool = False
    minutes: float = OPERATION_MINUTES
    again: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """What every step of a deployment needs; `locate` leads from a logical id to `spec`."""

    wanted: Deployment
    connection: Connection
    questions: Questions
    report: Report
    options: Options
    spec: Spec
    locate: Callable[[str], Pointer | None]

    def deadline(self) -> float:
        """Return when a stack operation that begins now has taken too long."""
        return self.connection.clock.now() + self.options.minutes * 60

    @property
    def template(self) -> dict[str, Any]:
        """The wanted template as it is for this branch alone."""
        body = {**self.wanted.body}
        return dict(specialise(body, self.wanted.parameters, drop_unused=True))

    def cause(self, events: Iterable[StackEvent]) -> Cause | None:
        """Return why something failed, as far as the spec, at its place in it."""
        return cause(
            events,
            locate=self.locate,
            spec=self.spec,
            template=self.template,
            rule=self.wanted.rule,
        )

    def say(self, message: str, severity: Severity = Severity.NOTE) -> None:
        """Tell the user a step that was taken, or a warning."""
        self.report(Said(self.wanted.stack, message, severity))

    def token(self, *parts: str) -> str:
        """Return a token for one call of this run."""
        return token(self.wanted.stack, self.wanted.fingerprint, self.connection.run, *parts)

    def command(self, name: str, *flags: str) -> str:
        """Return the command line by which the user goes on with this branch."""
        if self.wanted.command:
            return self._without_branch(name, *flags)
        more = self._given() if name == "deploy" else ()
        return command(name, self.wanted.branch, *flags, *more, again=self.options.again)

    def _given(self) -> Iterator[str]:
        """Yield the flags by which another deployment wants the same; secrets are left out."""
        if self.wanted.role_arn:
            yield from ("--role-arn", self.wanted.role_arn)
        for name, value in self.wanted.values.items():
            if not self.wanted.body["Parameters"][name].get("NoEcho"):
                yield from ("--parameter", f"{name}={value}")

    def _without_branch(self, name: str, *flags: str) -> str:
        """Return the command for a stack of bootstrap; beyond deploying it, AWS has its own."""
        direct = next((_DIRECT[word] for word in (name, *flags) if word in _DIRECT), None)
        if direct is None:
            return shlex.join(["pipelinegen", *self.wanted.command, *flags])
        region = self.connection.identity.region
        where = ["--stack-name", self.wanted.stack, "--region", region]
        return shlex.join(["aws", "cloudformation", direct, *where])


def token(*parts: str) -> str:
    """Return a token that is the same for all repetitions of the call that `parts` tell apart.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ExecuteChangeSet.html
    """
    return f"pg-{sha256(' '.join(parts).encode()).hexdigest()[:32]}"


def list_command(again: Sequence[str]) -> str:
    """Return the command line that lists the stacks of the spec."""
    return shlex.join(["pipelinegen", "list", *again])


def command(name: str, branch: str, *flags: str, again: Sequence[str] = ()) -> str:
    """Return a command line for one branch, quoted for a shell.

    `again` are the spec and the flags that this run was given and the next one needs, too.
    """
    return shlex.join(["pipelinegen", name, *again, "-b", branch, *flags])
