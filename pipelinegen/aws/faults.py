"""What a failed call means: was it done, may it be sent again, what is there to tell the user."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from botocore import exceptions as sdk
from botocore.parsers import ResponseParserError

from pipelinegen.errors import Denied, EnvironmentFault, Rejected
from pipelinegen.services import Moved


class Absent(Exception):
    """What a call names is not there."""


class Kind(Enum):
    """What became of a call."""

    THROTTLED = "not done: too much at once"
    UNREACHABLE = "not done: no connection"
    LOST = "nobody knows"
    EXPIRED = "not done: the login has expired"
    UNUSABLE = "not done: the credentials or the settings cannot be used"
    DENIED = "not done: the caller lacks a right"
    ABSENT = "not done: what it names is not there"
    EXISTS = "perhaps done before: what it would make is there"
    DONE = "done before"
    MOVED = "not done: what it names is in another state"
    REJECTED = "not done, and never will be"


SENT_AGAIN = frozenset({Kind.THROTTLED, Kind.UNREACHABLE, Kind.LOST})


@dataclass(frozen=True, slots=True)
class Fault:
    """A failed call: its kind, AWS's code and AWS's text."""

    kind: Kind
    code: str
    message: str


CALL_FAILED = (sdk.BotoCoreError, sdk.ClientError, ResponseParserError)
"""What a call of the SDK raises."""

_CODES: dict[str, Kind] = {
    # https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
    "BandwidthLimitExceeded": Kind.THROTTLED,
    "PriorRequestNotComplete": Kind.THROTTLED,
    "RequestLimitExceeded": Kind.THROTTLED,
    "RequestThrottled": Kind.THROTTLED,
    "RequestThrottledException": Kind.THROTTLED,
    "SlowDown": Kind.THROTTLED,
    "ThrottledException": Kind.THROTTLED,
    "Throttling": Kind.THROTTLED,
    "ThrottlingException": Kind.THROTTLED,
    "TooManyRequestsException": Kind.THROTTLED,
    # two writers at once: EventBridge, CodePipeline, CloudWatch Logs, S3
    "ConcurrentModificationException": Kind.THROTTLED,
    "ConflictException": Kind.THROTTLED,
    "OperationAborted": Kind.THROTTLED,
    "OperationAbortedException": Kind.THROTTLED,
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html
    "DependencyTimeoutException": Kind.LOST,
    "InternalError": Kind.LOST,
    "InternalException": Kind.LOST,
    "InternalFailure": Kind.LOST,
    "InternalServerError": Kind.LOST,
    "KMSInternalException": Kind.LOST,
    "RequestTimeout": Kind.LOST,
    "RequestTimeoutException": Kind.LOST,
    "ServiceUnavailable": Kind.LOST,
    "ServiceUnavailableException": Kind.LOST,
    "ExpiredToken": Kind.EXPIRED,
    "ExpiredTokenException": Kind.EXPIRED,
    "RequestExpired": Kind.EXPIRED,
    "TokenRefreshRequired": Kind.EXPIRED,
    "AuthFailure": Kind.UNUSABLE,
    "IncompleteSignature": Kind.UNUSABLE,
    "InvalidAccessKeyId": Kind.UNUSABLE,
    "InvalidClientTokenId": Kind.UNUSABLE,
    "InvalidSignatureException": Kind.UNUSABLE,
    "InvalidToken": Kind.UNUSABLE,
    "MissingAuthenticationToken": Kind.UNUSABLE,
    "OptInRequired": Kind.UNUSABLE,
    "RequestTimeTooSkewed": Kind.UNUSABLE,
    "SignatureDoesNotMatch": Kind.UNUSABLE,
    "UnrecognizedClientException": Kind.UNUSABLE,
    "403": Kind.DENIED,  # the answer to HEAD has no body, so no code
    "AccessDenied": Kind.DENIED,
    "AccessDeniedException": Kind.DENIED,
    "NotAuthorized": Kind.DENIED,
    "UnauthorizedOperation": Kind.DENIED,
    "404": Kind.ABSENT,
    "ChangeSetNotFound": Kind.ABSENT,
    "ChangeSetNotFoundException": Kind.ABSENT,
    "HookResultNotFound": Kind.ABSENT,
    "NoSuchBucket": Kind.ABSENT,
    "NoSuchBucketPolicy": Kind.ABSENT,
    "NoSuchKey": Kind.ABSENT,
    "NoSuchUpload": Kind.ABSENT,
    "NotFoundException": Kind.ABSENT,
    "ParameterNotFound": Kind.ABSENT,
    "PipelineNotFoundException": Kind.ABSENT,
    "ResourceNotFoundException": Kind.ABSENT,
    "StageNotFoundException": Kind.ABSENT,
    "AlreadyExistsException": Kind.EXISTS,
    "DuplicatedStopRequestException": Kind.DONE,
    "PipelineExecutionNotStoppableException": Kind.DONE,
    "TokenAlreadyExistsException": Kind.DONE,
    "InvalidChangeSetStatus": Kind.MOVED,
    "InvalidChangeSetStatusException": Kind.MOVED,
    "OperationInProgressException": Kind.MOVED,
}

_MESSAGES: tuple[tuple[str, re.Pattern[str], Kind], ...] = (
    ("ValidationError", re.compile(r"^Stack\b.* does not exist"), Kind.ABSENT),
    ("ValidationError", re.compile(r"^Export .*is not imported by any stack"), Kind.ABSENT),
    ("ValidationError", re.compile(r"is in \w+ state and can ?not "), Kind.MOVED),
    ("ValidationError", re.compile(r"cannot be deleted while in status \w+"), Kind.MOVED),
    ("ValidationError", re.compile(r"cannot be called from current stack status"), Kind.MOVED),
    ("ValidationError", re.compile(r"cannot be created again with the changeSet"), Kind.MOVED),
    ("ValidationError", re.compile(r"^Rate exceeded"), Kind.THROTTLED),
    ("KMSInvalidStateException", re.compile(r"is pending deletion"), Kind.DONE),
)
"""Codes that mean several things; the text tells which."""

_EXCEPTIONS: tuple[tuple[type[Exception], Kind], ...] = (
    (sdk.ConnectTimeoutError, Kind.UNREACHABLE),
    (sdk.EndpointConnectionError, Kind.UNREACHABLE),
    (sdk.ProxyConnectionError, Kind.UNREACHABLE),
    (sdk.ConnectionError, Kind.LOST),  # a broken TLS session among them
    (sdk.HTTPClientError, Kind.LOST),
    (sdk.IncompleteReadError, Kind.LOST),
    (ResponseParserError, Kind.LOST),  # a page of a proxy or load balancer, mostly a 502
    (sdk.ParamValidationError, Kind.REJECTED),
    (sdk.SSOError, Kind.EXPIRED),
    (sdk.TokenRetrievalError, Kind.EXPIRED),
    (sdk.RefreshWithMFAUnsupportedError, Kind.EXPIRED),
)
"""The first that fits; whatever else the SDK raises is about credentials or settings."""

_RIGHT = re.compile(r"not authorized to perform: ([\w-]+:\w+)")


def classify(error: Exception) -> Fault:
    """Return what an exception of the SDK means."""
    if isinstance(error, sdk.ClientError):
        return _of_answer(error.response)
    kind = next((kind for one, kind in _EXCEPTIONS if isinstance(error, one)), Kind.UNUSABLE)
    if type(error).__name__.startswith("Login"):  # newer than the oldest SDK that we support
        kind = Kind.EXPIRED
    return Fault(kind, type(error).__name__, str(error))


def exception(fault: Fault, action: str) -> Exception:
    """Return what to raise for a fault that no repetition heals; `action` is the IAM action."""
    match fault.kind:
        case Kind.DENIED:
            found = _RIGHT.search(fault.message)
            right = found[1] if found else action
            return Denied(f"the caller has no right to {right}; AWS: {fault.message}", action=right)
        case Kind.ABSENT:
            return Absent(fault.message)
        case Kind.MOVED:
            return Moved(fault.message)
        case Kind.EXISTS | Kind.DONE | Kind.REJECTED:
            return Rejected(fault.message, code=fault.code)
        case _:
            return EnvironmentFault(f"{action} could not be called; AWS: {fault.message}")


def _of_answer(response: dict[str, dict[str, object]]) -> Fault:
    error = response.get("Error", {})
    code, message = str(error.get("Code", "")), str(error.get("Message", ""))
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    told = (kind for one, text, kind in _MESSAGES if one == code and text.search(message))
    kind = next(told, None) or _CODES.get(code) or _of_status(status)
    return Fault(kind, code, message or code)


def _of_status(status: object) -> Kind:
    if status == 429:
        return Kind.THROTTLED
    return Kind.LOST if isinstance(status, int) and status >= 500 else Kind.REJECTED
