"""The keys of a generated project to the text of its buildspec.

https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipelinegen.provider import JSON, Body
from pipelinegen.text import Text, json_text

_PHASES = ("install", "pre_build", "build", "post_build")


def buildspec(body: Body, parse: Callable[[str], Text]) -> str | Text | None:
    """Return the buildspec: a file's name or text as written, text made of `phases`, or None.

    Text with references is JSON, in which a value can always be quoted; otherwise it is YAML.
    """
    if "buildspec" in body:
        return str(body["buildspec"])
    if "phases" not in body:
        return None
    from pipelinegen.dump import to_yaml  # rules ask for resources, but never for their text

    made = _document(body)
    text = json_text(made, lambda source: parse(source))
    if any(True for _ in text.refs):
        return text
    return to_yaml(_plain(made))


def _document(body: Body) -> dict[str, JSON]:
    document: dict[str, JSON] = {"version": "0.2"}
    if "exported-variables" in body:
        document["env"] = {"exported-variables": body["exported-variables"]}
    document["phases"] = _phases(body)
    artifacts = _artifacts(body)
    if "secondary-artifacts" in body:
        written = body["secondary-artifacts"]
        artifacts["secondary-artifacts"] = {key: _artifacts(written[key]) for key in written}
    if artifacts:
        document["artifacts"] = artifacts
    if "reports" in body:
        document["reports"] = body["reports"]
    return document


def _artifacts(body: Body) -> dict[str, JSON]:
    """Files may hold references; a directory is plain text."""
    artifacts: dict[str, JSON] = {}
    if "files" in body:
        artifacts["files"] = body["files"]
    if "base-directory" in body:
        artifacts["base-directory"] = Text.of(body["base-directory"])
    return artifacts


def _phases(body: Body) -> dict[str, JSON]:
    phases: dict[str, JSON] = {}
    for name in _PHASES:
        commands = [Text.of(line) for line in body["phases"].get(name, ())]
        runtimes = body.get("runtime-versions") if name == "install" else None
        if commands or runtimes:
            phases[name] = ({"runtime-versions": runtimes} if runtimes else {}) | (
                {"commands": commands} if commands else {}
            )
    return phases


def _plain(value: JSON) -> JSON:
    if isinstance(value, Text):
        return value.literal
    if isinstance(value, str):
        return Text.parse(value).literal
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
