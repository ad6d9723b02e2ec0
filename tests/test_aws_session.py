"""The way to AWS: whose credentials, which Region, and what is said when there are none."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.config import Config
from botocore.stub import Stubber

from pipelinegen import __version__
from pipelinegen.aws.session import connect
from pipelinegen.errors import EnvironmentFault
from pipelinegen.records import Identity
from pipelinegen.services import Connect, Connection
from tests.stubbed_aws import TIME

ARN = "arn:aws:sts::111111111111:assumed-role/me/session"
CALLER = {"UserId": "AIDA", "Account": "111111111111", "Arn": ARN}

Answer = tuple[str, str, Any]


class Session(botocore.session.Session):  # type: ignore[misc]  # botocore has no types
    """A session of the SDK whose clients give scripted answers."""

    def __init__(self, answers: list[Answer]) -> None:
        super().__init__()
        self.answers = answers
        self.made: list[tuple[str, str]] = []
        self.configs: list[Config] = []

    def create_client(self, service: str, region_name: str, config: Config) -> Any:
        client = super().create_client(service, region_name, config=config)
        self.made.append((service, region_name))
        self.configs.append(config)
        stubber = Stubber(client)
        for name, operation, answer in self.answers:
            if name == service and isinstance(answer, str):
                stubber.add_client_error(operation, answer, "AWS says no")
            elif name == service:
                stubber.add_response(operation, answer)
        stubber.activate()
        return client


def session(*answers: Answer, caller: Any = CALLER) -> Session:
    """A session that knows the caller, and gives each service these answers or error codes."""
    return Session([("sts", "get_caller_identity", caller), *answers])


def connected(found: Session, said: list[str] | None = None, **wishes: Any) -> Connection:
    heard = [] if said is None else said
    asked = {"profile": None, "region": None, "minutes": 1.0, "warn": heard.append, **wishes}
    return connect(new_session=lambda profile: found, **asked)


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings of a user who has no credentials but those that a test writes there."""
    path = tmp_path / "config"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    return path


def test_connect_is_what_commands_ask_for() -> None:
    asked: Connect = connect
    assert asked is connect


def test_the_caller_is_known_before_anything_is_done() -> None:
    assert connected(session()).identity == Identity(
        "111111111111", "eu-west-1", ARN, "aws", "amazonaws.com"
    )


def test_another_partition_has_other_addresses() -> None:
    caller = {**CALLER, "Arn": "arn:aws-cn:iam::111111111111:user/me"}
    found = session(caller=caller)
    identity = connected(found, region="cn-north-1").identity
    assert (identity.partition, identity.url_suffix) == ("aws-cn", "amazonaws.com.cn")


def test_a_partition_that_the_sdk_does_not_know_has_the_usual_addresses() -> None:
    caller = {**CALLER, "Arn": "arn:aws-moon:iam::111111111111:user/me"}
    identity = connected(session(caller=caller)).identity
    assert (identity.partition, identity.url_suffix) == ("aws-moon", "amazonaws.com")


REGIONS = {
    "the flag, or the spec, comes first": ("eu-north-1", {"AWS_REGION": "eu-west-1"}, "eu-north-1"),
    "AWS_REGION comes before AWS_DEFAULT_REGION": (
        None,
        {"AWS_REGION": "eu-west-2", "AWS_DEFAULT_REGION": "eu-west-3"},
        "eu-west-2",
    ),
    "AWS_DEFAULT_REGION comes before the profile": (
        None,
        {"AWS_DEFAULT_REGION": "eu-west-3"},
        "eu-west-3",
    ),
    "the profile comes last": (None, {}, "eu-south-1"),
}


@pytest.mark.parametrize(("region", "variables", "chosen"), REGIONS.values(), ids=REGIONS.keys())
def test_of_the_regions(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    region: str | None,
    variables: dict[str, str],
    chosen: str,
) -> None:
    path = tmp_path / "config"
    path.write_text("[default]\nregion = eu-south-1\n")
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert connected(session(), region=region).identity.region == chosen


