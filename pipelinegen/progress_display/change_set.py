"""What a change set will do, for a reader: what is lost first, then rights, then the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pipelinegen.diff import Groups, disrupts, grouped
from pipelinegen.progress import Proposed
from pipelinegen.progress_display.covering import covered
from pipelinegen.progress_display.words import GAP, label
from pipelinegen.records import PropertyChange, ResourceChange
from pipelinegen.report.pieces import CYAN, DIM, GREEN, PLAIN, RED, YELLOW, Piece, rendered
from pipelinegen.report.visible import visible

_TITLES = {
    "disruptive": "replaced or removed",
    "security": "who may do what: IAM, KMS and policies of resources",
    "rest": "the rest",
}
_KINDS = {
    "add": ("+", GREEN, "to add"),
    "change": ("~", CYAN, "to change"),
    "remove": ("-", RED, "to remove"),
    "replace": ("±", YELLOW, "replaced"),
    "may_replace": ("±", YELLOW, "may be replaced"),
}
"""What becomes of a resource: its sign, the style of it, and how such resources are counted."""

_ALWAYS_COUNTED = ("add", "change", "remove")

_POLICIES = {
    "Retain": "leaves the stack and stays in AWS",
    "Snapshot": "a snapshot of it stays",
    "ReplaceAndRetain": "replaced; the old one stays in AWS",
    "ReplaceAndSnapshot": "replaced; a snapshot of the old one stays",
}
"""What becomes of a resource, where it is not simply deleted.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html
"""
_RECREATIONS = {"Always": "replaces", "Conditionally": "may replace"}

_SHOWN = 60
"""Characters of a value that are shown."""
_LEAD = 20
"""Of them, those before the first difference, where a long value is cut."""
_CUT = "..."


def proposed_text(proposed: Proposed, *, color: bool) -> str:
    """Return a change set that waits for its execution, as a block with its last line break."""
    words = ["creates the stack"] if proposed.creates else []
    words += ["kept for later"] if proposed.kept else []
    name = f"change set '{visible(proposed.change_set.name)}'"
    head = [
        (PLAIN, label("changes")),
        (CYAN, visible(proposed.stack)),
        (PLAIN, GAP + GAP.join([name, *words])),
    ]
    upgrade = [
        (CYAN, "note"),
        (PLAIN, ": another version of pipelinegen made the stack; its upgrade changes things, too"),
    ]
    rows = [head, upgrade] if proposed.tool_upgrade else [head]
    top = "".join(rendered(row, color) for row in rows)
    return f"{top}\n{changes_text(proposed.change_set.changes, color=color)}"


def changes_text(changes: Sequence[ResourceChange], *, color: bool) -> str:
    """Return changes as blocks with titles, and how many there are in the last line."""
    rows = [*_blocks(grouped(changes)), [(PLAIN, counts_line(changes))]]
    return "".join(rendered(row, color) for row in rows)


def counts(changes: Sequence[ResourceChange]) -> dict[str, int]:
    """Return how many resources are added, changed, removed or replaced; each counts once."""
    found = Counter(map(_kind, changes))
    return {kind: found[kind] for kind in _KINDS}


def counts_line(changes: Sequence[ResourceChange]) -> str:
    """Return `2 to add, 1 to change, 0 to remove; 1 replaced`."""
    found = counts(changes)
    texts = {kind: f"{number} {_KINDS[kind][2]}" for kind, number in found.items()}
    plain = ", ".join(texts[kind] for kind in _ALWAYS_COUNTED)
    more = ", ".join(texts[kind] for kind in _KINDS if kind not in _ALWAYS_COUNTED and found[kind])
    return f"{plain}; {more}" if more else plain


def _kind(change: ResourceChange) -> str:
    if change.action in ("Add", "Import"):
        return "add"
    if change.action == "Remove":
        return "remove"
    if not disrupts(change):
        return "change"
    return "may_replace" if change.replacement != "True" else "replace"


def _blocks(groups: Groups) -> Iterator[list[Piece]]:
    for name, title in _TITLES.items():
        changes: tuple[ResourceChange, ...] = getattr(groups, name)
        if changes:
            yield [(PLAIN, f"{title}:")]
            for change in changes:
                yield from _change_rows(change)
            yield []


def _change_rows(change: ResourceChange) -> Iterator[list[Piece]]:
    kind = _kind(change)
    sign, style, _ = _KINDS[kind]
    words = [visible(change.type), _outcome(change, kind)]
    yield [
        (style, f"  {sign} {visible(change.logical_id)}"),
        *((PLAIN, f"{GAP}{word}") for word in words if word),
    ]
    for line in dict.fromkeys(map(_detail_line, change.details)):
        yield [(DIM, f"      {line}")]


def _outcome(change: ResourceChange, kind: str) -> str:
    if change.action == "Import":
        return "imported"
    word = _KINDS[kind][2] if kind in ("replace", "may_replace") else ""
    return word if kind == "may_replace" else _POLICIES.get(change.policy_action, word)


def _detail_line(detail: PropertyChange) -> str:
    path = detail.path.removeprefix("/Properties").removeprefix("/") or detail.attribute
    before, after = covered(detail.path, detail.before), covered(detail.path, detail.after)
    line = visible(path)
    if before is not None or after is not None:
        line += f": {' -> '.join(map(visible, _shortened(before, after)))}"
    words = [_RECREATIONS.get(detail.recreation, "")]
    words += [f"because of {visible(detail.cause)}"] if detail.cause else []
    remark = ", ".join(word for word in words if word)
    return f"{line} ({remark})" if remark else line


def _shortened(before: str | None, after: str | None) -> tuple[str, str]:
    """Return both values, long ones around the first place where they differ."""
    texts = [text for text in (before, after) if text is not None]
    same = 0
    if len(texts) == 2:
        pairs = enumerate(zip(*texts, strict=False))
        same = next((at for at, (one, other) in pairs if one != other), min(map(len, texts)))
    start = max(same - _LEAD, 0)
    return _part(before, start), _part(after, start)


def _part(text: str | None, start: int) -> str:
    if text is None:
        return "(none)"
    if len(text) <= _SHOWN:
        return text or '""'
    start = min(start, len(text) - _SHOWN)
    part = text[start : start + _SHOWN]
    return f"{_CUT if start else ''}{part}{_CUT if start + _SHOWN < len(text) else ''}"
