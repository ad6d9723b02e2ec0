"""How long the commands take as whole processes, beside bare Python and a script written by hand.

Rounds are interleaved, so that a busy moment of the machine falls on all alike, and the first is
not counted, since it compiles modules: `python bench/run.py [rounds]`.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
SPEC = str(ROOT / "tests" / "cases" / "ok" / "02-gitflow.yaml")
SCRIPT = str(Path(__file__).parent / "gitflow_troposphere.py")
OURS = ("-m", "pipelinegen")

COMMANDS: Mapping[str, Sequence[str]] = {
    "bare python": ("-c", "pass"),
    "pipelinegen --help": (*OURS, "--help"),
    "pipelinegen lint": (*OURS, "lint", SPEC),
    "pipelinegen synth": (*OURS, "synth", SPEC),
    "pipelinegen synth --format json": (*OURS, "synth", SPEC, "--format", "json"),
    "troposphere script": (SCRIPT, "yaml"),
    "troposphere script, json": (SCRIPT, "json"),
}
BARE = "bare python"
# Milliseconds above bare Python that the design allows.
BUDGETS = {"pipelinegen --help": 45, "pipelinegen lint": 100}
PAIRS = {
    "pipelinegen synth": "troposphere script",
    "pipelinegen synth --format json": "troposphere script, json",
}


def measured(rounds: int) -> dict[str, list[float]]:
    """Return command → wall time of each counted run in milliseconds."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for number in range(rounds + 1):
        for name, arguments in COMMANDS.items():
            spent = _run(arguments)
            if number > 0:
                times[name].append(spent)
    return times


def _run(arguments: Sequence[str]) -> float:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package has its bytecode
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, check=True)
    return (time.perf_counter() - start) * 1000


def table(times: Mapping[str, Sequence[float]]) -> Iterator[str]:
    """Yield the lines of the table: medians and least times, and what is above bare Python."""
    bare = statistics.median(times[BARE])
    yield f"Python {platform.python_version()}, {len(times[BARE])} rounds, milliseconds"
    yield f"{'':32} {'median':>7} {'least':>7} {'above bare':>11} {'budget':>7}"
    for name, spent in times.items():
        median = statistics.median(spent)
        budget = BUDGETS.get(name, "")
        yield f"{name:32} {median:7.0f} {min(spent):7.0f} {median - bare:11.0f} {budget:>7}"
    for ours, script in PAIRS.items():
        ratio = statistics.median(times[ours]) / statistics.median(times[script])
        yield f"{ours} takes {ratio:.2f} times as long as the {script}"


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    for line in table(measured(rounds)):
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
