"""The same spec gives the same bytes: whatever the hash seed, folder, order of maps, or Python."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from pipelinegen.compiler import compile_spec
from pipelinegen.document import read
from pipelinegen.dump import to_json, to_yaml
from tests.conftest import ROOT

JSON = Any

CASES = sorted((Path(__file__).parent / "cases" / "ok").glob("*.yaml"))

# Prints one line for each spec: its name, and a hash of its template as YAML and as JSON.
PROGRAM = """
import hashlib, sys
from pathlib import Path
from pipelinegen.compiler import compile_spec
from pipelinegen.dump import to_json, to_yaml
for name in sys.argv[1:]:
    body = compile_spec(name, Path(name).read_bytes()).template.body
    text = to_yaml(body) + to_json(body)
    print(Path(name).stem, hashlib.sha256(text.encode()).hexdigest())
"""
KNOWN = [shutil.which(f"python3.{minor}") for minor in range(10, 20)]
KNOWN += os.environ.get("PIPELINEGEN_PYTHONS", "").split(os.pathsep)


def hashes(*, python: str = sys.executable, folder: Path = ROOT, **environment: str) -> str:
    """Return what a fresh interpreter prints for all specs."""
    outcome = subprocess.run(
        [python, "-c", PROGRAM, *map(str, CASES)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr
    return outcome.stdout


@cache
def reference() -> str:
    return hashes(PYTHONHASHSEED="0")


@pytest.mark.parametrize("seed", ["1", "random"])
def test_hash_seed_and_folder_leave_no_trace(seed: str, tmp_path: Path) -> None:
    """Nor does the locale, nor optimisation, which takes asserts and docstrings away."""
    other = {"LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Kolkata", "PYTHONOPTIMIZE": "2"}
    assert hashes(folder=tmp_path, PYTHONHASHSEED=seed, **other) == reference()


@cache
def other_pythons() -> dict[str, str]:
    """Return version → path of the interpreters that have what we stand on, ours left out."""
    found = {}
    for path in filter(None, KNOWN):
        program = "import click, jsonschema, sys, troposphere, yaml; print(sys.version.split()[0])"
        outcome = subprocess.run([path, "-c", program], capture_output=True, text=True, check=False)
        if outcome.returncode == 0:
            found[outcome.stdout.strip()] = path
    return {
        version: path
        for version, path in sorted(found.items())
        if version != sys.version.split()[0]
    }


def test_every_python_writes_the_same_bytes() -> None:
    """Interpreters beside ours are looked for on the path and in PIPELINEGEN_PYTHONS."""
    if not other_pythons():
        pytest.skip("no other Python here has click, jsonschema, troposphere and yaml")
    for version, path in other_pythons().items():
        assert hashes(python=path, PYTHONHASHSEED="0") == reference(), version


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_the_order_of_maps_leaves_no_trace(case: Path) -> None:
    """Keys of a map may stand in any order; items of a list may not."""
    data = read(case.name, case.read_bytes())[0].data
    expected = _text(case.name, data)
    for seed in range(2):
        shuffled = _shuffled(data, Random(seed))
        assert _text(case.name, shuffled) == expected
    assert _text(case.name, _reversed(data)) == expected


def _text(name: str, data: JSON) -> str:
    template = compile_spec(name, to_yaml(data).encode()).template
    assert template is not None
    return to_json(template.body)


def _shuffled(value: JSON, chance: Random) -> JSON:
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: _shuffled(value[key], chance) for key in keys}
    if isinstance(value, list):
        return [_shuffled(item, chance) for item in value]
    return value


def _reversed(value: JSON) -> JSON:
    if isinstance(value, dict):
        return {key: _reversed(value[key]) for key in reversed(value)}
    if isinstance(value, list):
        return [_reversed(item) for item in value]
    return value


def test_the_order_of_lists_is_kept() -> None:
    """The check above could not fail if maps and lists were both sorted away."""
    data = read(CASES[0].name, CASES[0].read_bytes())[0].data
    turned = json.loads(json.dumps(data))
    turned["stages"].reverse()
    turned["stages"][0]["actions"][0]["input-artifacts"] = ["Source"]
    assert _text("turned.yaml", turned) != _text("plain.yaml", data)
