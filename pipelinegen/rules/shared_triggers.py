"""A rule about the branch filter that starts a stack which the branches of a rule share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pipelinegen.branches import rule_for
from pipelinegen.coverage import taken_branch
from pipelinegen.model import BranchRule, Pipeline
from pipelinegen.provider import JSON
from pipelinegen.rule_trigger import branch_filter, takes_pushes
from pipelinegen.rules._rule import Finding, rule
from pipelinegen.rules._words import quoted

_MOST_PATTERNS = 8
_LONGEST_PATTERN = 255
"""https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_GitBranchFilterCriteria.html"""

_READ_OTHERWISE = re.compile(r"[{}\\]")
"""Alternatives and escapes of AWS, which patterns of branch rules do not have.

https://docs.aws.amazon.com/codepipeline/latest/userguide/syntax-glob.html
"""


@rule()
def shared_stack_trigger(pipeline: Pipeline) -> Iterator[Finding]:
    """The patterns of a rule with a shared stack must fit into the branch filter of a trigger.

    A filter holds up to 8 patterns that include and 8 that exclude, of up to 255 characters. What
    rules above take is excluded as well, since every pattern of theirs that can take a branch of
    this rule would start this pipeline, too; an exclusion of theirs cannot be said in a filter. AWS
    reads braces and backslashes otherwise than branch rules do.

    bad:
        branches:
          - {branch: features, match: ["feature/**", "!feature/old/*"]}
          - {branch: rest, match: ["**"], stack: per-rule, default-branch: develop}
        execution-mode: QUEUED
        sources:
          - connection:
              connection-arn: arn:aws:codeconnections:eu-west-1:111111111111:connection/a
              full-repository-id: acme/shop
    good:
        branches:
          - {branch: features, match: ["feature/**"]}
          - {branch: others, match: ["**"], stack: per-rule, default-branch: develop}
        execution-mode: QUEUED
        sources:
          - connection:
              connection-arn: arn:aws:codeconnections:eu-west-1:111111111111:connection/a
              full-repository-id: acme/shop
    https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-filter.html
    """
    branch_rule, rules = pipeline.rule, pipeline.spec.branch_rules
    if not branch_rule.is_shared:
        return
    written = pipeline.spec.data["branches"][branch_rule.origin[-1]]
    at = (*branch_rule.origin, "match" if "match" in written else "branch")
    filters = branch_filter(rules, branch_rule)
    for side, patterns in filters.items():
        if len(patterns) > _MOST_PATTERNS:
            yield Finding(
                f"the trigger of {quoted(branch_rule.name)} {side} {len(patterns)} patterns; "
                f"AWS allows {_MOST_PATTERNS}",
                at,
                hint="use fewer and wider patterns, here and in the rules above",
            )
        for pattern in patterns:
            fault = _fault(pattern)
            if fault is not None:
                yield Finding(
                    f"pattern {quoted(pattern)} of the trigger {fault}",
                    at,
                    hint="write several plain patterns",
                )
    left = _left_out(rules[: rules.index(branch_rule)], branch_rule, filters)
    if left is not None:
        yield Finding(
            f"branch {quoted(left)} belongs to {quoted(branch_rule.name)}, but its trigger has to "
            "exclude what rules above include",
            at,
            hint="take the exclusion out of the rule above, or put this rule first",
        )
    for index, entry in enumerate(_written_push(pipeline)):
        if "branches" in entry:
            yield Finding(
                f"match of {quoted(branch_rule.name)} says which branches start the pipeline",
                (*pipeline.sources[0].body_origin, "push", index, "branches"),
                hint="leave branches: out, or put this source on other branch rules with only:",
                on_key=True,
            )


def _fault(pattern: str) -> str | None:
    """Say why a pattern cannot stand in a trigger as it stands in a spec, None where it can."""
    if len(pattern) > _LONGEST_PATTERN:
        return f"is longer than {_LONGEST_PATTERN} characters"
    if _READ_OTHERWISE.search(pattern):
        return "has a brace or backslash, which AWS reads otherwise"
    return None


def _left_out(
    above: tuple[BranchRule, ...], branch_rule: BranchRule, filters: dict[str, list[str]]
) -> str | None:
    """Return a branch that belongs to the rule and that its trigger does not take."""
    patterns = (*filters["includes"], *(f"!{one}" for one in filters.get("excludes", ())))
    trigger = replace(branch_rule, match=patterns)
    rules = (*above, trigger, branch_rule)
    found = taken_branch(rules, len(rules) - 1)
    # The search gives up on large patterns and then names a branch that need not be one.
    return found if found is not None and rule_for(rules, found) is branch_rule else None


def _written_push(pipeline: Pipeline) -> list[JSON]:
    """Return the push filters of the first source as the spec has them."""
    if not pipeline.sources or not takes_pushes(pipeline.sources[0]):
        return []
    first = pipeline.sources[0]
    source = pipeline.spec.data["sources"][first.origin[-1]]
    return list(source[first.row.key].get("push", ()))


RULES = (shared_stack_trigger,)
