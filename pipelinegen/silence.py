"""Comments that silence warnings and notes, and what is wrong with the comments themselves."""

from __future__ import annotations

from collections.abc import Iterator

from pipelinegen.diagnostics import Diagnostic, Severity
from pipelinegen.document import Document

USELESS_IGNORE = "useless-ignore"


def silenced(document: Document, found: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """Return the findings without those that a comment silences, with the useless comments named.

    An error cannot be silenced; a comment without a reason silences nothing.
    """
    used: set[tuple[int, str]] = set()
    kept = [diagnostic for diagnostic in found if not _is_silenced(document, diagnostic, used)]
    return (*kept, *_useless(document, used))


def _is_silenced(document: Document, diagnostic: Diagnostic, used: set[tuple[int, str]]) -> bool:
    if diagnostic.severity is Severity.ERROR:
        return False
    line = document.spans.of(diagnostic.at, on_key=diagnostic.on_key).line
    for ignore in document.ignores:
        if ignore.applies_to == line and ignore.reason and diagnostic.rule in ignore.rules:
            used.add((ignore.line, diagnostic.rule))
            return True
    return False


def _useless(document: Document, used: set[tuple[int, str]]) -> Iterator[Diagnostic]:
    for ignore in document.ignores:
        if not ignore.rules:
            yield Diagnostic(
                USELESS_IGNORE,
                "this comment names no rule, so it silences nothing",
                ignore.span,
                severity=Severity.WARNING,
                hint="write ignore[rule-name] and the reason",
            )
        for rule in ignore.rules:
            if not ignore.reason:
                message, hint = f"no reason is given for silencing '{rule}'", "write it after the ]"
            elif (ignore.line, rule) not in used:
                message, hint = f"nothing here is silenced by '{rule}'", "remove the comment"
            else:
                continue
            yield Diagnostic(
                USELESS_IGNORE, message, ignore.span, severity=Severity.WARNING, hint=hint
            )
