"""Keys, log groups, parameters, event rules, and who calls: what takes a few lines each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fake_aws.model import JSON, Refused, Service, call
from tests.fake_aws.paging import page

if TYPE_CHECKING:
    from tests.fake_aws.account import Region


class _OfRegion(Service):
    def __init__(self, region: Region) -> None:
        super().__init__(region.timeline, region.account, region.name)


class FakeKms(_OfRegion):
    """Keys by name, with their states."""

    service = "kms"

    def __init__(self, region: Region) -> None:
        super().__init__(region)
        self.keys: dict[str, str] = {}

    def declare_key(self, name: str, state: str = "Enabled") -> None:
        """Let a key be there."""
        self.keys[name] = state

    @call
    def describe_key(self, KeyId: str) -> JSON:
        name = self._key(KeyId)
        return {"KeyMetadata": {"KeyId": name, "Arn": self._arn(name), "KeyState": self.keys[name]}}

    @call
    def schedule_key_deletion(self, KeyId: str, PendingWindowInDays: int = 30) -> JSON:
        name = self._key(KeyId)
        if self.keys[name] == "PendingDeletion":
            raise Refused("KMSInvalidStateException", f"{self._arn(name)} is pending deletion.")
        self.keys[name] = "PendingDeletion"
        days = PendingWindowInDays
        return {"KeyId": self._arn(name), "KeyState": self.keys[name], "PendingWindowInDays": days}

    def _key(self, key: str) -> str:
        name = key.rpartition("/")[2]
        if name not in self.keys:
            raise Refused("NotFoundException", f"Key '{self._arn(name)}' does not exist")
        return name

    def _arn(self, name: str) -> str:
        return f"arn:aws:kms:{self.region}:{self.account}:key/{name}"


class FakeLogs(_OfRegion):
    """Log groups by name."""

    service = "logs"

    def __init__(self, region: Region) -> None:
        super().__init__(region)
        self.groups: set[str] = set()
        self.page_size = 2

    def declare_log_group(self, name: str) -> None:
        """Let a log group be there."""
        self.groups.add(name)

    @call
    def describe_log_groups(
        self, logGroupNamePrefix: str = "", nextToken: str = "", limit: int = 50
    ) -> JSON:
        found = [
            {"logGroupName": one}
            for one in sorted(self.groups)
            if one.startswith(logGroupNamePrefix)
        ]
        size = min(limit, self.page_size)
        return page("logGroups", found, nextToken, size, next_key="nextToken")

    @call
    def delete_log_group(self, logGroupName: str) -> JSON:
        if logGroupName not in self.groups:
            text = "The specified log group does not exist."
            raise Refused("ResourceNotFoundException", text)
        self.groups.remove(logGroupName)
        return {}


class FakeSsm(_OfRegion):
    """Parameters by name."""

    service = "ssm"

    def __init__(self, region: Region) -> None:
        super().__init__(region)
        self.parameters: dict[str, str] = {}

    def declare_parameter(self, name: str, value: str) -> None:
        """Let a parameter be there."""
        self.parameters[name] = value

    @call
    def get_parameter(self, Name: str, WithDecryption: bool = False) -> JSON:
        if Name not in self.parameters:
            raise Refused("ParameterNotFound", "")
        value = self.parameters[Name]
        return {"Parameter": {"Name": Name, "Type": "String", "Value": value, "Version": 1}}


class FakeEvents(_OfRegion):
    """Rules of the default bus by name, with their states."""

    service = "events"

    def __init__(self, region: Region) -> None:
        super().__init__(region)
        self.rules: dict[str, str] = {}

    def declare_rule(self, name: str, state: str = "ENABLED") -> None:
        """Let a rule be there."""
        self.rules[name] = state

    @call
    def describe_rule(self, Name: str) -> JSON:
        return {"Name": Name, "State": self._state(Name)}

    @call
    def disable_rule(self, Name: str) -> JSON:
        self._state(Name)
        self.rules[Name] = "DISABLED"
        return {}

    def _state(self, name: str) -> str:
        if name not in self.rules:
            text = f"Rule {name} does not exist on EventBus default."
            raise Refused("ResourceNotFoundException", text)
        return self.rules[name]


class FakeSts(_OfRegion):
    """Who calls."""

    service = "sts"
    denial = "AccessDenied"

    @call
    def get_caller_identity(self) -> JSON:
        arn = f"arn:aws:iam::{self.account}:user/tester"
        return {"UserId": "AIDATESTER", "Account": self.account, "Arn": arn}


class FakeEc2(_OfRegion):
    """The Regions that the account may use."""

    service = "ec2"
    denial = "UnauthorizedOperation"

    def __init__(self, region: Region) -> None:
        super().__init__(region)
        self._regions = region.enabled

    @call
    def describe_regions(self) -> JSON:
        return {"Regions": [{"RegionName": one} for one in self._regions]}
