"""Names that outlive a release: slugs, stack names, rule ids, logical ids.

Changing what one of these functions returns renames resources in running stacks.
"""

from __future__ import annotations

import re

BRANCH_NAME_PATTERN = r"^[A-Za-z0-9._/@+=,#%-]{1,255}$"
"""No quote, backslash, $, {, }: safe inside JSON, Sub and #{}."""

BRANCH_SLUG_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
SLUG_LENGTH = 40
_HASH_LENGTH = 6


def branch_slug(branch: str) -> str:
    """Return the lower-case ASCII form of a branch name that stack names may hold.

    Where the form lost something, six hex digits of the raw name's SHA-256 keep two branches apart.
    """
    slug = re.sub(r"[^a-z0-9]+", "-", branch.lower()).strip("-") or "branch"
    if slug == branch and len(slug) <= SLUG_LENGTH and not slug.endswith("-pipeline"):
        return slug
    from hashlib import sha256  # loads OpenSSL, which lint has no use for

    digest = sha256(branch.encode("utf-8", "surrogateescape")).hexdigest()[:_HASH_LENGTH]
    return f"{slug[: SLUG_LENGTH - _HASH_LENGTH - 1].rstrip('-')}-{digest}"


def is_usable_branch_name(branch: str) -> bool:
    """Tell whether a branch name may become a parameter of a stack."""
    return re.fullmatch(BRANCH_NAME_PATTERN[1:-1], branch) is not None


def stack_name(pipeline: str, slug: str) -> str:
    """Return the name of the stack that holds the pipeline of one branch."""
    return f"{pipeline}-{slug}-pipeline"


def rule_id(name: str) -> str:
    """Return the id of a branch rule: the alphanumeric runs of its name, joined by '-'."""
    return "-".join(re.findall(r"[A-Za-z0-9]+", name))


def pascal(name: str) -> str:
    """Return `name` in Pascal case with everything but ASCII letters and digits dropped."""
    return "".join(run[0].upper() + run[1:] for run in re.findall(r"[A-Za-z0-9]+", name))


def logical_id(*names: str) -> str:
    """Return the logical id that the given names make together.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html
    """
    return "".join(pascal(name) for name in names)[:255]


def kebab(key: str) -> str:
    """Return the spec's spelling of an AWS configuration key: StackName → stack-name."""
    irregular = {"OAuthToken": "oauth-token"}
    if key in irregular:
        return irregular[key]
    parts = re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+[0-9]*", key)
    return "-".join(part.lower() for part in parts)
