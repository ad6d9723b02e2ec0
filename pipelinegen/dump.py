"""Plain data to YAML or JSON text that a person reads and a byte comparison trusts."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import yaml
from yaml.emitter import ScalarAnalysis

if TYPE_CHECKING:
    from pipelinegen.provider import JSON

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e007f]"
)
"""Control, format (bidi among them) and separating characters but tab and line feed, and lone
surrogates. A list of our own, since Python's tables, and so the bytes written, change with Python.
https://www.unicode.org/versions/Unicode15.1.0/
"""

_PLAIN = re.compile(r"[A-Za-z_/$(\u00a1-\U0010ffff](?:[^\t\n:#]|:(?=[^\s])|(?<! )#)*(?<! )")
"""Begins with nothing that could be an indicator or a number, holds neither `: ` nor ` #`."""

_OTHER = re.compile(r"null|true|false|yes|no|on|off|y|n|e[0-9]+", re.IGNORECASE)
"""Words that mean something else to some reader: https://yaml.org/type/bool.html and
https://yaml.org/spec/1.2.2/#103-core-schema; `e0` is a number to one reader of YAML 1.1 at least.
"""

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def to_yaml(value: JSON) -> str:
    """Return YAML in block style that reads as the same value under YAML 1.1 and 1.2.

    Maps keep their order, lines are never folded, text of several lines stands as it is where YAML
    can hold it so, and text that any reader could take for something else is quoted.
    """
    return yaml.dump(
        value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1 << 62, indent=2
    )


def to_json(value: JSON) -> str:
    """Return JSON indented by two, its characters readable but for those that nobody can see.

    Raises ValueError for numbers that are not finite.
    """
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    return _UNSEEN.sub(lambda match: json.dumps(match[0])[1:-1], text) + "\n"


class _Dumper(yaml.SafeDumper):
    """PyYAML's own emitter, never the one in C, so that every machine writes the same bytes."""

    def ignore_aliases(self, data: object) -> bool:
        return True

    def increase_indent(
        self,
        flow: bool = False,
        indentless: bool = False,
    ) -> None:
        super().increase_indent(flow, indentless=False)

    def analyze_scalar(self, scalar: str) -> ScalarAnalysis:
        """Allow everything, since `_style` has decided; long escaped keys are written as `? `."""
        long = len(scalar) > 100 and _UNSEEN.search(scalar) is not None
        return ScalarAnalysis(scalar, False, long, True, True, True, True, True)

    def write_literal(self, text: str) -> None:
        super().write_literal(text)
        self.open_ended = False  # else a last text that ends in empty lines is followed by `...`

    def write_double_quoted(
        self,
        text: str,
        split: bool = True,
    ) -> None:
        self.write_indicator(f'"{_escaped(text)}"', need_whitespace=True)


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=_style(text))


_Dumper.add_representer(str, _represent_text)


def _style(text: str) -> str | None:
    """Return YAML's sign of the most readable style that keeps the text; None is plain."""
    if _UNSEEN.search(text):
        return '"'
    if "\n" in text:
        # Text that is all blank, or begins with a tab, has no line to show its indentation.
        return "|" if text.strip(" \t\n") and not text.startswith("\t") else '"'
    if _PLAIN.fullmatch(text) and not _OTHER.fullmatch(text):
        return None
    if "\t" in text or ("'" in text and '"' not in text and "\\" not in text):
        return '"'
    return "'"


def _escaped(text: str) -> str:
    text = re.sub(r'[\\"\n\t\r]', lambda match: _ESCAPES[match[0]], text)
    return _UNSEEN.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)
