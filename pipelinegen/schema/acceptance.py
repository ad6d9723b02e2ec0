"""Whether data fits the schema, asked without the library, whose import outlasts a whole lint."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sized
from typing import Any

from pipelinegen.provider import JSON
from pipelinegen.schema.fitting import fits

_Ask = Callable[[JSON, JSON, JSON, JSON], bool]

_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "null": (type(None),),
}
_SILENT = {"$schema", "$id", "title", "description", "default", "examples", "errorMessage"}
_READ_ELSEWHERE = {
    "definitions",
    *("then", "else"),  # with `if`
    *("properties", "patternProperties", "additionalProperties"),  # together, key by key
}


def accepts(data: JSON, schema: JSON) -> bool:
    """Tell whether data fits a draft-07 schema for certain.

    False also stands for doubt, such as a keyword that is not known here: then the library judges,
    and says what is wrong.
    """
    return _fits(data, schema, schema)


def _fits(value: JSON, part: JSON, root: JSON) -> bool:
    if isinstance(part, bool):
        return part
    if "$ref" in part:  # draft-07 reads nothing beside it
        return _fits(value, root["definitions"][part["$ref"].rpartition("/")[2]], root)
    if isinstance(value, dict) and not _keys_fit(value, part, root):
        return False
    return all(
        _ASK.get(keyword, _doubt)(value, wanted, part, root)
        for keyword, wanted in part.items()
        if keyword not in _SILENT
        and keyword not in _READ_ELSEWHERE
        and not keyword.startswith("x-")
    )


def _keys_fit(value: Mapping[str, JSON], part: JSON, root: JSON) -> bool:
    """Ask the schema of each key of a map; one that no keyword knows is additional."""
    properties = part.get("properties", {})
    patterns = part.get("patternProperties", {})
    additional = part.get("additionalProperties", True)
    for key, item in value.items():
        asked = [properties[key]] if key in properties else []
        asked += [below for pattern, below in patterns.items() if fits(pattern, key)]
        if not all(_fits(item, below, root) for below in asked or [additional]):
            return False
    return True


def _doubt(value: JSON, wanted: JSON, part: JSON, root: JSON) -> bool:
    return False


def _type(value: JSON, wanted: JSON, part: JSON, root: JSON) -> bool:
    if isinstance(value, bool):
        return bool(wanted == "boolean")
    return isinstance(wanted, str) and isinstance(value, _TYPES.get(wanted, ()))


def _is(value: JSON, wanted: JSON) -> bool:
    """Compare scalars, `true` with no number; anything larger is left to the library."""
    scalar = not isinstance(value, (dict, list))
    return scalar and type(value) is type(wanted) and bool(value == wanted)


def _required(value: JSON, wanted: JSON, part: JSON, root: JSON) -> bool:
    return not isinstance(value, dict) or all(key in value for key in wanted)


def _items(value: JSON, wanted: JSON, part: JSON, root: JSON) -> bool:
    if not isinstance(value, list):
        return True
    return isinstance(wanted, dict) and all(_fits(item, wanted, root) for item in value)


def _unique(value: JSON, wanted: JSON, part: JSON, root: JSON) -> bool:
    if not wanted or not isinstance(value, list):
        return True
    scalars = [(type(item), item) for item in value if not isinstance(item, (dict, list))]
    return len(set(scalars)) == len(scalars)


def _one_of(value: JSON, wanted: JSON, part: JSON, root: JSON) -> bool:
    return sum(_fits(value, branch, root) for branch in wanted) == 1


def _conditional(value: JSON, wanted: JSON, part: JSON, root: JSON) -> bool:
    return _fits(value, part.get("then" if _fits(value, wanted, root) else "else", True), root)


def _number(compare: Callable[[Any, Any], bool]) -> _Ask:
    def ask(value: JSON, wanted: JSON, part: JSON, root: JSON) -> bool:
        return isinstance(value, bool) or not isinstance(value, int) or compare(value, wanted)

    return ask


def _size(kind: type[Sized], compare: Callable[[Any, Any], bool]) -> _Ask:
    def ask(value: JSON, wanted: JSON, part: JSON, root: JSON) -> bool:
        return not isinstance(value, kind) or compare(len(value), wanted)

    return ask


_ASK: Mapping[str, _Ask] = {
    "type": _type,
    "enum": lambda value, wanted, part, root: any(_is(value, one) for one in wanted),
    "const": lambda value, wanted, part, root: _is(value, wanted),
    "required": _required,
    "items": _items,
    "uniqueItems": _unique,
    "allOf": lambda value, wanted, part, root: all(_fits(value, one, root) for one in wanted),
    "anyOf": lambda value, wanted, part, root: any(_fits(value, one, root) for one in wanted),
    "oneOf": _one_of,
    "if": _conditional,
    "pattern": lambda value, wanted, part, root: not isinstance(value, str) or fits(wanted, value),
    "minimum": _number(lambda value, least: value >= least),
    "maximum": _number(lambda value, most: value <= most),
    "minLength": _size(str, lambda length, least: length >= least),
    "maxLength": _size(str, lambda length, most: length <= most),
    "minItems": _size(list, lambda length, least: length >= least),
    "maxItems": _size(list, lambda length, most: length <= most),
    "minProperties": _size(dict, lambda length, least: length >= least),
}
