"""The controller may drive the stacks of its pipeline's branches and nothing else."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
import yaml

from pipelinegen import __version__
from pipelinegen.compiler import compile_spec
from pipelinegen.controller import beyond, controller_template, origin
from pipelinegen.controller.names import service_role_of, trigger_of
from pipelinegen.dump import to_json
from pipelinegen.errors import UsageError
from pipelinegen.model import Spec
from pipelinegen.specialise import specialise
from tests import rights
from tests.iam import Call, allows, policy_of, within
from tests.test_deploy_rights import used
from tests.test_goldens import cfn_lint

JSON = Any

CODECOMMIT = "{codecommit: {repository-name: shop}}"
CONNECTION = (
    "{connection: {connection-arn: '${ssm:/pipelinegen/connection}', full-repository-id: me/shop}}"
)


def spec(source: str = CODECOMMIT, *, pipeline: str = "shop", more: str = "") -> Spec:
    text = (
        f"pipeline: {pipeline}\n"
        "branches: [{branch: main, values: {name: shop}}]\n"
        f"sources: [{source}]\n"
        "stages: [{stage: Go, actions: [approval: {}]}]\n"
        f"{more}"
    )
    found = compile_spec("pipelinegen.yaml", text.encode()).spec
    assert found is not None
    return found


def controller(source: str = CODECOMMIT, host: str = "github", **options: str) -> JSON:
    found = spec(source, **options)
    return controller_template(found, origin(found, host), "pipelinegen.yaml")


def bound(**options: str) -> JSON:
    return specialise(controller(**options), rights.BINDINGS)


def properties(template: JSON, logical_id: str) -> JSON:
    return template["Resources"][logical_id]["Properties"]


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(controller(), id="of CodeCommit"),
        pytest.param(controller(CONNECTION), id="of GitHub"),
        pytest.param(controller(pipeline="s" * 50), id="with the longest name"),
    ],
)
def test_valid(made: JSON) -> None:
    """cfn-lint has nothing to say, IAM knows every right, and few are on everything."""
    assert cfn_lint(made) == []
    resolved = specialise(made, rights.BINDINGS)
    # IAM checks a connection under both names of the service, whatever its ARN says.
    faults = [one for one in rights.faults(resolved) if "ReadRepository" not in one]
    assert faults == []
    # To see which stacks there are takes the right on all of them.
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
    assert rights.unscoped(resolved) == ["BuildRole: cloudformation:DescribeStacks"]


def test_same_bytes() -> None:
    assert to_json(controller()) == to_json(controller())


def test_starts_on_branches_and_by_the_hour() -> None:
    """A branch that comes or goes starts it, a push does not; the clock starts it anyway."""
    made = controller()
    pattern = properties(made, "BranchRule")["EventPattern"]
    assert pattern["detail"] == {
        "event": ["referenceCreated", "referenceDeleted"],
        "referenceType": ["branch"],
    }
    schedule = properties(made, "Schedule")
    assert schedule["ScheduleExpression"] == "rate(1 hour)"
    (target,) = properties(made, "BranchRule")["Targets"]
    for one in (target, schedule["Target"]):
        assert one["Arn"] == {"Fn::GetAtt": ["Project", "Arn"]}
        assert one["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["Missed", "Arn"]}}
    assert properties(made, "MissedAlarm")["Threshold"] == 0


def test_without_events() -> None:
    """A connection publishes no event of branches: the clock alone starts it."""
    made = controller(CONNECTION)
    kinds = {one["Type"] for one in made["Resources"].values()}
    assert not kinds & {"AWS::Events::Rule", "AWS::SQS::QueuePolicy"}
    assert "AWS::Scheduler::Schedule" in kinds


@pytest.mark.parametrize(
    ("host", "kind", "location"),
    [
        ("github", "GITHUB", "https://github.com/me/shop.git"),
        ("gitlab", "GITLAB", "https://gitlab.com/me/shop.git"),
        ("bitbucket", "BITBUCKET", "https://bitbucket.org/me/shop.git"),
    ],
)
def test_hosts(host: str, kind: str, location: str) -> None:
    """A connection's repository is read from its host, by the connection."""
    source = properties(controller(CONNECTION, host), "Project")["Source"]
    assert (source["Type"], source["Location"]) == (kind, location)
    assert source["Auth"] == {
        "Type": "CODECONNECTIONS",
        "Resource": "{{resolve:ssm:/pipelinegen/connection}}",
    }


