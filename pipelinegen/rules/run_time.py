"""Rules about `#{Name.Variable}`: who sets it, when, and where it may be read."""

from __future__ import annotations

from collections.abc import Iterator

from pipelinegen.diagnostics import Note, nearest
from pipelinegen.leaves import Leaves, Reading
from pipelinegen.model import Action, Pipeline
from pipelinegen.resolve import resolve
from pipelinegen.rules._misplaced import misplaced_namespaces
from pipelinegen.rules._reads import Read, is_replaced, reads
from pipelinegen.rules._rule import Finding, rule
from pipelinegen.rules._words import cut, instead, listed, quoted
from pipelinegen.text import Text, Variable
from pipelinegen.variables import RESERVED, setters

_EXECUTION_VARIABLES = ("PipelineExecutionId",)
"""https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-variables.html"""

_EXPORTS = ("exported-variables", "output-variables")
_EMITTED = "Variables"
_MOST_NOTES = 3


@rule()
def unknown_variable(reading: Reading) -> Iterator[Finding]:
    """`#{Name.Variable}` must be set by an earlier action, `#{variables.X}` be declared.

    AWS finds out while the pipeline runs: the action that reads the variable fails, or gets the
    text as it stands.

    bad:
        - approval: {custom-data: "Release #{Source.CommitIdd}?"}
    good:
        - approval: {custom-data: "Release #{Source.CommitId}?"}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-variables.html
    """
    yield from _in_wrong_places(reading.texts)
    for read in reads(reading):
        if not read.set_before and not read.others:
            if read.variable.namespace not in misplaced_namespaces(reading.pipeline.spec):
                yield _without_setter(read, reading.pipeline)
        elif len(read.set_before) == 1:
            yield from _not_exported(read, read.set_before[0])


@rule()
def variable_not_yet_set(reading: Reading) -> Iterator[Finding]:
    """The action that sets a variable must have finished before another reads it.

    Actions of one group run beside each other, so none can read what another sets.

    bad:
        - parallel:
            - action: Unit
              codebuild-test: {buildspec: unit.yml}
            - action: Report
              codebuild-test: {buildspec: report.yml, env: {RESULT: "#{Unit.RESULT}"}}
    good:
        - action: Unit
          codebuild-test: {buildspec: unit.yml}
        - action: Report
          codebuild-test: {buildspec: report.yml, env: {RESULT: "#{Unit.RESULT}"}}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-variables.html
    """
    for read in reads(reading):
        if read.set_before or not read.others:
            continue
        setter = read.others[0]
        yield Finding(
            f"{cut(read.variable)}: {_when(read.reader, setter)}",
            read.at,
            hint="read it in a later item of the list, or in a later stage"
            if read.reader is not None
            else "read what an earlier stage sets, or check it under on-success:",
            notes=(Note(setter.origin, "it is set here"),) if setter is not read.reader else (),
        )


@rule()
def ambiguous_variable(reading: Reading) -> Iterator[Finding]:
    """A variable must be set by one earlier action, not by several of the same name.

    Action names are unique within a stage only; a `namespace` tells actions of stages apart.

    bad:
        stages:
          - stage: Test
            actions: [{action: Run, lambda: {function-name: test}}]
          - stage: Check
            actions: [{action: Run, lambda: {function-name: check}}]
          - stage: Release
            actions: [{approval: {custom-data: "#{Run.Result}"}}]
    good:
        stages:
          - stage: Test
            actions: [{action: Run, lambda: {function-name: test}, namespace: Tested}]
          - stage: Check
            actions: [{action: Run, lambda: {function-name: check}}]
          - stage: Release
            actions: [{approval: {custom-data: "#{Tested.Result}"}}]
    """
    for read in reads(reading):
        sharing = [action for action in read.set_before if action.namespace is not None]
        if len(read.set_before) < 2 or len(sharing) == len(read.set_before):
            continue
        name = quoted(read.variable.namespace)
        yield Finding(
            f"{cut(read.variable)}: several earlier actions are named {name}",
            read.at,
            hint="give the one that is meant a namespace: and read that",
            notes=tuple(
                Note(action.origin, f"one is here, in stage {quoted(action.stage)}")
                for action in read.set_before[:_MOST_NOTES]
            ),
        )


