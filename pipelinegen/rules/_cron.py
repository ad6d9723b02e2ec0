"""Cron expressions as EventBridge Scheduler and deployment windows read them.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_WEEKS = 5


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name, its numbers, and the words that stand for them, first one first."""

    name: str
    least: int
    most: int
    words: tuple[str, ...] = ()

    def value(self, text: str) -> int | None:
        """Return the number that a text means, None when it means none of this field."""
        if text.upper() in self.words:
            return self.words.index(text.upper()) + self.least
        if re.fullmatch(r"[0-9]{1,4}", text) and self.least <= int(text) <= self.most:
            return int(text)
        return None

    @property
    def range(self) -> str:
        """What its values are, in words."""
        numbers = f"{self.least} to {self.most}"
        return f"{numbers} or {self.words[0]} to {self.words[-1]}" if self.words else numbers


SECONDS = Field("seconds", 0, 59)
MINUTES = Field("minutes", 0, 59)
HOURS = Field("hours", 0, 23)
DAY = Field("day", 1, 31)
MONTH = Field("month", 1, 12, _MONTHS)
WEEKDAY = Field("weekday", 1, 7, _WEEKDAYS)
YEAR = Field("year", 1970, 2199)

SCHEDULE = (MINUTES, HOURS, DAY, MONTH, WEEKDAY, YEAR)
WINDOW = (SECONDS, MINUTES, HOURS, DAY, MONTH, WEEKDAY, YEAR)


def faults(text: str, fields: Sequence[Field]) -> Iterator[str]:
    """Yield what is wrong with an expression; `fields` is SCHEDULE or WINDOW.

    The year of a window may be left out; its seconds can only be `*`.
    """
    parts = text.split()
    least = len(fields) - (fields[0] is SECONDS)
    if not least <= len(parts) <= len(fields):
        yield f"{len(parts)} fields; {_counted(fields)}"
        return
    if fields[0] is SECONDS and parts[0] != "*":
        yield "the seconds field of a deployment window can only be *"
        return
    written = dict(zip((field.name for field in fields), parts, strict=False))
    if (written[DAY.name] == "?") == (written[WEEKDAY.name] == "?"):
        yield "exactly one of day and weekday must be ?"
    for field, part in zip(fields, parts, strict=False):
        if part == "?" and field in (DAY, WEEKDAY):
            continue
        for item in part.split(","):
            if not _fits(item, field):
                yield f"{_shown(item)} is no value of the {field.name} field: {field.range}"


def _counted(fields: Sequence[Field]) -> str:
    names = " ".join(field.name for field in fields)
    if fields[0] is SECONDS:
        return f"a deployment window has six or seven: {names}"
    return f"a schedule has six: {names}"


def _fits(item: str, field: Field) -> bool:
    if field is DAY and re.fullmatch(r"(?i)L|LW|L-[0-9]{1,2}", item):
        return True
    if field is DAY and item[-1:].upper() == "W":
        return field.value(item[:-1]) is not None
    if field is WEEKDAY and item.upper() == "L":
        return True
    if field is WEEKDAY and item[-1:].upper() == "L":
        return field.value(item[:-1]) is not None
    if field is WEEKDAY and "#" in item:
        day, _, week = item.partition("#")
        return field.value(day) is not None and week.isdigit() and 1 <= int(week) <= _WEEKS
    return _is_series(item, field)


def _is_series(item: str, field: Field) -> bool:
    """`*`, a value or a range, with or without a step behind it."""
    span, slash, step = item.partition("/")
    if slash and not re.fullmatch(r"0*[1-9][0-9]{0,3}", step):
        return False
    if span == "*":
        return True
    first, dash, last = span.partition("-")
    return field.value(first) is not None and (not dash or field.value(last) is not None)


def _shown(item: str) -> str:
    return f"'{item[:40]}'"
