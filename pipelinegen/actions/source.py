"""Source providers: what starts a pipeline and what it reads.

https://docs.aws.amazon.com/codepipeline/latest/userguide/integrations-action-type.html
"""

from __future__ import annotations

from pipelinegen.actions._arns import regional
from pipelinegen.actions._keys import (
    arn,
    choice,
    exports,
    items,
    keys,
    own,
    ref,
    secret,
    text,
)
from pipelinegen.actions.approval import as_written
from pipelinegen.fragment import Context, Fragment, Statement, Wanted
from pipelinegen.model import Action
from pipelinegen.names import logical_id
from pipelinegen.provider import JSON, Bounds, Row, always, exports_anything
from pipelinegen.text import Ref, Text

_GUIDE = "https://docs.aws.amazon.com/codepipeline/latest/userguide/"
_BRANCH = "${branch:name}"
_CLONE_REF = "CODEBUILD_CLONE_REF"


def detections(*values: str) -> dict[str, JSON]:
    """Return the schema of `detection`; the first value is the default."""
    return {
        "enum": list(values),
        "default": values[0],
        "x-own": True,
        "description": "How a change starts the pipeline.",
    }


def source_row(key: str, provider: str, page: str, **facts: JSON) -> Row:
    """Return the row of a source."""
    defaults: dict[str, JSON] = {"category": "Source", "owner": "AWS", "default_name": "Source"}
    bounds: dict[str, JSON] = {"inputs": Bounds(0, 0), "outputs": Bounds(1, 1), "gives": always}
    return Row(key=key, provider=provider, url=_GUIDE + page, **(defaults | bounds | facts))


def detection(action: Action) -> str:
    """Return the way in which changes of this source start the pipeline."""
    return str(action.body.get("detection", action.row.detections[0]))


def event_rule(action: Action, pattern: JSON) -> Wanted:
    """Return the event rule that starts the pipeline on events of this pattern."""
    return Wanted(
        kind="event-rule",
        logical_id=logical_id(action.name, "EventRule"),
        settings={"pattern": pattern},
        origin=action.origin,
        path=f"sources/{action.name}",
    )


def polling(action: Action) -> dict[str, JSON]:
    """Return the polling flag, which AWS takes for true when it is absent."""
    return {"PollForSourceChanges": "true" if detection(action) == "polling" else "false"}


def codecommit(action: Action, context: Context) -> Fragment:
    """CodeCommit: an event rule pinned to repository and branch.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeCommit.html
    """
    repository = regional(action, "codecommit", action.text(action.body["repository-name"]))
    branch = action.text(action.body.get("branch-name", _BRANCH))
    clone = action.body.get("output-artifact-format") == _CLONE_REF
    event = {
        "source": ["aws.codecommit"],
        "detail-type": ["CodeCommit Repository State Change"],
        "resources": [repository],
        "detail": {
            "event": ["referenceCreated", "referenceUpdated"],
            "referenceType": ["branch"],
            "referenceName": [branch],
        },
    }
    read = ["GetBranch", "GetCommit", "UploadArchive", "GetUploadArchiveStatus"]
    read += ["CancelUploadArchive"] + (["GetRepository"] if clone else [])
    pull = Statement("CodeCommitPull", ("codecommit:GitPull",), (repository,))
    return Fragment(
        configuration={"BranchName": branch, **polling(action)},
        statements=(
            Statement(
                "CodeCommit",
                tuple(f"codecommit:{name}" for name in read),
                (repository,),
            ),
            # The action checks that the artifact bucket exists before it writes there.
            Statement("ArtifactBucketList", ("s3:ListBucket",), (Text.of(Ref("store", "arn")),)),
        ),
        reader_statements=(pull,) if clone else (),
        wanted=(event_rule(action, event),) if detection(action) == "eventbridge" else (),
    )


