"""Rules about the stacks that CloudFormation actions make, change and delete."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelinegen.branches import rule_for
from pipelinegen.coverage import taken_branch
from pipelinegen.diagnostics import Note, Pointer, Severity
from pipelinegen.model import SELF_UPDATE, Action, BranchRule, Pipeline, Spec
from pipelinegen.names import BRANCH_SLUG_PATTERN, SLUG_LENGTH, branch_slug, stack_name
from pipelinegen.rules._known import foreign_account, other_region
from pipelinegen.rules._rule import Finding, Pipelines, rule
from pipelinegen.rules._served import is_pattern, served
from pipelinegen.rules._stacks import EXECUTE, MAKE_CHANGE_SET, StackWork, may_equal, stack_work
from pipelinegen.rules._words import quoted
from pipelinegen.text import Ref, Text
from pipelinegen.variables import earlier
from pipelinegen.wiring import groups

_ITSELF = "this pipeline itself"
_OWN_STACK = Ref("AWS", "StackName")
_HASHED = re.compile(r"(.+)-[0-9a-f]{6}")


@rule()
def change_set_order(pipeline: Pipeline) -> Iterator[Finding]:
    """A change set must be made by an earlier action before one executes it.

    An executed change set is gone, so the action that makes it belongs into every run, before the
    one that executes it and in another item of the list.

    bad:
        - cfn-execute: {stack-name: shop, change-set-name: pipeline}
    good:
        - cfn-change-set:
            stack-name: shop
            change-set-name: pipeline
            template-path: Build::template.yaml
            role-arn: ${role:Deploy}
        - cfn-execute: {stack-name: shop, change-set-name: pipeline}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html
    """
    for action in pipeline.actions:
        work = stack_work(pipeline, action)
        if work is None or work.mode != EXECUTE or work.change_set is None:
            continue
        before = [stack_work(pipeline, other) for other in earlier(pipeline, action)]
        if not any(made is not None and _makes(made, work) for made in before):
            yield Finding(
                f"no earlier action makes change set {quoted(work.change_set.source())} "
                f"of stack {quoted(work.stack.source())}",
                work.change_set_at,
                hint="put a cfn-change-set with the same names before it",
            )


@rule(Severity.WARNING)
def same_stack_beside(pipeline: Pipeline) -> Iterator[Finding]:
    """Two actions of one group must not work on the same stack.

    CloudFormation changes a stack once at a time, so one of the two fails.

    bad:
        - parallel:
            - action: Network
              cfn-deploy:
                stack-name: shop
                template-path: Build::network.yaml
                role-arn: ${role:Deploy}
            - action: Service
              cfn-deploy:
                stack-name: shop
                template-path: Build::service.yaml
                role-arn: ${role:Deploy}
    good:
        - parallel:
            - action: Network
              cfn-deploy:
                stack-name: shop-network
                template-path: Build::network.yaml
                role-arn: ${role:Deploy}
            - action: Service
              cfn-deploy:
                stack-name: shop-service
                template-path: Build::service.yaml
                role-arn: ${role:Deploy}
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks.html
    """
    for stage in pipeline.stages:
        for group in groups(stage):
            first: dict[object, StackWork] = {}
            for action in group:
                work = stack_work(pipeline, action)
                if work is None:
                    continue
                known = first.setdefault((work.stack, work.where), work)
                if known is not work and not _are_two_change_sets(known, work):
                    note = Note(known.stack_at, "the other action")
                    yield Finding(
                        "two actions of one group work on stack "
                        f"{quoted(work.stack.source())} at the same time",
                        work.stack_at,
                        hint="put one behind the other, outside of the group",
                        notes=(note,) if known.stack_at != work.stack_at else (),
                    )


@rule()
def self_replacing_stack(pipelines: Pipelines) -> Iterator[Finding]:
    """A CloudFormation action must not work on the stack of a pipeline of this spec.

    The pipeline of a branch is the stack `<pipeline>-<slug>-pipeline`. An action on a stack of that
    name would replace the running pipeline by the application, or delete it; `${AWS::StackName}` is
    that stack, too. The one exception is `self-update:`, which deploys the pipeline's own template.

    bad:
        - cfn-deploy:
            stack-name: shop-${branch:slug}-pipeline
            template-path: Build::template.yaml
            role-arn: ${role:Deploy}
    good:
        - cfn-deploy:
            stack-name: shop-${branch:slug}
            template-path: Build::template.yaml
            role-arn: ${role:Deploy}
    """
    whose: dict[Pointer, tuple[str, str]] = {}
    for pipeline in pipelines.values():
        for action in pipeline.actions:
            work = None if action.origin == SELF_UPDATE else stack_work(pipeline, action)
            if work is None or not _is_suspect(work.stack) or _is_elsewhere(pipeline, action):
                continue
            for branch in _branches(pipeline.spec, pipeline.rule):
                owner = _owner(pipeline.spec, work.stack, pipeline.rule.namesake(branch))
                if owner is not None and whose.get(work.stack_at, ("", ""))[1] != _ITSELF:
                    whose[work.stack_at] = (work.written, owner)
    for at, (stack, owner) in whose.items():
        yield Finding(
            f"{quoted(stack)} is the stack of {owner}",
            at,
            hint="a run would replace or delete it; give the stack another name",
        )


def _is_elsewhere(pipeline: Pipeline, action: Action) -> bool:
    return other_region(pipeline, action) is not None or (
        foreign_account(pipeline, action) is not None
    )


def _makes(made: StackWork, wanted: StackWork) -> bool:
    assert wanted.change_set is not None
    there = "" in (made.where[0], wanted.where[0]) or made.where[0] == wanted.where[0]
    return (
        made.mode == MAKE_CHANGE_SET
        and there
        and made.change_set is not None
        and may_equal(made.stack, wanted.stack)
        and may_equal(made.change_set, wanted.change_set)
    )


def _are_two_change_sets(one: StackWork, other: StackWork) -> bool:
    both = one.mode == other.mode == MAKE_CHANGE_SET
    return both and one.change_set != other.change_set


def _is_suspect(stack: Text) -> bool:
    last = stack.parts[-1] if stack.parts else ""
    return last == _OWN_STACK or (isinstance(last, str) and last.endswith("-pipeline"))


def _branches(spec: Spec, rule: BranchRule) -> tuple[str, ...]:
    """Return branches that a rule takes: all of them, or one where its patterns take many."""
    names = served(rule)
    if names is not None:
        return tuple(name for name in names if rule_for(spec.branch_rules, name) is rule)
    found = taken_branch(spec.branch_rules, spec.branch_rules.index(rule))
    return () if found is None else (found,)


def _owner(spec: Spec, stack: Text, branch: str) -> str | None:
    """Say whose pipeline a stack is when `branch` runs, None when it is no pipeline's."""
    slug = branch_slug(branch)
    own = stack_name(spec.name, slug)
    known = {("branch", "slug"): slug, ("branch", "name"): branch, ("AWS", "StackName"): own}
    name = stack.bind(known).literal
    if name is None:
        return None
    if name == own:
        return _ITSELF
    before, _, after = stack_name(spec.name, "\n").partition("\n")
    middle = name[len(before) : len(name) - len(after)]
    if name != before + middle + after or not re.fullmatch(BRANCH_SLUG_PATTERN, middle):
        return None
    return "another branch's pipeline" if _is_slug_of_a_branch(spec, middle) else None


def _is_slug_of_a_branch(spec: Spec, slug: str) -> bool:
    if branch_slug(slug) == slug and rule_for(spec.branch_rules, slug) is not None:
        return True
    names = [
        name
        for rule in spec.branch_rules
        for name in ((rule.id,) if rule.is_shared else served(rule) or ())
    ]
    if slug in map(branch_slug, names):
        return True
    hashed = _HASHED.fullmatch(slug)
    return hashed is not None and len(slug) <= SLUG_LENGTH and _fits_a_pattern(spec, hashed[1])


def _fits_a_pattern(spec: Spec, stem: str) -> bool:
    """Tell whether a hashed slug may come from a branch like `feature/*`; the hash cannot tell."""
    patterns = [item for rule in spec.branch_rules for item in rule.match if is_pattern(item)]
    heads = [re.split(r"[*?\[]", item)[0].lower() for item in patterns if item[0] != "!"]
    return any(head and stem.startswith(re.sub(r"[^a-z0-9]+", "-", head)) for head in heads)


RULES = (change_set_order, same_stack_beside, self_replacing_stack)
