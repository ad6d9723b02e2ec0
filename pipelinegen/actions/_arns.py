"""ARNs of the resources that actions work on, in the region where the action runs.

Formats: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

import re

from pipelinegen.model import Action
from pipelinegen.text import Ref, Text, Variable

PARTITION = Ref("AWS", "Partition")
REGION = Ref("AWS", "Region")
ACCOUNT = Ref("AWS", "AccountId")

Piece = str | Ref | Variable | Text


def regional(action: Action, service: str, *resource: Piece) -> Text:
    """Return the ARN of a resource in the account and region of `action`."""
    region = action.text(action.region) if action.region else Text.of(REGION)
    account = account_of(action.text(action.role_arn)) if action.role_arn else None
    owner = account or ACCOUNT
    return Text.of("arn:", PARTITION, f":{service}:", region, ":", owner, ":", *resource)


def account_of(role: Text) -> str | None:
    """Return the account that a role's ARN names, None where only a deployment knows it."""
    found = re.search(r":iam::(\d{12}):", role.source())
    return found[1] if found else None


def unowned(service: str, *resource: Piece) -> Text:
    """Return an ARN without region and account, as S3 has them."""
    return Text.of("arn:", PARTITION, f":{service}:::", *resource)


def pattern(text: Text) -> Text:
    """Return `text` as an IAM resource pattern: what only a run knows becomes `*`."""
    return Text(tuple("*" if isinstance(part, Variable) else part for part in text.parts))


def function(action: Action, name: Text) -> Text:
    """Return the ARN of a Lambda function that is given by its name or its ARN."""
    known = pattern(name)
    return known if is_arn(known) else regional(action, "lambda", "function:", known)


def is_arn(text: Text) -> bool:
    """Tell whether a text starts like an ARN."""
    first = text.parts[0] if text.parts else ""
    return isinstance(first, str) and first.startswith("arn:")


def key_arn(action: Action, name: Text) -> Text:
    """Return the ARN of a KMS key that is given by its ARN or its id."""
    known = pattern(name)
    is_id = all(isinstance(part, str) for part in known.parts[:1]) and not is_arn(known)
    return regional(action, "kms", "key/", known) if is_id else known


def key_alias(name: Text) -> str | None:
    """Return the alias by which a KMS key is given, alone or at the end of an ARN."""
    last = name.parts[-1] if name.parts else ""
    found = re.search(r"(?:^|:)(alias/[^:]*)$", last) if isinstance(last, str) else None
    return found[1] if found else None
