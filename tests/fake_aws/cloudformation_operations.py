"""Operations of CloudFormation on whole stacks, and when it refuses them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.fake_aws.cloudformation_change_sets import ChangeSets
from tests.fake_aws.execution import Execution
from tests.fake_aws.model import JSON, call
from tests.fake_aws.stack import Operation, Stack
from tests.fake_aws.templates import invalid
from tests.fake_aws.time import Steps

_UNDELETABLE = ("UPDATE_", "ROLLBACK_", "IMPORT_")


class Operations(ChangeSets):
    """The calls that delete a stack, protect it, or take an operation back."""

    @call
    def delete_stack(
        self,
        StackName: str,
        RetainResources: list[str] | None = None,
        RoleARN: str | None = None,
        ClientRequestToken: str | None = None,
    ) -> JSON:
        stack = self.find(StackName)
        if stack is None or stack.status in ("DELETE_COMPLETE", "DELETE_IN_PROGRESS"):
            return {}
        if stack.protected:
            text = f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled"
            raise invalid(text)
        if self.repeated(stack, "DeleteStack", ClientRequestToken):
            return {}
        if stack.busy and stack.status.startswith(_UNDELETABLE):
            text = f"Stack [{stack.id}] cannot be deleted while in status {stack.status}"
            raise invalid(text)
        if RetainResources and stack.status != "DELETE_FAILED":
            raise invalid(
                f"Invalid operation on stack [{stack.id}]. Specify resources to retain only when "
                "the stack is in the DELETE_FAILED state."
            )
        retain, serial = (*(RetainResources or []),), self.operation_id(stack)
        operation = Operation("DELETE_STACK", serial, ClientRequestToken, retain=retain)
        if stack.status == "REVIEW_IN_PROGRESS":
            stack.operation = operation
            stack.gone()
            return {}
        execution = Execution(self.here, stack, operation)
        execution.begin(execution.delete("User Initiated"))
        return {}

    @call
    def update_termination_protection(
        self, StackName: str, EnableTerminationProtection: bool
    ) -> JSON:
        stack = self.find(StackName)
        if stack is None or stack.status == "DELETE_COMPLETE":
            raise invalid(f"Stack [{StackName}] does not exist")
        stack.protected = EnableTerminationProtection
        return {"StackId": stack.id}

    @call
    def rollback_stack(
        self,
        StackName: str,
        RoleARN: str | None = None,
        ClientRequestToken: str | None = None,
        RetainExceptOnCreate: bool = False,
    ) -> JSON:
        def steps(stack: Stack, execution: Execution) -> Steps:
            if stack.status == "UPDATE_FAILED":
                return execution.roll_back_update("User Initiated")
            return execution.roll_back_create("User Initiated")

        stack = self._operate(
            "RollbackStack",
            StackName,
            ClientRequestToken,
            ("CREATE_FAILED", "UPDATE_FAILED"),
            steps,
            "ROLLBACK",
            retain_except_on_create=RetainExceptOnCreate,
        )
        return {"StackId": stack.id}

    @call
    def continue_update_rollback(
        self,
        StackName: str,
        RoleARN: str | None = None,
        ResourcesToSkip: list[str] | None = None,
        ClientRequestToken: str | None = None,
    ) -> JSON:
        stack = self.get(StackName)
        skip = (*(ResourcesToSkip or []),)
        wrong = [
            one
            for one in skip
            if one not in stack.resources or stack.resources[one].status != "UPDATE_FAILED"
        ]
        if wrong:
            text = "cannot be skipped: only resources in UPDATE_FAILED state can"
            raise invalid(f"Resource(s) [{', '.join(wrong)}] {text}")
        self._operate(
            "ContinueUpdateRollback",
            StackName,
            ClientRequestToken,
            ("UPDATE_ROLLBACK_FAILED",),
            lambda _, execution: execution.roll_back_update("User Initiated"),
            "CONTINUE_ROLLBACK",
            skip=skip,
        )
        return {}

    @call
    def cancel_update_stack(self, StackName: str, ClientRequestToken: str | None = None) -> JSON:
        stack = self.get(StackName)
        if self.repeated(stack, "CancelUpdateStack", ClientRequestToken):
            return {}
        if stack.status != "UPDATE_IN_PROGRESS" or stack.operation is None:
            raise invalid("CancelUpdateStack cannot be called from current stack status")
        stack.operation.cancelled = True
        if ClientRequestToken:
            stack.operation.token = ClientRequestToken
        return {}

    def _operate(
        self,
        name: str,
        stack_name: str,
        token: str | None,
        allowed: tuple[str, ...],
        steps: Callable[[Stack, Execution], Steps],
        kind: str,
        **more: Any,
    ) -> Stack:
        stack = self.get(stack_name)
        if self.repeated(stack, name, token):
            return stack
        if stack.status not in allowed:
            raise invalid(f"{name} cannot be called from current stack status")
        operation = Operation(kind, self.operation_id(stack), token, **more)
        execution = Execution(self.here, stack, operation)
        execution.begin(steps(stack, execution))
        return stack
