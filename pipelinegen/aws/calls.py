"""Calls that are sent again while that is safe: reads always, writes once they surely failed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from pipelinegen.aws.faults import CALL_FAILED, SENT_AGAIN, Fault, Kind, classify, exception
from pipelinegen.aws.pace import Pace, pause
from pipelinegen.errors import EnvironmentFault
from pipelinegen.services import Clock

T = TypeVar("T")

_WARN_AT = 3
"""Failures of one call before the user hears of them."""

_GIVEN_UP = {
    Kind.THROTTLED: "AWS is too busy for {action}; run the command again later",
    Kind.UNREACHABLE: "AWS cannot be reached for {action}; see whether the network is there",
    Kind.LOST: "AWS does not answer {action}; run the command again, which looks what was done",
}


@dataclass(slots=True)
class _Attempts:
    """What became of one call so far."""

    action: str
    begun: float
    failures: int = 0
    renewed: bool = False


class Calls:
    """How every call of a connection is made.

    Clients must send once: were the SDK to repeat a write whose reply was lost, nobody could look
    whether it had happened.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        patience: float,
        paces: Mapping[str, Pace],
        random: Callable[[], float],
        warn: Callable[[str], None],
    ) -> None:
        """`patience` are the seconds after which one call is given up.

        `paces` limit the services that they name by the prefix of their IAM actions; `random`
        returns numbers from 0 to 1.
        """
        self._clock = clock
        self._patience = patience
        self._paces = paces
        self._random = random
        self._warn = warn
        self._wrote = False

    def read(self, action: str, call: Callable[[], T]) -> T:
        """Return what a call returns; `action` is the IAM action that it takes.

        Raises Absent, Denied, Rejected or Moved, and EnvironmentFault when AWS does not answer.
        """
        attempts = _Attempts(action, self._clock.now())
        while True:
            try:
                return self._once(action, call)
            except CALL_FAILED as error:
                self._endure(attempts, classify(error))

    def write(
        self,
        action: str,
        call: Callable[[], object],
        happened: Callable[[], bool] = lambda: False,
    ) -> None:
        """Make a call that changes something, once.

        `happened` looks whether it did when no reply tells; what may well happen twice needs none.
        Raises as `read` does.
        """
        attempts = _Attempts(action, self._clock.now())
        doubtful = False
        while True:
            try:
                self._once(action, call)
            except CALL_FAILED as error:
                fault = classify(error)
                doubtful = doubtful or fault.kind in (Kind.LOST, Kind.EXISTS)
                self._wrote = self._wrote or fault.kind is Kind.LOST
                if fault.kind is Kind.DONE:
                    return
                if doubtful and fault.kind not in SENT_AGAIN and happened():
                    return
                self._endure(attempts, fault)
                if doubtful and happened():  # after the pause: it may take AWS a moment to show
                    return
            else:
                self._wrote = True
                return

    def _once(self, action: str, call: Callable[[], T]) -> T:
        service = action.partition(":")[0]
        if service in self._paces:
            self._paces[service].take()
        return call()

    def _endure(self, attempts: _Attempts, fault: Fault) -> None:
        """Return when the call may be sent again; raise when it may not."""
        if fault.kind in SENT_AGAIN:
            self._wait(attempts, fault)
        elif fault.kind is Kind.EXPIRED and not attempts.renewed:
            attempts.renewed = True  # the SDK renews what it can when it signs the next call
        elif fault.kind is Kind.EXPIRED:
            goes_on = "what has begun goes on in AWS; " if self._wrote else ""
            remedy = f"{goes_on}log in, then run the command again"
            raise EnvironmentFault(f"the login has expired; {remedy}; AWS: {fault.message}")
        else:
            raise exception(fault, attempts.action)

    def _wait(self, attempts: _Attempts, fault: Fault) -> None:
        elapsed = self._clock.now() - attempts.begun
        if elapsed >= self._patience:
            said = _GIVEN_UP[fault.kind].format(action=attempts.action)
            given_up = f"given up after {elapsed / 60:.0f} min"
            raise EnvironmentFault(f"{said}; {given_up}; AWS: {fault.message}")
        attempts.failures += 1
        if attempts.failures == _WARN_AT:
            self._warn(f"{attempts.action} fails and is tried again: {fault.message}")
        self._clock.sleep(pause(attempts.failures, self._random))
