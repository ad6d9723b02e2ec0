"""Rules about pipelines that update their own stack: on which branch rules, by which role."""

from __future__ import annotations

from collections.abc import Iterator

from pipelinegen.model import SELF_UPDATE, Spec
from pipelinegen.resolve import lives
from pipelinegen.rules._rule import Finding, rule
from pipelinegen.rules._words import quoted
from pipelinegen.self_update import obstacle
from pipelinegen.text import Text


@rule()
def self_update_unprotected(spec: Spec) -> Iterator[Finding]:
    """A pipeline may update its own stack on `protected` branch rules only.

    The committed template says what the pipeline and its roles may do. On a branch that anybody may
    push to, a commit would give its own pipeline other rights.

    bad:
        branches: [{branch: main, protected: true}, {branch: feature/*}]
        self-update: {role-arn: "arn:aws:iam::111111111111:role/pipelines"}
    good:
        branches: [{branch: main, protected: true}, {branch: feature/*}]
        self-update:
          role-arn: arn:aws:iam::111111111111:role/pipelines
          only: [main]
    """
    written = spec.data.get("self-update")
    if written is None:
        return
    for branch_rule in spec.branch_rules:
        if lives(written, branch_rule) and not branch_rule.protected:
            narrowed = "only" in written
            place = ("only", written["only"].index(branch_rule.name)) if narrowed else ()
            yield Finding(
                f"branch rule {quoted(branch_rule.name)} is not protected: a commit there would "
                "rewrite the rights of its own pipeline",
                (*SELF_UPDATE, *place),
                hint="name protected branch rules with only: under self-update",
                on_key=not narrowed,
            )


@rule()
def self_update_role(spec: Spec) -> Iterator[Finding]:
    """The role that updates the stack must be made elsewhere.

    CloudFormation keeps the role for all that is done with the stack later. A role that the stack
    makes itself would change, and go, under the operation that it performs.

    bad:
        branches: [{branch: main, protected: true}]
        self-update: {role-arn: "${role:Deploy}"}
    good:
        branches: [{branch: main, protected: true}]
        self-update: {role-arn: "arn:aws:iam::111111111111:role/pipelines"}
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
    """
    role = spec.data.get("self-update", {}).get("role-arn", "")
    for ref in Text.parse(role).refs:
        if ref.kind in ("role", "resource"):
            yield Finding(
                f"{quoted(str(ref))} is made by the stack that it would update",
                (*SELF_UPDATE, "role-arn"),
                hint="write the ARN of a role of another stack, or ${import:…} or ${ssm:…}",
            )


@rule()
def self_update_parameter(spec: Spec) -> Iterator[Finding]:
    """A pipeline that updates its own stack must be able to pass every parameter on.

    What CodePipeline does not name goes back to its default. A parameter with `no-echo` would be
    readable in the pipeline, a list is no text, and of what is looked up in SSM only the value is
    known. With `ssm:` the default is the path, which stays.

    bad:
        branches: [{branch: main, protected: true}]
        parameters: {Token: {no-echo: true}}
        self-update: {role-arn: "arn:aws:iam::111111111111:role/pipelines"}
    good:
        branches: [{branch: main, protected: true}]
        parameters: {Vpc: {ssm: /net/vpc}}
        self-update: {role-arn: "arn:aws:iam::111111111111:role/pipelines"}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html
    """
    if "self-update" not in spec.data:
        return
    for name, written in spec.data.get("parameters", {}).items():
        reason = obstacle(written)
        if reason is not None:
            yield Finding(
                f"self-update cannot pass parameter {quoted(name)} on: {reason}",
                ("parameters", name),
                hint="use ssm: or ${secret:…}, or leave self-update out",
                on_key=True,
            )


@rule()
def self_update_restart(spec: Spec) -> Iterator[Finding]:
    """A pipeline that updates itself must run again once it has.

    An update stops the execution that made it, so the commit would never be deployed.
    `self-update:` sets `restart-execution-on-update` where it lives; it cannot be switched off.

    bad:
        branches: [{branch: main, protected: true}]
        restart-execution-on-update: false
        self-update: {role-arn: "arn:aws:iam::111111111111:role/pipelines"}
    good:
        branches: [{branch: main, protected: true}]
        self-update: {role-arn: "arn:aws:iam::111111111111:role/pipelines"}
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codepipeline-pipeline.html
    """
    if "self-update" in spec.data and spec.data.get("restart-execution-on-update") is False:
        yield Finding(
            "self-update needs the pipeline to run again after an update",
            ("restart-execution-on-update",),
            hint="remove the key",
        )


RULES = (self_update_unprotected, self_update_role, self_update_parameter, self_update_restart)
