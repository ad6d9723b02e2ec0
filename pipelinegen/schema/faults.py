"""The verdict of the JSON Schema: each fault with its place, still without words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from pipelinegen.diagnostics import Pointer
from pipelinegen.provider import JSON
from pipelinegen.schema.fitting import fits

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError


@dataclass(frozen=True, slots=True)
class Fault:
    """A keyword of the schema that a value does not meet.

    `keyword` is "forbidden" where a key may not stand; then, and for `additionalProperties` and
    `propertyNames`, `at` ends with the key. `expected` is the value of the keyword; of `required`
    the one missing key, of `uniqueItems` the position of the first of two equal items.
    `schema` holds the keyword; `path` leads to it from the root of the whole schema.
    """

    keyword: str
    expected: JSON
    found: JSON
    at: Pointer
    schema: JSON
    path: tuple[str | int, ...]


def faults(data: JSON, schema: JSON) -> Iterator[Fault]:
    """Yield what the schema does not allow in the data, in the order of the schema, lazily."""
    for error in _validator_class()(schema).iter_errors(_quiet(data, {})):
        yield _plain_fault(error)


@cache
def _validator_class() -> Any:
    """Return the library's validator with our keywords."""
    import jsonschema.validators  # 40 ms, and not every command reads a spec

    library: Any = jsonschema.validators
    draft7: Any = library.Draft7Validator

    def one_of(validator: Any, branches: JSON, instance: JSON, schema: JSON) -> Iterator[Any]:
        if all(branch.keys() == {"required"} for branch in branches):
            return _one_of_required(branches, instance)
        standard: Iterator[Any] = draft7.VALIDATORS["oneOf"](validator, branches, instance, schema)
        return standard

    return library.extend(draft7, _KEYWORDS | {"oneOf": one_of})


def _plain_fault(error: ValidationError) -> Fault:
    keyword, at, path = error.validator or "false", tuple(error.path), tuple(error.schema_path)
    if "propertyNames" in path:
        keyword, at = "propertyNames", (*at, str(error.instance))
    return Fault(str(keyword), error.validator_value, error.instance, at, error.schema, path)


class _Map(dict[str, JSON]):
    def __repr__(self) -> str:
        return "{…}"


class _List(list[JSON]):
    def __repr__(self) -> str:
        return "[…]"


class _Text(str):
    __slots__ = ()

    def __repr__(self) -> str:
        return "'…'"


def _quiet(value: JSON, made: dict[int, JSON]) -> JSON:
    """Copy data so that its repr is short; what aliases share stays shared.

    jsonschema writes every rejected value into its message, which nobody reads here: a long text
    with 100,000 aliases would fill the memory.
    """
    if id(value) in made:
        return made[id(value)]
    copy = value
    if isinstance(value, dict):
        copy = _Map((key, _quiet(item, made)) for key, item in value.items())
    elif isinstance(value, list):
        copy = _List(_quiet(item, made) for item in value)
    elif isinstance(value, str):
        copy = _Text(value)
    made[id(value)] = copy
    return copy


# The keywords below mean what the standard says. The library's own are replaced where they do not
# name the key that is meant, depend on the hash seed, take Python's regular expressions for
# ECMA's, or need quadratic time.


def _fault(expected: JSON, **details: Any) -> ValidationError:
    from jsonschema.exceptions import ValidationError

    return ValidationError("", validator_value=expected, **details)


def _required(
    _validator: Any, keys: JSON, instance: JSON, _schema: JSON
) -> Iterator[ValidationError]:
    if isinstance(instance, dict):
        yield from (_fault(key) for key in keys if key not in instance)


def _one_of_required(branches: JSON, instance: JSON) -> Iterator[ValidationError]:
    if not isinstance(instance, dict):
        return
    fitting = sum(all(key in instance for key in branch["required"]) for branch in branches)
    if fitting != 1:
        yield _fault(branches)


def _dependencies(
    validator: Any, dependencies: JSON, instance: JSON, _schema: JSON
) -> Iterator[ValidationError]:
    if not isinstance(instance, dict):
        return
    for key, wanted in dependencies.items():
        if key not in instance:
            continue
        if isinstance(wanted, list):
            missing = (other for other in wanted if other not in instance)
            yield from (
                _fault(other, validator="required", schema_path=(key,)) for other in missing
            )
        else:
            yield from validator.descend(instance, wanted, schema_path=key)


def _pattern(
    _validator: Any, pattern: JSON, instance: JSON, _schema: JSON
) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not fits(pattern, instance):
        yield _fault(pattern)


def _pattern_properties(
    validator: Any, patterns: JSON, instance: JSON, _schema: JSON
) -> Iterator[ValidationError]:
    if not isinstance(instance, dict):
        return
    for pattern, wanted in patterns.items():
        for key, value in instance.items():
            if fits(pattern, key):
                yield from validator.descend(value, wanted, path=key, schema_path=pattern)


def _properties(
    validator: Any, properties: JSON, instance: JSON, _schema: JSON
) -> Iterator[ValidationError]:
    if not isinstance(instance, dict):
        return
    for key, wanted in properties.items():
        if key not in instance:
            continue
        if wanted is False:
            yield _fault(False, validator="forbidden", path=(key,), schema_path=(key,))
        else:
            yield from validator.descend(instance[key], wanted, path=key, schema_path=key)


def _additional_properties(
    validator: Any, wanted: JSON, instance: JSON, schema: JSON
) -> Iterator[ValidationError]:
    if not isinstance(instance, dict):
        return
    patterns = schema.get("patternProperties", {})
    for key, value in instance.items():
        if key in schema.get("properties", {}) or any(fits(pattern, key) for pattern in patterns):
            continue
        if wanted is False:
            yield _fault(False, path=(key,), instance=value)
        else:
            yield from validator.descend(value, wanted, path=key)


def _unique_items(
    _validator: Any, wanted: JSON, instance: JSON, _schema: JSON
) -> Iterator[ValidationError]:
    """Compare scalars only: no list of the language that must be a set may hold anything else."""
    if not wanted or not isinstance(instance, list):
        return
    first: dict[tuple[type, JSON], int] = {}
    for position, item in enumerate(instance):
        if isinstance(item, (dict, list)):
            continue
        known = first.setdefault((type(item), item), position)
        if known != position:
            yield _fault(known, path=(position,), instance=item)


_KEYWORDS = {
    "additionalProperties": _additional_properties,
    "dependencies": _dependencies,
    "pattern": _pattern,
    "patternProperties": _pattern_properties,
    "properties": _properties,
    "required": _required,
    "uniqueItems": _unique_items,
}
