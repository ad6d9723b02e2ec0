"""Rights on what a spec names: secrets, SSM parameters, keys, images and subnets."""

from __future__ import annotations

import pytest

from tests import rights
from tests.test_resources import JSON, allowed, resources

_REGION = "eu-west-1:111111111111"
_SECRET = f"arn:aws:secretsmanager:{_REGION}:secret"
_PARAMETER = f"arn:aws:ssm:{_REGION}:parameter"
_TEMPLATE = """
parameters: {Name: {}, SecretArn: {}}
template:
  resources:
    Key: {Type: AWS::SecretsManager::Secret}
    Db: {Type: AWS::RDS::DBInstance}
    Setting: {Type: AWS::SSM::Parameter}
"""


def _statement(written: str, role: str, sid: str) -> JSON:
    return allowed(resources(written), role)[sid]


def _build(keys: str) -> str:
    return f"stages: [{{stage: Build, actions: [{{codebuild: {{buildspec: b.yml, {keys}}}}}]}}]\n"


def _allowed(key: str, value: str, sid: str) -> JSON:
    written = _TEMPLATE + _build(f"{key}: {{X: '{value}'}}")
    return _statement(written, "BuildBuildProjectRole", sid)["Resource"]


@pytest.mark.parametrize(
    ("value", "allowed"),
    [
        pytest.param("db/login:password", f"{_SECRET}:db/login-??????", id="a name"),
        pytest.param(f"{_SECRET}:db:password", f"{_SECRET}:db-??????", id="an ARN without suffix"),
        pytest.param(f"{_SECRET}:db-a1B2c3:password", f"{_SECRET}:db-a1B2c3", id="a whole ARN"),
        pytest.param("${resource:Key}:password", {"Ref": "Key"}, id="a secret of the template"),
        pytest.param(
            "${resource:Db.MasterUserSecret.SecretArn}",
            {"Fn::GetAtt": ["Db", "MasterUserSecret.SecretArn"]},
            id="an attribute that is an ARN",
        ),
        pytest.param(
            "${import:db-secret-arn}:password",
            {"Fn::ImportValue": "db-secret-arn"},
            id="an export whose name says ARN",
        ),
        pytest.param("${param:SecretArn}", {"Ref": "SecretArn"}, id="such a parameter"),
        pytest.param(
            "${param:Name}:password",
            {"Fn::Sub": f"{_SECRET}:${{Name}}-??????"},
            id="a parameter that is a name",
        ),
    ],
)
def test_a_build_may_read_the_secret_that_is_named(value: str, allowed: JSON) -> None:
    assert _allowed("env-secret", value, "ReadSecrets") == [allowed]


@pytest.mark.parametrize(
    ("value", "allowed"),
    [
        pytest.param("/shop/level", f"{_PARAMETER}/shop/level", id="a path"),
        pytest.param("level", f"{_PARAMETER}/level", id="a name"),
        pytest.param(f"{_PARAMETER}/shop/level", f"{_PARAMETER}/shop/level", id="an ARN"),
    ],
)
def test_a_build_may_read_the_parameter_that_is_named(value: str, allowed: str) -> None:
    assert _allowed("env-ssm", value, "ReadParameters") == [allowed]


@pytest.mark.parametrize("name", ["/shop/level", "level"])
def test_one_slash_stands_before_a_name_that_only_a_deployment_knows(name: str) -> None:
    (made,) = _allowed("env-ssm", "${param:Name}", "ReadParameters")
    (slash, split) = made["Fn::Join"]
    cut, whole = split["Fn::Split"]
    arn = whole["Fn::Sub"].replace("${Name}", name)
    assert slash.join(arn.split(cut)) == f"{_PARAMETER}/{name.removeprefix('/')}"
    assert rights.BINDINGS["AWS::Region"] in arn


@pytest.mark.parametrize("key", ["alias/art", f"arn:aws:kms:{_REGION}:alias/art"])
def test_a_key_known_by_its_alias_is_granted_by_that_alias(key: str) -> None:
    """IAM takes no alias for a key: what it grants is every key that has this alias."""
    by_alias = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/art"}}
    store = _statement(
        f"artifact-store: {{kms-key-arn: '{key}'}}", "PipelineRole", "ArtifactKeyByAlias"
    )
    own = _statement(_build(f"encryption-key: '{key}'"), "BuildBuildProjectRole", "OwnKeyByAlias")
    for one in (store, own):
        assert one["Condition"] == by_alias
        (resource,) = one["Resource"]
        assert str(resource).endswith(":key/*")


def test_a_key_known_by_its_id_is_granted_by_its_arn() -> None:
    written = "artifact-store: {kms-key-arn: 0a1b-2c3d}"
    (resource,) = _statement(written, "PipelineRole", "ArtifactKey")["Resource"]
    assert resource == f"arn:aws:kms:{_REGION}:key/0a1b-2c3d"


def test_an_image_of_a_repository_in_the_template_is_pulled_with_the_role() -> None:
    written = "template: {resources: {Repo: {Type: AWS::ECR::Repository}}}\n" + _build(
        "image: '${resource:Repo.RepositoryUri}:1'"
    )
    made = resources(written)
    environment = made["BuildBuildProject"]["Properties"]["Environment"]
    assert environment["ImagePullCredentialsType"] == "SERVICE_ROLE"
    pull = allowed(made, "BuildBuildProjectRole")["EcrPull"]
    assert pull["Resource"] == [{"Fn::GetAtt": ["Repo", "Arn"]}]


def test_commands_in_a_vpc_enter_its_subnets_only() -> None:
    body = "{run: [ls], vpc-id: vpc-1, subnets: [subnet-1], security-group-ids: [sg-1]}"
    written = f"stages: [{{stage: S, actions: [{{commands: {body}}}]}}]"
    enter = _statement(written, "PipelineRole", "VpcPermission")
    assert enter["Action"] == ["ec2:CreateNetworkInterfacePermission"]
    subnet = f"arn:aws:ec2:{_REGION}:subnet/subnet-1"
    assert enter["Condition"] == {"ArnLike": {"ec2:Subnet": [subnet]}}


@pytest.mark.parametrize(
    ("branches", "allowed_to"),
    [
        pytest.param(
            "[{branch: main}]",
            {"Fn::Join": [":execution:", {"Fn::Split": [":stateMachine:", {"Ref": "SsmSm"}]}]},
            id="a parameter of the stack is known to functions",
        ),
        pytest.param(
            "[{branch: main}, {branch: develop}]",
            f"arn:aws:states:{_REGION}:execution:*:*",
            id="what is resolved after all functions is not",
        ),
    ],
)
def test_executions_of_a_state_machine_may_be_followed(branches: str, allowed_to: JSON) -> None:
    machine = "step-functions: {state-machine-arn: '${ssm:/sm}'}, only: [main]"
    stages = f"[{{stage: S, actions: [{{codebuild: {{}}}}, {{{machine}}}]}}]"
    written = f"branches: {branches}\nstages: {stages}\n"
    (resource,) = _statement(written, "PipelineRole", "FollowStateMachine")["Resource"]
    if isinstance(resource, dict):
        text, variables = resource["Fn::Sub"]
        assert (text, list(variables.values())) == ("${Text}:*", [allowed_to])
    else:
        assert resource == allowed_to
