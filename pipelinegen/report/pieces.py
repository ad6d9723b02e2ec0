"""Text in pieces, each with the style that a terminal gives it."""

from __future__ import annotations

from collections.abc import Iterable

Piece = tuple[str, str]
"""An ANSI style and the text that has it: https://en.wikipedia.org/wiki/ANSI_escape_code#SGR"""

PLAIN, DIM, CYAN = "", "2", "36"
GREEN, YELLOW, RED = "32", "33", "31"
BOLD_RED, BOLD_GREEN = "1;31", "1;32"


def rendered(row: Iterable[Piece], color: bool) -> str:
    """Return a row as a line with its line break; without colour it has no trailing space."""
    if not color:
        return "".join(part for _, part in row).rstrip() + "\n"
    return "".join(f"\x1b[{style}m{part}\x1b[0m" if style else part for style, part in row) + "\n"
