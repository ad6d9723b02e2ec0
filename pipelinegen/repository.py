"""What the address of a git remote says about the source action that reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PATH = r"(?P<path>[A-Za-z0-9][\w.-]*(?:/[A-Za-z0-9][\w.-]*)+)/?"
_CODECOMMIT = (
    # https://docs.aws.amazon.com/codecommit/latest/userguide/how-to-connect.html
    r"(?:https|ssh)://(?:[^@/]*@)?git-codecommit(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?"
    r"/v1/repos/(?P<name>[\w.-]{1,100})/?",
    r"codecommit(?:::[a-z0-9-]+)?://(?:[^@/]*@)?(?P<name>[\w.-]{1,100})",
)
_HOSTED = (
    rf"(?:https?|ssh|git)://(?:[^@/]*@)?(?P<host>[a-z0-9.-]+)(?::\d+)?/{_PATH}",
    rf"(?:[^@/:]*@)?(?P<host>[a-z0-9.-]+):{_PATH}",
)
_CONNECTABLE = ("github", "gitlab", "bitbucket")
"""Hosts, also self-managed ones by custom, that an AWS connection reaches.

https://docs.aws.amazon.com/dtconsole/latest/userguide/welcome-connections.html
"""


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository as a source action calls it.

    `kind` is the key of the source; `name` a repository name, owner and name for a connection,
    bucket and key for S3.
    """

    kind: str
    name: str

    @classmethod
    def example(cls, kind: str, name: str) -> Repository:
        """Return a repository to be corrected by the user, for an application called `name`."""
        names = {"connection": f"owner/{name}", "s3": f"{name.lower()}-source/source.zip"}
        return cls(kind, names.get(kind, name))


def repository_of(url: str) -> Repository | None:
    """Return the repository behind a remote's address, None when no source action reads it.

    Passwords in the address are dropped; a name with unusual characters counts as unknown.
    """
    for pattern in _CODECOMMIT:
        if match := re.fullmatch(pattern, url, re.ASCII):
            return Repository("codecommit", match["name"])
    for pattern in _HOSTED:
        match = re.fullmatch(pattern, url, re.ASCII)
        if match and _is_connectable(match["host"]):
            return Repository("connection", match["path"].removesuffix(".git"))
    return None


def _is_connectable(host: str) -> bool:
    return any(word in label for label in host.split(".") for word in _CONNECTABLE)
