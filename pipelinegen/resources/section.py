"""Entries of a list section of the spec that live on a branch rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipelinegen.diagnostics import Pointer
from pipelinegen.model import Pipeline
from pipelinegen.provider import JSON
from pipelinegen.resolve import lives


def live_entries(pipeline: Pipeline, section: str) -> Iterator[tuple[Mapping[str, JSON], Pointer]]:
    """Yield (entry, place) for "schedules", "notifications" or "grants"."""
    for index, entry in enumerate(pipeline.spec.data.get(section, ())):
        if lives(entry, pipeline.rule):
            yield entry, (section, index)
