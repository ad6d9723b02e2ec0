"""Where the controller reads the spec: the repository of the spec's first source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipelinegen.controller.names import arn
from pipelinegen.errors import UsageError
from pipelinegen.fragment import Statement
from pipelinegen.model import Spec
from pipelinegen.provider import JSON
from pipelinegen.text import Ref, Text

GIT_HOSTS: Mapping[str, tuple[str, str]] = {
    "github": ("GITHUB", "github.com"),
    "gitlab": ("GITLAB", "gitlab.com"),
    "bitbucket": ("BITBUCKET", "bitbucket.org"),
}
"""Host of a connection's repository → CodeBuild's type of source, and where it is on the web.

https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectSource.html
"""


@dataclass(frozen=True, slots=True)
class Origin:
    """The repository: `source` is CodeBuild's, `statements` let a build read it.

    `repository_arn` is that of a CodeCommit repository, whose events tell of branches.
    """

    source: Mapping[str, JSON]
    statements: tuple[Statement, ...]
    repository_arn: Text | None = None


def origin(spec: Spec, git_host: str) -> Origin:
    """Return the repository of the first source; `git_host` tells whose connection it is.

    Raises UsageError for a source that knows no branches, or whose name only a branch settles.
    """
    source = spec.data["sources"][0]
    if "codecommit" in source:
        return _codecommit(_literal(source["codecommit"]["repository-name"]))
    if "connection" in source:
        body = source["connection"]
        repository = _literal(body["full-repository-id"])
        return _connection(_connection_arn(body["connection-arn"]), repository, git_host)
    raise UsageError(
        "the controller reads the spec from the first source, which must be codecommit or "
        "connection: no other knows branches"
    )


def _codecommit(name: str) -> Origin:
    """Without SourceVersion CodeBuild takes the default branch.

    https://docs.aws.amazon.com/codebuild/latest/userguide/sample-source-version.html
    """
    region, suffix = Ref("AWS", "Region"), Ref("AWS", "URLSuffix")
    repository = arn("codecommit", name)
    location = Text.of("https://git-codecommit.", region, ".", suffix, f"/v1/repos/{name}")
    rights = ("codecommit:GetRepository", "codecommit:GitPull", "codecommit:ListBranches")
    return Origin(
        source={"Type": "CODECOMMIT", "Location": location},
        statements=(Statement("ReadRepository", rights, (repository,)),),
        repository_arn=repository,
    )


def _connection(connection: Text, repository: str, git_host: str) -> Origin:
    """A build reads through a connection with the rights of its role.

    https://docs.aws.amazon.com/codebuild/latest/userguide/connections-github-app.html
    """
    kind, address = GIT_HOSTS[git_host]
    rights = ("GetConnection", "GetConnectionToken", "UseConnection")
    return Origin(
        source={
            "Type": kind,
            "Location": f"https://{address}/{repository}.git",
            "Auth": {"Type": "CODECONNECTIONS", "Resource": connection},
        },
        statements=(
            Statement(
                "ReadRepository",
                # Both prefixes: the service was renamed and still checks either.
                tuple(
                    f"{service}:{right}"
                    for service in ("codeconnections", "codestar-connections")
                    for right in rights
                ),
                (connection,),
            ),
        ),
    )


def _connection_arn(written: str) -> Text:
    """An SSM parameter is read by CloudFormation itself; pseudo parameters stay what they are."""
    text = Text.parse(written)
    parts = [
        f"{{{{resolve:ssm:{part.name}}}}}" if isinstance(part, Ref) and part.kind == "ssm" else part
        for part in text.parts
    ]
    known = Text.of(*parts)
    if any(ref.kind != "AWS" for ref in known.refs):
        raise UsageError(f"'{written}' differs from branch to branch; the controller has but one")
    return known


def _literal(written: str) -> str:
    name = Text.parse(written).literal
    if name is None:
        raise UsageError(
            f"'{written}' differs from branch to branch; the controller reads one repository"
        )
    return name
