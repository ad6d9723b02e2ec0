"""Each failure of a call is understood: whether it was done, and what the user is told."""

from __future__ import annotations

import pytest
from botocore import exceptions as sdk
from botocore.parsers import ResponseParserError

from pipelinegen.aws.faults import Absent, Fault, Kind, classify, exception
from pipelinegen.aws.login import login_fault
from pipelinegen.errors import Denied, EnvironmentFault, Rejected
from pipelinegen.services import Moved


def refused(code: str, message: str = "", status: int = 400) -> sdk.ClientError:
    answer = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return sdk.ClientError(answer, "DescribeStacks")


URL = "https://cloudformation.eu-west-1.amazonaws.com/"

ANSWERS = {
    "too many calls": ("Throttling", "Rate exceeded", 400, Kind.THROTTLED),
    "too many calls, as a validation error": (
        "ValidationError",
        "Rate exceeded",
        400,
        Kind.THROTTLED,
    ),
    "too many calls, as EC2 says it": ("RequestLimitExceeded", "", 503, Kind.THROTTLED),
    "too many calls, as S3 says it": ("SlowDown", "Reduce your rate", 503, Kind.THROTTLED),
    "too many calls, with a code that is new": ("Unheard", "", 429, Kind.THROTTLED),
    "two writers of one event rule": ("ConcurrentModificationException", "", 400, Kind.THROTTLED),
    "a pipeline that is busy": ("ConflictException", "try again later", 400, Kind.THROTTLED),
    "an error within AWS": ("InternalFailure", "", 500, Kind.LOST),
    "an error within AWS, with a code that is new": ("Unheard", "", 502, Kind.LOST),
    "a request that came too slowly for S3": ("RequestTimeout", "", 400, Kind.LOST),
    "an expired token": ("ExpiredToken", "The security token is expired", 403, Kind.EXPIRED),
    "an expired token, in JSON": ("ExpiredTokenException", "", 400, Kind.EXPIRED),
    "keys that do not exist": ("InvalidClientTokenId", "", 403, Kind.UNUSABLE),
    "a wrong secret": ("SignatureDoesNotMatch", "", 403, Kind.UNUSABLE),
    "a missing right": ("AccessDenied", "", 403, Kind.DENIED),
    "a missing right, in JSON": ("AccessDeniedException", "", 400, Kind.DENIED),
    "a missing right, told without a body": ("403", "Forbidden", 403, Kind.DENIED),
    "no such stack": ("ValidationError", "Stack with id shop does not exist", 400, Kind.ABSENT),
    "no such stack, in brackets": (
        "ValidationError",
        "Stack [shop] does not exist",
        400,
        Kind.ABSENT,
    ),
    "no such change set": ("ChangeSetNotFound", "ChangeSet [x] does not exist", 404, Kind.ABSENT),
    "an export that nobody imports": (
        "ValidationError",
        "Export 'x' is not imported by any stack.",
        400,
        Kind.ABSENT,
    ),
    "no such pipeline": ("PipelineNotFoundException", "", 400, Kind.ABSENT),
    "no such bucket": ("NoSuchBucket", "", 404, Kind.ABSENT),
    "no such object, told without a body": ("404", "Not Found", 404, Kind.ABSENT),
    "no such log group": ("ResourceNotFoundException", "", 400, Kind.ABSENT),
    "no such parameter": ("ParameterNotFound", "", 400, Kind.ABSENT),
    "a change set of that name": ("AlreadyExistsException", "", 400, Kind.EXISTS),
    "a token that was used": ("TokenAlreadyExistsException", "", 400, Kind.DONE),
    "an execution that has ended": ("PipelineExecutionNotStoppableException", "", 400, Kind.DONE),
    "an execution that is stopping": ("DuplicatedStopRequestException", "", 400, Kind.DONE),
    "a key that is going": (
        "KMSInvalidStateException",
        "arn:aws:kms:eu-west-1:111111111111:key/k is pending deletion.",
        400,
        Kind.DONE,
    ),
    "a key that cannot go": ("KMSInvalidStateException", "is creating", 400, Kind.REJECTED),
    "an operation under way": ("OperationInProgressException", "", 409, Kind.MOVED),
    "a change set that is no longer good": ("InvalidChangeSetStatus", "", 400, Kind.MOVED),
    "an update under way": (
        "ValidationError",
        "Stack:arn:x is in UPDATE_IN_PROGRESS state and can not be updated.",
        400,
        Kind.MOVED,
    ),
    "a deletion of what is under way": (
        "ValidationError",
        "Stack [shop] cannot be deleted while in status UPDATE_IN_PROGRESS",
        400,
        Kind.MOVED,
    ),
    "an update that has ended already": (
        "ValidationError",
        "CancelUpdateStack cannot be called from current stack status",
        400,
        Kind.MOVED,
    ),
    "a stack that somebody else created": (
        "ValidationError",
        "Stack [shop] already exists and cannot be created again with the changeSet [pg-1].",
        400,
        Kind.MOVED,
    ),
    "termination protection": (
        "ValidationError",
        "Stack [shop] cannot be deleted while TerminationProtection is enabled",
        400,
        Kind.REJECTED,
    ),
    "a template that cannot be read": (
        "ValidationError",
        "Template format error: unsupported structure.",
        400,
        Kind.REJECTED,
    ),
    "parameters that the template lacks": (
        "ValidationError",
        "Parameters: [Size] do not exist in the template",
        400,
        Kind.REJECTED,
    ),
    "a quota": ("LimitExceededException", "", 400, Kind.REJECTED),
    "capabilities that lack": ("InsufficientCapabilitiesException", "", 400, Kind.REJECTED),
}


@pytest.mark.parametrize(
    ("code", "message", "status", "kind"), ANSWERS.values(), ids=ANSWERS.keys()
)
def test_an_answer_of_aws_has_a_kind(code: str, message: str, status: int, kind: Kind) -> None:
    assert classify(refused(code, message, status)).kind is kind


EXCEPTIONS = {
    "a host that does not answer": (
        sdk.EndpointConnectionError(endpoint_url=URL),
        Kind.UNREACHABLE,
    ),
    "a connection that does not come up": (
        sdk.ConnectTimeoutError(endpoint_url=URL),
        Kind.UNREACHABLE,
    ),
    "a proxy that does not answer": (sdk.ProxyConnectionError(proxy_url=URL), Kind.UNREACHABLE),
    "an answer that does not come": (sdk.ReadTimeoutError(endpoint_url=URL), Kind.LOST),
    "a connection that broke off": (sdk.ConnectionClosedError(endpoint_url=URL), Kind.LOST),
    "an encrypted connection that broke off": (
        sdk.SSLError(endpoint_url=URL, error="EOF"),
        Kind.LOST,
    ),
    "half an answer": (sdk.IncompleteReadError(actual_bytes=1, expected_bytes=2), Kind.LOST),
    "a web page instead of an answer": (ResponseParserError("Unable to parse"), Kind.LOST),
    "a login that is no longer good": (sdk.UnauthorizedSSOTokenError(), Kind.EXPIRED),
    "a token that cannot be renewed": (
        sdk.TokenRetrievalError(provider="sso", error_msg="Token has expired"),
        Kind.EXPIRED,
    ),
    "no credentials": (sdk.NoCredentialsError(), Kind.UNUSABLE),
    "a value that is too short for AWS": (
        sdk.ParamValidationError(report="Invalid length for parameter RoleARN"),
        Kind.REJECTED,
    ),
}


@pytest.mark.parametrize(("error", "kind"), EXCEPTIONS.values(), ids=EXCEPTIONS.keys())
def test_an_exception_of_the_sdk_has_a_kind(error: Exception, kind: Kind) -> None:
    assert classify(error).kind is kind


def test_a_login_of_the_newest_kind_is_known_by_its_name() -> None:
    """The oldest SDK that we support has no class for it."""
    newer = type("LoginRefreshRequired", (sdk.BotoCoreError,), {"fmt": "Your session has expired"})
    assert classify(newer()).kind is Kind.EXPIRED


def test_a_fault_without_a_text_shows_its_code() -> None:
    assert classify(refused("Unheard")).message == "Unheard"


RAISED = {
    "what is not there": (Kind.ABSENT, Absent, "Stack [x] does not exist"),
    "what has moved": (Kind.MOVED, Moved, "Stack [x] does not exist"),
    "what AWS refuses": (Kind.REJECTED, Rejected, "Stack [x] does not exist"),
    "what exists and is not ours": (Kind.EXISTS, Rejected, "Stack [x] does not exist"),
    "what cannot be signed": (
        Kind.UNUSABLE,
        EnvironmentFault,
        "cloudformation:DescribeStacks could not be called; AWS: Stack [x] does not exist",
    ),
}


@pytest.mark.parametrize(("kind", "raised", "text"), RAISED.values(), ids=RAISED.keys())
def test_a_fault_is_raised_as_what_the_life_cycle_knows(
    kind: Kind, raised: type[Exception], text: str
) -> None:
    fault = Fault(kind, "ValidationError", "Stack [x] does not exist")
    found = exception(fault, "cloudformation:DescribeStacks")
    assert (type(found), str(found)) == (raised, text)


