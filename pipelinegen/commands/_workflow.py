"""`init --ci`: the workflow of a git host for the spec that is there."""

from __future__ import annotations

from pipelinegen.commands._findings import show_findings
from pipelinegen.display import Display
from pipelinegen.errors import ExitCode, NotConfirmed


def write_workflow(display: Display, host: str, *, force: bool) -> int:
    """Write the workflow of a host; NotConfirmed where one is there already."""
    from pipelinegen import bundled
    from pipelinegen.atomic import write_whole
    from pipelinegen.compiler import compile_spec
    from pipelinegen.specfile import place_in_checkout, read_spec
    from pipelinegen.workflow import PLACES, filled

    file = read_spec(None)
    top, spec_path = place_in_checkout(file.path)
    compilation = compile_spec(file.name, file.content)
    show_findings(display, compilation)
    if compilation.spec is None:
        return ExitCode.FINDINGS
    text = filled(bundled.workflow(host), compilation.spec, spec_path)
    place = PLACES[host]
    path = top / place.path
    if path.exists() and not force:
        raise NotConfirmed(f"'{place.path}' is already here; overwrite it with --force")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, text)
    display.say(f"wrote '{place.path}'; its role and what it may do: docs/bootstrap.md")
    display.say(f"next: {place.then}")
    return ExitCode.DONE
