"""What goes wrong between a program and AWS: faults on purpose, throttling, a record of calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    HTTPClientError,
    ReadTimeoutError,
)

from tests.fake_aws.model import refused
from tests.fake_aws.time import VirtualTime

Kind = Literal[
    "throttle",
    "server_error",
    "timeout_before",
    "timeout_after",
    "lost_reply",
    "expired_token",
    "kill_before",
    "kill_after",
]
KINDS: tuple[Kind, ...] = (
    "throttle",
    "server_error",
    "timeout_before",
    "timeout_after",
    "lost_reply",
    "expired_token",
    "kill_before",
    "kill_after",
)
_DONE = ("timeout_after", "lost_reply", "kill_after")
ENDPOINT = "https://fake.amazonaws.com"


class Killed(BaseException):
    """The process is gone: nobody may catch this."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call as the program made it; `fault` tells what became of it."""

    service: str
    region: str
    operation: str
    asked: dict[str, Any]
    time: float
    fault: Kind | None = None


@dataclass(slots=True)
class Faults:
    """What goes wrong with which call, and all calls that were made."""

    calls: list[Call] = field(default_factory=list)
    _planned: dict[tuple[str, int], Kind] = field(default_factory=dict)
    _counts: Counter[str] = field(default_factory=Counter)

    def plan(self, kind: Kind, operation: str = "*", number: int = 1, times: int = 1) -> None:
        """Let calls fail from the `number`-th after now on; the operation * is every call."""
        first = self._counts[operation] + number
        for one in range(first, first + times):
            self._planned[operation, one] = kind

    def next(self, operation: str) -> Kind | None:
        """Count a call, and return what goes wrong with it."""
        found = None
        for name in (operation, "*"):
            self._counts[name] += 1
            found = found or self._planned.pop((name, self._counts[name]), None)
        return found

    def operations(self, *, service: str | None = None) -> list[str]:
        """Return the operations that were called, in order."""
        return [one.operation for one in self.calls if service in (None, one.service)]


class Faulty:
    """A client on the other side of a network that loses things."""

    def __init__(self, client: Any, faults: Faults | Iterable[tuple[str, int, Kind]]) -> None:
        """`faults` are shared by many clients, or (operation, number of the call, kind)."""
        self.client = client
        self.faults = faults if isinstance(faults, Faults) else Faults()
        if not isinstance(faults, Faults):
            for operation, number, kind in faults:
                self.faults.plan(kind, operation, number)

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        method = getattr(self.client, operation)

        def called(**asked: Any) -> Any:
            kind = self.faults.next(operation)
            self.faults.calls.append(
                Call(
                    self.client.service,
                    self.client.region,
                    operation,
                    asked,
                    self.client.timeline.time.now(),
                    kind,
                )
            )
            answer = method(**asked) if kind is None or kind in _DONE else None
            if kind is not None:
                raise error(kind, operation)
            return answer

        return called


class Repeating:
    """A client that repeats what may be repeated, as the SDK does in its standard mode."""

    def __init__(self, client: Any, attempts: int) -> None:
        self.client, self._attempts = client, attempts

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        method = getattr(self.client, operation)

        def called(**asked: Any) -> Any:
            for _ in range(self._attempts - 1):
                try:
                    return method(**asked)
                except HTTPClientError:
                    continue
                except ClientError as failed:
                    if failed.response["Error"]["Code"] not in ("Throttling", "InternalFailure"):
                        raise
            return method(**asked)

        return called


class Limited:
    """A client whose service throttles beyond a rate."""

    def __init__(self, client: Any, time: VirtualTime, per_second: float, burst: int = 2) -> None:
        self.client, self.service, self.region = client, client.service, client.region
        self.timeline = client.timeline
        self._time, self._per_second, self._burst = time, per_second, burst
        self._tokens, self._filled = float(burst), time.now()
        self.throttled = 0

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        method = getattr(self.client, operation)

        def called(**asked: Any) -> Any:
            now = self._time.now()
            gained = (now - self._filled) * self._per_second
            self._tokens, self._filled = min(self._tokens + gained, self._burst), now
            if self._tokens < 1:
                self.throttled += 1
                raise error("throttle", operation)
            self._tokens -= 1
            return method(**asked)

        return called


def error(kind: Kind, operation: str) -> BaseException:
    """Return what the program sees of a fault."""
    name = "".join(part.capitalize() for part in operation.split("_"))
    found: BaseException = Killed(operation)
    if kind == "throttle":
        found = refused(name, "Throttling", "Rate exceeded")
    elif kind == "server_error":
        found = refused(name, "InternalFailure", "An internal error occurred.", 500)
    elif kind == "expired_token":
        text = "The security token included in the request is expired"
        found = refused(name, "ExpiredToken", text, 403)
    elif kind == "lost_reply":
        found = ConnectionClosedError(endpoint_url=ENDPOINT)
    elif kind in ("timeout_before", "timeout_after"):
        found = ReadTimeoutError(endpoint_url=ENDPOINT)
    return found
