"""What the controller of a pipeline and its parts are called, and what branch stacks are called.

No name of the controller's own begins like a name in a branch's stack: `<pipeline>-`. Where the
service gives no choice, an explicit refusal keeps them apart.
"""

from __future__ import annotations

from hashlib import sha256

from pipelinegen.text import Ref, Text

ROLE_PATH = "/pipelinegen/"
"""Path of the controller's roles; roles of branch stacks have none."""

_LONGEST_ROLE_NAME = 64
_HASH_LENGTH = 6
_KEPT_OF_STACK_NAME = 20
"""CloudFormation shortens the stack's name inside long physical names; AWS does not say how far."""


def stack_of(pipeline: str) -> str:
    """Return the name of the controller's stack."""
    return f"{pipeline}-pipelinegen-controller"


def project_of(pipeline: str) -> str:
    """Return the name of the CodeBuild project: that of the stack."""
    return stack_of(pipeline)


def trigger_of(pipeline: str) -> str:
    """Return the name of the event rule and of the schedule; it fits in 64 characters."""
    return f"pipelinegen_{pipeline}"


def log_group_of(pipeline: str) -> str:
    """Return the name of the log group."""
    return f"/pipelinegen/{pipeline}/controller"


def service_role_of(pipeline: str) -> str:
    """Return the name of the role by which CloudFormation makes branch stacks.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    suffix = "-pipelinegen-cloudformation"
    name = f"{pipeline}{suffix}"
    if len(name) <= _LONGEST_ROLE_NAME:
        return name
    digest = sha256(pipeline.encode()).hexdigest()[:_HASH_LENGTH]
    kept = _LONGEST_ROLE_NAME - len(suffix) - _HASH_LENGTH - 1
    return f"{pipeline[:kept]}-{digest}{suffix}"


def boundary_of(pipeline: str) -> str:
    """Return the name of the policy that bounds every role of a branch stack."""
    return f"{pipeline}-pipelinegen-boundary"


def physical(pipeline: str) -> str:
    """Return a pattern for what CloudFormation names in branch stacks: `<stack>-<id>-<random>`."""
    return f"{pipeline}-"[:_KEPT_OF_STACK_NAME] + "*"


def arn(service: str, *resource: str | Ref | Text) -> Text:
    """Return an ARN in the region and account of the controller."""
    region, account = Ref("AWS", "Region"), Ref("AWS", "AccountId")
    prefix = ("arn:", Ref("AWS", "Partition"), f":{service}:", region, ":", account, ":")
    return Text.of(*prefix, *resource)


def global_arn(service: str, *resource: str | Ref | Text) -> Text:
    """Return an ARN of a service that knows no regions, in the account of the controller."""
    prefix = ("arn:", Ref("AWS", "Partition"), f":{service}::", Ref("AWS", "AccountId"), ":")
    return Text.of(*prefix, *resource)


def boundary_arn(pipeline: str) -> Text:
    """Return the ARN of the boundary."""
    return global_arn("iam", f"policy/{boundary_of(pipeline)}")


def service_role_arn(pipeline: str) -> Text:
    """Return the ARN of CloudFormation's role."""
    return global_arn("iam", f"role/{service_role_of(pipeline)}")


def stacks_of(pipeline: str) -> Text:
    """Return a pattern for the stacks of all branches; no stack of ours beside them fits it."""
    return arn("cloudformation", f"stack/{pipeline}-*-pipeline/*")
