"""The options of every command that talks to AWS, and the connection they lead to."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from pipelinegen.defaults import OPERATION_MINUTES
from pipelinegen.display import Display
from pipelinegen.errors import EnvironmentFault, UsageError

if TYPE_CHECKING:
    from pipelinegen.model import Spec
    from pipelinegen.services import Connect, Connection

CONNECT = "pipelinegen.connect"
"""Where a click context holds the way to AWS, if it is another than the real one."""

parameter_option = click.option(
    "--parameter",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="A parameter of the spec; may be repeated. One without default keeps its value.",
)
timeout_option = click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    callback=lambda _context, _parameter, minutes: _number(minutes),
    default=OPERATION_MINUTES,
    show_default=True,
    metavar="MINUTES",
    help="After this time an operation is left to AWS.",
)


@dataclass(frozen=True, slots=True)
class Online:
    """What the common options say."""

    profile: str | None
    region: str | None
    output: str
    role_arn: str | None = None
    yes: bool = False
    no_input: bool = False

    def again(self, spec: str | None) -> tuple[str, ...]:
        """Return what a recommended command must repeat: the spec that was named, where AWS is."""
        flags = {"--profile": self.profile, "--region": self.region}
        given = [word for flag, value in flags.items() if value for word in (flag, value)]
        return (*([spec] if spec and spec != "-" else []), *given)


_role_option = click.option(
    "--role-arn",
    metavar="ARN",
    callback=lambda _context, _parameter, arn: _role(arn),
    help="Role that CloudFormation works with from now on.",
)
_ROLE = re.compile(r"arn:[a-z-]+:iam::\d{12}:role/[\w+=,.@/-]+", re.ASCII)
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns"""
_asking_options = [
    click.option("-y", "--yes", is_flag=True, envvar="PIPELINEGEN_YES", help="Answer yes."),
    click.option("--no-input", is_flag=True, envvar="PIPELINEGEN_NO_INPUT", help="Ask nothing."),
]


def online_options(
    *forms: str, role: bool = False, asks: bool = False
) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Add the common options; the command gets them as `online`.

    `forms` are its forms of output; `role` tells that CloudFormation works for it, `asks` that it
    may ask something.
    """

    def decorate(command: Callable[..., int]) -> Callable[..., int]:
        @wraps(command)
        def collected(*arguments: Any, **options: Any) -> int:
            wishes = {one.name: options.pop(one.name, one.default) for one in fields(Online)}
            return command(*arguments, online=Online(**wishes), **options)

        options = [
            click.option("--profile", metavar="NAME", help="Profile of the AWS configuration."),
            click.option(
                "--region", metavar="NAME", help="Region; else that of the spec or environment."
            ),
            *([_role_option] if role else []),
            click.option(
                "--output",
                type=click.Choice(forms),
                default="text",
                envvar="PIPELINEGEN_OUTPUT",
                help="Form of what is printed.",
            ),
            *(_asking_options if asks else []),
        ]
        for option in reversed(options):
            collected = option(collected)
        return collected

    return decorate


def connection(
    display: Display,
    online: Online,
    spec: Spec,
    *,
    minutes: float = OPERATION_MINUTES,
    warn: Callable[[str], None] | None = None,
) -> Connection:
    """Return the connection to AWS, once account and region are those that the spec allows.

    `warn` hears of calls that are sent again and again; without it the user does.
    """
    guard = spec.data.get("region")
    _same("region", guard, online.region)
    connect: Connect = click.get_current_context().meta.get(CONNECT) or _connect
    found = connect(
        profile=online.profile,
        region=online.region or guard,
        minutes=minutes,
        warn=warn or display.say,
    )
    _same("region", guard, found.identity.region)
    _same("account", spec.data.get("account"), found.identity.account)
    return found


def pairs(parameters: tuple[str, ...]) -> dict[str, str]:
    """Return what `--parameter NAME=VALUE` says, each name once."""
    found: dict[str, str] = {}
    for parameter in parameters:
        name, sign, value = parameter.partition("=")
        if not sign or not name:
            raise UsageError(f"--parameter '{name}': write it as NAME=VALUE")
        if name in found:
            raise UsageError(f"--parameter '{name}' is given twice")
        found[name] = value
    return found


def _number(minutes: float) -> float:
    if math.isnan(minutes):  # no range keeps it out
        raise UsageError("--timeout 'nan': name a number of minutes")
    return minutes


def _role(arn: str | None) -> str | None:
    if arn is not None and not _ROLE.fullmatch(arn):
        raise UsageError(f"--role-arn '{arn}': write it as arn:aws:iam::ACCOUNT:role/NAME")
    return arn


def _connect(**wishes: Any) -> Connection:
    from pipelinegen.aws.session import connect

    return connect(**wishes)


def _same(what: str, guard: str | None, found: str | None) -> None:
    if guard is None or found is None or guard == found:
        return
    messages = {
        "account": f"this file is for account {guard}, the credentials are of {found}",
        "region": f"this file is for {guard}, the deployment goes to {found}",
    }
    raise EnvironmentFault(messages[what], rule=f"wrong-{what}")
