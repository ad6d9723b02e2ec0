"""Rules about regions: what cannot leave the pipeline's own, and what AWS does not offer there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipelinegen.actions.source import detection
from pipelinegen.diagnostics import Severity
from pipelinegen.model import Action, Pipeline
from pipelinegen.resources.section import live_entries
from pipelinegen.rules._known import foreign_account, other_region, region_in
from pipelinegen.rules._rule import Finding, rule
from pipelinegen.rules._words import quoted
from pipelinegen.rules.stores import region_place
from pipelinegen.text import Text

DEVICE_FARM = "DeviceFarm"
DEVICE_FARM_REGION = "us-west-2"
"""https://docs.aws.amazon.com/general/latest/gr/devicefarm.html"""

_WITHOUT_CONNECTIONS = frozenset(
    {
        "af-south-1",
        "ap-east-1",
        "ap-northeast-3",
        "ap-south-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "eu-central-2",
        "eu-south-2",
        "il-central-1",
        "me-central-1",
        "me-south-1",
        "us-gov-west-1",
    }
)
"""https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html"""

_WITHOUT_NOTIFICATIONS = frozenset(
    {
        "af-south-1",
        "ap-northeast-3",
        "ap-south-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "cn-north-1",
        "cn-northwest-1",
        "eu-central-2",
        "eu-south-1",
        "eu-south-2",
        "il-central-1",
        "me-central-1",
        "us-gov-east-1",
        "us-gov-west-1",
    }
)
"""https://docs.aws.amazon.com/general/latest/gr/codestar_notifications.html"""

