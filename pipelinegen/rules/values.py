"""Rules about values and targets: what differs by branch rule, and what `each` copies for."""

from __future__ import annotations

from collections.abc import Iterator

from pipelinegen.diagnostics import Note
from pipelinegen.leaves import Leaf, Leaves
from pipelinegen.rules._names import targets_around, values_of
from pipelinegen.rules._rule import Finding, rule
from pipelinegen.rules._words import instead, joined, listed, quoted
from pipelinegen.text import Text


@rule()
def missing_value(leaves: Leaves) -> Iterator[Finding]:
    """A value needs an entry for every branch rule; in `each` the targets may bring it instead.

    The template holds a table with a row for each branch rule. A hole in it would stop the
    deployment of that branch.

    bad:
        branches:
          - {branch: main, values: {size: large}}
          - {branch: develop}
    good:
        values: {size: small}
        branches:
          - {branch: main, values: {size: large}}
          - {branch: develop}
    """
    spec = leaves.spec
    for name, by_rule in spec.values.items():
        lacking = [one.name for one in spec.branch_rules if one.id not in by_rule]
        if lacking:
            yield Finding(
                f"value {quoted(name)} is not set for {listed(lacking)}",
                ("branches",),
                hint="give it a default under the top-level values:",
            )
    known = values_of(spec)
    for leaf in leaves:
        yield from _missing_on_targets(leaf, leaves, known)


@rule()
def unknown_target(leaves: Leaves) -> Iterator[Finding]:
    """`each` lists targets by the names under `targets`.

    bad:
        targets: {eu: {values: {tier: gold}}, us: {values: {tier: free}}}
        stages:
          - stage: Check
            actions:
              - action: Ask
                each: [eu, asia]
                lambda: {function-name: check}
    good:
        targets: {eu: {values: {tier: gold}}, us: {values: {tier: free}}}
        stages:
          - stage: Check
            actions:
              - action: Ask
                each: [eu]
                lambda: {function-name: check}
    """
    targets = leaves.spec.data.get("targets", {})
    for leaf in leaves:
        if leaf.key == "each" and leaf.at[-2] == "each" and leaf.value not in targets:
            yield Finding(
                f"each: there is no target {quoted(leaf.value)}",
                leaf.at,
                hint=instead(leaf.value, targets, otherwise="declare it under targets:"),
            )


def _missing_on_targets(leaf: Leaf, leaves: Leaves, known: set[str]) -> Iterator[Finding]:
    """Find values that some targets of an action set and others do not."""
    if "${value:" not in leaf.value or leaf.type == "plain":
        return
    around = targets_around(leaf, leaves)
    if not around:
        return
    targets = leaves.spec.data["targets"]
    for name in dict.fromkeys(
        ref.name for ref in Text.parse(leaf.value).refs if ref.kind == "value"
    ):
        having = [target for target in around if name in targets[target].get("values", {})]
        lacking = [target for target in around if target not in having]
        if having and lacking and name not in known:
            plural = "s" if len(lacking) > 1 else ""
            yield Finding(
                f"value {quoted(name)} is not set for target{plural} {joined(lacking)}",
                leaf.at,
                hint="set it under values: of each target, or under the top-level values:",
                notes=(Note(("targets", lacking[0]), "it is missing here", on_key=True),),
            )


RULES = (missing_value, unknown_target)
