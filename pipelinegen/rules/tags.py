"""Rules about tags: what AWS takes as their key and value."""

from __future__ import annotations

from collections.abc import Iterator

from pipelinegen.model import Spec
from pipelinegen.rules._rule import Finding, rule
from pipelinegen.rules._words import quoted
from pipelinegen.text import Text

_BESIDE_LETTERS = " _.:/=+-@"
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html"""


@rule()
def tag_characters(spec: Spec) -> Iterator[Finding]:
    """Tags hold letters, digits, spaces and `_ . : / = + - @`.

    Each service takes a little more or less; a role takes no more than these, and every stack has
    roles.

    bad:
        tags: {Team: "shop, north"}
    good:
        tags: {Team: "shop north"}
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
    """
    for key, value in spec.data.get("tags", {}).items():
        for text, what, on_key in ((key, "key", True), (value, "value", False)):
            parts = Text.parse(text).parts if not on_key else (text,)
            literal = "".join(part for part in parts if isinstance(part, str))
            wrong = next((one for one in literal if not _is_allowed(one)), None)
            if wrong is not None:
                yield Finding(
                    f"the {what} of a tag cannot hold {quoted(wrong)}",
                    ("tags", key),
                    hint=f"letters, digits, spaces and {_BESIDE_LETTERS.strip()} are allowed",
                    on_key=on_key,
                )


def _is_allowed(character: str) -> bool:
    return character.isalnum() or character in _BESIDE_LETTERS


RULES = (tag_characters,)
