"""What is generated around the pipeline, one kind after the other, from the least that asks."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from pipelinegen.compiler import compile_spec
from pipelinegen.diagnostics import Severity
from pipelinegen.dump import to_yaml
from pipelinegen.specialise import specialise
from tests import rights

JSON = Any

BASE = """
pipeline: t
branches: [{branch: main}]
sources: [{codecommit: {repository-name: r}}]
stages: [{stage: Build, actions: [{codebuild: {buildspec: b.yml}}]}]
"""
BOUND = {
    **rights.BINDINGS,
    "BranchName": "main",
    "BranchSlug": "main",
    "BranchRule": "main",
}


def resources(written: str, base: str = BASE) -> JSON:
    """Return the resources of the base spec with some of its keys written anew."""
    data = yaml.safe_load(base) | yaml.safe_load(written)
    compilation = compile_spec("t.yaml", to_yaml(data).encode())
    errors = [one for one in compilation.diagnostics if one.severity is Severity.ERROR]
    assert errors == []
    assert compilation.template is not None
    return specialise(compilation.template.body, BOUND)["Resources"]


def properties(name: str, written: str) -> JSON:
    return resources(written)[name]["Properties"]


def project(body: str, more: str = "") -> JSON:
    """Return (properties of the project, its rights) for one action with this body."""
    made = resources(f"stages: [{{stage: Build, actions: [{{codebuild: {{{body}}}{more}}}]}}]\n")
    return made["BuildBuildProject"]["Properties"], allowed(made, "BuildBuildProjectRole")


def allowed(made: JSON, role: str) -> dict[str, JSON]:
    """Return Sid → statement of a role."""
    (policy,) = made[role]["Properties"]["Policies"]
    return {one["Sid"]: one for one in policy["PolicyDocument"]["Statement"]}


def test_the_bucket_is_private_encrypted_versioned_and_short_lived() -> None:
    made = resources("{}")
    bucket = made["ArtifactBucket"]
    assert bucket["DeletionPolicy"] == bucket["UpdateReplacePolicy"] == "Retain"
    written = bucket["Properties"]
    assert set(written["PublicAccessBlockConfiguration"].values()) == {True}
    assert written["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert written["VersioningConfiguration"] == {"Status": "Enabled"}
    (encryption,) = written["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms"}
    (rule,) = written["LifecycleConfiguration"]["Rules"]
    assert rule["ExpirationInDays"] == 30
    assert "BucketName" not in written


def test_only_tls_reaches_the_bucket() -> None:
    document = properties("ArtifactBucketPolicy", "{}")["PolicyDocument"]
    (deny,) = document["Statement"]
    assert (deny["Effect"], deny["Principal"], deny["Action"]) == ("Deny", "*", "s3:*")
    assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert len(deny["Resource"]) == 2


def test_a_key_of_its_own_trusts_the_account() -> None:
    made = resources("artifact-store: {create-kms-key: true, expire-after-days: 3}")
    key = made["ArtifactKey"]
    (statement,) = key["Properties"]["KeyPolicy"]["Statement"]
    assert statement["Principal"] == {"AWS": "arn:aws:iam::111111111111:root"}
    assert key["Properties"]["EnableKeyRotation"] is True
    assert key["DeletionPolicy"] == "Retain"
    store = made["Pipeline"]["Properties"]["ArtifactStore"]
    arn = {"Fn::GetAtt": ["ArtifactKey", "Arn"]}
    assert store["EncryptionKey"] == {"Id": arn, "Type": "KMS"}
    assert made["BuildBuildProject"]["Properties"]["EncryptionKey"] == arn
    (encryption,) = made["ArtifactBucket"]["Properties"]["BucketEncryption"][
        "ServerSideEncryptionConfiguration"
    ]
    assert encryption["ServerSideEncryptionByDefault"]["KMSMasterKeyID"] == arn


def test_readers_are_named_in_bucket_and_key() -> None:
    made = resources("artifact-store: {create-kms-key: true, read-accounts: ['222222222222']}")
    root = {"AWS": ["arn:aws:iam::222222222222:root"]}
    statements = made["ArtifactBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    by_sid = {one["Sid"]: one for one in statements}
    assert by_sid["ReadAccountsObjects"]["Principal"] == root
    assert by_sid["ReadAccountsObjects"]["Action"] == [
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:PutObject",
        "s3:PutObjectAcl",
    ]
    assert "s3:ListBucket" in by_sid["ReadAccountsBucket"]["Action"]
    (_, reader) = made["ArtifactKey"]["Properties"]["KeyPolicy"]["Statement"]
    assert reader["Principal"] == root


@pytest.mark.parametrize(
    "written", ["bucket: mine", "shared: true", "bucket: mine, kms-key-arn: 'arn:aws:kms:x'"]
)
def test_nothing_is_made_for_a_store_that_exists(written: str) -> None:
    made = resources(f"artifact-store: {{{written}}}")
    assert not [name for name in made if name.startswith("Artifact")]


def test_the_least() -> None:
    made, rights_of = project("phases: {build: [make]}")
    assert made == {
        "Artifacts": {"Type": "CODEPIPELINE"},
        "Source": {
            "Type": "CODEPIPELINE",
            "BuildSpec": "version: '0.2'\nphases:\n  build:\n    commands:\n      - make\n",
        },
        "Environment": {
            "Type": "LINUX_CONTAINER",
            "ComputeType": "BUILD_GENERAL1_SMALL",
            "Image": "aws/codebuild/standard:7.0",
        },
        "ServiceRole": {"Fn::GetAtt": ["BuildBuildProjectRole", "Arn"]},
        "LogsConfig": {
            "CloudWatchLogs": {
                "GroupName": {"Ref": "BuildBuildProjectLogs"},
                "Status": "ENABLED",
            }
        },
    }
    assert set(rights_of) == {"ArtifactBucket", "ArtifactObjects", "Logs"}
    assert rights_of["ArtifactObjects"]["Action"] == ["s3:GetObject", "s3:GetObjectVersion"]


def test_it_writes_artifacts_only_where_it_makes_some() -> None:
    _, rights_of = project("buildspec: b.yml")
    assert "s3:PutObject" in rights_of["ArtifactObjects"]["Action"]


def test_a_buildspec_file_may_report() -> None:
    """What a file holds is not seen; phases of ours report only what the spec says."""
    _, by_file = project("buildspec: b.yml")
    _, by_spec = project("phases: {build: [x]}, reports: {unit: {files: ['*.xml']}}")
    assert {"Reports"} == set(by_file) & set(by_spec) - {
        "ArtifactBucket",
        "ArtifactObjects",
        "Logs",
    }
    assert by_spec["Reports"]["Resource"] == [
        "arn:aws:codebuild:eu-west-1:111111111111:report-group/BuildBuildProject-*"
    ]


def test_shell_text_is_never_substituted() -> None:
    made, _ = project(
        "phases: {build: ['echo ${HOME} ${!X}'], pre_build: ['a']}, files: ['x-${branch:slug}']"
    )
    document = json.loads(made["Source"]["BuildSpec"])
    assert document["phases"]["build"]["commands"] == ["echo ${HOME} ${!X}"]
    assert document["artifacts"]["files"] == ["x-main"]


def test_a_written_buildspec_is_passed_through() -> None:
    made, _ = project("buildspec: 'version: 0.2 ${X}'")
    assert made["Source"]["BuildSpec"] == "version: 0.2 ${X}"


def test_an_image_of_ecr_is_pulled_with_the_role() -> None:
    made, rights_of = project(
        "buildspec: b, image: '222222222222.dkr.ecr.us-east-1.amazonaws.com/a/b:1'"
    )
    assert made["Environment"]["ImagePullCredentialsType"] == "SERVICE_ROLE"
    assert rights_of["EcrPull"]["Resource"] == ["arn:aws:ecr:us-east-1:222222222222:repository/a/b"]


def test_a_vpc_is_entered_by_its_subnets_only() -> None:
    made, rights_of = project(
        "buildspec: b, vpc: {id: vpc-1, subnets: [subnet-1], security-groups: [sg-1]}"
    )
    assert made["VpcConfig"] == {
        "VpcId": "vpc-1",
        "Subnets": ["subnet-1"],
        "SecurityGroupIds": ["sg-1"],
    }
    assert rights_of["VpcPermission"]["Condition"] == {
        "ArnEquals": {"ec2:Subnet": ["arn:aws:ec2:eu-west-1:111111111111:subnet/subnet-1"]},
        "StringEquals": {"ec2:AuthorizedService": "codebuild.amazonaws.com"},
    }


def test_a_cache_in_the_bucket_takes_the_key_too() -> None:
    made = resources(
        """
        artifact-store: {create-kms-key: true}
        stages:
          - stage: Build
            actions: [{action: Build, codebuild-test: {buildspec: b, cache: S3}}]
        """
    )
    rights_of = allowed(made, "BuildBuildProjectRole")
    assert rights_of["Cache"]["Resource"] == [
        {"Fn::Sub": "${ArtifactBucket.Arn}/cache/BuildBuildProject/*"}
    ]
    assert "kms:GenerateDataKey" in rights_of["ArtifactKey"]["Action"]
    assert "s3:PutObject" not in rights_of["ArtifactObjects"]["Action"]


def test_a_local_cache_needs_no_right() -> None:
    made, rights_of = project("buildspec: b, cache: LOCAL_SOURCE_CACHE")
    assert made["Cache"] == {"Type": "LOCAL", "Modes": ["LOCAL_SOURCE_CACHE"]}
    assert "Cache" not in rights_of


@pytest.mark.parametrize(
    ("written", "arn"),
    [
        ("app:key", "secret:app-??????"),
        ("app", "secret:app-??????"),
        ("a/b:key:AWSCURRENT", "secret:a/b-??????"),
        ("${secret:app:key}", "secret:app-??????"),
        ("pre-${branch:slug}:key", "secret:pre-main-??????"),
        (
            "arn:aws:secretsmanager:eu-west-1:111111111111:secret:app-AbCdEf:key",
            "secret:app-AbCdEf",
        ),
        ("arn:aws:secretsmanager:eu-west-1:111111111111:secret:app:key", "secret:app-??????"),
        (
            "arn:${AWS::Partition}:secretsmanager:eu-west-1:111111111111:secret:app-AbCdEf",
            "secret:app-AbCdEf",
        ),
    ],
)
def test_a_secret_is_read_by_its_name_alone(written: str, arn: str) -> None:
    """Not by JSON key, version or the characters that Secrets Manager adds."""
    made, rights_of = project(f"buildspec: b, env-secret: {{TOKEN: '{written}'}}")
    assert rights_of["ReadSecrets"]["Resource"] == [
        f"arn:aws:secretsmanager:eu-west-1:111111111111:{arn}"
    ]
    (variable,) = made["Environment"]["EnvironmentVariables"]
    assert variable["Type"] == "SECRETS_MANAGER"
    assert "resolve" not in variable["Value"]


@pytest.mark.parametrize(
    ("written", "arn"),
    [("/a/b", "a/b"), ("a", "a"), ("/x/${branch:slug}", "x/main")],
)
def test_a_parameter_is_read_by_its_name(written: str, arn: str) -> None:
    made, rights_of = project(f"buildspec: b, env-ssm: {{HOST: '{written}'}}")
    assert rights_of["ReadParameters"]["Resource"] == [
        f"arn:aws:ssm:eu-west-1:111111111111:parameter/{arn}"
    ]
    (variable,) = made["Environment"]["EnvironmentVariables"]
    assert variable["Type"] == "PARAMETER_STORE"


def test_what_a_run_names_is_read_by_pattern() -> None:
    """A run-time variable goes to the action; its project's role reads what it names."""
    made, rights_of = project(
        "buildspec: b, env-ssm: {A: '/x/#{Source.CommitId}'}, "
        "env-secret: {B: 'a-#{Source.CommitId}:k'}"
    )
    assert "EnvironmentVariables" not in made["Environment"]
    (parameter,) = rights_of["ReadParameters"]["Resource"]
    (secret,) = rights_of["ReadSecrets"]["Resource"]
    assert parameter.endswith(":parameter/x/*")
    assert secret.endswith(":secret:a-*-??????")


