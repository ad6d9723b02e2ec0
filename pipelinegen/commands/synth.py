"""`pipelinegen synth`: the CloudFormation template of a spec."""

from __future__ import annotations

import click

from pipelinegen.commands._findings import show_findings
from pipelinegen.commands._options import branch_option, display_options
from pipelinegen.display import Display
from pipelinegen.errors import ExitCode, UsageError


@click.command()
@click.argument("spec", required=False)
@branch_option
@click.option("-o", "--output", metavar="FILE|-", help="Write to a file, whole or not at all.")
@click.option("--format", "form", type=click.Choice(["yaml", "json"]), default="yaml")
@click.option("--check", is_flag=True, help="Exit with 1 and a diff unless the file is current.")
@display_options
@click.pass_obj
def synth(
    display: Display,
    spec: str | None,
    *,
    branch: str | None,
    output: str | None,
    form: str,
    check: bool,
) -> int:
    """Print the CloudFormation template.

    It serves all branch rules, or with -b that branch alone, without parameters. --check compares
    the file of -o, by default <spec>.template.yaml beside the spec.
    """
    import shlex

    from pipelinegen import dump, stale
    from pipelinegen.atomic import write_whole
    from pipelinegen.compiler import compile_spec
    from pipelinegen.selection import parameters, rule_of
    from pipelinegen.specfile import existing_content, read_spec
    from pipelinegen.specialise import specialise

    if check and output == "-":
        raise UsageError("--check compares a file; '-' is none")
    file = read_spec(spec)
    display.detail(f"reads '{file.name}'")
    compilation = compile_spec(file.name, file.content)
    show_findings(display, compilation)
    if compilation.spec is None or compilation.template is None:
        return ExitCode.FINDINGS

    body = compilation.template.body
    if branch is not None:
        rule = rule_of(compilation.spec.branch_rules, branch)
        body = specialise(body, parameters(rule, branch), drop_unused=True)
    text = dump.to_json(body) if form == "json" else dump.to_yaml(body)

    if check:
        path = output or file.template_path(form)
        difference = stale.difference(path, existing=existing_content(path), expected=text)
        if not difference:
            return ExitCode.DONE
        display.result(difference)
        again = ["pipelinegen", "synth", file.path, "-o", path]
        again += ["-b", branch] if branch is not None else []
        again += ["--format", form] if form != "yaml" else []
        display.say(f"'{path}' is not current; write it with: {shlex.join(again)}")
        return ExitCode.FINDINGS
    if output in (None, "-"):
        display.result(text)
    else:
        write_whole(output, text)
        display.say(f"wrote '{output}'")
    return ExitCode.DONE
