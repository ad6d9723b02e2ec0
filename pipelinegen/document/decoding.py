"""Bytes to text: at most 1 MiB of UTF-8 without characters that nobody can see."""

from __future__ import annotations

import codecs
import re

from pipelinegen.diagnostics import Diagnostic
from pipelinegen.document.lines import Lines

MAX_BYTES = 1024 * 1024

# What YAML allows is three ranges wide; a pattern of what it forbids compiles fifty times faster.
_NEVER = "\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"

UNSAFE = re.compile(f"[{_NEVER}]")
"""What no text of a spec may hold, whether written as it is or by an escape."""

# U+0085, U+2028 and U+2029 end a line for YAML 1.1, but neither for YAML 1.2 nor in most editors:
# what follows them looks like the rest of a comment or text, and would be read as a new key.
_FORBIDDEN = re.compile(f"[{_NEVER}\u2028\u2029\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")

_FOREIGN_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32-LE"),
    (codecs.BOM_UTF32_BE, "UTF-32-BE"),
    (codecs.BOM_UTF16_LE, "UTF-16-LE"),
    (codecs.BOM_UTF16_BE, "UTF-16-BE"),
)
_SAVE = "save the file as UTF-8"

_HINTS = {
    "\0": "a text file has none; if this one is UTF-16, save it as UTF-8",
    "\x85": r'it ends a line unseen; in double quotes write "\n"',
    "\u2028": r'it ends a line unseen; in double quotes write "\u2028"',
    "\u2029": r'it ends a line unseen; in double quotes write "\u2029"',
    "\ufeff": "a byte order mark may only begin the file; remove it",
}


def decode(content: bytes) -> tuple[str, Diagnostic | None]:
    """Return the text of a file, and what forbids to read on.

    With a fault the text is what can be shown of the file: bytes that are not UTF-8 and halves of
    surrogate pairs are U+FFFD in it.
    """
    if len(content) > MAX_BYTES:
        message = f"the file has {len(content)} bytes; at most {MAX_BYTES} (1 MiB) are read"
        return _fault("file-too-large", message, "", 0)
    for mark, encoding in _FOREIGN_MARKS:
        if content.startswith(mark):
            text = content[len(mark) :].decode(encoding, "replace")
            return _fault("not-utf8", f"the file is {encoding}, not UTF-8", text, 0, hint=_SAVE)
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        valid, rest = content.decode("utf-8", "surrogatepass"), b""
    except UnicodeDecodeError as error:
        valid = content[: error.start].decode("utf-8", "surrogatepass")
        rest = content[error.start :]
    text = valid + rest.decode("utf-8", "replace")
    found = _FORBIDDEN.search(valid)
    if found is not None:
        what = "half of a surrogate pair" if _SURROGATE.match(found[0]) else "character"
        message = f"{what} U+{ord(found[0]):04X} is not allowed in YAML text"
        hint = _HINTS.get(found[0])
        return _fault("forbidden-character", message, text, found.start(), hint=hint)
    if rest:
        message = f"byte 0x{rest[0]:02x} is not UTF-8"
        return _fault("not-utf8", message, text, len(valid), hint=_SAVE)
    return text, None


def _fault(
    rule: str, message: str, text: str, offset: int, *, hint: str | None = None
) -> tuple[str, Diagnostic]:
    at = Lines(text).span(offset, min(offset + 1, len(text)))
    return _SURROGATE.sub("\ufffd", text), Diagnostic(rule, message, at, hint=hint)
