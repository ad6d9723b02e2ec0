"""A stack operation is followed to its end, though reads lag, events hide, and time runs out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import pytest

from pipelinegen.errors import Denied, EnvironmentFault, StackFailed
from pipelinegen.life_cycle.follow import Feed, follow
from pipelinegen.life_cycle.waiting import LONGEST, SHORTEST, Waiting
from pipelinegen.progress import Following, Happened, Progress, Said
from pipelinegen.progress import Waiting as StillWaiting
from pipelinegen.records import Identity, StackEvent, StackRecord
from pipelinegen.services import Connection
from tests.simulation.time import VirtualTime

NAME = "shop-main-pipeline"
ID = f"arn:aws:cloudformation:eu-west-1:111111111111:stack/{NAME}/1"
BEFORE = StackRecord(NAME, ID, "UPDATE_COMPLETE", updated=1.0)
FOREVER = 3_600.0


def event(at: float, status: str, logical_id: str = NAME, number: str = "") -> StackEvent:
    """Return an event of a resource, or of the stack; `at` are the seconds since the start."""
    own = logical_id == NAME
    return StackEvent(
        id=number or f"{logical_id} {status} {at}",
        time=at,
        stack_id=ID,
        logical_id=logical_id,
        type="AWS::CloudFormation::Stack" if own else "AWS::IAM::Role",
        status=status,
        physical_id=ID if own else logical_id,
    )


@dataclass(slots=True)
class Timeline:
    """services.Stacks of one stack: what reads show from which second on.

    `records` are (second, stack or None) pairs; an event shows `lag` seconds after it happened.
    """

    clock: VirtualTime
    records: list[tuple[float, StackRecord | None]]
    happens: list[StackEvent] = field(default_factory=list)
    lag: float = 0.0
    fault: Callable[[], Exception | None] = lambda: None
    looks: list[float] = field(default_factory=list)
    start: float = field(init=False)

    def __post_init__(self) -> None:
        self.start = self.clock.now()

    @property
    def seconds(self) -> float:
        return self.clock.now() - self.start

    def find(self, stack: str) -> StackRecord | None:
        assert stack == ID
        self.looks.append(self.seconds)
        return [record for at, record in self.records if at <= self.seconds][-1]

    def events(self, stack: str) -> Iterator[StackEvent]:
        assert stack == ID
        fault = self.fault()
        if fault is not None:
            raise fault
        shown = [one for one in self.happens if one.time + self.lag <= self.seconds]
        yield from reversed(shown)


def timeline(
    records: list[tuple[float, StackRecord | None]],
    happens: list[StackEvent] | None = None,
    **more: Any,
) -> Timeline:
    return Timeline(VirtualTime(), records, happens or [], **more)


def status(at: float, name: str, *, updated: float = 2.0) -> tuple[float, StackRecord | None]:
    return at, replace(BEFORE, status=name, updated=updated)


def connected(stacks: Timeline) -> Connection:
    nothing: Any = None
    found: Any = stacks
    return Connection(
        identity=Identity("111111111111", "eu-west-1", "arn"),
        stacks=found,
        pipelines=nothing,
        stores=nothing,
        clock=stacks.clock,
        run="0001",
        elsewhere=nothing,
        regions=nothing,
    )


def followed(
    stacks: Timeline,
    *,
    before: StackRecord = BEFORE,
    ours: bool = True,
    within: float = FOREVER,
) -> tuple[StackRecord, list[Progress]]:
    """Follow an operation that begins now, ours or not; return the end and what was reported."""
    heard: list[Progress] = []
    connection = connected(stacks)
    feed = None
    if ours:
        feed = Feed(connection, ID, heard.append)
        feed.skip()
    until = stacks.clock.now() + within
    return follow(connection, before, heard.append, until=until, feed=feed), heard


def told(progress: list[Progress]) -> list[tuple[str, str]]:
    events = [one.event for one in progress if isinstance(one, Happened)]
    return [(one.logical_id, one.status) for one in events]


OLD = [event(-90, "UPDATE_IN_PROGRESS"), event(-60, "UPDATE_COMPLETE")]
NEW = [
    event(1, "UPDATE_IN_PROGRESS"),
    event(2, "UPDATE_IN_PROGRESS", "Role"),
    event(20, "UPDATE_COMPLETE", "Role"),
    event(40, "UPDATE_COMPLETE"),
]
TOLD = [(one.logical_id, one.status) for one in NEW]
AT_ONCE = [(0.0, BEFORE), status(1, "UPDATE_IN_PROGRESS"), status(40, "UPDATE_COMPLETE")]
ENDS: dict[str, tuple[list[tuple[float, StackRecord | None]], float, str]] = {
    "all at once": (AT_ONCE, 0, "UPDATE_COMPLETE"),
    "the stack shows late that it began": (
        [(0.0, BEFORE), status(30, "UPDATE_IN_PROGRESS"), status(45, "UPDATE_COMPLETE")],
        0,
        "UPDATE_COMPLETE",
    ),
    "the stack shows late that it ended": (
        [(0.0, BEFORE), status(1, "UPDATE_IN_PROGRESS"), status(80, "UPDATE_COMPLETE")],
        0,
        "UPDATE_COMPLETE",
    ),
    "the stack is only seen when all is over": (
        [(0.0, BEFORE), status(50, "UPDATE_COMPLETE")],
        0,
        "UPDATE_COMPLETE",
    ),
    "the events show late": (
        [(0.0, BEFORE), status(1, "UPDATE_IN_PROGRESS"), status(80, "UPDATE_COMPLETE")],
        30,
        "UPDATE_COMPLETE",
    ),
    "it ends with a cleanup": (
        [
            (0.0, BEFORE),
            status(1, "UPDATE_IN_PROGRESS"),
            status(40, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
            status(60, "UPDATE_COMPLETE"),
        ],
        0,
        "UPDATE_COMPLETE",
    ),
    "it is rolled back": (
        [
            (0.0, BEFORE),
            status(1, "UPDATE_IN_PROGRESS"),
            status(45, "UPDATE_ROLLBACK_IN_PROGRESS"),
            status(60, "UPDATE_ROLLBACK_COMPLETE"),
        ],
        0,
        "UPDATE_ROLLBACK_COMPLETE",
    ),
    "the stack is gone": (
        [(0.0, BEFORE), status(1, "DELETE_IN_PROGRESS"), (50.0, None)],
        0,
        "DELETE_COMPLETE",
    ),
}


@pytest.mark.parametrize(("records", "lag", "end"), ENDS.values(), ids=ENDS)
def test_own_operation(
    records: list[tuple[float, StackRecord | None]], lag: float, end: str
) -> None:
    """It ends when the stack is settled, not before; each of its events is told once."""
    stacks = timeline(records, [*OLD, *NEW], lag=lag)
    found, heard = followed(stacks)
    assert found.status == end
    assert told(heard) == TOLD
    assert stacks.seconds >= 40
    assert heard[0] == Following(NAME, "UPDATE_COMPLETE", {})


@pytest.mark.parametrize("events", [[], OLD], ids=["a stack without events", "old events"])
def test_nothing_is_told_of_what_was_before(events: list[StackEvent]) -> None:
    """What happened before our operation is not told, and no events at all are no fault."""
    found, heard = followed(timeline(AT_ONCE, events))
    assert found.status == "UPDATE_COMPLETE"
    assert told(heard) == []


def test_attached() -> None:
    """Of an operation that somebody else began, all its events are told, and none before it."""
    stacks = timeline(
        [status(0, "UPDATE_IN_PROGRESS"), status(30, "UPDATE_COMPLETE")],
        [*OLD, *[replace(one, time=one.time - 10) for one in NEW]],
    )
    before = replace(BEFORE, status="UPDATE_IN_PROGRESS", updated=2.0)
    found, heard = followed(stacks, before=before, ours=False)
    assert found.status == "UPDATE_COMPLETE"
    assert told(heard) == TOLD


def test_attached_to_a_deletion() -> None:
    """A stack that goes away is followed by its id until it is gone."""
    before = replace(BEFORE, status="DELETE_IN_PROGRESS")
    stacks = timeline([(0.0, before), (40.0, None)])
    found, _ = followed(stacks, before=before, ours=False)
    assert found.status == "DELETE_COMPLETE"


def test_elapsed() -> None:
    """Each event tells for how long its resource has been at work."""
    _, heard = followed(timeline(AT_ONCE, [*OLD, *NEW]))
    assert [one.elapsed for one in heard if isinstance(one, Happened)] == [0, 0, 18, 39]


def test_clock_that_went_back() -> None:
    """No time is negative, even if the times of AWS are."""
    heard: list[Progress] = []
    feed = Feed(connected(timeline(AT_ONCE)), ID, heard.append)
    first, second = event(9, "UPDATE_IN_PROGRESS", "A"), event(5, "UPDATE_COMPLETE", "A")
    assert (feed.elapsed(first), feed.elapsed(second)) == (0, 0)


def test_order_of_aws() -> None:
    """Events are told by their times, and where these are equal in the order that AWS has."""
    happens = [
        event(1, "UPDATE_IN_PROGRESS"),
        event(5, "UPDATE_IN_PROGRESS", "B"),
        event(5, "UPDATE_IN_PROGRESS", "A"),
        event(4, "UPDATE_IN_PROGRESS", "C"),
        event(40, "UPDATE_COMPLETE"),
    ]
    stacks = timeline(AT_ONCE, happens)
    stacks.clock.sleep(60)
    heard: list[Progress] = []
    feed = Feed(connected(stacks), ID, heard.append)
    assert [one.logical_id for one in feed.fresh()] == [NAME, "C", "B", "A", NAME]
    assert feed.fresh() == []


def test_heartbeat() -> None:
    """While nothing new happens there is a sign of life each 30 seconds, and only then."""
    records = [(0.0, BEFORE), status(1, "UPDATE_IN_PROGRESS"), status(200, "UPDATE_COMPLETE")]
    happens = [event(1, "UPDATE_IN_PROGRESS"), event(199, "UPDATE_COMPLETE")]
    _, heard = followed(timeline(records, happens))
    beats = [one for one in heard if isinstance(one, StillWaiting)]
    assert {one.status for one in beats} == {"UPDATE_IN_PROGRESS"}
    times = [one.elapsed for one in beats]
    assert len(times) in (4, 5)
    assert all(30 <= later - sooner <= 50 for sooner, later in pairwise(times))


def test_no_heartbeat_while_something_happens() -> None:
    """Events are signs of life themselves."""
    happens = [event(at, "UPDATE_IN_PROGRESS", f"R{at}") for at in range(2, 40, 4)]
    _, heard = followed(timeline(AT_ONCE, [event(1, "UPDATE_IN_PROGRESS"), *happens]))
    assert not any(isinstance(one, StillWaiting) for one in heard)


def test_pauses() -> None:
    """AWS is asked each two seconds while something happens, and ever less while nothing does."""
    records = [(0.0, BEFORE), status(1, "UPDATE_IN_PROGRESS"), status(300, "UPDATE_COMPLETE")]
    stacks = timeline(records, [event(1, "UPDATE_IN_PROGRESS"), event(299, "UPDATE_COMPLETE")])
    followed(stacks)
    pauses = [later - sooner for sooner, later in pairwise(stacks.looks)]
    assert all(SHORTEST * 0.8 <= pause <= LONGEST * 1.2 for pause in pauses)
    assert max(pauses[-4:]) > SHORTEST * 4


def test_runs_do_not_ask_in_step() -> None:
    """Two runs that began together wait differently, each always in the same way."""

    def pauses(run: str) -> list[float]:
        clock = VirtualTime()
        waiting = Waiting(clock, run)
        times = []
        for _ in range(5):
            waiting.pause(moved=True)
            times.append(clock.now())
        return times

    assert pauses("0001") == pauses("0001")
    assert pauses("0001") != pauses("0002")


FAULTS: dict[str, tuple[list[Exception | None], int, bool]] = {
    "denied": ([Denied("no right", action="cloudformation:DescribeStackEvents")] * 99, 1, False),
    "hidden for a moment": ([None, EnvironmentFault("AWS does not answer")], 1, True),
}


@pytest.mark.parametrize(("faults", "warnings", "seen"), FAULTS.values(), ids=FAULTS)
def test_events_that_cannot_be_read(
    faults: list[Exception | None], warnings: int, seen: bool
) -> None:
    """What cannot be seen decides nothing; one word tells it, and a denied call is not repeated."""
    left = iter(faults)
    stacks = timeline(AT_ONCE, [*OLD, *NEW], fault=lambda: next(left, None))
    found, heard = followed(stacks)
    assert found.status == "UPDATE_COMPLETE"
    said = [one.message for one in heard if isinstance(one, Said)]
    assert len(said) == warnings
    assert said[0].startswith("what happens in the stack stays hidden: ")
    assert told(heard) == (TOLD if seen else [])


def test_deadline() -> None:
    """After the deadline the operation is left to AWS, with a word about its state."""
    stacks = timeline([(0.0, BEFORE), status(1, "UPDATE_IN_PROGRESS")])
    with pytest.raises(StackFailed) as caught:
        followed(stacks, within=300)
    assert str(caught.value) == (
        f"stack '{NAME}' is still UPDATE_IN_PROGRESS; it goes on in AWS; "
        "run the same command again to follow it"
    )
    assert 300 <= stacks.seconds <= 300 + LONGEST * 1.2


def test_end_at_the_deadline() -> None:
    """An operation that is over is told as such, however late that is seen."""
    stacks = timeline([(0.0, replace(BEFORE, status="UPDATE_ROLLBACK_COMPLETE"))])
    found, _ = followed(stacks, within=0)
    assert found.status == "UPDATE_ROLLBACK_COMPLETE"


def test_operation_that_never_begins() -> None:
    """What AWS accepted should show within two minutes; else the user runs the command again."""
    stacks = timeline([(0.0, BEFORE)], OLD)
    with pytest.raises(StackFailed) as caught:
        followed(stacks)
    assert str(caught.value) == (
        f"AWS accepted the operation, but stack '{NAME}' stays UPDATE_COMPLETE; "
        "run the same command again"
    )
    assert 120 < stacks.seconds <= 120 + LONGEST * 1.2
