"""How a fake answers a call: arguments and answers are held against botocore's service models."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import datetime
from functools import cache, wraps
from typing import Any, ClassVar, TypeVar
from uuid import NAMESPACE_URL, uuid5

import botocore.session
from botocore import xform_name
from botocore.exceptions import ClientError, ParamValidationError
from botocore.handlers import json_decode_template_body
from botocore.validate import ParamValidator

from tests.fake_aws.time import ONE_AT_A_TIME, Timeline

JSON = dict[str, Any]
Method = TypeVar("Method", bound=Callable[..., Any])

SESSION = botocore.session.Session()
_PYTHON: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "character": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (float, int),
    "double": (float, int),
    "boolean": (bool,),
    "timestamp": (datetime,),
    "blob": (bytes,),
}


def refused(operation: str, code: str, message: str, status: int = 400) -> ClientError:
    """Return an error as the SDK raises it; `operation` is CamelCase."""
    answer = {
        "Error": {"Type": "Sender", "Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status, "RequestId": "fake", "RetryAttempts": 0},
    }
    return ClientError(answer, operation)


class Refused(Exception):
    """What a fake raises inside; its caller gets a ClientError that names the operation."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


class Service:
    """One service in one Region, with the methods of its client."""

    service: ClassVar[str]
    denial: ClassVar[str] = "AccessDeniedException"

    def __init__(self, timeline: Timeline, account: str, region: str) -> None:
        self.timeline, self.account, self.region = timeline, account, region
        self._denied: set[str] = set()

    def declare_denied(self, operation: str) -> None:
        """Let the caller lack the right to one operation: DescribeEvents."""
        assert operation in model(self.service).operation_names
        self._denied.add(operation)

    def declare_allowed(self, operation: str) -> None:
        """Give that right back."""
        self._denied.remove(operation)

    def id(self, *parts: object) -> str:
        """Return a UUID that is the same for the same parts."""
        return str(uuid5(NAMESPACE_URL, "/".join(str(part) for part in (self.region, *parts))))


def call(method: Method) -> Method:
    """Make a method a call of the SDK: it is checked both ways and takes its turn."""

    @wraps(method)
    def checked(self: Service, **asked: Any) -> Any:
        name = _operations(self.service)[method.__name__]
        operation = model(self.service).operation_model(name)
        with ONE_AT_A_TIME:
            self.timeline.catch_up()
            try:
                _check_asked(operation.input_shape, asked)
                if name in self._denied:
                    raise Refused(self.denial, _denial(self, name), 403)
                answer = method(self, **deepcopy(asked))
            except Refused as error:
                raise refused(name, error.code, error.message, error.status) from None
            answer = deepcopy(answer or {})
        _check_answer(name, operation.output_shape, answer)
        if name == "GetTemplate":
            json_decode_template_body(answer)  # the SDK hands JSON on as a mapping
        answer["ResponseMetadata"] = {"HTTPStatusCode": 200, "RequestId": "fake"}
        return answer

    return checked  # type: ignore[return-value]


@cache
def model(service: str) -> Any:
    """Return botocore's model of a service."""
    return SESSION.get_service_model(service)


@cache
def _operations(service: str) -> dict[str, str]:
    return {xform_name(name): name for name in model(service).operation_names}


def _denial(service: Service, operation: str) -> str:
    action = f"{service.service}:{operation}"
    who = f"User: arn:aws:iam::{service.account}:user/tester"
    why = f"because no identity-based policy allows the {action} action"
    return f"{who} is not authorized to perform: {action} on resource: * {why}"


def _check_asked(shape: Any, asked: JSON) -> None:
    if shape is None:
        assert not asked
        return
    report = ParamValidator().validate(asked, shape)
    if report.has_errors():
        raise ParamValidationError(report=report.generate_report())
    for name, value in asked.items():
        _check_text(name, shape.members[name], value)


def _check_text(name: str, shape: Any, value: Any) -> None:
    """Refuse what the SDK lets pass and AWS does not: lengths, patterns, unknown words."""
    if shape.type_name == "list":
        for one in value:
            _check_text(name, shape.member, one)
        return
    if shape.type_name != "string":
        return
    pattern, longest = shape.metadata.get("pattern"), shape.metadata.get("max")
    what = None
    if shape.enum and value not in shape.enum:
        what = f"satisfy enum value set: [{', '.join(shape.enum)}]"
    elif longest is not None and len(value) > longest:
        what = f"have length less than or equal to {longest}"
    elif pattern and not _matches(pattern, value):
        what = f"satisfy regular expression pattern: {pattern}"
    if what:
        member = name[0].lower() + name[1:]
        found = f"Value '{value}' at '{member}' failed to satisfy constraint: Member must {what}"
        raise Refused("ValidationError", f"1 validation error detected: {found}")


def _matches(pattern: str, value: str) -> bool:
    try:
        return re.fullmatch(pattern, value, re.DOTALL) is not None
    except re.error:  # Java knows classes that Python does not
        return True


def _check_answer(path: str, shape: Any, value: Any) -> None:
    """Assert that a value is one that the SDK could have read from AWS."""
    if shape is None:
        assert value == {}, path
    elif shape.type_name == "structure":
        assert isinstance(value, dict), f"{path}: {value!r}"
        unknown = value.keys() - shape.members.keys()
        missing = set(shape.required_members) - value.keys()
        assert not unknown, f"{path}: unknown {unknown}"
        assert not missing, f"{path}: missing {missing}"
        for name, one in value.items():
            _check_answer(f"{path}.{name}", shape.members[name], one)
    elif shape.type_name == "list":
        assert isinstance(value, list), f"{path}: {value!r}"
        for one in value:
            _check_answer(f"{path}[]", shape.member, one)
    elif shape.type_name == "map":
        assert isinstance(value, dict), f"{path}: {value!r}"
        for key, one in value.items():
            _check_answer(f"{path} key", shape.key, key)
            _check_answer(f"{path}[{key}]", shape.value, one)
    else:
        _check_scalar(path, shape, value)


def _check_scalar(path: str, shape: Any, value: Any) -> None:
    types = _PYTHON[shape.type_name]
    right = isinstance(value, types) and (bool in types or not isinstance(value, bool))
    assert right, f"{path}: {value!r} is no {shape.type_name}"
    assert not isinstance(value, datetime) or value.tzinfo is not None, path
    enum = list(getattr(shape, "enum", ()))
    if shape.name == "ResourceStatus":  # events of a stack carry its own states, too
        enum += model("cloudformation").shape_for("StackStatus").enum
    assert not enum or value in enum, f"{path}: {value!r} is none of {enum}"
