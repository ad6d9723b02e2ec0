"""The tree on a terminal: it comes, is redrawn, makes room for talk, and leaves a sane cursor."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from rich.console import Console

from pipelinegen.display import Display
from pipelinegen.progress import Asked, Following, Progress, Said, Waiting
from pipelinegen.progress_display import reporter
from pipelinegen.progress_display.live import Trees
from tests.conftest import ROOT
from tests.progress_values import (
    DONE,
    EVENT_TIME,
    FOLLOWING,
    STACK,
    STARTED,
    Terminal,
    Time,
    document,
    happened,
    locate,
)

HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"
STEPS = (
    STARTED,
    FOLLOWING,
    happened(STACK, "UPDATE_IN_PROGRESS"),
    happened("PipelineRole", "UPDATE_COMPLETE", 8),
    Waiting(STACK, "UPDATE_IN_PROGRESS", 72),
)
LAST = """\
shop-main-pipeline   UPDATE_IN_PROGRESS   1m12s   1/3   eu-west-1   111111111111
 ├ ✓ PipelineRole        UPDATE_COMPLETE   8s
 ├ · BuildBuildProject   not begun
 └ · Pipeline            not begun
"""


def plain(text: str) -> str:
    """Return text without escape codes and carriage returns."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", text)


class Screen:
    """Trees on a console of which everything can be read, talk on stderr among it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, height: int = 20) -> None:
        self.terminal = Terminal()
        monkeypatch.setattr(sys, "stderr", self.terminal)
        self.display = Display(color="never")
        self.console = Console(
            file=self.terminal,
            force_terminal=True,
            color_system=None,
            width=100,
            height=height,
            legacy_windows=False,
        )
        self.trees = Trees(self.display, Time(), lambda: self.console)

    def show(self, *reports: Progress) -> str:
        """Return what is written for reports, the end of the run included."""
        with self.trees as report:
            for progress in reports:
                report(progress)
        return self.terminal.written

    def added(self, action: Callable[[], object]) -> str:
        """Return what an action writes."""
        before = len(self.terminal.written)
        action()
        return self.terminal.written[before:]


def test_final_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tree that ended stays as it was last, and the cursor is back."""
    written = Screen(monkeypatch).show(*STEPS, DONE)
    assert written.startswith(HIDE)
    assert written.rindex(SHOW) > written.rindex(HIDE)
    assert plain(written).endswith(LAST)


def test_interrupt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C leaves the last tree and a sane cursor, too."""
    screen = Screen(monkeypatch)

    def run() -> None:
        with screen.trees as report:
            for progress in STEPS:
                report(progress)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run()
    written = screen.terminal.written
    assert written.rindex(SHOW) > written.rindex(HIDE)
    assert plain(written).endswith(LAST)


def test_talk_stands_above(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever writes to stderr meanwhile writes where the tree was, which then comes again."""
    screen = Screen(monkeypatch)
    with screen.trees as report:
        for progress in STEPS:
            report(progress)
        written = screen.added(lambda: screen.display.say("credentials were renewed"))
        erased, drawn = written.split("credentials were renewed\n")
        assert erased.endswith("\x1b[1A\x1b[2K" * 4)
        assert drawn.startswith(HIDE)
        assert "waits for BuildBuildProject" in drawn


def test_a_question_stands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is redrawn below a question, until something happens again."""
    screen = Screen(monkeypatch)
    with screen.trees as report:
        for progress in STEPS:
            report(progress)
        assert screen.added(lambda: report(Asked(STACK, "Retry?"))).endswith("\x1b[1A\x1b[2K" * 4)
        assert screen.added(lambda: screen.display.say("asks")) == "asks\n"
        assert HIDE in screen.added(lambda: report(happened("Pipeline", "CREATE_IN_PROGRESS")))


def test_next_operation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another operation of the same stack begins below what the last one left."""
    written = plain(Screen(monkeypatch).show(*STEPS, Following(STACK, "DELETE_IN_PROGRESS")))
    kept, drawn = written.rsplit(LAST, 1)
    assert "waits for" in kept
    assert "DELETE_IN_PROGRESS   0s   0 done" in drawn


def test_several_stacks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stacks share the window; one that ends leaves its tree above the others."""
    screen = Screen(monkeypatch, height=7)
    other = Following("other", "UPDATE_IN_PROGRESS", FOLLOWING.waits_for)
    with screen.trees as report:
        for progress in STEPS:
            report(progress)
        both = plain(screen.added(lambda: report(other)))
        assert both.count(" └ … 2 more") >= 2  # a thread may redraw meanwhile
        ended = plain(screen.added(lambda: report(DONE)))
        assert LAST in ended
        assert "other   UPDATE_IN_PROGRESS" in ended.split(LAST)[1]


def test_unknown_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    """An event of a stack that is not followed draws nothing, and talk has another place."""
    assert Screen(monkeypatch).show(STEPS[2], Said(STACK, "x"), DONE) == ""


def test_terminal_that_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be drawn stops nothing."""

    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(5, "Input/output error")

    screen = Screen(monkeypatch)
    screen.console = Console(file=Gone(), force_terminal=True, width=80, height=20)
    assert plain(screen.show(*STEPS, DONE)).endswith(LAST)


