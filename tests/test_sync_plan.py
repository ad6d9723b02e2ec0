"""What a sync plans: tables of single branches, and laws that hold for all of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelinegen.deployment import branch_hash
from pipelinegen.errors import ExitCode
from pipelinegen.life_cycle.sync import exit_code
from pipelinegen.life_cycle.sync_guards import held_back, without_mass_deletion
from pipelinegen.life_cycle.sync_plan import (
    DAY,
    Actual,
    Plan,
    Step,
    Verb,
    Wishes,
    plan,
)
from pipelinegen.model import BranchRule
from pipelinegen.names import branch_slug, is_usable_branch_name, stack_name
from pipelinegen.progress import Ended
from pipelinegen.records import Head, Heads
from tests.test_overview import spec, stack

SPEC = spec(
    """\
pipeline: shop
branches:
  - branch: main
    protected: true
    lifecycle: {delete-with-branch: true, expire-after-days: 1}
  - branch: feature/*
    lifecycle: {delete-with-branch: true, max-pipelines: 2}
  - branch: fix/*
    lifecycle: {expire-after-days: 7}
  - branch: kept/*
    lifecycle: {delete-with-branch: false, expire-after-days: 7}
  - branch: plain/*
sources:
  - source: App
    codecommit: {repository-name: shop}
stages:
  - stage: Build
    actions:
      - codebuild: {buildspec: b.yml}
        output-artifacts: []
"""
)
RULES = SPEC.branch_rules
NOW = 1_000 * DAY
OLD, NEW = "2026-01-01T00:00:00Z", "2026-01-09T00:00:00Z"
WISHES = Wishes(now=NOW, noted_until="2026-01-05T00:00:00Z", prune=True)
RECORDED = {"id": "feature", "lifecycle": {"delete-with-branch": True}}


def there(branch: str, *, current: bool = True, recorded: Any = RECORDED, **more: Any) -> Actual:
    return Actual(stack(branch, **more), current, recorded)


def planned(
    *branches: str | Head,
    stacks: tuple[Actual, ...] = (),
    notes: dict[str, str] | None = None,
    wishes: Wishes = WISHES,
    refused: tuple[str, ...] = (),
) -> Plan:
    heads = Heads(
        tuple(one if isinstance(one, Head) else Head(one) for one in branches), refused=refused
    )
    known = {branch_hash(branch): time for branch, time in (notes or {}).items()}
    return plan("shop", RULES, heads, stacks, notes=known, wishes=wishes)


def told(made: Plan) -> list[str]:
    """Return each step as one line."""
    return [f"{one.verb.value} {one.branch}: {one.reason}".rstrip(": ") for one in made.steps]


GONE = "gone; a later run deletes it"
SINGLE: dict[str, tuple[Plan, str]] = {
    "a branch without stack": (planned("feature/a"), "create feature/a"),
    "a stack that is as it should be": (
        planned("feature/a", stacks=(there("feature/a"),)),
        "keep feature/a",
    ),
    "a stack that differs": (
        planned("feature/a", stacks=(there("feature/a", current=False),)),
        "update feature/a",
    ),
    "a branch just gone": (planned("main", stacks=(there("feature/a"),)), GONE),
    "a branch gone for a while": (
        planned(stacks=(there("feature/a"),), notes={"feature/a": NEW}),
        f"held back feature/a: gone since {NEW}; a later run deletes it",
    ),
    "a branch gone for long": (
        planned(stacks=(there("feature/a"),), notes={"feature/a": OLD}),
        f"delete feature/a: gone since {OLD}",
    ),
    "a note that is no time": (
        planned(stacks=(there("feature/a"),), notes={"feature/a": ""}),
        f"held back feature/a: {GONE}",
    ),
    "nobody prunes": (
        planned(
            stacks=(there("feature/a"),),
            notes={"feature/a": OLD},
            wishes=replace(WISHES, prune=False),
        ),
        "keep feature/a: gone; --prune deletes it",
    ),
    "protected": (
        planned(stacks=(there("main"),), notes={"main": OLD}),
        "held back main: gone, but protected",
    ),
    "termination protection": (
        planned(
            stacks=(there("feature/a", termination_protection=True),), notes={"feature/a": OLD}
        ),
        "held back feature/a: gone, but termination protection is on",
    ),
    "a rule that does not delete": (
        planned(stacks=(there("plain/a"),), notes={"plain/a": OLD}),
        "keep plain/a: gone; its rule has no delete-with-branch",
    ),
    "a template of somebody else": (
        planned(stacks=(there("feature/a", recorded=None),), notes={"feature/a": OLD}),
        "held back feature/a: its template is not one of pipelinegen",
    ),
    "a rule that the spec has no more": (
        planned("old/a", stacks=(there("old/a"),), notes={"old/a": OLD}),
        f"delete old/a: without rule since {OLD}",
    ),
    "such a rule that was protected": (
        planned(
            "old/a",
            stacks=(there("old/a", recorded={"protected": True}),),
            notes={"old/a": OLD},
        ),
        "held back old/a: without rule, but protected",
    ),
    "such a rule without lifecycle": (
        planned("old/a", stacks=(there("old/a", recorded={}),), notes={"old/a": OLD}),
        "keep old/a: without rule; its rule has no delete-with-branch",
    ),
    "a branch that is too old": (
        planned(Head("fix/a", NOW - 8 * DAY), stacks=(there("fix/a"),), notes={"fix/a": OLD}),
        f"delete fix/a: expired since {OLD}",
    ),
    "a branch that is not yet too old": (
        planned(Head("fix/a", NOW - 7 * DAY), stacks=(there("fix/a"),)),
        "keep fix/a",
    ),
    "a branch of unknown age": (planned("fix/a"), "create fix/a"),
    "an old branch whose rule forbids it": (
        planned(Head("kept/a", 0.0), stacks=(there("kept/a"),), notes={"kept/a": OLD}),
        "keep kept/a: expired; its rule has no delete-with-branch",
    ),
    "an old protected branch": (planned(Head("main", 0.0)), "create main"),
    "a name that is refused": (
        planned("feature/$x"),
        "held back feature/$x: its name has characters that are not allowed in a pipeline",
    ),
    "a name in another encoding": (
        planned(refused=(r"caf\xe9",)),
        r"held back caf\xe9: its name is not UTF-8",
    ),
}


@pytest.mark.parametrize(("made", "expected"), SINGLE.values(), ids=SINGLE)
def test_one_branch(made: Plan, expected: str) -> None:
    """What becomes of a branch, and why, stands in its line."""
    assert [line for line in told(made) if expected in line]


def test_nothing_to_do() -> None:
    """A branch without a rule, or too old and without a stack, is not spoken of."""
    assert planned("other", Head("fix/a", 0.0)).steps == ()


def test_order() -> None:
    """Protected branches come first, the others by name."""
    made = planned("plain/b", "plain/a", "main", "fix/z")
    assert [step.branch for step in made.steps] == ["main", "fix/z", "plain/a", "plain/b"]


def test_at_most() -> None:
    """Over the cap of a rule nothing is created and nothing deleted; existing stacks come first."""
    made = planned(*(f"feature/{one}" for one in "abcd"), stacks=(there("feature/d"),))
    cap = "held back {}: max-pipelines of 'feature/*' is 2"
    assert told(made) == [
        "create feature/a",
        cap.format("feature/b"),
        cap.format("feature/c"),
        "keep feature/d",
    ]
    full = planned("feature/a", stacks=tuple(there(f"feature/{one}") for one in "xyz"))
    assert told(full)[0] == cap.format("feature/a")
    assert exit_code(full, {}) is ExitCode.DONE


def test_notes() -> None:
    """A branch that goes is noted, one that is back or whose stack went is forgotten."""
    stacks = (there("feature/a"), there("feature/b"), there("plain/c"))
    made = planned(
        "feature/b", stacks=stacks, notes={"feature/b": OLD, "feature/z": OLD, "feature/a": "?"}
    )
    assert made.noted == (branch_hash("feature/a"),)
    assert made.forgotten == tuple(sorted(map(branch_hash, ("feature/b", "feature/z"))))


def going(count: int, whole: int, most: int | None = None) -> tuple[Plan, Wishes]:
    """Return a plan in which so many of all stacks go."""
    branches = [f"old/{number}" for number in range(whole)]
    notes = dict.fromkeys(branches[:count], OLD)
    wishes = replace(WISHES, most=most)
    made = planned(stacks=tuple(map(there, branches)), notes=notes, wishes=wishes)
    return made, wishes


@pytest.mark.parametrize(
    ("count", "whole", "most", "deleted"),
    [
        pytest.param(3, 10, None, 3, id="three of ten may go"),
        pytest.param(4, 10, None, 0, id="four of ten may not"),
        pytest.param(6, 100, None, 0, id="six are too many"),
        pytest.param(6, 10, 6, 6, id="as many as are allowed"),
        pytest.param(6, 100, 5, 0, id="one more than is allowed"),
        pytest.param(1, 9, 0, 0, id="none is allowed"),
        pytest.param(0, 0, None, 0, id="nothing there"),
    ],
)
def test_mass_deletion(count: int, whole: int, most: int | None, deleted: int) -> None:
    """Too many deletions are held back, all of them."""
    made = without_mass_deletion(*going(count, whole, most))
    assert len(made.of(Verb.DELETE)) == deleted
    held = [one for one in made.of(Verb.HELD_BACK) if "would go" in one.reason]
    assert len(held) == count - deleted
    assert [one for one in held if one.expected] == []


def test_held_back() -> None:
    """What is found out about a stack holds back what was to become of it."""
    made = planned("main", "fix/a")
    name = stack_name("shop", branch_slug("fix/a"))
    assert told(held_back(made, {name: "foreign"})) == ["create main", "held back fix/a: foreign"]


DONE, FAILED = ExitCode.DONE, ExitCode.STACK_FAILED
HELD = planned(stacks=(there("main"),))
TWO = Plan((Step(Verb.UPDATE, "0", ""), Step(Verb.UPDATE, "1", "")))


@pytest.mark.parametrize(
    ("made", "codes", "expected"),
    [
        pytest.param(Plan(()), [], DONE, id="nothing to do"),
        pytest.param(Plan(()), [DONE], DONE, id="all done"),
        pytest.param(Plan(()), [DONE, FAILED], ExitCode.PARTIAL, id="some failed"),
        pytest.param(Plan(()), [FAILED, ExitCode.USAGE], ExitCode.USAGE, id="the worst of two"),
        pytest.param(Plan(()), [FAILED], FAILED, id="all failed"),
        pytest.param(HELD, [], ExitCode.NOT_CONFIRMED, id="all held back"),
        pytest.param(HELD, [DONE], ExitCode.PARTIAL, id="some held back"),
        pytest.param(HELD, [FAILED], FAILED, id="failed and held back"),
        pytest.param(Plan(()), [DONE, ExitCode.ENVIRONMENT], ExitCode.ENVIRONMENT, id="no network"),
        pytest.param(HELD, [FAILED, ExitCode.INTERRUPTED], ExitCode.INTERRUPTED, id="Ctrl-C"),
        pytest.param(TWO, [DONE], ExitCode.INTERRUPTED, id="Ctrl-C while the last one ended well"),
        pytest.param(TWO, [FAILED], FAILED, id="a failure that begins nothing more"),
    ],
)
def test_exit_code(made: Plan, codes: list[ExitCode], expected: ExitCode) -> None:
    """One code tells of all stacks."""
    ended = {Step(Verb.UPDATE, str(at), ""): Ended("", "", code) for at, code in enumerate(codes)}
    assert exit_code(made, ended) is expected


HOSTILE = (
    *("a b", "a$b", "${x}", "$(id)", "`id`", "a;b", "a|b", "a&b", "a'b", 'a"b', "a\\b", "a{b}"),
    *("a<b", "a>b", "a(b)", "a!b", "a*b", "a?b", "a[b]", "a~b", "a^b", "a:b", "\x1b[31m", "\u202e"),
    *("ü", "日本", "🚀", "a\tb", "a\nb", "\x00", "-x", "--prune", "..", "a..b", "@{-1}", "a.lock"),
    *("x" * 255, "X" * 300, "A", "a", "a-pipeline", "%41", "+", "=", "#1", ",", "@", "/", "a//b"),
)


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_hostile_names(name: str) -> None:
    """A branch gets a stack, or is listed as refused; no two get the same, and none is fatal."""
    branch = f"plain/{name}"
    made = planned(branch, "plain/a-b", "main")
    steps = [step for step in made.steps if step.branch == branch]
    if steps and is_usable_branch_name(branch):
        assert [step.verb for step in steps] == [Verb.CREATE]
    elif steps:
        assert [(step.verb, step.expected) for step in steps] == [(Verb.HELD_BACK, True)]
    names = [step.stack for step in made.steps if step.stack]
    assert len(names) == len(set(names))
    assert told(made)[0] == "create main"


BRANCHES = st.sampled_from(
    [f"{rule}/{name}" for rule in ("feature", "fix", "kept", "plain", "old") for name in "abc"]
    + ["main", "feature/$x"]
)
HEADS = st.sets(BRANCHES)
STACKS = st.sets(BRANCHES.filter(is_usable_branch_name))
TIMES = st.sampled_from([OLD, NEW, "", "never"])


@st.composite
def worlds(draw: st.DrawFn) -> tuple[set[str], tuple[Actual, ...], dict[str, str]]:
    stacks = tuple(
        there(
            branch,
            current=draw(st.booleans()),
            recorded=draw(st.sampled_from([None, {}, RECORDED, {"protected": True}])),
            termination_protection=draw(st.booleans()),
            pipeline=draw(st.sampled_from(["shop", "shop", "shopping"])),
        )
        for branch in sorted(draw(STACKS))
    )
    return draw(HEADS), stacks, draw(st.dictionaries(BRANCHES, TIMES))


def _rule(branch: str) -> BranchRule | None:
    return next((rule for rule in RULES if rule.name.split("/")[0] == branch.split("/")[0]), None)


@given(worlds())
def test_what_is_never_deleted(world: tuple[set[str], tuple[Actual, ...], dict[str, str]]) -> None:
    """Protected stacks, those of others, those of branches that are there, and unripe ones stay."""
    heads, stacks, notes = world
    known = {one.record.name: one for one in stacks if one.record.tags["pipelinegen:pipeline"]}
    made = planned(*sorted(heads), stacks=stacks, notes=notes)
    for step in made.of(Verb.DELETE):
        actual, rule = known[step.stack], _rule(step.branch)
        assert actual.record.tags["pipelinegen:pipeline"] == "shop"
        assert actual.recorded is not None
        assert not actual.record.termination_protection
        assert not (rule.protected if rule else actual.recorded.get("protected"))
        assert step.branch not in heads or rule is None
        assert notes[step.branch] == OLD
    unpruned = replace(WISHES, prune=False)
    assert not planned(*sorted(heads), stacks=stacks, notes=notes, wishes=unpruned).of(Verb.DELETE)


@given(worlds())
def test_applying_it_arrives(world: tuple[set[str], tuple[Actual, ...], dict[str, str]]) -> None:
    """Once a plan is carried out, the next one has nothing to create or update but for the cap."""
    heads, stacks, notes = world
    made = planned(*sorted(heads), stacks=stacks, notes=notes)
    after = _applied(made, stacks)
    left = {branch: time for branch, time in notes.items() if branch not in made.forgotten}
    again = planned(*sorted(heads), stacks=after, notes=left)
    third = planned(*sorted(heads), stacks=_applied(again, after), notes=left)
    assert again.of(Verb.UPDATE) == ()
    assert again.of(Verb.DELETE) == ()
    assert third.due == ()
    ours = {one.branch for one in _applied(again, after) if one.record.name.startswith("shop-")}
    capped = {step.branch for step in third.steps if "max-pipelines" in step.reason}
    desired = {one for one in heads if is_usable_branch_name(one) and _rule(one)}
    assert desired - capped <= ours
    assert not capped & ours


def _applied(made: Plan, stacks: tuple[Actual, ...]) -> tuple[Actual, ...]:
    gone = {step.stack for step in made.of(Verb.DELETE)}
    changed = {step.stack for step in made.of(Verb.UPDATE)}
    kept = [
        replace(one, current=one.current or one.record.name in changed)
        for one in stacks
        if one.record.name not in gone
    ]
    return (*kept, *(there(step.branch) for step in made.of(Verb.CREATE)))


SHARED = spec(
    """\
pipeline: shop
branches:
  - branch: main
  - branch: feature/*
    stack: per-rule
    default-branch: main
sources:
  - source: App
    connection:
      connection-arn: arn:aws:codeconnections:eu-west-1:111111111111:connection/c
      full-repository-id: acme/shop
execution-mode: QUEUED
stages:
  - stage: Build
    actions:
      - codebuild: {buildspec: b.yml}
        output-artifacts: []
"""
)
TOGETHER = "shop-feature-pipeline"


def shared(*, current: bool = True) -> Actual:
    """The stack of the shared rule: its BranchName is the rule's default branch."""
    record = stack("main")
    tags = {**record.tags, "pipelinegen:branch-hash": branch_hash("feature")}
    slug = {"BranchSlug": "feature", "BranchRule": "feature"}
    parameters = {**record.parameters, **slug}
    record = replace(record, name=TOGETHER, tags=tags, parameters=parameters)
    return Actual(record, current, {"branch": "feature/*", "id": "feature"})


@pytest.mark.parametrize(
    ("branches", "stacks", "expected"),
    [
        pytest.param(
            ("main", "feature/b", "feature/a"),
            (),
            ["create feature/a shop-feature-pipeline", "create main shop-main-pipeline"],
            id="one stack for all branches of the rule",
        ),
        pytest.param(
            ("main", "feature/a"),
            (there("main"), shared()),
            ["keep feature/a shop-feature-pipeline", "keep main shop-main-pipeline"],
            id="the default branch has a stack of its own beside it",
        ),
        pytest.param(
            ("main", "feature/a"),
            (there("main"), shared(current=False)),
            ["update feature/a shop-feature-pipeline", "keep main shop-main-pipeline"],
            id="it follows the spec",
        ),
        pytest.param(
            ("main",),
            (there("main"), shared()),
            ["keep main shop-main-pipeline", "held back main shop-feature-pipeline"],
            id="it outlives its branches",
        ),
    ],
)
def test_stacks_that_branches_share(
    branches: tuple[str, ...], stacks: tuple[Actual, ...], expected: list[str]
) -> None:
    """A rule with `stack: per-rule` has one stack, which no sync deletes."""
    heads = Heads(tuple(map(Head, branches)))
    made = plan("shop", SHARED.branch_rules, heads, stacks, notes={}, wishes=WISHES)
    assert [f"{one.verb.value} {one.branch} {one.stack}" for one in made.steps] == expected
    assert made.noted == ()


ALIKE = spec(
    """\
pipeline: shop
branches:
  - branch: develop
    match: [develop, develop/*]
    stack: per-rule
    default-branch: develop
    lifecycle: {delete-with-branch: true}
  - branch: feature/*
    stack: per-rule
    default-branch: develop
    lifecycle: {delete-with-branch: true}
sources:
  - source: App
    connection:
      connection-arn: arn:aws:codeconnections:eu-west-1:111111111111:connection/c
      full-repository-id: acme/shop
execution-mode: QUEUED
stages:
  - stage: Build
    actions:
      - codebuild: {buildspec: b.yml}
        output-artifacts: []
"""
)
PER_RULE = {"id": "develop", "stack": "per-rule", "lifecycle": {"delete-with-branch": True}}
OWN = "shop-feature-a-951d42-pipeline"


@pytest.mark.parametrize(
    ("rules", "branches", "stacks", "expected"),
    [
        pytest.param(
            ALIKE.branch_rules,
            ("develop",),
            (there("develop", recorded=PER_RULE),),
            ["keep develop shop-develop-pipeline"],
            id="its rule is called like the default branch",
        ),
        pytest.param(
            ALIKE.branch_rules,
            ("develop/a",),
            (there("develop", recorded=PER_RULE),),
            ["keep develop/a shop-develop-pipeline"],
            id="and the default branch is gone",
        ),
        pytest.param(
            RULES,
            ("main",),
            (there("main"), there("develop", recorded=PER_RULE)),
            ["keep main shop-main-pipeline", "held back develop shop-develop-pipeline"],
            id="and the rule is gone as well",
        ),
        pytest.param(
            ALIKE.branch_rules,
            ("feature/a",),
            (shared(), there("feature/a")),
            ["keep feature/a shop-feature-pipeline", f"delete feature/a {OWN}"],
            id="what a branch had before goes",
        ),
    ],
)
def test_shared_stacks_are_told_from_others(
    rules: tuple[BranchRule, ...],
    branches: tuple[str, ...],
    stacks: tuple[Actual, ...],
    expected: list[str],
) -> None:
    """A shared stack is not taken for that of a branch, whatever the rule is called."""
    heads = Heads(tuple(map(Head, branches)))
    notes = {branch_hash(branch): OLD for branch in ("develop", "feature/a")}
    made = plan("shop", rules, heads, stacks, notes=notes, wishes=WISHES)
    assert [f"{one.verb.value} {one.branch} {one.stack}" for one in made.steps] == expected
