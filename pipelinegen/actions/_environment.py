"""Environment variables of a build: what stands on its project and what on its action."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipelinegen.model import Action
from pipelinegen.provider import Body
from pipelinegen.text import Ref, Text, json_text

# https://docs.aws.amazon.com/codebuild/latest/APIReference/API_EnvironmentVariable.html
TYPES: Mapping[str, str] = {
    "env": "PLAINTEXT",
    "env-secret": "SECRETS_MANAGER",
    "env-ssm": "PARAMETER_STORE",
}


@dataclass(frozen=True, slots=True)
class EnvironmentVariable:
    """One variable; the value of a secret is its name and JSON key, never the secret."""

    name: str
    value: Text
    type: str


def environment(body: Body, parse: Callable[[str], Text]) -> tuple[EnvironmentVariable, ...]:
    """Return all variables of a build in the order of the language's reference."""
    return tuple(
        EnvironmentVariable(name, _reference(parse(value)), kind)
        for key, kind in TYPES.items()
        for name, value in body.get(key, {}).items()
    )


def split_environment(
    action: Action, *, keep_on_action: bool
) -> tuple[tuple[EnvironmentVariable, ...], tuple[EnvironmentVariable, ...]]:
    """Return the variables that stand on the action and those that stand on its own project.

    Only the action's can hold `#{…}`, and an existing project is not ours to change.
    """
    on_action: list[EnvironmentVariable] = []
    on_project: list[EnvironmentVariable] = []
    for variable in environment(action.body, action.text):
        stays = keep_on_action or any(True for _ in variable.value.variables)
        (on_action if stays else on_project).append(variable)
    return tuple(on_action), tuple(on_project)


def variables_json(action: Action, variables: tuple[EnvironmentVariable, ...]) -> Text | None:
    """Return the configuration value EnvironmentVariables, None when there are none."""
    if not variables:
        return None
    described = [
        {"name": variable.name, "value": variable.value, "type": variable.type}
        for variable in variables
    ]
    return json_text(described, action.text)


def _reference(value: Text) -> Text:
    """`${secret:name:key}` here means the text `name:key`, which CodeBuild looks up itself."""
    return Text.of(
        *(
            part.name if isinstance(part, Ref) and part.kind == "secret" else part
            for part in value.parts
        )
    )