def test_a_service_role_replaces_ours() -> None:
    role = "arn:aws:iam::111111111111:role/x"
    body = f"{{buildspec: b, service-role: '{role}'}}"
    made = resources(f"stages: [{{stage: Build, actions: [{{codebuild: {body}}}]}}]")
    assert made["BuildBuildProject"]["Properties"]["ServiceRole"].endswith("role/x")
    assert "BuildBuildProjectRole" not in made


def test_permissions_are_added_in_the_order_written() -> None:
    _, rights_of = project(
        "buildspec: b, permissions: [{actions: ['b:B', 'a:A'], resources: ['arn:x']}, "
        "{actions: ['c:C'], resources: ['*'], conditions: {Bool: {k: 'true'}}}]"
    )
    assert rights_of["Permission1"]["Action"] == ["a:A", "b:B"]
    assert rights_of["Permission2"]["Condition"] == {"Bool": {"k": "true"}}


def test_a_batch_runs_builds_of_its_own_project() -> None:
    made, rights_of = project("buildspec: b, batch-enabled: true")
    assert made["BuildBatchConfig"] == {"ServiceRole": made["ServiceRole"]}
    assert rights_of["BatchBuilds"]["Resource"] == [
        "arn:aws:codebuild:eu-west-1:111111111111:project/BuildBuildProject-*"
    ]


