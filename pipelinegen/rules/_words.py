"""Words that messages of several rules share: quoted names, lists, what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipelinegen.diagnostics import nearest

_LONGEST = 60
_MOST = 20


def quoted(name: object) -> str:
    """Return a name or reference of the spec in quotes, cut where it is very long."""
    return f"'{cut(name)}'"


def cut(text: object) -> str:
    """Return a text of the spec at a length that a message can hold."""
    shown = " ".join(str(text).split())
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"


def joined(names: Iterable[str], *, last: str = "and") -> str:
    """Return names in quotes, joined as in a sentence."""
    words = [quoted(name) for name in names]
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def listed(names: Sequence[str]) -> str:
    """Return names with commas between them, the first ones where there are many."""
    more = ", …" if len(names) > _MOST else ""
    return ", ".join(map(cut, names[:_MOST])) + more


def instead(word: str, known: Iterable[str], *, otherwise: str | None = None) -> str | None:
    """Return what to write instead of `word`: the nearest known name, else all of them.

    `otherwise` is the way out where nothing is known.
    """
    names = sorted(known)
    if not names:
        return otherwise
    meant = nearest(word, names)
    return f"did you mean {quoted(meant)}?" if meant else f"expected one of: {listed(names)}"
