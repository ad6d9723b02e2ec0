"""Rules about branch rules whose branches share one stack: what starts it, and what it may read."""

from __future__ import annotations

from collections.abc import Iterator

from pipelinegen.branches import rule_for
from pipelinegen.defaults import EXECUTION_MODE
from pipelinegen.diagnostics import Severity
from pipelinegen.leaves import Leaf, Reading
from pipelinegen.model import Pipeline, Spec
from pipelinegen.names import branch_slug, stack_name
from pipelinegen.resolve import lives
from pipelinegen.rule_trigger import takes_pushes
from pipelinegen.rules._rule import Finding, rule
from pipelinegen.rules._served import served
from pipelinegen.rules._words import quoted
from pipelinegen.text import Text

_SUBSTITUTED = frozenset({"Text", "ArtifactPath"})
_DECLARED = {"projects": "project", "functions": "function", "topics": "topic", "roles": "role"}


@rule()
def shared_stack_source(pipeline: Pipeline) -> Iterator[Finding]:
    """The first source of a shared stack is a `connection`, and the branch rule says its branch.

    With `stack: per-rule` one pipeline serves all branches of the rule. Only the trigger of a
    connection takes branches by pattern and hands on which one was pushed. A run that no push
    started reads `default-branch`.

    bad:
        branches: [{branch: feature/*, stack: per-rule, default-branch: develop}]
        execution-mode: QUEUED
        sources:
          - codecommit: {repository-name: shop}
    good:
        branches: [{branch: feature/*, stack: per-rule, default-branch: develop}]
        execution-mode: QUEUED
        sources:
          - connection:
              connection-arn: arn:aws:codeconnections:eu-west-1:111111111111:connection/a
              full-repository-id: acme/shop
    https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-filter.html
    """
    if not pipeline.rule.is_shared or not pipeline.sources:
        return
    source = pipeline.sources[0]
    if not takes_pushes(source):
        yield Finding(
            f"{quoted(source.row.key)} cannot start one pipeline for all branches of "
            f"{quoted(pipeline.rule.name)}",
            source.body_origin,
            hint="put a connection first, or use stack: per-branch",
            on_key=True,
        )
    elif "branch-name" in source.body:
        yield Finding(
            f"default-branch of {quoted(pipeline.rule.name)} says what this source reads",
            (*source.body_origin, "branch-name"),
            hint="leave branch-name: out",
            on_key=True,
        )


@rule()
def shared_stack_branch_text(reading: Reading) -> Iterator[Finding]:
    """`${branch:…}` is one text for all branches that share a stack; read the run's own branch.

    The stack of a rule with `stack: per-rule` is deployed once, so these references would name the
    rule, or its `default-branch`. `#{Source.BranchName}` is the branch that a run builds. The
    `pipeline-name`, which the branches share, may hold them.

    bad:
        branches: [{branch: feature/*, stack: per-rule, default-branch: develop}]
        execution-mode: QUEUED
        sources:
          - connection:
              connection-arn: arn:aws:codeconnections:eu-west-1:111111111111:connection/a
              full-repository-id: acme/shop
        stages:
          - stage: Build
            actions:
              - codebuild: {buildspec: buildspec.yml, env: {BRANCH: "${branch:name}"}}
    good:
        branches: [{branch: feature/*, stack: per-rule, default-branch: develop}]
        execution-mode: QUEUED
        sources:
          - connection:
              connection-arn: arn:aws:codeconnections:eu-west-1:111111111111:connection/a
              full-repository-id: acme/shop
        stages:
          - stage: Build
            actions:
              - codebuild: {buildspec: buildspec.yml, env: {BRANCH: "#{Source.BranchName}"}}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-variables.html
    """
    pipeline = reading.pipeline
    if not pipeline.rule.is_shared:
        return
    source = next((one.namespace or one.name for one in pipeline.sources), "Source")
    for leaf in reading.texts:
        if leaf.type not in _SUBSTITUTED or not _lives(pipeline, leaf):
            continue
        for ref in dict.fromkeys(Text.parse(leaf.value).refs):
            if ref.kind == "branch":
                yield Finding(
                    f"{quoted(ref)} is the same for all branches of {quoted(pipeline.rule.name)}, "
                    "which share a stack",
                    leaf.at,
                    hint=f"read #{{{source}.BranchName}}, or use stack: per-branch",
                )


