"""What is said of findings of the tool itself: its comments, and branches that a command names.

Each text has the form of a rule's docstring.
"""

from __future__ import annotations

from collections.abc import Mapping

FORMS: Mapping[str, str] = {
    "useless-ignore": """\
A comment that silences something gives a reason, and there is something to silence.

`# pipelinegen: ignore[rule-name] reason` stands on the line of the finding or on the line above.
Errors cannot be silenced.

bad:
    sources:
      # pipelinegen: ignore[polling-detection] the bucket is not ours
      - codecommit: {repository-name: shop}
good:
    sources:
      # pipelinegen: ignore[polling-detection] the bucket is not ours
      - codecommit: {repository-name: shop, detection: polling}
""",
}

COMMAND_FORMS: Mapping[str, str] = {
    "branch-without-rule": """\
A branch must fit a branch rule before a command can work for it.

The first rule with a fitting pattern and no fitting exclusion takes a branch. `*` stays inside one
part of a name, `**` crosses parts. `pipelinegen explain -b BRANCH` says why each rule fits or not.

bad:
    branches:
      - branch: main
      - branch: feature/*
good:
    branches:
      - branch: main
      - branch: feature/**
""",
    "branch-name-refused": """\
A branch name with quotes, backslashes, `$`, braces or blanks cannot become a parameter of a stack.

Such a name would be read as something else in JSON, in `Fn::Sub` and in `#{…}`. Letters, digits and
`._/@+=,#%-` are allowed, up to 255 characters.
""",
}
"""Told by commands, never by lint: no spec shows them."""
