"""Schedules that start the pipeline, by EventBridge Scheduler, which knows time zones.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelinegen.fragment import Resource, Role
from pipelinegen.names import logical_id
from pipelinegen.resources.detection import start_role
from pipelinegen.resources.section import live_entries
from pipelinegen.resources.site import Site
from pipelinegen.text import Ref, Text


def schedules(site: Site) -> Iterator[Resource | Role]:
    """Yield the schedules that live on this branch rule, each with a role of its own."""
    for entry, origin in live_entries(site.pipeline, "schedules"):
        name = entry["schedule"]
        role_id = logical_id(name, "ScheduleRole")
        zone = {"ScheduleExpressionTimezone": entry["time-zone"]} if "time-zone" in entry else {}
        yield Resource(
            logical_id=logical_id(name, "Schedule"),
            type="AWS::Scheduler::Schedule",
            properties={
                "Description": "Starts the pipeline",
                "FlexibleTimeWindow": {"Mode": "OFF"},
                "ScheduleExpression": f"cron({entry['cron']})",
                **zone,
                "Target": {
                    "Arn": site.pipeline_arn,
                    "RoleArn": Text.of(Ref("resource", f"{role_id}.Arn")),
                },
            },
            origin=origin,
            path=f"schedules/{name}",
        )
        yield start_role(
            site,
            origin=origin,
            path=f"schedules/{name}",
            service="scheduler.amazonaws.com",
            logical_id=role_id,
        )
