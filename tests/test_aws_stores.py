"""Each call to S3, KMS, CloudWatch Logs and Systems Manager, as botocore sends it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import pytest

from pipelinegen.aws.buckets import COUNTED
from pipelinegen.aws.stores import DataStores
from pipelinegen.errors import Denied, Rejected, StackFailed
from pipelinegen.records import BucketContents, Identity
from tests.stubbed_aws import IDENTITY, Script, calls

BUCKET = {"Bucket": "artifacts", "ExpectedBucketOwner": "111111111111"}
ENDED: dict[str, Any] = {"IsTruncated": False}


@dataclass(frozen=True)
class Aws:
    s3: Script
    kms: Script
    logs: Script
    ssm: Script

    def stores(self, identity: Identity = IDENTITY) -> DataStores:
        return DataStores(
            s3=self.s3.client,
            kms=self.kms.client,
            logs=self.logs.client,
            ssm=self.ssm.client,
            identity=identity,
            calls=calls(),
        )


@pytest.fixture
def aws() -> Aws:
    return Aws(Script("s3"), Script("kms"), Script("logs"), Script("ssm"))


def version(key: str, number: int = 1) -> dict[str, str]:
    return {"Key": key, "VersionId": str(number)}


def test_what_a_bucket_holds_is_counted_on_all_pages(aws: Aws) -> None:
    first = {
        "IsTruncated": True,
        "NextKeyMarker": "b",
        "NextVersionIdMarker": "1",
        "Versions": [version("a"), version("a", 2)],
        "DeleteMarkers": [version("b")],
    }
    aws.s3.answers("list_object_versions", BUCKET, first)
    more = {**BUCKET, "KeyMarker": "b", "VersionIdMarker": "1"}
    aws.s3.answers("list_object_versions", more, {**ENDED, "Versions": [version("c")]})
    uploads = {
        "IsTruncated": True,
        "NextKeyMarker": "u",
        "NextUploadIdMarker": "2",
        "Uploads": [{"Key": "u", "UploadId": "1"}, {"Key": "u", "UploadId": "2"}],
    }
    aws.s3.answers("list_multipart_uploads", BUCKET, uploads)
    more = {**BUCKET, "KeyMarker": "u", "UploadIdMarker": "2"}
    aws.s3.answers("list_multipart_uploads", more, ENDED)
    assert aws.stores().contents("artifacts") == BucketContents(versions=4, uploads=2)


def test_a_bucket_that_holds_nothing_is_empty(aws: Aws) -> None:
    aws.s3.answers("list_object_versions", BUCKET, ENDED)
    aws.s3.answers("list_multipart_uploads", BUCKET, ENDED)
    found = aws.stores().contents("artifacts")
    assert found is not None
    assert found.empty


class Endless:
    """An S3 with one bucket that never ends."""

    def list_object_versions(self, **_asked: str) -> dict[str, Any]:
        following = {"IsTruncated": True, "NextKeyMarker": "b", "NextVersionIdMarker": "1"}
        return {**following, "Versions": [version("a")] * 1_000}

    def list_multipart_uploads(self, **_asked: str) -> dict[str, Any]:
        return ENDED


def test_counting_ends_somewhere() -> None:
    found = DataStores(
        s3=Endless(), kms=None, logs=None, ssm=None, identity=IDENTITY, calls=calls()
    )
    assert found.contents("artifacts") == BucketContents(COUNTED, 0)


def test_a_bucket_that_is_not_there_holds_nothing_at_all(aws: Aws) -> None:
    aws.s3.fails("list_object_versions", "NoSuchBucket")
    assert aws.stores().contents("artifacts") is None


REFUSAL = {
    "Sid": "PipelinegenRefuseWrites",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:PutObject",
    "Resource": "arn:aws:s3:::artifacts/*",
}
OTHER = {"Sid": "Tls", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
POLICIES: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "stands beside what a policy says": ({"Statement": [OTHER]}, [OTHER, REFUSAL]),
    "stands beside a statement without a list": ({"Statement": OTHER}, [OTHER, REFUSAL]),
    "takes the place of an older one": (
        {"Statement": [{**REFUSAL, "Action": "s3:PutObjectAcl"}, OTHER]},
        [OTHER, REFUSAL],
    ),
}


@pytest.mark.parametrize(("before", "statements"), POLICIES.values(), ids=POLICIES.keys())
def test_a_refusal_of_writes(
    aws: Aws, before: dict[str, Any], statements: list[dict[str, Any]]
) -> None:
    policy = {"Version": "2012-10-17", "Id": "ours", **before}
    aws.s3.answers("get_bucket_policy", BUCKET, {"Policy": json.dumps(policy)})
    wanted = {**policy, "Statement": statements}
    aws.s3.answers("put_bucket_policy", {**BUCKET, "Policy": json.dumps(wanted)})
    aws.stores().refuse_writes("artifacts")
    aws.s3.done()


def test_a_refusal_is_the_first_policy_of_a_bucket_without_one(aws: Aws) -> None:
    identity = replace(IDENTITY, partition="aws-cn")
    refusal = {**REFUSAL, "Resource": "arn:aws-cn:s3:::artifacts/*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [refusal]})
    aws.s3.fails("get_bucket_policy", "NoSuchBucketPolicy")
    aws.s3.answers("put_bucket_policy", {**BUCKET, "Policy": policy})
    aws.stores(identity).refuse_writes("artifacts")
    aws.s3.done()


def test_a_refusal_that_stands_is_not_written_again(aws: Aws) -> None:
    policy = {"Version": "2012-10-17", "Statement": [REFUSAL]}
    aws.s3.answers("get_bucket_policy", BUCKET, {"Policy": json.dumps(policy)})
    aws.stores().refuse_writes("artifacts")
    aws.s3.done()


def test_a_bucket_that_is_gone_refuses_writes(aws: Aws) -> None:
    aws.s3.fails("get_bucket_policy", "NoSuchBucket").fails("put_bucket_policy", "NoSuchBucket")
    aws.stores().refuse_writes("artifacts")
    aws.s3.done()


def deletion(*objects: dict[str, str]) -> dict[str, Any]:
    return {**BUCKET, "Delete": {"Objects": [*objects], "Quiet": True}}


def test_a_bucket_is_emptied_page_by_page(aws: Aws) -> None:
    first = {
        "IsTruncated": True,
        "NextKeyMarker": "b",
        "NextVersionIdMarker": "1",
        "Versions": [version("a"), version("a", 2)],
        "DeleteMarkers": [version("b")],
    }
    aws.s3.answers("list_object_versions", BUCKET, first)
    objects = (version("a"), version("a", 2), version("b"))
    aws.s3.answers("delete_objects", deletion(*objects))
    more = {**BUCKET, "KeyMarker": "b", "VersionIdMarker": "1"}
    aws.s3.answers("list_object_versions", more, {**ENDED, "Versions": [version("c")]})
    aws.s3.answers("delete_objects", deletion(version("c")))
    uploads = [{"Key": "u", "UploadId": "1"}, {"Key": "v", "UploadId": "2"}]
    aws.s3.answers("list_multipart_uploads", BUCKET, {**ENDED, "Uploads": uploads})
    aws.s3.answers("abort_multipart_upload", {**BUCKET, "Key": "u", "UploadId": "1"})
    aws.s3.fails("abort_multipart_upload", "NoSuchUpload")
    assert aws.stores().empty("artifacts") == 6
    aws.s3.done()


def test_emptying_an_empty_bucket_deletes_nothing(aws: Aws) -> None:
    aws.s3.answers("list_object_versions", BUCKET, ENDED)
    aws.s3.answers("list_multipart_uploads", BUCKET, ENDED)
    assert aws.stores().empty("artifacts") == 0
    aws.s3.done()


def test_emptying_a_bucket_that_is_gone_deletes_nothing(aws: Aws) -> None:
    aws.s3.fails("list_object_versions", "NoSuchBucket")
    assert aws.stores().empty("artifacts") == 0


def test_objects_that_are_throttled_are_deleted_later(aws: Aws) -> None:
    aws.s3.answers("list_object_versions", BUCKET, {**ENDED, "Versions": [version("a")]})
    error = {"Key": "a", "Code": "SlowDown", "Message": "Reduce your rate"}
    aws.s3.answers("delete_objects", deletion(version("a")), {"Errors": [error]})
    aws.s3.answers("delete_objects", deletion(version("a")))
    aws.s3.answers("list_multipart_uploads", BUCKET, ENDED)
    assert aws.stores().empty("artifacts") == 1
    aws.s3.done()


OBJECT_ERRORS: dict[str, tuple[str, type[Exception], str]] = {
    "may not be deleted": ("AccessDenied", Denied, "s3:DeleteObjectVersion; AWS: object 'a': no"),
    "cannot be deleted": ("InvalidRequest", Rejected, "object 'a': no"),
}


@pytest.mark.parametrize(
    ("code", "raised", "text"), OBJECT_ERRORS.values(), ids=OBJECT_ERRORS.keys()
)
def test_an_object_that(aws: Aws, code: str, raised: type[Exception], text: str) -> None:
    aws.s3.answers("list_object_versions", BUCKET, {**ENDED, "Versions": [version("a")]})
    error = {"Key": "a", "Code": code, "Message": "no"}
    aws.s3.answers("delete_objects", deletion(version("a")), {"Errors": [error]})
    with pytest.raises(raised, match=text):
        aws.stores().empty("artifacts")


def test_a_bucket_is_deleted(aws: Aws) -> None:
    aws.s3.answers("delete_bucket", BUCKET)
    aws.stores().delete_bucket("artifacts")
    aws.s3.done()


def test_a_bucket_that_is_gone_counts_as_deleted(aws: Aws) -> None:
    aws.s3.loses("delete_bucket").fails("delete_bucket", "NoSuchBucket", asked=BUCKET)
    aws.stores().delete_bucket("artifacts")
    aws.s3.done()


def test_a_bucket_that_is_not_empty_stays(aws: Aws) -> None:
    aws.s3.fails("delete_bucket", "BucketNotEmpty", "is not empty", status=409)
    with pytest.raises(Rejected, match="is not empty"):
        aws.stores().delete_bucket("artifacts")


OBJECT = {**BUCKET, "Key": "templates/a b.json"}
URL = "https://artifacts.s3.eu-west-1.amazonaws.com/templates/a%20b.json"


def test_what_is_there_is_not_uploaded_again(aws: Aws) -> None:
    aws.s3.answers("head_object", OBJECT, {"ContentLength": 2})
    assert aws.stores().upload("artifacts", "templates/a b.json", b"{}") == URL
    aws.s3.done()


@pytest.mark.parametrize(("code", "status"), [("404", 404), ("403", 403)])
def test_what_is_not_there_is_uploaded(aws: Aws, code: str, status: int) -> None:
    """Who may not list a bucket is told 403 of an object that is not there."""
    aws.s3.fails("head_object", code, "no", status=status, asked=OBJECT)
    aws.s3.answers("put_object", {**OBJECT, "Body": b"{}"})
    assert aws.stores().upload("artifacts", "templates/a b.json", b"{}") == URL
    aws.s3.done()


def test_an_upload_to_china_is_read_there(aws: Aws) -> None:
    identity = Identity("111111111111", "cn-north-1", "arn", "aws-cn", "amazonaws.com.cn")
    aws.s3.answers("head_object", {**BUCKET, "Key": "t"}, {})
    found = aws.stores(identity).upload("artifacts", "t", b"{}")
    assert found == "https://artifacts.s3.cn-north-1.amazonaws.com.cn/t"


def test_an_upload_needs_a_bucket(aws: Aws) -> None:
    aws.s3.fails("head_object", "404", status=404).fails("put_object", "NoSuchBucket")
    with pytest.raises(StackFailed, match="bucket 'artifacts' does not exist"):
        aws.stores().upload("artifacts", "t", b"{}")


KEY = {"KeyId": "1234", "PendingWindowInDays": 30}


def test_a_key_is_deleted_in_thirty_days(aws: Aws) -> None:
    aws.kms.answers("schedule_key_deletion", KEY)
    aws.stores().schedule_key_deletion("1234")
    aws.kms.done()


GOING = {
    "a key that is going": ("KMSInvalidStateException", "arn:aws:kms:key is pending deletion."),
    "a key that is gone": ("NotFoundException", "Key 'arn:aws:kms:key' does not exist"),
}


@pytest.mark.parametrize(("code", "message"), GOING.values(), ids=GOING.keys())
def test_counts_as_deleted(aws: Aws, code: str, message: str) -> None:
    aws.kms.fails("schedule_key_deletion", code, message, asked=KEY)
    aws.stores().schedule_key_deletion("1234")
    aws.kms.done()


def test_log_groups_come_from_all_pages(aws: Aws) -> None:
    asked = {"logGroupNamePrefix": "/aws/codebuild/shop-main"}
    first = {"logGroups": [{"logGroupName": "one"}], "nextToken": "2"}
    aws.logs.answers("describe_log_groups", asked, first)
    second = {"logGroups": [{"logGroupName": "other"}]}
    aws.logs.answers("describe_log_groups", {**asked, "nextToken": "2"}, second)
    assert aws.stores().log_groups("/aws/codebuild/shop-main") == ("one", "other")


def test_a_log_group_is_deleted(aws: Aws) -> None:
    aws.logs.answers("delete_log_group", {"logGroupName": "one"})
    aws.stores().delete_log_group("one")
    aws.logs.done()


def test_a_log_group_that_is_gone_counts_as_deleted(aws: Aws) -> None:
    aws.logs.fails("delete_log_group", "ResourceNotFoundException")
    aws.stores().delete_log_group("one")
    aws.logs.done()


def test_a_parameter_is_read(aws: Aws) -> None:
    aws.ssm.answers("get_parameter", {"Name": "/p"}, {"Parameter": {"Value": "bucket"}})
    assert aws.stores().parameter("/p") == "bucket"


def test_a_parameter_that_is_not_there_is_none(aws: Aws) -> None:
    aws.ssm.fails("get_parameter", "ParameterNotFound")
    assert aws.stores().parameter("/p") is None


def test_parameters_below_a_path_are_read_from_all_pages(aws: Aws) -> None:
    asked = {"Path": "/pipelinegen/shop/gone"}
    first = {"Parameters": [{"Name": "/pipelinegen/shop/gone/a", "Value": "1"}], "NextToken": "t"}
    aws.ssm.answers("get_parameters_by_path", asked, first)
    second = {"Parameters": [{"Name": "/pipelinegen/shop/gone/b", "Value": "2"}]}
    aws.ssm.answers("get_parameters_by_path", {**asked, "NextToken": "t"}, second)
    found = aws.stores().parameters("/pipelinegen/shop/gone")
    assert found == {"/pipelinegen/shop/gone/a": "1", "/pipelinegen/shop/gone/b": "2"}


def test_a_parameter_is_written_over(aws: Aws) -> None:
    asked = {"Name": "/a", "Value": "1", "Type": "String", "Overwrite": True}
    aws.ssm.answers("put_parameter", asked, {"Version": 2})
    aws.stores().put_parameter("/a", "1")
    aws.ssm.done()


def test_a_parameter_that_is_gone_counts_as_deleted(aws: Aws) -> None:
    aws.ssm.answers("delete_parameter", {"Name": "/a"})
    aws.ssm.fails("delete_parameter", "ParameterNotFound", asked={"Name": "/a"})
    stores = aws.stores()
    stores.delete_parameter("/a")
    stores.delete_parameter("/a")
    aws.ssm.done()
