"""The front of every simulated service: models, faults, a limit of calls, a record of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any

import botocore.session
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from botocore.validate import validate_parameters

from tests.simulation.time import VirtualTime

_SESSION = botocore.session.get_session()
_MODELS: dict[str, Any] = {}

FAULTS = (
    "throttled",
    "server error before",
    "server error after",
    "time-out before",
    "time-out after",
    "reply lost",
    "token expired",
    "killed before",
    "killed after",
)
"""What may become of a call; `after` means that it was carried out all the same."""


_BURST = 2.0
"""Calls that a service takes at once when it has rested."""


class Killed(BaseException):
    """The process is gone: nothing of ours runs any more."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to the `number`th call (from 0) of an operation, and to no other."""

    operation: str
    number: int
    kind: str


@dataclass(slots=True)
class Front:
    """What all services of one simulated account share."""

    time: VirtualTime
    fault: Fault | None = None
    per_second: float | None = None
    denied: set[str] = field(default_factory=set)
    calls: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    throttled: int = 0
    before: Callable[[str], None] = lambda _operation: None
    after: Callable[[str], None] = lambda _operation: None
    """What a test does, or has happen, around each call that is let in."""
    _count: Counter[str] = field(default_factory=Counter)
    _buckets: dict[str, tuple[float, float]] = field(default_factory=dict)

    def carry_out(
        self, service: str, operation: str, arguments: dict[str, Any], act: Callable[[], Any]
    ) -> Any:
        """Check, record and carry out a call, or let it go wrong as arranged."""
        model = _model(service).operation_model(operation)
        if model.input_shape is not None:
            validate_parameters(arguments, model.input_shape)
        if operation in self.denied:
            arn = "arn:aws:iam::111111111111:user/me"
            text = f"User: {arn} is not authorized to perform: {service}:{operation}"
            raise error(operation, "AccessDenied", text, 403)
        self._limit(service, operation)
        number = self._count[operation]
        self._count[operation] += 1
        self.calls.append((operation, arguments))
        self.before(operation)
        wrong = self.fault
        if wrong is None or (wrong.operation, wrong.number) != (operation, number):
            answer = self._answer(act, model)
            self.after(operation)
            return answer
        self.fault = None
        return self._wrong(wrong.kind, operation, lambda: self._answer(act, model))

    def forget(self) -> None:
        """Begin a new count of calls, as for a new process."""
        self.calls.clear()
        self._count.clear()

    def _wrong(self, kind: str, operation: str, act: Callable[[], Any]) -> Any:
        if kind in ("server error after", "time-out after", "reply lost", "killed after"):
            try:
                act()
            except ClientError:
                if kind == "killed after":
                    raise Killed from None
        url = "https://cloudformation.eu-west-1.amazonaws.com"
        match kind.split(" ")[0]:
            case "throttled":
                raise error(operation, "Throttling", "Rate exceeded", 400)
            case "server":
                raise error(operation, "InternalFailure", "An internal error occurred", 500)
            case "time-out":
                raise ReadTimeoutError(endpoint_url=url, error="read timed out")
            case "reply":
                raise ConnectionClosedError(endpoint_url=url)
            case "token":
                text = "The security token included in the request is expired"
                raise error(operation, "ExpiredToken", text, 403)
            case _:
                raise Killed

    def _answer(self, act: Callable[[], Any], model: Any) -> Any:
        answer = act()
        if model.output_shape is not None:
            _conforms(answer, model.output_shape, model.name)
        return answer

    def _limit(self, service: str, operation: str) -> None:
        """Each service has a bucket of its own: (tokens, when it was filled)."""
        if self.per_second is None:
            return
        now = self.time.now()
        tokens, filled = self._buckets.get(service, (_BURST, now))
        tokens = min(tokens + (now - filled) * self.per_second, _BURST)
        if tokens < 1:
            self._buckets[service] = tokens, now
            self.throttled += 1
            raise error(operation, "Throttling", "Rate exceeded", 400)
        self._buckets[service] = tokens - 1, now


def operation(method: Callable[..., Any]) -> Callable[..., Any]:
    """Make a method of a service a call of it: its name is the operation's in snake case."""
    name = "".join(word.capitalize() for word in method.__name__.split("_"))

    @wraps(method)
    def call(self: Any, **arguments: Any) -> Any:
        return self.front.carry_out(
            self.service, name, arguments, lambda: method(self, **arguments)
        )

    return call


def error(operation: str, code: str, message: str, status: int = 400) -> ClientError:
    """Return an error as the SDK raises it."""
    answer = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(answer, operation)


def _model(service: str) -> Any:
    if service not in _MODELS:
        _MODELS[service] = _SESSION.get_service_model(service)
    return _MODELS[service]


_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": (str, dict),  # botocore parses the JSON of TemplateBody
    "boolean": bool,
    "integer": int,
    "timestamp": datetime,
    "map": dict,
}


def _conforms(value: Any, shape: Any, place: str) -> None:
    """Hold an answer against the model: no unknown member, no missing one, no unknown word."""
    if shape.type_name == "structure":
        unknown = set(value) - set(shape.members)
        assert not unknown, f"{place} has no {unknown}"
        missing = set(shape.required_members) - set(value)
        assert not missing, f"{place} lacks {missing}"
        for name, item in value.items():
            _conforms(item, shape.members[name], f"{place}.{name}")
    elif shape.type_name == "list":
        assert isinstance(value, list), place
        for item in value:
            _conforms(item, shape.member, f"{place}[]")
    else:
        assert isinstance(value, _TYPES[shape.type_name]), f"{place}: {value!r}"
        words = getattr(shape, "enum", None)
        if shape.name == "ResourceStatus":  # events of a stack itself have statuses of stacks
            words = words + _model("cloudformation").shape_for("StackStatus").enum
        assert not words or value in words, f"{place}: {value!r} is none of {words}"
