"""The law of the one template: specialised for a branch rule, it is that rule's own template."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings

from pipelinegen.compiler import Compilation, compile_spec, open_templates
from pipelinegen.dump import to_yaml
from pipelinegen.specialise import specialise
from tests.generated_specs import specs
from tests.soundness import dangling, structure_faults, wide_rights


def _compiled(data: dict[str, Any]) -> Compilation:
    return compile_spec("law.yaml", to_yaml(data).encode())


@settings(max_examples=60, deadline=None)
@given(specs())
def test_specialised_template_is_the_template_of_its_rule(data: dict[str, Any]) -> None:
    """specialise(fold(open templates), rule) == specialise(open template of the rule, rule)."""
    compilation = _compiled(data)
    assert compilation.template is not None, compilation.diagnostics
    assert compilation.spec is not None
    alone = open_templates(compilation.spec, compilation.pipelines)
    for rule in compilation.spec.branch_rules:
        bound = {"BranchRule": rule.id}
        assert specialise(compilation.template.body, bound) == specialise(
            alone[rule.id].body, bound
        )


@settings(max_examples=60, deadline=None)
@given(specs())
def test_resolved_template_is_sound_for_every_rule(data: dict[str, Any]) -> None:
    """Nothing dangles, the pipeline is valid, and no role is wider than its actions need."""
    compilation = _compiled(data)
    assert compilation.template is not None, compilation.diagnostics
    assert compilation.spec is not None
    for rule in compilation.spec.branch_rules:
        branch = rule.name.replace("*", "x")
        bound = {"BranchRule": rule.id, "BranchName": branch, "BranchSlug": "slug"}
        resolved = specialise(compilation.template.body, bound, drop_unused=True)
        assert dangling(resolved) == []
        assert structure_faults(resolved) == []
        assert wide_rights(resolved) == []
        assert "BranchRule" not in json.dumps(resolved.get("Conditions", {}))


@settings(max_examples=30, deadline=None)
@given(specs())
def test_restricting_a_spec_to_one_rule_changes_nothing_for_it(data: dict[str, Any]) -> None:
    """compile(spec restricted to a rule) == specialise(compile(spec), rule), metadata aside.

    A path of SSM that only some rules read is a hidden parameter in the one and a dynamic reference
    in the other, so specs with one are left out.
    """
    if "ssm:" in json.dumps(data):
        return
    compilation = _compiled(data)
    assert compilation.template is not None
    assert compilation.spec is not None
    for rule in compilation.spec.branch_rules:
        single = _compiled(_restricted(data, rule.name))
        assert single.template is not None
        bound = {"BranchRule": rule.id, "BranchName": "b", "BranchSlug": "b"}
        assert _without_metadata(
            specialise(compilation.template.body, bound, drop_unused=True)
        ) == _without_metadata(specialise(single.template.body, bound, drop_unused=True))


def _restricted(node: Any, rule: str) -> Any:
    """Keep a rule alone and every node whose `only` names it, without the `only`.

    A group of which one action is left is that action, and a group without actions is gone.
    """
    if isinstance(node, list):
        kept = (_restricted(item, rule) for item in node if _stays(item, rule))
        return [item for item in map(_ungrouped, kept) if item is not None]
    if isinstance(node, dict):
        return {
            key: _restricted(item, rule)
            for key, item in node.items()
            if key != "only" and _stays(item, rule)
        }
    return node


def _ungrouped(item: Any) -> Any:
    if not isinstance(item, dict) or "parallel" not in item or len(item["parallel"]) > 1:
        return item
    return next(iter(item["parallel"]), None)


def _stays(item: Any, rule: str) -> bool:
    if not isinstance(item, dict):
        return True
    return rule in item.get("only", [rule]) and item.get("branch", rule) == rule


def _without_metadata(template: Any) -> Any:
    """Drop the list of branch rules, and renumber run orders, which the law leaves open."""
    plain = json.loads(json.dumps({k: v for k, v in template.items() if k != "Metadata"}))
    for stage in plain["Resources"]["Pipeline"]["Properties"]["Stages"]:
        orders = sorted({action["RunOrder"] for action in stage["Actions"]})
        for action in stage["Actions"]:
            action["RunOrder"] = orders.index(action["RunOrder"])
    return plain
