"""What to tell a user whom AWS does not know, or cannot reach, and what to do about it."""

from __future__ import annotations

from pipelinegen.aws.faults import Kind, classify
from pipelinegen.errors import EnvironmentFault

_SSO = "the login {whose} has expired; log in with: aws sso login{option}"
_LOGIN = "the login {whose} has expired; log in with: aws login{option}"
_KEY = (
    "AWS does not know the credentials {whose} in region '{region}'; "
    "see whether they are right and whether the account may use that region"
)
_CLOCK = (
    "AWS does not accept the signature of the credentials {whose}; "
    "see whether the secret key is right and the clock of this machine too"
)
_TEXTS = {
    "ForbiddenException": "the login {whose} gives no access to its account or role; AWS: {said}",
    "InvalidAccessKeyId": _KEY,
    "InvalidClientTokenId": _KEY,
    "InvalidRegionError": "'{region}' is no Region; eu-west-1 is one",
    "InvalidSignatureException": _CLOCK,
    "LoginAuthorizationCodeError": _LOGIN,
    "LoginRefreshRequired": _LOGIN,
    "LoginTokenLoadError": _LOGIN,
    "NoCredentialsError": "no credentials; name a profile with --profile or AWS_PROFILE, or set "
    "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    "ProfileNotFound": "there is no profile '{profile}'; see those there are with: "
    "aws configure list-profiles",
    "RequestTimeTooSkewed": _CLOCK,
    "SSOTokenLoadError": _SSO,
    "SignatureDoesNotMatch": _CLOCK,
    "TokenRetrievalError": _SSO,
    "UnauthorizedException": _SSO,
    "UnauthorizedSSOTokenError": _SSO,
    "UnrecognizedClientException": _KEY,
}
"""By AWS's code, or by the name of the SDK's exception: some are newer than the oldest SDK."""

_KINDS = {
    Kind.DENIED: "the login {whose} may not be used; AWS: {said}",
    Kind.EXPIRED: "the credentials {whose} have expired; get new ones",
    Kind.LOST: "AWS does not answer in region '{region}'; try again later; {said}",
    Kind.THROTTLED: "AWS is too busy to answer in region '{region}'; try again later",
    Kind.UNREACHABLE: "AWS cannot be reached in region '{region}'; see whether the network is "
    "there and whether the Region is right; {said}",
}


def login_fault(error: Exception, profile: str | None, region: str | None) -> EnvironmentFault:
    """Return what to raise when AWS does not tell who calls."""
    fault = classify(error)
    text = _TEXTS.get(fault.code) or _KINDS.get(fault.kind)
    if text is None:
        text = "the credentials {whose} cannot be used; {said}"
    return EnvironmentFault(
        text.format(
            whose=f"of profile '{profile}'" if profile else "in the environment",
            option=f" --profile {profile}" if profile else "",
            profile=profile,
            region=region,
            said=fault.message,
        )
    )
