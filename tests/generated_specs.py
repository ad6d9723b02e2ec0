"""Specs for the laws, made by hypothesis: branch rules, values, `only` at every level."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

RULES = ("main", "develop", "release", "feature/*")
_VALUES = st.sampled_from(("small", "large", 'with "quotes"', "back\\slash", "${literal}", ""))


def _only(draw: st.DrawFn, rules: list[str]) -> dict[str, Any]:
    chosen = draw(st.lists(st.sampled_from(rules), min_size=1, unique=True))
    return {"only": chosen} if draw(st.booleans()) and set(chosen) != set(rules) else {}


_BODIES: tuple[dict[str, Any], ...] = (
    {"codebuild-test": {"buildspec": "ci/test.yml", "env": {"SIZE": "${value:size}"}}},
    {"codebuild-test": {"phases": {"build": ["make ${TARGET}"]}, "env-secret": {"KEY": "app:key"}}},
    {"codebuild-test": {"buildspec": "t.yml", "env": {"COMMIT": "#{Source.CommitId}"}}},
    {"approval": {"custom-data": "Deploy ${branch:name} at ${value:size}?"}},
    {"lambda": {"function-name": "warm", "user-parameters": {"size": "${value:size}", "n": 1}}},
    {
        "cfn-deploy": {
            "stack-name": "app-${branch:slug}",
            "template-path": "Source::app.yaml",
            "role-arn": "${role:Deploy}",
            "parameter-overrides": {"Size": "${value:size}", "Branch": "${branch:name}"},
        }
    },
    {"codebuild-test": {"project-name": "${project:Shared}"}},
    {"s3": {"bucket-name": "site-${value:size}", "extract": True}, "input-artifacts": ["Source"]},
    {"commands": {"run": ["echo $X"], "env": {"X": "${ssm:/size}"}}},
)


_CONNECTION = {
    "connection": {
        "connection-arn": "arn:aws:codeconnections:eu-west-1:111111111111:connection/a",
        "full-repository-id": "acme/law",
    }
}


@st.composite
def specs(draw: st.DrawFn) -> dict[str, Any]:
    """Return a spec without errors as plain data."""
    rules = draw(st.lists(st.sampled_from(RULES), min_size=1, max_size=4, unique=True))
    rules.sort(key=RULES.index)
    shared = draw(st.lists(st.sampled_from(rules), unique=True)) if draw(st.booleans()) else []
    bodies = [body for body in _BODIES if not shared or "${branch:" not in str(body)]
    stages: list[Any] = [
        {
            "stage": "Always",
            "actions": [{"action": "Check", "codebuild-test": {"buildspec": "ci/check.yml"}}],
        }
    ]
    for number in range(draw(st.integers(0, 3))):
        narrowed = _only(draw, rules)
        living = narrowed.get("only", rules)
        actions: list[Any] = [
            {"action": "First", "codebuild-test": {"buildspec": f"{number}.yml"}},
        ]
        for place in range(draw(st.integers(0, 3))):
            body = dict(draw(st.sampled_from(bodies)))
            actions.append({"action": f"Step{place}", **body, **_only(draw, living)})
        if draw(st.booleans()):
            pair = [
                {"action": name, "codebuild-test": {"buildspec": name}, **_only(draw, living)}
                for name in ("Left", "Right")
            ]
            actions.insert(draw(st.integers(0, len(actions))), {"parallel": pair})
        stages.append({"stage": f"Stage{number}", "actions": actions, **narrowed})
    branches: list[dict[str, Any]] = [
        {"branch": rule, "values": {"size": draw(_VALUES)}}
        if draw(st.booleans())
        else {"branch": rule}
        for rule in rules
    ]
    governed = draw(st.lists(st.sampled_from(rules), unique=True))
    for branch in branches:
        branch["protected"] = branch["branch"] in governed
    updates = {"self-update": {"role-arn": "${import:updates}", "only": governed}}
    for entry in branches:
        if entry["branch"] in shared:
            entry |= {"stack": "per-rule", "default-branch": "develop"}
    store = draw(st.sampled_from(({}, {"create-kms-key": True}, {"shared": True})))
    return {
        "pipeline": "law",
        "values": {"size": draw(_VALUES)},
        "branches": branches,
        **({"artifact-store": store} if store else {}),
        "sources": [dict(_CONNECTION) if shared else {"codecommit": {"repository-name": "law"}}],
        **({"execution-mode": "QUEUED"} if shared else {}),
        "roles": {
            "Deploy": {
                "trust": ["cloudformation.amazonaws.com"],
                "permissions": [{"actions": ["s3:GetObject"], "resources": ["*"]}],
            }
        },
        "projects": {"Shared": {"buildspec": "shared.yml"}},
        "stages": stages,
        **(updates if governed else {}),
    }
