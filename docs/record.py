"""Terminal recordings: a command is driven in a pseudo-terminal, and what a person sees is kept.

`make recordings` writes, for each scene, an asciicast that `asciinema play` shows and a text file
with three of its screens. https://docs.asciinema.org/manual/asciicast/v2/
"""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyte

from tests.emulator.running import running

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "recordings"
COLUMNS, LINES = 100, 40
_PATIENCE = 120.0
"""Seconds in which a command must end."""

FAILING_ROLE = "role-arn: arn:aws:iam::111111111111:role/shared/pipeline\n"
"""A role that is not there: CodePipeline refuses it."""


@dataclass(frozen=True, slots=True)
class Recording:
    """What a terminal showed: (seconds, text) pairs, and the exit code."""

    output: tuple[tuple[float, str], ...]
    asked: float
    exit_code: int

    def screen(self, until: float) -> str:
        """Return what stood on the terminal at a time, without empty lines at its end."""
        terminal = pyte.HistoryScreen(COLUMNS, LINES, history=10_000)
        stream = pyte.Stream(terminal)
        for seconds, text in self.output:
            if seconds <= until:
                stream.feed(text)
        above = ["".join(line[at].data for at in range(COLUMNS)) for line in terminal.history.top]
        return "\n".join(line.rstrip() for line in [*above, *terminal.display]).rstrip() + "\n"

    @property
    def times(self) -> tuple[float, float, float]:
        """Seconds: at the question, in the middle of what followed, and at the end."""
        end = self.output[-1][0]
        return self.asked, (self.asked + end) / 2, end

    def cast(self, title: str) -> str:
        """Return the recording as an asciicast, version 2."""
        head = {"version": 2, "width": COLUMNS, "height": LINES, "title": title}
        events = [[round(seconds, 3), "o", text] for seconds, text in self.output]
        return "".join(f"{json.dumps(one)}\n" for one in [head, *events])


@dataclass(slots=True)
class _Terminal:
    """The outer end of a pseudo-terminal."""

    descriptor: int
    start: float = field(default_factory=time.monotonic)
    output: list[tuple[float, str]] = field(default_factory=list)

    def read(self) -> bool:
        """Keep what comes; False once the other end is closed."""
        ready, _, _ = select.select([self.descriptor], [], [], _PATIENCE)
        assert ready, "the command says nothing more"
        try:
            text = os.read(self.descriptor, 65536).decode(errors="replace")
        except OSError:  # what Linux says when the last process on the other end is gone
            return False
        self.output.append((time.monotonic() - self.start, text))
        return bool(text)


def record(command: Sequence[str], *, answer: str, folder: Path, aws: str) -> Recording:
    """Run a command in a pseudo-terminal, answer its question, and return what was to be seen."""
    process, descriptor = pty.fork()
    if process == 0:
        os.chdir(folder)
        os.execvpe(command[0], [*command], _environment(aws))
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    terminal = _Terminal(descriptor)
    asked = 0.0
    while terminal.read():
        said = "".join(text for _, text in terminal.output)
        if not asked and "[y/N]" in said:
            asked = terminal.output[-1][0]
            os.write(descriptor, f"{answer}\n".encode())
    _, status = os.waitpid(process, 0)
    os.close(descriptor)
    return Recording(tuple(terminal.output), asked, os.waitstatus_to_exitcode(status))


def scenes(aws: str) -> Iterator[tuple[str, Recording]]:
    """Yield the name and the recording of each scene, played against an emulator at `aws`."""
    tool = [sys.executable, "-m", "pipelinegen"]
    deploy = [*tool, "deploy", "-b", "feature/login"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        spec = folder / "pipelinegen.yaml"
        text = (ROOT / "examples" / "gitflow" / "pipelinegen.yaml").read_text(encoding="utf-8")
        spec.write_text(text, encoding="utf-8")
        yield "deploy", record(deploy, answer="y", folder=folder, aws=aws)
        failing = text.replace("branches:", f"{FAILING_ROLE}branches:", 1)
        spec.write_text(failing, encoding="utf-8")
        yield "failed-deploy", record(deploy, answer="y", folder=folder, aws=aws)


def main() -> None:
    """Write the recordings anew."""
    FOLDER.mkdir(exist_ok=True)
    with running(pace=1.0) as aws:
        for name, recording in scenes(aws):
            title = f"pipelinegen deploy -b feature/login ({name})"
            (FOLDER / f"{name}.cast").write_text(recording.cast(title), encoding="utf-8")
            parts = [
                f"--- after {seconds:.0f} seconds ---\n{recording.screen(seconds)}"
                for seconds in recording.times
            ]
            text = "\n".join([f"$ {title.partition(' (')[0]}\n", *parts])
            (FOLDER / f"{name}.txt").write_text(
                f"{text}\nexit code {recording.exit_code}\n", encoding="utf-8"
            )


def _environment(aws: str) -> Mapping[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "HOME": os.devnull,
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "NO_COLOR": "1",
        "AWS_ENDPOINT_URL": aws,
        "AWS_ACCESS_KEY_ID": "111111111111",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_REGION": "eu-west-1",
    }


if __name__ == "__main__":
    main()