def test_a_shared_project_reads_what_all_its_runners_read() -> None:
    """Also what a stage rule runs it on."""
    made = resources(
        """
        sources: [{codecommit: {repository-name: r, output-artifact-format: CODEBUILD_CLONE_REF}}]
        projects: {Shared: {buildspec: b.yml}}
        stages:
          - stage: One
            actions:
              - codebuild-test: {project-name: "${project:Shared}", env-secret: {T: "app:k"}}
          - stage: Two
            before-entry: {result: FAIL, rules: [{codebuild: {project-name: "${project:Shared}"}}]}
            actions: [{approval: {}}]
        """
    )
    rights_of = allowed(made, "SharedProjectRole")
    assert {"CodeCommitPull", "ReadSecrets"} <= set(rights_of)
    assert [name for name in made if name.endswith("Project")] == ["SharedProject"]


def test_codecommit_events_are_pinned_to_repository_and_branch() -> None:
    pattern = properties("SourceEventRule", "{}")["EventPattern"]
    assert pattern["resources"] == ["arn:aws:codecommit:eu-west-1:111111111111:r"]
    assert pattern["detail"] == {
        "event": ["referenceCreated", "referenceUpdated"],
        "referenceType": ["branch"],
        "referenceName": ["main"],
    }


@pytest.mark.parametrize(
    ("source", "detail"),
    [
        (
            "s3: {s3-bucket: b, s3-object-key: k}",
            {"bucket": {"name": ["b"]}, "object": {"key": ["k"]}},
        ),
        (
            "ecr: {repository-name: r}",
            {
                "action-type": ["PUSH"],
                "result": ["SUCCESS"],
                "repository-name": ["r"],
                "image-tag": ["latest"],
            },
        ),
    ],
)
def test_events_of_stored_things_are_pinned_to_the_one(source: str, detail: JSON) -> None:
    made = properties("SourceEventRule", f"sources: [{{{source}}}]")
    assert made["EventPattern"]["detail"] == detail


