"""Artifact stores: which bucket and key a branch rule's pipeline works with, region by region."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipelinegen.defaults import SHARED_STORE_BUCKET_PREFIX, SHARED_STORE_KEY_ALIAS
from pipelinegen.fragment import Statement
from pipelinegen.model import Action, Pipeline
from pipelinegen.provider import JSON
from pipelinegen.text import Ref, Text

_PARTITION, _ACCOUNT = Ref("AWS", "Partition"), Ref("AWS", "AccountId")

# https://docs.aws.amazon.com/codepipeline/latest/userguide/security-iam.html
_OBJECT_READ = ("s3:GetObject", "s3:GetObjectVersion")
_OBJECT_WRITE = ("s3:PutObject",)
_BUCKET_FACTS = ("s3:GetBucketAcl", "s3:GetBucketLocation")
_KEY_READ = ("kms:Decrypt", "kms:DescribeKey")
_KEY_WRITE = (
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)


@dataclass(frozen=True, slots=True)
class Store:
    """A bucket with its key; `key_alias` is set where the key is known by its alias only."""

    bucket: Text
    arn: Text
    key_arn: Text | None
    key_alias: str | None = None


def is_made_here(pipeline: Pipeline) -> bool:
    """Tell whether the stack makes the bucket itself."""
    written = pipeline.spec.data.get("artifact-store", {})
    return "bucket" not in written and "shared" not in written


def home_store(pipeline: Pipeline) -> Store:
    """Return the store of the pipeline's own region."""
    written = pipeline.spec.data.get("artifact-store", {})
    key, alias = _key(written, Ref("AWS", "Region"))
    if "shared" in written:
        bucket = Text.of(Ref("param", "ArtifactStoreBucket"))
        return Store(bucket, _arn(bucket), Text.of(Ref("param", "ArtifactStoreKeyArn")))
    if "bucket" in written:
        bucket = Text.parse(written["bucket"])
        return Store(bucket, _arn(bucket), key, alias)
    if "create-kms-key" in written:
        key = Text.of(Ref("resource", "ArtifactKey.Arn"))
    return Store(
        Text.of(Ref("resource", "ArtifactBucket")),
        Text.of(Ref("resource", "ArtifactBucket.Arn")),
        key,
        alias,
    )


def region_store(pipeline: Pipeline, region: str) -> Store | None:
    """Return the store of another region, None when the spec names none."""
    written = pipeline.spec.data.get("artifact-store", {})
    known = written.get("regions", {}).get(region)
    if known is not None:
        bucket = Text.parse(known["bucket"])
        return Store(bucket, _arn(bucket), *_key(known, region))
    if "shared" not in written:
        return None
    bucket = Text.of(SHARED_STORE_BUCKET_PREFIX, _ACCOUNT, f"-{region}")
    alias = SHARED_STORE_KEY_ALIAS
    key = Text.of("arn:", _PARTITION, f":kms:{region}:", _ACCOUNT, f":{alias}")
    return Store(bucket, _arn(bucket), key, key_alias=alias)


def regions(pipeline: Pipeline, actions: Iterable[Action]) -> dict[str, Store | None]:
    """Return the stores of every region that the given actions name, home region left out."""
    home = pipeline.spec.data.get("region")
    named = sorted(
        {region for action in actions if (region := region_of(pipeline, action)) is not None}
        - {home}
    )
    return {region: region_store(pipeline, region) for region in named}


def region_of(pipeline: Pipeline, action: Action) -> str | None:
    """Return the literal region that an action names on this branch rule, None for home."""
    if action.region is None:
        return None
    values = {("value", name): value for name, value in pipeline.rule.values.items()}
    return action.text(action.region).bind(values).literal


def service_access(store: Store) -> tuple[Statement, ...]:
    """Return the rights on a store that CodePipeline itself needs.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html
    """
    return _access(
        store,
        (*_OBJECT_READ, *_OBJECT_WRITE, "s3:PutObjectAcl"),
        (*_BUCKET_FACTS, "s3:GetBucketVersioning"),
        writes=True,
    )


def access(store: Store, *, writes: bool, caches: bool = False) -> tuple[Statement, ...]:
    """Return the rights on a store that a role needs to read inputs and, with `writes`, outputs.

    With `caches` it may use the key for what it puts elsewhere in the bucket.
    """
    on_objects = _OBJECT_READ + (_OBJECT_WRITE if writes else ())
    return _access(store, on_objects, _BUCKET_FACTS, writes=writes or caches)


def _access(
    store: Store, on_objects: tuple[str, ...], on_bucket: tuple[str, ...], *, writes: bool
) -> tuple[Statement, ...]:
    same_account = {"StringEquals": {"aws:ResourceAccount": Text.of(_ACCOUNT)}}
    objects = Text.of(store.arn, "/*")
    rights = (
        Statement("ArtifactObjects", on_objects, (objects,), conditions=same_account),
        Statement("ArtifactBucket", on_bucket, (store.arn,), conditions=same_account),
    )
    return rights if store.key_arn is None else (*rights, key_access(store, writes=writes))


def key_access(store: Store, *, writes: bool = True) -> Statement:
    """Return the rights on a store's key; a key known by alias is granted by that alias.

    https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
    """
    actions = _KEY_READ + (_KEY_WRITE if writes else ())
    key = store.key_arn or Text(())
    if store.key_alias is None:
        return Statement("ArtifactKey", actions, (key,))
    *before, last = key.parts
    keys = Text.of(*before, str(last).removesuffix(store.key_alias), "key/*")
    condition = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": store.key_alias}}
    return Statement("ArtifactKeyByAlias", actions, (keys,), conditions=condition)


def _key(written: Mapping[str, JSON], region: str | Ref) -> tuple[Text | None, str | None]:
    """Return (ARN, alias if it is an alias) of the existing key that a spec names."""
    if "kms-key-arn" not in written:
        return None, None
    key = Text.parse(written["kms-key-arn"])
    first, last = (key.parts[0], key.parts[-1]) if key.parts else ("", "")
    if isinstance(first, str) and not first.startswith("arn:"):
        kind = "" if first.startswith("alias/") else "key/"
        key = Text.of("arn:", _PARTITION, ":kms:", region, ":", _ACCOUNT, f":{kind}", key)
    alias = re.search(r"(?:^|:)(alias/[^:]*)$", last) if isinstance(last, str) else None
    return key, alias[1] if alias else None


def _arn(bucket: Text) -> Text:
    return Text.of("arn:", _PARTITION, ":s3:::", bucket)
