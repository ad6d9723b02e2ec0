"""Small specs near a fault: what rules say of a few lines that are completed to a whole spec."""

from __future__ import annotations

from collections.abc import Collection

import yaml

from pipelinegen.compiler import check

_FRAME = {
    "pipeline": "near",
    "branches": [{"branch": "main"}],
    "sources": [{"codecommit": {"repository-name": "near"}}],
    "stages": [{"stage": "Near", "actions": [{"approval": {}}]}],
}


def found(example: str, rules: Collection[str]) -> list[str]:
    """Return the messages of some rules about a spec that fits the schema.

    A list is one of branch rules or of actions; of a map the top-level keys replace the frame's.
    """
    written = yaml.safe_load(example)
    if isinstance(written, list):
        named = "branch" in written[0]
        stage = [{"stage": "Near", "actions": written}]
        written = {"branches": written} if named else {"stages": stage}
    text = yaml.safe_dump({**_FRAME, **written}, sort_keys=False, allow_unicode=True)
    checked = check("near.yaml", text.encode())
    assert checked.spec is not None, checked.diagnostics
    return [one.message for one in checked.diagnostics if one.rule in rules]