@pytest.mark.parametrize("detection", ["polling", "none"])
def test_without_events_there_is_no_rule(detection: str) -> None:
    made = resources(f"sources: [{{codecommit: {{repository-name: r, detection: {detection}}}}}]")
    assert not [name for name in made if "Event" in name]


def test_a_rule_may_start_this_pipeline_and_nothing_else() -> None:
    made = resources("{}")
    (target,) = made["SourceEventRule"]["Properties"]["Targets"]
    (statement,) = allowed(made, "SourceEventRole").values()
    arn = {"Fn::Sub": "arn:aws:codepipeline:eu-west-1:111111111111:${Pipeline}"}
    assert target["Arn"] == arn
    assert statement["Action"] == ["codepipeline:StartPipelineExecution"]
    assert statement["Resource"] == [arn]


def test_github_v1_calls_a_webhook_with_the_same_secret() -> None:
    made = properties(
        "SourceWebhook",
        'sources: [{github-v1: {owner: o, repo: r, oauth-token: "${secret:gh:t}"}}]',
    )
    assert made == {
        "Authentication": "GITHUB_HMAC",
        "AuthenticationConfiguration": {
            "SecretToken": "{{resolve:secretsmanager:gh:SecretString:t}}"
        },
        "Filters": [{"JsonPath": "$.ref", "MatchEquals": "refs/heads/main"}],
        "RegisterWithThirdParty": True,
        "TargetAction": "Source",
        "TargetPipeline": {"Ref": "Pipeline"},
        "TargetPipelineVersion": {"Fn::GetAtt": ["Pipeline", "Version"]},
    }


