"""One AWS account: all its Regions, all services, one time; and the way in for our own code."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

from pipelinegen.aws.faults import CALL_FAILED
from pipelinegen.aws.login import login_fault
from pipelinegen.aws.session import _identity, _Run
from pipelinegen.errors import EnvironmentFault
from pipelinegen.services import Connection
from tests.fake_aws.cloudformation import FakeCloudFormation
from tests.fake_aws.codepipeline import FakeCodePipeline
from tests.fake_aws.faults import Call, Faults, Faulty, Limited, Repeating
from tests.fake_aws.model import SESSION, Service
from tests.fake_aws.s3 import Bucket, FakeS3
from tests.fake_aws.stack import Failure
from tests.fake_aws.storage import FakeEc2, FakeEvents, FakeKms, FakeLogs, FakeSsm, FakeSts
from tests.fake_aws.time import Timeline, VirtualTime

ACCOUNT, REGION = "111111111111", "eu-west-1"


class Region:
    """The services of one Region."""

    def __init__(self, aws: FakeAws, name: str) -> None:
        self.timeline, self.account, self.name = aws.timeline, aws.account, name
        self.enabled = aws.regions
        self.failures: dict[str, dict[str, list[Failure]]] = {}
        self.refusals: dict[str, dict[str, Any]] = {}
        self.s3 = FakeS3(self, aws.buckets)
        self.kms, self.logs, self.ssm = FakeKms(self), FakeLogs(self), FakeSsm(self)
        self.events, self.sts, self.ec2 = FakeEvents(self), FakeSts(self), FakeEc2(self)
        self.codepipeline = FakeCodePipeline(self)
        self.cloudformation = FakeCloudFormation(self)

    def pseudo(self, stack: str, stack_id: str) -> dict[str, str]:
        """Return the pseudo parameters of a stack."""
        return {
            "AWS::AccountId": self.account,
            "AWS::Partition": "aws",
            "AWS::Region": self.name,
            "AWS::StackId": stack_id,
            "AWS::StackName": stack,
            "AWS::URLSuffix": "amazonaws.com",
        }


class FakeAws:
    """An account. `faults` holds what goes wrong, and every call that a program made.

    Services as attributes are those of the home Region, for arranging and looking; a program gets
    its clients from `client` or `connect`, where faults strike and calls are recorded.
    """

    def __init__(
        self,
        time: VirtualTime | None = None,
        *,
        account: str = ACCOUNT,
        region: str = REGION,
        regions: tuple[str, ...] = ("eu-central-1", REGION, "us-east-1"),
        calls_per_second: float | None = None,
    ) -> None:
        self.time = time or VirtualTime()
        self.timeline = Timeline(self.time)
        self.account, self.home, self.regions = account, region, regions
        self.buckets: dict[str, Bucket] = {}
        self.faults = Faults()
        self.warnings: list[str] = []
        self.runs = 0
        self._regions: dict[str, Region] = {}
        self._limits: dict[tuple[str, str], Limited] = {}
        self._per_second = calls_per_second
        here = self.region(region)
        self.cloudformation, self.codepipeline = here.cloudformation, here.codepipeline
        self.s3, self.kms, self.logs, self.ssm = here.s3, here.kms, here.logs, here.ssm
        self.events, self.sts, self.ec2 = here.events, here.sts, here.ec2

    @property
    def calls(self) -> list[Call]:
        """Every call that a program made."""
        return self.faults.calls

    def region(self, name: str) -> Region:
        """Return the services of a Region."""
        if name not in self._regions:
            self._regions[name] = Region(self, name)
        return self._regions[name]

    def client(self, service: str, region: str | None = None) -> Any:
        """Return a client as boto3.client would."""
        name = region or self.home
        found: Any = getattr(self.region(name), service)
        assert isinstance(found, Service)
        if self._per_second is not None:
            limit = Limited(found, self.time, self._per_second)
            found = self._limits.setdefault((service, name), limit)
        return Faulty(found, self.faults)

    def connect(
        self,
        *,
        profile: str | None,
        region: str | None,
        minutes: float,
        warn: Callable[[str], None],
    ) -> Connection:
        """Be services.Connect with all of our own code, and without a network."""
        session = _Session(self)
        self.runs += 1
        name = region or self.home
        if name not in self.regions:
            raise EnvironmentFault(f"'{name}' is no Region; eu-west-1 is one")

        def heard(text: str) -> None:
            self.warnings.append(text)
            warn(text)

        try:
            identity = _identity(session, name)
        except CALL_FAILED as error:
            raise login_fault(error, profile, name) from error
        run = _Run(session, self.time, f"{self.runs:04x}", minutes * 60, heard, Lock())
        return run.connection(identity)


class _Session:
    """A session of the SDK whose clients are fakes; what it knows of AWS stays its own."""

    def __init__(self, aws: FakeAws) -> None:
        self._aws = aws

    def create_client(self, service: str, *, region_name: str, config: Any) -> Any:
        attempts = config.retries["total_max_attempts"]
        return Repeating(self._aws.client(service, region_name), attempts)

    def get_available_regions(self, service: str, *, partition_name: str) -> list[str]:
        return [*self._aws.regions]

    def __getattr__(self, name: str) -> Any:
        return getattr(SESSION, name)
