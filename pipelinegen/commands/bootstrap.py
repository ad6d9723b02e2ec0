"""`pipelinegen bootstrap`: the artifact store that pipelines of one account and region share."""

from __future__ import annotations

import re

import click

from pipelinegen.commands._options import display_options
from pipelinegen.display import Display
from pipelinegen.errors import ExitCode, UsageError


@click.command()
@click.option("--print", "prints", is_flag=True, help="Print the template; nothing is deployed.")
@click.option(
    "--read-account",
    "read_accounts",
    multiple=True,
    metavar="ID",
    help="Another account that works with the artifacts; may be repeated.",
)
@click.option("--format", "form", type=click.Choice(["yaml", "json"]), default="yaml")
@display_options
@click.pass_obj
def bootstrap(display: Display, *, prints: bool, read_accounts: tuple[str, ...], form: str) -> int:
    """Print the template of the shared artifact store: bucket, key and where to find them.

    Deploy it once in each account and region whose pipelines say artifact-store: {shared: true}.
    """
    if not prints:
        raise UsageError("bootstrap does not deploy yet; print the template with --print")
    for account in read_accounts:
        if not re.fullmatch("[0-9]{12}", account):
            raise UsageError(f"--read-account {account!r}: an account id is 12 digits")

    from pipelinegen import dump
    from pipelinegen.shared_store import shared_store_template

    body = shared_store_template(sorted(set(read_accounts)))
    display.result(dump.to_json(body) if form == "json" else dump.to_yaml(body))
    return ExitCode.DONE
