"""What docs/cookbook.md shows of a spec: its text, and the resources that come out of it."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from pipelinegen.compiler import compile_spec

_SPECS = Path(__file__).parent.parent / "tests" / "cases" / "ok"


def spec(name: str) -> str:
    """Return a spec of the golden tests as a block of YAML, without the comment at its head."""
    lines = (_SPECS / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    while lines[0].startswith("#"):
        lines.pop(0)
    return "```yaml\n" + "\n".join(lines) + "\n```\n"


def makes(name: str) -> str:
    """Return the logical ids of its template, those of some branch rules by their condition."""
    template = compile_spec(name, (_SPECS / f"{name}.yaml").read_bytes()).template
    if template is None:
        raise ValueError(f"{name} does not compile")
    by_condition: dict[str, list[str]] = defaultdict(list)
    for logical_id, resource in template.body["Resources"].items():
        by_condition[resource.get("Condition", "")].append(f"`{logical_id}`")
    always = by_condition.pop("", [])
    count = sum(map(len, by_condition.values())) + len(always)
    lines = [f"{count} resources: {', '.join(always)}."]
    lines += [f"- `{name}`: {', '.join(ids)}." for name, ids in sorted(by_condition.items())]
    return "\n".join([lines[0], *([""] if len(lines) > 1 else []), *lines[1:]]) + "\n"
