"""An action's row, body and fragment to its configuration: AWS keys, values still with references.

CodePipeline takes every value as text.
https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionDeclaration.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipelinegen.fragment import Context, Fragment
from pipelinegen.model import Action
from pipelinegen.provider import JSON
from pipelinegen.text import Ref, Text, json_text


def fragment(action: Action, context: Context) -> Fragment:
    """Return what the row's function says of an action, empty where the row has none."""
    return action.row.rib(action, context) if action.row.rib else Fragment()


def configuration(action: Action, extra: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return AWS key → text: what only `extra` says, then the row's keys; None removes a key."""
    known = {key.aws for key in action.row.keys.values()}
    values = {name: value for name, value in extra.items() if name not in known}
    for name, key in action.row.keys.items():
        if key.aws is None:
            continue
        if key.aws in extra:
            values[key.aws] = extra[key.aws]
        elif name in action.body:
            values[key.aws] = _CONVERSIONS[key.kind](action, action.body[name])
    return {name: value for name, value in values.items() if value is not None}


def _list(action: Action, values: list[str]) -> Text:
    pieces: list[str | Text] = []
    for value in values:
        pieces += [",", action.text(value)]
    return Text.of(*pieces[1:])


def _flag(action: Action, value: bool) -> str:
    return "true" if value else "false"


def _secret(action: Action, value: str) -> Text:
    return Text(tuple(part for part in Text.parse(value).parts if isinstance(part, Ref)))


_CONVERSIONS: Mapping[str, Callable[[Action, JSON], JSON]] = {
    "text": lambda action, value: action.text(value),
    "choice": lambda action, value: value,
    "number": lambda action, value: str(value),
    "flag": _flag,
    "list": _list,
    "json": lambda action, value: json_text(value, action.text),
    "artifact": lambda action, value: value,
    "artifact-path": lambda action, value: action.text(value),
    "secret": _secret,
}
