"""Reads are repeated, writes happen once, and nothing is called too fast."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    ReadTimeoutError,
)

from pipelinegen.aws.clock import SystemClock
from pipelinegen.aws.faults import Absent
from pipelinegen.aws.pace import Pace, pause
from pipelinegen.errors import Denied, EnvironmentFault, Rejected
from pipelinegen.services import Moved
from tests.stubbed_aws import Ticks, calls

URL = "https://cloudformation.eu-west-1.amazonaws.com/"
BUSY = ClientError({"Error": {"Code": "Throttling", "Message": "Rate exceeded"}}, "X")
UNREACHABLE = EndpointConnectionError(endpoint_url=URL)
NO_ANSWER = ReadTimeoutError(endpoint_url=URL)
BROKEN_OFF = ConnectionClosedError(endpoint_url=URL)
EXPIRED = ClientError({"Error": {"Code": "ExpiredToken", "Message": "is expired"}}, "X")
DENIED = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "X")
ABSENT = ClientError({"Error": {"Code": "ChangeSetNotFound", "Message": "gone"}}, "X")
EXISTS = ClientError({"Error": {"Code": "AlreadyExistsException", "Message": "is there"}}, "X")
SAME_TOKEN = ClientError({"Error": {"Code": "TokenAlreadyExistsException", "Message": "t"}}, "X")
MOVED = ClientError({"Error": {"Code": "InvalidChangeSetStatus", "Message": "obsolete"}}, "X")
REFUSED = ClientError({"Error": {"Code": "ValidationError", "Message": "bad"}}, "X")


class Still(Ticks):
    """A clock that stands, however long somebody sleeps."""

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


class Service:
    """A call that ends as it is told to: with an exception, or with what it returns."""

    def __init__(self, *ends: Exception | str) -> None:
        self._ends: Iterator[Exception | str] = iter(ends)
        self.count = 0

    def __call__(self) -> str:
        self.count += 1
        end = next(self._ends)
        if isinstance(end, Exception):
            raise end
        return end


class Looks:
    """Answers to whether a write happened, in this order."""

    def __init__(self, *answers: bool) -> None:
        self._answers = list(answers)

    def __call__(self) -> bool:
        return self._answers.pop(0)

    @property
    def left(self) -> int:
        return len(self._answers)


READS = {
    "a read that is throttled": [BUSY, BUSY],
    "a read that finds no network": [UNREACHABLE],
    "a read without a reply": [NO_ANSWER, BROKEN_OFF],
    "a read whose token expired is signed anew": [EXPIRED],
}


@pytest.mark.parametrize("failures", READS.values(), ids=READS.keys())
def test_is_repeated(failures: list[Exception]) -> None:
    service = Service(*failures, "stacks")
    assert calls().read("cloudformation:DescribeStacks", service) == "stacks"
    assert service.count == len(failures) + 1


def test_the_pauses_between_reads_grow() -> None:
    clock = Ticks()
    calls(clock).read("a:B", Service(*[BUSY] * 6, ""))
    assert clock.slept == [2, 4, 8, 16, 20, 20]


GIVEN_UP = {
    "a busy AWS": (
        BUSY,
        "AWS is too busy for a:B; run the command again later; given up after 1 min; "
        "AWS: Rate exceeded",
    ),
    "no network": (
        UNREACHABLE,
        "AWS cannot be reached for a:B; see whether the network is there; given up after 1 min; "
        f'AWS: Could not connect to the endpoint URL: "{URL}"',
    ),
    "no reply": (
        NO_ANSWER,
        "AWS does not answer a:B; run the command again, which looks what was done; "
        f'given up after 1 min; AWS: Read timeout on endpoint URL: "{URL}"',
    ),
}


@pytest.mark.parametrize(("failure", "text"), GIVEN_UP.values(), ids=GIVEN_UP.keys())
def test_patience_ends(failure: Exception, text: str) -> None:
    clock = Ticks()
    with pytest.raises(EnvironmentFault) as caught:
        calls(clock, patience=60).read("a:B", Service(*[failure] * 100))
    assert str(caught.value) == text
    assert 60 <= clock.time <= 80


def test_a_call_that_keeps_failing_is_told_once() -> None:
    said: list[str] = []
    calls(said=said).read("a:B", Service(*[BUSY] * 5, ""))
    assert said == ["a:B fails and is tried again: Rate exceeded"]


@pytest.mark.parametrize(
    ("failure", "raised"), [(DENIED, Denied), (ABSENT, Absent), (REFUSED, Rejected), (MOVED, Moved)]
)
def test_what_no_repetition_heals_is_raised_at_once(
    failure: Exception, raised: type[Exception]
) -> None:
    service = Service(failure, "never")
    with pytest.raises(raised):
        calls().read("a:B", service)
    assert service.count == 1


def test_a_login_that_cannot_be_renewed_is_told() -> None:
    with pytest.raises(EnvironmentFault) as caught:
        calls().read("a:B", Service(EXPIRED, EXPIRED))
    assert str(caught.value) == (
        "the login has expired; log in, then run the command again; AWS: is expired"
    )


@pytest.mark.parametrize(
    "first", [["done"], [NO_ANSWER, "done"]], ids=["after a write", "after a lost reply"]
)
def test_a_login_that_expires_later_says_that_aws_goes_on(first: list[Exception | str]) -> None:
    ours = calls()
    ours.write("a:B", Service(*first))
    with pytest.raises(
        EnvironmentFault, match="has expired; what has begun goes on in AWS; log in"
    ):
        ours.read("a:C", Service(EXPIRED, EXPIRED))


WRITES = {
    "a write that is answered is not looked for": (["done"], [], 1),
    "a throttled write is sent again without a look": ([BUSY, "done"], [], 2),
    "a write without a network is sent again without a look": ([UNREACHABLE, "done"], [], 2),
    "a lost reply of what happened ends the write": ([NO_ANSWER], [True], 1),
    "a lost reply of what did not happen is sent again": ([BROKEN_OFF, "done"], [False], 2),
    "two lost replies are looked for twice": ([NO_ANSWER, NO_ANSWER], [False, True], 2),
    "a look follows a throttled repetition as well": ([NO_ANSWER, BUSY], [False, True], 2),
    "a token that was used is our own": ([SAME_TOKEN], [], 1),
    "a token that was used settles a lost reply": ([NO_ANSWER, SAME_TOKEN], [False], 2),
    "what exists by our repetition counts": ([NO_ANSWER, EXISTS], [False, True], 2),
    "what exists by our own hand counts": ([EXISTS], [True], 1),
    "what has moved by our own hand counts": ([NO_ANSWER, MOVED], [False, True], 2),
    "what is gone by our own hand counts": ([NO_ANSWER, ABSENT], [False, True], 2),
    "a write whose token expired is signed anew": ([EXPIRED, "done"], [], 2),
}


@pytest.mark.parametrize(("ends", "looks", "count"), WRITES.values(), ids=WRITES.keys())
def test_a_write_happens_once(ends: list[Exception | str], looks: list[bool], count: int) -> None:
    service, happened = Service(*ends), Looks(*looks)
    calls().write("cloudformation:ExecuteChangeSet", service, happened)
    assert (service.count, happened.left) == (count, 0)


REFUSALS = {
    "what exists and is not ours": ([EXISTS], [False], Rejected),
    "what has moved without us": ([MOVED], [], Moved),
    "what has moved after a write that never came": ([NO_ANSWER, MOVED], [False, False], Moved),
    "what is gone": ([ABSENT], [], Absent),
    "what may not be": ([DENIED], [], Denied),
    "a login that ended": ([EXPIRED, EXPIRED], [], EnvironmentFault),
}


@pytest.mark.parametrize(("ends", "looks", "raised"), REFUSALS.values(), ids=REFUSALS.keys())
def test_a_write_that_did_not_happen_raises(
    ends: list[Exception | str], looks: list[bool], raised: type[Exception]
) -> None:
    happened = Looks(*looks)
    with pytest.raises(raised):
        calls().write("a:B", Service(*ends), happened)
    assert happened.left == 0


def test_what_may_happen_twice_needs_no_look() -> None:
    service = Service(NO_ANSWER, "done")
    calls().write("a:B", service)
    assert service.count == 2


def test_calls_of_a_paced_service_keep_its_pace() -> None:
    clock = Ticks()
    ours = calls(clock, paces={"cloudformation": Pace(clock)})
    for _ in range(6):
        ours.read("cloudformation:DescribeStacks", Service(""))
        ours.read("s3:ListBucket", Service(""))
    assert clock.slept == [0.5] * 4


def test_a_pause_of_its_own_fills_the_bucket_again() -> None:
    clock = Ticks()
    pace = Pace(clock)
    for _ in range(2):
        pace.take()
    clock.sleep(100)
    for _ in range(3):
        pace.take()
    assert clock.slept == [100, 0.5]


def test_threads_share_one_pace() -> None:
    """Each of ten threads gets a turn of its own, a half second after the one before."""
    still = Still()
    pace = Pace(still)
    threads = [Thread(target=pace.take) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(still.slept) == [0.5 * turn for turn in range(1, 9)]


@pytest.mark.parametrize(
    ("count", "chance", "seconds"),
    [(1, 1.0, 2.0), (1, 0.0, 0.0), (3, 0.5, 4.0), (1_000_000, 1.0, 20.0)],
)
def test_a_pause_is_drawn_from_nothing_to_its_longest(
    count: int, chance: float, seconds: float
) -> None:
    assert pause(count, lambda: chance) == seconds


def test_the_clock_of_the_machine_goes_forward() -> None:
    clock = SystemClock()
    before = clock.now()
    clock.sleep(0.0)
    assert clock.now() >= before
