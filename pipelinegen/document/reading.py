"""The passes over a spec's bytes, one behind the other."""

from __future__ import annotations

from dataclasses import replace

import yaml

from pipelinegen.diagnostics import Diagnostic, Note
from pipelinegen.document import faults
from pipelinegen.document.comments import comments, ignores
from pipelinegen.document.decoding import decode
from pipelinegen.document.lines import Lines
from pipelinegen.document.parsing import Refused, events
from pipelinegen.document.tree import Tree
from pipelinegen.document.values import Document, Spans

MOST_LISTED = 1000


def read(
    name: str, content: bytes, *, native: bool = yaml.__with_libyaml__
) -> tuple[Document, tuple[Diagnostic, ...]]:
    """Return the spec in the bytes of a file, and all faults of its YAML by place; never raises.

    Size, encoding, syntax, depth and number of nodes stop the reading: then the document has no
    data. At most 1,000 faults are listed. Without libyaml (`native`) reading takes longer, and a
    tab between tokens or a ? in plain text inside brackets is refused.
    """
    text, fault = decode(content)
    lines = Lines(text)
    if fault is not None:
        return Document(name, text, None, Spans(None, lines), ()), (fault,)
    tree = _grown(text, lines, native=native)
    root = tree.root if tree.complete else None
    data = root.value if root is not None else None
    spans = Spans(root, lines)
    seen = tuple(comments(text, lines, scalars=tree.scalars, until=tree.reached))
    document = Document(name, text, data, spans, ignores(text, lines, seen))
    eating = [comment for comment in seen if comment.eats_text]
    found = tree.faults + [faults.eaten(lines.span(each.start, each.end)) for each in eating]
    # A comment that ate a bracket or a quote is the cause of the syntax error behind it.
    if tree.refused is not None and not any(each.start >= tree.unread_since for each in eating):
        found.append(_syntax_fault(text, lines, tree.refused))
    return document, _in_order(found, spans)


def _grown(text: str, lines: Lines, *, native: bool) -> Tree:
    tree = Tree(text, lines)
    tree.grow(events(text, native=native))
    if not native or tree.refused is None:
        return tree
    better = Tree(text, lines)
    better.grow(events(text, native=False))
    # Where it gives up on what libyaml has rightly read, it stumbled over a tab or a ?.
    stumbled = better.refused is not None and better.refused.at < tree.end
    return tree if stumbled else better


def _syntax_fault(text: str, lines: Lines, refused: Refused) -> Diagnostic:
    character = text[refused.at : refused.at + 1]
    return faults.syntax(
        refused.problem,
        lines.span(refused.at, refused.at + (character not in "\r\n")),
        context=refused.context,
        began=lines.span(refused.began, refused.began) if refused.began is not None else None,
        tab=character == "\t",
    )


def _in_order(found: list[Diagnostic], spans: Spans) -> tuple[Diagnostic, ...]:
    """Sort by place and rule, one for each; the last listed says how many more there are."""
    placed: dict[tuple[int, int, str], Diagnostic] = {}
    for each in found:
        at = spans.of(each.at)
        placed.setdefault((at.line, at.column, each.rule), each)
    listed = [placed[place] for place in sorted(placed)[:MOST_LISTED]]
    if len(placed) > MOST_LISTED:
        more = Note(listed[-1].at, f"{len(placed) - MOST_LISTED:,} more faults follow")
        listed[-1] = replace(listed[-1], notes=(*listed[-1].notes, more))
    return tuple(listed)
