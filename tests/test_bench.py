"""The benchmark compares like with like: the script by hand writes the template that we do."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from pipelinegen.compiler import compile_spec
from tests.conftest import ROOT

BENCH = ROOT / "bench"
SCRIPT = BENCH / "gitflow_troposphere.py"
SPEC = Path(__file__).parent / "cases" / "ok" / "02-gitflow.yaml"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, BENCH / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_script_makes_the_template_of_the_spec() -> None:
    """Compared as parsed documents, metadata included."""
    template = compile_spec(SPEC.name, SPEC.read_bytes()).template
    assert template is not None
    assert json.loads(load("gitflow_troposphere").build().to_json()) == template.body


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_the_script_prints_it(form: str) -> None:
    outcome = subprocess.run(
        [sys.executable, str(SCRIPT), form],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    if form == "json":
        assert json.loads(outcome.stdout)["Resources"]
    else:  # short forms such as !Ref are tags, which only a CloudFormation reader knows
        assert yaml.compose(outcome.stdout) is not None


def test_every_command_is_measured_and_compared() -> None:
    run = load("run")
    assert set(run.BUDGETS) <= set(run.COMMANDS)
    assert {*run.PAIRS, *run.PAIRS.values()} <= set(run.COMMANDS)
    assert next(iter(run.COMMANDS)) == run.BARE


def test_the_table_shows_what_is_above_bare_python() -> None:
    """Medians, so that one slow run changes nothing."""
    run = load("run")
    times = {
        name: [100.0 * place, 100.0 * place, 9999.0] for place, name in enumerate(run.COMMANDS, 1)
    }
    _, head, bare, first, *_, last = run.table(times)
    assert head.split() == ["median", "least", "above", "bare", "budget"]
    assert bare.split() == ["bare", "python", "100", "100", "0"]
    assert first.split() == ["pipelinegen", "--help", "200", "200", "100", "45"]
    assert last.endswith("takes 0.71 times as long as the troposphere script, json")
