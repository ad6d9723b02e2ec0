"""`pipelinegen init`: a first spec for the project at hand."""

from __future__ import annotations

import click

from pipelinegen.commands._options import display_options
from pipelinegen.commands._questions import answer
from pipelinegen.commands._workflow import write_workflow
from pipelinegen.display import Display
from pipelinegen.errors import ExitCode

STARTERS = (
    "minimal",
    "gitflow",
    "container",
    "static-site",
    "api-tests",
    "nested-cloudformation",
    "custom-job",
)
"""Files of templates/, in the order in which they are offered."""

SOURCES = ("codecommit", "connection", "s3")
HOSTS = ("github", "gitlab", "bitbucket")
LOCAL_SCHEMA = ".pipelinegen.schema.json"
"""The copy of the schema that lies beside the spec."""


@click.command()
@click.option("--starter", type=click.Choice(STARTERS), help="What to begin with.")
@click.option("--pipeline", metavar="NAME", help="The application's name.")
@click.option("--source", "kind", type=click.Choice(SOURCES), help="Where the code lies.")
@click.option("--repository", metavar="NAME", help="NAME, OWNER/NAME or BUCKET/KEY.")
@click.option("--main-branch", metavar="NAME", help="The branch that goes to production.")
@click.option("--schema", metavar="URL", help=f"Named on line 1 instead of {LOCAL_SCHEMA}.")
@click.option("-o", "--output", metavar="PATH|-", default="pipelinegen.yaml", show_default=True)
@click.option("--ci", type=click.Choice(HOSTS), help="Write this host's workflow instead.")
@click.option("--force", is_flag=True, help="Overwrite a file that is there.")
@click.option("-y", "--yes", is_flag=True, envvar="PIPELINEGEN_YES", help="Take what git tells.")
@click.option("--no-input", is_flag=True, envvar="PIPELINEGEN_NO_INPUT", help="Ask nothing.")
@display_options
@click.pass_obj
def init(
    display: Display,
    *,
    starter: str | None,
    pipeline: str | None,
    kind: str | None,
    repository: str | None,
    main_branch: str | None,
    schema: str | None,
    output: str,
    ci: str | None,
    force: bool,
    yes: bool,
    no_input: bool,
) -> int:
    """Write a first spec for this project.

    Names come from git; editors find the schema beside it. With --ci: for the spec that is there,
    the workflow by which the git host's CI runs sync.
    """
    if ci is not None:
        return write_workflow(display, ci, force=force)

    from functools import partial
    from pathlib import Path

    from pipelinegen import bundled
    from pipelinegen.atomic import write_whole
    from pipelinegen.repository import Repository
    from pipelinegen.specfile import refuse_present
    from pipelinegen.starters import Project, expect_pipeline, fill
    from pipelinegen.surroundings import suggest

    if output != "-":
        refuse_present(output, force=force)
    found = suggest(Path.cwd())
    ask = partial(answer, silent=yes or no_input)
    starter = ask(starter, "Starter", default=STARTERS[0], choices=STARTERS)
    pipeline = ask(
        pipeline, "Name of the application", default=found.pipeline, expect=expect_pipeline
    )
    kind = ask(kind, "Source", default=found.source.kind, choices=SOURCES)
    usual = found.source if kind == found.source.kind else Repository.example(kind, pipeline)
    repository = ask(repository, "Repository", default=usual.name)
    main_branch = ask(main_branch, "Branch of production", default=found.main_branch)
    project = Project(pipeline, Repository(kind, repository), main_branch)
    address = schema if schema is not None else f"./{LOCAL_SCHEMA}"
    text = fill(bundled.starter(starter), project, schema=address)

    if output == "-":
        display.result(text)
        return ExitCode.DONE
    if schema is None:
        beside = Path(output).with_name(LOCAL_SCHEMA)
        write_whole(beside, bundled.schema_text())
    write_whole(output, text)
    display.say(f"wrote '{output}', starter {starter}, source {kind} {repository}")
    display.say("next: pipelinegen lint")
    return ExitCode.DONE
