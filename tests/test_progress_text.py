"""Progress as text: exact lines and blocks, and nothing from outside steers the terminal."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from pipelinegen.diagnostics import Severity
from pipelinegen.progress import Asked, Ended, Progress, Said, Started, Waiting
from pipelinegen.progress_display.ending import link
from pipelinegen.progress_display.failure import cause_text, json_pointer
from pipelinegen.progress_display.plain import event_line, heartbeat_line
from pipelinegen.progress_display.text import text_of
from pipelinegen.progress_display.words import duration, value
from pipelinegen.records import Identity, ResourceChange
from tests.progress_values import (
    DONE,
    EVENT_TIME,
    FAILED,
    FOLLOWING,
    HOSTILE,
    STACK,
    STARTED,
    VISIBLE,
    document,
    event,
    happened,
    proposed,
)

FAILURE = """\
FAILED  shop-main-pipeline   UPDATE_ROLLBACK_COMPLETE   2m41s
cause:  resource Pipeline (AWS::CodePipeline::Pipeline), /role-arn
 --> pipelinegen.yaml:2:11
  |
2 | role-arn: arn:aws:iam::111111111111:role/shared/pipeline
  |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ AWS: CodePipeline is not authorized \
to perform AssumeRole on role x
  |
  = note: the update was rolled back; the previous pipeline is in place
  = help: the role's trust must name codepipeline.amazonaws.com; a role made minutes ago may only \
need a retry
next:   pipelinegen deploy -b main
"""


@pytest.mark.parametrize(
    ("progress", "expected"),
    [
        pytest.param(
            STARTED,
            "deploy  shop-main-pipeline   account 111111111111   eu-west-1   "
            "arn:aws:sts::111111111111:assumed-role/dev/ann\n",
            id="the first line says account, Region, identity and stack",
        ),
        pytest.param(
            Said(STACK, "waits for the stack"),
            "note: waits for the stack\n",
            id="a note",
        ),
        pytest.param(
            Said(STACK, "no right", Severity.WARNING),
            "warning: no right\n",
            id="a warning",
        ),
        pytest.param(Said(STACK, HOSTILE), f"note: {VISIBLE}\n", id="hostile talk"),
        pytest.param(
            Said(STACK, f"bad token ghp_{'a' * 36}"),
            "note: bad token ****\n",
            id="a token in talk is covered",
        ),
        pytest.param(
            proposed(ResourceChange("New", "AWS::S3::Bucket", "Add"), kept=True),
            """\
changes shop-main-pipeline   change set 'pg-1'   creates the stack   kept for later

the rest:
  + New   AWS::S3::Bucket

1 to add, 0 to change, 0 to remove
""",
            id="a change set that creates the stack, and stays",
        ),
        pytest.param(
            proposed(tool_upgrade=True),
            """\
changes shop-main-pipeline   change set 'pg-1'
note: another version of pipelinegen made the stack; its upgrade changes things, too

0 to add, 0 to change, 0 to remove
""",
            id="an upgrade of the tool is named",
        ),
        pytest.param(Asked(STACK, "Deploy?"), "", id="a question is asked elsewhere"),
        pytest.param(FOLLOWING, "", id="that a stack is followed is shown by its events"),
        pytest.param(
            DONE,
            """\
done    shop-main-pipeline   UPDATE_COMPLETE   48s
note:   'Old' could not be deleted
output  PipelineName = shop-main
open:   https://eu-west-1.console.aws.amazon.com/codesuite/codepipeline/pipelines/shop-main/view
next:   pipelinegen status -b main
""",
            id="a success with outputs, link and what to run next",
        ),
        pytest.param(
            Ended(STACK, "no changes", 0),
            "done    shop-main-pipeline   no changes\n",
            id="nothing to do takes no time",
        ),
        pytest.param(FAILED, FAILURE, id="a failure shows the spec"),
        pytest.param(
            Ended(STACK, "ROLLBACK_COMPLETE", 4, message=HOSTILE, remarks=("kept", HOSTILE)),
            f"""\
FAILED  shop-main-pipeline   ROLLBACK_COMPLETE
cause:  {VISIBLE}
  = note: kept
  = note: {VISIBLE}
""",
            id="a failure without a known cause has AWS's words",
        ),
        pytest.param(
            Ended(STACK, "CREATE_FAILED", 4),
            "FAILED  shop-main-pipeline   CREATE_FAILED\n",
            id="a failure of which nothing is known",
        ),
    ],
)
def test_text(progress: Progress, expected: str) -> None:
    """What is said of each progress, without colour."""
    assert text_of(progress, document()) == expected


@pytest.mark.parametrize(
    ("progress", "expected"),
    [
        pytest.param(STARTED, "", id="no first line"),
        pytest.param(proposed(), "", id="no change set"),
        pytest.param(Said(STACK, "x", Severity.WARNING), "", id="no warning"),
        pytest.param(Said(STACK, "x", Severity.ERROR), "error: x\n", id="an error"),
        pytest.param(
            DONE, "done    shop-main-pipeline   UPDATE_COMPLETE   48s\n", id="only the final line"
        ),
        pytest.param(FAILED, FAILURE, id="a failure in full"),
    ],
)
def test_terse(progress: Progress, expected: str) -> None:
    """The terse form keeps errors and the final line."""
    assert text_of(progress, document(), terse=True) == expected


def test_failure_without_the_spec() -> None:
    """Where the spec or the place in it is not known, AWS's words stand below the cause."""
    assert FAILED.cause is not None
    cause = replace(FAILED.cause, pointer=None, path="/Resources/Pipeline/Properties/Stages/1")
    expected = """\
cause:  resource Pipeline (AWS::CodePipeline::Pipeline), /Resources/Pipeline/Properties/Stages/1
  = AWS: CodePipeline is not authorized to perform AssumeRole on role x
  = help: the role's trust must name codepipeline.amazonaws.com; a role made minutes ago may only \
need a retry
"""
    assert cause_text(cause, document(), color=False) == expected
    silent = replace(FAILED.cause, event=event("Pipeline", "UPDATE_FAILED"), hint=None)
    assert cause_text(silent, None, color=False) == (
        "cause:  resource Pipeline (AWS::CodeBuild::Project), /role-arn\n  = AWS: UPDATE_FAILED\n"
    )
    nowhere = replace(silent, pointer=None)
    assert cause_text(nowhere, None, color=False).startswith(
        "cause:  resource Pipeline (AWS::CodeBuild::Project)\n"
    )


