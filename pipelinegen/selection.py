"""The branch a command was asked for: which branch rule takes it, what its stack is given."""

from __future__ import annotations

from collections.abc import Sequence

from pipelinegen.branches import rule_for
from pipelinegen.errors import UsageError
from pipelinegen.model import BranchRule
from pipelinegen.names import branch_slug, is_usable_branch_name


def rule_of(branch_rules: Sequence[BranchRule], branch: str) -> BranchRule:
    """Return the branch rule that takes `branch`.

    Raises UsageError when none does, or when the name cannot become a parameter of a stack.
    """
    if not is_usable_branch_name(branch):
        raise UsageError(
            f"branch '{branch}' has characters that are not allowed in a pipeline; rename it",
            rule="branch-name-refused",
        )
    rule = rule_for(branch_rules, branch)
    if rule is None:
        names = ", ".join(rule.name for rule in branch_rules)
        raise UsageError(
            f"branch '{branch}' fits no rule; rules are {names}", rule="branch-without-rule"
        )
    return rule


def parameters(rule: BranchRule, branch: str) -> dict[str, str]:
    """Return what the stack that serves `branch` gets for the three parameters of the template."""
    return {
        "BranchName": branch if rule.default_branch is None else rule.default_branch,
        "BranchSlug": branch_slug(rule.namesake(branch)),
        "BranchRule": rule.id,
    }
