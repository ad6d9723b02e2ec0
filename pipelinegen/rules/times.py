"""Rules about times: the cron expressions and time zones of schedules and deployment windows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelinegen.conditions import checks
from pipelinegen.diagnostics import Pointer, nearest
from pipelinegen.model import Pipeline
from pipelinegen.resources.section import live_entries
from pipelinegen.rules._cron import SCHEDULE, WINDOW, Field, faults
from pipelinegen.rules._known import settled
from pipelinegen.rules._rule import Finding, rule
from pipelinegen.rules._words import quoted

# Region/City, UTC with an offset, or an abbreviation:
# https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-DeploymentWindow.html
_WINDOW_ZONE = re.compile(r"UTC([+-]\d{1,2}:\d{2})?|[A-Z]{3,5}")
_WINDOW = "DeploymentWindow"


@dataclass(frozen=True, slots=True)
class _Time:
    """A time as a spec writes it; texts that only a deployment knows are None."""

    fields: Sequence[Field]
    cron: str | None
    cron_at: Pointer
    zone: str | None
    zone_at: Pointer


@rule()
def cron_syntax(pipeline: Pipeline) -> Iterator[Finding]:
    """A schedule has six cron fields, a deployment window six or seven with seconds first.

    A schedule: minutes, hours, day, month, weekday, year. A window: seconds (always `*`), minutes,
    hours, day, month, weekday, and the year if wanted. Weekdays count from 1, Sunday. One of day
    and weekday must be `?`, since it follows from the other.

    bad:
        schedules:
          - {schedule: Weekly, cron: "0 5 * * MON"}
    good:
        schedules:
          - {schedule: Weekly, cron: "0 5 ? * MON *"}
    https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
    """
    for time in _times(pipeline):
        if time.cron is None:
            continue
        wrapped = re.match(r"\s*(cron|rate|at)\s*\(", time.cron)
        example = "* * 9-16 ? * MON-FRI" if time.fields is WINDOW else "0 5 ? * MON *"
        if wrapped:
            yield Finding(
                f"write the cron fields alone, without {wrapped[1]}(…)",
                time.cron_at,
                hint=f'for example "{example}"',
            )
            continue
        for fault in faults(time.cron, time.fields):
            hint = f'for example "{example}"' if " fields; " in fault else None
            yield Finding(fault, time.cron_at, hint=hint)


@rule()
def time_zone_unknown(pipeline: Pipeline) -> Iterator[Finding]:
    """A time zone is a name of the IANA database, such as Europe/Berlin.

    A deployment window also takes `UTC+02:00` and abbreviations in capital letters.

    bad:
        schedules:
          - {schedule: Weekly, cron: "0 5 ? * MON *", time-zone: Berlin}
    good:
        schedules:
          - {schedule: Weekly, cron: "0 5 ? * MON *", time-zone: Europe/Berlin}
    https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
    """
    for time in _times(pipeline):
        if time.zone is None:
            continue
        if time.fields is WINDOW and _WINDOW_ZONE.fullmatch(time.zone):
            continue
        from pipelinegen.rules._time_zones import TIME_ZONES  # most specs name no zone

        if time.zone not in TIME_ZONES:
            meant = _meant(time.zone, TIME_ZONES)
            yield Finding(
                f"{quoted(time.zone)} is not a time zone",
                time.zone_at,
                hint=f"did you mean {quoted(meant)}?"
                if meant
                else "write a name such as Europe/Berlin",
            )


def _times(pipeline: Pipeline) -> Iterator[_Time]:
    for entry, at in live_entries(pipeline, "schedules"):
        zone = entry.get("time-zone")
        yield _Time(SCHEDULE, entry["cron"], (*at, "cron"), zone, (*at, "time-zone"))
    for check in checks(pipeline):
        if check.row.provider != _WINDOW:
            continue
        raw = "configuration" in check.row.keys
        written = check.body.get("configuration", {}) if raw else check.body
        at = (*check.body_origin, "configuration") if raw else check.body_origin
        names = ("Cron", "TimeZone") if raw else ("cron", "time-zone")
        cron, zone = (
            settled(pipeline, check, written[name]).literal if name in written else None
            for name in names
        )
        yield _Time(WINDOW, cron, (*at, names[0]), zone, (*at, names[1]))


def _meant(word: str, zones: frozenset[str]) -> str | None:
    """Return the zone of that city, however it is spelled, else the nearest name.

    A few letters are an abbreviation, of which no name is near.
    """
    spelled = word.strip().replace(" ", "_").lower()
    cities = sorted(zone for zone in zones if zone.lower().rpartition("/")[2] == spelled)
    if cities or len(spelled) < 6:
        return cities[0] if cities else None
    return nearest(spelled, zones)


RULES = (cron_syntax, time_zone_unknown)
