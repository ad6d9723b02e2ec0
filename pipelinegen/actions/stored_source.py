"""Sources that are stored things rather than repositories: an S3 object, an ECR image.

https://docs.aws.amazon.com/codepipeline/latest/userguide/integrations-action-type-source.html
"""

from __future__ import annotations

from pipelinegen.actions._arns import pattern, regional, unowned
from pipelinegen.actions._keys import exports, flag, keys, own, text
from pipelinegen.actions.source import detection, detections, event_rule, polling, source_row
from pipelinegen.fragment import Context, Fragment, Statement
from pipelinegen.model import Action


def s3(action: Action, context: Context) -> Fragment:
    """S3: an event rule on the one object.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html
    """
    bucket = action.text(action.body["s3-bucket"])
    key = action.text(action.body["s3-object-key"])
    readable = "*" if action.body.get("allow-override-for-s3-object-key") else key
    event = {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [bucket]}, "object": {"key": [key]}},
    }
    facts = ("s3:GetBucketVersioning", "s3:GetBucketAcl", "s3:GetBucketLocation")
    return Fragment(
        configuration=polling(action),
        statements=(
            Statement(
                "S3SourceObject",
                ("s3:GetObject", "s3:GetObjectVersion"),
                (unowned("s3", bucket, "/", readable),),
            ),
            Statement("S3SourceBucket", facts, (unowned("s3", bucket),)),
        ),
        wanted=(event_rule(action, event),) if detection(action) == "eventbridge" else (),
    )


def ecr(action: Action, context: Context) -> Fragment:
    """ECR: an event rule on a pushed tag; AWS has no polling here.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECR.html
    """
    repository = action.text(action.body["repository-name"])
    event = {
        "source": ["aws.ecr"],
        "detail-type": ["ECR Image Action"],
        "detail": {
            "action-type": ["PUSH"],
            "result": ["SUCCESS"],
            "repository-name": [repository],
            "image-tag": [action.text(action.body.get("image-tag", "latest"))],
        },
    }
    arn = regional(action, "ecr", "repository/", pattern(repository))
    return Fragment(
        statements=(Statement("EcrSource", ("ecr:DescribeImages",), (arn,)),),
        wanted=(event_rule(action, event),) if detection(action) == "eventbridge" else (),
    )


S3 = source_row(
    "s3",
    "S3",
    "action-reference-S3.html",
    keys=keys(
        S3Bucket=text(),
        S3ObjectKey=text(),
        AllowOverrideForS3ObjectKey=flag(),
        detection=own(detections("eventbridge", "polling", "none")),
    ),
    required=frozenset({"s3-bucket", "s3-object-key"}),
    detections=("eventbridge", "polling", "none"),
    exports=exports("BucketName", "ETag", "ObjectKey", "VersionId"),
    rib=s3,
)

ECR = source_row(
    "ecr",
    "ECR",
    "action-reference-ECR.html",
    keys=keys(
        RepositoryName=text(),
        ImageTag=text(),
        detection=own(detections("eventbridge", "none")),
    ),
    required=frozenset({"repository-name"}),
    detections=("eventbridge", "none"),
    exports=exports("ImageDigest", "ImageTag", "ImageURI", "RegistryId", "RepositoryName"),
    rib=ecr,
)
