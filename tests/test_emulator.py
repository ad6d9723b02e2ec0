"""Our templates go through change sets of an emulated AWS, and pipelines run in it."""

from __future__ import annotations

import copy
import json
import signal
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pipelinegen.names import branch_slug
from pipelinegen.selection import parameters, rule_of
from tests.conftest import ROOT, Run
from tests.emulator.account import Account
from tests.emulator.outside import provide
from tests.emulator.running import PYTHON, running
from tests.emulator.small import UNKNOWN_ROLE, small
from tests.test_goldens import BRANCH, CASES, compiled

GITFLOW = ROOT / "examples" / "gitflow" / "pipelinegen.yaml"
SPECS = [*CASES, *sorted((ROOT / "examples").glob("*/pipelinegen.yaml"))]
JSON = Any


@pytest.fixture
def account(emulator: str) -> Account:
    return Account(emulator)


def gitflow(branch: str) -> tuple[str, dict[str, str]]:
    """Return the template beside the example, which is one for all branches, and its values."""
    spec = compiled(GITFLOW).spec
    assert spec is not None
    text = GITFLOW.with_suffix(".template.yaml").read_text(encoding="utf-8")
    return text, parameters(rule_of(spec.branch_rules, branch), branch)


def resolved_structure(run: Run, branch: str) -> list[list[str]]:
    """Return what `synth -b` puts into the pipeline of a branch."""
    done = run("synth", GITFLOW, "-b", branch, "--format", "json")
    assert done.exit_code == 0
    pipeline = json.loads(done.stdout)["Resources"]["Pipeline"]["Properties"]
    return [
        [stage["Name"], *(action["Name"] for action in stage["Actions"])]
        for stage in pipeline["Stages"]
    ]


def test_one_template_becomes_the_pipeline_of_each_branch_and_no_other(
    account: Account, run: Run
) -> None:
    for branch in ("develop", "feature/login"):
        template, values = gitflow(branch)
        stack = f"shop-{values['BranchSlug']}-pipeline"
        changes = account.change(stack, template, values)
        assert "Add Pipeline" in changes
        assert not [change for change in changes if not change.startswith("Add ")]
        assert account.execute(stack) == "CREATE_COMPLETE"

    pipelines = account.pipelines.list_pipelines()["pipelines"]
    assert [one["name"] for one in pipelines] == ["shop-develop", "shop-feature-login-df7c7a"]
    assert account.structure("shop-develop") == resolved_structure(run, "develop")
    feature = account.structure("shop-feature-login-df7c7a")
    assert feature == resolved_structure(run, "feature/login")
    assert [stage for stage, *_ in feature] == ["Source", "Build", "Review"]


def test_a_branch_is_changed_and_deleted_without_the_other(account: Account, run: Run) -> None:
    for branch in ("develop", "main"):
        template, values = gitflow(branch)
        assert account.deploy(branch, template, values) == "CREATE_COMPLETE"

    template, values = gitflow("develop")
    renamed = template.replace("Name: Staging", "Name: Trial")
    changes = account.change("develop", renamed, values, kind="UPDATE")
    assert changes == ["Modify Pipeline"]
    assert account.execute("develop") == "UPDATE_COMPLETE"
    assert [stage for stage, *_ in account.structure("shop-develop")][-1] == "Trial"
    assert account.pipelines.get_pipeline(name="shop-develop")["pipeline"]["version"] == 2
    assert account.structure("shop-main") == resolved_structure(run, "main")

    assert account.delete("develop") == "DELETE_COMPLETE"
    left = account.pipelines.list_pipelines()["pipelines"]
    assert [one["name"] for one in left] == ["shop-main"]


def test_an_update_that_changes_nothing_has_a_change_set_that_says_so(account: Account) -> None:
    template, values = gitflow("main")
    account.deploy("main", template, values)
    with pytest.raises(AssertionError, match="didn't contain changes"):
        account.change("main", template, values, kind="UPDATE")


