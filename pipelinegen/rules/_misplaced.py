"""Actions that are missing somewhere because their `only` names a branch rule that is not there."""

from __future__ import annotations

from pipelinegen.actions.table import ACTIONS, SOURCES
from pipelinegen.model import Action, Spec
from pipelinegen.resolve import action_of
from pipelinegen.rules._written import written_actions
from pipelinegen.wiring import outputs


def misplaced(spec: Spec) -> list[Action]:
    """Return sources and actions whose `only`, or one around it, names an unknown branch rule.

    What they make and set is missing for that reason alone, so nothing more need be said of it.
    """
    known = {branch_rule.name for branch_rule in spec.branch_rules}
    sources = [
        action_of(spec, entry, SOURCES, "", 1, ("sources", index))
        for index, entry in enumerate(spec.data["sources"])
        if not known.issuperset(entry.get("only", ()))
    ]
    actions = [
        action_of(spec, node.entry, ACTIONS, "", 1, node.at)
        for node in written_actions(spec)
        if any(not known.issuperset(narrowing.only) for narrowing in node.narrowings)
    ]
    return sources + actions


def misplaced_outputs(spec: Spec) -> set[str]:
    """Return the artifacts that misplaced actions make."""
    return {name for action in misplaced(spec) for name in outputs(action)}


def misplaced_namespaces(spec: Spec) -> set[str]:
    """Return what the variables of misplaced actions are read by."""
    return {action.namespace or action.name for action in misplaced(spec)}
