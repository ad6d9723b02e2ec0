"""The faults of YAML text as diagnostics: what each is called and what to write instead."""

from __future__ import annotations

from pipelinegen.diagnostics import Diagnostic, Note, Span

MAX_DEPTH = 50
MAX_NODES = 100_000
NODE_CHARACTERS = 100

_LONGEST_QUOTE = 60

_TAG_HINTS = {
    "!Ref": "write ${param:X}, ${resource:X} or ${expr:X}; "
    "under template: write the long form, Ref:",
    "!GetAtt": "write ${resource:X.Attribute}; under template: write the long form, Fn::GetAtt:",
    "!Sub": "write ${param:X} in the text itself; under template: write the long form, Fn::Sub:",
    "!ImportValue": "write ${import:X}; under template: write the long form, Fn::ImportValue:",
    "!Condition": "under template: write the long form, Condition:",
}

_SYNTAX_HINTS = (
    ("mapping values are not allowed", "text that holds ': ' needs quotes"),
    ("that cannot start any token", "text that begins with this character needs quotes"),
    ("unexpected end of stream", "close the quotes"),
    ("unknown escape character", "write \\\\ for a backslash, or use single quotes"),
    ("expected ',' or", "close the brackets; text that holds brackets or commas needs quotes"),
    ("could not find expected ':'", "a key is followed by ': '"),
    ("expected <block end>", "entries of one list or map begin in the same column"),
)


def syntax(problem: str, at: Span, *, context: str, began: Span | None, tab: bool) -> Diagnostic:
    """Report text that is not YAML in the words of the parser, and where it was when it gave up."""
    if tab:
        return Diagnostic("tab-indentation", "a tab cannot indent YAML", at, hint="use spaces")
    hint = next((hint for part, hint in _SYNTAX_HINTS if part in problem), None)
    message = _printable(f"{problem}; {context}" if context else problem)
    notes: tuple[Note, ...] = ()
    if began is not None and began.line != at.line:
        what = context.removeprefix("while parsing ").removeprefix("while scanning ")
        notes = (Note(began, _printable(f"{what} begins here")),)
    return Diagnostic("yaml-syntax", message, at, hint=hint, notes=notes)


def empty(at: Span) -> Diagnostic:
    """Report a file without any node, or with null alone."""
    message = "the file is empty"
    hint = "a spec needs pipeline, branches, sources and stages"
    return Diagnostic("empty-file", message, at, hint=hint)


def second_document(at: Span) -> Diagnostic:
    """Report the first node behind a second `---`."""
    message = "a second YAML document starts here"
    return Diagnostic("several-documents", message, at, hint="one file holds one pipeline")


def too_deep(at: Span) -> Diagnostic:
    """Report the node that leads below the deepest level."""
    return Diagnostic("nesting-too-deep", f"more than {MAX_DEPTH} levels", at)


def too_many(at: Span) -> Diagnostic:
    """Report the node that is one too many, or the alias of too many."""
    message = f"more than {MAX_NODES:,} nodes after the aliases are expanded"
    return Diagnostic("too-many-nodes", message, at)


def tag(text: str, at: Span) -> Diagnostic:
    """Report a tag: the language has none, `${…}` stands for CloudFormation's short forms."""
    if text in _TAG_HINTS:
        hint = _TAG_HINTS[text]
    elif text[1:].isalnum():
        hint = f"write ${{expr:X}}; under template: write the long form, Fn::{text[1:]}:"
    else:
        hint = "leave it out; text that looks like a number or a boolean needs quotes"
    return Diagnostic("yaml-tag", f"tag {_quoted(text)} is not used here", at, hint=hint)


def escape(character: str, at: Span) -> Diagnostic:
    r"""Report a scalar with `\0`, `\e`, `\ud800` or the like in it."""
    what = f"character U+{ord(character):04X}, which is not allowed"
    if "\ud800" <= character <= "\udfff":
        what = "half of a surrogate pair"
    return Diagnostic("forbidden-character", f"an escape makes {what}", at)


def unknown_anchor(name: str, at: Span) -> Diagnostic:
    """Report an alias without an anchor before it."""
    hint = "the value to repeat is marked with & and the name, before its first alias"
    message = f"{_quoted(name)} is not an anchor written above"
    return Diagnostic("unknown-anchor", message, at, hint=hint)


def cycle(name: str, at: Span, begin: Span) -> Diagnostic:
    """Report an alias inside the value that it repeats."""
    notes = (Note(begin, "the value begins here"),)
    message = f"the value of anchor {_quoted(name)} contains itself"
    return Diagnostic("alias-cycle", message, at, notes=notes)


def merge_key(at: Span) -> Diagnostic:
    """Report `<<` as a key."""
    hint = "repeat the keys, or alias the whole value (key: *anchor)"
    return Diagnostic("merge-key", "merge keys are not used", at, hint=hint)


def duplicate_key(key: str, at: Span, first: Span) -> Diagnostic:
    """Report a key that its map already has."""
    message = f"{_quoted(key)} is written twice; first on line {first.line}"
    label, notes = "written again here", (Note(first, "first written here"),)
    return Diagnostic("duplicate-key", message, at, label=label, notes=notes)


def key_not_text(source: str, value: object, at: Span) -> Diagnostic:
    """Report a key that is a number, a boolean, null, a list or a map."""
    if isinstance(value, (list, dict)):
        message = f"a key must be text, found a {'list' if isinstance(value, list) else 'map'}"
        return Diagnostic("wrong-type", message, at)
    if not source:
        return Diagnostic("wrong-type", "a key must be text, found nothing", at)
    return Diagnostic("wrong-type", "a key must be text", at, hint=f"quote {_quoted(source)}")


def eaten(at: Span) -> Diagnostic:
    """Report ` #{…` behind text, which was meant to be a variable."""
    message = "YAML reads ' #{' as a comment and drops the rest of the line"
    return Diagnostic("comment-eats-text", message, at, hint="put the text in quotes")


def _quoted(text: str) -> str:
    cut = text if len(text) <= _LONGEST_QUOTE else f"{text[: _LONGEST_QUOTE - 1]}…"
    return f"'{_printable(cut)}'"


def _printable(text: str) -> str:
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )
