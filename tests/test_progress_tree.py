"""The tree of an operation, line by line, in windows of every size."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelinegen.progress import Following, Happened, Waiting
from pipelinegen.progress_display.live import signs_for
from pipelinegen.progress_display.tree import ASCII, SIGNS, Tree
from pipelinegen.report.pieces import rendered
from pipelinegen.report.visible import columns
from tests.progress_values import FOLLOWING, HOSTILE, IDENTITY, STACK, VISIBLE, happened

EVENTS = (
    happened(STACK, "UPDATE_IN_PROGRESS"),
    happened("PipelineRole", "UPDATE_COMPLETE", 8),
    happened("BuildBuildProject", "UPDATE_IN_PROGRESS", 19),
)
GOLDEN = """\
shop-main-pipeline   UPDATE_IN_PROGRESS   1m12s   1/3   eu-west-1   111111111111
 ├ ✓ PipelineRole        UPDATE_COMPLETE       8s
 ├ … BuildBuildProject   UPDATE_IN_PROGRESS   21s
 └ · Pipeline            waits for BuildBuildProject
"""


def tree(*events: Happened, following: Following = FOLLOWING) -> Tree:
    """Return a tree after events that came 70 seconds after its begin."""
    found = Tree(following, IDENTITY, 0.0)
    for event in events:
        found.take(event, 70.0)
    return found


def shown(found: Tree, **options: object) -> str:
    """Return the tree two seconds later, without colour."""
    wanted = {"width": 100, **options}
    return "".join(rendered(line, color=False) for line in found.lines(72.0, **wanted))  # type: ignore[arg-type]


def test_golden() -> None:
    """The tree of the design: what is active ticks, what has not begun says what it waits for."""
    assert shown(tree(*EVENTS)) == GOLDEN


def test_ascii() -> None:
    """Terminals without UTF-8 get other signs."""
    assert shown(tree(*EVENTS), signs=ASCII, height=3).splitlines()[1:] == [
        " | > BuildBuildProject   UPDATE_IN_PROGRESS   21s",
        " ` ... 2 more",
    ]
    assert (signs_for("utf-8"), signs_for("UTF8")) == (SIGNS, SIGNS)
    assert (signs_for("latin-1"), signs_for(None)) == (ASCII, ASCII)


@pytest.mark.parametrize(
    ("height", "expected"),
    [
        pytest.param(1, [], id="only the header"),
        pytest.param(2, [" └ … 4 more"], id="how many there are"),
        pytest.param(
            4,
            [
                " ├ ✗ Topic               CREATE_FAILED         2s   no right",
                " ├ … BuildBuildProject   UPDATE_IN_PROGRESS   21s",
                " └ … 2 more",
            ],
            id="what failed and what is active",
        ),
        pytest.param(
            5,
            [
                " ├ ✓ PipelineRole        UPDATE_COMPLETE       8s",
                " ├ … BuildBuildProject   UPDATE_IN_PROGRESS   21s",
                " ├ ✗ Topic               CREATE_FAILED         2s   no right",
                " └ · Pipeline            waits for BuildBuildProject",
            ],
            id="all of them in the order in which they began",
        ),
    ],
)
def test_window(height: int, expected: list[str]) -> None:
    """A small window shows the most urgent rows and counts the others."""
    found = tree(*EVENTS, happened("Topic", "CREATE_FAILED", 2, "no right"))
    assert shown(found, height=height).splitlines()[1:] == expected


def test_ended() -> None:
    """In the end nothing ticks and nothing waits."""
    assert shown(tree(*EVENTS), ended=True).splitlines()[2:] == [
        " ├ … BuildBuildProject   UPDATE_IN_PROGRESS   19s",
        " └ · Pipeline            not begun",
    ]


def test_before_anything() -> None:
    """What waits for nothing that is missing just waits."""
    assert shown(tree()).splitlines()[1] == " ├ · PipelineRole        waits"


def test_unknown_order() -> None:
    """An operation that was found under way shows what has happened; a heartbeat sets its time."""
    found = Tree(Following(STACK, "DELETE_IN_PROGRESS"), None, 70.0)
    found.take(happened("Topic", "DELETE_COMPLETE", 3), 71.0)
    found.take(Waiting(STACK, "ROLLBACK_IN_PROGRESS", 600), 72.0)
    assert shown(found) == (
        "shop-main-pipeline   ROLLBACK_IN_PROGRESS   10m00s   1 done\n"
        " └ ✓ Topic   DELETE_COMPLETE   3s\n"
    )


def test_skipped() -> None:
    """What a deletion leaves behind, or finds gone, is not under way any more."""
    found = Tree(Following(STACK, "DELETE_IN_PROGRESS"), None, 70.0)
    found.take(happened("Topic", "DELETE_SKIPPED", 3), 71.0)
    assert shown(found).splitlines()[1] == " └ ✓ Topic   DELETE_SKIPPED   3s"


@pytest.mark.parametrize(
    ("status", "style"),
    [
        ("UPDATE_IN_PROGRESS", "36"),
        ("UPDATE_COMPLETE", "32"),
        ("UPDATE_ROLLBACK_COMPLETE", "33"),
        ("UPDATE_ROLLBACK_FAILED", "31"),
    ],
)
def test_colour_of_the_stack(status: str, style: str) -> None:
    """Red has failed, yellow goes back, green is done."""
    (header, *_) = tree(happened(STACK, status)).lines(72.0, width=100)
    assert (style, status) in header


def test_hostile_text() -> None:
    """Names, states and reasons from outside cannot steer the terminal."""
    following = Following(HOSTILE, HOSTILE, {"A": (HOSTILE,), HOSTILE: ()})
    event = replace(happened(HOSTILE, "X_FAILED", 1, HOSTILE), stack=HOSTILE)
    found = shown(tree(event, following=following), width=200)
    assert found.count(VISIBLE) == 5
    assert "\x1b" not in found


@given(
    st.text(max_size=30),
    st.integers(1, 60),
    st.integers(1, 6),
    st.sampled_from([SIGNS, ASCII]),
)
def test_fits(name: str, width: int, height: int, signs: object) -> None:
    """Whatever the names, no line is wider and there are not more lines than the window has."""
    found = tree(*EVENTS, happened(name, "UPDATE_FAILED", 1, name))
    lines = shown(found, width=width, height=height, signs=signs).splitlines()
    assert len(lines) <= height
    assert max(map(columns, lines)) <= width