@rule()
def variable_in_source(leaves: Leaves) -> Iterator[Finding]:
    """A source cannot read run-time variables: nothing has run yet that could set one.

    bad:
        sources:
          - codecommit: {repository-name: shop, branch-name: "#{variables.Branch}"}
        variables: [{variable: Branch, default: main}]
    good:
        sources:
          - codecommit: {repository-name: shop, branch-name: main}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-variables.html
    """
    for leaf in leaves:
        if leaf.in_source and leaf.type == "Text" and "#{" in leaf.value:
            for variable in dict.fromkeys(Text.parse(leaf.value).variables):
                yield Finding(
                    f"{cut(variable)} has no value yet in a source",
                    leaf.at,
                    hint="use ${value:…} or ${param:…}, which are settled at deploy time",
                )


def _in_wrong_places(texts: Leaves) -> Iterator[Finding]:
    """Find variables that stand outside of action bodies, and those of no action."""
    for leaf in texts:
        if "#{" not in leaf.value or leaf.type not in ("Text", "ArtifactPath") or leaf.in_source:
            continue
        replaced = is_replaced(leaf)
        for variable in dict.fromkeys(Text.parse(leaf.value).variables):
            if not replaced:
                yield Finding(
                    f"{cut(variable)} is not replaced in {quoted(leaf.key)}, which is settled "
                    "before the pipeline runs",
                    leaf.at,
                    hint="use ${value:…} or ${param:…}",
                )
            elif not variable.namespace:
                yield Finding(
                    f"{cut(variable)} names no action",
                    leaf.at,
                    hint=f"write #{{Action.{cut(variable.name)}}}, or #{{variables.…}} for a "
                    "variable of the pipeline",
                )
            elif variable.namespace in RESERVED:
                yield from _of_pipeline(variable, leaf.at, texts)


def _of_pipeline(variable: Variable, at: tuple[str | int, ...], texts: Leaves) -> Iterator[Finding]:
    declared = {entry["variable"] for entry in texts.spec.data.get("variables", ())}
    if variable.namespace == "codepipeline":
        known, otherwise = set(_EXECUTION_VARIABLES), None
    else:
        known, otherwise = declared, "declare it under the top-level variables:"
    if variable.name not in known:
        yield Finding(
            f"{cut(variable)}: there is no variable {quoted(variable.name)}",
            at,
            hint=instead(variable.name, known, otherwise=otherwise),
        )


def _without_setter(read: Read, pipeline: Pipeline) -> Finding:
    variable, name = read.variable, read.variable.namespace
    spec = pipeline.spec
    elsewhere = [
        one.name for one in spec.branch_rules if setters(variable, resolve(spec, one).actions)
    ]
    if elsewhere:
        on = f"branch rule{'s' if len(elsewhere) > 1 else ''} {listed(elsewhere)}"
        return Finding(
            f"{cut(variable)}: {quoted(name)} lives on {on} only",
            read.at,
            hint="read it only where it lives: add only: to this action",
        )
    actions = list(pipeline.actions)
    written = next(
        (action.namespace for action in actions if action.name == name and action.namespace), None
    )
    names = {action.namespace or action.name for action in actions}
    stem = name.removesuffix(_EMITTED)
    if written is not None:
        hint: str | None = f"its variables are read as {Variable(written, variable.name)}"
    elif stem in names:
        hint = f"write {Variable(stem, variable.name)}; the namespace is made from that name"
    else:
        hint = instead(name, names | RESERVED)
    return Finding(f"{cut(variable)}: no action {quoted(name)} sets variables", read.at, hint=hint)


def _not_exported(read: Read, setter: Action) -> Iterator[Finding]:
    exported = setter.row.exports(setter.body)
    wanted = read.variable.name
    if exported is None or wanted in exported:
        return
    list_key = next((key for key in _EXPORTS if key in setter.row.keys), None)
    add = f"add it to {list_key}: of {setter.name}" if list_key is not None else None
    no = f"exports no {quoted(wanted)}" if exported or add else "sets no variables"
    yield Finding(
        f"{cut(read.variable)}: {setter.name} {no}",
        read.at,
        hint=add if add and nearest(wanted, exported) is None else instead(wanted, exported),
        notes=(Note(setter.origin, "it would be set here"),),
    )


def _when(reader: Action | None, setter: Action) -> str:
    if reader is None:
        return f"{setter.name} runs after this check"
    if reader.origin == setter.origin and reader.name == setter.name:
        return "an action cannot read its own variables"
    if (reader.stage, reader.order) == (setter.stage, setter.order):
        return f"{setter.name} runs in the same group, so its variables are not set yet"
    return f"{setter.name} runs later, in stage {quoted(setter.stage)}"


RULES = (unknown_variable, variable_not_yet_set, ambiguous_variable, variable_in_source)
