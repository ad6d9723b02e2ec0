"""Artifacts: what exists when, and which input an action takes when none is written."""

from __future__ import annotations

import pytest
import yaml

from pipelinegen.branches import branch_rules
from pipelinegen.model import Action, Pipeline, Spec
from pipelinegen.resolve import resolve
from pipelinegen.wiring import groups, infers, mentioned, outputs, wire

SOURCES = """
  - codecommit: {repository-name: shop}
  - source: Config
    codecommit: {repository-name: config}
"""


def wired(actions: str, *, sources: str = SOURCES, more: str = "") -> Pipeline:
    """Return the wired pipeline of one stage with these actions."""
    text = (
        f"pipeline: shop\nbranches: [{{branch: main}}]\nsources:{sources}"
        f"stages:\n  - stage: One\n    actions:\n{actions}{more}"
    )
    data = yaml.safe_load(text)
    spec = Spec(data, branch_rules(data))
    return wire(resolve(spec, spec.branch_rules[0]))


def by_name(pipeline: Pipeline) -> dict[str, Action]:
    """Return the actions of a pipeline by their names."""
    return {action.name: action for action in pipeline.actions}


BUILDS = """
      - codebuild: {buildspec: a.yml}
      - parallel:
          - {action: Test, codebuild-test: {buildspec: t.yml}}
          - {action: Pack, jenkins: {provider: J, project-name: p}}
      - {action: Ship, ecs: {cluster-name: c, service-name: s}}
      - parallel:
          - {action: X, codebuild: {buildspec: x.yml}}
          - {action: Y, codebuild: {buildspec: y.yml}}
      - {action: Lost, ecs: {cluster-name: c, service-name: s}}
      - {action: Sure, ecs: {cluster-name: c, service-name: s}, input-artifacts: [X]}
      - {action: None, codebuild: {buildspec: n.yml}, output-artifacts: []}
      - {action: Still, ecs: {cluster-name: c, service-name: s}}
      - {action: Last, codebuild: {buildspec: z.yml}, output-artifacts: [Z]}
      - {action: Found, ecs: {cluster-name: c, service-name: s}}
"""


@pytest.mark.parametrize(
    ("name", "inputs"),
    [
        pytest.param("Source", (), id="a source takes nothing"),
        pytest.param("Build", ("Source",), id="a build takes the first source"),
        pytest.param("Test", ("Source",), id="a test takes the first source"),
        pytest.param("Pack", ("Source",), id="so does another build of the group"),
        pytest.param("Ship", ("Pack",), id="a deployment takes the artifact of the last build"),
        pytest.param("Lost", (), id="after two builds beside each other there is no last one"),
        pytest.param("Sure", ("X",), id="what is written is taken"),
        pytest.param("Still", (), id="a build without artifact changes nothing"),
        pytest.param("Found", ("Z",), id="the next build alone is the last one again"),
    ],
)
def test_default_inputs(name: str, inputs: tuple[str, ...]) -> None:
    """An action that reads one artifact finds it by itself."""
    assert by_name(wired(BUILDS))[name].inputs == inputs


def test_candidates() -> None:
    """Where no default can be chosen, everything that exists could be meant."""
    actions = by_name(wired(BUILDS))
    assert actions["Lost"].candidates == ("Build", "Config", "Pack", "Source", "X", "Y")
    assert actions["Found"].candidates == ()


def test_available() -> None:
    """An action of a group sees nothing that its neighbours make."""
    actions = by_name(wired(BUILDS))
    assert actions["Build"].available == ("Source", "Config")
    assert actions["Test"].available == actions["Pack"].available == ("Source", "Config", "Build")
    assert actions["Ship"].available == ("Source", "Config", "Build", "Pack")


def test_first_product_is_the_source() -> None:
    """Without a build a deployment takes the first source."""
    pipeline = wired("      - s3: {bucket-name: b, extract: true}\n")
    assert by_name(pipeline)["Deploy"].inputs == ("Source",)


def test_later_stage() -> None:
    """Artifacts of a stage exist in the next one."""
    more = (
        "  - stage: Two\n    actions:\n      - {action: Ship, ecs: {cluster-name: c, "
        "service-name: s}}\n"
    )
    actions = by_name(wired("      - codebuild: {buildspec: a.yml}\n", more=more))
    assert actions["Ship"].inputs == ("Build",)