def test_a_schedule_has_a_role_of_its_own() -> None:
    made = resources(
        'schedules: [{schedule: Weekly, cron: "0 5 ? * MON *", time-zone: Europe/Berlin}]'
    )
    schedule = made["WeeklySchedule"]["Properties"]
    assert schedule["ScheduleExpression"] == "cron(0 5 ? * MON *)"
    assert schedule["ScheduleExpressionTimezone"] == "Europe/Berlin"
    assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert schedule["Target"]["RoleArn"] == {"Fn::GetAtt": ["WeeklyScheduleRole", "Arn"]}
    (trust,) = made["WeeklyScheduleRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}


WRITTEN = """
functions:
  Warm: {{runtime: python3.13, handler: index.h, {code}}}
stages: [{{stage: B, actions: [{{lambda: {{function-name: "${{function:Warm}}"}}{more}}}]}}]
{store}
"""


def with_function(code: str = "code: x", more: str = "", store: str = "") -> JSON:
    return resources(WRITTEN.format(code=code, more=more, store=store))


def test_it_may_answer_and_log() -> None:
    made = with_function()
    rights_of = allowed(made, "WarmFunctionRole")
    assert set(rights_of) == {"JobResult", "Logs"}
    assert rights_of["JobResult"]["Resource"] == ["*"]
    assert made["WarmFunction"]["Properties"] == {
        "Code": {"ZipFile": "x"},
        "Handler": "index.h",
        "Runtime": "python3.13",
        "Role": {"Fn::GetAtt": ["WarmFunctionRole", "Arn"]},
        "LoggingConfig": {"LogGroup": {"Ref": "WarmFunctionLogs"}},
    }


def test_code_may_lie_in_a_bucket() -> None:
    made = with_function(code="s3-bucket: b, s3-key: k, timeout: 3, memory-size: 256, env: {A: b}")
    function = made["WarmFunction"]["Properties"]
    assert function["Code"] == {"S3Bucket": "b", "S3Key": "k"}
    assert (function["Timeout"], function["MemorySize"]) == (3, 256)
    assert function["Environment"] == {"Variables": {"A": "b"}}


def test_the_key_is_granted_where_artifacts_are_handled() -> None:
    store = "artifact-store: {create-kms-key: true}"
    without = allowed(with_function(store=store), "WarmFunctionRole")
    with_input = allowed(
        with_function(store=store, more=", input-artifacts: [Source]"), "WarmFunctionRole"
    )
    assert "ArtifactKey" not in without
    assert "ArtifactKey" in with_input


def test_one_that_nobody_uses_is_not_made() -> None:
    made = resources("functions: {Warm: {runtime: python3.13, handler: index.h, code: x}}")
    assert "WarmFunction" not in made


def test_a_topic_takes_notifications_only_where_it_is_notified() -> None:
    approval = '{approval: {notification-arn: "${topic:T}"}}'
    used = f"stages: [{{stage: B, actions: [{approval}, {{codebuild: {{buildspec: b}}}}]}}]\n"
    quiet = resources(used + "topics: {T: {}}")
    loud = resources(
        used + "topics: {T: {emails: [a@b.c]}}\n"
        'notifications: [{notify: N, events: [pipeline-failed], topic-arn: "${topic:T}"}]'
    )
    sids = [
        [one["Sid"] for one in made["TTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]]
        for made in (quiet, loud)
    ]
    assert sids == [["DenyInsecureTransport"], ["DenyInsecureTransport", "Notifications"]]
    assert "Properties" not in quiet["TTopic"]


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("topic-arn: 'arn:aws:sns:eu-west-1:111111111111:t'", "SNS"),
        (
            "chatbot-arn: 'arn:aws:chatbot::111111111111:chat-configuration/slack-channel/x'",
            "AWSChatbotSlack",
        ),
        (
            "chatbot-arn: 'arn:aws:chatbot::1:chat-configuration/microsoft-teams-channel/x'",
            "AWSChatbotMicrosoftTeams",
        ),
    ],
)
def test_a_notification_names_its_target_by_kind(written: str, kind: str) -> None:
    made = properties(
        "NNotification", f"notifications: [{{notify: N, events: [pipeline-failed], {written}}}]"
    )
    (target,) = made["Targets"]
    assert target["TargetType"] == kind


def test_a_notification_is_named_after_its_stack() -> None:
    """The name is unique in an account, and branches are stacks of one template."""
    made = properties(
        "NNotification",
        """
        notifications:
          - notify: N
            events: [approval-needed]
            topic-arn: arn:aws:sns:eu-west-1:111111111111:t
            detail-type: FULL
        """,
    )
    assert made["Name"]["Fn::Join"][1][0] == "N"
    assert made["DetailType"] == "FULL"
    assert made["EventTypeIds"] == ["codepipeline-pipeline-manual-approval-needed"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("start: true", {"Start": "codepipeline:StartPipelineExecution on "}),
        ("stop: true", {"Stop": "codepipeline:StopPipelineExecution on "}),
        ("retry: true", {"Retry": "codepipeline:RetryStageExecution on /*"}),
        ("approve: [B/Approve]", {"Approve": "codepipeline:PutApprovalResult on /B/Approve"}),
    ],
)
def test_a_grant_lets_people_do_one_thing_and_look(written: str, expected: JSON) -> None:
    made = properties(
        "GGrant",
        f"grants: [{{grant: G, {written}, roles: [Devs], groups: [Ops]}}]\n"
        "stages: [{stage: B, actions: [{approval: {}}, {codebuild: {buildspec: b}}]}]",
    )
    assert (made["Roles"], made["Groups"]) == (["Devs"], ["Ops"])
    arn = "arn:aws:codepipeline:eu-west-1:111111111111:${Pipeline}"
    found = {
        one["Sid"]: f"{one['Action'][0]} on {one['Resource'][0]['Fn::Sub'].removeprefix(arn)}"
        for one in made["PolicyDocument"]["Statement"]
    }
    look = found.pop("Look")
    assert look.startswith("codepipeline:GetPipeline")
    assert found == expected


