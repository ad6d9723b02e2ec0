"""In which order changes are read: what is lost, who may do what, the rest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipelinegen.records import ResourceChange

_SECURITY = ("AWS::IAM::", "AWS::KMS::")
"""Services whose every resource says who may do what."""

POLICIES = frozenset(
    {
        "AWS::ECR::RegistryPolicy",
        "AWS::Events::EventBusPolicy",
        "AWS::Lambda::LayerVersionPermission",
        "AWS::Lambda::Permission",
        "AWS::Logs::ResourcePolicy",
        "AWS::S3::BucketPolicy",
        "AWS::SNS::TopicInlinePolicy",
        "AWS::SNS::TopicPolicy",
        "AWS::SQS::QueueInlinePolicy",
        "AWS::SQS::QueuePolicy",
        "AWS::SecretsManager::ResourcePolicy",
    }
)
"""Resources that let somebody at a resource of another type."""

_REMOVING = frozenset({"Remove", "Dynamic"})
"""`Dynamic` is what AWS says when it cannot tell, so it may be a removal.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html
"""


@dataclass(frozen=True, slots=True)
class Groups:
    """Changes in three blocks; within each, what `disrupts` comes first, else the order is kept.

    Whatever is about rights stands in `security`, also when it is replaced or removed: a reader of
    rights must find them all in one place.
    """

    disruptive: tuple[ResourceChange, ...] = ()
    security: tuple[ResourceChange, ...] = ()
    rest: tuple[ResourceChange, ...] = ()


def grouped(changes: Iterable[ResourceChange]) -> Groups:
    """Return the changes in the order in which they should be read."""
    ordered = sorted(changes, key=lambda change: not disrupts(change))
    return Groups(
        disruptive=tuple(one for one in ordered if disrupts(one) and not concerns_rights(one)),
        security=tuple(one for one in ordered if concerns_rights(one)),
        rest=tuple(one for one in ordered if not disrupts(one) and not concerns_rights(one)),
    )


def disrupts(change: ResourceChange) -> bool:
    """Tell whether the resource that is there now goes, or may go: removed or replaced."""
    return (
        change.action in _REMOVING
        or change.replacement in ("True", "Conditional")
        or change.policy_action.startswith("Replace")
    )


def concerns_rights(change: ResourceChange) -> bool:
    """Tell whether the resource says who may do what."""
    return change.type.startswith(_SECURITY) or change.type in POLICIES
