"""The artifact bucket and key that a stack makes for itself.

https://docs.aws.amazon.com/codepipeline/latest/userguide/S3-artifact-encryption.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipelinegen.defaults import ARTIFACT_DAYS
from pipelinegen.fragment import Resource
from pipelinegen.provider import JSON
from pipelinegen.resources.site import Site
from pipelinegen.store import is_made_here
from pipelinegen.text import Ref, Text

# A source in another account puts its artifact with an ACL for the bucket's owner.
# https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html
_READERS_WRITE = ("s3:PutObject", "s3:PutObjectAcl")
_RETAIN = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
_ORIGIN = ("artifact-store",)
_PATH = "artifact-store"


def store_resources(site: Site) -> Iterator[Resource]:
    """Yield bucket, bucket policy and key, as far as the stack makes them."""
    written = site.pipeline.spec.data.get("artifact-store", {})
    if is_made_here(site.pipeline):
        yield from bucket_and_key(
            written.get("read-accounts", ()),
            key_arn=site.store.key_arn,
            makes_key="create-kms-key" in written,
            days=written.get("expire-after-days", ARTIFACT_DAYS),
        )


def bucket_and_key(
    readers: Iterable[str],
    *,
    key_arn: Text | None,
    makes_key: bool,
    days: int,
    bucket_name: Text | None = None,
) -> Iterator[Resource]:
    """Yield a private, encrypted, versioned bucket that takes TLS only, and where asked its key.

    `readers` are accounts that work with the artifacts, `days` is how long artifacts are kept.
    """
    accounts = [_root(account) for account in readers]
    if makes_key:
        yield _key(accounts)
    bucket = _bucket(key_arn, days)
    named = {} if bucket_name is None else {"BucketName": bucket_name}
    yield replace(bucket, properties={**named, **bucket.properties})
    yield _bucket_policy(accounts)


def _bucket(key_arn: Text | None, days: int) -> Resource:
    encryption: dict[str, JSON] = {"SSEAlgorithm": "aws:kms"}
    if key_arn is not None:
        encryption["KMSMasterKeyID"] = key_arn
    return Resource(
        logical_id="ArtifactBucket",
        type="AWS::S3::Bucket",
        properties={
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [
                    {"BucketKeyEnabled": True, "ServerSideEncryptionByDefault": encryption}
                ]
            },
            "LifecycleConfiguration": {
                "Rules": [
                    {
                        "Id": "ExpireArtifacts",
                        "Status": "Enabled",
                        "ExpirationInDays": days,
                        "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
                        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
                    }
                ]
            },
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": True,
            },
            "VersioningConfiguration": {"Status": "Enabled"},
        },
        origin=_ORIGIN,
        path=_PATH,
        attributes=_RETAIN,
    )


def _bucket_policy(accounts: list[Text]) -> Resource:
    bucket = Text.of(Ref("resource", "ArtifactBucket.Arn"))
    objects = Text.of(bucket, "/*")
    statements: list[JSON] = [
        {
            "Sid": "DenyInsecureTransport",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [bucket, objects],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ]
    if accounts:
        statements += [
            {
                "Sid": "ReadAccountsObjects",
                "Effect": "Allow",
                "Principal": {"AWS": accounts},
                "Action": ["s3:GetObject", "s3:GetObjectVersion", *_READERS_WRITE],
                "Resource": [objects],
            },
            {
                "Sid": "ReadAccountsBucket",
                "Effect": "Allow",
                "Principal": {"AWS": accounts},
                "Action": ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:ListBucket"],
                "Resource": [bucket],
            },
        ]
    return Resource(
        logical_id="ArtifactBucketPolicy",
        type="AWS::S3::BucketPolicy",
        properties={
            "Bucket": Text.of(Ref("resource", "ArtifactBucket")),
            "PolicyDocument": {"Version": "2012-10-17", "Statement": statements},
        },
        origin=_ORIGIN,
        path=_PATH,
        attributes=_RETAIN,
    )


def _key(accounts: list[Text]) -> Resource:
    """The key trusts the account, whose roles are granted it by their own policies.

    Naming the roles here would close a circle: the key needs the role, the role the key.
    """
    root = Text.of("arn:", Ref("AWS", "Partition"), ":iam::", Ref("AWS", "AccountId"), ":root")
    statements: list[JSON] = [
        {
            "Sid": "AccountPolicies",
            "Effect": "Allow",
            "Principal": {"AWS": root},
            "Action": "kms:*",
            "Resource": "*",
        }
    ]
    if accounts:
        use = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*"]
        statements.append(
            {
                "Sid": "ReadAccounts",
                "Effect": "Allow",
                "Principal": {"AWS": accounts},
                "Action": [*use, "kms:ReEncrypt*"],
                "Resource": "*",
            }
        )
    return Resource(
        logical_id="ArtifactKey",
        type="AWS::KMS::Key",
        properties={
            "Description": "Artifacts of a pipeline",
            "EnableKeyRotation": True,
            "KeyPolicy": {"Version": "2012-10-17", "Statement": statements},
        },
        origin=_ORIGIN,
        path=_PATH,
        attributes=_RETAIN,
    )


def _root(account: str) -> Text:
    return Text.of("arn:", Ref("AWS", "Partition"), ":iam::", Text.parse(account), ":root")
