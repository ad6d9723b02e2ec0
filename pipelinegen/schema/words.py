"""Habits from other systems: keys that people write, and what the language has in their place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Advice:
    """What to write instead of an unknown key.

    `keys` are the keys that were meant: where one of them is required, that it is missing is no
    second fault. Advice is given only where the map knows all of them.
    """

    hint: str
    keys: tuple[str, ...] = ()


def _same(key: str, more: str = "") -> Advice:
    return Advice(f"here it is '{key}'{more}", (key,))


_SHELL = Advice(
    "shell lines stand inside a provider: commands: {run: […]}, codebuild: {phases: {build: […]}}",
    ("commands", "codebuild"),
)
_PROVIDER = Advice(
    "the provider is a key of the action, such as codebuild: or cfn-deploy:;"
    " others are raw: {category, owner, provider, version, configuration}",
    ("raw",),
)
_ORDER = Advice(
    "the order is the order of the list; what runs side by side stands under one 'parallel'"
)
_START = Advice(
    "each source says what starts the pipeline: 'detection', or 'push' and 'pull-request' under"
    " 'connection'; times stand under 'schedules'"
)
_ONLY = _same("only", ", the list of branch rules that have it")
_NO_EXCLUSION = Advice(
    "there is no exclusion: 'only' lists the branch rules that have it", ("only",)
)
_TEMPLATE = Advice("raw CloudFormation stands under 'template'", ("template",))
_FOREIGN_TEMPLATE = Advice(
    "this looks like a CloudFormation template; a spec is written anew, see `pipelinegen init`",
    ("pipeline", "branches", "sources", "stages"),
)
_APPROVE = _same("approval", ", an action of its own: - approval: {}")
_BUILD_IMAGE = Advice("the image of a build is 'image' inside 'codebuild'")
_BUILD_FILES = Advice(
    "files that a build keeps are 'files' inside 'codebuild'; what an action reads is"
    " 'input-artifacts'"
)
_PHASES = _same("phases", ": {install: […], build: […]}")
_MODE = Advice("the key is the mode: cfn-deploy, cfn-change-set, cfn-execute or cfn-delete")

ROWS: tuple[tuple[str, str, Advice], ...] = (
    ("any", "when if on condition conditions branches filters filter only-if", _ONLY),
    ("any", "except unless not ignore exclude skip", _NO_EXCLUSION),
    ("any", "needs depends-on dependencies requires after before run-order order", _ORDER),
    ("any", "extends include anchors", Advice("a YAML anchor repeats a value: &a, *a")),
    # The top of the file.
    ("spec", "name app application project service id", _same("pipeline")),
    ("spec", "on trigger triggers workflow detection push pull-request", _START),
    ("spec", "schedule cron", _same("schedules")),
    ("spec", "source repository repo", _same("sources")),
    ("spec", "branch branch-rules", _same("branches")),
    ("spec", "environments environment envs", Advice(
        "what differs by branch stands under 'branches' and 'values'", ("branches",))),
    ("spec", "jobs steps actions pipelines workflows stage tasks", _same("stages")),
    ("spec", "env variable secrets", Advice("variables of a build are 'env' inside its provider")),
    ("spec", "artifact-stores artifacts-bucket bucket", _same("artifact-store")),
    ("spec", "resources outputs conditions mappings metadata transform rules", _TEMPLATE),
    ("spec", "aws-template-format-version", _FOREIGN_TEMPLATE),
    ("spec", "params", _same("parameters")),
    ("spec", "regions accounts deployments", _same("targets")),
    ("spec", "concurrency mode", _same("execution-mode")),
    ("spec", "type", _same("pipeline-type")),
    ("spec", "image agent pool runs-on orbs default defaults", _BUILD_IMAGE),
    ("spec", "permissions", Advice("permissions of a build stand inside its provider")),
    ("spec", "notification notify", _same("notifications")),
    # A branch rule.
    ("branch rule", "name rule id", _same("branch")),
    ("branch rule", "pattern patterns matches branches glob includes", _same("match")),
    ("branch rule", "variables env parameters", _same("values")),
    # A source.
    ("source", "name action id", _same("source")),
    ("source", "type provider action-type-id category owner configuration version",
     Advice("the provider is a key of the source, such as codecommit: or connection:", ("raw",))),
    ("source", "github bitbucket gitlab git", _same("connection")),
    ("source", "code-commit repository repository-name repo", _same("codecommit")),
    ("source", "branch branch-name", Advice("the source follows the branch of its stack")),
    ("source", "trigger triggers events poll", Advice("'detection' stands inside the provider")),
    # A stage.
    ("stage", "name id", _same("stage")),
    ("stage", "steps jobs tasks deployments", _same("actions")),
    ("stage", "parallel matrix", Advice("a group is an item of 'actions': - parallel: […]",
                                        ("actions",))),
    ("stage", "script run commands command test-commands", Advice(
        "shell lines stand in an action: - commands: {run: […]}", ("actions",))),
    ("stage", "requires-approval approval manual manual-approval trigger", Advice(
        "an approval is an action: - approval: {}")),
    ("stage", "on-error retry", _same("on-failure")),
    ("stage", "entry checks", _same("before-entry")),
    ("stage", "rules", Advice("here it is 'only'; checks of a stage stand under 'before-entry'",
                              ("only",))),
    ("stage", "disable-inbound-stage-transitions disabled frozen",
     _same("disable-inbound-transition")),
    ("stage", "each strategy", Advice("'each' stands on an action")),
    ("stage", "blockers", Advice("AWS ignores blockers; leave them out")),
    # A group.
    ("group", "name action", Advice("a group has no name; its actions have")),
    ("group", "actions steps jobs", _same("parallel")),
    # An action.
    ("action", "name id job step task display-name", _same("action")),
    ("action", "rules", _ONLY),
    ("action", "type provider action-type-id category owner version configuration plugin orb",
     _PROVIDER),
    ("action", "uses task plugin", Advice("there are no plugins: choose a provider key",
                                          ("codebuild",))),
    ("action", "run script command steps shell sh before-script after-script cmd", _SHELL),
    ("action", "inputs input", _same("input-artifacts")),
    ("action", "outputs output", _same("output-artifacts")),
    ("action", "artifacts files paths", _BUILD_FILES),
    ("action", "image container docker runs-on pool agent executor machine tags", _BUILD_IMAGE),
    ("action", "services", Advice("there are no service containers; start them in the build")),
    ("action", "manual manual-approval requires-approval approve wait hold", _APPROVE),
    ("action", "timeout timeout-minutes", _same("timeout-in-minutes", ", for approvals")),
    ("action", "matrix strategy for-each foreach targets", _same("each", ", a list of 'targets'")),
    ("action", "retry retries allow-failure continue-on-error on-failure on-error", Advice(
        "a stage says what a failure does: on-failure: {result: RETRY}")),
    ("action", "parallel group", Advice("groups do not nest", ("codebuild",))),
    ("action", "env environment variables environment-variables", Advice(
        "variables of a build are 'env' inside its provider")),
    ("action", "secrets", Advice("secrets of a build are 'env-secret' inside its provider")),
    ("action", "build code-build", _same("codebuild")),
    ("action", "test", _same("codebuild-test")),
    ("action", "cloudformation cloud-formation cfn deploy-stack sam", Advice(
        "CloudFormation has a key per mode: cfn-deploy, cfn-change-set, cfn-execute, cfn-delete",
        ("cfn-deploy",))),
    ("action", "deploy", Advice("say what deploys: cfn-deploy, codedeploy, ecs, s3, …",
                                ("cfn-deploy",))),
    ("action", "invoke", _same("lambda")),
    ("action", "elastic-beanstalk eb", _same("beanstalk")),
    ("action", "stage", Advice("an action belongs to the stage that it is written under")),
    # Conditions of a stage and their rules.
    ("condition", "conditions", Advice("'result' and 'rules' stand here themselves", ("rules",))),
    ("condition", "action then", _same("result")),
    ("condition", "mode retry retry-configuration", _same("retry-mode")),
    ("stage rule", "name", _same("rule")),
    ("stage rule", "cloud-watch-alarm cloudwatch-alarm", _same("alarm")),
    ("stage rule", "lambda-invoke", _same("lambda")),
    ("stage rule", "code-build", _same("codebuild")),
    ("stage rule", "window", _same("deployment-window")),
    ("stage rule", "type provider rule-type-id configuration", Advice(
        "the provider is a key of the rule, such as alarm: or lambda:", ("raw",))),
    # Bodies of providers.
    ("body", "poll-for-source-changes detect-changes trigger triggers poll polling",
     _same("detection")),
    ("body", "environment-variables environment variables vars", _same("env")),
    ("body", "secrets env-secrets", _same("env-secret")),
    ("body", "parameter-store ssm", _same("env-ssm")),
    ("body", "commands command script scripts steps shell", _same("run", ", a list of lines")),
    ("body", "run commands command script scripts steps build", _PHASES),
    ("body", "artifacts outputs paths", _same("files")),
    ("body", "timeout timeout-minutes", _same("timeout-in-minutes")),
    ("body", "vpc-config", _same("vpc")),
    ("body", "privileged", _same("privileged-mode")),
    ("body", "iam policy policies policy-statements statements", _same("permissions")),
    ("body", "parameters params overrides", _same("parameter-overrides")),
    ("body", "repository repo url", _same("full-repository-id")),
    ("body", "action-mode mode", _MODE),
    ("body", "payload event", _same("user-parameters")),
    ("body", "comment message summary text", _same("custom-data")),
    ("body", "link external-url", _same("external-entity-link")),
    ("body", "sns topic topic-arn notify", _same("notification-arn")),
)  # fmt: skip

REASONS: dict[str, str] = {
    "project-name": "an existing project is used as it is",
    "buildspec": "the build specification says it already",
    "tags": "a push starts the pipeline by tags, or by branches and file paths",
    "shared": "the shared store is used as it is",
}
"""Why nothing else may stand beside a key."""


def habit(word: str, *, levels: tuple[str, ...], known: frozenset[str]) -> Advice | None:
    """Return the advice for a word of another system, the first that fits keys known here."""
    for level, words, advice in ROWS:
        if level in levels and word in words.split() and known.issuperset(advice.keys):
            return advice
    return None
