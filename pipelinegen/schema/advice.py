"""What an unknown key was meant to be: another spelling, another word, or another place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipelinegen.diagnostics import Pointer, nearest
from pipelinegen.names import kebab
from pipelinegen.schema import show
from pipelinegen.schema.place import Place
from pipelinegen.schema.shape import Shape, level, naming_key
from pipelinegen.schema.words import Advice, habit

_MOST_NAMED = 3
_MOST_LISTED = 12
_LONGEST_WORD = 80
_THINGS = {
    "stages": "a stage",
    "actions": "an action",
    "parallel": "an action",
    "sources": "a source",
    "branches": "a branch rule",
    "rules": "a stage rule",
    "projects": "a project",
    "functions": "a function",
    "roles": "a role",
    "topics": "a topic",
    "targets": "a target",
    "parameters": "a parameter",
    "variables": "a variable",
    "schedules": "a schedule",
    "notifications": "a notification",
    "grants": "a grant",
    "custom-actions": "a custom action",
}


@dataclass(frozen=True, slots=True)
class Stray:
    """A key that its map does not know.

    `needed` are the keys whose absence is a fault, `free` all keys that could still be written.
    """

    word: str
    place: Place
    needed: frozenset[str]
    free: frozenset[str]

    @property
    def spelled(self) -> str:
        """The word in the spelling of the language."""
        return kebab(self.word.replace("_", "-").replace(" ", "-"))


def strays(
    place: Place, words: tuple[str, ...], *, needed: frozenset[str]
) -> Iterator[tuple[str, Advice | None]]:
    """Yield each unknown key of a map with its advice; no key is guessed twice."""
    free = frozenset(place.known) - frozenset(place.written)
    for word in words:
        found = _advice(Stray(word, place, needed & free, free))
        yield word, found
        free -= frozenset(found.keys if found else ())


def _advice(stray: Stray) -> Advice | None:
    """Return what to write instead, from the surest guess to the vaguest; None without any."""
    if len(stray.word) > _LONGEST_WORD:
        return None
    return next((found for guess in _GUESSES if (found := guess(stray))), None)


def _name_as_key(stray: Stray) -> Advice | None:
    """See `Build: {codebuild: …}`, the way of systems where a name is the key of its thing."""
    inner, name = stray.place.written[stray.word], naming_key(stray.place.part)
    if name is None or not isinstance(inner, dict) or stray.needed.isdisjoint(inner):
        return None
    keys = (name, *(key for key in stray.place.known if key in inner))
    return Advice(f"names are values here: {name}: {show.flow(stray.word)}", keys)


def _other_spelling(stray: Stray) -> Advice | None:
    if stray.spelled not in stray.place.known:
        return None
    if stray.spelled in stray.place.written:
        return Advice(f"{show.name(stray.spelled)} is already written here")
    return _meant(stray.spelled)


def _habit(stray: Stray) -> Advice | None:
    part = stray.place.part
    levels = (level(part) or "body", "any")
    known = frozenset(stray.place.known)
    found = habit(stray.spelled, levels=levels, known=known)
    written = stray.place.written
    if found and found.keys and all(key in written for key in found.keys):
        return Advice(f"{found.hint}; that is already written here")
    return found


def _near_needed(stray: Stray) -> Advice | None:
    return _meant(nearest(stray.spelled, stray.needed) or _holding(stray.spelled, stray.needed))


def _near_free(stray: Stray) -> Advice | None:
    return _meant(nearest(stray.spelled, stray.free) or _holding(stray.spelled, stray.free))


def _outside(stray: Stray) -> Advice | None:
    for length in range(len(stray.place.at) - 1, -1, -1):
        around = stray.place.at[:length]
        if stray.spelled in stray.place.shape.properties(around):
            inner = next(step for step in reversed(stray.place.at) if isinstance(step, str))
            return Advice(
                f"it belongs {_to_around(stray.place.shape, around)}, outside {show.name(inner)}"
            )
    return None


def _inside(stray: Stray) -> Advice | None:
    written = stray.place.written
    below = [
        key
        for key, part in stray.place.shape.children(stray.place.part)
        if stray.spelled in part.get("properties", {})
    ]
    here = [key for key in below if key in written]
    if here or 0 < len(below) <= _MOST_NAMED:
        return Advice(f"it belongs inside {show.names(tuple(here[:1] or below), last='or')}")
    return (
        Advice(f"it belongs inside the provider, such as {show.name(below[0])}") if below else None
    )


def _elsewhere(stray: Stray) -> Advice | None:
    here = next((step for step in reversed(stray.place.at) if isinstance(step, str)), None)
    trails = stray.place.shape.holders(stray.spelled)
    places = dict.fromkeys(_place(trail) for trail in trails if trail and trail[-1] != here)
    if not places:
        return None
    first = list(places)[:_MOST_NAMED]
    named = " or ".join([", ".join(first[:-1]), first[-1]] if len(first) > 1 else first)
    return Advice(f"it is a key of {named}" + (" …" if len(places) > _MOST_NAMED else ""))


def _list(stray: Stray) -> Advice | None:
    known = tuple(key for key in stray.place.known if key in stray.free)
    return (
        Advice(f"expected one of: {show.choices(known)}")
        if 0 < len(known) <= _MOST_LISTED
        else None
    )


_GUESSES: tuple[Callable[[Stray], Advice | None], ...] = (
    _name_as_key,
    _other_spelling,
    _habit,
    _inside,
    _near_needed,
    _outside,
    _near_free,
    _elsewhere,
    _list,
)


def _meant(key: str | None) -> Advice | None:
    return Advice(f"did you mean {show.name(key)}?", (key,)) if key else None


def _holding(word: str, known: frozenset[str]) -> str | None:
    """Return the one known key that has all the words of `word`: role → role-arn."""
    wanted = set(word.split("-")) - {""}
    holding = [key for key in known if wanted and wanted < set(key.split("-"))]
    return holding[0] if len(holding) == 1 else None


def _to_around(shape: Shape, around: Pointer) -> str:
    name = level(shape.at(around))
    if name == "spec":
        return "to the top level"
    return f"to the {name}" if name else f"to {show.name(str(around[-1]))}"


def _place(trail: tuple[str, ...]) -> str:
    return _THINGS.get(trail[-1], show.name(trail[-1]))
