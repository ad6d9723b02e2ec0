"""JSON Schema errors to diagnostics in the user's words, with "did you mean"."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from pipelinegen.diagnostics import Diagnostic, Pointer
from pipelinegen.provider import JSON
from pipelinegen.schema.faults import Fault, faults
from pipelinegen.schema.maps import map_findings
from pipelinegen.schema.shape import Shape
from pipelinegen.schema.values import urgency, value_finding

MOST_FAULTS = 1000
"""A spec with more faults than this is hostile or broken at the root: the first ones will do."""

_WHOLE_MAP = {"required", "oneOf", "anyOf", "minProperties"}
_ONE_KEY = {"additionalProperties", "propertyNames", "forbidden"}


def check(data: JSON, schema: JSON) -> tuple[Diagnostic, ...]:
    """Return everything that the schema finds wrong with the data, at most MOST_FAULTS faults.

    `schema` is a draft-07 schema as a dict, `data` is plain data whose keys are all text. Places
    are pointers. An empty result means that the data fits the schema.
    """
    return tuple(_findings(Shape(schema, data)))


def _findings(shape: Shape) -> Iterator[Diagnostic]:
    by_map: dict[Pointer, list[Fault]] = {}
    by_value: dict[Pointer, Fault] = {}
    for fault in islice(faults(shape.data, shape.schema), MOST_FAULTS):
        if fault.keyword in _ONE_KEY:
            by_map.setdefault(fault.at[:-1], []).append(fault)
        elif fault.keyword in _WHOLE_MAP and isinstance(fault.found, dict):
            by_map.setdefault(fault.at, []).append(fault)
        elif fault.at not in by_value or urgency(fault) < urgency(by_value[fault.at]):
            by_value[fault.at] = fault
    hidden = {
        fault.at for found in by_map.values() for fault in found if fault.keyword == "forbidden"
    }
    for at, found in by_map.items():
        if not _is_below(at, hidden):
            yield from map_findings(shape, at, found)
    for at, fault in by_value.items():
        if not _is_below(at, hidden):
            yield value_finding(shape, fault)


def _is_below(at: Pointer, hidden: set[Pointer]) -> bool:
    return bool(hidden) and any(at[:length] in hidden for length in range(len(at) + 1))
