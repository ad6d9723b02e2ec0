"""A stack that serves every branch: protected, ours by its tags, deployed by `bootstrap`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipelinegen.deployment import Deployment, capabilities_of, fingerprint, stamped
from pipelinegen.model import BranchRule, Spec

_ALWAYS_PROTECTED = BranchRule(
    name="",
    id="",
    pascal="",
    match=(),
    values={},
    protected=True,
    lifecycle={},
    origin=(),
)

NO_SPEC = Spec({}, ())
"""What a stack is deployed with that follows from no spec."""


def support_stack(
    stack: str,
    body: Mapping[str, Any],
    *,
    tags: Mapping[str, str],
    command: Sequence[str],
    role_arn: str | None,
) -> Deployment:
    """Return what a stack should be that serves every branch; `command` deploys it again."""
    capabilities = capabilities_of(body)
    mark = fingerprint(body, {}, tags, capabilities, role_arn)
    return Deployment(
        stack=stack,
        pipeline="",
        branch="",
        rule=_ALWAYS_PROTECTED,
        body=stamped(body, mark),
        parameters={},
        previous=(),
        changing=False,
        tags=tags,
        capabilities=capabilities,
        role_arn=role_arn,
        fingerprint=mark,
        command=tuple(command),
    )
