"""`pipelinegen rule`: what a finding means, offline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pipelinegen.commands._options import display_options
from pipelinegen.display import Display
from pipelinegen.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelinegen.rules.documented import RuleDoc


@click.command()
@click.argument("name", required=False)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@display_options
@click.pass_obj
def rule(display: Display, name: str | None, *, form: str) -> int:
    """Explain the rule behind a finding.

    Without NAME list all rules.
    """
    import json

    from pipelinegen.rules import documentation

    known = documentation()
    docs = list(known.values()) if name is None else [_named(known, name)]
    if form == "json":
        body = [_fields(doc) for doc in docs]
        display.result(json.dumps(body if name is None else body[0], indent=2) + "\n")
    elif name is None:
        width = max(len(doc.name) for doc in docs)
        display.result("".join(f"{doc.name:{width}}  {doc.summary}\n" for doc in docs))
    else:
        display.result(_page(docs[0]))
    return ExitCode.DONE


def _named(known: Mapping[str, RuleDoc], name: str) -> RuleDoc:
    from pipelinegen.diagnostics import nearest

    if name in known:
        return known[name]
    meant = nearest(name, set(known))
    remedy = f"did you mean '{meant}'?" if meant else "list them with: pipelinegen rule"
    raise UsageError(f"there is no rule '{name}'; {remedy}")


def _fields(doc: RuleDoc) -> dict[str, str]:
    return {
        "rule": doc.name,
        "severity": doc.severity.value,
        "meaning": doc.meaning,
        "bad": doc.bad,
        "good": doc.good,
        "url": doc.url,
    }


def _page(doc: RuleDoc) -> str:
    """Return the parts that there are, an empty line between two."""
    from textwrap import indent

    examples = [
        f"{title}:\n{indent(example, '    ')}"
        for title, example in (("bad", doc.bad), ("good", doc.good))
        if example
    ]
    parts = [f"{doc.name} ({doc.severity.value})", doc.meaning, *examples, doc.url]
    return "\n\n".join(part for part in parts if part) + "\n"
