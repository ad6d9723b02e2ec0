"""The way to AWS: whose credentials, which Region, one client for each service."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import SystemRandom
from threading import Lock
from typing import Any

import botocore.session
from botocore.config import Config

from pipelinegen import __version__
from pipelinegen.aws.calls import Calls
from pipelinegen.aws.clients import LazyClient
from pipelinegen.aws.clock import SystemClock
from pipelinegen.aws.faults import CALL_FAILED
from pipelinegen.aws.login import login_fault
from pipelinegen.aws.pace import Pace
from pipelinegen.aws.pipelines import CodePipelines
from pipelinegen.aws.repositories import CodeCommitRepositories
from pipelinegen.aws.stacks import CloudFormationStacks
from pipelinegen.aws.stores import DataStores
from pipelinegen.errors import Denied, EnvironmentFault
from pipelinegen.records import Identity
from pipelinegen.services import Clock, Connection

_AGENT = f"pipelinegen/{__version__}"
_ONCE = Config(
    retries={"mode": "standard", "total_max_attempts": 1},  # `Calls` repeats: it looks in between
    connect_timeout=10,
    read_timeout=30,
    user_agent_extra=_AGENT,
)
_AT_FIRST = Config(
    retries={"mode": "standard", "total_max_attempts": 3},
    connect_timeout=5,
    read_timeout=15,
    user_agent_extra=_AGENT,
)
_PACED = ("cloudformation", "codepipeline")


def connect(
    *,
    profile: str | None,
    region: str | None,
    minutes: float,
    warn: Callable[[str], None],
    environment: Mapping[str, str] = os.environ,
    new_session: Callable[..., Any] = botocore.session.Session,
) -> Connection:
    """Be services.Connect: the environment and the SDK's session can be given."""
    if environment.get("PIPELINEGEN_OFFLINE", "") not in ("", "0"):
        raise EnvironmentFault("PIPELINEGEN_OFFLINE is set, so AWS is not called")
    session = new_session(profile=profile)
    name = profile or environment.get("AWS_PROFILE")
    try:
        # the SDK itself reads only AWS_DEFAULT_REGION
        region = region or environment.get("AWS_REGION") or session.get_config_variable("region")
        if not region:
            raise EnvironmentFault(
                "no Region; name one with --region, with 'region' in the spec, or in AWS_REGION"
            )
        identity = _identity(session, region)
    except CALL_FAILED as error:
        raise login_fault(error, name, region) from error
    except ValueError as error:  # an endpoint that is no URL
        raise EnvironmentFault(f"AWS cannot be called with these settings: {error}") from error
    run = _Run(session, SystemClock(), secrets.token_hex(2), minutes * 60, warn, Lock())
    return run.connection(identity)


def _identity(session: Any, region: str) -> Identity:
    client = session.create_client("sts", region_name=region, config=_AT_FIRST)
    answer = client.get_caller_identity()
    partition = answer["Arn"].split(":")[1]
    known = {one["id"]: one["outputs"] for one in session.get_data("partitions")["partitions"]}
    return Identity(
        account=answer["Account"],
        region=region,
        arn=answer["Arn"],
        partition=partition,
        url_suffix=known.get(partition, known["aws"])["dnsSuffix"],
    )


@dataclass(frozen=True, slots=True)
class _Run:
    """What the connections of one run share."""

    session: Any
    clock: Clock
    id: str
    patience: float
    warn: Callable[[str], None]
    lock: Lock

    def connection(self, identity: Identity) -> Connection:
        """Return the connection to one Region."""
        calls = Calls(
            self.clock,
            patience=self.patience,
            paces={service: Pace(self.clock) for service in _PACED},
            random=SystemRandom().random,
            warn=self.warn,
        )

        def client(service: str) -> LazyClient:
            create, region = self.session.create_client, identity.region
            return LazyClient(lambda: create(service, region_name=region, config=_ONCE), self.lock)

        return Connection(
            identity=identity,
            stacks=CloudFormationStacks(client("cloudformation"), calls),
            pipelines=CodePipelines(client("codepipeline"), client("events"), calls),
            stores=DataStores(
                s3=client("s3"),
                kms=client("kms"),
                logs=client("logs"),
                ssm=client("ssm"),
                identity=identity,
                calls=calls,
            ),
            clock=self.clock,
            run=self.id,
            elsewhere=lambda region: self.connection(replace(identity, region=region)),
            regions=lambda: self._regions(identity, client("ec2"), calls),
            repositories=CodeCommitRepositories(client("codecommit"), calls),
        )

    def _regions(self, identity: Identity, ec2: LazyClient, calls: Calls) -> tuple[str, ...]:
        """Return the Regions that are enabled for the account, as far as the caller may know."""
        try:
            answer = calls.read("ec2:DescribeRegions", lambda: ec2.describe_regions())
        except Denied as fault:
            self.warn(f"{fault}; all Regions that the SDK knows are tried, enabled or not")
            partition = identity.partition
            known = self.session.get_available_regions("cloudformation", partition_name=partition)
            return tuple(known)
        return tuple(sorted(one["RegionName"] for one in answer["Regions"]))
