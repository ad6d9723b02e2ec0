"""Rules about branch rules: their names, their order, and the names that `only` gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipelinegen.branches import exclusions, inclusions, rule_for
from pipelinegen.coverage import taken_branch
from pipelinegen.diagnostics import Note, Severity, nearest
from pipelinegen.leaves import Leaves
from pipelinegen.model import BranchRule, Spec
from pipelinegen.rules._rule import Finding, rule
from pipelinegen.rules._words import instead, joined, listed, quoted


@rule()
def branch_rule_name(spec: Spec) -> Iterator[Finding]:
    """A branch rule needs a letter or digit in its name, and a pattern that takes branches.

    The name becomes the rule's id in the template, of which only letters and digits are left. A
    list of exclusions alone takes nothing.

    bad:
        - branch: "**"
    good:
        - branch: other
          match: ["**"]
    """
    for index, branch_rule in enumerate(spec.branch_rules):
        if not branch_rule.pascal:
            yield Finding(
                f"rule {quoted(branch_rule.name)} has no letter or digit to make a name of",
                _name(branch_rule),
                hint="write a word and put the pattern under match:",
            )
        elif not inclusions(branch_rule):
            has_match = "match" in spec.data["branches"][index]
            yield Finding(
                f"rule {quoted(branch_rule.name)} takes no branch: every pattern of it excludes",
                (*branch_rule.origin, "match") if has_match else _name(branch_rule),
                hint='add a pattern without "!", for example "**"',
            )


@rule()
def branch_rule_clash(spec: Spec) -> Iterator[Finding]:
    """Two branch rules must not become the same name in the template.

    Conditions are named by the letters and digits of a branch rule's name, so two rules that differ
    in other characters, or in the case of a first letter, would share a condition.

    bad:
        - branch: Feature
        - branch: feature/*
    good:
        - branch: Feature
        - branch: features
          match: [feature/*]
    """
    first: dict[str, BranchRule] = {}
    for branch_rule in spec.branch_rules:
        other = first.setdefault(branch_rule.pascal, branch_rule)
        if other is branch_rule or not branch_rule.pascal:
            continue
        same = other.name == branch_rule.name
        both = joined((other.name, branch_rule.name))
        yield Finding(
            f"two rules are named {quoted(other.name)}"
            if same
            else f"rules {both} both become {quoted(branch_rule.pascal)} in the template",
            _name(branch_rule),
            hint="put all patterns under match: of one rule"
            if same
            else "give one another name and put its pattern under match:",
            notes=(Note(_name(other), "the other is here"),),
        )


@rule()
def unknown_branch_rule(leaves: Leaves) -> Iterator[Finding]:
    """`only` lists branch rules by the names under `branches`, exactly as they are written there.

    It holds neither branches nor patterns nor exclusions, so that a new branch rule never inherits
    what was meant for another.

    bad:
        - stage: Review
          only: [feature/login]
          actions:
            - approval: {}
    good:
        - stage: Review
          only: [main]
          actions:
            - approval: {}
    """
    names = [branch_rule.name for branch_rule in leaves.spec.branch_rules]
    for leaf in leaves:
        if leaf.key == "only" and leaf.at[-2] == "only" and leaf.value not in names:
            yield Finding(
                f"only: no branch rule is named {quoted(leaf.value)}",
                leaf.at,
                hint=_meant_rule(leaf.value, leaves.spec.branch_rules),
            )


@rule(Severity.WARNING)
def unreachable_branch_rule(spec: Spec) -> Iterator[Finding]:
    """A branch rule should take at least one branch that no rule above it takes.

    The first rule with a matching pattern takes a branch, so a rule below a wider one never does.

    bad:
        - branch: all
          match: ["**"]
        - branch: main
    good:
        - branch: main
        - branch: all
          match: ["**"]
    """
    rules = spec.branch_rules
    for index, branch_rule in enumerate(rules):
        above = rules[:index]
        hidden = not inclusions(branch_rule) or any("${" in item for item in branch_rule.match)
        if hidden or branch_rule.pascal in {one.pascal for one in above}:
            continue  # another rule says what is wrong with it
        if taken_branch(rules, index) is not None:
            continue
        if taken_branch([branch_rule], 0) is None:
            patterns = listed(
                [*inclusions(branch_rule), *(f"!{p}" for p in exclusions(branch_rule))]
            )
            yield Finding(
                f"rule {quoted(branch_rule.name)} is never chosen: no branch fits {patterns}",
                _name(branch_rule),
                hint="branch names hold letters, digits and . _ / @ + = , # % -",
            )
            continue
        taker = next((one for one in above if taken_branch([one, branch_rule], 1) is None), None)
        takes = (
            f"{quoted(taker.name)} above it already takes"
            if taker is not None
            else "the rules above it together already take"
        )
        yield Finding(
            f"rule {quoted(branch_rule.name)} is never chosen: {takes} all its branches",
            _name(branch_rule),
            hint=f"put it above {quoted(taker.name)}" if taker is not None else None,
            notes=(Note(_name(taker), "this one is asked first"),) if taker is not None else (),
        )


def _name(branch_rule: BranchRule) -> tuple[str | int, ...]:
    return (*branch_rule.origin, "branch")


def _meant_rule(written: str, rules: Sequence[BranchRule]) -> str | None:
    names = [branch_rule.name for branch_rule in rules]
    if written.startswith("!"):
        return f"there is no exclusion; list the rules that it lives on: {listed(names)}"
    taker = rule_for(rules, written)
    if taker is not None and nearest(written, names) in (None, taker.name):
        return f"its branch belongs to rule {quoted(taker.name)}"
    return instead(written, names)


RULES = (branch_rule_name, branch_rule_clash, unknown_branch_rule, unreachable_branch_rule)
