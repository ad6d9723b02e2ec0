"""Substitution: `${kind:name}` and `#{Namespace.Variable}` to typed parts, parts to an intrinsic.

A `Text` is parsed once; what its references resolve to is never scanned again, so data that holds
`${…}` or `#{…}` stays data.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

Expression = Any
"""A plain JSON value of a template: text, number, list, map or CloudFormation intrinsic."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A deploy-time reference `${kind:name}`; `kind` is empty when none was written.

    `json` tells that it stands inside JSON text, where quotes and backslashes are escaped.
    """

    kind: str
    name: str
    json: bool = False

    def __str__(self) -> str:
        if self.kind == "AWS":
            return f"${{AWS::{self.name}}}"
        return f"${{{self.kind}:{self.name}}}" if self.kind else f"${{{self.name}}}"


@dataclass(frozen=True, slots=True)
class Variable:
    """A run-time reference `#{namespace.name}`; `namespace` is empty when none was written."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"#{{{self.namespace}.{self.name}}}" if self.namespace else f"#{{{self.name}}}"


@dataclass(frozen=True, slots=True)
class Replaced:
    """A text in which a deployment replaces `old` by `new`: the ARN of a thing's sibling.

    `otherwise` stands where it cannot: CloudFormation looks up `{{resolve:…}}` after all functions.
    """

    text: Text
    old: str
    new: str
    otherwise: Text

    def __str__(self) -> str:
        return str(self.text.source().replace(self.old, self.new))


Part = str | Ref | Variable | Replaced
Resolve = Callable[[Ref | Variable], Expression]
Bindings = Mapping[tuple[str, str], "str | Text"]
"""(kind, name) of a reference → what stands for it: literal text, or text with references."""

_REFERENCE = re.compile(
    r"\$\{(?P<literal>!)?(?P<reference>[^{}]*)\}|\#\{(?P<variable>[^{}]*)\}",
)
_WHOLE = re.compile(r"\$\{(?=[^{}]*\})")
_OPENING = re.compile(r"\$\{(?P<kind>[A-Za-z]+):")


@dataclass(frozen=True, slots=True)
class Text:
    """Text of the spec in parts; a bare `str` among them is never scanned again."""

    parts: tuple[Part, ...]

    @classmethod
    def parse(cls, source: str) -> Text:
        """Split `source` at its references; malformed ones stay literal text."""
        return cls(tuple(_parts(source)))

    @classmethod
    def of(cls, *pieces: Part | Text) -> Text:
        """Join pieces; a `str` among them is literal and not scanned."""
        parts: list[Part] = []
        for piece in pieces:
            parts.extend(piece.parts if isinstance(piece, Text) else (piece,))
        return cls(tuple(part for part in parts if part != ""))

    @property
    def refs(self) -> Iterator[Ref]:
        """The deploy-time references, in order."""
        return (part for part in self.parts if isinstance(part, Ref))

    @property
    def variables(self) -> Iterator[Variable]:
        """The run-time references, in order."""
        return (part for part in self.parts if isinstance(part, Variable))

    @property
    def literal(self) -> str | None:
        """The text itself when nothing is left to resolve, else None."""
        if all(isinstance(part, str) for part in self.parts):
            return "".join(str(part) for part in self.parts)
        return None

    def bind(self, known: Bindings) -> Text:
        """Replace the references whose (kind, name) is known; a bound `str` is not scanned."""
        if not known:
            return self
        return Text.of(*(_bound(part, known) for part in self.parts))

    def source(self) -> str:
        """Return the text as a spec would write it."""
        return "".join(
            _WHOLE.sub("${!", part) if isinstance(part, str) else str(part) for part in self.parts
        )


def unfinished(source: str) -> Iterator[tuple[str, str]]:
    """Yield (kind, rest of the text) where something begins like a reference and is none.

    It has no closing brace, or another reference stands inside it.
    """
    whole = {match.start() for match in _REFERENCE.finditer(source)}
    for match in _OPENING.finditer(source):
        if match.start() not in whole:
            yield match["kind"], source[match.start() :]


