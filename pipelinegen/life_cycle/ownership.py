"""Whether a stack is the one that this pipeline made for this branch, and by which version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelinegen import __version__
from pipelinegen.deployment import BRANCH_HASH_TAG, PIPELINE_TAG, branch_hash, recorded
from pipelinegen.diagnostics import Severity
from pipelinegen.errors import Denied, StackFailed
from pipelinegen.life_cycle.run import Run
from pipelinegen.records import StackRecord
from pipelinegen.versions import is_newer


def deployed_template(run: Run, stack: StackRecord) -> Mapping[str, Any]:
    """Return the template that a stack has, empty where it has none or we may not read it."""
    if stack.status == "REVIEW_IN_PROGRESS":
        return {}
    try:
        return run.connection.stacks.template(stack.id) or {}
    except Denied as fault:
        message = f"whether the stack is ours shows by its tags alone: {fault.action} is denied"
        run.say(message, Severity.WARNING)
        return {}


def refuse_foreign(
    stack: StackRecord, template: Mapping[str, Any] | None, *, pipeline: str, branch: str
) -> None:
    """Raise StackFailed unless the stack belongs to this pipeline and branch.

    `branch` is what the stack is named after; where branches share it, the id of their rule.
    A stack without our tags is ours if the AWS CLI deployed our template for this branch; one that
    waits for its first change set has neither and belongs to whoever fills it.
    """
    wanted = {PIPELINE_TAG: pipeline, BRANCH_HASH_TAG: branch_hash(branch)}
    tags = {name: stack.tags[name] for name in wanted if name in stack.tags}
    if tags == wanted or (not tags and stack.status == "REVIEW_IN_PROGRESS"):
        return
    served = {stack.parameters.get(name) for name in ("BranchName", "BranchRule")}
    if not tags and recorded(template) and branch in served:
        return
    owner = _owner(stack, tags, pipeline)
    raise StackFailed(
        f"stack '{stack.name}' belongs to {owner}; it was left alone", rule="stack-of-other-branch"
    )


def refuse_unmarked(
    stack: StackRecord, template: Mapping[str, Any] | None, *, tags: Mapping[str, str]
) -> None:
    """Raise StackFailed unless a stack that serves no single branch has our tags.

    One without any tag is ours by its template, or while it waits for its first change set.
    """
    found = {name: stack.tags[name] for name in tags if name in stack.tags}
    waits = stack.status == "REVIEW_IN_PROGRESS"
    if found == tags or (not found and (waits or recorded(template))):
        return
    raise StackFailed(
        f"stack '{stack.name}' was not made by pipelinegen bootstrap; it was left alone",
        rule="stack-of-other-branch",
    )


def refuse_downgrade(stack: StackRecord, template: Mapping[str, Any] | None) -> None:
    """Raise StackFailed when a newer version of the tool made the stack's template."""
    version = str(recorded(template).get("tool-version", ""))
    if is_newer(version, __version__):
        raise StackFailed(
            f"stack '{stack.name}' was deployed by pipelinegen {version}, this is {__version__}; "
            "install that version, or go back with --allow-downgrade"
        )


def _owner(stack: StackRecord, tags: Mapping[str, str], pipeline: str) -> str:
    if tags.get(PIPELINE_TAG, pipeline) != pipeline:
        return f"pipeline '{tags[PIPELINE_TAG]}'"
    if "BranchName" in stack.parameters:
        return f"branch '{stack.parameters['BranchName']}'"
    return "something else than pipelinegen"
