"""Rules about other accounts: what they can read, write and be told to use."""

from __future__ import annotations

from collections.abc import Iterator

from pipelinegen.model import Pipeline
from pipelinegen.rules._known import foreign_account, known
from pipelinegen.rules._readers import readers
from pipelinegen.rules._rule import Finding, rule
from pipelinegen.rules.regions import role_place
from pipelinegen.store import Store, is_made_here
from pipelinegen.text import Text

_CODEBUILD = "CodeBuild"


@rule()
def cross_account_needs_key(pipeline: Pipeline) -> Iterator[Finding]:
    """Another account can use artifacts only under a customer-managed key, given by its ARN.

    The key that AWS manages for S3 serves its own account alone, and an alias is looked up in the
    account that asks. The key in the region where the action runs is the one that counts.

    bad:
        account: "111111111111"
        stages:
          - stage: Deploy
            actions:
              - codedeploy: {application-name: shop, deployment-group-name: production}
                role-arn: arn:aws:iam::222222222222:role/pipeline-action
    good:
        account: "111111111111"
        artifact-store: {create-kms-key: true, read-accounts: ["222222222222"]}
        stages:
          - stage: Deploy
            actions:
              - codedeploy: {application-name: shop, deployment-group-name: production}
                role-arn: arn:aws:iam::222222222222:role/pipeline-action
    https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html
    """
    for reader in readers(pipeline):
        if reader.has_usable_key:
            continue
        place = role_place(reader.action)
        under = "the AWS-managed key" if reader.store.key_alias is None else "an alias"
        if reader.region is None:
            yield Finding(
                f"account {reader.account} cannot read artifacts under {under}",
                place,
                hint=_key_hint(pipeline, reader.store),
            )
        else:
            yield Finding(
                f"account {reader.account} cannot read artifacts in {reader.region} under {under}",
                place,
                hint=f"add kms-key-arn: under artifact-store: regions: {reader.region}:",
            )


@rule()
def cross_account_not_readable(pipeline: Pipeline) -> Iterator[Finding]:
    """An account that works with artifacts must be named as a reader of the bucket made here.

    The policies of bucket and key let in the accounts of `read-accounts:` and no others.

    bad:
        account: "111111111111"
        artifact-store: {create-kms-key: true}
        stages:
          - stage: Deploy
            actions:
              - codedeploy: {application-name: shop, deployment-group-name: production}
                role-arn: arn:aws:iam::222222222222:role/pipeline-action
    good:
        account: "111111111111"
        artifact-store: {create-kms-key: true, read-accounts: ["222222222222"]}
        stages:
          - stage: Deploy
            actions:
              - codedeploy: {application-name: shop, deployment-group-name: production}
                role-arn: arn:aws:iam::222222222222:role/pipeline-action
    https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html
    """
    written = pipeline.spec.data.get("artifact-store", {}).get("read-accounts", ())
    named = [Text.parse(account).bind(known(pipeline)).literal for account in written]
    if not is_made_here(pipeline) or None in named:
        return
    for reader in readers(pipeline):
        if reader.region is None and reader.account not in named and reader.has_usable_key:
            yield Finding(
                f"account {reader.account} may not read the artifact bucket",
                role_place(reader.action),
                hint="add it to artifact-store: read-accounts:",
            )


@rule()
def cross_account_outputs(pipeline: Pipeline) -> Iterator[Finding]:
    """A CodeBuild action in another account cannot have output artifacts.

    bad:
        account: "111111111111"
        artifact-store: {create-kms-key: true, read-accounts: ["222222222222"]}
        stages:
          - stage: Build
            actions:
              - codebuild: {project-name: shop-build}
                role-arn: arn:aws:iam::222222222222:role/pipeline-action
    good:
        account: "111111111111"
        artifact-store: {create-kms-key: true, read-accounts: ["222222222222"]}
        stages:
          - stage: Build
            actions:
              - codebuild: {project-name: shop-build}
                role-arn: arn:aws:iam::222222222222:role/pipeline-action
                output-artifacts: []
    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html
    """
    for action in pipeline.actions:
        elsewhere = foreign_account(pipeline, action) is not None
        if elsewhere and action.row.provider == _CODEBUILD and action.outputs:
            written = action.written_outputs is not None
            yield Finding(
                "a CodeBuild action in another account cannot have output artifacts",
                (*action.origin, "output-artifacts") if written else action.origin,
                hint="write output-artifacts: []",
            )


def _key_hint(pipeline: Pipeline, store: Store) -> str:
    if store.key_alias is not None:
        return "write the ARN of the key itself under artifact-store: kms-key-arn:"
    made = "create-kms-key: true, or kms-key-arn:" if is_made_here(pipeline) else "kms-key-arn:"
    return f"add artifact-store: {made}"


RULES = (cross_account_needs_key, cross_account_not_readable, cross_account_outputs)
