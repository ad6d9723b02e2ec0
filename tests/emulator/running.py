"""Starts the emulator for tests, in its own environment, and empties it between them."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Timer

_ROOT = Path(__file__).parent.parent.parent
PYTHON = _ROOT / ".emulator" / "bin" / "python"
_READY_SECONDS = 60
_STOP_SECONDS = 10


@contextmanager
def running(*, pace: float = 0) -> Iterator[str]:
    """Yield the URL of an emulator that lives as long as the block.

    Each change of a resource takes `pace` seconds, so that a stack can be seen in progress.
    """
    assert PYTHON.exists(), "there is no emulator in .emulator/: run 'make .emulator/ready'"
    process = subprocess.Popen(
        [PYTHON, "-m", "tests.emulator.serve", "--port", "0", "--pace", str(pace)],
        cwd=_ROOT,
        env={"PATH": os.environ["PATH"]},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with process:
        try:
            yield _address(process)
        finally:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def reset(url: str) -> None:
    """Forget every resource there is."""
    connection = HTTPConnection(url.removeprefix("http://"))
    connection.request("POST", "/_ministack/reset")
    assert connection.getresponse().read() == b'{"reset": "ok"}'
    connection.close()


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    patience = Timer(_READY_SECONDS, process.kill)
    patience.start()
    said = ""
    for line in process.stdout:
        said += line
        if found := re.search(r"AWS_ENDPOINT_URL=(\S+)", line):
            patience.cancel()
            return found[1]
    patience.cancel()
    raise AssertionError(f"the emulator did not start: {said}")
