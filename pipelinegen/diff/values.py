"""Where two JSON values differ, at the deepest places that still say what is meant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from pipelinegen.diagnostics import Pointer
from pipelinegen.intrinsics import JSON, canonical, is_intrinsic

_NAMING = ("Name", "Sid", "Id", "Key", "Region")
"""Keys by which the items of a list are known, wherever all of them have one of their own.

In this order, since a stage has a name, a statement a Sid, a target or lifecycle rule an id, a tag
a key, and an artifact store nothing but its region.
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place with its two values; None where there is nothing, since templates hold no null."""

    path: Pointer
    before: JSON
    after: JSON


def differences(before: JSON, after: JSON, path: Pointer = ()) -> Iterator[Difference]:
    """Yield the differences in the order in which a reader meets them.

    An intrinsic is one value: its arguments mean nothing alone. Items of a list are matched by what
    they are called, else by what they hold; a place in a list counts in `after`, or in `before`
    for an item that is gone.
    """
    if _is_map(before) and _is_map(after):
        for key in {**before, **after}:
            yield from differences(before.get(key), after.get(key), (*path, key))
    elif isinstance(before, list) and isinstance(after, list):
        naming = next((key for key in _NAMING if _are_named([before, after], key)), None)
        pairs = _by_name(before, after, naming) if naming else _by_content(before, after)
        for place, old, new in pairs:
            yield from differences(old, new, (*path, place))
        if naming and (moved := _moved(before, after, naming)):
            yield Difference(path, *moved)
    elif canonical(before) != canonical(after):
        yield Difference(path, before, after)


def _is_map(value: JSON) -> bool:
    return isinstance(value, dict) and not is_intrinsic(value)


def _are_named(lists: list[list[JSON]], key: str) -> bool:
    """Tell whether every item has a text of its own under the key."""
    for items in lists:
        names = [item.get(key) for item in items if isinstance(item, dict)]
        texts = {name for name in names if isinstance(name, str)}
        if len(texts) != len(items):
            return False
    return any(lists)


def _by_name(before: list[JSON], after: list[JSON], key: str) -> Iterator[tuple[int, JSON, JSON]]:
    old = {item[key]: (place, item) for place, item in enumerate(before)}
    new = {item[key]: (place, item) for place, item in enumerate(after)}
    for name in {**old, **new}:
        place = (new.get(name) or old[name])[0]
        yield place, old.get(name, (0, None))[1], new.get(name, (0, None))[1]


def _by_content(before: list[JSON], after: list[JSON]) -> Iterator[tuple[int, JSON, JSON]]:
    """Pair what stands between equal items by position, so that an insertion moves nothing."""
    texts = [canonical(item) for item in before], [canonical(item) for item in after]
    for tag, *bounds in SequenceMatcher(None, *texts, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        old_start, old_end, new_start, new_end = bounds
        pairs = zip_longest(range(old_start, old_end), range(new_start, new_end))
        for old, new in pairs:
            yield (
                old if new is None else new,
                None if old is None else before[old],
                None if new is None else after[new],
            )


def _moved(before: list[JSON], after: list[JSON], key: str) -> tuple[list[str], list[str]] | None:
    """Return the names of the items that both lists have, where their order differs."""
    old, new = [item[key] for item in before], [item[key] for item in after]
    stayed = [name for name in old if name in new], [name for name in new if name in old]
    return stayed if stayed[0] != stayed[1] else None
