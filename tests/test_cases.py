"""Every wrong spec of cases/err gives the lines beside it, and is named by what it shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelinegen import report
from pipelinegen.compiler import check

CASES = sorted((Path(__file__).parent / "cases" / "err").glob("*.yaml"))
NAMES = [path.stem for path in CASES]


def _lines(path: Path) -> str:
    """Return what `lint --format concise` says of a file, with the name of the file as its path."""
    checked = check(path.name, path.read_bytes())
    return report.concise(report.place(checked.document, checked.diagnostics))


@pytest.mark.parametrize("path", CASES, ids=NAMES)
def test_lines(path: Path, update: bool) -> None:
    """The findings of a case are the lines of its .out, in wording and place."""
    expected, found = path.with_suffix(".out"), _lines(path)
    if update:
        expected.write_text(found, encoding="utf-8")
    assert found == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", CASES, ids=NAMES)
def test_name(path: Path) -> None:
    """A case bears the name of a rule that it shows, with or without a word behind it."""
    rules = re.findall(
        r"(?:error|warning|note)\[([a-z0-9-]+)\]: ", path.with_suffix(".out").read_text()
    )
    assert any(path.stem == rule or path.stem.startswith(f"{rule}-") for rule in rules)


def test_complete() -> None:
    """No .out stands without its spec."""
    assert {path.stem for path in CASES[0].parent.glob("*.out")} == set(NAMES)
