"""Clients of the SDK whose answers are scripted: botocore checks both ways against its models."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import botocore.session
from botocore.stub import Stubber

from pipelinegen.aws.calls import Calls
from pipelinegen.aws.pace import Pace
from pipelinegen.records import Identity

TIME = datetime(2026, 11, 22, 22, 10, 5, tzinfo=timezone.utc)
SECONDS = TIME.timestamp()
IDENTITY = Identity(
    "111111111111", "eu-west-1", "arn:aws:iam::111111111111:user/me", "aws", "amazonaws.com"
)

SESSION = botocore.session.Session()
"""One for all tests: it keeps the service models, which take long to read."""


class Ticks:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.time = 0.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds
        self.slept.append(seconds)


def calls(
    clock: Ticks | None = None,
    *,
    patience: float = 60,
    paces: dict[str, Pace] | None = None,
    said: list[str] | None = None,
) -> Calls:
    """Calls without chance: every pause is as long as it may be."""
    heard = [] if said is None else said
    return Calls(
        clock or Ticks(),
        patience=patience,
        paces=paces or {},
        random=lambda: 1.0,
        warn=heard.append,
    )


class Script:
    """What AWS is asked through one client, and answers, in this order."""

    def __init__(self, service: str) -> None:
        self.client: Any = SESSION.create_client(
            service, "eu-west-1", aws_access_key_id="testing", aws_secret_access_key="testing"
        )
        self._stubber = Stubber(self.client)
        self._stubber.activate()

    def answers(
        self, operation: str, asked: dict[str, Any], answer: dict[str, Any] | None = None
    ) -> Script:
        """Expect a call, and answer it."""
        self._stubber.add_response(operation, answer or {}, asked)
        return self

    def fails(
        self,
        operation: str,
        code: str,
        message: str = "",
        *,
        status: int = 400,
        asked: dict[str, Any] | None = None,
    ) -> Script:
        """Expect a call, and refuse it; without `asked` whatever it asks."""
        self._stubber.add_client_error(
            operation, code, message, http_status_code=status, expected_params=asked
        )
        return self

    def loses(self, operation: str) -> Script:
        """Expect a call, and let nobody know what became of it."""
        return self.fails(operation, "InternalFailure", status=500)

    def done(self) -> None:
        """Fail unless everything was asked."""
        self._stubber.assert_no_pending_responses()
