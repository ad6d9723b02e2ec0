"""Examples of the documentation of rules, completed to whole specs."""

from __future__ import annotations

import re
from textwrap import indent

from pipelinegen.actions.table import SOURCES

_FRAME = {
    "pipeline": "pipeline: shop\n",
    "branches": "branches:\n  - branch: main\n",
    "sources": "sources:\n  - codecommit: {repository-name: shop}\n",
    "stages": (
        "stages:\n  - stage: Build\n    actions:\n      - codebuild: {buildspec: buildspec.yml}\n"
    ),
}
_ROLES = "roles:\n  Deploy: {trust: [cloudformation.amazonaws.com]}\n"
_TOP = re.compile(r"^([a-z-]+):", re.MULTILINE)
_ITEM = re.compile(r"^- ([a-z0-9-]+):", re.MULTILINE)
_LISTS = {"branch": "branches", "source": "sources", "stage": "stages"}
_ONLY_SOURCES = frozenset(SOURCES) - {"s3", "raw"}


def completed(example: str) -> str:
    """Return a whole spec: what the example leaves out comes from a frame of one small pipeline.

    An example is top-level keys, or a list of branch rules, sources, stages or actions; one without
    any key is a whole file. Actions get a stage of their own, behind one that builds unless they
    build themselves.
    """
    item = _ITEM.match(example)
    written = set(_TOP.findall(example))
    if item is None and not written:
        return example
    if item is None:
        frame = [text for key, text in _FRAME.items() if key not in written]
        roles = _ROLES if "${role:Deploy}" in example and "roles" not in written else ""
        return "".join(frame) + roles + example + "\n"
    roles = _ROLES if "${role:Deploy}" in example else ""
    section = "sources" if item[1] in _ONLY_SOURCES else _LISTS.get(item[1])
    if section is None:
        before = "stages:\n" if "- codebuild:" in example else _FRAME["stages"]
        stage = "  - stage: Example\n    actions:\n" + indent(example, " " * 6) + "\n"
        frame = [text for key, text in _FRAME.items() if key != "stages"]
        return "".join(frame) + roles + before + stage
    frame = [text for key, text in _FRAME.items() if key != section]
    return "".join(frame) + roles + f"{section}:\n{indent(example, '  ')}\n"
