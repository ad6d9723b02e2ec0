"""The workflow by which a git host's CI keeps the stacks of all branches as the spec says."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelinegen import __version__
from pipelinegen.errors import UsageError
from pipelinegen.model import Spec

_SAFE = r"[A-Za-z0-9_.][A-Za-z0-9_./-]*"
"""What may stand in YAML and in a shell line alike."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a host's workflow goes, seen from the top of the checkout, and what remains to do."""

    path: str
    then: str


PLACES = {
    "github": Place(".github/workflows/pipelinegen.yml", "commit it to the default branch"),
    "gitlab": Place(
        ".gitlab/pipelinegen.gitlab-ci.yml",
        "add to .gitlab-ci.yml: include: {local: .gitlab/pipelinegen.gitlab-ci.yml}",
    ),
    "bitbucket": Place(
        ".bitbucket/pipelinegen.bitbucket-pipelines.yml",
        "copy it to bitbucket-pipelines.yml, or its pipeline into the one that is there",
    ),
}


def filled(text: str, spec: Spec, spec_path: str) -> str:
    """Return a host's workflow with the facts of a spec; the rest is marked in capitals.

    Raises UsageError for a path of the spec that could mean something else in a shell.
    """
    if not re.fullmatch(_SAFE, spec_path):
        raise UsageError(f"'{spec_path}' cannot stand in a workflow; rename it to plain letters")
    account = spec.data.get("account", "ACCOUNT-ID")
    facts = {
        "<role>": f"arn:aws:iam::{account}:role/{spec.name}-pipelinegen-ci",
        "<region>": str(spec.data.get("region", "REGION")),
        "<version>": __version__,
        "<spec>": spec_path,
    }
    for marker, fact in facts.items():
        text = text.replace(marker, fact)
    return text
