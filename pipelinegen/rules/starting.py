"""Rules about what starts a pipeline: nothing, something twice, something late, somebody else's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipelinegen.actions.source import detection
from pipelinegen.diagnostics import Severity
from pipelinegen.model import Action, Pipeline
from pipelinegen.provider import JSON
from pipelinegen.resources.section import live_entries
from pipelinegen.rules._detection import POLL, POLLING_TYPES, is_raw, polling, starts
from pipelinegen.rules._known import foreign_account
from pipelinegen.rules._rule import Finding, rule
from pipelinegen.rules._served import is_pattern, served
from pipelinegen.rules._words import quoted
from pipelinegen.text import Text

_POLLING = (
    "polling starts late, counts against 300 polling pipelines per region "
    "and is switched off after 30 idle days"
)
"""https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html"""


@rule()
def double_detection(pipeline: Pipeline) -> Iterator[Finding]:
    """A source must not poll where an event rule or a webhook starts the pipeline already.

    Every change would start the pipeline twice. `detection:` writes the flag that fits, so only a
    patch can bring the two together.

    bad:
        - codecommit: {repository-name: shop}
          patch: {Configuration: {PollForSourceChanges: "true"}}
    good:
        - codecommit: {repository-name: shop}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-about-starting.html
    """
    for action in pipeline.sources:
        polls = polling(action)
        if polls is not None and polls.on and _is_told(action):
            made = "webhook" if detection(action) == "webhook" else "EventBridge rule"
            yield Finding(
                f"the generated {made} and polling would both start the pipeline",
                polls.at,
                hint="set detection: polling, or remove the patch",
            )


@rule(Severity.WARNING)
def no_detection(pipeline: Pipeline) -> Iterator[Finding]:
    """Something should start a pipeline: a change of a source, or a schedule.

    Sources in raw form and resources under `template:` may start it in ways that a spec does not
    show; then nothing is said.

    bad:
        sources:
          - codecommit: {repository-name: shop, detection: none}
    good:
        sources:
          - codecommit: {repository-name: shop, detection: none}
        schedules:
          - {schedule: Nightly, cron: "0 3 * * ? *"}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-about-starting.html
    """
    data = pipeline.spec.data
    elsewhere = data.get("template", {}).get("resources") or "Triggers" in data.get("patch", {})
    scheduled = any(True for _ in live_entries(pipeline, "schedules"))
    if elsewhere or scheduled or not pipeline.sources:
        return
    if all(starts(action) is False for action in pipeline.sources):
        yield Finding(
            "nothing starts this pipeline: every source says detection: none "
            "and there is no schedule",
            ("sources",),
            hint="choose another detection:, or add schedules:",
        )


@rule(Severity.WARNING)
def polling_detection(pipeline: Pipeline) -> Iterator[Finding]:
    """Polling starts late, and AWS switches it off after 30 days without a run.

    A region has room for 300 polling pipelines, and every branch is a pipeline. AWS polls a
    CodeCommit, S3 or GitHub (version 1) source wherever `PollForSourceChanges` is not written as
    false, which a raw source easily forgets.

    bad:
        sources:
          - codecommit: {repository-name: shop, detection: polling}
    good:
        sources:
          - codecommit: {repository-name: shop, detection: eventbridge}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/update-change-detection.html
    """
    for action in pipeline.sources:
        polls = polling(action)
        if polls is None or not polls.on or _is_told(action):
            continue
        hint = f"use {action.row.detections[0]}"
        if is_raw(action):
            key = POLLING_TYPES[action.row.owner, action.row.provider]
            hint = f'write {POLL}: "false", or use the key {quoted(key)}'
        elif polls.at[-1] == POLL:
            hint = f"remove the patch and use {action.row.detections[0]}"
        yield Finding(_POLLING, polls.at, hint=hint)


@rule(Severity.NOTE)
def source_events_off(pipeline: Pipeline) -> Iterator[Finding]:
    """The bucket of an S3 source must send its events to EventBridge, or no change is seen.

    The switch belongs to the bucket (NotificationConfiguration, EventBridgeConfiguration), which is
    not this stack's. A bucket under `template: resources:` that has it is left in peace. Events of
    a source in another account must be sent on from the event bus there to the one here.

    bad:
        - source: Bundle
          s3: {s3-bucket: shop-sources, s3-object-key: shop.zip}
    good:
        - source: Bundle
          s3: {s3-bucket: shop-sources, s3-object-key: shop.zip, detection: polling}
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-event-notifications-eventbridge.html
    """
    for action in pipeline.sources:
        listens = action.row.key == "s3" and detection(action) == "eventbridge"
        if listens and not _sends_events(pipeline, action):
            yield Finding(
                "the bucket must send its events to EventBridge, or no change is seen",
                (*action.body_origin, "s3-bucket"),
                hint="switch it on at the bucket, and say so in an ignoring comment here",
            )
        account = foreign_account(pipeline, action)
        if account is not None and detection(action) == "eventbridge":
            yield Finding(
                f"account {account} must send its events to the event bus of this account, or no "
                "change is seen",
                (*action.origin, "role-arn"),
                hint="make an event rule and the permission for it, and say so in an ignoring "
                "comment here",
            )


@rule(Severity.WARNING)
def trigger_for_other_branch(pipeline: Pipeline) -> Iterator[Finding]:
    """A branch filter that names a branch starts the pipelines of all the others, too.

    Each branch has its own stack. A push filter without `branches:` starts a stack for its own
    branch alone; one that names a branch starts every stack of the branch rule when that branch
    changes.

    bad:
        branches: [{branch: main}, {branch: feature/*}]
        sources:
          - connection:
              connection-arn: arn:aws:codeconnections:eu-west-1:111111111111:connection/a
              full-repository-id: acme/shop
              push: [{branches: {includes: [main]}, file-paths: {includes: ["src/**"]}}]
    good:
        branches: [{branch: main}, {branch: feature/*}]
        sources:
          - connection:
              connection-arn: arn:aws:codeconnections:eu-west-1:111111111111:connection/a
              full-repository-id: acme/shop
              push: [{file-paths: {includes: ["src/**"]}}]
    https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-filter.html
    """
    if pipeline.rule.is_shared:
        return  # branches that share a stack name no other's
    own = served(pipeline.rule)
    if own is not None and len(own) == 1 and len(pipeline.spec.branch_rules) == 1:
        return
    for action in pipeline.sources:
        for key in ("push", "pull-request"):
            for index, entry in enumerate(action.body.get(key, ())):
                at = (*action.body_origin, key, index, "branches", "includes")
                for place, branch in enumerate(entry.get("branches", {}).get("includes", ())):
                    if is_pattern(branch) or own == (branch,):
                        continue
                    when = "is pushed" if key == "push" else "is the target of a pull request"
                    yield Finding(
                        f"this trigger starts the pipeline of every branch when {quoted(branch)} "
                        f"{when}",
                        (*at, place),
                        hint="leave branches: out"
                        if key == "push"
                        else "put the source on the branch rule of that branch with only:",
                    )


def _is_told(action: Action) -> bool:
    """Tell whether an event rule or a webhook of ours starts the pipeline."""
    return not is_raw(action) and detection(action) in ("eventbridge", "webhook")


def _sends_events(pipeline: Pipeline, action: Action) -> bool:
    resources = pipeline.spec.data.get("template", {}).get("resources", {})
    refs = list(Text.parse(action.body["s3-bucket"]).refs)
    node: JSON = resources.get(refs[0].name) if len(refs) == 1 else None
    for step in ("Properties", "NotificationConfiguration", "EventBridgeConfiguration"):
        node = node.get(step) if isinstance(node, Mapping) else None
    return isinstance(node, Mapping) and node.get("EventBridgeEnabled", True) is not False


RULES = (
    double_detection,
    no_detection,
    polling_detection,
    source_events_off,
    trigger_for_other_branch,
)
