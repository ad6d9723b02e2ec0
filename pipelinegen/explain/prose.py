"""The facts about a branch as text: one aligned block for each question."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from pipelinegen.provider import JSON
from pipelinegen.report.visible import columns, visible

_GAP = "  "


def text(known: dict[str, JSON]) -> str:
    """Return the facts, and the permissions where they are given, for a reader."""
    blocks = [_aligned(list(_head(known)))]
    blocks += [
        [f"stage {visible(stage['name'])}", *_aligned([_action(one) for one in stage["actions"]])]
        for stage in known["stages"]
    ]
    blocks += [
        [f"role {visible(grant['role'])}, {visible(grant['sid'])}", *_aligned(list(_grant(grant)))]
        for grant in known.get("permissions", ())
    ]
    blocks += [[_warning(one)] for one in known["warnings"]]
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks)


def _head(known: dict[str, JSON]) -> Iterator[list[str]]:
    yield ["branch", known["branch"]]
    yield ["rule", known["rule"] + (" (protected)" if known["protected"] else "")]
    yield from (["", f"{one['rule']}: {one['why']}"] for one in known["rules"])
    yield ["slug", known["slug"]]
    yield ["stack", known["stack"]]
    if known["advice"] is not None:
        yield ["", known["advice"]]
    yield from _listed("parameters", [f"{key}={one}" for key, one in known["parameters"].items()])
    yield from _listed("values", [f"{key}={one}" for key, one in known["values"].items()])
    yield from _listed("detection", [f"{key}: {one}" for key, one in known["detection"].items()])
    yield from _listed("trigger", list(_trigger(known["trigger"] or {})))


def _trigger(trigger: dict[str, JSON]) -> Iterator[str]:
    for key, one in trigger.items():
        if key == "default_branch":
            yield f"without a push, the branch {one}"
        else:
            yield f"a push {'to' if key == 'includes' else 'never to'} {', '.join(one)}"


def _action(action: dict[str, JSON]) -> list[str]:
    reads = f"reads {', '.join(action['inputs'])}" if action["inputs"] else ""
    makes = f"makes {', '.join(action['outputs'])}" if action["outputs"] else ""
    where = f"in {action['region']}" if action["region"] else ""
    order = str(action["run_order"])
    return ["", order, action["name"], action["provider"], reads, makes, where]


def _grant(grant: dict[str, JSON]) -> Iterator[list[str]]:
    yield from _listed("  may", grant["actions"])
    yield from _listed("  on", grant["resources"])
    if grant["conditions"]:
        yield ["  if", json.dumps(grant["conditions"], ensure_ascii=False)]
    yield from _listed("  for", grant["for"])


def _warning(warning: dict[str, JSON]) -> str:
    place = f"{visible(warning['file'])}:{warning['line']}:{warning['column']}"
    title = f"{warning['severity']}[{warning['rule']}]"
    return f"{place}: {title}: {visible(warning['message'])}"


def _listed(label: str, entries: Sequence[str]) -> list[list[str]]:
    return [[label if index == 0 else "", entry] for index, entry in enumerate(entries)]


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    shown = [[visible(cell) for cell in row] for row in rows]
    widths = [max(map(columns, cells)) for cells in zip(*shown, strict=True)]
    return [
        _GAP.join(
            cell + " " * (width - columns(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in shown
    ]