def test_a_change_set_is_found_by_the_name_of_its_stack_and_by_its_id(account: Account) -> None:
    account.change("small", small(Source="S3", Build="Jenkins"))
    stack_id = account.stacks.describe_stacks(StackName="small")["Stacks"][0]["StackId"]
    change_set = {"StackName": stack_id, "ChangeSetName": account.change_set}
    assert account.stacks.describe_change_set(**change_set)["StackId"] == stack_id
    assert len(account.stacks.list_change_sets(StackName=stack_id)["Summaries"]) == 1
    account.stacks.execute_change_set(**change_set)
    assert account.settled(stack_id) == "CREATE_COMPLETE"


def test_a_pipeline_that_cannot_assume_its_role_fails_and_leaves_nothing(account: Account) -> None:
    template = resolved_template("main")
    template["Resources"]["Pipeline"]["Properties"]["RoleArn"] = UNKNOWN_ROLE
    assert account.deploy("main", template) == "ROLLBACK_COMPLETE"
    first = account.reasons("main")[0]
    said = f"Pipeline: CodePipeline is not authorized to perform AssumeRole on role {UNKNOWN_ROLE} "
    assert first.startswith(said)
    assert account.pipelines.list_pipelines()["pipelines"] == []
    assert account.roles.list_roles()["Roles"] == []
    assert account.buckets.list_buckets()["Buckets"] == []


def test_a_pipeline_cannot_assume_a_role_that_trusts_another_service(account: Account) -> None:
    template = copy.deepcopy(small(Source="S3", Build="Jenkins"))
    trust = template["Resources"]["Role"]["Properties"]["AssumeRolePolicyDocument"]
    trust["Statement"][0]["Principal"] = {"Service": ["codebuild.amazonaws.com"]}
    assert account.deploy("small", template) == "ROLLBACK_COMPLETE"
    assert "is not authorized to perform AssumeRole" in account.reasons("small")[0]


def test_an_update_that_fails_leaves_the_pipeline_that_was(account: Account) -> None:
    template = small(Source="S3", Build="Jenkins")
    account.deploy("small", template)
    worse = small(Source="S3", Other="Jenkins")
    worse["Resources"]["Pipeline"]["Properties"]["RoleArn"] = UNKNOWN_ROLE
    assert account.deploy("small", worse, kind="UPDATE") == "UPDATE_ROLLBACK_COMPLETE"
    assert [stage for stage, *_ in account.structure("small")] == ["Source", "Build"]


def test_two_stacks_cannot_have_a_pipeline_of_one_name(account: Account) -> None:
    template = small(Source="S3", Build="Jenkins")
    account.deploy("one", template)
    assert account.deploy("two", template) == "ROLLBACK_COMPLETE"
    assert "A pipeline with the name 'small' already exists" in account.reasons("two")[0]


def test_a_pipeline_that_is_renamed_is_replaced(account: Account) -> None:
    template = small(Source="S3", Build="Jenkins")
    account.deploy("small", template)
    template["Resources"]["Pipeline"]["Properties"]["Name"] = "other"
    assert account.deploy("small", template, kind="UPDATE") == "UPDATE_COMPLETE"
    assert [one["name"] for one in account.pipelines.list_pipelines()["pipelines"]] == ["other"]


def test_a_pipeline_takes_over_the_tags_of_its_stack(account: Account) -> None:
    account.deploy("small", small(Source="S3", Build="Jenkins"))
    metadata = account.pipelines.get_pipeline(name="small")["metadata"]
    tags = account.pipelines.list_tags_for_resource(resourceArn=metadata["pipelineArn"])["tags"]
    assert {"key": "aws:cloudformation:stack-name", "value": "small"} in tags


@pytest.mark.parametrize("case", SPECS, ids=lambda case: f"{case.parent.name}-{case.stem}")
def test_every_template_deploys_for_every_branch_rule(account: Account, case: Path) -> None:
    compilation = compiled(case)
    assert compilation.spec is not None
    assert compilation.template is not None
    body = compilation.template.body
    others = provide(account, body)
    for rule in compilation.spec.branch_rules:
        values = {"BranchName": BRANCH, "BranchSlug": branch_slug(BRANCH), "BranchRule": rule.id}
        status = account.deploy("all", body, others | values)
        assert status == "CREATE_COMPLETE", account.reasons("all")
        assert account.delete("all") == "DELETE_COMPLETE"