@pytest.mark.parametrize(
    ("environment", "rich", "expected"),
    [
        pytest.param({}, True, HIDE, id="a terminal gets the tree"),
        pytest.param({"CI": "false"}, True, HIDE, id="CI=false is no CI"),
        pytest.param({"CI": "true"}, True, "stack=shop-main-pipeline", id="CI gets lines"),
        pytest.param({"TERM": "dumb"}, True, "stack=shop-main-pipeline", id="a dumb terminal"),
        pytest.param({}, False, "stack=shop-main-pipeline", id="without rich there are lines"),
        pytest.param({"AI_AGENT": "1"}, True, "", id="an agent gets nothing on the way"),
    ],
)
def test_choice(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], rich: bool, expected: str
) -> None:
    """Terminal and environment decide between tree and lines."""
    for name in ("CI", "AI_AGENT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": "xterm", **environment}.items():
        monkeypatch.setenv(name, value)
    if not rich:
        monkeypatch.setitem(sys.modules, "rich", None)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    wishes = {"document": document(), "locate": locate, "clock": Time(), "now": lambda: EVENT_TIME}
    with reporter(Display(), output="text", **wishes) as report:  # type: ignore[arg-type]
        for progress in STEPS:
            report(progress)
        before_the_end = terminal.written
        report(replace(DONE, status="UPDATE_COMPLETE"))
    assert bool(before_the_end) == bool(expected)
    assert expected in before_the_end
    assert "done    " in plain(terminal.written)


def test_not_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file gets lines, heartbeats by the time of this machine; `--quiet` the last line only."""
    monkeypatch.delenv("AI_AGENT", raising=False)
    wishes = {"document": document(), "locate": locate, "clock": Time(), "now": lambda: EVENT_TIME}
    for quiet in (False, True):
        with reporter(Display(quiet=quiet), output="text", **wishes) as report:  # type: ignore[arg-type]
            for progress in (*STEPS, DONE):
                report(progress)
    lines = capsys.readouterr().err.splitlines()
    assert lines[1:4] == [
        "2026-11-22T22:10:05Z stack=shop-main-pipeline resource=shop-main-pipeline "
        "status=UPDATE_IN_PROGRESS elapsed=0s",
        "2026-11-22T22:10:05Z stack=shop-main-pipeline resource=PipelineRole "
        "status=UPDATE_COMPLETE elapsed=8s",
        "2026-11-22T22:10:05Z stack=shop-main-pipeline status=UPDATE_IN_PROGRESS elapsed=72s",
    ]
    assert lines[-2:] == [
        "next:   pipelinegen status -b main",
        "done    shop-main-pipeline   UPDATE_COMPLETE   48s",
    ]


SCRIPT = """
from pipelinegen.display import Display
from pipelinegen.progress_display import reporter
from tests.progress_values import *
from tests.test_progress_live import STEPS
wishes = {"document": document(), "locate": locate, "clock": Time()}
with reporter(Display(), output="text", **wishes) as report:
    for progress in STEPS:
        report(progress)
    {end}
"""


@pytest.mark.parametrize(
    ("end", "code"),
    [
        pytest.param("report(FAILED)", 0, id="an end"),
        pytest.param("__import__('os').kill(__import__('os').getpid(), 2)", -2, id="Ctrl-C"),
    ],
)
def test_pseudo_terminal(end: str, code: int) -> None:
    """On a terminal of its own a process draws, redraws, and gives the cursor back."""
    ours, theirs = pty.openpty()
    environment = {
        name: value for name, value in os.environ.items() if name not in ("CI", "AI_AGENT")
    }
    environment |= {"TERM": "xterm", "COLUMNS": "90", "LINES": "24", "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT.replace("{end}", end)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
    )
    os.close(theirs)
    chunks = []
    with suppress(OSError):  # Linux says so once the other side is closed
        while chunk := os.read(ours, 65536):
            chunks.append(chunk)
    os.close(ours)
    written = b"".join(chunks).decode()
    assert process.wait(timeout=60) == code
    assert written.count(HIDE) == written.count(SHOW) == 1
    assert written.index(HIDE) < written.index("\x1b[1A\x1b[2K") < written.index(SHOW)
    assert LAST in plain(written.partition(SHOW)[2])
    assert ("FAILED  shop-main-pipeline" in plain(written)) == (code == 0)
