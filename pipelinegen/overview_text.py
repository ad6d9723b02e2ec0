"""The list of a spec's pipelines: a table for readers, a document for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from pipelinegen.life_cycle.overview import Entry
from pipelinegen.progress_display.words import utc
from pipelinegen.report.visible import columns, visible

SCHEMA = "pipelinegen/v1/list"
"""Fields are only ever added to what carries this name."""

_HEAD = ("BRANCH", "RULE", "STACK", "EXECUTION", "UPDATED", "REGION")
_GAP = "  "


def overview_text(entries: Sequence[Entry]) -> str:
    """Return one line for each pipeline below a head; nothing without pipelines."""
    return table([_HEAD, *map(_row, entries)]) if entries else ""


def overview_json(entries: Sequence[Entry], pipeline: str) -> str:
    """Return the same as JSON text, all of it ASCII."""
    body = {
        "schema": SCHEMA,
        "pipeline": pipeline,
        "pipelines": [
            {
                "branch": entry.branch,
                "rule": _rule(entry),
                "protected": entry.rule is not None and entry.rule.protected,
                "account": entry.identity.account,
                "region": entry.identity.region,
                "stack": entry.stack.name,
                "status": entry.stack.status,
                "execution": entry.execution or None,
                "updated": utc(_updated(entry)),
            }
            for entry in entries
        ],
    }
    return f"{json.dumps(body, indent=2)}\n"


def counts(entries: Sequence[Entry]) -> list[str]:
    """Return a line for each region: how much of its quota of pipelines the spec takes."""
    found = Counter(entry.identity.region for entry in entries)
    return [
        f"{number} pipeline{'s' if number > 1 else ''} of this spec in {region}"
        for region, number in sorted(found.items())
    ]


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows in columns of equal width, each cell as a terminal may show it."""
    cells = [[visible(cell) for cell in row] for row in rows]
    widths = [max(map(columns, column)) for column in zip(*cells, strict=True)]
    lines = (
        _GAP.join(
            cell + " " * (width - columns(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in cells
    )
    return "".join(f"{line}\n" for line in lines)


def _row(entry: Entry) -> tuple[str, ...]:
    return (
        entry.branch,
        _rule(entry),
        entry.stack.status,
        entry.execution or "-",
        utc(_updated(entry)),
        entry.identity.region,
    )


def _rule(entry: Entry) -> str:
    return entry.rule.name if entry.rule else entry.rule_id


def _updated(entry: Entry) -> float:
    return entry.stack.updated or entry.stack.created
