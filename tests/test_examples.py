"""The examples are sound, and the templates beside them are what they compile to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelinegen.cli import shell
from tests.conftest import ROOT, Run

EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/pipelinegen.yaml"))
NAMES = [path.name for path in EXAMPLES]


def test_list() -> None:
    """Every folder of examples/ is an example, and the README of each is there."""
    folders = sorted(path.name for path in (ROOT / "examples").iterdir() if path.is_dir())
    assert folders == NAMES
    assert all((path / "README.md").is_file() for path in EXAMPLES)


@pytest.mark.parametrize("folder", EXAMPLES, ids=NAMES)
def test_sound(run: Run, folder: Path) -> None:
    """Nothing is found in an example."""
    result = run("lint", "--fail-on", "note", folder / "pipelinegen.yaml")
    assert (result.exit_code, result.stdout) == (0, "")


@pytest.mark.parametrize("folder", EXAMPLES, ids=NAMES)
def test_current(run: Run, folder: Path, update: bool) -> None:
    """The template beside an example is current."""
    spec, template = folder / "pipelinegen.yaml", folder / "pipelinegen.template.yaml"
    if update:
        assert run("synth", spec, "-o", template).exit_code == 0
    result = run("synth", "--check", spec)
    assert (result.exit_code, result.stdout) == (0, "")


@pytest.mark.parametrize("folder", EXAMPLES, ids=NAMES)
def test_readable(folder: Path) -> None:
    """An example begins with the line for editors and then says what it shows."""
    first, second, *_ = (folder / "pipelinegen.yaml").read_text().splitlines()
    assert first == "# yaml-language-server: $schema=../../schemas/pipelinegen.schema.json"
    assert second.startswith("# ")
    assert (folder / "README.md").read_text().startswith("# ")


def test_spec_in_the_readme(run: Run) -> None:
    """The spec that the README shows is sound, serves the branches it speaks of, and is short."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks: list[str] = re.findall(
        r"^```yaml\n(pipeline: .*?)^```$", text, re.MULTILINE | re.DOTALL
    )
    (spec,) = blocks
    assert len(spec.splitlines()) <= 22
    result = run("lint", "--fail-on", "note", "-", stdin=spec.encode())
    assert (result.exit_code, result.stdout) == (0, "")
    for branch in ("main", "feature/login"):
        assert run("synth", "-", "-b", branch, stdin=spec.encode()).exit_code == 0


def test_commands_in_the_readme(run: Run) -> None:
    """The table of the README has the commands that there are."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `pipelinegen ([a-z]+)", text, re.MULTILINE)
    assert listed == list(shell.commands)
