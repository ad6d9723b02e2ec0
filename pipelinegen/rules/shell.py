"""Rules about shell text: what is the shell's own, and what only looks like a reference."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelinegen.leaves import Leaf, Leaves
from pipelinegen.rules._reads import namespaces
from pipelinegen.rules._rule import Finding, rule
from pipelinegen.rules._words import cut
from pipelinegen.text import Ref, Text, Variable

_SHELL = "Shell"
_RUN = "run"
_HINT = "pass it with env: and use the environment variable"

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]+")
_PATH = re.compile(r"[A-Za-z/][A-Za-z0-9_./-]+")
_SECRET = re.compile(r"[A-Za-z][A-Za-z0-9/_+=.@-]*:[A-Za-z0-9_.-]+")

_REFERENCES = {
    "AWS": re.compile(r"[A-Z][A-Za-z]+"),
    "branch": re.compile("name|slug|rule"),
    "store": re.compile("bucket|arn|key-arn"),
    "target": re.compile("region|account|name"),
    "value": _NAME,
    "param": _NAME,
    "role": _NAME,
    "topic": _NAME,
    "project": _NAME,
    "function": _NAME,
    "import": _NAME,
    "resource": _NAME,
    "expr": _NAME,
    "ssm": _PATH,
    "secret": _SECRET,
}
"""What a reference of each kind looks like.

A shell reads `${value:0:7}` and `${param:-main}` in its own way, an f-string `${value:.2f}`.
"""


@rule()
def reference_in_shell(leaves: Leaves) -> Iterator[Finding]:
    """Shell text is never substituted: `${kind:name}` in it would reach the shell as it is.

    What stands in `run`, `phases`, `buildspec` and `code` is the shell's, `${X}` included. A value
    pasted into it could run as a command, so it goes through an environment variable.

    bad:
        - codebuild: {phases: {build: ["make BRANCH=${branch:name}"]}}
    good:
        - codebuild: {phases: {build: ["make BRANCH=$BRANCH"]}, env: {BRANCH: "${branch:name}"}}
    """
    for leaf in leaves:
        if leaf.type != _SHELL or "${" not in leaf.value:
            continue
        for ref in dict.fromkeys(Text.parse(leaf.value).refs):
            if _is_reference(ref):
                yield Finding(
                    f"{cut(ref)} is not replaced in shell text", leaf.at, hint=_way_out(leaf)
                )


@rule()
def variable_in_shell(leaves: Leaves) -> Iterator[Finding]:
    """Shell text must not hold `#{…}`.

    In `run` AWS would paste the variable's text into the command line, where it could run as a
    command; in `phases` and `code` it would stay as it is.

    bad:
        - commands: {run: ["echo #{Source.CommitMessage}"]}
    good:
        - commands: {run: ['echo "$MESSAGE"'], env: {MESSAGE: "#{Source.CommitMessage}"}}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Commands.html
    """
    known = namespaces(leaves)
    for leaf in leaves:
        if leaf.type != _SHELL or "#{" not in leaf.value:
            continue
        pasted = _RUN in leaf.at
        for variable in dict.fromkeys(Text.parse(leaf.value).variables):
            if variable.namespace in known or (pasted and _is_variable(variable)):
                yield Finding(
                    f"AWS would paste {cut(variable)} into the shell"
                    if pasted
                    else f"{cut(variable)} is not replaced in shell text",
                    leaf.at,
                    hint=_way_out(leaf),
                )


def _is_reference(ref: Ref) -> bool:
    looks = _REFERENCES.get(ref.kind)
    return looks is not None and looks.fullmatch(ref.name) is not None


def _is_variable(variable: Variable) -> bool:
    """Tell whether AWS would read it as a variable.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-variables.html
    """
    return bool(re.fullmatch(r"[A-Za-z0-9@_-]+\.[A-Za-z0-9@_-]+", str(variable)[2:-1]))


def _way_out(leaf: Leaf) -> str:
    if "rules" in leaf.entry:
        return "a check has no environment; do it in an action, or with variable-check:"
    if leaf.key == "buildspec":
        return "pass it with env: and read the environment variable in the buildspec"
    return _HINT


RULES = (reference_in_shell, variable_in_shell)
