"""Stretches of a page that are generated, between two comments that a reader does not see."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

Made = Callable[[str], str]
"""What a stretch is about, by name, to its Markdown."""

_STRETCH = re.compile(
    r"(?P<head><!-- generated: (?P<kind>[a-z-]+)(?: (?P<name>[^ ]+))? -->\n)"
    r".*?(?P<end><!-- end -->)",
    re.DOTALL,
)


def filled(page: str, makers: Mapping[str, Made]) -> str:
    """Return a page with every `<!-- generated: KIND NAME -->` stretch made anew."""

    def made(stretch: re.Match[str]) -> str:
        text = makers[stretch["kind"]](stretch["name"] or "")
        return f"{stretch['head']}\n{text.strip()}\n\n{stretch['end']}"

    return _STRETCH.sub(made, page)


def names(page: str, kind: str) -> list[str]:
    """Return the names of the stretches of one kind, in order."""
    return [stretch["name"] for stretch in _STRETCH.finditer(page) if stretch["kind"] == kind]


def table(header: str, rows: Sequence[tuple[str, ...]]) -> str:
    """Return a Markdown table; `header` holds the titles, separated by bars."""
    titles = [title.strip() for title in header.split("|")]
    lines = [titles, ["---"] * len(titles), *[[_cell(text) for text in row] for row in rows]]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
