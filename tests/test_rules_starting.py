"""Specs near the faults of detection, triggers and times, and what is not said of them."""

from __future__ import annotations

import pytest

from pipelinegen.rules._cron import SCHEDULE, WINDOW, faults
from pipelinegen.rules._time_zones import TIME_ZONES
from tests.near import found

RULES = {
    "double-detection",
    "no-detection",
    "polling-detection",
    "source-events-off",
    "cron-syntax",
    "time-zone-unknown",
    "trigger-for-other-branch",
}

CONNECTION = "connection-arn: a, full-repository-id: o/r"


@pytest.mark.parametrize(
    "example",
    [
        pytest.param(
            f"sources: [{{connection: {{{CONNECTION}}}}}]", id="a connection has its own webhook"
        ),
        pytest.param(
            "sources: [{codecommit: {repository-name: a}}, "
            "{source: B, codecommit: {repository-name: b, detection: none}}]",
            id="one source that starts it is enough",
        ),
        pytest.param(
            "sources: [{codecommit: {repository-name: a, detection: none}}]\n"
            "schedules: [{schedule: S, cron: '0 5 * * ? *'}]",
            id="a schedule starts it",
        ),
        pytest.param(
            "sources: [{codecommit: {repository-name: a, detection: none}}]\n"
            "template: {resources: {Rule: {Type: 'AWS::Events::Rule'}}}",
            id="a resource of the spec's own may start it",
        ),
        pytest.param(
            f"sources: [{{connection: {{{CONNECTION}, detection: none}}}}]\n"
            "patch: {Triggers: []}",
            id="triggers in a patch may start it",
        ),
        pytest.param(
            f"sources: [{{connection: {{{CONNECTION}, detection: none, "
            "push: [{file-paths: {includes: [a]}}]}}]",
            id="a filter starts it, whatever detection says",
        ),
        pytest.param(
            f"sources: [{{connection: {{{CONNECTION}, detection: none}}, "
            "patch: {Configuration: {DetectChanges: 'true'}}}]",
            id="a patch switches the webhook on",
        ),
        pytest.param(
            "sources: [{raw: {category: Source, owner: Custom, provider: Depot, version: '1'}, "
            "output-artifacts: [S]}]",
            id="nobody knows what starts a source of another's making",
        ),
        pytest.param(
            "sources: [{raw: {category: Source, owner: AWS, provider: S3, version: '1', "
            "configuration: {PollForSourceChanges: '${param:Poll}'}}, output-artifacts: [S]}]",
            id="whether it polls is known at deployment only",
        ),
        pytest.param(
            "sources: [{raw: {category: Source, owner: AWS, provider: CodeStarSourceConnection, "
            "version: '1'}, output-artifacts: [S]}]",
            id="a raw connection detects changes unless told otherwise",
        ),
        pytest.param(
            "sources: [{codecommit: {repository-name: a}, "
            "patch: {Configuration: {PollForSourceChanges: 'false', Other: x}}}]",
            id="a patch that leaves polling off",
        ),
        pytest.param(
            "sources: [{s3: {s3-bucket: '${resource:B}', s3-object-key: k}}]\n"
            "template: {resources: {B: {Type: 'AWS::S3::Bucket', Properties: "
            "{NotificationConfiguration: {EventBridgeConfiguration: {}}}}}}",
            id="a bucket of the spec's own that sends its events",
        ),
        pytest.param(
            f"sources: [{{connection: {{{CONNECTION}, push: [{{branches: {{includes: "
            "[develop, 'release/*']}}]}}]",
            id="a spec for one branch may start for others",
        ),
        pytest.param(
            "branches: [{branch: main}, {branch: feature/*}]\n"
            f"sources: [{{only: [main], connection: {{{CONNECTION}, "
            "push: [{branches: {includes: [main]}}]}}, {source: B, connection: "
            f"{{{CONNECTION}}}}}]",
            id="the branch of its own branch rule",
        ),
        pytest.param(
            "branches: [{branch: main}, {branch: feature/*}]\n"
            f"sources: [{{connection: {{{CONNECTION}, "
            "push: [{branches: {includes: ['hotfix/*']}}, {tags: {includes: [v1]}}]}}]",
            id="patterns and tags name no branch",
        ),
        pytest.param(
            "schedules: [{schedule: S, cron: '0/15 8-18 ? JAN,jul MON-FRI 2026-2030', "
            "time-zone: America/Argentina/Ushuaia}]",
            id="steps, ranges, lists and names",
        ),
        pytest.param(
            "stages: [{stage: S, before-entry: {result: FAIL, rules: [{deployment-window: "
            "{cron: '${param:Window}', time-zone: '${param:Zone}'}}]}, actions: [{approval: {}}]}]",
            id="a window that only a deployment knows",
        ),
        pytest.param(
            "values: {window: '* * 9-16 ? * MON-FRI *'}\n"
            "stages: [{stage: S, before-entry: {result: FAIL, rules: [{deployment-window: "
            "{cron: '${value:window}', time-zone: UTC}}, {rule: Raw, raw: {provider: "
            "DeploymentWindow}}]}, actions: [{approval: {}}]}]",
            id="a window in a value",
        ),
    ],
)
def test_nothing_is_said(example: str) -> None:
    """A spec close to a fault is left in peace."""
    assert found(example, RULES) == []


