"""What differs between two templates, or a pipeline and its template, as one JSON document."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pipelinegen.progress_display.change_set import counts
from pipelinegen.progress_display.json_values import change_value
from pipelinegen.records import ResourceChange


def as_json(
    changes: Sequence[ResourceChange],
    others: Sequence[ResourceChange],
    *,
    stack: str,
    branch: str,
    exists: bool,
) -> str:
    """Return the document; fields are only ever added to it.

    `others` belong to the stack as a whole, `exists` tells whether there is one.
    """
    document = {
        "schema": "pipelinegen/v1/diff",
        "branch": branch,
        "stack": stack,
        "exists": exists,
        "summary": counts(changes),
        "changes": [change_value(change) for change in changes],
        "others": [change_value(change) for change in others],
    }
    return f"{json.dumps(document, indent=2)}\n"