RETURNED: dict[str, tuple[JSON, str]] = {
    "AWS::CodeCommit::Repository": ({"RepositoryName": "shop"}, "CloneUrlHttp"),
    "AWS::CodeConnections::Connection": ({"ConnectionName": "git"}, "ConnectionArn"),
    "AWS::CodeStarConnections::Connection": ({"ConnectionName": "git"}, "ConnectionStatus"),
}


@pytest.mark.parametrize("kind", RETURNED)
def test_a_type_that_no_template_of_ours_has_can_stand_beside_one(
    account: Account, kind: str
) -> None:
    properties, attribute = RETURNED[kind]
    template: JSON = {
        "Resources": {"One": {"Type": kind, "Properties": properties}},
        "Outputs": {"Ref": {"Value": {"Ref": "One"}}},
    }
    account.deploy("one", template)
    template["Outputs"]["Attribute"] = {"Value": {"Fn::GetAtt": ["One", attribute]}}
    template["Resources"]["One"]["Properties"]["Tags"] = [{"Key": "team", "Value": "shop"}]
    before = account.stacks.describe_stacks(StackName="one")["Stacks"][0]["Outputs"]
    assert account.deploy("one", template, kind="UPDATE") == "UPDATE_COMPLETE"
    after = account.stacks.describe_stacks(StackName="one")["Stacks"][0]["Outputs"]
    assert [one for one in after if one in before] == before
    assert len(after) == 2


def test_regions_know_nothing_of_each_other(
    account: Account, emulator: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import boto3

    account.deploy("small", small(Source="S3", Build="Jenkins"))
    elsewhere = boto3.client("codepipeline", region_name="us-east-1")
    assert elsewhere.list_pipelines()["pipelines"] == []
    elsewhere.close()


def test_a_slow_stack_is_seen_in_progress_and_its_update_can_be_cancelled(
    on_loopback: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(pace=0.05) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        account = Account(url)
        template = small(Source="S3", Build="Jenkins")
        account.change("small", template)
        account.stacks.execute_change_set(StackName="small", ChangeSetName=account.change_set)
        assert account.status("small") == "CREATE_IN_PROGRESS"
        assert account.settled("small") == "CREATE_COMPLETE"

        template["Resources"] |= small(Source="S3", Other="Jenkins")["Resources"]
        template["Resources"]["Role"]["Properties"]["Description"] = "changed first"
        account.change("small", template, kind="UPDATE")
        account.stacks.execute_change_set(StackName="small", ChangeSetName=account.change_set)
        account.stacks.cancel_update_stack(StackName="small")
        assert account.settled("small") == "UPDATE_ROLLBACK_COMPLETE"
        assert [stage for stage, *_ in account.structure("small")] == ["Source", "Build"]


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT], ids=lambda told: told.name)
def test_it_stops_when_told_and_leaves_nothing_behind(tmp_path: Path, told: signal.Signals) -> None:
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [PYTHON, "-m", "tests.emulator.serve", "--port", "0"],
        cwd=ROOT,
        env=environment | {"AWS_ACCESS_KEY_ID": "secret", "SERVICES": "sqs"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        port = int(line.partition("127.0.0.1:")[2].partition(" ")[0])
        with socket.socket() as other:
            assert other.connect_ex(("127.0.0.2", port)) != 0
        process.send_signal(told)
        assert process.stdout.read() == ""
    assert process.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_taken_is_told(emulator: str) -> None:
    port = emulator.rpartition(":")[2]
    done = subprocess.run(
        [PYTHON, "-m", "tests.emulator.serve", "--port", port],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert f"cannot listen on port {port}" in done.stderr


def resolved_template(branch: str) -> JSON:
    """Return the example's template with the parameters of one branch as defaults."""
    _, values = gitflow(branch)
    template = compiled(GITFLOW).template
    assert template is not None
    body = copy.deepcopy(template.body)
    for name, value in values.items():
        body["Parameters"][name]["Default"] = value
    return body
