"""Progress for programs, on stdout: objects as they come, or one document at the end.

`jsonl` writes one object a line: `schema` (`pipelinegen/v1/<command>`), `type`, `time` in UTC,
`branch`, `stack`, and what the type has: `start`, `change-set`, `confirm`, `resource`, `heartbeat`,
`diagnostic`, `result`. The last line is a `result` with `exit_code`, also when the command fails.

`json` writes one document with the same objects in lists, in their order, without heartbeats and
questions: `{"schema", "exit_code", "starts", "change_sets", "events", "diagnostics", "results"}`.
`exit_code` is that of the last result. Within a version fields are only added.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pipelinegen.display import Display
from pipelinegen.errors import EnvironmentFault, ExitCode, PipelinegenError
from pipelinegen.progress import Progress, Report
from pipelinegen.progress_display.json_values import JSON, Values
from pipelinegen.progress_display.text import Unseen

_LISTS = {
    "start": "starts",
    "change-set": "change_sets",
    "resource": "events",
    "diagnostic": "diagnostics",
    "result": "results",
}
"""Where a type stands in the document."""


@contextmanager
def streaming(display: Display, values: Values) -> Iterator[Report]:
    """Write an object a line, each at once; EnvironmentFault at the end where stdout refused."""
    faults: list[EnvironmentFault] = []

    def write(value: JSON) -> None:
        try:
            display.result(json.dumps({"schema": values.schema, **value}) + "\n")
        except EnvironmentFault as fault:  # what cannot be shown must not stop what is under way
            faults.append(fault)

    with _reporting(display, values, write) as report:
        yield report
    if faults:
        raise faults[0]


@contextmanager
def collecting(display: Display, values: Values) -> Iterator[Report]:
    """Write one document at the end, however it comes."""
    lists: dict[str, list[JSON]] = {name: [] for name in _LISTS.values()}

    def write(value: JSON) -> None:
        if value["type"] in _LISTS:
            lists[_LISTS[value["type"]]].append(value)

    try:
        with _reporting(display, values, write) as report:
            yield report
    finally:
        codes = [result["exit_code"] for result in lists["results"]]
        document = {"schema": values.schema, "exit_code": codes[-1] if codes else None, **lists}
        display.result(json.dumps(document, indent=2) + "\n")


@contextmanager
def _reporting(display: Display, values: Values, write: Callable[[JSON], None]) -> Iterator[Report]:
    """Hand each object on, and a result also when the command fails without one."""
    unseen = Unseen(display)

    def report(progress: Progress) -> None:
        unseen.add(progress)
        if value := values.of(progress):
            write(value)

    try:
        yield report
    except PipelinegenError as fault:
        write(values.fault(fault.exit_code, str(fault)))
        raise
    except KeyboardInterrupt:
        write(values.fault(ExitCode.INTERRUPTED, "interrupted"))
        raise
    except Exception:
        write(values.fault(ExitCode.INTERNAL, "internal error"))
        raise
