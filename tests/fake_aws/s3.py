"""S3: buckets with versions, uploads and policies; all Regions of the account share the names."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tests.fake_aws.model import JSON, Refused, Service, call
from tests.fake_aws.time import Steps

if TYPE_CHECKING:
    from tests.fake_aws.account import Region

_MOST = 1000
"""Objects that one DeleteObjects takes.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
"""


@dataclass(slots=True)
class Version:
    """A version of an object; without a body it is a delete marker."""

    key: str
    id: str
    body: bytes | None


@dataclass(slots=True)
class Bucket:
    """A bucket; its versions are in the order in which S3 lists them."""

    region: str
    owner: str
    versioned: bool = False
    policy: JSON | None = None
    versions: list[Version] = field(default_factory=list)
    uploads: list[tuple[str, str]] = field(default_factory=list)
    locked: set[str] = field(default_factory=set)
    written: int = 0

    def put(self, key: str, body: bytes | None) -> Version:
        """Write an object, or a delete marker, as the newest version."""
        self.written += 1
        number = f"v{self.written:08d}" if self.versioned else "null"
        if not self.versioned:
            self.versions = [one for one in self.versions if one.key != key]
        found = Version(key, number, body)
        self.versions.append(found)
        self.versions.sort(key=_order)
        return found

    @property
    def refuses_writes(self) -> bool:
        """Whether the policy denies PutObject to everybody."""
        statements = (self.policy or {}).get("Statement", [])
        return any(
            one["Effect"] == "Deny"
            and one.get("Principal") in ("*", {"AWS": "*"})
            and "s3:PutObject" in _list(one["Action"])
            and "Condition" not in one
            for one in _list(statements)
        )


class FakeS3(Service):
    """S3 as seen from one Region."""

    service = "s3"
    denial = "AccessDenied"

    def __init__(self, region: Region, buckets: dict[str, Bucket]) -> None:
        super().__init__(region.timeline, region.account, region.name)
        self.buckets = buckets
        self.page_size = 3

    def declare_bucket(
        self, name: str, *, versioned: bool = True, owner: str | None = None
    ) -> Bucket:
        """Let a bucket be there, of this account unless another is named."""
        self.buckets[name] = Bucket(self.region, owner or self.account, versioned)
        return self.buckets[name]

    def declare_objects(self, bucket: str, *keys: str, body: bytes = b"content") -> None:
        """Let objects be there; a key that comes twice has two versions."""
        for key in keys:
            self.buckets[bucket].put(key, body)

    def declare_upload(self, bucket: str, key: str) -> None:
        """Let a multipart upload be there that nobody finished."""
        uploads = self.buckets[bucket].uploads
        uploads.append((key, f"upload-{len(uploads):03d}"))
        uploads.sort()

    def declare_locked(self, bucket: str, key: str) -> None:
        """Let an object be one that nobody may delete."""
        self.buckets[bucket].locked.add(key)

    def declare_writer(self, bucket: str, *, every: float, times: int, bold: bool = False) -> None:
        """Let somebody write objects, as long as the policy lets them; `bold` ones do not ask."""

        def steps() -> Steps:
            for number in range(times):
                yield every
                found = self.buckets.get(bucket)
                if found is not None and (bold or not found.refuses_writes):
                    found.put(f"written/{number}", b"meanwhile")

        self.timeline.begin(steps())

    def read(self, bucket: str, key: str) -> bytes | None:
        """Return the newest version of an object."""
        found = self.buckets.get(bucket)
        newest = next((one for one in found.versions if one.key == key), None) if found else None
        return newest.body if newest else None

    @call
    def head_bucket(self, Bucket: str, ExpectedBucketOwner: str = "") -> JSON:
        if Bucket not in self.buckets:
            raise Refused("404", "Not Found", 404)
        found = self._bucket(Bucket, ExpectedBucketOwner)
        return {"BucketRegion": found.region}

    @call
    def head_object(self, Bucket: str, Key: str, ExpectedBucketOwner: str = "") -> JSON:
        if Bucket not in self.buckets:
            raise Refused("404", "Not Found", 404)
        self._bucket(Bucket, ExpectedBucketOwner)
        body = self.read(Bucket, Key)
        if body is None:
            raise Refused("404", "Not Found", 404)
        return {"ContentLength": len(body)}

    @call
    def put_object(self, Bucket: str, Key: str, Body: Any, ExpectedBucketOwner: str = "") -> JSON:
        found = self._bucket(Bucket, ExpectedBucketOwner)
        if found.refuses_writes:
            raise Refused("AccessDenied", "Access Denied", 403)
        body = Body if isinstance(Body, bytes) else Body.read()
        version = found.put(Key, body)
        return {"ETag": f'"{sha256(body).hexdigest()[:32]}"', "VersionId": version.id}

    @call
    def list_object_versions(
        self,
        Bucket: str,
        KeyMarker: str = "",
        VersionIdMarker: str = "",
        Prefix: str = "",
        MaxKeys: int = _MOST,
        ExpectedBucketOwner: str = "",
    ) -> JSON:
        found = self._bucket(Bucket, ExpectedBucketOwner)
        after = _order(Version(KeyMarker, VersionIdMarker, None)) if KeyMarker else ("", 0)
        left = [one for one in found.versions if _order(one) > after and one.key.startswith(Prefix)]
        size = min(MaxKeys, self.page_size)
        here, more = left[:size], left[size:]
        newest = {one.key: one.id for one in reversed(found.versions)}
        listed = [
            (one, {"Key": one.key, "VersionId": one.id, "IsLatest": newest[one.key] == one.id})
            for one in here
        ]
        answer: JSON = {
            "IsTruncated": bool(more),
            "Versions": [shown for one, shown in listed if one.body is not None],
            "DeleteMarkers": [shown for one, shown in listed if one.body is None],
        }
        if more:
            answer |= {"NextKeyMarker": here[-1].key, "NextVersionIdMarker": here[-1].id}
        return {key: value for key, value in answer.items() if value != []}

    @call
    def list_multipart_uploads(
        self,
        Bucket: str,
        KeyMarker: str = "",
        UploadIdMarker: str = "",
        ExpectedBucketOwner: str = "",
    ) -> JSON:
        found = self._bucket(Bucket, ExpectedBucketOwner)
        left = [one for one in found.uploads if one > (KeyMarker, UploadIdMarker)]
        here, more = left[: self.page_size], left[self.page_size :]
        answer: JSON = {"IsTruncated": bool(more)}
        if here:
            answer["Uploads"] = [{"Key": key, "UploadId": one} for key, one in here]
        if more:
            answer |= {"NextKeyMarker": here[-1][0], "NextUploadIdMarker": here[-1][1]}
        return answer

    @call
    def abort_multipart_upload(
        self, Bucket: str, Key: str, UploadId: str, ExpectedBucketOwner: str = ""
    ) -> JSON:
        found = self._bucket(Bucket, ExpectedBucketOwner)
        if (Key, UploadId) not in found.uploads:
            raise Refused("NoSuchUpload", "The specified upload does not exist.", 404)
        found.uploads.remove((Key, UploadId))
        return {}

    @call
    def delete_objects(self, Bucket: str, Delete: JSON, ExpectedBucketOwner: str = "") -> JSON:
        found = self._bucket(Bucket, ExpectedBucketOwner)
        if not 0 < len(Delete["Objects"]) <= _MOST:
            text = "The XML you provided was not well-formed"
            raise Refused("MalformedXML", f"{text} or did not validate against our schema")
        deleted, errors = [], []
        for one in Delete["Objects"]:
            if one["Key"] in found.locked:
                errors.append({**one, "Code": "AccessDenied", "Message": "Access Denied"})
                continue
            deleted.append(one)
            if "VersionId" not in one and found.versioned:
                found.put(one["Key"], None)
                continue
            found.versions = [
                known
                for known in found.versions
                if (known.key, known.id) != (one["Key"], one.get("VersionId", known.id))
            ]
        answer = {"Errors": errors, "Deleted": [] if Delete.get("Quiet") else deleted}
        return {key: value for key, value in answer.items() if value}

    @call
    def delete_bucket(self, Bucket: str, ExpectedBucketOwner: str = "") -> JSON:
        found = self._bucket(Bucket, ExpectedBucketOwner)
        if found.versions:
            text = "The bucket you tried to delete is not empty"
            if found.versioned:
                text += ". You must delete all versions in the bucket."
            raise Refused("BucketNotEmpty", text, 409)
        del self.buckets[Bucket]
        return {}

    @call
    def get_bucket_policy(self, Bucket: str, ExpectedBucketOwner: str = "") -> JSON:
        found = self._bucket(Bucket, ExpectedBucketOwner)
        if found.policy is None:
            raise Refused("NoSuchBucketPolicy", "The bucket policy does not exist", 404)
        return {"Policy": json.dumps(found.policy)}

    @call
    def put_bucket_policy(self, Bucket: str, Policy: str, ExpectedBucketOwner: str = "") -> JSON:
        self._bucket(Bucket, ExpectedBucketOwner).policy = json.loads(Policy)
        return {}

    def _bucket(self, name: str, owner: str) -> Bucket:
        found = self.buckets.get(name)
        if found is None:
            raise Refused("NoSuchBucket", "The specified bucket does not exist", 404)
        if owner not in ("", found.owner) or found.owner != self.account:
            raise Refused("AccessDenied", "Access Denied", 403)
        return found


def _order(version: Version) -> tuple[str, int]:
    """Return the place in a listing: by key, the newest version first."""
    return version.key, -int(version.id[1:]) if version.id.startswith("v") else 0


def _list(node: Any) -> list[Any]:
    return node if isinstance(node, list) else [node]