def test_connection_by_its_arn() -> None:
    arn = "arn:${AWS::Partition}:codeconnections:eu-west-1:111111111111:connection/0a1b"
    source = CONNECTION.replace("${ssm:/pipelinegen/connection}", arn)
    auth = properties(controller(source), "Project")["Source"]["Auth"]
    assert auth["Resource"] == {"Fn::Sub": arn}


@pytest.mark.parametrize(
    ("source", "message"),
    [
        pytest.param(
            "{s3: {s3-bucket: a-bucket, s3-object-key: source.zip}}",
            "must be codecommit or connection",
            id="a source that knows no branches",
        ),
        pytest.param(
            "{codecommit: {repository-name: '${value:name}'}}",
            "'${value:name}' differs from branch to branch",
            id="a repository for each branch",
        ),
        pytest.param(
            CONNECTION.replace("${ssm:/pipelinegen/connection}", "${param:Connection}"),
            "'${param:Connection}' differs from branch to branch",
            id="a connection for each stack",
        ),
    ],
)
def test_refused(source: str, message: str) -> None:
    more = "parameters: {Connection: {type: String}}\n" if "param" in source else ""
    with pytest.raises(UsageError) as caught:
        origin(spec(source, more=more), "github")
    assert message in str(caught.value)


def test_runs_one_pinned_sync() -> None:
    """One build at a time runs `sync` of this very version, on the default branch."""
    project = properties(controller(), "Project")
    assert project["ConcurrentBuildLimit"] == 1
    assert "SourceVersion" not in project
    buildspec = yaml.safe_load(project["Source"]["BuildSpec"])
    (install,) = buildspec["phases"]["install"]["commands"]
    assert install.endswith(f" pipelinegen=={__version__}")
    (command,) = buildspec["phases"]["build"]["commands"]
    assert command == ('pipelinegen sync "$SPEC" --prune --yes --role-arn "$CLOUDFORMATION_ROLE"')
    variables = {one["Name"] for one in project["Environment"]["EnvironmentVariables"]}
    assert variables == {"SPEC", "CLOUDFORMATION_ROLE"}


def test_names_fit() -> None:
    """Names keep within IAM's and EventBridge's limits, and two long pipelines stay apart."""
    first, second = (service_role_of("s" * 49 + letter) for letter in "ab")
    assert len(first) <= 64
    assert first != second
    assert service_role_of("shop") == "shop-pipelinegen-cloudformation"
    assert len(trigger_of("s" * 50)) <= 64


ACCOUNT = "eu-west-1:111111111111"
STACK = f"arn:aws:cloudformation:{ACCOUNT}:stack/"
ROLE = "arn:aws:iam::111111111111:role/"
SERVICE_ROLE = f"{ROLE}shop-pipelinegen-cloudformation"
NOW, SOON = "aws:ResourceTag/pipelinegen:pipeline", "aws:RequestTag/pipelinegen:pipeline"
BY = "cloudformation:RoleArn"

OURS = f"{STACK}shop-feature-login-df7c7a-pipeline/0a1b"
DRIVES = ["DeleteChangeSet", "DeleteStack", "ExecuteChangeSet", "UpdateTerminationProtection"]
WRITES = [
    *DRIVES,
    *("CreateChangeSet", "CreateStack", "UpdateStack", "CancelUpdateStack", "RollbackStack"),
    *("ContinueUpdateRollback", "SetStackPolicy", "CreateStackSet", "TagResource"),
    *("SignalResource", "ImportStacksToStackSet", "UntagResource"),
]


def build() -> list[JSON]:
    return policy_of(bound(), "BuildRole")


