"""AWS as a user of its API sees it: stacks made by change sets, and pipelines."""

from __future__ import annotations

import json
from functools import cache
from itertools import count
from typing import Any

JSON = Any
_LOOKS = 1000
"""After so many looks nothing more will happen: the emulator waits for nobody."""


@cache
def _client(_url: str, service: str) -> Any:
    import boto3

    return boto3.client(service, region_name="eu-west-1")  # it does not read AWS_REGION


class Account:
    """AWS as a user of its API sees it."""

    def __init__(self, url: str) -> None:
        self.stacks = _client(url, "cloudformation")
        self.pipelines = _client(url, "codepipeline")
        self.roles = _client(url, "iam")
        self.buckets = _client(url, "s3")
        self.projects = _client(url, "codebuild")
        self.parameters = _client(url, "ssm")
        self.secrets = _client(url, "secretsmanager")
        self.change_sets = (f"change-{number}" for number in count())
        self.change_set = ""

    def change(
        self, stack: str, template: JSON, values: dict[str, str] | None = None, kind: str = "CREATE"
    ) -> list[str]:
        """Make a change set; return its changes."""
        given = (values or {}).items()
        self.change_set = next(self.change_sets)
        self.stacks.create_change_set(
            StackName=stack,
            ChangeSetName=self.change_set,
            ChangeSetType=kind,
            TemplateBody=template if isinstance(template, str) else json.dumps(template),
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in given],
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        made = self.stacks.describe_change_set(StackName=stack, ChangeSetName=self.change_set)
        assert made["ExecutionStatus"] == "AVAILABLE", made.get("StatusReason")
        changes = [one["ResourceChange"] for one in made["Changes"]]
        return sorted(f"{one['Action']} {one['LogicalResourceId']}" for one in changes)

    def execute(self, stack: str) -> str:
        """Execute the change set; return the status of the stack in the end."""
        self.stacks.execute_change_set(
            StackName=stack, ChangeSetName=self.change_set, RetainExceptOnCreate=True
        )
        return self.settled(stack)

    def deploy(
        self, stack: str, template: JSON, values: dict[str, str] | None = None, kind: str = "CREATE"
    ) -> str:
        """Make a change set and execute it; return the status of the stack in the end."""
        self.change(stack, template, values, kind)
        return self.execute(stack)

    def delete(self, stack: str) -> str:
        """Delete a stack; return its last status."""
        stack_id = self.stacks.describe_stacks(StackName=stack)["Stacks"][0]["StackId"]
        self.stacks.delete_stack(StackName=stack_id)
        return self.settled(stack_id)

    def settled(self, stack: str) -> str:
        """Look until nothing is in progress."""
        for _ in range(_LOOKS):
            status = self.status(stack)
            if not status.endswith("IN_PROGRESS"):
                return status
        raise AssertionError(f"{stack} is still {self.status(stack)}")

    def status(self, stack: str) -> str:
        """Return the status of a stack."""
        return str(self.stacks.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"])

    def reasons(self, stack: str) -> list[str]:
        """Return why resources failed, the first failure first."""
        events = self.stacks.describe_stack_events(StackName=stack)["StackEvents"]
        return [
            f"{one['LogicalResourceId']}: {one['ResourceStatusReason']}"
            for one in reversed(events)
            if one["ResourceStatus"].endswith("_FAILED")
        ]

    def structure(self, pipeline: str) -> list[list[str]]:
        """Return the names of the stages, each with those of its actions."""
        found = self.pipelines.get_pipeline(name=pipeline)["pipeline"]
        return [
            [stage["name"], *(action["name"] for action in stage["actions"])]
            for stage in found["stages"]
        ]

    def statuses(self, pipeline: str) -> list[str]:
        """Return how the executions go, newest first; each look takes them one step on."""
        found = self.pipelines.list_pipeline_executions(pipelineName=pipeline)
        return [one["status"] for one in found["pipelineExecutionSummaries"]]

    def ended(self, pipeline: str) -> list[str]:
        """Look until no execution moves any more."""
        seen: list[str] = []
        for _ in range(_LOOKS):
            now = self.statuses(pipeline)
            if "InProgress" not in now or now == seen == self.statuses(pipeline):
                return now
            seen = now
        raise AssertionError(f"{pipeline} is still {seen}")

    def stages(self, pipeline: str) -> dict[str, str]:
        """Return how each stage goes that an execution entered."""
        found = self.pipelines.get_pipeline_state(name=pipeline)["stageStates"]
        return {
            stage["stageName"]: stage["latestExecution"]["status"]
            for stage in found
            if "latestExecution" in stage
        }

    def latest(self, pipeline: str) -> str:
        """Return the id of the newest execution."""
        found = self.pipelines.list_pipeline_executions(pipelineName=pipeline, maxResults=1)
        return str(found["pipelineExecutionSummaries"][0]["pipelineExecutionId"])
