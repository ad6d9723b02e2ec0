"""The shared store is what `artifact-store: {shared: true}` counts on, and is closed to others."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from pipelinegen.compiler import compile_spec
from pipelinegen.defaults import ARTIFACT_DAYS
from pipelinegen.shared_store import shared_store_template
from pipelinegen.specialise import specialise
from tests import rights
from tests.test_goldens import cfn_lint

JSON = Any

READERS = ("222222222222", "333333333333")
REGION = "us-west-2"
SPEC = f"""\
pipeline: shop
region: eu-west-1
branches: [{{branch: main}}]
artifact-store: {{shared: true}}
sources: [{{codecommit: {{repository-name: shop}}}}]
stages:
  - stage: Deploy
    actions:
      - {{region: {REGION}, s3: {{bucket-name: site, extract: true}}}}
"""


@cache
def pipeline() -> JSON:
    """Return the template of a pipeline that uses the shared stores of two regions."""
    template = compile_spec("shop.yaml", SPEC.encode()).template
    assert template is not None
    branch = {"BranchName": "main", "BranchSlug": "main", "BranchRule": "main"}
    return specialise(template.body, branch | rights.BINDINGS, drop_unused=True)


def store(*read_accounts: str, region: str = "eu-west-1") -> JSON:
    """Return the store's template for one region, with nothing left to fill in but ARNs."""
    made = shared_store_template(read_accounts)
    return specialise(made, rights.BINDINGS | {"AWS::Region": region})


def properties(template: JSON, logical_id: str) -> JSON:
    """Return the properties of a resource."""
    return template["Resources"][logical_id]["Properties"]


@pytest.mark.parametrize("readers", [(), READERS], ids=["alone", "readers"])
def test_valid(readers: tuple[str, ...]) -> None:
    """cfn-lint has nothing to say about the store, not even a note."""
    assert cfn_lint(shared_store_template(readers)) == []


def test_names_at_home() -> None:
    """A pipeline reads bucket and key from the SSM parameters that the store writes."""
    asked = {
        name: parameter["Default"]
        for name, parameter in pipeline()["Parameters"].items()
        if name.startswith("ArtifactStore")
    }
    assert asked == {
        "ArtifactStoreBucket": properties(store(), "ArtifactBucketParameter")["Name"],
        "ArtifactStoreKeyArn": properties(store(), "ArtifactKeyParameter")["Name"],
    }
    assert properties(store(), "ArtifactBucketParameter")["Value"] == {"Ref": "ArtifactBucket"}
    assert properties(store(), "ArtifactKeyParameter")["Value"] == {
        "Fn::GetAtt": ["ArtifactKey", "Arn"]
    }


def test_names_in_another_region() -> None:
    """A pipeline finds the store of another region by the names that the store has there."""
    stores = properties(pipeline(), "Pipeline")["ArtifactStores"]
    (there,) = (each["ArtifactStore"] for each in stores if each["Region"] == REGION)
    made = store(region=REGION)
    alias = properties(made, "ArtifactKeyAlias")
    assert there["Location"] == properties(made, "ArtifactBucket")["BucketName"]
    assert there["EncryptionKey"]["Id"] == f"arn:aws:kms:{REGION}:111111111111:{alias['AliasName']}"
    assert alias["TargetKeyId"] == {"Ref": "ArtifactKey"}


def test_rights_in_another_region() -> None:
    """The role of a pipeline may use the key of another region under the alias given to it."""
    by_alias = [
        statement["Condition"]
        for logical_id, statement in rights.grants(pipeline())
        if logical_id == "PipelineRole" and statement["Sid"] == "ArtifactKeyByAlias"
    ]
    alias = properties(store(), "ArtifactKeyAlias")["AliasName"]
    assert by_alias == [{"ForAnyValue:StringEquals": {"kms:ResourceAliases": alias}}]


def test_stores_of_two_regions() -> None:
    """Stores of two regions or accounts have different buckets."""
    here, there = (
        properties(store(region=region), "ArtifactBucket")["BucketName"]
        for region in ("eu-west-1", REGION)
    )
    assert here == "pipelinegen-artifacts-111111111111-eu-west-1"
    assert there == "pipelinegen-artifacts-111111111111-us-west-2"


def test_guarded() -> None:
    """The bucket is private, encrypted with the key, versioned, emptied in time, and kept."""
    bucket = store()["Resources"]["ArtifactBucket"]
    (encryption,) = bucket["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    (lifecycle,) = bucket["Properties"]["LifecycleConfiguration"]["Rules"]
    assert set(bucket["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}
    assert encryption["ServerSideEncryptionByDefault"] == {
        "SSEAlgorithm": "aws:kms",
        "KMSMasterKeyID": {"Fn::GetAtt": ["ArtifactKey", "Arn"]},
    }
    assert bucket["Properties"]["VersioningConfiguration"] == {"Status": "Enabled"}
    assert lifecycle["ExpirationInDays"] == ARTIFACT_DAYS
    assert properties(store(), "ArtifactKey")["EnableKeyRotation"] is True
    for logical_id in ("ArtifactBucket", "ArtifactBucketPolicy", "ArtifactKey"):
        kept = store()["Resources"][logical_id]
        assert (kept["DeletionPolicy"], kept["UpdateReplacePolicy"]) == ("Retain", "Retain")


def principals(policy: JSON) -> set[str]:
    """Return every principal that a policy lets in."""
    found: set[str] = set()
    for statement in policy["Statement"]:
        if statement["Effect"] == "Allow":
            named = statement["Principal"]["AWS"]
            found |= {named} if isinstance(named, str) else set(named)
    return found


def test_alone() -> None:
    """Without readers only the account itself comes in, and the bucket only refuses."""
    assert principals(properties(store(), "ArtifactKey")["KeyPolicy"]) == {
        "arn:aws:iam::111111111111:root"
    }
    (refusal,) = properties(store(), "ArtifactBucketPolicy")["PolicyDocument"]["Statement"]
    assert refusal["Effect"] == "Deny"
    assert refusal["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_readers() -> None:
    """Each reader may use the bucket's objects and the key, and may administer neither."""
    made = store(*READERS)
    readers = {f"arn:aws:iam::{account}:root" for account in READERS}
    bucket = properties(made, "ArtifactBucketPolicy")["PolicyDocument"]
    key = properties(made, "ArtifactKey")["KeyPolicy"]
    assert principals(bucket) == readers
    assert principals(key) == readers | {"arn:aws:iam::111111111111:root"}
    allowed = {
        action
        for policy in (bucket, key)
        for statement in policy["Statement"]
        if statement["Effect"] == "Allow" and set(statement["Principal"]["AWS"]) == readers
        for action in statement["Action"]
    }
    assert {"s3:GetObject", "s3:PutObject", "kms:Decrypt", "kms:GenerateDataKey*"} <= allowed
    forbidden = ("s3:Delete", "s3:*", "s3:PutBucket", "kms:*", "kms:Put", "kms:Schedule", "kms:Cre")
    assert [action for action in allowed if action.startswith(forbidden)] == []


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_partitions(partition: str) -> None:
    """In every partition readers are accounts of that partition."""
    made = specialise(
        shared_store_template(READERS), rights.BINDINGS | {"AWS::Partition": partition}
    )
    for named in principals(properties(made, "ArtifactKey")["KeyPolicy"]):
        assert named.startswith(f"arn:{partition}:iam::")
