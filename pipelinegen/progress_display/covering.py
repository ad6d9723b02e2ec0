"""Secrets in the values of properties are covered, whatever AWS itself covers already.

AWS answers `****` for parameters with NoEcho and for the tokens of actions; a change set shows all
other values as the template has them.
"""

from __future__ import annotations

import json
import re
from typing import Any

COVER = "****"
"""As AWS writes it: https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_GetPipeline.html"""

_SECRET = re.compile(
    r"(?:token|password|passwd|passphrase|pwd|secret|credentials?"
    r"|(?:api|access|private|auth)[-_ ]?key)$",
    re.IGNORECASE,
)
"""How the name of something secret ends: OAuthToken, DB_PASSWORD, ApiKey; not SecretArn."""

_FORMS = re.compile(
    r"gh[oprsu]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,}"
    r"|A(?:KIA|SIA)[A-Z2-7]{16}|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
"""Texts that are secrets by their form, wherever they stand.

https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats
"""

_WRITTEN = re.compile(r'("(?P<name>[^"\\]+)"\s*:\s*)"(?:[^"\\]|\\.)*"?')
"""A key with its text in JSON that may be cut off."""

_HARMLESS = re.compile(r"\{\{resolve:[^{}]+\}\}|arn:\S*|true|false|\*+")
"""Values that say where a secret is, or that there is one."""


def covered(path: str, text: str | None) -> str | None:
    """Return the value of the property at a JSON pointer, with what is secret in it covered."""
    if text is None:
        return None
    if _SECRET.search(path) and not _HARMLESS.fullmatch(text.strip('"')):
        return COVER
    try:
        data = json.loads(text)
    except ValueError:
        return without_tokens(_WRITTEN.sub(_covered_text, text))
    if not isinstance(data, (dict, list)):
        return without_tokens(text)
    changed = _covered(data)
    return without_tokens(text if changed == data else json.dumps(changed, ensure_ascii=False))


def without_tokens(text: str) -> str:
    """Return any text with what is a secret by its form covered."""
    return _FORMS.sub(COVER, text)


def _covered(node: Any) -> Any:
    if isinstance(node, list):
        return [_covered(item) for item in node]
    if not isinstance(node, dict):
        return node
    named = {key.lower(): value for key, value in node.items()}
    of_secret = _SECRET.search(str(named.get("name", "")))
    return {
        key: COVER
        if _is_secret(value) and (_SECRET.search(key) or (of_secret and key.lower() == "value"))
        else _covered(value)
        for key, value in node.items()
    }


def _is_secret(value: Any) -> bool:
    return isinstance(value, str) and not _HARMLESS.fullmatch(value)


def _covered_text(found: re.Match[str]) -> str:
    return f'{found[1]}"{COVER}"' if _SECRET.search(found["name"]) else found[0]
