"""Rules about what pipeline type, execution mode and the results of conditions allow together."""

from __future__ import annotations

from collections.abc import Iterator

from pipelinegen.actions.table import ACTIONS, SOURCES
from pipelinegen.conditions import HOOKS, checks_of
from pipelinegen.defaults import PIPELINE_TYPE
from pipelinegen.model import Pipeline, Spec
from pipelinegen.rules._rule import Finding, rule
from pipelinegen.rules._words import quoted
from pipelinegen.rules._written import written_actions

_V2_MODES = frozenset({"QUEUED", "PARALLEL"})
_V2_KEYS = ("variables",)
_V2_TRIGGERS = ("push", "pull-request")
_NEEDS = "needs pipeline-type V2"
_V2_TYPES = frozenset(
    (row.category, row.owner, row.provider) for row in ACTIONS.values() if row.v2_only
)

# https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works-conditions.html
_SKIPPING = frozenset({"LambdaInvoke", "VariableCheck"})


@rule()
def needs_v2(spec: Spec) -> Iterator[Finding]:
    """Variables, filters, stage conditions and newer actions exist in pipelines of type V2 only.

    The same holds for the execution modes QUEUED and PARALLEL. V2 is the default.

    bad:
        pipeline-type: V1
        variables: [{variable: LogLevel, default: info}]
    good:
        pipeline-type: V2
        variables: [{variable: LogLevel, default: info}]
    https://docs.aws.amazon.com/codepipeline/latest/userguide/pipeline-types.html
    """
    data = spec.data
    written = data.get("patch", {}).get("PipelineType", data.get("pipeline-type", PIPELINE_TYPE))
    if written != "V1":
        return
    if data.get("execution-mode") in _V2_MODES:
        message = f"execution mode {data['execution-mode']} {_NEEDS}"
        yield Finding(message, ("execution-mode",))
    for key in _V2_KEYS:
        if key in data:
            yield Finding(f"'{key}' {_NEEDS}", (key,), on_key=True)
    for branch_rule in spec.branch_rules:
        if branch_rule.is_shared:
            yield Finding(f"'stack: per-rule' {_NEEDS}", (*branch_rule.origin, "stack"))
    for index, entry in enumerate(data["sources"]):
        provider = next(key for key in SOURCES if key in entry)
        for key in _V2_TRIGGERS:
            if key in (entry[provider] or {}):
                at = ("sources", index, provider, key)
                yield Finding(f"'{key}' {_NEEDS}", at, on_key=True)
    for index, stage in enumerate(data["stages"]):
        for hook in HOOKS:
            if hook in stage:
                yield Finding(f"'{hook}' {_NEEDS}", ("stages", index, hook), on_key=True)
    for node in written_actions(spec):
        provider = next(key for key in ACTIONS if key in node.entry)
        body = node.entry[provider] or {}
        named = tuple(body.get(part) for part in ("category", "owner", "provider"))
        if ACTIONS[provider].v2_only or (provider == "raw" and named in _V2_TYPES):
            thing = quoted(provider) if provider != "raw" else quoted(body["provider"])
            yield Finding(f"{thing} {_NEEDS}", (*node.at, provider), on_key=True)


@rule()
def parallel_rollback(spec: Spec) -> Iterator[Finding]:
    """A pipeline in execution mode PARALLEL cannot roll back.

    bad:
        execution-mode: PARALLEL
        stages:
          - stage: Deploy
            on-failure: {result: ROLLBACK}
            actions:
              - codedeploy: {application-name: shop, deployment-group-name: production}
    good:
        execution-mode: QUEUED
        stages:
          - stage: Deploy
            on-failure: {result: ROLLBACK}
            actions:
              - codedeploy: {application-name: shop, deployment-group-name: production}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-rollback.html
    """
    if spec.data.get("execution-mode") != "PARALLEL":
        return
    for index, stage in enumerate(spec.data["stages"]):
        for hook in HOOKS:
            if stage.get(hook, {}).get("result") == "ROLLBACK":
                yield Finding(
                    "a PARALLEL pipeline cannot roll back",
                    ("stages", index, hook, "result"),
                    hint="choose another result, or execution-mode: QUEUED",
                )


@rule()
def skip_rule(pipeline: Pipeline) -> Iterator[Finding]:
    """The result SKIP works with the rules `lambda` and `variable-check` only.

    bad:
        - stage: Deploy
          before-entry:
            result: SKIP
            rules:
              - deployment-window: {cron: "* * 9-16 ? * MON-FRI"}
          actions:
            - codedeploy: {application-name: shop, deployment-group-name: production}
    good:
        - stage: Deploy
          before-entry:
            result: FAIL
            rules:
              - deployment-window: {cron: "* * 9-16 ? * MON-FRI"}
          actions:
            - codebuild: {buildspec: deploy.yml}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works-conditions.html
    """
    for stage in pipeline.stages:
        for hook in HOOKS:
            if stage.settings.get(hook, {}).get("result") != "SKIP":
                continue
            for check in checks_of(pipeline, stage, hook):
                if check.row.provider not in _SKIPPING:
                    raw = check.row.key == "raw"
                    yield Finding(
                        "SKIP works with lambda and variable-check only, not with "
                        f"{quoted(check.row.provider if raw else check.row.key)}",
                        check.origin,
                        hint="choose result: FAIL, or another rule",
                    )


@rule()
def retry_with_rules(spec: Spec) -> Iterator[Finding]:
    """The result RETRY of `on-failure` stands alone, without rules.

    bad:
        - stage: Deploy
          on-failure:
            result: RETRY
            rules:
              - alarm: {alarm-name: shop-5xx}
          actions:
            - codedeploy: {application-name: shop, deployment-group-name: production}
    good:
        - stage: Deploy
          on-failure: {result: RETRY}
          actions:
            - codebuild: {buildspec: deploy.yml}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-retry.html
    """
    for index, stage in enumerate(spec.data["stages"]):
        written = stage.get("on-failure", {})
        if written.get("result") == "RETRY" and "rules" in written:
            yield Finding(
                "RETRY cannot be combined with rules",
                ("stages", index, "on-failure", "rules"),
                hint="remove the rules, or choose result: ROLLBACK",
                on_key=True,
            )


RULES = (needs_v2, parallel_rollback, skip_rule, retry_with_rules)
