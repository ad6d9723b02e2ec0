"""The stacks of `bootstrap` that serve every branch, each with all that deploying it takes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelinegen.commands._findings import show_findings
from pipelinegen.display import Display
from pipelinegen.errors import UsageError

if TYPE_CHECKING:
    from pipelinegen.model import Spec


@dataclass(frozen=True, slots=True)
class Support:
    """A stack, its template and tags, the spec it follows from, and the command that made it."""

    stack: str
    body: Mapping[str, Any]
    tags: Mapping[str, str]
    spec: Spec
    command: tuple[str, ...]


def store(read_accounts: Sequence[str]) -> Support:
    """Return the store; UsageError for what is no account."""
    for account in read_accounts:
        if not re.fullmatch("[0-9]{12}", account):
            raise UsageError(f"--read-account {account!r}: an account id is 12 digits")

    from pipelinegen.defaults import SHARED_STORE_STACK
    from pipelinegen.shared_store import shared_store_template
    from pipelinegen.support_stack import NO_SPEC

    readers = sorted(set(read_accounts))
    flags = [word for account in readers for word in ("--read-account", account)]
    return Support(
        stack=SHARED_STORE_STACK,
        body=shared_store_template(readers),
        tags={"pipelinegen:store": "artifacts"},
        spec=NO_SPEC,
        command=("bootstrap", "--store", *flags),
    )


def controller(display: Display, path: str | None, git_host: str) -> Support | None:
    """Return the controller of a spec; None once the errors of the spec were shown."""
    from pipelinegen.compiler import compile_spec
    from pipelinegen.controller import beyond, controller_template, origin, stack_of
    from pipelinegen.report.visible import visible
    from pipelinegen.specfile import place_in_checkout, read_spec

    file = read_spec(path)
    _, place = place_in_checkout(file.path)
    compilation = compile_spec(file.name, file.content)
    show_findings(display, compilation)
    spec = compilation.spec
    if spec is None or compilation.template is None:
        return None
    body = controller_template(spec, origin(spec, git_host), place)
    for message in beyond(compilation.template.body, spec.name):
        display.say(visible(f"warning: {message}"))
    named = () if path is None else ("--spec", path)
    host = () if git_host == "github" else ("--git-host", git_host)
    return Support(
        stack=stack_of(spec.name),
        body=body,
        tags={"pipelinegen:controller": spec.name},
        spec=spec,
        command=("bootstrap", "--controller", *named, *host),
    )
