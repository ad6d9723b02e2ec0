"""The page on deploying names every right that the commands use, and each of them exists."""

from __future__ import annotations

import re

from tests.conftest import ROOT
from tests.rights import exists

PAGE = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
CODE = "\n".join(
    path.read_text(encoding="utf-8") for path in sorted((ROOT / "pipelinegen" / "aws").glob("*.py"))
)
BESIDE = {"iam:PassRole", "kms:Decrypt"}
"""What CloudFormation does with the caller's rights, which we never call."""

CLOUDFORMATION = r'_(?:read|pages|change|remove|operate|write)\(\s*"([A-Z]\w+)"'


def used() -> set[str]:
    """Return the IAM actions of every call in `aws/`."""
    literal = set(re.findall(r'"([a-z0-9]+:[A-Z]\w+)"', CODE))
    return literal | {f"cloudformation:{name}" for name in re.findall(CLOUDFORMATION, CODE)}


def test_page_names_what_is_used() -> None:
    """No right is missing on the page, and none is asked for in vain."""
    told = set(re.findall(r"`([a-z0-9]+:[A-Z]\w+)`", PAGE))
    assert len(used()) > 30
    assert told == used() | BESIDE


def test_rights_exist() -> None:
    """IAM knows each action."""
    assert [action for action in sorted(used() | BESIDE) if not exists(action)] == []
