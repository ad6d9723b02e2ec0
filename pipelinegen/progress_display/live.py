"""Progress on a terminal: the trees of what is under way, redrawn in place on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING

from pipelinegen.display import Display
from pipelinegen.progress import (
    Asked,
    Ended,
    Following,
    Happened,
    Progress,
    Report,
    Started,
    Waiting,
)
from pipelinegen.progress_display.tree import ASCII, SIGNS, Line, Signs, Tree
from pipelinegen.records import Identity
from pipelinegen.report.pieces import rendered
from pipelinegen.services import Clock

if TYPE_CHECKING:
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

_REDRAWS = 2.0
"""Times a second: often enough for counters of seconds."""


def terminal(display: Display) -> Console:
    """Return stderr as a console that obeys our own rules about colour."""
    from rich.console import Console  # 40 ms, while the first line is to be there within 100

    return Console(
        file=sys.stderr,
        force_terminal=True,
        color_system="standard" if display.colors(sys.stderr) else None,
        no_color=False,
        legacy_windows=False,
    )


def signs_for(encoding: str | None) -> Signs:
    """Return the signs that a terminal of this encoding can show."""
    return SIGNS if (encoding or "").lower().startswith("utf") else ASCII


class Trees:
    """A tree for each stack under way; whoever writes to stderr meanwhile writes above them.

    An ended tree stays on the terminal as it was last.
    """

    def __init__(self, display: Display, clock: Clock, console: Callable[[], Console]) -> None:
        """`console` is called once there is something to draw."""
        self._display = display
        self._clock = clock
        self._open = console
        self._console: Console | None = None
        self._live: Live | None = None
        self._identities: dict[str, Identity] = {}
        self._trees: dict[str, Tree] = {}
        self._lock = Lock()  # a thread of rich redraws

    def __enter__(self) -> Report:
        self._display.aside = self._aside
        return self._report

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for stack in list(self._trees):
            self._leave(stack)
        self._display.aside = nullcontext

    def _report(self, progress: Progress) -> None:
        now = self._clock.now()
        match progress:
            case Started():
                self._identities[progress.stack] = progress.identity
            case Following():
                self._leave(progress.stack)
                with self._lock:
                    identity = self._identities.get(progress.stack)
                    self._trees[progress.stack] = Tree(progress, identity, now)
                self._draw()
            case Happened() | Waiting() if progress.stack in self._trees:
                with self._lock:
                    self._trees[progress.stack].take(progress, now)
                self._draw()
            case Ended():
                self._leave(progress.stack)
            case Asked():
                self._erase()
            case _:
                pass

    def _leave(self, stack: str) -> None:
        """Stop drawing a tree and leave its last state where it was."""
        with self._lock:
            tree = self._trees.pop(stack, None)
        if tree is not None and self._console is not None:
            lines = self._lines(tree, ended=True)
            color = self._display.colors(sys.stderr)
            text = "".join(rendered(line, color) for line in lines)
            self._display.insist(text.removesuffix("\n"))

    def _draw(self) -> None:
        """Draw or redraw; a terminal that went away must not stop what is under way."""
        from rich.live import Live

        with suppress(OSError):
            if self._live is not None:
                self._live.refresh()
                return
            self._console = self._console or self._open()
            self._live = Live(
                console=self._console,
                get_renderable=self._drawing,
                refresh_per_second=_REDRAWS,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )
            self._live.start(refresh=True)

    def _erase(self) -> None:
        live, self._live = self._live, None
        if live is not None:
            with suppress(OSError):
                live.stop()

    @contextmanager
    def _aside(self) -> Iterator[None]:
        drawn = self._live is not None
        self._erase()
        yield
        if drawn and self._trees:
            self._draw()

    def _drawing(self) -> Text:
        from rich.text import Text

        with self._lock:
            trees = list(self._trees.values())
            lines = [line for tree in trees for line in self._lines(tree, among=len(trees))]
        text = "".join(rendered(line, color=True) for line in lines)
        return Text.from_ansi(text, no_wrap=True, overflow="crop", end="")

    def _lines(self, tree: Tree, *, among: int = 1, ended: bool = False) -> list[Line]:
        """Return a tree; while it is drawn, `among` of them share the window with the cursor."""
        assert self._console is not None
        size = self._console.size
        return tree.lines(
            self._clock.now(),
            width=size.width,
            height=None if ended else max((size.height - 1) // among, 1),
            signs=signs_for(self._console.encoding),
            ended=ended,
        )
