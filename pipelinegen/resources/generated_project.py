"""A CodeBuild project to generate, and the actions that run it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipelinegen.actions._environment import EnvironmentVariable
from pipelinegen.diagnostics import Pointer
from pipelinegen.model import Action
from pipelinegen.provider import Body
from pipelinegen.text import Ref, Text

REPOSITORY_URI = ".RepositoryUri"
"""Attribute of a repository of ECR in the template, without the tag of an image."""


@dataclass(frozen=True, slots=True)
class Project:
    """What is known of one project, shared or made for one action."""

    logical_id: str
    body: Body
    variables: tuple[EnvironmentVariable, ...]
    actions: tuple[Action, ...]
    parse: Callable[[str], Text]
    origin: Pointer
    path: str

    @property
    def role_id(self) -> str:
        """Logical id of its role."""
        return f"{self.logical_id}Role"

    @property
    def logs_id(self) -> str:
        """Logical id of its log group."""
        return f"{self.logical_id}Logs"


def is_of_ecr(image: Text) -> bool:
    """Tell whether an image lies in ECR, whose images are pulled with the project's role."""
    first = next(iter(image.parts), "")
    of_template = isinstance(first, Ref) and first.name.endswith(REPOSITORY_URI)
    return of_template or ".dkr.ecr." in image.source()
