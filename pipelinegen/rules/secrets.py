"""Rules about secrets: where a reference to one may stand, and text that looks like one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from pipelinegen.actions.table import ACTIONS
from pipelinegen.diagnostics import Severity
from pipelinegen.leaves import Leaf, Leaves
from pipelinegen.rules._rule import Finding, rule
from pipelinegen.rules._words import quoted
from pipelinegen.text import Text

_SECRET_ENVIRONMENT = "env-secret"
_ENVIRONMENT = "env"

_RESOLVED = re.compile(r"\{\{resolve:(secretsmanager|ssm-secure):")

_SECRET_WORDS = (
    "apikey",
    "credential",
    "credentials",
    "passphrase",
    "passwd",
    "password",
    "passwords",
    "pwd",
    "secret",
    "secrets",
    "token",
)
"""Ends of words that mean a secret: DB_PASSWORD, DBPASSWORD."""

_SECRET_KEYS = frozenset({"access", "api", "auth", "private", "secret", "signing"})
"""Words before KEY that make it a secret: API_KEY, PRIVATE_KEY."""

_ABOUT_SECRETS = frozenset(
    {
        "alg",
        "algorithm",
        "arn",
        "audience",
        "bucket",
        "cookie",
        "count",
        "days",
        "dir",
        "domain",
        "enabled",
        "endpoint",
        "expiration",
        "expires",
        "expiry",
        "file",
        "format",
        "header",
        "host",
        "hours",
        "id",
        "in",
        "issuer",
        "kind",
        "length",
        "lifetime",
        "limit",
        "minutes",
        "mode",
        "name",
        "path",
        "policy",
        "prefix",
        "provider",
        "region",
        "required",
        "rotation",
        "scope",
        "seconds",
        "service",
        "size",
        "store",
        "timeout",
        "ttl",
        "type",
        "uri",
        "url",
        "user",
        "username",
        "validity",
        "version",
    }
)
"""Last words of a name that tells something about a secret without being one: TOKEN_URL."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_HARMLESS = re.compile(
    r"|true|false|yes|no|on|off|none|null|[0-9]{1,5}|arn:.*|/[\w./-]+", re.IGNORECASE
)
"""Values that say where a secret is, or only whether there is one."""


@rule()
def secret_not_here(leaves: Leaves) -> Iterator[Finding]:
    """`${secret:…}` fits keys that are made for secrets, and `env-secret`.

    Anywhere else the secret itself would be written into the pipeline or the template's resources,
    where everybody who may look at them can read it.

    bad:
        - codebuild: {buildspec: buildspec.yml, env: {TOKEN: "${secret:api:token}"}}
    good:
        - codebuild: {buildspec: buildspec.yml, env-secret: {TOKEN: "${secret:api:token}"}}
    """
    for leaf in leaves:
        if leaf.key == _ENVIRONMENT and _RESOLVED.search(leaf.value):
            yield Finding(
                "CloudFormation would write the secret itself into the build project",
                leaf.at,
                hint="use env-secret: with name:key, which the build reads when it runs",
            )
        if leaf.type not in ("Text", "ArtifactPath") or "${secret:" not in leaf.value:
            continue
        text = Text.parse(leaf.value)
        if all(ref.kind != "secret" for ref in text.refs):
            continue
        if leaf.key != _SECRET_ENVIRONMENT:
            yield Finding(
                "${secret:…} fits only keys of type Secret and env-secret",
                leaf.at,
                hint=_way_out(leaf),
            )
        elif len(text.parts) > 1:
            yield Finding(
                "${secret:…} stands alone; other text cannot stand beside it",
                leaf.at,
                hint="put the whole text into the secret",
            )


@rule(Severity.WARNING)
def secret_like_text(leaves: Leaves) -> Iterator[Finding]:
    """An environment variable with the name of a secret should not hold its text.

    Plain environment variables are shown in the console and written to logs. Keep the secret in
    Secrets Manager and name it under `env-secret`.

    bad:
        - codebuild: {buildspec: buildspec.yml, env: {API_TOKEN: abc123}}
    good:
        - codebuild: {buildspec: buildspec.yml, env-secret: {API_TOKEN: "api:token"}}
    https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
    """
    for leaf in leaves:
        if leaf.key != _ENVIRONMENT or leaf.type != "Text" or leaf.at[-2] != _ENVIRONMENT:
            continue
        name = str(leaf.at[-1])
        literal = Text.parse(leaf.value).literal
        if literal is not None and _names_secret(name) and not _HARMLESS.fullmatch(literal):
            yield Finding(f"{quoted(name)} looks like a secret", leaf.at, hint=_way_out(leaf))


def _way_out(leaf: Leaf) -> str:
    """Return how the environment that a text stands in is given a secret."""
    if leaf.key != _ENVIRONMENT:
        return "keep the secret in Secrets Manager and let what needs it read it there"
    provider = ACTIONS.get(leaf.provider or "")
    has_secrets = leaf.at[0] == "projects" or (
        provider is not None and _SECRET_ENVIRONMENT in provider.keys and "rules" not in leaf.entry
    )
    if has_secrets:
        return f"use env-secret: {{{leaf.at[-1]}: name:key}}"
    return "keep it in Secrets Manager and let the code read it there"


def _names_secret(name: str) -> bool:
    words = [word.lower() for word in _WORD.findall(name)]
    if not words or words[-1] in _ABOUT_SECRETS:
        return False
    return any(word.endswith(_SECRET_WORDS) for word in words) or any(
        before in _SECRET_KEYS and after == "key" for before, after in pairwise(words)
    )


RULES = (secret_not_here, secret_like_text)
