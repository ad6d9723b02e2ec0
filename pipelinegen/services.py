"""What the life cycle asks of AWS, of time and of people, as protocols.

Reads repeat themselves while AWS is busy; a write happens once or raises, whatever became of its
reply: that is the promise of whoever implements them. Every method may raise EnvironmentFault when
AWS cannot be reached, or no longer accepts the credentials, and Denied when it lacks the right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from pipelinegen.records import (
    BucketContents,
    ChangeSet,
    ChangeSetRequest,
    Declaration,
    Execution,
    Heads,
    Identity,
    StackEvent,
    StackRecord,
    StackResource,
    StageState,
)


class Moved(Exception):
    """The stack is no longer in the state we acted on: look again."""


class Clock(Protocol):
    """Time that only goes forward."""

    def now(self) -> float:
        """Return seconds since an arbitrary start."""

    def sleep(self, seconds: float) -> None:
        """Let time pass."""


class Questions(Protocol):
    """A person who can be asked, or the flags that answer for one."""

    def confirm(self, question: str) -> None:
        """Return when the answer is yes; raise NotConfirmed when it is no or nobody is there."""

    def confirm_by_name(self, question: str, name: str) -> None:
        """Return when `name` was typed; raise NotConfirmed when not or nobody is there."""


class Stacks(Protocol):
    """CloudFormation in one account and region; `stack` is a name or a stack id.

    Writes raise Rejected when AWS refuses them for good, Moved when the stack is busy or its change
    set can no longer be executed.
    """

    def find(self, stack: str) -> StackRecord | None:
        """Return the stack; by name None once it is deleted, by id also a deleted one."""

    def every(self) -> Iterator[StackRecord]:
        """Yield every stack that is not deleted."""

    def template(self, stack: str, *, change_set: str | None = None) -> dict[str, Any] | None:
        """Return the template of a stack or change set as it was sent, None without one."""

    def resources(self, stack: str) -> tuple[StackResource, ...]:
        """Return the resources of a stack, those that were deleted among them."""

    def events(self, stack: str) -> Iterator[StackEvent]:
        """Yield the events of a stack, newest first, page by page."""

    def failures(self, stack: str, *, change_set: str | None = None) -> tuple[StackEvent, ...]:
        """Return the failed events that DescribeEvents keeps, those of validation among them."""

    def importers(self, export: str) -> tuple[str, ...]:
        """Return the names of the stacks that import an export: ListImports, empty for none."""

    def create_change_set(self, request: ChangeSetRequest) -> None:
        """Have a change set made; one that this request made before counts."""

    def change_set(self, stack: str, name: str) -> ChangeSet | None:
        """Return a change set with all pages and property values, None when there is none."""

    def change_sets(self, stack: str) -> tuple[ChangeSet, ...]:
        """Return the change sets of a stack without their changes."""

    def delete_change_set(self, stack: str, name: str) -> None:
        """Delete a change set; one that is gone counts."""

    def execute(self, stack: str, name: str, *, token: str, rollback: bool) -> None:
        """Execute a change set; `rollback` False keeps what a failure leaves."""

    def protect(self, stack: str, *, enabled: bool) -> None:
        """Switch termination protection."""

    def delete(
        self,
        stack: str,
        *,
        token: str,
        retain: Iterable[str] = (),
        role_arn: str | None = None,
    ) -> None:
        """Begin to delete a stack; one that is gone, or going, counts."""

    def roll_back(self, stack: str, *, token: str) -> None:
        """Begin to roll a failed stack back to its last stable state."""

    def continue_rollback(self, stack: str, *, token: str, skip: Iterable[str]) -> None:
        """Go on with a rollback that failed, leaving out the resources of `skip`."""

    def cancel_update(self, stack: str, *, token: str) -> None:
        """Have an update that is under way rolled back."""


class Pipelines(Protocol):
    """CodePipeline in one account and region, and the event rules that start pipelines."""

    def declaration(self, name: str) -> Declaration | None:
        """Return the pipeline as it is now, None without one."""

    def stages(self, name: str) -> tuple[StageState, ...]:
        """Return the state of each stage, empty without such a pipeline."""

    def executions(self, name: str, *, most: int) -> tuple[Execution, ...]:
        """Return the newest executions first, empty without such a pipeline."""

    def stop(self, name: str, execution_id: str, *, reason: str) -> None:
        """Stop an execution once its running actions end; one that has ended counts."""

    def close(self, name: str, stage: str, *, reason: str) -> None:
        """Let nothing enter a stage; a pipeline that is gone counts."""

    def retry(self, name: str, stage: str, execution_id: str) -> None:
        """Begin the failed actions of a stage again."""

    def disable_event_rule(self, name: str) -> None:
        """Let an EventBridge rule start nothing more; one that is gone counts."""

    def count(self) -> int:
        """Return how many pipelines there are, whoever made them."""


class Stores(Protocol):
    """What holds data: buckets, keys and log groups in one account and region."""

    def contents(self, bucket: str) -> BucketContents | None:
        """Return how much a bucket holds, None when there is no such bucket."""

    def refuse_writes(self, bucket: str) -> None:
        """Deny PutObject to everybody, beside what the bucket's policy says already."""

    def empty(self, bucket: str) -> int:
        """Remove versions, delete markers and uploads; return how many."""

    def delete_bucket(self, bucket: str) -> None:
        """Delete an empty bucket; one that is gone counts."""

    def schedule_key_deletion(self, key: str) -> None:
        """Have a key deleted after the pending window; one that is going counts."""

    def log_groups(self, prefix: str) -> tuple[str, ...]:
        """Return the log groups whose names begin so."""

    def delete_log_group(self, name: str) -> None:
        """Delete a log group; one that is gone counts."""

    def upload(self, bucket: str, key: str, content: bytes) -> str:
        """Put an object, unless it is there already; return the URL by which AWS reads it."""

    def parameter(self, name: str) -> str | None:
        """Return the text of a Systems Manager parameter, None without one."""

    def parameters(self, path: str) -> dict[str, str]:
        """Return the texts of the parameters right below a path, by their whole names."""

    def put_parameter(self, name: str, text: str) -> None:
        """Let a parameter have this text, whether it was there or not."""

    def delete_parameter(self, name: str) -> None:
        """Delete a parameter; one that is gone counts."""


class Repositories(Protocol):
    """CodeCommit in one account and region."""

    def heads(self, repository: str, *, dated: bool) -> Heads:
        """Return the branches of a repository; `dated` asks for the time of each last commit.

        Raises Rejected when there is no such repository.
        """


@dataclass(frozen=True, slots=True)
class Connection:
    """AWS as one run of a command sees it.

    `run` is the random part of what this run makes: four hex digits. `elsewhere` connects the same
    identity to another region, `regions` names those that the account may use. `repositories` is
    None where nothing but stacks is asked for.
    """

    identity: Identity
    stacks: Stacks
    pipelines: Pipelines
    stores: Stores
    clock: Clock
    run: str
    elsewhere: Callable[[str], Connection]
    regions: Callable[[], tuple[str, ...]]
    repositories: Repositories | None = None


class Connect(Protocol):
    """How a command reaches AWS."""

    def __call__(
        self,
        *,
        profile: str | None,
        region: str | None,
        minutes: float,
        warn: Callable[[str], None],
    ) -> Connection:
        """Return a connection whose calls give up after `minutes`.

        `region` is the one of the flag or of the spec; where it is None the environment decides.
        Raises EnvironmentFault without credentials, with an expired login, without a Region.
        """
