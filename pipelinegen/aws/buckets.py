"""S3 buckets: what they hold, who may write to them, and how they are emptied.

Every call names the account: a bucket that was deleted may be somebody else's by now.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import Any
from urllib.parse import quote

from botocore.exceptions import ClientError

from pipelinegen.aws.calls import Calls
from pipelinegen.aws.faults import Absent
from pipelinegen.errors import Denied, StackFailed
from pipelinegen.records import BucketContents, Identity

COUNTED = 100_000
"""Where counting what a bucket holds ends: it takes a call for each thousand."""

_REFUSAL = "PipelinegenRefuseWrites"
_VERSIONS = "s3:ListBucketVersions"
_UPLOADS = "s3:ListBucketMultipartUploads"
_Page = Mapping[str, Any]


class Buckets:
    """The part of services.Stores that is about buckets."""

    def __init__(self, s3: Any, identity: Identity, calls: Calls) -> None:
        """`s3` sends each call once."""
        self._s3 = s3
        self._identity = identity
        self._calls = calls

    def contents(self, bucket: str) -> BucketContents | None:
        """Return how much a bucket holds, up to COUNTED; None when there is no such bucket."""
        try:
            versions = sum(1 for _ in islice(self._versions(bucket), COUNTED))
            uploads = sum(1 for _ in islice(self._uploads(bucket), COUNTED))
        except Absent:
            return None
        return BucketContents(versions, uploads)

    def refuse_writes(self, bucket: str) -> None:
        """Deny PutObject to everybody, beside what the bucket's policy says already."""
        asked = self._named(bucket)
        try:
            answer = self._calls.read(
                "s3:GetBucketPolicy", lambda: self._s3.get_bucket_policy(**asked)
            )
            policy = json.loads(answer["Policy"])
        except Absent:  # no bucket is found out by the write
            policy = {"Version": "2012-10-17"}
        statements = policy.get("Statement", [])
        if isinstance(statements, dict):  # one statement may stand without a list
            statements = [statements]
        refusal = {
            "Sid": _REFUSAL,
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:PutObject",
            "Resource": f"arn:{self._identity.partition}:s3:::{bucket}/*",
        }
        if refusal in statements:
            return
        others = [one for one in statements if one.get("Sid") != _REFUSAL]
        text = json.dumps({**policy, "Statement": [*others, refusal]})
        with suppress(Absent):
            self._calls.write(
                "s3:PutBucketPolicy", lambda: self._s3.put_bucket_policy(**asked, Policy=text)
            )

    def empty(self, bucket: str) -> int:
        """Remove versions, delete markers and uploads; return how many.

        Raises Denied or Rejected for the first object that AWS does not delete.
        """
        count = 0
        with suppress(Absent):
            for page in self._version_pages(bucket):
                objects = [*_objects(page)]
                self._delete(bucket, objects)
                count += len(objects)
            for upload in self._uploads(bucket):
                self._abort(bucket, upload)
                count += 1
        return count

    def delete_bucket(self, bucket: str) -> None:
        """Delete an empty bucket; one that is gone counts."""
        asked = self._named(bucket)
        with suppress(Absent):
            self._calls.write("s3:DeleteBucket", lambda: self._s3.delete_bucket(**asked))

    def upload(self, bucket: str, key: str, content: bytes) -> str:
        """Put an object, unless it is there already; return the URL by which AWS reads it.

        `key` must follow from the content. Raises StackFailed without such a bucket.
        """
        asked = {**self._named(bucket), "Key": key}
        try:
            self._calls.read("s3:GetObject", lambda: self._s3.head_object(**asked))
        except (Absent, Denied):  # who may not list a bucket is denied what is not there
            self._put(bucket, asked, content)
        place = f"{bucket}.s3.{self._identity.region}.{self._identity.url_suffix}"
        return f"https://{place}/{quote(key)}"

    def _put(self, bucket: str, asked: Mapping[str, str], content: bytes) -> None:
        try:
            self._calls.write("s3:PutObject", lambda: self._s3.put_object(**asked, Body=content))
        except Absent as gone:
            raise StackFailed(f"bucket '{bucket}' does not exist") from gone

    def _delete(self, bucket: str, objects: list[dict[str, str]]) -> None:
        if not objects:
            return
        asked = {**self._named(bucket), "Delete": {"Objects": objects, "Quiet": True}}

        def delete() -> None:
            answer = self._s3.delete_objects(**asked)
            for error in answer.get("Errors", ()):  # the answer itself is always a success
                message = f"object '{error.get('Key')}': {error.get('Message')}"
                told = {"Error": {"Code": error.get("Code", ""), "Message": message}}
                raise ClientError(told, "DeleteObjects")

        self._calls.write("s3:DeleteObjectVersion", delete)

    def _abort(self, bucket: str, upload: Mapping[str, str]) -> None:
        asked = {**self._named(bucket), "Key": upload["Key"], "UploadId": upload["UploadId"]}
        with suppress(Absent):
            self._calls.write(
                "s3:AbortMultipartUpload", lambda: self._s3.abort_multipart_upload(**asked)
            )

    def _versions(self, bucket: str) -> Iterator[Mapping[str, str]]:
        for page in self._version_pages(bucket):
            yield from _objects(page)

    def _version_pages(self, bucket: str) -> Iterator[_Page]:
        asked = self._named(bucket)
        while True:
            page: _Page = self._calls.read(
                _VERSIONS, lambda: self._s3.list_object_versions(**asked)
            )
            yield page
            if not page.get("IsTruncated"):
                return
            asked["KeyMarker"] = page["NextKeyMarker"]
            asked["VersionIdMarker"] = page["NextVersionIdMarker"]

    def _uploads(self, bucket: str) -> Iterator[Mapping[str, str]]:
        asked = self._named(bucket)
        while True:
            page: _Page = self._calls.read(
                _UPLOADS, lambda: self._s3.list_multipart_uploads(**asked)
            )
            yield from page.get("Uploads", ())
            if not page.get("IsTruncated"):
                return
            asked["KeyMarker"] = page["NextKeyMarker"]
            asked["UploadIdMarker"] = page["NextUploadIdMarker"]

    def _named(self, bucket: str) -> dict[str, str]:
        return {"Bucket": bucket, "ExpectedBucketOwner": self._identity.account}


def _objects(page: _Page) -> Iterator[dict[str, str]]:
    """Yield what DeleteObjects takes: at most 1,000, which is as much as a page holds.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
    """
    for one in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
        yield {"Key": one["Key"], "VersionId": one["VersionId"]}
