"""CloudFormation stacks: what begins, ends and protects them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import islice
from typing import Any

from pipelinegen.aws.faults import Absent
from pipelinegen.aws.stack_reads import StackReads
from pipelinegen.records import ChangeSetRequest
from pipelinegen.services import Moved

_NEWEST = 500
"""Events in which to look for our token after a lost reply."""


class CloudFormationStacks(StackReads):
    """services.Stacks over a client of the SDK.

    Every write carries a token or names what it makes, so that it can be found after a lost reply.
    """

    def create_change_set(self, request: ChangeSetRequest) -> None:
        """Have a change set made; one that this request made before counts."""
        self._change(
            "CreateChangeSet",
            self._client.create_change_set,
            lambda: self._execution_status(request.stack, request.name) is not None,
            **_asked(request),
        )

    def delete_change_set(self, stack: str, name: str) -> None:
        """Delete a change set; one that is gone counts."""
        call = self._client.delete_change_set
        self._remove("DeleteChangeSet", call, StackName=stack, ChangeSetName=name)

    def execute(self, stack: str, name: str, *, token: str, rollback: bool) -> None:
        """Execute a change set; `rollback` False keeps what a failure leaves."""

        def happened() -> bool:
            status = self._execution_status(stack, name) or ""  # one that was executed may be gone
            return status.startswith("EXECUTE_") or self._begun(stack, token)

        asked: dict[str, Any] = {"StackName": stack, "ChangeSetName": name}
        if not rollback:
            asked["DisableRollback"] = True
        self._change(
            "ExecuteChangeSet",
            self._client.execute_change_set,
            happened,
            **asked,
            ClientRequestToken=token,
            RetainExceptOnCreate=True,  # else a first create that fails leaves bucket and key
        )

    def protect(self, stack: str, *, enabled: bool) -> None:
        """Switch termination protection."""
        self._change(
            "UpdateTerminationProtection",
            self._client.update_termination_protection,
            lambda: False,
            StackName=stack,
            EnableTerminationProtection=enabled,
        )

    def delete(
        self,
        stack: str,
        *,
        token: str,
        retain: Iterable[str] = (),
        role_arn: str | None = None,
    ) -> None:
        """Begin to delete a stack; one that is gone, or going, counts."""

        def happened() -> bool:
            found = self.find(stack)
            going = found is None or found.status in ("DELETE_IN_PROGRESS", "DELETE_COMPLETE")
            return going or self._begun(stack, token)

        asked = {"StackName": stack, "RetainResources": [*retain], "RoleARN": role_arn}
        self._remove(
            "DeleteStack",
            self._client.delete_stack,
            happened,
            **_given(asked),
            ClientRequestToken=token,
        )

    def roll_back(self, stack: str, *, token: str) -> None:
        """Begin to roll a failed stack back to its last stable state."""
        call = self._client.rollback_stack
        self._operate("RollbackStack", call, stack, token, RetainExceptOnCreate=True)

    def continue_rollback(self, stack: str, *, token: str, skip: Iterable[str]) -> None:
        """Go on with a rollback that failed, leaving out the resources of `skip`."""
        call = self._client.continue_update_rollback
        asked = _given({"ResourcesToSkip": [*skip]})
        self._operate("ContinueUpdateRollback", call, stack, token, **asked)

    def cancel_update(self, stack: str, *, token: str) -> None:
        """Have an update that is under way rolled back."""
        call = self._client.cancel_update_stack
        self._operate("CancelUpdateStack", call, stack, token)

    def _operate(
        self, operation: str, call: Callable[..., Any], stack: str, token: str, **asked: Any
    ) -> None:
        self._change(
            operation,
            call,
            lambda: self._begun(stack, token),
            StackName=stack,
            ClientRequestToken=token,
            **asked,
        )

    def _change(
        self,
        operation: str,
        call: Callable[..., Any],
        happened: Callable[[], bool],
        **asked: Any,
    ) -> None:
        """Write; what is gone has moved."""
        try:
            self._write(operation, call, happened, **asked)
        except Absent as gone:
            raise Moved(str(gone)) from gone

    def _remove(
        self,
        operation: str,
        call: Callable[..., Any],
        happened: Callable[[], bool] = lambda: False,
        **asked: Any,
    ) -> None:
        """Write; what is gone is what was wanted."""
        with suppress(Absent):
            self._write(operation, call, happened, **asked)

    def _write(
        self, operation: str, call: Callable[..., Any], happened: Callable[[], bool], **asked: Any
    ) -> None:
        self._calls.write(f"cloudformation:{operation}", lambda: call(**asked), happened)

    def _execution_status(self, stack: str, name: str) -> str | None:
        call = self._client.describe_change_set
        try:
            answer = self._read("DescribeChangeSet", call, StackName=stack, ChangeSetName=name)
        except Absent:
            return None
        return str(answer.get("ExecutionStatus", "UNAVAILABLE"))

    def _begun(self, stack: str, token: str) -> bool:
        """Tell whether an operation with our token has begun."""
        return any(event.token == token for event in islice(self.events(stack), _NEWEST))


def _asked(request: ChangeSetRequest) -> dict[str, Any]:
    values = [
        {"ParameterKey": key, "ParameterValue": value} for key, value in request.parameters.items()
    ]
    kept = [{"ParameterKey": key, "UsePreviousValue": True} for key in request.previous]
    return _given(
        {
            "StackName": request.stack,
            "ChangeSetName": request.name,
            "ChangeSetType": request.kind,
            "ClientToken": request.token,
            "Description": request.description,
            "TemplateBody": request.body,
            "TemplateURL": request.url,
            "Parameters": [*values, *kept],
            "Tags": [{"Key": key, "Value": value} for key, value in request.tags.items()],
            "Capabilities": [*request.capabilities],
            "RoleARN": request.role_arn,
            "OnStackFailure": request.on_failure,
        }
    )


def _given(asked: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is not asked for."""
    return {key: value for key, value in asked.items() if value not in (None, [], "")}
