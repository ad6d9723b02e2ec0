"""The template of the artifact store that all pipelines of one account and region may share.

Its names are the ones that `artifact-store: {shared: true}` counts on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipelinegen import __version__
from pipelinegen.defaults import (
    ARTIFACT_DAYS,
    SHARED_STORE_BUCKET_PARAMETER,
    SHARED_STORE_BUCKET_PREFIX,
    SHARED_STORE_KEY_ALIAS,
    SHARED_STORE_KEY_PARAMETER,
)
from pipelinegen.emit import Renderer, resource_body
from pipelinegen.fragment import Resource
from pipelinegen.resources.store import bucket_and_key
from pipelinegen.scope import resolve_in_stack
from pipelinegen.text import Expression, Ref, Text

_BUCKET = Text.of(Ref("resource", "ArtifactBucket"))
_KEY_ARN = Text.of(Ref("resource", "ArtifactKey.Arn"))


def shared_store_template(
    read_accounts: Sequence[str] = (), *, days: int = ARTIFACT_DAYS
) -> dict[str, Expression]:
    """Return the template; `read_accounts` are other accounts that work with the artifacts."""
    render = Renderer(resolve_in_stack, {})
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Artifact store that the pipelines of this account and region share",
        "Metadata": {"pipelinegen": {"tool-version": __version__}},
        "Resources": {
            resource.logical_id: resource_body(resource, render)
            for resource in _resources(read_accounts, days)
        },
        "Outputs": {
            "ArtifactBucket": {"Value": render(_BUCKET)},
            "ArtifactKeyArn": {"Value": render(_KEY_ARN)},
        },
    }


def _resources(read_accounts: Sequence[str], days: int) -> Iterator[Resource]:
    account, region = Ref("AWS", "AccountId"), Ref("AWS", "Region")
    yield from bucket_and_key(
        read_accounts,
        key_arn=_KEY_ARN,
        makes_key=True,
        days=days,
        bucket_name=Text.of(SHARED_STORE_BUCKET_PREFIX, account, "-", region),
    )
    yield Resource(
        logical_id="ArtifactKeyAlias",
        type="AWS::KMS::Alias",
        properties={
            "AliasName": SHARED_STORE_KEY_ALIAS,
            "TargetKeyId": Text.of(Ref("resource", "ArtifactKey")),
        },
        origin=(),
        path="artifact-store",
    )
    for logical_id, name, value in (
        ("ArtifactBucketParameter", SHARED_STORE_BUCKET_PARAMETER, _BUCKET),
        ("ArtifactKeyParameter", SHARED_STORE_KEY_PARAMETER, _KEY_ARN),
    ):
        yield Resource(
            logical_id=logical_id,
            type="AWS::SSM::Parameter",
            properties={"Name": name, "Type": "String", "Value": value},
            origin=(),
            path="artifact-store",
        )
