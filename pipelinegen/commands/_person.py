"""The person at the terminal, who can be asked; or the flags that answer for one."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from pipelinegen.display import Display
from pipelinegen.errors import NotConfirmed


@dataclass(frozen=True, slots=True)
class Person:
    """Answers of a terminal. `yes` answers for a person, `silent` forbids to ask.

    `display` tells before each question what the output has hidden.
    """

    yes: bool
    silent: bool
    display: Display

    def confirm(self, question: str) -> None:
        """Return when the answer is yes; raise NotConfirmed otherwise."""
        if self.yes:
            return
        self._expect_somebody(question)
        if not self._answer(lambda: click.confirm(_shown(question), default=False, err=True)):
            raise NotConfirmed("the answer was no; nothing was changed")

    def confirm_by_name(self, question: str, name: str) -> None:
        """Return when `name` is typed, or where `yes` stands and nobody can type."""
        if self.yes and not self._present:
            return
        self._expect_somebody(question)
        prompt = f"{_shown(question)} Type '{name}' to go on"
        typed = self._answer(lambda: click.prompt(prompt, default="", show_default=False, err=True))
        if typed != name:
            raise NotConfirmed(f"that is not '{name}'; nothing was changed")

    @property
    def _present(self) -> bool:
        return not self.silent and sys.stdin.isatty() and sys.stderr.isatty()

    def _expect_somebody(self, question: str) -> None:
        if not self._present:
            raise NotConfirmed(f"nobody can answer: {question} Say yes with --yes")
        self.display.before_question()

    def _answer(self, ask: Callable[[], Any]) -> Any:
        """Ask; Ctrl-C at a question is the same as Ctrl-C anywhere else."""
        try:
            return ask()
        except click.Abort:
            self.display.insist("")  # what is said next begins its own line
            raise KeyboardInterrupt from None


def _shown(question: str) -> str:
    from pipelinegen.report.visible import visible  # `--help` needs no report

    return visible(question)