def json_text(value: Any, parse: Callable[[str], Text]) -> Text:
    """Return compact JSON text of plain data whose strings may hold references.

    Numbers and booleans keep their types; references inside strings are marked as standing in JSON.
    """
    if isinstance(value, str):
        value = parse(value)
    if isinstance(value, Text):
        return Text.of('"', *(_in_json(part) for part in value.parts), '"')
    if isinstance(value, Mapping):
        fields = [
            Text.of(json.dumps(key, ensure_ascii=False), ":", json_text(item, parse))
            for key, item in value.items()
        ]
        return Text.of("{", *_between(fields), "}")
    if isinstance(value, (list, tuple)):
        return Text.of("[", *_between([json_text(item, parse) for item in value]), "]")
    return Text.of(json.dumps(value))


def expression(text: Text, resolve: Resolve) -> Expression:
    """Return the text as CloudFormation: plain text, a bare intrinsic, or `Fn::Sub`.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html
    """
    pieces: list[tuple[Part, Expression]] = []
    for part in text.parts:
        value = _resolved(part, resolve)
        if pieces and isinstance(value, str) and isinstance(pieces[-1][1], str):
            pieces[-1] = ("", pieces[-1][1] + value)
        else:
            pieces.append((part, value))
    if not pieces:
        return ""
    if len(pieces) == 1:
        return pieces[0][1]
    return _substitution(pieces)


def _resolved(part: Part, resolve: Resolve) -> Expression:
    if isinstance(part, str):
        return part
    if not isinstance(part, Replaced):
        return resolve(part)
    inner = expression(part.text, resolve)
    if "{{resolve:" in json.dumps(inner):
        return expression(part.otherwise, resolve)
    if isinstance(inner, str):
        return inner.replace(part.old, part.new)
    return {"Fn::Join": [part.new, {"Fn::Split": [part.old, inner]}]}


def _parts(source: str) -> Iterator[Part]:
    end = 0
    for match in _REFERENCE.finditer(source):
        if match.start() > end:
            yield source[end : match.start()]
        end = match.end()
        if match["literal"]:
            yield f"${{{match['reference']}}}"
        elif match["variable"] is not None:
            namespace, _, name = match["variable"].rpartition(".")
            yield Variable(namespace, name)
        elif match["reference"].startswith("AWS::"):
            yield Ref("AWS", match["reference"][len("AWS::") :])
        else:
            kind, colon, name = match["reference"].partition(":")
            yield Ref(kind, name) if colon else Ref("", kind)
    if end < len(source):
        yield source[end:]


def _bound(part: Part, known: Bindings) -> Part | Text:
    if not isinstance(part, Ref) or (part.kind, part.name) not in known:
        return part
    value = known[part.kind, part.name]
    whole = value if isinstance(value, Text) else Text((value,))
    return Text.of(*map(_in_json, whole.parts)) if part.json else whole


def _in_json(part: Part) -> Part:
    if isinstance(part, str):
        return json.dumps(part, ensure_ascii=False)[1:-1]
    return replace(part, json=True) if isinstance(part, Ref) else part


def _between(items: Iterable[Text]) -> Iterator[str | Text]:
    for index, item in enumerate(items):
        if index:
            yield ","
        yield item


def _substitution(pieces: list[tuple[Part, Expression]]) -> Expression:
    template = ""
    variables: dict[str, Expression] = {}
    direct = {_direct_name(value) for _, value in pieces}
    for part, value in pieces:
        if isinstance(value, str):
            template += value.replace("${", "${!")
            continue
        name = _direct_name(value)
        if name is None:
            name = _variable_name(part, value, variables, direct)
            variables[name] = value
        template += f"${{{name}}}"
    return {"Fn::Sub": [template, variables] if variables else template}


def _direct_name(value: Expression) -> str | None:
    """Return how `Fn::Sub` names a value without a variable, None when it cannot."""
    if isinstance(value, dict) and list(value) == ["Ref"]:
        return str(value["Ref"])
    if isinstance(value, dict) and isinstance(value.get("Fn::GetAtt"), list):
        return ".".join(value["Fn::GetAtt"])
    return None


def _variable_name(
    part: Part,
    value: Expression,
    taken: Mapping[str, Expression],
    direct: Collection[str | None],
) -> str:
    """Return a name for a variable; it must not hide a parameter or resource that is named too."""
    words = f"{part.kind}-{part.name}" if isinstance(part, Ref) else "text"
    stem = name = "".join(word[0].upper() + word[1:] for word in re.findall(r"[A-Za-z0-9]+", words))
    count = 1
    while name in direct or (name in taken and taken[name] != value):
        count += 1
        name = f"{stem}{count}"
    return name