def connection(action: Action, context: Context) -> Fragment:
    """CodeConnections: the connection's own webhook, filtered by V2 triggers where written.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html
    """
    arn = action.text(action.body["connection-arn"])
    clone = action.body.get("output-artifact-format") == _CLONE_REF
    filtered = bool(action.body.get("push") or action.body.get("pull-request"))
    changes = detection(action) == "webhook" and not filtered
    # Both prefixes, whatever the ARN's own: the service was renamed and still checks either.
    use = Statement(
        "UseConnection",
        ("codeconnections:UseConnection", "codestar-connections:UseConnection"),
        (arn,),
    )
    return Fragment(
        configuration={
            "BranchName": action.text(action.body.get("branch-name", _BRANCH)),
            "DetectChanges": "true" if changes else "false",
        },
        statements=(use,),
        reader_statements=(use,) if clone else (),
    )


def github_v1(action: Action, context: Context) -> Fragment:
    """GitHub by OAuth token: an old way, kept for import.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/appendix-github-oauth.html
    """
    branch = action.text(action.body.get("branch", _BRANCH))
    webhook = Wanted(
        kind="webhook",
        logical_id=logical_id(action.name, "Webhook"),
        settings={
            "secret": action.body["oauth-token"],
            "reference": Text.of("refs/heads/", branch),
            "action": action.name,
        },
        origin=action.origin,
        path=f"sources/{action.name}",
    )
    return Fragment(
        configuration={"Branch": branch, **polling(action)},
        wanted=(webhook,) if detection(action) == "webhook" else (),
    )


CODECOMMIT = source_row(
    "codecommit",
    "CodeCommit",
    "action-reference-CodeCommit.html",
    keys=keys(
        RepositoryName=text(),
        BranchName=text(),
        OutputArtifactFormat=choice("CODE_ZIP", _CLONE_REF),
        detection=own(detections("eventbridge", "polling", "none")),
    ),
    required=frozenset({"repository-name"}),
    detections=("eventbridge", "polling", "none"),
    exports=exports(
        "AuthorDate",
        "BranchName",
        "CommitId",
        "CommitMessage",
        "CommitterDate",
        "RepositoryName",
    ),
    rib=codecommit,
)

CONNECTION = source_row(
    "connection",
    "CodeStarSourceConnection",
    "action-reference-CodestarConnectionSource.html",
    keys=keys(
        ConnectionArn=arn(),
        FullRepositoryId=text(),
        BranchName=text(),
        OutputArtifactFormat=choice("CODE_ZIP", _CLONE_REF),
        detection=own(detections("webhook", "none")),
        push=own(items(ref("Push"), most=3)),
        pull_request=own(items(ref("PullRequest"), most=3)),
    ),
    required=frozenset({"connection-arn", "full-repository-id"}),
    detections=("webhook", "none"),
    exports=exports(
        "AuthorDate",
        "AuthorDisplayName",
        "AuthorEmail",
        "AuthorId",
        "BranchName",
        "CommitId",
        "CommitMessage",
        "ConnectionArn",
        "FullRepositoryName",
        "ProviderType",
        "TagName",
        "DestinationBranchName",
        "PullRequestId",
        "PullRequestTitle",
        "SourceBranchName",
    ),
    rib=connection,
)

GITHUB_V1 = source_row(
    "github-v1",
    "GitHub",
    "appendix-github-oauth.html",
    owner="ThirdParty",
    keys=keys(
        Owner=text(),
        Repo=text(),
        Branch=text(),
        OAuthToken=secret(),
        detection=own(detections("webhook", "polling", "none")),
    ),
    required=frozenset({"owner", "repo", "oauth-token"}),
    detections=("webhook", "polling", "none"),
    exports=exports(
        "AuthorDate",
        "BranchName",
        "CommitId",
        "CommitMessage",
        "CommitUrl",
        "CommitterDate",
        "RepositoryName",
    ),
    rib=github_v1,
)

RAW_SOURCE = source_row(
    "raw",
    "$provider",
    "reference-pipeline-structure.html",
    owner="$owner",
    version="$version",
    keys=keys(
        category=own({"enum": ["Source"]}),
        owner=own({"enum": ["AWS", "ThirdParty", "Custom"]}),
        provider=own(ref("Text")),
        version=own(ref("Text")),
        configuration=own({"type": "object", "additionalProperties": ref("Text")}),
    ),
    required=frozenset({"category", "owner", "provider", "version"}),
    detections=("none",),
    exports=exports_anything,
    rib=as_written,
    description="Any source action: what the spec writes is what AWS gets.",
)