@pytest.mark.parametrize(
    ("example", "message"),
    [
        pytest.param(
            "values: {window: 9-17}\n"
            "stages: [{stage: S, before-entry: {result: FAIL, rules: [{deployment-window: "
            "{cron: '* * ${value:window} * * *'}}]}, actions: [{approval: {}}]}]",
            "exactly one of day and weekday must be ?",
            id="a value makes the fault",
        ),
        pytest.param(
            "sources: [{raw: {category: Source, owner: AWS, provider: CodeStarSourceConnection, "
            "version: '1', configuration: {DetectChanges: 'false'}}, output-artifacts: [S]}]",
            "nothing starts this pipeline: every source says detection: none and there is no "
            "schedule",
            id="a raw connection that detects nothing",
        ),
        pytest.param(
            "sources: [{raw: {category: Source, owner: AWS, provider: ECR, version: '1'}, "
            "output-artifacts: [S]}]",
            "nothing starts this pipeline: every source says detection: none and there is no "
            "schedule",
            id="AWS has no polling for ECR",
        ),
    ],
)
def test_something_is_said(example: str, message: str) -> None:
    """Faults that need a closer look than the cases give."""
    assert found(example, RULES) == [message]


@pytest.mark.parametrize(
    "cron",
    [
        pytest.param("0 5 ? * MON *", id="every Monday"),
        pytest.param("*/5 * * * ? *", id="every five minutes"),
        pytest.param("0 0 L * ? *", id="the last day of a month"),
        pytest.param("0 0 L-3 * ? *", id="three days before it"),
        pytest.param("0 0 LW * ? *", id="the last working day"),
        pytest.param("0 0 15W * ? *", id="the working day next to the 15th"),
        pytest.param("0 0 ? * 6L *", id="the last Friday"),
        pytest.param("0 0 ? * L *", id="Saturday"),
        pytest.param("0 0 ? * TUE#2 *", id="the second Tuesday"),
        pytest.param("0 0 ? * 7,SUN 2030", id="numbers and names in a list"),
        pytest.param("  0   0 1/2 1-6/2 ?  * ", id="steps of ranges, and blanks"),
        pytest.param("0 22-2 ? * FRI-MON *", id="ranges over the end"),
    ],
)
def test_schedule(cron: str) -> None:
    """What EventBridge Scheduler takes is no fault."""
    assert list(faults(cron, SCHEDULE)) == []


@pytest.mark.parametrize(
    ("cron", "fault"),
    [
        pytest.param("", "0 fields", id="nothing"),
        pytest.param("0 5 * * 1-5", "5 fields", id="five fields as on Unix"),
        pytest.param("0 0 5 ? * MON *", "7 fields", id="seconds, as in a window"),
        pytest.param("60 5 ? * MON *", "'60' is no value of the minutes field", id="minute 60"),
        pytest.param("0 24 ? * MON *", "'24' is no value of the hours field", id="hour 24"),
        pytest.param("0 5 0 * ? *", "'0' is no value of the day field", id="day 0"),
        pytest.param("0 5 32W * ? *", "'32W' is no value of the day field", id="working day 32"),
        pytest.param("0 5 ? 13 MON *", "'13' is no value of the month field", id="month 13"),
        pytest.param("0 5 ? * 0 *", "'0' is no value of the weekday field", id="Sunday is 1"),
        pytest.param("0 5 ? * XL *", "'XL' is no value of the weekday field", id="last what"),
        pytest.param("0 5 ? * MON#0 *", "'MON#0' is no value of the weekday field", id="week 0"),
        pytest.param("0 5 ? * MON 1969", "'1969' is no value of the year field", id="too early"),
        pytest.param("? 5 ? * MON *", "'?' is no value of the minutes field", id="? elsewhere"),
        pytest.param("0 5 ? * MON 2030,", "'' is no value of the year field", id="an empty item"),
        pytest.param("0-1-2 5 ? * MON *", "'0-1-2' is no value of the minutes", id="two dashes"),
        pytest.param("0/x 5 ? * MON *", "'0/x' is no value of the minutes field", id="no step"),
        pytest.param("٣ 5 ? * MON *", "'٣' is no value of the minutes field", id="other digits"),
    ],
)
def test_no_schedule(cron: str, fault: str) -> None:
    """What EventBridge Scheduler refuses is named."""
    first, *others = faults(cron, SCHEDULE)
    assert first.startswith(fault)
    assert others == []


@pytest.mark.parametrize(
    ("cron", "fits"),
    [
        pytest.param("* * 9-16 ? * MON-FRI", True, id="six fields"),
        pytest.param("* 0-30 9 ? * MON-FRI 2030", True, id="seven fields"),
        pytest.param("0 * 9-16 ? * MON-FRI", False, id="a second of its own"),
        pytest.param("* 9-16 ? * MON-FRI", False, id="five fields"),
        pytest.param("* * 9-16 ? * MON-FRI * *", False, id="eight fields"),
    ],
)
def test_window(cron: str, fits: bool) -> None:
    """A deployment window has seconds, which can only be *, and a year if wanted."""
    assert (list(faults(cron, WINDOW)) == []) == fits


def test_time_zones() -> None:
    """The table holds regions with cities of several parts, links and UTC, and nothing odd."""
    for name in ("UTC", "Europe/Berlin", "America/Indiana/Knox", "Etc/GMT+5", "EST5EDT"):
        assert name in TIME_ZONES
    assert len(TIME_ZONES) > 500
    assert not any(name != name.strip() or name.startswith("/") for name in TIME_ZONES)


def test_time_zones_exist() -> None:
    """Every name of the table is one that this machine knows, if it knows any."""
    import zoneinfo

    known = zoneinfo.available_timezones()
    if not known:
        pytest.skip("this machine has no time zone files")
    assert known >= TIME_ZONES