@pytest.mark.parametrize("action", DRIVES)
def test_drives_its_stacks(action: str) -> None:
    assert allows(build(), Call(f"cloudformation:{action}", OURS, {NOW: "shop"}))


@pytest.mark.parametrize("present", [{NOW: "shop"}, {}], ids=["update", "create"])
def test_makes_change_sets(present: dict[str, str]) -> None:
    """A change set is made with our tag and CloudFormation's role, on a new stack or on ours."""
    keys = {**present, SOON: "shop", BY: SERVICE_ROLE}
    assert allows(build(), Call("cloudformation:CreateChangeSet", OURS, keys))


@pytest.mark.parametrize("action", WRITES)
@pytest.mark.parametrize(
    "stack",
    [
        "shop-pipelinegen-controller/0a1b",
        "pipelinegen-artifact-store/0a1b",
        "shop-main/0a1b",
        "shop-pipeline/0a1b",
        "other-main-pipeline/0a1b",
        "bookshop-main-pipeline/0a1b",
        "shop-main-pipeline-x/0a1b",
    ],
)
def test_without_the_prefix(action: str, stack: str) -> None:
    """Whatever its tags, a stack of another name is out of reach: the controller's own, too."""
    for now, soon in product((None, "shop"), repeat=2):
        keys = {BY: SERVICE_ROLE}
        keys |= {name: value for name, value in ((NOW, now), (SOON, soon)) if value}
        assert not allows(build(), Call(f"cloudformation:{action}", STACK + stack, keys))


@pytest.mark.parametrize("action", WRITES)
@pytest.mark.parametrize("now", [None, "other", "Shop", "shop2"])
def test_without_the_tag(action: str, now: str | None) -> None:
    """Whatever its name, a stack without our tag is out of reach, but to be created with it."""
    for soon in (None, "other", "shop"):
        keys = {BY: SERVICE_ROLE}
        keys |= {name: value for name, value in ((NOW, now), (SOON, soon)) if value}
        creates = action == "CreateChangeSet" and now is None and soon == "shop"
        assert allows(build(), Call(f"cloudformation:{action}", OURS, keys)) == creates


@pytest.mark.parametrize("role", [None, f"{ROLE}admin", f"{ROLE}shop-main-pipeline-PipelineRole"])
def test_change_set_with_another_role(role: str | None) -> None:
    """CloudFormation works with its own role, or not at all."""
    for now in (None, "shop"):
        keys = {SOON: "shop"} | ({BY: role} if role else {}) | ({NOW: now} if now else {})
        assert not allows(build(), Call("cloudformation:CreateChangeSet", OURS, keys))


def test_an_update_keeps_the_tag() -> None:
    keys = {NOW: "shop", SOON: "other", BY: SERVICE_ROLE}
    assert not allows(build(), Call("cloudformation:CreateChangeSet", OURS, keys))


def test_passes_one_role_to_one_service() -> None:
    passed = "iam:PassedToService"
    cloudformation = {passed: "cloudformation.amazonaws.com"}
    assert allows(build(), Call("iam:PassRole", SERVICE_ROLE, cloudformation))
    for role in (f"{ROLE}admin", f"{ROLE}shop-main-pipeline-PipelineRole", f"{SERVICE_ROLE}2"):
        assert not allows(build(), Call("iam:PassRole", role, cloudformation))
    for keys in ({}, {passed: "codebuild.amazonaws.com"}):
        assert not allows(build(), Call("iam:PassRole", SERVICE_ROLE, keys))


def test_rights_on_rights() -> None:
    """The build has no right of IAM but to pass that one role, and cannot become another."""
    actions = {one for statement in build() for one in statement["Action"]}
    assert [one for one in actions if one.startswith(("iam:", "sts:"))] == ["iam:PassRole"]
    assert not [one for one in actions if "*" in one]


