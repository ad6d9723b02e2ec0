"""A simulated account: its services, and the real `aws/` classes over them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from pipelinegen.aws.calls import Calls
from pipelinegen.aws.pace import Pace
from pipelinegen.aws.pipelines import CodePipelines
from pipelinegen.aws.stacks import CloudFormationStacks
from pipelinegen.deployment import Deployment
from pipelinegen.records import Identity
from pipelinegen.services import Connection
from tests.simulation.cloudformation import CloudFormation
from tests.simulation.codepipeline import CodePipeline
from tests.simulation.front import Front
from tests.simulation.stack import Resource, Stack, live
from tests.simulation.time import VirtualTime

IDENTITY = Identity("111111111111", "eu-west-1", "arn:aws:iam::111111111111:user/me")
PATIENCE = 600.0


class Account:
    """An account in which only CloudFormation and CodePipeline answer."""

    def __init__(self, *, per_second: float | None = None) -> None:
        self.time = VirtualTime()
        self.front = Front(self.time, per_second=per_second)
        self.cloudformation = CloudFormation(self.front)
        self.codepipeline = CodePipeline(self.front)
        self._paces = {
            name: Pace(self.time, a_second=per_second or 1000)
            for name in ("cloudformation", "codepipeline")
        }
        self.warnings: list[str] = []

    def connection(self, run: str = "0001", *, stores: Any = None) -> Connection:
        """Return what `connect` returns, for a run with the random part `run`."""
        calls = Calls(
            self.time,
            patience=PATIENCE,
            paces=self._paces,
            random=lambda: 0.5,
            warn=self.warnings.append,
        )
        return Connection(
            identity=IDENTITY,
            stacks=CloudFormationStacks(self.cloudformation, calls),
            pipelines=CodePipelines(self.codepipeline, None, calls),
            stores=stores,
            clock=self.time,
            run=run,
            elsewhere=lambda _region: self.connection(run),
            regions=lambda: ("eu-west-1",),
        )

    def connect(self, **_wishes: Any) -> Connection:
        """Be services.Connect."""
        return self.connection()

    def deployed(
        self, wanted: Deployment, status: str, *, ends: str | None = None, protected: bool = False
    ) -> Stack:
        """Put the stack of a deployment there in a state; one at work ends with `ends`."""
        body = json.loads(wanted.text)
        stack = self.cloudformation.add(
            wanted.stack,
            status,
            body=body,
            parameters=dict(wanted.parameters),
            tags=[{"Key": key, "Value": value} for key, value in wanted.tags.items()],
            protected=protected,
        )
        for name, resource in live(body, stack.parameters).items():
            done = Resource(resource["Type"], "CREATE_COMPLETE", f"{stack.name}-{name}")
            stack.resources[name] = done
        stack.say(status, at=self.time.now())
        if ends is not None:
            self.cloudformation.operations.end(stack, ends, self.time.now() + 40)
        return stack


Arrange = Callable[[Account], None]
