"""`pipelinegen schema`: the JSON Schema of specs, for editors."""

from __future__ import annotations

import click

from pipelinegen.commands._options import display_options
from pipelinegen.display import Display
from pipelinegen.errors import ExitCode


@click.command()
@display_options
@click.pass_obj
def schema(display: Display) -> int:
    """Print the JSON Schema of specs."""
    from pipelinegen import bundled

    display.result(bundled.schema_text())
    return ExitCode.DONE
