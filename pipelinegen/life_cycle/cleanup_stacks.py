"""Which stacks of the branch's own the pipeline made: only what `cleanup-stacks` names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pipelinegen.deployment import PIPELINE_TAG, recorded
from pipelinegen.diagnostics import Severity
from pipelinegen.errors import StackFailed, UsageError
from pipelinegen.life_cycle.removal import Removal
from pipelinegen.names import branch_slug, pascal
from pipelinegen.records import StackRecord
from pipelinegen.text import Bindings, Text

_NAME = re.compile(r"[A-Za-z][-A-Za-z0-9]{0,127}")
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html"""

_PIPELINE_STACK = "-pipeline"
_MAPPING = "BranchRules"


def recorded_rule(stack: StackRecord, template: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what the deployed template says of the stack's branch rule, empty if nothing."""
    rules: Iterable[Mapping[str, Any]] = recorded(template).get("branches", ())
    return next((rule for rule in rules if rule.get("id") == _rule_id(stack)), {})


def cleanup_stacks(
    removal: Removal, stack: StackRecord, template: Mapping[str, Any]
) -> tuple[StackRecord, ...]:
    """Return the stacks that go before the pipeline, those that exist, in the order of the spec.

    Raises UsageError for a name that cannot be settled, StackFailed for one that is a pipeline's.
    """
    found: dict[str, StackRecord] = {}
    for name in _names(removal, stack, template):
        # A stack that the pipeline made carries no tag of ours: only its name tells.
        one = None if name.endswith(_PIPELINE_STACK) else removal.connection.stacks.find(name)
        if name.endswith(_PIPELINE_STACK) or (one is not None and PIPELINE_TAG in one.tags):
            raise StackFailed(
                f"stack '{name}' of cleanup-stacks holds the pipeline of a branch; "
                "take it out of the list",
                rule="stack-of-other-branch",
            )
        if one is not None:
            found[one.id] = one
    return tuple(found.values())


def _names(removal: Removal, stack: StackRecord, template: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of the branch rule in the spec, or else of the one that the stack records."""
    rule = removal.target.rule
    lifecycle = rule.lifecycle if rule else recorded_rule(stack, template).get("lifecycle", {})
    for source in lifecycle.get("cleanup-stacks", ()):
        name = _settled(removal, stack, template, Text.parse(source)).literal
        if name is not None and _NAME.fullmatch(name):
            yield name
        elif rule is not None:
            raise UsageError(
                f"cleanup stack '{source}' has no name outside a deployment; write it with "
                "${branch:…}, ${value:…} or ${param:…}"
            )
        else:
            message = f"what cleanup stack '{source}' was called is not known any more; it stays"
            removal.say(message, Severity.WARNING)


def _settled(removal: Removal, stack: StackRecord, template: Mapping[str, Any], text: Text) -> Text:
    """Replace the references that are settled without a deployment."""
    target, identity = removal.target, removal.connection.identity
    known: Bindings = {
        **_parameters(stack, template),
        **_values(removal, stack, template, text),
        ("branch", "name"): target.branch,
        ("branch", "slug"): branch_slug(target.branch),
        ("branch", "rule"): target.rule.id if target.rule else _rule_id(stack),
        ("AWS", "AccountId"): identity.account,
        ("AWS", "Partition"): identity.partition,
        ("AWS", "Region"): identity.region,
        ("AWS", "StackName"): stack.name,
    }
    return text.bind(known)


def _parameters(stack: StackRecord, template: Mapping[str, Any]) -> Bindings:
    """Return the stack's parameters whose values AWS shows: no secrets, no looked-up ones."""
    plain = [
        name
        for name, one in template.get("Parameters", {}).items()
        if not one.get("NoEcho") and not one["Type"].startswith("AWS::SSM::")
    ]
    return {("param", name): stack.parameters[name] for name in plain if name in stack.parameters}


def _values(
    removal: Removal, stack: StackRecord, template: Mapping[str, Any], text: Text
) -> Bindings:
    """Return the values of the spec's rule; of a rule that is gone those that the stack maps."""
    if removal.target.rule is not None:
        return {("value", name): value for name, value in removal.target.rule.values.items()}
    row = template.get("Mappings", {}).get(_MAPPING, {}).get(_rule_id(stack), {})
    names = [ref.name for ref in text.refs if ref.kind == "value"]
    return {("value", name): row[pascal(name)] for name in names if pascal(name) in row}


def _rule_id(stack: StackRecord) -> str:
    return stack.parameters.get("BranchRule", "")
