"""Rules about pairs that must agree: two roles on an account, a project and a store on a key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipelinegen.diagnostics import Note, Pointer, Severity
from pipelinegen.model import Action, Pipeline
from pipelinegen.provider import JSON
from pipelinegen.rules._known import HOME, account_in, home_account, known
from pipelinegen.rules._readers import readers
from pipelinegen.rules._rule import Finding, rule
from pipelinegen.rules._words import quoted
from pipelinegen.store import home_store
from pipelinegen.text import Ref, Text

_SAME_NAMES = (
    ("env", "env-secret", "env-ssm"),
    ("parameter-overrides", "parameter-overrides-from"),
)
"""Maps of one body that fill the same list, in which a name stands once."""


@rule()
def role_account_mismatch(pipeline: Pipeline) -> Iterator[Finding]:
    """The role that CloudFormation assumes must be in the account of the role that calls it.

    A CloudFormation action has two roles: `role-arn` of the action performs it, `role-arn` inside
    the provider's key is handed to CloudFormation. A role cannot be handed to another account.

    bad:
        account: "111111111111"
        artifact-store: {create-kms-key: true, read-accounts: ["222222222222"]}
        stages:
          - stage: Deploy
            actions:
              - role-arn: arn:aws:iam::222222222222:role/pipeline-action
                cfn-deploy:
                  stack-name: shop
                  template-path: Source::template.yaml
                  role-arn: arn:aws:iam::111111111111:role/cloudformation
    good:
        account: "111111111111"
        artifact-store: {create-kms-key: true, read-accounts: ["222222222222"]}
        stages:
          - stage: Deploy
            actions:
              - role-arn: arn:aws:iam::222222222222:role/pipeline-action
                cfn-deploy:
                  stack-name: shop
                  template-path: Source::template.yaml
                  role-arn: arn:aws:iam::222222222222:role/cloudformation
    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html
    """
    home = home_account(pipeline.spec) or HOME
    for action in pipeline.actions:
        handed, place = _handed_role(action)
        if handed is None:
            continue
        theirs = account_in(pipeline, action.text(handed))
        ours = home
        if action.role_arn is not None:
            ours = account_in(pipeline, action.text(action.role_arn)) or ""
        if theirs in (None, HOME, ours) or ours in ("", HOME):
            continue
        who = "the action role" if action.role_arn is not None else "the pipeline's own role"
        yield Finding(
            f"the CloudFormation role is in {theirs}, {who} in {ours}",
            place,
            hint="both must be in one account",
        )


@rule(Severity.WARNING)
def project_key_mismatch(pipeline: Pipeline) -> Iterator[Finding]:
    """What a project writes for another account must be under the store's key.

    CodeBuild encrypts with the key of its project, whatever the key of the pipeline is. A generated
    project gets the store's key unless `encryption-key` says otherwise.

    bad:
        account: "111111111111"
        artifact-store: {create-kms-key: true, read-accounts: ["222222222222"]}
        stages:
          - stage: Build
            actions:
              - codebuild:
                  encryption-key: arn:aws:kms:eu-west-1:111111111111:key/0f5c2b1e
          - stage: Deploy
            actions:
              - codedeploy: {application-name: shop, deployment-group-name: production}
                role-arn: arn:aws:iam::222222222222:role/pipeline-action
    good:
        account: "111111111111"
        artifact-store: {create-kms-key: true, read-accounts: ["222222222222"]}
        stages:
          - stage: Build
            actions:
              - codebuild: {buildspec: buildspec.yml}
          - stage: Deploy
            actions:
              - codedeploy: {application-name: shop, deployment-group-name: production}
                role-arn: arn:aws:iam::222222222222:role/pipeline-action
    https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html
    """
    key = home_store(pipeline).key_arn
    read = {name for reader in readers(pipeline) for name in reader.action.inputs}
    for action in pipeline.actions:
        if key is None or not read.intersection(action.outputs):
            continue
        for body, at in _project_bodies(pipeline, action):
            own = body.get("encryption-key")
            if own is None or _is_store_key(pipeline, own, key):
                continue
            yield Finding(
                "other accounts cannot read what this project writes",
                (*at, "encryption-key"),
                hint="set encryption-key to the store's key, ${store:key-arn}, or remove it",
            )


def _handed_role(action: Action) -> tuple[str | None, Pointer]:
    """Return the role that an action hands to CloudFormation, and where it stands."""
    key = action.row.keys.get("role-arn")
    if key is not None and key.aws == "RoleArn":
        return action.body.get("role-arn"), (*action.body_origin, "role-arn")
    if action.row.provider == "CloudFormation":
        written = action.body.get("configuration", {})
        return written.get("RoleArn"), (*action.body_origin, "configuration", "RoleArn")
    return None, ()


@rule()
def conflicting_keys(pipeline: Pipeline) -> Iterator[Finding]:
    """Some keys exclude each other, and some may not say the same thing twice.

    An existing thing cannot be described as a new one, and a variable or parameter has one value.

    bad:
        - codebuild: {project-name: shop-build, image: "aws/codebuild/standard:7.0"}
    good:
        - codebuild: {project-name: shop-build}
    """
    shared = pipeline.spec.data.get("projects", {})
    bodies: dict[Pointer, JSON] = {("projects", name): project for name, project in shared.items()}
    bodies |= {action.body_origin: action.body for action in pipeline.actions}
    for name, other, key, origin in _names_written(bodies):
        yield Finding(
            f"{quoted(name)} is set by {quoted(other)} and by {quoted(key)}",
            (*origin, key, name),
            hint="drop one of the two",
            notes=(Note((*origin, other, name), "first set here", on_key=True),),
            on_key=True,
        )


def _project_bodies(pipeline: Pipeline, action: Action) -> Iterator[tuple[JSON, Pointer]]:
    """Yield the generated project that an action runs, its own or a shared one."""
    if "encryption-key" in action.row.keys and "project-name" not in action.body:
        yield action.body, action.body_origin
    for ref in Text.parse(str(action.body.get("project-name", ""))).refs:
        shared = pipeline.spec.data.get("projects", {})
        if ref.kind == "project" and ref.name in shared:
            yield shared[ref.name], ("projects", ref.name)


def _is_store_key(pipeline: Pipeline, written: str, key: Text) -> bool:
    text = Text.parse(written)
    return Ref("store", "key-arn") in text.parts or text.bind(known(pipeline)) == key.bind(
        known(pipeline)
    )


def _names_written(bodies: Mapping[Pointer, JSON]) -> Iterator[tuple[str, str, str, Pointer]]:
    """Yield each name that two maps of a body set, with the keys of both maps."""
    for origin, body in bodies.items():
        for group in _SAME_NAMES:
            first: dict[str, str] = {}
            for key in group:
                for name in body.get(key, ()):
                    other = first.setdefault(name, key)
                    if other != key:
                        yield name, other, key, origin


RULES = (role_account_mismatch, project_key_mismatch, conflicting_keys)
