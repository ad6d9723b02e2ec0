"""A deployment in a simulated account, as one process of a user carries it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from pipelinegen.compiler import Compilation, compile_spec
from pipelinegen.deployment import Deployment, deployment
from pipelinegen.errors import NotConfirmed, PipelinegenError
from pipelinegen.life_cycle.deploy import deploy
from pipelinegen.life_cycle.run import Options, Run
from pipelinegen.progress import Ended, Happened, Progress, Said
from pipelinegen.records import StackEvent
from tests.simulation.account import Account
from tests.simulation.stack import Stack

SPEC = """
pipeline: shop
branches: [{branch: main, protected: true}, {branch: feature/*}]
sources: [{codecommit: {repository-name: shop}}]
stages:
  - stage: Build
    actions: [{codebuild: {buildspec: ci/build.yml}}]
"""
OLD = SPEC.replace("ci/build.yml", "ci/old.yml")
BRANCH, PROTECTED = "feature/login", "main"
STACKS = {BRANCH: "shop-feature-login-df7c7a-pipeline", PROTECTED: "shop-main-pipeline"}

P = TypeVar("P", bound=Progress)


@dataclass(slots=True)
class Person:
    """Somebody who says yes to everything but the questions that hold a word of `refuses`."""

    refuses: tuple[str, ...] = ()
    asked: list[str] = field(default_factory=list)
    by_name: list[str] = field(default_factory=list)

    def confirm(self, question: str) -> None:
        self.asked.append(question)
        if any(word in question for word in self.refuses):
            raise NotConfirmed("the answer was no; nothing was changed")

    def confirm_by_name(self, question: str, name: str) -> None:
        self.by_name.append(name)
        self.confirm(question)


@dataclass(slots=True)
class Outcome:
    """How a run ended, and all that it said."""

    code: int
    ended: Ended | None
    error: PipelinegenError | None
    person: Person
    progress: list[Progress]

    @property
    def text(self) -> str:
        """The message of the end, or of the error."""
        return str(self.error) if self.ended is None else self.ended.message

    @property
    def end(self) -> Ended:
        assert self.ended is not None, str(self.error)
        return self.ended

    @property
    def said(self) -> list[str]:
        return [one.message for one in self.of(Said)]

    @property
    def events(self) -> list[StackEvent]:
        return [one.event for one in self.of(Happened)]

    def of(self, kind: type[P]) -> list[P]:
        """Return what was reported of one kind."""
        return [one for one in self.progress if isinstance(one, kind)]


@cache
def compiled(spec: str = SPEC) -> Compilation:
    return compile_spec("pipelinegen.yaml", spec.encode())


def wanted(
    branch: str = BRANCH, spec: str = SPEC, *, role_arn: str | None = None, **values: str
) -> Deployment:
    """Return what a stack should be."""
    found = compiled(spec)
    assert found.spec is not None
    assert found.template is not None, [str(one) for one in found.diagnostics]
    return deployment(found.spec, found.template, branch, values=values, role_arn=role_arn)


def run(
    account: Account,
    what: Deployment | None = None,
    *,
    spec: str = SPEC,
    person: Person | None = None,
    number: str = "0001",
    stores: Any = None,
    progress: list[Progress] | None = None,
    **options: Any,
) -> Outcome:
    """Deploy once; `number` is the random part of the run."""
    found = compiled(spec)
    assert found.spec is not None
    assert found.template is not None
    person = person or Person()
    heard: list[Progress] = [] if progress is None else progress
    try:
        ended = deploy(
            what or wanted(spec=spec),
            account.connection(number, stores=stores),
            person,
            heard.append,
            Options(**options),
            spec=found.spec,
            locate=found.template.origins.get,
        )
    except PipelinegenError as fault:
        return Outcome(int(fault.exit_code), None, fault, person, heard)
    return Outcome(int(ended.exit_code), ended, None, person, heard)


def as_run(account: Account, report: Callable[[Progress], None], **more: Any) -> Run:
    """Return the run by which the parts of a deployment work."""
    found = compiled()
    assert found.spec is not None
    connection = account.connection(stores=more.get("stores"))
    return Run(
        more.get("wanted", wanted()),
        connection,
        more.get("person", Person()),
        report,
        more.get("options", Options()),
        found.spec,
        lambda _logical_id: None,
    )


def there(account: Account, branch: str = BRANCH) -> Stack | None:
    """Return the stack of a branch as it is now."""
    return account.cloudformation.named(STACKS[branch])


def writes(account: Account) -> list[str]:
    """Return the calls that changed something, in order."""
    reads = ("Describe", "Get", "List")
    return [operation for operation, _ in account.front.calls if not operation.startswith(reads)]


def asked(account: Account, operation: str) -> list[Any]:
    """Return what the calls of an operation asked for."""
    return [arguments for one, arguments in account.front.calls if one == operation]
