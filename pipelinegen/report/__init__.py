"""Diagnostics to output text: every format takes placed findings and returns one `str`."""

from pipelinegen.report.finding import Finding, place, summary
from pipelinegen.report.json_document import as_json
from pipelinegen.report.one_line import concise
from pipelinegen.report.snippet import text

__all__ = ["Finding", "as_json", "concise", "place", "summary", "text"]
