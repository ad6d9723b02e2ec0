"""The spec and the branch that an online command works on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelinegen.commands._findings import show_findings
from pipelinegen.display import Display
from pipelinegen.errors import UsageError

if TYPE_CHECKING:
    from pipelinegen.diagnostics import Pointer
    from pipelinegen.document import Document
    from pipelinegen.fragment import Template
    from pipelinegen.model import Spec


@dataclass(frozen=True, slots=True)
class Subject:
    """A spec without errors, its template, and a branch of it."""

    document: Document
    spec: Spec
    template: Template
    branch: str

    @property
    def locate(self) -> Callable[[str], Pointer | None]:
        """Lead from a logical id to its place in the spec."""
        return self.template.origins.get


def subject(display: Display, path: str | None, branch: str | None) -> Subject | None:
    """Compile the spec and settle the branch; None once the errors of the spec were shown.

    Without a branch it is the one that is checked out; UsageError when there is none.
    """
    from pipelinegen.compiler import compile_spec
    from pipelinegen.git import current_branch
    from pipelinegen.specfile import read_spec

    file = read_spec(path)
    display.detail(f"reads '{file.name}'")
    compilation = compile_spec(file.name, file.content)
    show_findings(display, compilation)
    if compilation.spec is None or compilation.template is None:
        return None
    branch = branch if branch is not None else current_branch(Path(file.path).parent)
    if branch is None:
        raise UsageError(f"no branch is checked out where '{file.name}' lies; name one with -b")
    return Subject(compilation.document, compilation.spec, compilation.template, branch)
