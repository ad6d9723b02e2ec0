"""The stacks of a pipeline follow its branches: planned, shown, agreed to once, carried out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Event

from pipelinegen.branches import rule_for
from pipelinegen.defaults import OPERATION_MINUTES
from pipelinegen.deployment import branch_hash, deployment
from pipelinegen.errors import Denied, ExitCode, Interrupted, PipelinegenError
from pipelinegen.life_cycle import removal, run
from pipelinegen.life_cycle.deploy import deploy
from pipelinegen.life_cycle.destroy import destroy
from pipelinegen.life_cycle.overview import Say
from pipelinegen.life_cycle.side_by_side import StoppableClock, side_by_side
from pipelinegen.life_cycle.slots import Slots
from pipelinegen.life_cycle.sync_guards import held_back, without_mass_deletion
from pipelinegen.life_cycle.sync_plan import (
    Plan,
    Step,
    Verb,
    Wishes,
    plan,
)
from pipelinegen.life_cycle.sync_survey import Subject, note_path, notes, survey, what_forbids
from pipelinegen.progress import Ended, Report
from pipelinegen.records import Heads
from pipelinegen.services import Connection, Questions

_ORDER = (
    ExitCode.INTERNAL,
    ExitCode.ENVIRONMENT,
    ExitCode.USAGE,
    ExitCode.STACK_FAILED,
    ExitCode.PARTIAL,
    ExitCode.NOT_CONFIRMED,
    ExitCode.FINDINGS,
    ExitCode.DONE,
)
"""The worst first."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a plan is carried out; `noted` is the text of the time at which it was made."""

    noted: str
    keep_going: bool = True
    minutes: float = OPERATION_MINUTES


@dataclass(frozen=True, slots=True)
class Agreed:
    """The questions of a sync were answered once, for all its stacks."""

    def confirm(self, question: str) -> None:
        """Go on."""

    def confirm_by_name(self, question: str, name: str) -> None:
        """Go on."""


@dataclass(frozen=True, slots=True)
class Sync:
    """One run: of what, through whom; `say` is talk about the run as a whole."""

    subject: Subject
    connection: Connection
    report: Report
    say: Say

    def plan(self, heads: Heads, wishes: Wishes) -> Plan:
        """Return what is to be done, with all that is held back; nothing is written."""
        spec = self.subject.spec
        found = survey(self.subject, self.connection)
        known = self._notes(wishes)
        made = plan(spec.name, spec.branch_rules, heads, found.ours, notes=known, wishes=wishes)
        reasons = what_forbids(made, found, spec.name, self.connection)
        # What is busy today counts as well: many that want to go are a mistake all the same.
        return held_back(without_mass_deletion(made, wishes), reasons)

    def carry_out(
        self, planned: Plan, questions: Questions, slots: Slots, options: Options
    ) -> dict[Step, Ended]:
        """Ask once, then do what was planned; return how each step ended that was begun.

        Raises NotConfirmed before anything was written.
        """
        if planned.due or planned.noted:
            questions.confirm(self._question(planned))
        path = note_path(self.subject.spec.name)
        for name in planned.noted:
            self.connection.stores.put_parameter(f"{path}/{name}", options.noted)
        for name in planned.forgotten:
            self.connection.stores.delete_parameter(f"{path}/{name}")
        stop = Event()
        clock = StoppableClock(self.connection.clock, stop)
        inner = replace(self, connection=replace(self.connection, clock=clock))

        def go_on(ended: Ended) -> bool:
            good = ended.exit_code == ExitCode.DONE
            return good or (options.keep_going and ended.exit_code not in _HOPELESS)

        def act(step: Step) -> Ended:
            return inner.one(step, options)

        return side_by_side(planned.due, act, slots, stop, go_on=go_on)

    def one(self, step: Step, options: Options) -> Ended:
        """Carry out one step, and report how it ended, whatever stops it."""
        try:
            ended = (
                self._delete(step, options)
                if step.verb is Verb.DELETE
                else (self._deploy(step, options))
            )
        except PipelinegenError as fault:
            word = "interrupted" if isinstance(fault, Interrupted) else "not done"
            ended = Ended(step.stack, word, fault.exit_code, message=str(fault))
        except KeyboardInterrupt:
            message = "what was begun goes on in AWS; go on with: pipelinegen sync"
            ended = Ended(step.stack, "interrupted", ExitCode.INTERRUPTED, message=message)
        self.report(ended)
        return ended

    def _deploy(self, step: Step, options: Options) -> Ended:
        spec, template = self.subject.spec, self.subject.template
        role_arn = self.subject.role_arn
        return deploy(
            deployment(spec, template, step.branch, values={}, role_arn=role_arn),
            self.connection,
            Agreed(),
            self.report,
            run.Options(minutes=options.minutes),
            spec=spec,
            locate=template.origins.get,
        )

    def _delete(self, step: Step, options: Options) -> Ended:
        spec = self.subject.spec
        rule = rule_for(spec.branch_rules, step.branch)
        if rule is not None and rule.is_shared:
            rule = None  # it would lead to the stack that serves the other branches
        ended = destroy(
            removal.Target(spec.name, step.branch, rule, self.subject.role_arn),
            self.connection,
            Agreed(),
            self.report,
            removal.Options(yes=True, attended=False, empty_buckets=True, minutes=options.minutes),
            locate=self.subject.template.origins.get,
        )
        if ended.exit_code == ExitCode.DONE:
            name = f"{note_path(spec.name)}/{branch_hash(step.branch)}"
            self.connection.stores.delete_parameter(name)
        return ended

    def _notes(self, wishes: Wishes) -> Mapping[str, str]:
        """Return the notes; who deletes nothing may do without the right to read them."""
        try:
            return notes(self.subject.spec.name, self.connection)
        except Denied as fault:
            if wishes.prune:
                raise
            self.say(f"notes of branches that are gone stay hidden: {fault.action} is not allowed")
            return {}

    def _question(self, planned: Plan) -> str:
        counts = [f"{verb.value} {len(planned.of(verb))}" for verb in _CHANGES]
        noted = f", note {len(planned.noted)} as gone" if planned.noted else ""
        identity = self.connection.identity
        where = f"account {identity.account}, {identity.region}"
        return f"Sync '{self.subject.spec.name}' in {where}: {', '.join(counts)}{noted}?"


_CHANGES = (Verb.CREATE, Verb.UPDATE, Verb.DELETE)
_HOPELESS = (ExitCode.ENVIRONMENT, ExitCode.INTERRUPTED)
"""What would stop every other step as well."""


def exit_code(planned: Plan, ended: Mapping[Step, Ended]) -> ExitCode:
    """Return the code of a whole run: the worst, or that it was done in part."""
    codes = {ExitCode(one.exit_code) for one in ended.values()}
    begun = all(step in ended for step in planned.due)
    if ExitCode.INTERRUPTED in codes or not (begun or codes - {ExitCode.DONE}):
        return ExitCode.INTERRUPTED  # what ran may have ended well before it learned of Ctrl-C
    if any(not step.expected for step in planned.of(Verb.HELD_BACK)):
        codes.add(ExitCode.NOT_CONFIRMED)
    worst = min(codes, key=_ORDER.index, default=ExitCode.DONE)
    in_part = ExitCode.DONE in codes and worst not in (ExitCode.INTERNAL, ExitCode.ENVIRONMENT)
    return ExitCode.PARTIAL if in_part and len(codes) > 1 else worst
