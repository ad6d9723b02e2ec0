"""`pipelinegen list`: the pipelines of a spec that exist."""

from __future__ import annotations

import click

from pipelinegen.commands._findings import show_findings
from pipelinegen.commands._online import Online, connection, online_options
from pipelinegen.commands._options import display_options
from pipelinegen.display import Display
from pipelinegen.errors import ExitCode


@click.command("list")
@click.argument("spec", required=False)
@click.option("--all-regions", is_flag=True, help="Look into every region that the account uses.")
@online_options("text", "json")
@display_options
@click.pass_obj
def list_(display: Display, spec: str | None, *, all_regions: bool, online: Online) -> int:
    """List the branches that have a pipeline.

    One line for each stack that this spec's pipeline tags as its own: branch, rule, status of the
    stack and of the last execution.
    """
    from pipelinegen.compiler import check
    from pipelinegen.life_cycle.overview import overview
    from pipelinegen.overview_text import counts, overview_json, overview_text
    from pipelinegen.specfile import read_spec

    file = read_spec(spec)
    display.detail(f"reads '{file.name}'")
    compilation = check(file.name, file.content)
    if compilation.spec is None or compilation.failed:
        show_findings(display, compilation)
        return ExitCode.FINDINGS
    aws = connection(display, online, compilation.spec)
    found = overview(compilation.spec, aws, all_regions=all_regions, say=display.say)
    if online.output == "json":
        display.result(overview_json(found, compilation.spec.name))
    else:
        display.result(overview_text(found))
    where = "any region" if all_regions else aws.identity.region
    name = compilation.spec.name
    for line in counts(found) or [f"no branch has a pipeline of '{name}' in {where}"]:
        display.say(line)
    return ExitCode.DONE
