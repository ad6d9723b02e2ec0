"""A pipeline that updates its own stack: what the stage does, and what stays true afterwards."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pipelinegen.aws import reading
from pipelinegen.cli import shell
from pipelinegen.compiler import check, compile_spec
from pipelinegen.deployment import capabilities_of, deployment
from pipelinegen.dump import to_yaml
from pipelinegen.specialise import specialise
from tests import test_cli_diff, test_cli_status
from tests.near import found
from tests.test_overview import SPEC

CASES = sorted((Path(__file__).parent / "cases" / "ok").glob("*.yaml"))
CASE = Path(__file__).parent / "cases" / "ok" / "self-update.yaml"
ROLE = "self-update: {role-arn: r}\nbranches: [{branch: main, protected: true}]\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def pipeline(text: str, rule: str = "main") -> dict[str, Any]:
    """Return the properties of the pipeline of one branch rule, its parameters bound."""
    template = compile_spec("pipelinegen.yaml", text.encode()).template
    assert template is not None
    bound = {"BranchRule": rule, "BranchName": rule, "BranchSlug": rule, "Size": "large"}
    made = specialise(template.body, bound)["Resources"]["Pipeline"]["Properties"]
    return dict(made)


def configuration(text: str) -> dict[str, Any]:
    """Return the configuration of the action that updates the stack of `main`."""
    return dict(pipeline(text)["Stages"][1]["Actions"][0]["Configuration"])


def test_the_stage_deploys_the_committed_template_to_its_own_stack() -> None:
    """The artifact is the first source's; what the stack was given is given again."""
    written = configuration(CASE.read_text())
    overrides = json.loads(written.pop("ParameterOverrides"))
    assert overrides == {
        "BranchName": "main",
        "BranchSlug": "main",
        "BranchRule": "main",
        "Size": "large",
    }
    assert written == {
        "ActionMode": "CREATE_UPDATE",
        "Capabilities": "CAPABILITY_NAMED_IAM",
        "RoleArn": {"Fn::ImportValue": "pipeline-updates-role"},
        "StackName": {"Ref": "AWS::StackName"},
        "TemplatePath": "App::ci/pipelinegen.template.yaml",
    }


def test_the_stage_lives_on_the_branch_rules_that_are_named() -> None:
    """A feature branch has neither the stage nor the restart."""
    names = {
        rule: [stage["Name"] for stage in pipeline(CASE.read_text(), rule)["Stages"]]
        for rule in ("main", "release", "feature")
    }
    assert names["main"] == names["release"] == ["Source", "SelfUpdate", "Build"]
    assert names["feature"] == ["Source", "Build"]
    assert pipeline(CASE.read_text())["RestartExecutionOnUpdate"] is True
    assert "RestartExecutionOnUpdate" not in pipeline(CASE.read_text(), "feature")


def test_rights_are_those_on_its_own_stack() -> None:
    """Statements of the stage name this stack and the one role; no other rule has them."""
    template = compile_spec("pipelinegen.yaml", CASE.read_bytes()).template
    assert template is not None

    def statements(rule: str) -> dict[str, Any]:
        role = specialise(template.body, {"BranchRule": rule})["Resources"]["PipelineRole"]
        (policy,) = role["Properties"]["Policies"]
        return {one["Sid"]: one for one in policy["PolicyDocument"]["Statement"]}

    main = statements("main")
    own = "arn:${AWS::Partition}:cloudformation:${AWS::Region}:${AWS::AccountId}:stack/"
    assert main["CloudFormationDeploy"]["Resource"] == [{"Fn::Sub": own + "${AWS::StackName}/*"}]
    assert main["PassRoleToCloudFormation"]["Resource"] == [
        {"Fn::ImportValue": "pipeline-updates-role"}
    ]
    feature = statements("feature")
    assert main.keys() - feature.keys() == {
        "CloudFormationDeploy",
        "PassRoleToCloudFormation",
        "ValidateTemplate",
    }


def test_the_path_has_a_default() -> None:
    """It is what the documentation of `synth` writes."""
    text = CASE.read_text().replace("  template-path: ci/pipelinegen.template.yaml\n", "")
    assert configuration(text)["TemplatePath"] == "App::pipelinegen.template.yaml"


@pytest.mark.parametrize(
    ("more", "acknowledged"),
    [
        ("", "CAPABILITY_NAMED_IAM"),
        (
            "template: {transform: [AWS::LanguageExtensions]}\n",
            "CAPABILITY_NAMED_IAM,CAPABILITY_AUTO_EXPAND",
        ),
    ],
    ids=["a template without macros", "a template with a macro"],
)
def test_the_template_needs_no_capability_that_is_missing(more: str, acknowledged: str) -> None:
    """A template that names no role today may name one in the next commit."""
    text = CASE.read_text() + more
    template = compile_spec("pipelinegen.yaml", text.encode()).template
    assert template is not None
    assert configuration(text)["Capabilities"] == acknowledged
    needed = {
        one.replace("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM")
        for one in capabilities_of(template.body)
    }
    assert needed <= set(acknowledged.split(","))


