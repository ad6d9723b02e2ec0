"""The approval provider, and the two that take any action type.

https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals.html
"""

from __future__ import annotations

from pipelinegen.actions._arns import pattern
from pipelinegen.actions._keys import arn, keys, mapping, own, ref, text
from pipelinegen.fragment import Context, Fragment, Statement
from pipelinegen.model import Action
from pipelinegen.provider import Bounds, Row, exports_anything

_GUIDE = "https://docs.aws.amazon.com/codepipeline/latest/userguide/"


def approval(action: Action, context: Context) -> Fragment:
    """Wait for a person; the role publishes to the topic that tells them.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals-action-add.html
    """
    topic = action.body.get("notification-arn")
    if topic is None:
        return Fragment()
    arn = pattern(action.text(topic))
    return Fragment(statements=(Statement("PublishApprovals", ("sns:Publish",), (arn,)),))


def as_written(action: Action, context: Context) -> Fragment:
    """Pass the written configuration through."""
    configuration = action.body.get("configuration", {})
    return Fragment(
        configuration={name: action.text(value) for name, value in configuration.items()}
    )


APPROVAL = Row(
    key="approval",
    category="Approval",
    owner="AWS",
    provider="Manual",
    url=_GUIDE + "approvals-action-add.html",
    inputs=Bounds(0, 0),
    outputs=Bounds(0, 0),
    keys=keys(CustomData=text(), ExternalEntityLink=text(), NotificationArn=arn()),
    default_name="Approve",
    cross_region=False,
    rib=approval,
)

CUSTOM = Row(
    key="custom",
    category="$category",
    owner="Custom",
    provider="$type",
    version="$version",
    url=_GUIDE + "actions-create-custom-action.html",
    inputs=Bounds(0, 5),
    outputs=Bounds(0, 5),
    keys=keys(
        type=own({"type": "string", "x-ref": "custom-action"}),
        configuration=own(mapping(ref("Text"))),
    ),
    required=frozenset({"type"}),
    default_name="Run",
    exports=exports_anything,
    cross_region=False,
    declared_in="custom-actions",
    rib=as_written,
)

RAW = Row(
    key="raw",
    category="$category",
    owner="$owner",
    provider="$provider",
    version="$version",
    url=_GUIDE + "reference-pipeline-structure.html",
    # AWS's widest bounds: https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-action-artifacts.html
    inputs=Bounds(0, 10),
    outputs=Bounds(0, 5),
    keys=keys(
        category=own(
            {"enum": ["Source", "Build", "Test", "Deploy", "Invoke", "Approval", "Compute"]}
        ),
        owner=own({"enum": ["AWS", "ThirdParty", "Custom"]}),
        provider=own(ref("Text")),
        version=own(ref("Text")),
        configuration=own(mapping(ref("Text"))),
    ),
    required=frozenset({"category", "owner", "provider", "version"}),
    default_name="Run",
    exports=exports_anything,
    rib=as_written,
    description="Any action type: what the spec writes is what AWS gets; artifacts are written.",
)