@rule(Severity.WARNING)
def shared_stack_superseded(spec: Spec) -> Iterator[Finding]:
    """Branches that share a stack should not supersede each other.

    In execution mode SUPERSEDED, the default, a waiting run gives way to a later one. In a shared
    stack that may be the run of another branch, which then is never built.

    bad:
        branches: [{branch: feature/*, stack: per-rule, default-branch: develop}]
        sources:
          - connection:
              connection-arn: arn:aws:codeconnections:eu-west-1:111111111111:connection/a
              full-repository-id: acme/shop
    good:
        branches: [{branch: feature/*, stack: per-rule, default-branch: develop}]
        execution-mode: QUEUED
        sources:
          - connection:
              connection-arn: arn:aws:codeconnections:eu-west-1:111111111111:connection/a
              full-repository-id: acme/shop
    https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html#concepts-how-it-works-executions-superseded
    """
    mode = spec.data.get("execution-mode", EXECUTION_MODE)
    if spec.data.get("patch", {}).get("ExecutionMode", mode) != EXECUTION_MODE:
        return
    for branch_rule in spec.branch_rules:
        names = served(branch_rule)
        if branch_rule.is_shared and (names is None or len(names) > 1):
            yield Finding(
                f"branches of {quoted(branch_rule.name)} share a stack and would supersede each "
                "other",
                (*branch_rule.origin, "stack"),
                hint="set execution-mode: QUEUED or PARALLEL",
            )


@rule()
def shared_stack_name_taken(spec: Spec) -> Iterator[Finding]:
    """The stack that branches share is named after their rule; no other branch may have that name.

    A branch of another rule that is named like the id of this one would have the same stack.

    bad:
        branches:
          - {branch: work, match: ["feature/*"], stack: per-rule, default-branch: develop}
          - {branch: others, match: ["**"]}
        execution-mode: QUEUED
        sources:
          - connection:
              connection-arn: arn:aws:codeconnections:eu-west-1:111111111111:connection/a
              full-repository-id: acme/shop
    good:
        branches:
          - {branch: work, match: ["feature/*"], stack: per-rule, default-branch: develop}
          - {branch: others, match: ["**", "!work"]}
        execution-mode: QUEUED
        sources:
          - connection:
              connection-arn: arn:aws:codeconnections:eu-west-1:111111111111:connection/a
              full-repository-id: acme/shop
    """
    for branch_rule in spec.branch_rules:
        name = branch_rule.id
        taker = rule_for(spec.branch_rules, name) if branch_rule.is_shared else None
        if taker is not None and not taker.is_shared:
            stack = stack_name(spec.name, branch_slug(name))
            yield Finding(
                f"stack {quoted(stack)} of all branches of {quoted(branch_rule.name)} would be "
                f"that of branch {quoted(name)}, which {quoted(taker.name)} takes",
                (*branch_rule.origin, "stack"),
                hint=f"add '!{name}' to match: there, or give this rule another name",
            )


def _lives(pipeline: Pipeline, leaf: Leaf) -> bool:
    """Tell whether a text says something on the branch rule of a pipeline."""
    section, *steps = leaf.at
    if section == "pipeline-name":
        return False
    if section == "branches":
        return leaf.at[:2] == pipeline.rule.origin
    if section == "targets":
        return any(one.target and one.target.name == steps[0] for one in pipeline.actions)
    if section in _DECLARED:
        return (_DECLARED[str(section)], steps[0]) in pipeline.references
    node = pipeline.spec.data[str(section)]
    for step in steps:
        node = node[step]
        narrows = isinstance(node, dict) and isinstance(node.get("only"), list)
        if narrows and not lives(node, pipeline.rule):
            return False
    return True


RULES = (
    shared_stack_source,
    shared_stack_branch_text,
    shared_stack_superseded,
    shared_stack_name_taken,
)
