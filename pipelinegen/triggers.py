"""V2 triggers: push and pull-request filters of connections.

https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-filter.html
"""

from __future__ import annotations

from collections.abc import Mapping

from pipelinegen.model import Action, Pipeline
from pipelinegen.provider import JSON
from pipelinegen.text import Ref, Text

_NAMES = {"branches": "Branches", "file-paths": "FilePaths", "tags": "Tags"}
_SIDES = ("includes", "excludes")


def triggers(pipeline: Pipeline) -> list[JSON]:
    """Return the triggers of the sources that filter what starts the pipeline."""
    return [
        {
            "ProviderType": action.row.provider,
            "GitConfiguration": _configuration(action),
        }
        for action in pipeline.sources
        if action.body.get("push") or action.body.get("pull-request")
    ]


def _configuration(action: Action) -> dict[str, JSON]:
    configured: dict[str, JSON] = {"SourceActionName": action.name}
    if "push" in action.body:
        configured["Push"] = [_push(entry) for entry in action.body["push"]]
    if "pull-request" in action.body:
        configured["PullRequest"] = [
            {
                **({"Events": list(entry["events"])} if "events" in entry else {}),
                **_filters(entry),
            }
            for entry in action.body["pull-request"]
        ]
    return configured


def _push(entry: Mapping[str, JSON]) -> dict[str, JSON]:
    """A push filter without branches and tags starts the stack for its own branch only."""
    filters = _filters(entry)
    if "branches" in entry or "tags" in entry:
        return filters
    return {"Branches": {"Includes": [Text.of(Ref("branch", "name"))]}, **filters}


def _filters(entry: Mapping[str, JSON]) -> dict[str, JSON]:
    return {
        _NAMES[key]: {
            side.capitalize(): list(entry[key][side]) for side in _SIDES if side in entry[key]
        }
        for key in _NAMES
        if key in entry
    }