def test_without_any_artifact() -> None:
    """Where nothing exists, nothing is taken and nothing could be meant."""
    sources = "\n  - codecommit: {repository-name: shop}\n    output-artifacts: []\n"
    action = by_name(wired("      - codebuild: {buildspec: a.yml}\n", sources=sources))["Build"]
    assert (action.inputs, action.candidates, action.available) == ((), (), ())


@pytest.mark.parametrize(
    ("action", "names"),
    [
        pytest.param(
            "cfn-deploy: {stack-name: s, template-path: 'A::t.yaml', template-configuration: "
            "'B::c.json', role-arn: r, parameter-overrides-from: {X: 'C::o::x', Y: 'A::o::y'}}",
            ("A", "B", "C"),
            id="paths of every sort, each artifact once",
        ),
        pytest.param(
            "codedeploy-ecs: {application-name: a, deployment-group-name: d, "
            "image1-artifact-name: I, image1-container-name: C, "
            "task-definition-template-artifact: T, app-spec-template-artifact: S}",
            ("S", "T", "I"),
            id="in the order of the provider's row",
        ),
        pytest.param(
            "codebuild: {buildspec: b.yml, primary-source: P}", ("P",), id="the primary source"
        ),
        pytest.param(
            "step-functions: {state-machine-arn: a, input-path: 'F::in.json'}",
            ("F",),
            id="a key of our own",
        ),
        pytest.param("approval: {}", (), id="none"),
    ],
)
def test_mentioned(action: str, names: tuple[str, ...]) -> None:
    """Artifacts that typed keys name become inputs."""
    (found,) = wired(f"      - {{{action}}}\n").stages[1].actions
    assert mentioned(found) == names
    assert found.inputs == names


def test_written_before_mentioned() -> None:
    """Written inputs come first, those of typed keys behind them, each once."""
    (action,) = (
        wired(
            "      - cfn-deploy: {stack-name: s, template-path: 'A::t.yaml', role-arn: r,\n"
            "                     template-configuration: 'B::c.json'}\n"
            "        input-artifacts: [C, B]\n"
        )
        .stages[1]
        .actions
    )
    assert action.inputs == ("C", "B", "A")
    assert not infers(action)


@pytest.mark.parametrize(
    ("action", "made"),
    [
        pytest.param("codebuild: {buildspec: b.yml}", ("Build",), id="a build makes its own name"),
        pytest.param(
            "codebuild: {phases: {build: [make]}}", (), id="phases without files make none"
        ),
        pytest.param(
            "codebuild: {phases: {build: [make]}, files: [out]}", ("Build",), id="with files one"
        ),
        pytest.param("codebuild-test: {buildspec: b.yml}", (), id="a test makes none"),
        pytest.param(
            "cfn-deploy: {stack-name: s, template-path: 'A::t', role-arn: r, output-file-name: o}",
            ("Deploy",),
            id="a stack with an output file makes one",
        ),
        pytest.param(
            "codebuild: {buildspec: b.yml}, output-artifacts: [A, B]", ("A", "B"), id="written ones"
        ),
        pytest.param("codebuild: {buildspec: b.yml}, output-artifacts: []", (), id="written none"),
        pytest.param(
            "inspector: {inspector-run-mode: SourceCodeScan}", ("Scan",), id="a scan makes one"
        ),
    ],
)
def test_outputs(action: str, made: tuple[str, ...]) -> None:
    """An action makes what is written, else an artifact of its own name where it gives one."""
    (found,) = wired(f"      - {{{action}}}\n").stages[1].actions
    assert outputs(found) == found.outputs == made


@pytest.mark.parametrize(
    ("action", "inferred"),
    [
        pytest.param("codebuild: {buildspec: b.yml}", True, id="nothing is said"),
        pytest.param(
            "codebuild: {buildspec: b.yml}, input-artifacts: []", False, id="none is said"
        ),
        pytest.param("approval: {}", False, id="there is no default"),
        pytest.param(
            "inspector: {inspector-run-mode: ECRImageScan, ecr-repository-name: r}",
            False,
            id="this mode reads none",
        ),
    ],
)
def test_infers(action: str, inferred: bool) -> None:
    """An input is inferred only where the spec is silent and the provider reads one."""
    (found,) = wired(f"      - {{{action}}}\n").stages[1].actions
    assert infers(found) == inferred


def test_groups() -> None:
    """Actions of one item run together."""
    stage = wired(BUILDS).stages[1]
    assert [[action.name for action in group] for group in groups(stage)][:4] == [
        ["Build"],
        ["Test", "Pack"],
        ["Ship"],
        ["X", "Y"],
    ]
