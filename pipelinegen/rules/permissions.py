"""Rules about rights that are wider than they look, and that pile up with the branches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipelinegen.diagnostics import Pointer, Severity
from pipelinegen.model import Pipeline, Spec
from pipelinegen.provider import JSON
from pipelinegen.resolve import lives
from pipelinegen.rules._rule import Finding, Pipelines, rule
from pipelinegen.rules._served import serves_several
from pipelinegen.rules._words import cut, joined
from pipelinegen.rules._written import written_actions

_WIDE: Mapping[str, str] = {
    "*": "",
    "*:*": "",
    "iam:*": " with IAM",
    "kms:*": " with keys",
    "sts:*": " with other roles",
}
"""Actions that on every resource make a role as good as an administrator's."""

_ADMINISTRATOR = ":iam::aws:policy/AdministratorAccess"
_SECTIONS = ("projects", "functions", "roles")


@rule(Severity.WARNING)
def wide_permissions(spec: Spec) -> Iterator[Finding]:
    """Rights on everything in IAM, KMS or STS make a role an administrator.

    Whoever can change what runs with such a role can give himself every other right. A statement
    with `conditions:` is left in peace.

    bad:
        roles:
          Deploy:
            trust: [cloudformation.amazonaws.com]
            permissions: [{actions: ["iam:*"], resources: ["*"]}]
    good:
        roles:
          Deploy:
            trust: [cloudformation.amazonaws.com]
            permissions:
              - actions: ["iam:CreateRole", "iam:DeleteRole", "iam:PutRolePolicy"]
                resources: ["arn:${AWS::Partition}:iam::${AWS::AccountId}:role/shop-*"]
    https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
    """
    for permissions, at in _permissions(spec):
        for index, entry in enumerate(permissions):
            if "*" not in entry["resources"] or entry.get("conditions"):
                continue
            for place, action in enumerate(entry["actions"]):
                if action in _WIDE:
                    yield Finding(
                        f"this role may do everything{_WIDE[action]}",
                        (*at, index, "actions", place),
                        hint="name actions and resources",
                    )
    for name, role in spec.data.get("roles", {}).items():
        for place, arn in enumerate(role.get("managed-policy-arns", ())):
            if arn.endswith(_ADMINISTRATOR):
                yield Finding(
                    "this role may do everything",
                    ("roles", name, "managed-policy-arns", place),
                    hint="name actions and resources under permissions:",
                )


@rule(Severity.WARNING)
def grant_per_branch(pipelines: Pipelines) -> Iterator[Finding]:
    """A grant on many branches attaches one policy for each of them to the same role.

    Every branch is a stack with a policy of its own. IAM lets ten policies be attached to a role or
    group, unless the quota was raised, so the eleventh branch fails.

    bad:
        branches: [{branch: main}, {branch: feature/*}]
        grants:
          - {grant: Start, start: true, roles: [Developers]}
    good:
        branches: [{branch: main}, {branch: feature/*}]
        grants:
          - {grant: Start, start: true, roles: [Developers], only: [main]}
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    spec = next(iter(pipelines.values())).spec
    for index, grant in enumerate(spec.data.get("grants", ())):
        many = [
            each.rule.name
            for each in pipelines.values()
            if lives(grant, each.rule) and serves_several(each.rule) and _allows(each, grant)
        ]
        if many:
            people = [*grant.get("roles", ()), *grant.get("groups", ())]
            yield Finding(
                f"each stack of {', '.join(map(cut, many))} attaches one more policy to "
                f"{joined(people)}; IAM allows ten",
                ("grants", index),
                hint="narrow the grant with only: to branch rules that take one branch",
            )


def _allows(pipeline: Pipeline, grant: Mapping[str, JSON]) -> bool:
    """Tell whether anything of a grant is left on a branch rule."""
    living = {f"{action.stage}/{action.name}" for action in pipeline.actions}
    named = any(name in living for name in grant.get("approve", ()))
    return named or any(grant.get(key) for key in ("start", "stop", "retry"))


def _permissions(spec: Spec) -> Iterator[tuple[JSON, Pointer]]:
    """Yield every list of permissions that a spec writes."""
    for section in _SECTIONS:
        for name, entry in spec.data.get(section, {}).items():
            if "permissions" in entry:
                yield entry["permissions"], (section, name, "permissions")
    for node in written_actions(spec):
        for key, body in node.entry.items():
            if isinstance(body, dict) and isinstance(body.get("permissions"), list):
                yield body["permissions"], (*node.at, key, "permissions")


RULES = (wide_permissions, grant_per_branch)
