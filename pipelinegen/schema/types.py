"""Types in the words of the language, and what to write where a value has another one."""

from __future__ import annotations

from pipelinegen.provider import JSON
from pipelinegen.schema import show
from pipelinegen.schema.faults import Fault
from pipelinegen.schema.shape import Shape, naming_key

_NAMES = {
    "array": "a list ([a, b])",
    "object": "a map (key: value)",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}
_TRUTH = {
    **dict.fromkeys(("true", "yes", "on", "y", "1", "enabled"), "true"),
    **dict.fromkeys(("false", "no", "off", "n", "0", "disabled"), "false"),
}
_LONGEST_TRUTH = 8
_LONGEST_LINE = 200
_EXISTING = "project-name"
"""The one key of a build that a text in its place can mean, as its name."""


def type_name(expected: JSON) -> str:
    """Return the type that a schema asks for, or the types, in words."""
    types = [expected] if isinstance(expected, str) else expected
    return " or ".join(_NAMES[type_] for type_ in types)


def type_hint(shape: Shape, fault: Fault) -> str | None:
    """Return how to write the value that was probably meant."""
    found, part = fault.found, shape.at(fault.at)
    if show.is_secret((), fault.schema):
        said: str | None = fault.schema.get("errorMessage")
        return said
    if found is None:
        return _null_hint(fault, part)
    match part.get("type", "string" if "enum" in part else None):
        case "array":
            return _list_hint(shape, part, found)
        case "object":
            return _map_hint(fault, part, found)
        case "string":
            return _text_hint(fault, found)
        case "boolean":
            return _truth_hint(found)
        case _:
            return _number_hint(found)


def _null_hint(fault: Fault, part: JSON) -> str | None:
    if not fault.at or isinstance(fault.at[-1], int):
        return None
    nothing = f"nothing is written after {show.name(fault.at[-1])}"
    if needs := _needs(part):
        return f"{nothing}; {needs}"
    empty = part.get("type") == "object" and "minProperties" not in part
    return f"{nothing}; write {{}}" if empty else nothing


def _list_hint(shape: Shape, part: JSON, found: JSON) -> str | None:
    items = shape.plain(part.get("items", {}), found)
    known, name = items.get("properties", {}), naming_key(items)
    if not isinstance(found, dict):
        if isinstance(found, str) and "enum" in items and len(found) <= _LONGEST_LINE:
            words = [word.strip() for word in found.split(",")]
            return f"put it in brackets, [{', '.join(show.flow(word) for word in words)}]"
        if items.get("type") != "object":
            return f"put it in brackets, [{show.flow(found, quote=items.get('type') == 'string')}]"
        return f"write - {name}: {show.flow(found)}" if _names_itself(items, found) else None
    if not found:
        return None
    first = next(iter(found))
    if len(found) == 1 and isinstance(found[first], list) and "properties" not in items:
        return f"write the list itself, without {show.name(first)}"
    if first in known:
        return f"begin each entry with a dash: - {show.flow(first)}: …"
    return f"names are values here: - {name}: {show.flow(first)}" if name else None


def _map_hint(fault: Fault, part: JSON, found: JSON) -> str | None:
    free = "properties" not in part and {"additionalProperties", "patternProperties"} & part.keys()
    if isinstance(found, list) and free:
        return "write name: value, without dashes"
    if isinstance(found, list) and len(found) == 1 and isinstance(found[0], dict):
        return "write the map itself, without the dash"
    if isinstance(found, str) and _names_itself(part, found):
        return f"write {naming_key(part)}: {show.flow(found)}"
    if isinstance(found, str) and found in part.get("properties", {}):
        return f"write {found}: {{}}"
    if found is True and fault.at and isinstance(fault.at[-1], str) and not _needs(part):
        return f"write {show.flow(fault.at[-1])}: {{}}"
    if isinstance(found, str) and _EXISTING in part.get("properties", {}):
        return f"an existing project is {_EXISTING}: {show.flow(found)}"
    return _needs(part)


def _needs(part: JSON) -> str | None:
    required = tuple(part.get("required", ()))
    return f"it needs {show.names(required)}" if required else None


def _names_itself(part: JSON, found: JSON) -> bool:
    """Tell whether a text can only be the name of the map that is expected in its place."""
    return isinstance(found, str) and naming_key(part) in part.get("required", ())


def _text_hint(fault: Fault, found: JSON) -> str | None:
    if isinstance(found, list):
        return "take it out of the brackets" if len(found) == 1 else "only one text fits here"
    if isinstance(found, dict):
        intrinsic = any(key == "Ref" or key.startswith("Fn::") for key in found)
        return "references are text: ${param:X}, ${resource:X} or ${expr:X}" if intrinsic else None
    return "quote it" if "enum" not in fault.schema else None


def _truth_hint(found: JSON) -> str | None:
    meant = _TRUTH.get(str(found).lower()) if not isinstance(found, (dict, list)) else None
    if meant is None:
        return None
    return "take the quotes off" if found == meant else f"write {meant}"


def _number_hint(found: JSON) -> str | None:
    digits = isinstance(found, str) and found.isascii() and found.isdecimal()
    return "take the quotes off" if digits and len(found) <= _LONGEST_TRUTH else None
