"""What a rule means, in words: its docstring taken apart into meaning, examples and page.

A docstring is a sentence, further paragraphs, `bad:` and `good:` with an indented example each, and
the URL of a page of AWS. An example is a part of a spec: top-level keys, or a list of branch rules
(`- branch:`), sources, stages (`- stage:`) or actions. Tests complete it to a whole spec and see
that the bad one is found and the good one is not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from textwrap import dedent

from pipelinegen.diagnostics import Severity

_EXAMPLE = re.compile(r"^(bad|good):\n((?:(?: .*)?\n)+)", re.MULTILINE)
_PAGE = re.compile(r"^https://\S+$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class RuleDoc:
    """One rule as it is documented; `bad`, `good` and `url` are empty where there is none."""

    name: str
    severity: Severity
    meaning: str
    bad: str = ""
    good: str = ""
    url: str = ""

    @property
    def summary(self) -> str:
        """The first sentence of the meaning."""
        return " ".join(self.meaning.partition("\n\n")[0].split())


def documented(name: str, severity: Severity, text: str) -> RuleDoc:
    """Return the documentation that a cleaned docstring holds."""
    text += "\n"
    examples = {match[1]: dedent(match[2]).strip("\n") for match in _EXAMPLE.finditer(text)}
    page = _PAGE.search(text)
    return RuleDoc(
        name,
        severity,
        _PAGE.sub("", _EXAMPLE.sub("", text)).strip(),
        bad=examples.get("bad", ""),
        good=examples.get("good", ""),
        url=page[0] if page else "",
    )
