"""`pipelinegen bootstrap`: the stacks that serve every branch: artifact store and controller."""

from __future__ import annotations

import click

from pipelinegen.commands._online import Online, connection, online_options, timeout_option
from pipelinegen.commands._options import display_options
from pipelinegen.commands._person import Person
from pipelinegen.commands._support import controller as controller_of
from pipelinegen.commands._support import store as store_for
from pipelinegen.display import Display
from pipelinegen.errors import ExitCode, UsageError


@click.command()
@click.option("--store", is_flag=True, help="The artifact store that pipelines share.")
@click.option("--controller", is_flag=True, help="What runs sync in AWS by itself.")
@click.option("--print", "prints", is_flag=True, help="Print the template; nothing is deployed.")
@click.option(
    "--read-account",
    "read_accounts",
    multiple=True,
    metavar="ID",
    help="Another account that works with the artifacts; may be repeated.",
)
@click.option("--spec", metavar="PATH", help="The spec that the controller follows.")
@click.option(
    "--git-host",
    type=click.Choice(["github", "gitlab", "bitbucket"]),
    default="github",
    show_default=True,
    help="Whose repository a connection leads to.",
)
@click.option("--format", "form", type=click.Choice(["yaml", "json"]), default="yaml")
@click.option("--allow-downgrade", is_flag=True, help="Accept a stack of a newer pipelinegen.")
@timeout_option
@online_options("text", "json", "jsonl", role=True, asks=True)
@display_options
@click.pass_obj
def bootstrap(
    display: Display,
    *,
    store: bool,
    controller: bool,
    prints: bool,
    read_accounts: tuple[str, ...],
    spec: str | None,
    git_host: str,
    form: str,
    allow_downgrade: bool,
    timeout: float,
    online: Online,
) -> int:
    """Deploy what serves every branch, once in each account and region.

    --store: bucket and key for pipelines that say artifact-store: {shared: true}. --controller:
    what brings the stacks of all branches to what the spec says when branches come and go, and
    every hour.
    """
    if store and controller:
        raise UsageError("--store and --controller exclude each other; run bootstrap for each")
    if not (store or controller or prints):
        raise UsageError("name what to deploy: --store or --controller")
    wanted = controller_of(display, spec, git_host) if controller else store_for(read_accounts)
    if wanted is None:
        return ExitCode.FINDINGS
    if prints:
        from pipelinegen import dump

        display.result(dump.to_json(wanted.body) if form == "json" else dump.to_yaml(wanted.body))
        return ExitCode.DONE

    from pipelinegen.life_cycle import deploy as life_cycle
    from pipelinegen.life_cycle.run import Options
    from pipelinegen.progress_display import reporter
    from pipelinegen.support_stack import NO_SPEC, support_stack

    aws = connection(display, online, wanted.spec, minutes=timeout)
    deployment = support_stack(
        wanted.stack,
        wanted.body,
        tags=wanted.tags,
        command=wanted.command,
        role_arn=online.role_arn,
    )
    nowhere: dict[str, tuple[str, ...]] = {}
    with reporter(
        display,
        output=online.output,
        document=None,
        locate=nowhere.get,
        clock=aws.clock,
        command="bootstrap",
    ) as report:
        ended = life_cycle.deploy(
            deployment,
            aws,
            Person(online.yes, online.no_input, display),
            report,
            Options(allow_downgrade=allow_downgrade, minutes=timeout),
            spec=NO_SPEC,  # nothing in these templates has a place in a spec
            locate=nowhere.get,
        )
        report(ended)
    return ended.exit_code
