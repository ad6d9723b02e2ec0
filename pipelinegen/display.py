"""What reaches the terminal: results on stdout, talk on stderr, color only where it is wanted."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TextIO

from pipelinegen.errors import EnvironmentFault, PipelinegenError

_RED, _RESET = "\x1b[31m", "\x1b[0m"


class Display:
    """How this run speaks: settled by the common options, wherever they stand on the line."""

    def __init__(
        self, *, color: str | None = None, quiet: bool = False, verbose: bool = False
    ) -> None:
        """`color` is auto, always or never; None leaves it to the environment."""
        self.color = color
        self.quiet = quiet
        self.verbose = verbose
        self.aside: Callable[[], AbstractContextManager[None]] = nullcontext
        """What takes a drawing off the terminal while talk is written."""
        self.before_question: Callable[[], None] = lambda: None
        """What shows a person what a question is about, where the output has hidden it."""

    def result(self, text: str) -> None:
        """Write what the command was asked for, as it is, to stdout."""
        _write(sys.stdout, text)

    def say(self, text: str) -> None:
        """Write a line of talk to stderr, unless the user wants quiet."""
        if not self.quiet:
            self.insist(_visible(text))

    def detail(self, text: str) -> None:
        """Write a line of talk that only `--verbose` asks for."""
        if self.verbose:
            self.say(text)

    def insist(self, text: str) -> None:
        """Write text to stderr that `--quiet` cannot hide, as it is."""
        with self.aside():
            _write(sys.stderr, f"{text}\n")

    def error(self, error: PipelinegenError) -> None:
        """Write the one line of an expected failure to stderr."""
        word = f"error[{error.rule}]" if error.rule else "error"
        if self.colors(sys.stderr):
            word = f"{_RED}{word}{_RESET}"
        self.insist(f"{word}: {_visible(str(error))}")

    def colors(self, stream: TextIO | None) -> bool:
        """Tell whether `stream` gets colour: the flag, our variable, the common ones, the terminal.

        https://no-color.org and https://force-color.org
        """
        wish = self.color or os.environ.get("PIPELINEGEN_COLOR")
        if wish in ("always", "never"):
            return wish == "always"
        if os.environ.get("NO_COLOR"):
            return False
        if any(os.environ.get(name, "0") not in ("", "0") for name in _FORCING):
            return True
        return self.steers(stream)

    @staticmethod
    def steers(stream: TextIO | None) -> bool:
        """Tell whether `stream` is a terminal that follows escape codes, links among them."""
        return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


_FORCING = ("FORCE_COLOR", "CLICOLOR_FORCE")


def _visible(text: str) -> str:
    from pipelinegen.report.visible import visible  # 10 ms that --help does not need

    return visible(text)


def _write(stream: TextIO | None, text: str) -> None:
    """Write UTF-8 with `\\n`, whatever the locale; a reader that went away is no fault of ours."""
    if stream is None:  # the shell closed it: >&-
        return
    try:
        stream.buffer.write(text.encode("utf-8", "backslashreplace"))
        stream.buffer.flush()
    except OSError as fault:
        # Python flushes once more at exit and would complain: give it somewhere to write to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if stream is sys.stdout and not isinstance(fault, BrokenPipeError):
            raise EnvironmentFault(
                f"cannot write the output: {str(fault.strerror).lower()}"
            ) from fault
