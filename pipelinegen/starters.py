"""Starter specs, and how a project's own names get into them without harm to their YAML."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelinegen.errors import UsageError
from pipelinegen.repository import Repository

_PLACEHOLDER = "my-app"
_PIPELINE = r"[A-Za-z][A-Za-z0-9-]{0,49}"
_BRANCH = r"[A-Za-z0-9._/@+=,#%-]{1,255}"
_SCHEMA = r"[!-~]+"
_REPOSITORY = {
    "codecommit": (r"[\w.-]{1,100}", "the name of a CodeCommit repository"),
    "connection": (r"[\w.-]+(/[\w.-]+)+", "a repository's full id, such as owner/name"),
    "s3": (
        r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/[\w./-]{1,512}",
        "a bucket and a key, such as bucket/source.zip",
    ),
}


@dataclass(frozen=True, slots=True)
class Project:
    """What a starter is filled with; `main_branch` is the branch that goes to production."""

    pipeline: str
    source: Repository
    main_branch: str


def fill(starter: str, project: Project, *, schema: str) -> str:
    """Return the text of a starter with the names of a project in it.

    `schema` is where editors find the schema: an address, or a path from the spec.
    Raises UsageError for a name that its place in a spec cannot hold.
    """
    expect_pipeline(project.pipeline)
    _expect(*_REPOSITORY[project.source.kind], project.source.name)
    _expect(_BRANCH, "the name of a branch", project.main_branch)
    _expect(_SCHEMA, "the address of a schema", schema)
    modeline, *lines = starter.splitlines()
    head, _, _ = modeline.partition("=")
    filled = [_filled(line, project) for line in lines]
    return "\n".join([f"{head}={schema}", *filled]) + "\n"


def expect_pipeline(name: str) -> None:
    """Raise UsageError for a name that an application cannot have."""
    _expect(_PIPELINE, "a pipeline: a letter, then letters, digits and '-'", name)


def pipeline_name(words: str) -> str:
    """Return a pipeline name as near to `words` as the language allows."""
    name = "-".join(re.findall(r"[A-Za-z0-9]+", words)).lstrip("0123456789-")
    return name[:50].rstrip("-") or "app"


def _filled(line: str, project: Project) -> str:
    match line:
        case "pipeline: my-app":
            return f"pipeline: {_scalar(project.pipeline)}"
        case "  - codecommit: {repository-name: my-app}":
            return _source(project.source)
        case "  - branch: main" if project.main_branch != "main":
            return f"{line}\n    match: [{_scalar(project.main_branch)}]"
    if project.source.kind == "s3":
        line = line.replace("#{Source.CommitId}", "#{Source.VersionId}")  # S3 knows no commit
    return line.replace(_PLACEHOLDER, project.pipeline)


def _source(source: Repository) -> str:
    name = _scalar(source.name)
    if source.kind == "codecommit":
        return f"  - codecommit: {{repository-name: {name}}}"
    if source.kind == "connection":
        return (
            "  - connection:\n"
            "      # The parameter holds the connection's ARN; the ARN itself may stand here too.\n"
            "      connection-arn: ${ssm:/pipelinegen/connection}\n"
            f"      full-repository-id: {name}"
        )
    bucket, _, key = source.name.partition("/")
    return f"  - s3: {{s3-bucket: {_scalar(bucket)}, s3-object-key: {_scalar(key)}}}"


def _scalar(text: str) -> str:
    """Quote what some YAML reader could take for a boolean, a number or a sign of its own.

    All characters let through so far are harmless inside double quotes.
    """
    plain = re.fullmatch(r"[A-Za-z_][\w./-]*", text, re.ASCII)
    words = ("true", "false", "null", "yes", "no", "on", "off", "y", "n")
    return text if plain and text.lower() not in words else f'"{text}"'


def _expect(pattern: str, what: str, text: str) -> None:
    if not re.fullmatch(pattern, text, re.ASCII):
        raise UsageError(f"'{text}' cannot be {what}")
