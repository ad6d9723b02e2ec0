"""SNS topics with their e-mail subscriptions, and who may publish to them.

https://docs.aws.amazon.com/dtconsole/latest/userguide/set-up-sns.html
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelinegen.fragment import Resource
from pipelinegen.names import logical_id
from pipelinegen.provider import JSON
from pipelinegen.resolve import declarations
from pipelinegen.resources.section import live_entries
from pipelinegen.resources.site import Site
from pipelinegen.text import Ref, Text


def topics(site: Site) -> Iterator[Resource]:
    """Yield the topics of the spec that something on this branch rule uses."""
    for name, entry in declarations(site.pipeline, "topics").items():
        topic_id = logical_id(name, "Topic")
        origin, path = ("topics", name), f"topics/{name}"
        emails = [{"Endpoint": address, "Protocol": "email"} for address in entry.get("emails", ())]
        yield Resource(
            logical_id=topic_id,
            type="AWS::SNS::Topic",
            properties={"Subscription": emails} if emails else {},
            origin=origin,
            path=path,
            patch=entry.get("patch", {}),
        )
        yield Resource(
            logical_id=f"{topic_id}Policy",
            type="AWS::SNS::TopicPolicy",
            properties={
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": _statements(site, name, Text.of(Ref("resource", topic_id))),
                },
                "Topics": [Text.of(Ref("resource", topic_id))],
            },
            origin=origin,
            path=path,
        )


def _statements(site: Site, name: str, topic: Text) -> list[JSON]:
    statements: list[JSON] = [
        {
            "Sid": "DenyInsecureTransport",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sns:Publish",
            "Resource": topic,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ]
    if _is_notified(site, name):
        statements.append(
            {
                "Sid": "Notifications",
                "Effect": "Allow",
                "Principal": {"Service": "codestar-notifications.amazonaws.com"},
                "Action": "sns:Publish",
                "Resource": topic,
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": Text.of(Ref("AWS", "AccountId"))}
                },
            }
        )
    return statements


def _is_notified(site: Site, name: str) -> bool:
    return any(
        Ref("topic", name) in Text.parse(entry.get("topic-arn", "")).refs
        for entry, _ in live_entries(site.pipeline, "notifications")
    )