_WITHOUT_WEBHOOKS = frozenset(
    {"ap-east-2", "ap-southeast-5", "ap-southeast-7", "ca-west-1", "mx-central-1"}
)
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codepipeline-webhook.html"""

_GENERATED: Mapping[str, str] = {"project": "project-name", "function": "function-name"}
"""What a stack makes in its own region → the key by which an action runs it."""


@rule()
def region_not_allowed(pipeline: Pipeline) -> Iterator[Finding]:
    """Some actions always run in the pipeline's own region, some in its own account, too.

    Sources, approvals and actions of owner ThirdParty or Custom cannot name another region. What
    this stack makes, a build project or a function, stays in the stack's region and account: for
    another one name an existing project or function there.

    bad:
        sources:
          - codecommit: {repository-name: shop}
            region: us-east-1
    good:
        sources:
          - codecommit: {repository-name: shop}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-create-cross-region.html
    """
    for action in pipeline.actions:
        region = region_in(pipeline, action)
        if not _may_leave(action):
            if region not in (None, pipeline.spec.data.get("region")):
                yield Finding(
                    f"{_thing(action)} always runs in the pipeline's own region",
                    region_place(action),
                    hint="remove region:",
                    on_key=True,
                )
            continue
        made = _made_here(action)
        if made is None:
            continue
        other = other_region(pipeline, action)
        account = foreign_account(pipeline, action)
        if other is not None or account is not None:
            place = region_place(action) if other is not None else role_place(action)
            yield Finding(
                f"the {made} of this action is made in the pipeline's own "
                f"{'region' if other is not None else 'account'}, "
                f"so it cannot run in {other or account}",
                place,
                hint=f"name an existing {made} there with {_GENERATED[made]}:",
                on_key=True,
            )


@rule()
def device_farm_region(pipeline: Pipeline) -> Iterator[Finding]:
    """Device Farm exists only in us-west-2.

    bad:
        region: eu-west-1
        stages:
          - stage: Test
            actions:
              - device-farm:
                  project-id: 1a2b3c4d
                  device-pool-arn: arn:aws:devicefarm:us-west-2::devicepool:1a2b3c4d
                  app-type: Android
                  app: app.apk
                  test-type: BUILTIN_FUZZ
    good:
        region: eu-west-1
        artifact-store: {shared: true}
        stages:
          - stage: Test
            actions:
              - region: us-west-2
                device-farm:
                  project-id: 1a2b3c4d
                  device-pool-arn: arn:aws:devicefarm:us-west-2::devicepool:1a2b3c4d
                  app-type: Android
                  app: app.apk
                  test-type: BUILTIN_FUZZ
    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-DeviceFarm.html
    """
    for action in pipeline.actions:
        if action.row.provider != DEVICE_FARM:
            continue
        if action.region is None:
            home = pipeline.spec.data.get("region", DEVICE_FARM_REGION)
            wrong, place = home != DEVICE_FARM_REGION, action.origin
        else:
            named = region_in(pipeline, action)
            wrong, place = named not in (None, DEVICE_FARM_REGION), region_place(action)
        if wrong:
            yield Finding(
                f"Device Farm exists only in {DEVICE_FARM_REGION}",
                place,
                hint=f"add region: {DEVICE_FARM_REGION}"
                if action.region is None
                else f"write region: {DEVICE_FARM_REGION}",
            )


@rule(Severity.WARNING)
def service_not_in_region(pipeline: Pipeline) -> Iterator[Finding]:
    """AWS does not offer connections, notification rules and webhooks in every region.

    bad:
        region: eu-south-1
        topics:
          Team: {emails: [team@example.com]}
        notifications:
          - {notify: Failures, events: [pipeline-failed], topic-arn: "${topic:Team}"}
    good:
        region: eu-west-1
        topics:
          Team: {emails: [team@example.com]}
        notifications:
          - {notify: Failures, events: [pipeline-failed], topic-arn: "${topic:Team}"}
    https://docs.aws.amazon.com/general/latest/gr/codestar_notifications.html
    """
    home = pipeline.spec.data.get("region")
    if home in _WITHOUT_NOTIFICATIONS:
        for _, at in live_entries(pipeline, "notifications"):
            yield Finding(
                f"notification rules do not exist in {home}",
                at,
                hint="use a topic and an EventBridge rule",
            )
    for action in pipeline.sources:
        if home in _WITHOUT_CONNECTIONS and action.row.provider == "CodeStarSourceConnection":
            yield Finding(
                f"connections do not exist in {home}",
                action.origin,
                hint="put the pipeline into a region that has them, its actions may run here",
            )
        if home in _WITHOUT_WEBHOOKS and _has_webhook(action):
            yield Finding(
                f"webhooks of CodePipeline do not exist in {home}",
                action.origin,
                hint="set detection: polling, or use a connection",
            )


def role_place(action: Action) -> tuple[str | int, ...]:
    """Return where an action is sent to another account: by its targets, or by its role."""
    if action.target is not None and action.role_arn == action.target.role_arn:
        return (*action.origin, "each")
    return (*action.origin, "role-arn")


def _may_leave(action: Action) -> bool:
    return action.row.cross_region and action.row.category not in ("Source", "Approval")


def _thing(action: Action) -> str:
    row = action.row
    if row.category in ("Source", "Approval"):
        return {"Source": "a source", "Approval": "an approval"}[row.category]
    if row.owner in ("ThirdParty", "Custom"):
        return f"an action of owner {row.owner}"
    return f"an action of {quoted(row.key)}"


def _made_here(action: Action) -> str | None:
    """Return the kind of generated resource that an action runs."""
    builds = _GENERATED["project"] in action.row.keys and "image" in action.row.keys
    if builds and _GENERATED["project"] not in action.body:
        return "project"
    for kind, key in _GENERATED.items():
        written = action.body.get(key)
        if written and any(ref.kind == kind for ref in Text.parse(str(written)).refs):
            return kind
    return None


def _has_webhook(action: Action) -> bool:
    return (
        "webhook" in action.row.detections
        and "oauth-token" in action.row.keys
        and (detection(action) == "webhook")
    )


RULES = (region_not_allowed, device_farm_region, service_not_in_region)
