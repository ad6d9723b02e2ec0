"""Steps side by side: how many at once, what stops them, what Ctrl-C does to those that run."""

from __future__ import annotations

from threading import Barrier, Event

import pytest

from pipelinegen.life_cycle.side_by_side import StoppableClock, side_by_side
from pipelinegen.life_cycle.slots import Slots
from pipelinegen.life_cycle.sync_plan import Step, Verb
from pipelinegen.progress import Ended
from tests.stubbed_aws import Ticks

STEPS = [Step(Verb.UPDATE, branch, "", branch) for branch in "abcd"]


def good(ended: Ended) -> bool:
    return ended.exit_code == 0


def test_all_are_done() -> None:
    """Each step is carried out once, as many at a time as there are slots."""
    together = Barrier(2, timeout=10)

    def act(step: Step) -> Ended:
        together.wait()
        return Ended(step.stack, "done", 0)

    ended = side_by_side(STEPS, act, Slots(Ticks(), 2), Event(), go_on=good)
    assert {step.branch: one.stack for step, one in ended.items()} == {
        branch: branch for branch in "abcd"
    }


def test_a_failure_stops_what_waits() -> None:
    """After an end that does not go on no step is begun."""

    def act(step: Step) -> Ended:
        return Ended(step.stack, "failed", 4 if step.branch == "b" else 0)

    ended = side_by_side(STEPS, act, Slots(Ticks(), 1), Event(), go_on=good)
    assert [step.branch for step in ended] == ["a", "b"]


def test_interrupted() -> None:
    """Ctrl-C lets those that run know, waits for them, and begins nothing more."""
    stop, running = Event(), Event()

    def act(step: Step) -> Ended:
        if step.branch == "a":
            assert running.wait(10)
            return Ended(step.stack, "done", 0)
        running.set()
        assert stop.wait(10)
        return Ended(step.stack, "interrupted", 130)

    def interrupt(_ended: Ended) -> bool:
        raise KeyboardInterrupt

    ended = side_by_side(STEPS, act, Slots(Ticks(), 2), stop, go_on=interrupt)
    assert {step.branch: one.exit_code for step, one in ended.items()} == {"a": 0, "b": 130}


def test_a_bug() -> None:
    """What nobody expected comes out, and the others are told to end."""
    stop = Event()

    def act(step: Step) -> Ended:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        side_by_side(STEPS, act, Slots(Ticks(), 2), stop, go_on=good)
    assert stop.is_set()


def test_sleep() -> None:
    """A thread sleeps as long as it asked to, and not at all once the user has gone."""
    ticks, stop = Ticks(), Event()
    clock = StoppableClock(ticks, stop)
    clock.sleep(2.5)
    assert clock.now() == 2.5
    stop.set()
    with pytest.raises(KeyboardInterrupt):
        clock.sleep(5)
    assert clock.now() == 2.5


def test_slots() -> None:
    """Each complaint halves the number, each quiet minute adds one, up to the first number."""
    ticks = Ticks()
    slots = Slots(ticks, 5)
    assert slots.allowed() == 5
    numbers = []
    for _ in range(3):
        slots.complained()
        numbers.append(slots.allowed())
    ticks.sleep(59)
    numbers.append(slots.allowed())
    ticks.sleep(61)
    numbers.append(slots.allowed())
    ticks.sleep(600)
    numbers.append(slots.allowed())
    assert numbers == [2, 1, 1, 1, 3, 5]
