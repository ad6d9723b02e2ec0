"""What an action does to which CloudFormation stack, typed or raw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipelinegen.diagnostics import Pointer
from pipelinegen.model import Action, Pipeline
from pipelinegen.rules._known import region_in, settled
from pipelinegen.text import Text

CREATE = "CREATE_UPDATE"
MAKE_CHANGE_SET = "CHANGE_SET_REPLACE"
EXECUTE = "CHANGE_SET_EXECUTE"
DELETE = "DELETE_ONLY"

# https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html
MODES: Mapping[str, str] = {
    "cfn-deploy": CREATE,
    "cfn-change-set": MAKE_CHANGE_SET,
    "cfn-execute": EXECUTE,
    "cfn-delete": DELETE,
}
_RAW_TYPE = ("Deploy", "AWS", "CloudFormation")


@dataclass(frozen=True, slots=True)
class StackWork:
    """An action's mode and the names it works on, as they read on one branch rule.

    `written` is the stack's name in the spec; `where` tells apart stacks of one name in other
    regions and accounts.
    """

    mode: str
    written: str
    stack: Text
    stack_at: Pointer
    change_set: Text | None
    change_set_at: Pointer
    where: tuple[str, Text | None]


def stack_work(pipeline: Pipeline, action: Action) -> StackWork | None:
    """Return what an action does to a stack, None when it does nothing of the kind."""
    if action.row.key in MODES:
        return _work(
            pipeline,
            action,
            MODES[action.row.key],
            (action.body, action.body_origin, ("stack-name", "change-set-name")),
        )
    row = action.row
    written = action.body.get("configuration", {})
    if (row.category, row.owner, row.provider) != _RAW_TYPE or "StackName" not in written:
        return None
    at = (*action.body_origin, "configuration")
    mode = written.get("ActionMode", "")
    return _work(pipeline, action, mode, (written, at, ("StackName", "ChangeSetName")))


def _work(
    pipeline: Pipeline,
    action: Action,
    mode: str,
    named: tuple[Mapping[str, str], Pointer, tuple[str, str]],
) -> StackWork:
    written, at, (stack, change_set) = named
    region = region_in(pipeline, action) or pipeline.spec.data.get("region", "")
    role = None if action.role_arn is None else settled(pipeline, action, action.role_arn)
    return StackWork(
        mode,
        written[stack],
        settled(pipeline, action, written[stack]),
        (*at, stack),
        settled(pipeline, action, written[change_set]) if change_set in written else None,
        (*at, change_set),
        (region, role),
    )


def may_equal(one: Text, other: Text) -> bool:
    """Tell whether two texts may be the same once everything in them is known."""
    if one == other:
        return True
    if one.literal is not None and other.literal is not None:
        return one.literal == other.literal
    return _open_parts(one) != _open_parts(other)


def _open_parts(text: Text) -> list[object]:
    """Texts with the same references differ by what stands around them."""
    return [part for part in text.parts if not isinstance(part, str)]
