"""How the pipeline of a branch is, as blocks for a reader."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pipelinegen.life_cycle.condition import Condition, Currency, awaits_approval
from pipelinegen.life_cycle.run import command
from pipelinegen.overview_text import table
from pipelinegen.progress_display.covering import without_tokens
from pipelinegen.progress_display.failure import cause_text
from pipelinegen.progress_display.words import utc
from pipelinegen.records import Execution

if TYPE_CHECKING:
    from pipelinegen.document import Document

_WORDS = {
    Currency.CURRENT: "the stack is what the spec says",
    Currency.DIFFERS: "the stack is not what the spec says; see: {diff}",
    Currency.WITHOUT_RULE: "no branch rule takes this branch any more; remove it with: {destroy}",
    Currency.UNKNOWN: "whether the stack is what the spec says cannot be read",
}


def condition_text(
    known: Condition, document: Document, *, again: Sequence[str] = (), color: bool
) -> str:
    """Return the blocks, an empty line between two; the cause of a failure comes last.

    `again` is what commands that are recommended repeat of this one.
    """
    blocks = [table(list(_head(known, again)))]
    if known.stages:
        blocks.append(table(list(_stages(known))))
    if known.executions:
        blocks.append(table([_EXECUTION_HEAD, *map(_execution, known.executions)]))
    if known.cause is not None:
        blocks.append(cause_text(known.cause, document, color=color))
    return "\n".join(blocks)


def _head(known: Condition, again: Sequence[str]) -> Iterator[tuple[str, str]]:
    stack, rule = known.stack, known.rule
    yield "branch", known.branch
    yield "rule", rule.name if rule else "the rule that it was deployed with is gone"
    yield "stack", f"{stack.name}  {stack.status}"
    if stack.reason:
        yield "", without_tokens(stack.reason)
    yield "updated", utc(stack.updated or stack.created)
    yield "protection", "on" if stack.termination_protection else "off"
    commands = {name: command(name, known.branch, again=again) for name in ("diff", "destroy")}
    yield "spec", _WORDS[known.currency].format_map(commands)
    if known.looks_up:
        yield "", "a deployment looks its parameters up again"
    for name, value in sorted(stack.outputs.items()):
        yield "output", f"{name}={value}"
    if known.url:
        yield "console", known.url
    for stage, action in known.approvals:
        yield "approval", f"{stage}/{action} waits for a person"


def _stages(known: Condition) -> Iterator[tuple[str, str, str, str]]:
    for stage in known.stages:
        closed = "" if stage.enabled else "nothing may enter"
        yield f"stage {stage.name}", stage.status or "-", closed, ""
        for action in stage.actions:
            said = (
                "waits for approval" if awaits_approval(action) else without_tokens(action.summary)
            )
            changed = "" if action.changed is None else utc(action.changed)
            yield f"  {action.name}", action.status or "-", said, changed


_EXECUTION_HEAD = ("EXECUTION", "STATUS", "STARTED", "TRIGGER", "REVISIONS")


def _execution(one: Execution) -> tuple[str, ...]:
    started = "-" if one.started is None else utc(one.started)
    return one.id, one.status, started, one.trigger, ", ".join(one.revisions)