@pytest.mark.parametrize("progress", [STARTED, DONE, FAILED, proposed(), Said(STACK, "x")], ids=str)
def test_colour_adds_nothing_but_escape_codes(progress: Progress) -> None:
    """The text between the codes is the same."""
    plain, colored = (text_of(progress, document(), color=color) for color in (False, True))
    assert "\x1b[" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == plain


def test_link() -> None:
    """A terminal opens the URL, which is also the text; what it could not be stays text."""
    shown = text_of(DONE, links=True)
    assert f"open:   \x1b]8;;{DONE.url}\x1b\\{DONE.url}\x1b]8;;\x1b\\\n" in shown
    assert link("https://\x07") == "\x1b]8;;https://\\x07\x1b\\https://\\x07\x1b]8;;\x1b\\"
    assert link("https://é") == "https://é"


@pytest.mark.parametrize(
    "progress",
    [
        Started("deploy", HOSTILE, HOSTILE, Identity("1", HOSTILE, HOSTILE)),
        Said(HOSTILE, HOSTILE),
        replace(
            proposed(ResourceChange(HOSTILE, HOSTILE, "Modify")),
            stack=HOSTILE,
        ),
        Ended(HOSTILE, HOSTILE, 0, outputs={HOSTILE: HOSTILE}, url=HOSTILE, remarks=(HOSTILE,)),
        replace(FAILED, stack=HOSTILE, remarks=(HOSTILE,), next_command=HOSTILE),
    ],
    ids=["start", "talk", "change set", "success", "failure"],
)
def test_hostile_text(progress: Progress) -> None:
    """Escape codes, bidi and line breaks from outside are spelt out."""
    shown = text_of(progress, document())
    assert VISIBLE in shown
    assert not re.search("[\x1b\x07\u202e]", shown)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(
            event_line(happened("BuildBuildProject", "UPDATE_IN_PROGRESS", 21)),
            "2026-11-22T22:10:05Z stack=shop-main-pipeline resource=BuildBuildProject "
            "status=UPDATE_IN_PROGRESS elapsed=21s",
            id="an event",
        ),
        pytest.param(
            event_line(happened("Role", "CREATE_FAILED", 2.4, 'Role "a b"\\c\nexists')),
            "2026-11-22T22:10:05Z stack=shop-main-pipeline resource=Role status=CREATE_FAILED "
            r'elapsed=2s reason="Role \"a b\"\\c\nexists"',
            id="a failure has its reason, in one quoted line",
        ),
        pytest.param(
            event_line(happened("Role", "CREATE_FAILED", 2)),
            "2026-11-22T22:10:05Z stack=shop-main-pipeline resource=Role status=CREATE_FAILED "
            "elapsed=2s",
            id="a failure without a reason",
        ),
        pytest.param(
            event_line(happened("Role", "CREATE_IN_PROGRESS", 1, "Resource creation Initiated")),
            "2026-11-22T22:10:05Z stack=shop-main-pipeline resource=Role "
            "status=CREATE_IN_PROGRESS elapsed=1s",
            id="what went well needs no reason",
        ),
        pytest.param(
            heartbeat_line(Waiting(STACK, "UPDATE_IN_PROGRESS", 90), EVENT_TIME + 85),
            "2026-11-22T22:11:30Z stack=shop-main-pipeline status=UPDATE_IN_PROGRESS elapsed=90s",
            id="a heartbeat",
        ),
    ],
)
def test_lines(line: str, expected: str) -> None:
    """One line for each event, to be searched by grep."""
    assert line == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("", '""'),
        ("a b", '"a b"'),
        ("a=b", '"a=b"'),
        ("é", "é"),
        (HOSTILE, f'"{VISIBLE}"'),
    ],
    ids=["a word", "nothing", "a space", "an equals sign", "letters", "hostile text"],
)
def test_value(text: str, expected: str) -> None:
    """A value is one word or quoted."""
    assert value(text) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, "0s"), (8.4, "8s"), (59.6, "1m00s"), (161, "2m41s"), (3600, "1h00m"), (7510, "2h05m")],
)
def test_duration(seconds: float, expected: str) -> None:
    """Durations as people read them."""
    assert duration(seconds) == expected


def test_json_pointer() -> None:
    """Steps are escaped as RFC 6901 says."""
    assert json_pointer(("stages", 0, "a/b~c")) == "/stages/0/a~1b~0c"
