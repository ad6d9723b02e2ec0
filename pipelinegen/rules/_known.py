"""What a text says on one branch rule: everything that is settled before a deployment filled in."""

from __future__ import annotations

import re

from pipelinegen.model import Action, Pipeline, Spec
from pipelinegen.names import SLUG_LENGTH, branch_slug
from pipelinegen.rules._served import served
from pipelinegen.text import Ref, Text

_SERVICE = r"arn:(?:[a-z-]+|\$\{AWS::Partition\}):[a-z0-9-]+:(?:[a-z0-9-]*|\$\{AWS::Region\}):"
_ARN = re.compile(_SERVICE + r"(\d{12}):")
_HOME_ARN = re.compile(_SERVICE + r"\$\{AWS::AccountId\}:")
_MADE_HERE = frozenset({"role", "topic", "project", "function", "store", "resource"})

HOME = "home"
"""The pipeline's own account where its number is not known."""


def known(pipeline: Pipeline) -> dict[tuple[str, str], str]:
    """Return (kind, name) of a reference → what it will be, for all that the spec settles."""
    found = {("value", name): value for name, value in pipeline.rule.values.items()}
    found["branch", "rule"] = pipeline.rule.id
    names = served(pipeline.rule)
    if pipeline.rule.default_branch is not None:
        found["branch", "name"] = pipeline.rule.default_branch
        found["branch", "slug"] = branch_slug(pipeline.rule.id)
    elif names is not None and len(names) == 1:
        found["branch", "name"] = names[0]
        found["branch", "slug"] = branch_slug(names[0])
    account = home_account(pipeline.spec)
    if account is not None:
        found["AWS", "AccountId"] = account
    if "region" in pipeline.spec.data:
        found["AWS", "Region"] = pipeline.spec.data["region"]
    return found


def settled(pipeline: Pipeline, action: Action, source: str) -> Text:
    """Return a text of an action as it reads on this branch rule."""
    return action.text(source).bind(known(pipeline))


def least_length(pipeline: Pipeline, text: Text) -> int:
    """Return how many characters a text has on the branch with the longest slug.

    What only a deployment knows counts as nothing, so that the result is never too large.
    """
    return sum(
        len(part) if isinstance(part, str) else _length(pipeline, part)
        for part in text.bind(known(pipeline)).parts
        if isinstance(part, (str, Ref))
    )


def _length(pipeline: Pipeline, ref: Ref) -> int:
    if (ref.kind, ref.name) == ("branch", "slug"):
        names = served(pipeline.rule)
        return max(map(len, map(branch_slug, names)), default=0) if names else SLUG_LENGTH
    return 12 if (ref.kind, ref.name) == ("AWS", "AccountId") else 0


def home_account(spec: Spec) -> str | None:
    """Return the number of the pipeline's own account where the spec tells it."""
    account = spec.data.get("account")
    return account if account is not None else _number(spec.data.get("role-arn", ""))


def account_in(pipeline: Pipeline, arn: Text) -> str | None:
    """Return the account that an ARN names: its number, HOME, or None when nobody can tell."""
    text = arn.bind(known(pipeline))
    first = text.parts[0] if text.parts else ""
    if isinstance(first, Ref) and first.kind in _MADE_HERE:
        return home_account(pipeline.spec) or HOME
    source = text.source()
    return HOME if _HOME_ARN.match(source) else _number(source)


def foreign_account(pipeline: Pipeline, action: Action) -> str | None:
    """Return the number of the other account that an action works in, None for our own.

    An action works where the role is that performs it. None also when the spec does not tell which
    account is our own.
    """
    home = home_account(pipeline.spec)
    if action.role_arn is None or home is None:
        return None
    account = account_in(pipeline, action.text(action.role_arn))
    return account if account not in (None, HOME, home) else None


def region_in(pipeline: Pipeline, action: Action) -> str | None:
    """Return the region that an action names, None where there is none or nobody knows it yet."""
    if action.region is None:
        return None
    return settled(pipeline, action, action.region).literal


def other_region(pipeline: Pipeline, action: Action) -> str | None:
    """Return the region of an action where it is certainly not the pipeline's own."""
    home, named = pipeline.spec.data.get("region"), region_in(pipeline, action)
    return named if home is not None and named != home else None


def _number(source: str) -> str | None:
    found = _ARN.match(source)
    return found[1] if found else None
