"""Start-up stays fast: what a command does not need is not imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"boto3", "botocore", "cfnlint", "jsonschema", "rich", "troposphere", "yaml"}
LINT = {"boto3", "botocore", "cfnlint", "rich", "troposphere"}

SPEC = """\
pipeline: shop
branches: [{branch: main}]
sources: [{codecommit: {repository-name: shop}}]
stages: [{stage: Test, actions: [{codebuild-test: {buildspec: b.yml}}]}]
"""

PROGRAM = """\
import sys
from pipelinegen.cli import main
sys.argv = ["pipelinegen", *sys.argv[1:]]
try:
    main()
except SystemExit as end:
    assert end.code == 0, end.code
print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
print(*sorted(name for name in sys.modules if name.startswith("pipelinegen.")), file=sys.stderr)
"""


def _imported(folder: Path, *arguments: str) -> tuple[set[str], set[str]]:
    """Return the top-level packages and our modules that a fresh interpreter has in the end."""
    (folder / "pipelinegen.yaml").write_text(SPEC)
    command = [sys.executable, "-c", PROGRAM, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True, text=True)
    everything, ours = done.stderr.splitlines()[-2:]
    return set(everything.split()), set(ours.split())


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (["--help"], HEAVY),
        (["--version"], HEAVY),
        (["lint", "--help"], HEAVY),
        (["synth", "--help"], HEAVY),
        (["init", "--help"], HEAVY),
        (["deploy", "--help"], HEAVY),
        (["sync", "--help"], HEAVY),
        (["bootstrap", "--help"], HEAVY),
        (["schema"], HEAVY),
        (["init", "-o", "-"], HEAVY),
        (["lint"], LINT),
        (["explain", "-b", "main"], LINT),
        (["synth"], {"boto3", "botocore", "cfnlint", "rich"}),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, list) else "",
)
def test_absent(tmp_path: Path, arguments: list[str], absent: set[str]) -> None:
    """Packages that a command does not need stay unimported."""
    everything, _ = _imported(tmp_path, *arguments)
    assert "click" in everything
    assert everything & absent == set()


def test_help_is_the_shell_alone(tmp_path: Path) -> None:
    """Help needs no module of the compiler."""
    _, ours = _imported(tmp_path, "--help")
    assert {name.split(".")[1] for name in ours} == {
        *("cli", "commands", "defaults", "display", "errors")
    }


@pytest.mark.parametrize(
    ("module", "absent"), [("actions.table", HEAVY), ("rules", HEAVY - {"yaml"})]
)
def test_tables_are_light(module: str, absent: set[str]) -> None:
    """The provider table needs no third party, and the rules none that lint does not need."""
    code = f"import sys; import pipelinegen.{module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert {name.partition(".")[0] for name in done.stdout.split()} & (absent | {"click"}) == set()
