"""The rule that names keep within the lengths that AWS allows, whatever the branch."""

from __future__ import annotations

from collections.abc import Iterator

from pipelinegen.diagnostics import Pointer
from pipelinegen.model import Action, Pipeline
from pipelinegen.names import SLUG_LENGTH
from pipelinegen.resources.site import pipeline_name
from pipelinegen.rules._known import least_length
from pipelinegen.rules._rule import Finding, rule
from pipelinegen.rules._stacks import stack_work
from pipelinegen.rules._words import quoted
from pipelinegen.text import Ref, Text
from pipelinegen.variables import emitted

NAME_LENGTH = 100
"""Pipelines, stages, actions, artifacts and namespaces.

https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html
"""

STACK_LENGTH = 128
"""Stacks and change sets.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
"""

PROVIDER_LENGTH = 35
"""https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionTypeId.html"""

NOTIFICATION_LENGTH = 64
"""https://docs.aws.amazon.com/codestar-notifications/latest/APIReference/API_CreateNotificationRule.html"""

_GUID_LENGTH = 36
_SLUG = Ref("branch", "slug")


@rule()
def name_too_long(pipeline: Pipeline) -> Iterator[Finding]:
    """A name must keep within AWS's limit, also with what the tool adds to it.

    `${branch:slug}` has up to 40 characters, a copy of `each` adds the target's name, a namespace
    ends in `Variables`, a notification rule in the stack's GUID.

    bad:
        topics:
          Team: {emails: [team@example.com]}
        notifications:
          - notify: Failures-of-the-pipeline-of-the-shop
            events: [pipeline-failed]
            topic-arn: ${topic:Team}
    good:
        topics:
          Team: {emails: [team@example.com]}
        notifications:
          - {notify: Failures, events: [pipeline-failed], topic-arn: "${topic:Team}"}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html
    """
    name = pipeline_name(pipeline)
    length = least_length(pipeline, name)
    if length > NAME_LENGTH:
        yield Finding(
            f"the pipeline's name has {_counted(name, length)}; AWS allows {NAME_LENGTH}",
            ("pipeline-name",),
            hint=_shorter(name),
        )
    yield from _notifications(pipeline)
    namespaces = emitted(pipeline)
    for action in pipeline.actions:
        yield from _action(action, namespaces.get((action.stage, action.name), ""))
        yield from _stack(pipeline, action)


def _notifications(pipeline: Pipeline) -> Iterator[Finding]:
    most = NOTIFICATION_LENGTH - _GUID_LENGTH - len("-")
    for index, entry in enumerate(pipeline.spec.data.get("notifications", ())):
        if len(entry["notify"]) > most:
            yield Finding(
                f"notification rule names have {NOTIFICATION_LENGTH} characters, "
                f"of which the tool adds {_GUID_LENGTH + 1}",
                ("notifications", index, "notify"),
                hint=f"notify: at most {most}",
            )


def _action(action: Action, namespace: str) -> Iterator[Finding]:
    place: Pointer = (*action.origin, "action") if action.named else action.origin
    if len(action.name) > NAME_LENGTH:
        yield Finding(
            f"{quoted(action.name)} has {len(action.name)} characters; "
            f"an action's name has at most {NAME_LENGTH}",
            place,
            hint="shorten the name; the target's name is added to it",
        )
    elif len(namespace) > NAME_LENGTH:
        yield Finding(
            f"namespace {quoted(namespace)} has {len(namespace)} characters; "
            f"AWS allows {NAME_LENGTH}",
            place,
            hint="give the action a namespace: of its own",
        )
    if len(action.row.provider) > PROVIDER_LENGTH and "provider" in action.body:
        yield Finding(
            f"{len(action.row.provider)} characters; a provider's name has at most "
            f"{PROVIDER_LENGTH}",
            (*action.body_origin, "provider"),
        )


def _stack(pipeline: Pipeline, action: Action) -> Iterator[Finding]:
    work = stack_work(pipeline, action)
    named = {"stack": (work.stack, work.stack_at)} if work else {}
    if work and work.change_set is not None:
        named["change set"] = (work.change_set, work.change_set_at)
    for thing, (name, at) in named.items():
        length = least_length(pipeline, name)
        if length > STACK_LENGTH:
            yield Finding(
                f"the name of the {thing} has {_counted(name, length)}; "
                f"CloudFormation allows {STACK_LENGTH}",
                at,
                hint=_shorter(name),
            )


def _counted(name: Text, length: int) -> str:
    return f"{'up to ' if _SLUG in name.parts else ''}{length} characters"


def _shorter(name: Text) -> str:
    longest = f"; {_SLUG} alone has up to {SLUG_LENGTH}"
    return f"shorten it{longest if _SLUG in name.parts else ''}"


RULES = (name_too_long,)