def test_own_parts_are_out_of_reach() -> None:
    """What could stop or change the controller is nothing that its build may touch."""
    project = f"arn:aws:codebuild:{ACCOUNT}:project/shop-pipelinegen-controller"
    targets = {
        "events:DisableRule": f"arn:aws:events:{ACCOUNT}:rule/pipelinegen_shop",
        "events:DeleteRule": f"arn:aws:events:{ACCOUNT}:rule/pipelinegen_shop",
        "codebuild:UpdateProject": project,
        "codebuild:StartBuild": project,
        "logs:DeleteLogGroup": f"arn:aws:logs:{ACCOUNT}:log-group:/pipelinegen/shop/controller",
    }
    assert not [one for one in targets if allows(build(), Call(one, targets[one]))]


BY_A_PERSON = {
    "cloudformation:CancelUpdateStack",
    "cloudformation:ContinueUpdateRollback",
    "cloudformation:RollbackStack",
    "ec2:DescribeRegions",
}
"""What only `deploy --recover`, `deploy --cancel` and `list --all-regions` call."""

ELSEWHERE = ("codecommit:",)
"""Rights on the repository, which depend on the source."""


def test_sync_may_do_what_it_does() -> None:
    """Every call of the commands that a sync is made of is allowed to the build."""
    granted = {one for statement in build() for one in statement["Action"]}
    wanted = {one for one in used() if not one.startswith(ELSEWHERE)}
    assert wanted - granted == BY_A_PERSON


STORE = "arn:aws:s3:::shop-feature-login-df7c7a-artifactbucket-1abc"


@pytest.mark.parametrize(
    ("call", "allowed"),
    [
        pytest.param(Call("s3:DeleteBucket", STORE), True, id="the store of a branch"),
        pytest.param(Call("s3:DeleteObjectVersion", f"{STORE}/a"), True, id="what it holds"),
        pytest.param(
            Call("s3:DeleteBucket", "arn:aws:s3:::pipelinegen-artifacts-111111111111-eu-west-1"),
            False,
            id="the shared store",
        ),
        pytest.param(Call("s3:DeleteBucket", "arn:aws:s3:::shop-site"), False, id="a site"),
        pytest.param(
            Call("s3:DeleteObjectVersion", "arn:aws:s3:::other-artifactbucket-1/a"),
            False,
            id="another pipeline's",
        ),
        pytest.param(
            Call("kms:ScheduleKeyDeletion", f"arn:aws:kms:{ACCOUNT}:key/k", {NOW: "shop"}),
            True,
            id="a key with the tag",
        ),
        pytest.param(
            Call("kms:ScheduleKeyDeletion", f"arn:aws:kms:{ACCOUNT}:key/k"),
            False,
            id="a key without it",
        ),
    ],
)
def test_stores(call: Call, allowed: bool) -> None:
    """A branch's own store goes with it; no other bucket and no other key can."""
    assert allows(build(), call) == allowed


BOUNDARY = "arn:aws:iam::111111111111:policy/shop-pipelinegen-boundary"
BOUND = "iam:PermissionsBoundary"
A_ROLE = f"{ROLE}shop-main-pipeline-PipelineRole-0A1B"
RAISES = ["CreateRole", "PutRolePolicy", "AttachRolePolicy", "PutRolePermissionsBoundary"]


def service() -> list[JSON]:
    return policy_of(bound(), "CloudFormationRole")


@pytest.mark.parametrize("action", RAISES)
def test_roles_within_the_boundary(action: str) -> None:
    """A role is made, and gets policies, within the boundary only."""
    call = f"iam:{action}"
    assert allows(service(), Call(call, A_ROLE, {BOUND: BOUNDARY}))
    for keys in ({}, {BOUND: "arn:aws:iam::aws:policy/AdministratorAccess"}):
        assert not allows(service(), Call(call, A_ROLE, keys))


@pytest.mark.parametrize(
    "role",
    [
        "shop-pipelinegen-cloudformation",
        "pipelinegen/shop-pipelinegen-controller-BuildRole-0A1B",
        "admin",
    ],
)
@pytest.mark.parametrize("action", [*RAISES, "UpdateAssumeRolePolicy", "DeleteRole", "PassRole"])
def test_roles_out_of_reach(role: str, action: str) -> None:
    """The controller's roles, its own and those of others are not CloudFormation's to change."""
    keys = {BOUND: BOUNDARY, "iam:PassedToService": "codebuild.amazonaws.com"}
    assert not allows(service(), Call(f"iam:{action}", ROLE + role, keys))