def test_a_refusal_keeps_the_code_of_aws() -> None:
    found = exception(Fault(Kind.REJECTED, "LimitExceededException", ""), "a:B")
    assert isinstance(found, Rejected)
    assert found.code == "LimitExceededException"


DENIALS = {
    "the right that AWS names": (
        "User: arn:aws:iam::111111111111:user/me is not authorized to perform: iam:PassRole on x",
        "iam:PassRole",
    ),
    "the right of the call where AWS names none": (
        "Access Denied",
        "cloudformation:ExecuteChangeSet",
    ),
}


@pytest.mark.parametrize(("message", "action"), DENIALS.values(), ids=DENIALS.keys())
def test_a_denial_names(message: str, action: str) -> None:
    found = exception(
        Fault(Kind.DENIED, "AccessDenied", message), "cloudformation:ExecuteChangeSet"
    )
    assert isinstance(found, Denied)
    assert found.action == action
    assert str(found) == f"the caller has no right to {action}; AWS: {message}"


LOGINS = {
    "no credentials": (
        sdk.NoCredentialsError(),
        "no credentials; name a profile with --profile or AWS_PROFILE, or set AWS_ACCESS_KEY_ID "
        "and AWS_SECRET_ACCESS_KEY",
    ),
    "a profile that does not exist": (
        sdk.ProfileNotFound(profile="shop"),
        "there is no profile 'shop'; see those there are with: aws configure list-profiles",
    ),
    "an expired single sign-on": (
        sdk.UnauthorizedSSOTokenError(),
        "the login of profile 'shop' has expired; log in with: aws sso login --profile shop",
    ),
    "a single sign-on that never was": (
        sdk.SSOTokenLoadError(error_msg="does not exist"),
        "the login of profile 'shop' has expired; log in with: aws sso login --profile shop",
    ),
    "a single sign-on that AWS ended": (
        refused("UnauthorizedException", "Session token not found or invalid", 401),
        "the login of profile 'shop' has expired; log in with: aws sso login --profile shop",
    ),
    "a single sign-on without that role": (
        refused("ForbiddenException", "No access", 403),
        "the login of profile 'shop' gives no access to its account or role; AWS: No access",
    ),
    "an expired console login": (
        type("LoginRefreshRequired", (sdk.BotoCoreError,), {"fmt": "expired"})(),
        "the login of profile 'shop' has expired; log in with: aws login --profile shop",
    ),
    "expired keys": (
        refused("ExpiredToken", "The security token is expired", 403),
        "the credentials of profile 'shop' have expired; get new ones",
    ),
    "keys that AWS does not know": (
        refused("InvalidClientTokenId", "", 403),
        "AWS does not know the credentials of profile 'shop' in region 'eu-west-1'; see whether "
        "they are right and whether the account may use that region",
    ),
    "a wrong secret or a wrong clock": (
        refused("SignatureDoesNotMatch", "", 403),
        "AWS does not accept the signature of the credentials of profile 'shop'; see whether the "
        "secret key is right and the clock of this machine too",
    ),
    "half of a pair of keys": (
        sdk.PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"),
        "the credentials of profile 'shop' cannot be used; Partial credentials found in env, "
        "missing: AWS_SECRET_ACCESS_KEY",
    ),
    "a role that may not be assumed": (
        refused("AccessDenied", "not authorized to perform: sts:AssumeRole", 403),
        "the login of profile 'shop' may not be used; AWS: not authorized to perform: "
        "sts:AssumeRole",
    ),
    "no network": (
        sdk.EndpointConnectionError(endpoint_url=URL),
        "AWS cannot be reached in region 'eu-west-1'; see whether the network is there and whether "
        f'the Region is right; Could not connect to the endpoint URL: "{URL}"',
    ),
    "no answer": (
        sdk.ReadTimeoutError(endpoint_url=URL),
        "AWS does not answer in region 'eu-west-1'; try again later; Read timeout on endpoint "
        f'URL: "{URL}"',
    ),
    "a busy AWS": (
        refused("Throttling"),
        "AWS is too busy to answer in region 'eu-west-1'; try again later",
    ),
}


@pytest.mark.parametrize(("error", "text"), LOGINS.values(), ids=LOGINS.keys())
def test_a_login_that_fails_says_what_to_do(error: Exception, text: str) -> None:
    assert str(login_fault(error, "shop", "eu-west-1")) == text


def test_a_login_without_a_profile_is_that_of_the_environment() -> None:
    found = login_fault(sdk.UnauthorizedSSOTokenError(), None, "eu-west-1")
    assert str(found) == ("the login in the environment has expired; log in with: aws sso login")