def test_a_rule_without_sources_is_told_of_its_sources_alone() -> None:
    """Without an artifact there is no template, and no second finding about it."""
    text = (
        "branches: [{branch: main, protected: true}, {branch: next, protected: true}]\n"
        "sources: [{codecommit: {repository-name: near}, only: [main]}]\n"
        "self-update: {role-arn: r}"
    )
    assert found(text, {"empty-stage", "artifact-not-yet-made"}) == [
        "no source is left in stage 'Source'"
    ]


@pytest.mark.parametrize(
    ("text", "rule", "message"),
    [
        pytest.param(
            ROLE + "stages: [{stage: SelfUpdate, actions: [{lambda: {function-name: f}}]}]",
            "stage-name-taken",
            "two stages are named 'SelfUpdate'",
            id="the name of the stage is taken",
        ),
        pytest.param(
            ROLE + "sources: [{codecommit: {repository-name: near, "
            "output-artifact-format: CODEBUILD_CLONE_REF}}]",
            "clone-ref-consumer",
            "'Source' is only a reference to a commit (CODEBUILD_CLONE_REF); CodeBuild alone can "
            "read it",
            id="a source without files has no template",
        ),
        pytest.param(
            ROLE + "sources: [{codecommit: {repository-name: near}, output-artifacts: []}]",
            "artifact-not-yet-made",
            "no action makes an artifact 'Source'",
            id="a source without an artifact has no template",
        ),
        pytest.param(
            ROLE
            + "parameters: {"
            + ", ".join(f"{'P' * 30}{number}: {{default: a}}" for number in range(30))
            + "}",
            "configuration-too-long",
            "1191 bytes as JSON; parameter overrides have at most 1 KB",
            id="more parameters than fit",
        ),
        pytest.param(
            ROLE + "restart-execution-on-update: true",
            "self-update-restart",
            None,
            id="the restart may be written",
        ),
        pytest.param(
            "restart-execution-on-update: false\nparameters: {A: {no-echo: true}}",
            "self-update-restart",
            None,
            id="a pipeline that does not update itself may do as it likes",
        ),
        pytest.param(
            "self-update: {role-arn: '${ssm:/updates/role}'}\n"
            "branches: [{branch: main, protected: true}]",
            "self-update-role",
            None,
            id="a role whose ARN is looked up",
        ),
        pytest.param(
            ROLE + "parameters: {A: {type: Number, default: '1'}, B: {type: 'AWS::EC2::VPC::Id'}}",
            "self-update-parameter",
            None,
            id="parameters with one value",
        ),
    ],
)
def test_near(text: str, rule: str, message: str | None) -> None:
    """What else is said of such a pipeline, and what is not."""
    assert found(text, {rule}) == ([] if message is None else [message])


def test_the_hint_for_too_many_parameters_fits() -> None:
    """A file of parameters is no way out here."""
    declared = "".join(f"  {'P' * 30}{number}: {{default: a}}\n" for number in range(30))
    text = CASE.read_text().replace("parameters:\n", f"parameters:\n{declared}")
    hints = {
        one.hint
        for one in check("pipelinegen.yaml", text.encode()).diagnostics
        if one.rule == "configuration-too-long"
    }
    assert hints == {"self-update passes every parameter of the spec; declare fewer"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_the_committed_file_reads_as_the_template(case: Path) -> None:
    """What a pipeline deployed from the file is compared like what `deploy` sent."""
    template = compile_spec(case.name, case.read_bytes()).template
    assert template is not None
    assert reading.template(to_yaml(template.body)) == template.body


def test_status_after_a_self_update() -> None:
    """The stack has the committed template, without a fingerprint; it is what the spec says."""
    body = compile_spec("pipelinegen.yaml", SPEC.encode()).template
    assert body is not None
    stack = test_cli_status.STACK
    committed = reading.template(to_yaml(body.body))
    account = test_cli_status.account(templates={stack.id: committed})
    Path("pipelinegen.yaml").write_text(SPEC)
    result = test_cli_status.run(account)
    assert test_cli_status.said_of_spec(result) == "the stack is what the spec says"


def test_diff_after_a_self_update() -> None:
    """Nothing differs: metadata of ours is no difference."""
    compilation = compile_spec("pipelinegen.yaml", test_cli_diff.SPEC.encode())
    assert compilation.spec is not None
    assert compilation.template is not None
    wanted = deployment(
        compilation.spec, compilation.template, "main", values={"Vpc": "v"}, role_arn=None
    )
    committed = reading.template(to_yaml(compilation.template.body))
    stack = replace(
        test_cli_status.STACK,
        parameters={**wanted.parameters, "Zones": "a,b"},
        tags=wanted.tags,
    )
    account = test_cli_diff.Account(stack, committed)
    Path("pipelinegen.yaml").write_text(test_cli_diff.SPEC)
    line = ["diff", "-b", "main", "--exit-code", "--parameter", "Vpc=v"]
    result = CliRunner().invoke(shell, line, connect=account.connect)
    assert result.exit_code == 0, result.output