def test_a_grant_with_nothing_left_on_a_rule_is_not_made() -> None:
    made = resources(
        """
        branches: [{branch: main}, {branch: dev}]
        grants: [{grant: G, approve: [Live/Approve], roles: [R]}]
        stages:
          - {stage: B, actions: [{codebuild: {buildspec: b}}]}
          - stage: Live
            only: [dev]
            actions: [{approval: {}}, {s3: {bucket-name: b, extract: true}}]
        """
    )
    assert "GGrant" not in made


@pytest.mark.parametrize(
    ("trust", "principal"),
    [
        ("lambda.amazonaws.com", {"Service": "lambda.amazonaws.com"}),
        ("222222222222", {"AWS": "arn:aws:iam::222222222222:root"}),
        ("arn:aws:iam::222222222222:role/x", {"AWS": "arn:aws:iam::222222222222:role/x"}),
        ("${param:Who}", {"AWS": {"Ref": "Who"}}),
    ],
)
def test_a_role_trusts_services_accounts_and_arns(trust: str, principal: JSON) -> None:
    made = properties(
        "DRole",
        f"""
        parameters: {{Who: {{}}}}
        roles:
          D:
            trust: ['{trust}']
            permissions-boundary: arn:aws:iam::1:policy/b
            managed-policy-arns: ['arn:aws:iam::aws:policy/ReadOnlyAccess']
        stages:
          - stage: B
            actions:
              - cfn-deploy: {{stack-name: s, template-path: "Source::t", role-arn: "${{role:D}}"}}
        """,
    )
    (statement,) = made["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == principal
    assert made["PermissionsBoundary"] == "arn:aws:iam::1:policy/b"
    assert made["ManagedPolicyArns"] == ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
    assert "Policies" not in made


def test_an_action_type_says_all_flags() -> None:
    made = properties(
        "MineActionType",
        """
        custom-actions:
          Mine:
            category: Build
            only: [main]
            input-artifacts: {min: 0, max: 1}
            output-artifacts: {min: 0, max: 0}
            configuration-properties: [{property: A}, {property: B, secret: true, type: String}]
        """,
    )
    assert made["ConfigurationProperties"] == [
        {"Name": "A", "Key": False, "Required": False, "Secret": False},
        {"Name": "B", "Key": False, "Required": False, "Secret": True, "Type": "String"},
    ]
    assert (made["Provider"], made["Version"]) == ("Mine", "1")
