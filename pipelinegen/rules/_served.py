"""Which branches a branch rule serves: one, several named ones, or as many as its patterns find."""

from __future__ import annotations

import re

from pipelinegen.branches import fits, inclusions
from pipelinegen.model import BranchRule

_PATTERN = re.compile(r"[*?\[]")
"""What git forbids in the name of a branch, so that it can only be part of a pattern.

https://git-scm.com/docs/git-check-ref-format
"""


def is_pattern(text: str) -> bool:
    """Tell whether a text stands for several branches instead of naming one."""
    return _PATTERN.search(text) is not None


def served(rule: BranchRule) -> tuple[str, ...] | None:
    """Return the names of all branches that a rule can serve, None when patterns decide."""
    names = inclusions(rule)
    if any(is_pattern(name) for name in names):
        return None
    return tuple(name for name in dict.fromkeys(names) if fits(rule, name))


def serves_several(rule: BranchRule) -> bool:
    """Tell whether a rule may have more than one stack."""
    names = served(rule)
    return not rule.is_shared and (names is None or len(names) > 1)
