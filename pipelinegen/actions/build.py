"""Build and test providers: CodeBuild, ECR image builds, Jenkins.

https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html
"""

from __future__ import annotations

from dataclasses import replace

from pipelinegen.actions._arns import pattern, regional
from pipelinegen.actions._environment import split_environment, variables_json
from pipelinegen.actions._keys import arn, choice, exports, flag, keys, own, ref, text, texts
from pipelinegen.actions._keys import artifact as artifact_key
from pipelinegen.actions._logs import managed_compute_logs
from pipelinegen.actions._project_keys import ENVIRONMENT_KEYS, PROJECT_KEYS
from pipelinegen.fragment import Context, Fragment, Statement, Wanted
from pipelinegen.model import Action
from pipelinegen.names import logical_id
from pipelinegen.provider import Body, Bounds, Requirement, Row, always, exports_anything, never
from pipelinegen.text import Ref, Text


def codebuild(action: Action, context: Context) -> Fragment:
    """A run of a CodeBuild project: an existing one, a shared one, or one made for this action."""
    own_project = "project-name" not in action.body
    project_id = logical_id(action.stage, action.name, "Project")
    name = (
        Text.of(Ref("resource", project_id))
        if own_project
        else action.text(action.body["project-name"])
    )
    on_action, on_project = split_environment(action, keep_on_action=not own_project)
    wanted = Wanted(
        kind="project",
        logical_id=project_id,
        settings={"body": action.body, "environment": on_project, "action": action},
        origin=action.body_origin,
        path=f"stages/{action.stage}/{action.name}",
    )
    return Fragment(
        configuration={
            "ProjectName": name,
            "PrimarySource": primary_source(action),
            "EnvironmentVariables": variables_json(action, on_action),
        },
        statements=_run_statements(action, name),
        wanted=(wanted,) if own_project else (),
    )


def primary_source(action: Action) -> str | None:
    """Return the input in which the buildspec stands, where there are several to choose from."""
    several = len(action.inputs) > 1
    return action.body.get("primary-source") or (action.inputs[0] if several else None)


def run_statement(action: Action, arn: Text) -> Statement:
    """Return the right to run a project, as one build or as a batch of them."""
    if action.body.get("batch-enabled"):
        calls = ("codebuild:BatchGetBuildBatches", "codebuild:StartBuildBatch")
        return Statement("CodeBuildBatch", calls, (arn,))
    return Statement("CodeBuild", ("codebuild:BatchGetBuilds", "codebuild:StartBuild"), (arn,))


def _run_statements(action: Action, name: Text) -> tuple[Statement, ...]:
    arn = regional(action, "codebuild", "project/", pattern(name))
    run = run_statement(action, arn)
    override = action.body.get("service-role-arn-override")
    if override is None:
        return (run,)
    condition = {"StringEquals": {"iam:PassedToService": "codebuild.amazonaws.com"}}
    role = pattern(action.text(override))
    return run, Statement("PassRoleToCodeBuild", ("iam:PassRole",), (role,), conditions=condition)


def ecr_build(action: Action, context: Context) -> Fragment:
    """Build a container image and push it to ECR on compute that CodePipeline manages.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECRBuildAndPublish.html
    """
    name = pattern(action.text(action.body["ecr-repository-name"]))
    push = ("InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload", "PutImage")
    if action.body.get("registry-type") == "public":
        login: tuple[str, ...] = ("ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken")
        repository = Text.of(
            "arn:",
            Ref("AWS", "Partition"),
            ":ecr-public::",
            Ref("AWS", "AccountId"),
            ":repository/",
        )
        service, arn = "ecr-public", Text.of(repository, name)
        more: tuple[str, ...] = ()
    else:
        login = ("ecr:GetAuthorizationToken",)
        service, arn = "ecr", regional(action, "ecr", "repository/", name)
        more = ("GetDownloadUrlForLayer",)
    allowed = ("DescribeRepositories", "BatchCheckLayerAvailability", *push, *more)
    return Fragment(
        statements=(
            Statement("EcrLogin", login, (Text.of("*"),)),
            Statement("EcrPush", tuple(f"{service}:{name}" for name in allowed), (arn,)),
            managed_compute_logs(action, context),
        ),
    )


def _gives(body: Body) -> bool:
    """A generated project with phases of ours gives only the files that the spec names."""
    return "phases" not in body or "files" in body


def _exports(body: Body) -> frozenset[str] | None:
    if "exported-variables" in body:
        return frozenset(body["exported-variables"])
    return frozenset() if "phases" in body else None


_GENERATED_ONLY = tuple(name for name in PROJECT_KEYS if name not in ENVIRONMENT_KEYS)
_INLINE_ONLY = (
    "phases",
    "runtime-versions",
    "files",
    "base-directory",
    "secondary-artifacts",
    "reports",
    "exported-variables",
)

CODEBUILD = Row(
    key="codebuild",
    category="Build",
    owner="AWS",
    provider="CodeBuild",
    url="https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html",
    inputs=Bounds(1, 5),
    outputs=Bounds(0, 5),
    keys=keys(
        ProjectName=text(),
        PrimarySource=artifact_key(),
        BatchEnabled=flag(),
        CombineArtifacts=flag(),
        BuildspecOverride=text(),
        ServiceRoleArnOverride=arn(),
    )
    | PROJECT_KEYS,
    requirements=(
        Requirement({"project-name": None}, absent=_GENERATED_ONLY),
        Requirement({"buildspec": None}, absent=_INLINE_ONLY),
        Requirement({"combine-artifacts": True}, required=("batch-enabled",)),
    ),
    default_name="Build",
    default_input="source",
    gives=_gives,
    exports=_exports,
    rib=codebuild,
    description="Run an existing project (project-name) or one generated from these keys.",
)

CODEBUILD_TEST = replace(
    CODEBUILD,
    key="codebuild-test",
    category="Test",
    default_name="Test",
    gives=never,
)

ECR_BUILD = Row(
    key="ecr-build",
    category="Build",
    owner="AWS",
    provider="ECRBuildAndPublish",
    url="https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECRBuildAndPublish.html",
    inputs=Bounds(1, 1),
    outputs=Bounds(0, 0),
    keys=keys(
        ECRRepositoryName=text(),
        DockerFilePath=text(),
        ImageTags=texts(),
        RegistryType=choice("private", "public"),
    ),
    required=frozenset({"ecr-repository-name"}),
    default_name="Build",
    default_input="source",
    exports=exports("ECRImageDigestId", "ECRRepositoryName"),
    v2_only=True,
    rib=ecr_build,
)

JENKINS = Row(
    key="jenkins",
    category="Build",
    owner="Custom",
    provider="$provider",
    url="https://docs.aws.amazon.com/codepipeline/latest/userguide/tutorials-four-stage-pipeline.html",
    inputs=Bounds(0, 5),
    outputs=Bounds(0, 5),
    keys=keys(
        provider=own(ref("Text")),
        version=own(ref("Text")),
        ProjectName=text(),
    ),
    version="$version",
    required=frozenset({"provider", "project-name"}),
    default_name="Build",
    default_input="source",
    gives=always,
    exports=exports_anything,
    cross_region=False,
)

JENKINS_TEST = replace(
    JENKINS, key="jenkins-test", category="Test", default_name="Test", gives=never
)