@pytest.mark.parametrize("action", ["CreatePolicyVersion", "DeletePolicy", "DeletePolicyVersion"])
def test_boundary_is_fixed(action: str) -> None:
    assert allows(service(), Call(f"iam:{action}", BOUNDARY.replace("boundary", "x")))
    assert not allows(service(), Call(f"iam:{action}", BOUNDARY))


def test_no_way_to_drop_the_boundary() -> None:
    call = Call("iam:DeleteRolePermissionsBoundary", A_ROLE, {BOUND: BOUNDARY})
    assert not allows(service(), call)


def test_controller_project_is_fixed() -> None:
    projects = f"arn:aws:codebuild:{ACCOUNT}:project/"
    assert allows(service(), Call("codebuild:UpdateProject", f"{projects}ReviewLint-0A1B"))
    own = Call("codebuild:UpdateProject", f"{projects}shop-pipelinegen-controller")
    assert not allows(service(), own)


def test_keys_by_tag() -> None:
    """A key is made with our tag, and only such a key is touched."""
    key = f"arn:aws:kms:{ACCOUNT}:key/0a1b"
    assert allows(service(), Call("kms:CreateKey", "*", {SOON: "shop"}))
    assert not allows(service(), Call("kms:CreateKey", "*"))
    assert allows(service(), Call("kms:ScheduleKeyDeletion", key, {NOW: "shop"}))
    assert not allows(service(), Call("kms:ScheduleKeyDeletion", key, {NOW: "other"}))


@pytest.mark.parametrize(
    ("call", "within_it"),
    [
        (Call("s3:PutObject", "arn:aws:s3:::site/index.html"), True),
        (Call("cloudformation:UpdateStack", f"{STACK}shop-service/0a1b"), True),
        (Call("iam:PassRole", f"{ROLE}task"), True),
        (Call("iam:CreateRole", A_ROLE), False),
        (Call("iam:PutRolePolicy", A_ROLE), False),
        (Call("iam:PassRole", SERVICE_ROLE), False),
        (Call("organizations:LeaveOrganization", "*"), False),
        (Call("sts:AssumeRole", f"{ROLE}pipelinegen/shop-BuildRole"), False),
        (Call("cloudformation:DeleteStack", f"{STACK}shop-pipelinegen-controller/0a1b"), False),
    ],
    ids=lambda one: one.action if isinstance(one, Call) else "",
)
def test_boundary(call: Call, within_it: bool) -> None:
    """A bounded role that was given everything may do all but administer rights."""
    everything = [{"Effect": "Allow", "Action": ["*"], "Resource": ["*"]}]
    assert within(policy_of(bound(), "Boundary"), everything, call) == within_it


def test_boundary_grants_nothing_itself() -> None:
    call = Call("s3:PutObject", "arn:aws:s3:::site/index.html")
    assert not within(policy_of(bound(), "Boundary"), [], call)


def test_what_is_beyond_it() -> None:
    """Roles without the boundary and resources of other types are told of, in order."""
    role = {"Type": "AWS::IAM::Role", "Properties": {}}
    policy = "policy/shop-pipelinegen-boundary"
    arn = {"Fn::Sub": f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:{policy}"}
    body = {
        "Resources": {
            "Open": role,
            "Bounded": {**role, "Properties": {"PermissionsBoundary": arn}},
            "Elsewhere": {**role, "Properties": {"PermissionsBoundary": "arn:aws:iam::1:policy/x"}},
            "Table": {"Type": "AWS::DynamoDB::Table"},
            "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {}},
        }
    }
    assert list(beyond(body, "shop")) == [
        "role 'Elsewhere' is not bounded by 'shop-pipelinegen-boundary', so it cannot be made",
        "role 'Open' is not bounded by 'shop-pipelinegen-boundary', so it cannot be made",
        "'Table' is an AWS::DynamoDB::Table, which CloudFormation's role may not make",
    ]
