"""`bootstrap` deploys the store and the controller as `deploy` does, and touches no other stack."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from pipelinegen.commands._person import Person
from pipelinegen.display import Display
from pipelinegen.life_cycle.run import Options
from pipelinegen.life_cycle.run import Run as Deployed
from pipelinegen.shared_store import shared_store_template
from pipelinegen.support_stack import NO_SPEC, support_stack
from tests.conftest import Run
from tests.emulator.account import Account
from tests.simulation.account import Account as Simulation

STORE = "pipelinegen-artifact-store"
CONTROLLER = "shop-pipelinegen-controller"
SPEC = """\
pipeline: shop
branches: [{branch: main}]
sources: [{codecommit: {repository-name: shop}}]
stages: [{stage: Go, actions: [approval: {}]}]
"""


@pytest.fixture
def account(emulator: str) -> Account:
    return Account(emulator)


@pytest.fixture
def spec(run: Run) -> Path:
    path = Path("pipelinegen.yaml")
    path.write_text(SPEC)
    return path


def stack(account: Account, name: str) -> Any:
    (found,) = account.stacks.describe_stacks(StackName=name)["Stacks"]
    return found


def test_store(account: Account, run: Run) -> None:
    """The store is created, protected and tagged; the second time nothing changes."""
    done = run("bootstrap", "--store", "--yes")
    assert (done.exit_code, done.stdout) == (0, ""), done.output
    assert "termination protection is on\n" in done.stderr
    made = stack(account, STORE)
    assert made["StackStatus"] == "CREATE_COMPLETE"
    assert made["EnableTerminationProtection"] is True
    assert made["Tags"] == [{"Key": "pipelinegen:store", "Value": "artifacts"}]
    outputs = {one["OutputKey"] for one in made["Outputs"]}
    assert outputs == set(shared_store_template()["Outputs"])
    again = run("bootstrap", "--store", "--yes")
    assert again.exit_code == 0
    assert "no changes" in again.stderr
    assert f"aws cloudformation describe-stacks --stack-name {STORE}" in again.stderr


def test_store_is_changed(account: Account, run: Run) -> None:
    """A reader more is an update of the same stack."""
    run("bootstrap", "--store", "--yes")
    done = run("bootstrap", "--store", "--yes", "--read-account", "222222222222")
    assert done.exit_code == 0, done.output
    assert stack(account, STORE)["StackStatus"] == "UPDATE_COMPLETE"


def test_foreign_stack(account: Account, run: Run) -> None:
    """A stack of that name that is not ours is left alone."""
    topic = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {}}}}
    account.deploy(STORE, topic)
    done = run("bootstrap", "--store", "--yes")
    assert done.exit_code == 4
    assert (
        f"stack '{STORE}' was not made by pipelinegen bootstrap; it was left alone" in done.stderr
    )


def test_stack_of_another_pipeline(account: Account, run: Run, spec: Path) -> None:
    """Tags that say something else than ours say that it is not ours."""
    run("bootstrap", "--controller", "--yes")
    account.stacks.update_stack(
        StackName=CONTROLLER,
        UsePreviousTemplate=True,
        Capabilities=["CAPABILITY_NAMED_IAM"],
        Tags=[{"Key": "pipelinegen:controller", "Value": "other"}],
    )
    done = run("bootstrap", "--controller", "--yes")
    assert done.exit_code == 4
    assert "was not made by pipelinegen bootstrap" in done.stderr


def test_deployed_by_hand(account: Account, run: Run) -> None:
    """A stack of that name without tags is ours where its template is."""
    account.deploy(STORE, json.loads(run("bootstrap", "--print", "--format", "json").stdout))
    done = run("bootstrap", "--store", "--yes")
    assert done.exit_code == 0, done.output
    assert stack(account, STORE)["Tags"] == [{"Key": "pipelinegen:store", "Value": "artifacts"}]


def test_failure(account: Account, run: Run) -> None:
    """A create that fails says so without a spec, and names the same command."""
    account.buckets.create_bucket(
        Bucket="pipelinegen-artifacts-111111111111-eu-west-1",
        CreateBucketConfiguration={"LocationConstraint": "eu-west-1"},
    )
    ssm = boto3.client("ssm", region_name="eu-west-1")
    ssm.put_parameter(Name="/pipelinegen/artifact-store/bucket", Value="mine", Type="String")
    ssm.close()
    done = run("bootstrap", "--store", "--yes", "--read-account", "222222222222")
    assert done.exit_code == 4, done.output
    assert "next:   pipelinegen bootstrap --store --read-account 222222222222" in done.stderr


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("deploy",), "pipelinegen bootstrap --store"),
        (("deploy", "-y"), "pipelinegen bootstrap --store -y"),
        (
            ("status",),
            f"aws cloudformation describe-stacks --stack-name {STORE} --region eu-west-1",
        ),
        (("destroy",), f"aws cloudformation delete-stack --stack-name {STORE} --region eu-west-1"),
        (
            ("deploy", "--recover"),
            f"aws cloudformation continue-update-rollback --stack-name {STORE} --region eu-west-1",
        ),
        (
            ("deploy", "--cancel"),
            f"aws cloudformation cancel-update-stack --stack-name {STORE} --region eu-west-1",
        ),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_commands(words: tuple[str, ...], line: str) -> None:
    """The next command is one that exists: ours where we have it, else that of the AWS CLI."""
    wanted = support_stack(
        STORE, shared_store_template(), tags={}, command=("bootstrap", "--store"), role_arn=None
    )
    connection, silent = Simulation().connection(), Person(yes=True, silent=True, display=Display())
    shown: list[object] = []
    run = Deployed(
        wanted, connection, silent, shown.append, Options(), NO_SPEC, lambda _logical_id: None
    )
    assert run.command(*words) == line


def test_declined(account: Account, run: Run) -> None:
    """Where nobody answers, nothing is left behind."""
    done = run("bootstrap", "--store")
    assert done.exit_code == 5
    assert "nobody can answer" in done.stderr
    assert account.stacks.describe_stacks()["Stacks"] == []


def test_controller(account: Account, run: Run, spec: Path) -> None:
    """The controller stands beside the branches, with the tag of its own."""
    done = run("bootstrap", "--controller", "--yes", "--output", "jsonl")
    assert done.exit_code == 0, done.output
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines[0]["schema"] == "pipelinegen/v1/bootstrap"
    assert {line["branch"] for line in lines} == {None}
    made = stack(account, CONTROLLER)
    assert made["StackStatus"] == "CREATE_COMPLETE"
    assert made["Tags"] == [{"Key": "pipelinegen:controller", "Value": "shop"}]
    assert made["EnableTerminationProtection"] is True


def test_print_controller(run: Run, spec: Path) -> None:
    """`--print` prints the controller and reaches for nothing; the same bytes each time."""
    first, again = (run("bootstrap", "--controller", "--print") for _ in range(2))
    assert first.exit_code == 0
    assert first.stdout == again.stdout
    assert "AWS::CodeBuild::Project" in first.stdout
    assert (
        "warning: role 'PipelineRole' is not bounded by 'shop-pipelinegen-boundary'" in first.stderr
    )


def test_place_of_the_spec(run: Run, tmp_path: Path) -> None:
    """The build reads the spec where it lies in its repository, wherever the command runs."""
    (tmp_path / ".git").mkdir()
    folder = tmp_path / "deploy"
    folder.mkdir()
    (folder / "shop.yaml").write_text(SPEC)
    done = run(
        "bootstrap", "--controller", "--print", "--spec", "deploy/shop.yaml", "--format", "json"
    )
    project = json.loads(done.stdout)["Resources"]["Project"]["Properties"]
    (place,) = (
        one["Value"]
        for one in project["Environment"]["EnvironmentVariables"]
        if one["Name"] == "SPEC"
    )
    assert place == "deploy/shop.yaml"


def test_spec_with_errors(run: Run) -> None:
    """A spec with errors is told of; no template is made of it."""
    Path("pipelinegen.yaml").write_text("pipeline: shop\n")
    done = run("bootstrap", "--controller", "--print")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "error[" in done.stderr


def test_spec_from_stdin(run: Run) -> None:
    """Nobody knows where a spec from stdin lies in its repository."""
    done = run("bootstrap", "--controller", "--print", "--spec", "-", stdin=SPEC.encode())
    assert done.exit_code == 2
    assert "a spec from stdin lies in no repository" in done.stderr


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        pytest.param((), "name what to deploy: --store or --controller", id="no flag at all"),
        pytest.param(("--store", "--controller"), "exclude each other", id="both flags"),
        pytest.param(("--store", "--read-account", "1"), "12 digits", id="no account"),
    ],
)
def test_usage(run: Run, flags: tuple[str, ...], message: str) -> None:
    done = run("bootstrap", *flags)
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr
