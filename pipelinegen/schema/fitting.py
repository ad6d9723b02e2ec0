"""Whether text fits a pattern of the schema, read as ECMA 262 reads it, in bounded time."""

from __future__ import annotations

import re
from functools import cache, lru_cache

LONGEST_TEXT = 1000
"""What AWS allows for a value of an action; everything else that has a pattern is shorter.

https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionDeclaration.html
"""


@lru_cache(maxsize=1024)
def fits(pattern: str, text: str) -> bool:
    """Tell whether `text` fits; text above LONGEST_TEXT never does.

    The bound keeps patterns with two open ends from taking quadratic time on hostile text; the
    cache does the same for one text that a thousand aliases repeat.
    """
    return len(text) <= LONGEST_TEXT and _compiled(pattern).search(text) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern whose last `$` means the end of the text, not also before a line break."""
    ends = pattern.endswith("$") and not pattern.endswith(r"\$")
    return re.compile(f"{pattern[:-1]}\\Z" if ends else pattern, re.ASCII)