def test_without_a_region_nothing_is_assumed(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION")
    with pytest.raises(EnvironmentFault) as caught:
        connected(session())
    assert str(caught.value) == (
        "no Region; name one with --region, with 'region' in the spec, or in AWS_REGION"
    )


@pytest.mark.parametrize(("value", "refuses"), [("1", True), ("0", False), ("", False)])
def test_offline_no_call_is_made(value: str, refuses: bool) -> None:
    found = session()
    environment = {"PIPELINEGEN_OFFLINE": value, "AWS_REGION": "eu-west-1"}
    if refuses:
        with pytest.raises(EnvironmentFault, match="PIPELINEGEN_OFFLINE is set, so AWS is not"):
            connected(found, environment=environment)
    else:
        connected(found, environment=environment)
    assert bool(found.made) is not refuses


def real(**wishes: Any) -> Connection:
    """A connection through the SDK's own session, as users have it."""
    asked = {"profile": None, "region": "eu-west-1", "minutes": 1.0, "warn": print, **wishes}
    return connect(**asked)


def test_a_profile_that_does_not_exist_is_told(config: Path) -> None:
    with pytest.raises(EnvironmentFault, match="there is no profile 'shop'"):
        real(profile="shop")


def test_a_profile_of_the_environment_is_told(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "shop")
    with pytest.raises(EnvironmentFault, match="there is no profile 'shop'"):
        real()


def test_no_credentials_are_told(config: Path) -> None:
    with pytest.raises(EnvironmentFault, match="no credentials; name a profile with --profile or"):
        real()


def test_a_single_sign_on_that_has_ended_is_told(config: Path) -> None:
    config.write_text(
        "[profile shop]\nsso_start_url = https://shop.awsapps.com/start\nsso_region = eu-west-1\n"
        "sso_account_id = 111111111111\nsso_role_name = deployer\n"
    )
    with pytest.raises(EnvironmentFault, match="log in with: aws sso login --profile shop"):
        real(profile="shop")


def test_half_a_pair_of_keys_is_told(config: Path) -> None:
    config.write_text("[profile shop]\naws_access_key_id = AKIA\n")
    with pytest.raises(EnvironmentFault, match="Partial credentials found"):
        real(profile="shop")


def test_what_is_no_region_is_told(config: Path) -> None:
    with pytest.raises(EnvironmentFault, match="'Ireland!' is no Region; eu-west-1 is one"):
        connected(session(), region="Ireland!")


def test_an_endpoint_that_is_no_url_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "foo")
    with pytest.raises(EnvironmentFault, match=r"cannot be called with these settings: .*foo"):
        connect(profile=None, region="eu-west-1", minutes=1.0, warn=print)


def test_a_refused_caller_is_told() -> None:
    found = session(caller="InvalidClientTokenId")
    with pytest.raises(EnvironmentFault, match="does not know the credentials of profile 'shop'"):
        connected(found, profile="shop")


def test_clients_are_made_once_and_only_when_they_are_needed() -> None:
    stack = {
        "StackName": "shop",
        "StackId": "arn:aws:cloudformation:x",
        "StackStatus": "CREATE_COMPLETE",
        "CreationTime": TIME,
    }
    answer = ("cloudformation", "describe_stacks", {"Stacks": [stack]})
    found = session(answer, answer)
    connection = connected(found)
    assert found.made == [("sts", "eu-west-1")]
    for _ in range(2):
        assert connection.stacks.find("shop") is not None
    assert found.made == [("sts", "eu-west-1"), ("cloudformation", "eu-west-1")]


def test_our_clients_send_once_and_say_who_they_are() -> None:
    """The SDK would repeat a write whose reply was lost before anybody looks."""
    found = session(("ssm", "get_parameter", {"Parameter": {"Value": "bucket"}}))
    assert connected(found).stores.parameter("/p") == "bucket"
    config = found.configs[-1]
    assert config.retries == {"mode": "standard", "total_max_attempts": 1}
    assert config.user_agent_extra == f"pipelinegen/{__version__}"


def test_elsewhere_is_the_same_caller_and_the_same_run() -> None:
    found = session(("cloudformation", "describe_stacks", {"Stacks": []}))
    here = connected(found)
    there = here.elsewhere("eu-north-1")
    assert [*there.stacks.every()] == []
    assert found.made == [("sts", "eu-west-1"), ("cloudformation", "eu-north-1")]
    assert (there.identity.region, there.identity.arn) == ("eu-north-1", ARN)
    assert there.run == here.run


def test_two_runs_are_told_apart_by_four_hex_digits() -> None:
    runs = {connected(session()).run for _ in range(3)}
    assert len(runs) > 1
    assert all(len(run) == 4 and int(run, 16) >= 0 for run in runs)


def test_the_regions_are_those_that_the_account_has() -> None:
    answer = {"Regions": [{"RegionName": "eu-west-1"}, {"RegionName": "eu-north-1"}]}
    assert connected(session(("ec2", "describe_regions", answer))).regions() == (
        "eu-north-1",
        "eu-west-1",
    )


def test_regions_that_may_not_be_asked_for_are_those_of_the_sdk() -> None:
    said: list[str] = []
    found = connected(session(("ec2", "describe_regions", "UnauthorizedOperation")), said).regions()
    assert "eu-west-1" in found
    assert "cn-north-1" not in found
    assert said == [
        "the caller has no right to ec2:DescribeRegions; AWS: AWS says no; all Regions that the "
        "SDK knows are tried, enabled or not"
    ]


def test_a_client_that_cannot_be_made_is_told() -> None:
    with pytest.raises(EnvironmentFault, match="AWS cannot be called: Provided region_name"):
        connected(session()).elsewhere("Ireland!").stacks.find("shop")


def test_time_goes_on_while_we_sleep() -> None:
    clock = connected(session()).clock
    before = clock.now()
    clock.sleep(0)
    assert clock.now() >= before
