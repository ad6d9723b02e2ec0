"""What starts a pipeline: whether a source polls, and whether a change of it starts anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipelinegen.actions.source import detection
from pipelinegen.diagnostics import Pointer
from pipelinegen.model import Action
from pipelinegen.provider import JSON

POLL = "PollForSourceChanges"
DETECT = "DetectChanges"

# Absent means true: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html
POLLING_TYPES: Mapping[tuple[str, str], str] = {
    ("AWS", "CodeCommit"): "codecommit",
    ("AWS", "S3"): "s3",
    ("ThirdParty", "GitHub"): "github-v1",
}
_CONNECTION = ("AWS", "CodeStarSourceConnection")
_ECR = ("AWS", "ECR")


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag of a source's configuration; `on` is None when only a deployment knows."""

    on: bool | None
    at: Pointer


def is_raw(action: Action) -> bool:
    """Tell whether a source is written as AWS's own configuration."""
    return not action.row.detections or action.row.detections == ("none",)


def polling(action: Action) -> Flag | None:
    """Return whether a source polls, None for a source of a kind that cannot."""
    kind = (action.row.owner, action.row.provider)
    if kind not in POLLING_TYPES:
        return None
    patched = _patched(action, POLL)
    if patched is not None:
        return patched
    if is_raw(action):
        return _raw_flag(action, POLL)
    return Flag(detection(action) == "polling", (*action.body_origin, "detection"))


def starts(action: Action) -> bool | None:
    """Tell whether a change of a source starts the pipeline, None where the spec leaves it open."""
    polls = polling(action)
    if polls is not None and polls.on is not False:
        return polls.on
    detects = _patched(action, DETECT)
    if not is_raw(action):
        filtered = "push" in action.body or "pull-request" in action.body
        return detection(action) != "none" or filtered or bool(detects and detects.on)
    kind = (action.row.owner, action.row.provider)
    if kind == _CONNECTION:
        return (detects or _raw_flag(action, DETECT)).on
    return False if polls is not None or kind == _ECR else None


def _patched(action: Action, name: str) -> Flag | None:
    configuration = action.patch.get("Configuration")
    if not isinstance(configuration, Mapping) or name not in configuration:
        return None
    return Flag(_truth(configuration[name]), (*action.origin, "patch", "Configuration", name))


def _raw_flag(action: Action, name: str) -> Flag:
    written = action.body.get("configuration", {})
    if name in written:
        return Flag(_truth(written[name]), (*action.body_origin, "configuration", name))
    return Flag(True, action.body_origin)


def _truth(value: JSON) -> bool | None:
    """Null takes the flag away, and AWS then takes it for true."""
    if value is None:
        return True
    return {"true": True, "false": False}.get(str(value).lower())
