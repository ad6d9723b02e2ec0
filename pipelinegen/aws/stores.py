"""What holds data in AWS: buckets, keys, log groups, parameters."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from pipelinegen.aws.buckets import Buckets
from pipelinegen.aws.calls import Calls
from pipelinegen.aws.faults import Absent
from pipelinegen.records import Identity

_PENDING_DAYS = 30
"""The longest that there is: a key that is gone takes all that it encrypted with it.

https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html
"""


class DataStores(Buckets):
    """services.Stores over four clients of the SDK."""

    def __init__(
        self, *, s3: Any, kms: Any, logs: Any, ssm: Any, identity: Identity, calls: Calls
    ) -> None:
        """The clients send each call once."""
        super().__init__(s3, identity, calls)
        self._kms = kms
        self._logs = logs
        self._ssm = ssm

    def schedule_key_deletion(self, key: str) -> None:
        """Have a key deleted after the pending window; one that is going counts."""
        call = self._kms.schedule_key_deletion
        asked = {"KeyId": key, "PendingWindowInDays": _PENDING_DAYS}
        with suppress(Absent):
            self._calls.write("kms:ScheduleKeyDeletion", lambda: call(**asked))

    def log_groups(self, prefix: str) -> tuple[str, ...]:
        """Return the log groups whose names begin so."""
        call = self._logs.describe_log_groups
        asked = {"logGroupNamePrefix": prefix}
        found: list[str] = []
        while True:
            page = self._calls.read("logs:DescribeLogGroups", lambda: call(**asked))
            found += [one["logGroupName"] for one in page["logGroups"]]
            if not page.get("nextToken"):
                return tuple(found)
            asked["nextToken"] = page["nextToken"]

    def delete_log_group(self, name: str) -> None:
        """Delete a log group; one that is gone counts."""
        call = self._logs.delete_log_group
        with suppress(Absent):
            self._calls.write("logs:DeleteLogGroup", lambda: call(logGroupName=name))

    def parameter(self, name: str) -> str | None:
        """Return the text of a Systems Manager parameter, None without one."""
        call = self._ssm.get_parameter
        try:
            answer = self._calls.read("ssm:GetParameter", lambda: call(Name=name))
        except Absent:
            return None
        return str(answer["Parameter"]["Value"])

    def parameters(self, path: str) -> dict[str, str]:
        """Return the texts of the parameters right below a path, by their whole names."""
        call = self._ssm.get_parameters_by_path
        asked = {"Path": path}
        found: dict[str, str] = {}
        while True:
            page = self._calls.read("ssm:GetParametersByPath", lambda: call(**asked))
            found |= {one["Name"]: one["Value"] for one in page["Parameters"]}
            if not page.get("NextToken"):
                return found
            asked["NextToken"] = page["NextToken"]

    def put_parameter(self, name: str, text: str) -> None:
        """Let a parameter have this text, whether it was there or not."""
        call = self._ssm.put_parameter
        asked = {"Name": name, "Value": text, "Type": "String", "Overwrite": True}
        self._calls.write("ssm:PutParameter", lambda: call(**asked))

    def delete_parameter(self, name: str) -> None:
        """Delete a parameter; one that is gone counts."""
        call = self._ssm.delete_parameter
        with suppress(Absent):
            self._calls.write("ssm:DeleteParameter", lambda: call(Name=name))
