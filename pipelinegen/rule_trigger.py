"""What starts a stack that all branches of a rule share: the rule's patterns, as a push filter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from pipelinegen.branches import exclusions, fits, inclusions
from pipelinegen.model import Action, BranchRule

_WILD = re.compile(r"[*?\[]")


def started_by_rule(action: Action, rules: Sequence[BranchRule], rule: BranchRule) -> Action:
    """Return the first source of a shared stack with the branches of its rule as push filter.

    Filters as written get them unless they say branches or tags themselves; where only pull
    requests or nothing at all shall start the pipeline, none is added.
    """
    written = action.body.get("push")
    off = action.body.get("detection") == "none" or "pull-request" in action.body
    if not takes_pushes(action) or (written is None and off):
        return action
    branches = branch_filter(rules, rule)
    push = [
        entry if entry.keys() & {"branches", "tags"} else {"branches": branches, **entry}
        for entry in written or [{}]
    ]
    return replace(action, body={**action.body, "push": push})


def takes_pushes(action: Action) -> bool:
    """Tell whether pushes to branches that fit a pattern can start the source."""
    return "push" in action.row.keys


def branch_filter(rules: Sequence[BranchRule], rule: BranchRule) -> dict[str, list[str]]:
    """Return "includes" and, where there are any, "excludes" of a rule's trigger.

    What a rule above takes is excluded, too: there the first rule that fits takes a branch, while a
    trigger knows its own patterns only.
    """
    above = takewhile(lambda other: other is not rule, rules)
    taken = [one for other in above for one in inclusions(other) if _may_meet(one, rule)]
    excludes = list(dict.fromkeys([*exclusions(rule), *taken]))
    return {"includes": list(inclusions(rule))} | ({"excludes": excludes} if excludes else {})


def _may_meet(pattern: str, rule: BranchRule) -> bool:
    """Tell whether a branch that fits `pattern` might fit the rule; True in doubt."""
    if not _WILD.search(pattern):
        return fits(rule, pattern)
    start = _fixed_start(pattern)
    return any(
        start.startswith(other) or other.startswith(start)
        for other in map(_fixed_start, inclusions(rule))
    )


def _fixed_start(pattern: str) -> str:
    return _WILD.split(pattern, maxsplit=1)[0]
