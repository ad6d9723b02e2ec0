"""Change sets of CloudFormation: how they are made, executed and refused."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from tests.fake_aws import templates
from tests.fake_aws.changes import changes
from tests.fake_aws.cloudformation_reads import Reads
from tests.fake_aws.execution import Execution
from tests.fake_aws.model import JSON, Refused, call
from tests.fake_aws.parameters import valued
from tests.fake_aws.readings import evaluation, rows
from tests.fake_aws.stack import ChangeSet, Operation, Stack, Version
from tests.fake_aws.templates import invalid
from tests.fake_aws.time import Steps, date

UNCHANGED = (
    "The submitted information didn't contain changes. "
    "Submit different information to create a change set."
)
UPDATABLE = (
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_FAILED",
    "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
)
_PENDING, _COMPUTING = 1.0, 4.0


class ChangeSets(Reads):
    """The calls about change sets."""

    @call
    def create_change_set(
        self,
        StackName: str,
        ChangeSetName: str,
        ChangeSetType: str = "UPDATE",
        ClientToken: str = "",
        TemplateBody: str = "",
        TemplateURL: str = "",
        Parameters: list[JSON] | None = None,
        Tags: list[JSON] | None = None,
        Capabilities: list[str] | None = None,
        Description: str = "",
        RoleARN: str | None = None,
        OnStackFailure: str | None = None,
    ) -> JSON:
        stack = self.find(StackName)
        text = self._text(TemplateBody, TemplateURL)
        if stack is not None and (known := stack.change_sets.get(ChangeSetName)):
            _same(known, ClientToken, text)
            return {"Id": known.id, "StackId": stack.id}
        self._may_change(stack, StackName, ChangeSetName, ChangeSetType)
        if OnStackFailure and ChangeSetType != "CREATE":
            raise invalid("OnStackFailure can only be specified for a ChangeSetType of CREATE")
        body = templates.read(text)
        _refuse_other_types(stack, body)
        previous = stack.version.values if stack else {}
        stored = self.here.ssm.parameters.get
        values, resolved = valued(body, Parameters or [], previous, stored)
        _capable(body, Capabilities or [])
        if stack is None:
            stack = self.new(StackName)
        role = RoleARN or stack.version.role_arn
        serial = self.id(stack.id, ChangeSetName, len(stack.events), ClientToken)
        made = ChangeSet(
            name=ChangeSetName,
            id=f"{self._arn('changeSet', ChangeSetName)}/{serial}",
            token=ClientToken,
            kind=ChangeSetType,
            text=text,
            values=values,
            resolved=resolved,
            tags={one["Key"]: one["Value"] for one in Tags or []},
            capabilities=Capabilities or [],
            role_arn=role,
            description=Description,
            on_failure=OnStackFailure,
            created=self.timeline.moment,
            operation_id=serial,
        )
        wanted = evaluation(self.here, stack, _version(made)).resources()
        rows({name: one.waits_for for name, one in wanted.items()})
        stack.change_sets[ChangeSetName] = made
        self.timeline.begin(self._compute(stack, made))
        return {"Id": made.id, "StackId": stack.id}

    @call
    def delete_change_set(self, ChangeSetName: str, StackName: str = "") -> JSON:
        stack = self._owner(StackName, ChangeSetName)
        found = self.change_set(stack, ChangeSetName)
        if found.being_made or found.execution_status == "EXECUTE_IN_PROGRESS":
            raise Refused(
                "InvalidChangeSetStatus",
                "An operation on this ChangeSet is currently in progress.",
            )
        del stack.change_sets[found.name]
        return {}

    @call
    def execute_change_set(
        self,
        ChangeSetName: str,
        StackName: str = "",
        ClientRequestToken: str | None = None,
        DisableRollback: bool | None = None,
        RetainExceptOnCreate: bool = False,
    ) -> JSON:
        stack = self._owner(StackName, ChangeSetName)
        if self.repeated(stack, "ExecuteChangeSet", ClientRequestToken):
            return {}
        found = self.change_set(stack, ChangeSetName)
        if found.status != "CREATE_COMPLETE" or found.execution_status != "AVAILABLE":
            raise Refused("InvalidChangeSetStatus", _unexecutable(found))
        if found.on_failure and DisableRollback is not None:
            raise invalid("DisableRollback cannot be specified when OnStackFailure is specified")
        if stack.status not in ("REVIEW_IN_PROGRESS", *UPDATABLE):
            raise invalid(f"Stack:{stack.id} is in {stack.status} state and can not be updated.")
        found.execution_status = "EXECUTE_IN_PROGRESS"
        for one in [*stack.change_sets.values()]:
            if one.being_made:
                one.execution_status = "OBSOLETE"
            elif one is not found:
                del stack.change_sets[one.name]
        stack.executed, stack.keep = found, bool(DisableRollback)
        creates = stack.status == "REVIEW_IN_PROGRESS"
        operation = Operation(
            type="CREATE_STACK" if creates else "UPDATE_STACK",
            id=self.operation_id(stack),
            token=ClientRequestToken,
            retain_except_on_create=RetainExceptOnCreate,
            keep=bool(DisableRollback),
            on_failure=found.on_failure,
            change_set=found,
        )
        execution = Execution(self.here, stack, operation)
        if creates:
            stack.version = _version(found)
            execution.begin(execution.create())
        else:
            execution.begin(execution.update(_version(found)))
        return {}

    def _compute(self, stack: Stack, made: ChangeSet) -> Steps:
        yield _PENDING
        made.status = "CREATE_IN_PROGRESS"
        yield _COMPUTING
        if stack.status == "DELETE_COMPLETE":
            return
        reading = evaluation(self.here, stack, _version(made))
        made.changes = changes(stack, reading, made.tags)
        refusal = self.here.refusals.pop(stack.name, None)
        if refusal is not None:
            self._refuse(stack, made, refusal)
            if refusal["ValidationFailureMode"] == "FAIL":
                made.status, made.reason = "FAILED", _invalid(refusal["ValidationName"])
                return
        if not made.changes and reading.outputs() == stack.outputs:
            made.status, made.reason = "FAILED", UNCHANGED
            return
        made.status = "CREATE_COMPLETE"
        if made.execution_status != "OBSOLETE":
            made.execution_status = "AVAILABLE"

    def _refuse(self, stack: Stack, made: ChangeSet, refusal: JSON) -> None:
        body = templates.read(made.text)["Resources"]
        stack.events.append(
            {
                "StackId": stack.id,
                "EventId": f"validation-{len(stack.events):05d}",
                "OperationId": made.operation_id,
                "OperationType": "CREATE_CHANGESET",
                "ResourceType": body[refusal["LogicalResourceId"]]["Type"],
                "Timestamp": date(self.timeline.moment),
                **refusal,
            }
        )

    def _text(self, body: str, url: str) -> str:
        if bool(body) == bool(url):
            raise invalid("Either Template URL or Template Body must be specified.")
        if body:
            if len(body.encode()) > templates.LONGEST_BODY:
                length = f"less than or equal to {templates.LONGEST_BODY}"
                text = f"constraint: Member must have length {length}"
                raise invalid(
                    "1 validation error detected: Value at 'templateBody' failed to satisfy " + text
                )
            return body
        place = urlsplit(url)
        bucket, _, key = (place.hostname or "").partition(".")[0], "", unquote(place.path[1:])
        found = self.here.s3.read(bucket, key)
        if found is None:
            raise invalid("S3 error: The specified key does not exist.")
        if len(found) > templates.LONGEST_OBJECT:
            raise invalid("Template may not exceed 1000000 bytes in size.")
        return found.decode()

    def _may_change(self, stack: Stack | None, name: str, change_set: str, kind: str) -> None:
        if stack is None:
            if kind != "CREATE":
                raise invalid(f"Stack [{name}] does not exist")
            return
        if kind == "CREATE" and not stack.busy and stack.status != "REVIEW_IN_PROGRESS":
            text = f"already exists and cannot be created again with the changeSet [{change_set}]."
            raise invalid(f"Stack [{name}] {text}")
        right = ("REVIEW_IN_PROGRESS",) if kind == "CREATE" else UPDATABLE
        if stack.status not in right:
            raise invalid(f"Stack:{stack.id} is in {stack.status} state and can not be updated.")

    def new(self, name: str) -> Stack:
        """Have a stack under review."""
        serial = self.id("stack", name, len(self.stacks))
        stack = Stack(
            name=name,
            id=f"{self._arn('stack', name)}/{serial}",
            timeline=self.timeline,
            status="",
            version=Version(""),
            created=self.timeline.moment,
        )
        stack.turn("REVIEW_IN_PROGRESS", "User Initiated")
        self.stacks.append(stack)
        return stack

    def repeated(self, stack: Stack, operation: str, token: str | None) -> bool:
        """Tell whether a call is one that was made before.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ExecuteChangeSet.html
        """
        if token is None:
            return False
        known = stack.tokens.setdefault(token, "")
        if known and known != operation:
            text = f"The client request token {token} has already been used for this stack."
            raise Refused(
                "TokenAlreadyExistsException",
                f"{text} Retry the request with a different client request token",
            )
        stack.tokens[token] = operation
        return bool(known)

    def operation_id(self, stack: Stack) -> str:
        """Return the id of an operation that begins now."""
        return self.id(stack.id, "operation", len(stack.events))

    def _arn(self, kind: str, name: str) -> str:
        return f"arn:aws:cloudformation:{self.region}:{self.account}:{kind}/{name}"


def _refuse_other_types(stack: Stack | None, body: JSON) -> None:
    here = {one.logical_id: one.type for one in stack.alive()} if stack else {}
    wanted = {name: one["Type"] for name, one in body["Resources"].items()}
    changed = sorted(name for name in here if wanted.get(name, here[name]) != here[name])
    if changed:
        text = "The new template modifies resource type of the following resources:"
        names = ", ".join(changed)
        raise invalid(f"Update of resource type is not permitted. {text} [{names}]")


def _version(made: ChangeSet) -> Version:
    return Version(
        made.text, made.values, made.resolved, made.tags, made.role_arn, (*made.capabilities,)
    )


def _same(known: ChangeSet, token: str, text: str) -> None:
    wrong = "ClientToken" if known.token != token or not token else None
    wrong = wrong or (None if known.text == text else "Template")
    if wrong:
        mismatch = f"cannot be created due to a mismatch with existing attribute {wrong}"
        raise Refused("AlreadyExistsException", f"ChangeSet {known.name} {mismatch}")


def _capable(body: JSON, given: list[str]) -> None:
    needed = templates.needs(body)
    if needed and needed not in given and "CAPABILITY_NAMED_IAM" not in given:
        text = f"Requires capabilities : [{needed}]"
        raise Refused("InsufficientCapabilitiesException", text)


def _unexecutable(found: ChangeSet) -> str:
    where, status = "status", found.status
    if found.status == "CREATE_COMPLETE":
        where, status = "execution status", found.execution_status
    return f"ChangeSet [{found.id}] cannot be executed in its current {where} of [{status}]"


def _invalid(name: str) -> str:
    return (
        f"The following hook(s)/validation failed: [AWS::EarlyValidation::{name}]. To troubleshoot "
        "Early Validation errors, use the DescribeEvents API for detailed failure information."
    )
