"""What a stack holds that needs more than its deletion, and what would outlive it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pipelinegen.deployment import recorded
from pipelinegen.records import StackResource

_BUCKET, _KEY = "AWS::S3::Bucket", "AWS::KMS::Key"
_GO_WITH_US = (_BUCKET, "AWS::S3::BucketPolicy", _KEY)
"""Types whose retained resources `destroy` deletes itself, if we made them."""

_SERVICE_LOGS = {
    # https://docs.aws.amazon.com/codebuild/latest/userguide/change-project.html
    "AWS::CodeBuild::Project": "/aws/codebuild/",
    # https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
    "AWS::Lambda::Function": "/aws/lambda/",
}
"""Where AWS writes logs for a resource that names no log group: a prefix of the resource's name."""

_RETAINED = ("Retain", "RetainExceptOnCreate")
_STORE = {
    name: {"DeletionPolicy": "Retain", "Metadata": {"pipelinegen": {"path": "artifact-store"}}}
    for name in ("ArtifactBucket", "ArtifactKey")
}
"""What is true of our own bucket and key where the template may not be read."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """Physical ids of what a stack has made, by what has to be done with it.

    `retained_buckets` and `keys` are ours and outlive the stack, `buckets` go with it if they are
    empty. `service_logs` are the log groups that AWS may have made beside the stack. `kept` is what
    the user's own template parts retain.
    """

    resources: int
    pipeline: str | None
    event_rules: tuple[str, ...]
    retained_buckets: tuple[str, ...]
    buckets: tuple[str, ...]
    keys: tuple[str, ...]
    log_groups: tuple[str, ...]
    service_logs: tuple[str, ...]
    kept: tuple[StackResource, ...]


def holdings(resources: Iterable[StackResource], template: Mapping[str, Any]) -> Holdings:
    """Sort the resources of a stack; a resource that was never made is none of them.

    The physical id of one whose creation failed may be the name of somebody else's thing.
    """
    made = [
        one
        for one in resources
        if one.physical_id and one.status not in ("DELETE_COMPLETE", "CREATE_FAILED")
    ]
    bodies: Mapping[str, Mapping[str, Any]] = {**_STORE, **template.get("Resources", {})}
    retained = [
        one for one in made if bodies.get(one.logical_id, {}).get("DeletionPolicy") in _RETAINED
    ]
    ours = [one for one in retained if one.type in _GO_WITH_US and recorded(bodies[one.logical_id])]
    leaving = [one for one in made if one not in retained and one.logical_id in bodies]
    log_groups = _ids(leaving, "AWS::Logs::LogGroup")
    written = (
        f"{_SERVICE_LOGS[one.type]}{one.physical_id}" for one in made if one.type in _SERVICE_LOGS
    )
    return Holdings(
        resources=len(made),
        pipeline=next(iter(_ids(made, "AWS::CodePipeline::Pipeline")), None),
        event_rules=_ids(made, "AWS::Events::Rule"),
        retained_buckets=_ids(ours, _BUCKET),
        buckets=_ids(leaving, _BUCKET),
        keys=_ids(ours, _KEY),
        log_groups=log_groups,
        service_logs=tuple(name for name in written if name not in log_groups),
        kept=tuple(one for one in retained if one not in ours),
    )


def _ids(resources: Iterable[StackResource], kind: str) -> tuple[str, ...]:
    return tuple(one.physical_id for one in resources if one.type == kind)
