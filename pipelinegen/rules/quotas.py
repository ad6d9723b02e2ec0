"""Rules about how many of a thing AWS allows: the quota passed, and the quota close by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipelinegen.diagnostics import Pointer, Severity
from pipelinegen.model import Pipeline
from pipelinegen.resources.section import live_entries
from pipelinegen.resources.site import site
from pipelinegen.roles import generated
from pipelinegen.rules._rule import Finding, Pipelines, rule
from pipelinegen.rules._words import quoted
from pipelinegen.scope import parameters, whole

_PIPELINE_LIMITS = "https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html"
_TEMPLATE_LIMITS = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"
)
_LEAST_TO_COME_NEAR = 20
"""Of a quota below this, four fifths say nothing: eight of ten are no reason to worry."""


@dataclass(frozen=True, slots=True)
class Quota:
    """How many of a thing AWS allows, and the page that says so."""

    most: int
    url: str

    @property
    def near(self) -> float:
        """The number from which a warning is due: 80 %."""
        return self.most * 0.8 if self.most >= _LEAST_TO_COME_NEAR else self.most + 1


STAGES = Quota(50, _PIPELINE_LIMITS)
ACTIONS_OF_A_STAGE = Quota(50, _PIPELINE_LIMITS)
ACTIONS = Quota(1000, _PIPELINE_LIMITS)
TRIGGERS = Quota(
    50, "https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-filter.html"
)
VARIABLES = Quota(
    50, "https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PipelineDeclaration.html"
)
TAGS = Quota(
    50, "https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_TagResource.html"
)
NOTIFICATIONS = Quota(
    10, "https://docs.aws.amazon.com/dtconsole/latest/userguide/limits-notifications.html"
)
ENVIRONMENT = Quota(
    10, "https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionDeclaration.html"
)
RESOURCES = Quota(500, _TEMPLATE_LIMITS)
PARAMETERS = Quota(200, _TEMPLATE_LIMITS)


_WITH_ENVIRONMENT = frozenset({"Commands", "EKS"})
"""Providers whose environment stands on the action itself; CodeBuild's stands elsewhere."""


@dataclass(frozen=True, slots=True)
class _Count:
    """A number of things at a place, against their quota."""

    number: int
    things: str
    at: Pointer
    quota: Quota

    @property
    def finding(self) -> Finding:
        """What both rules say."""
        return Finding(f"{self.number} {self.things}; AWS allows {self.quota.most}", self.at)


@rule()
def quota_exceeded(pipelines: Pipelines) -> Iterator[Finding]:
    """A pipeline and its template keep within the quotas of AWS.

    50 stages, 50 actions in a stage, 1000 actions in all, 50 triggers, 50 variables, 50 tags, 10
    notification rules, 500 resources, 200 parameters, and 10 environment variables of an action
    that runs on managed compute.

    bad:
        topics: {Team: {emails: [team@example.com]}}
        notifications:
          - &one {notify: One, events: [pipeline-failed], topic-arn: "${topic:Team}"}
          - *one
          - *one
          - *one
          - *one
          - *one
          - *one
          - *one
          - *one
          - *one
          - *one
    good:
        topics: {Team: {emails: [team@example.com]}}
        notifications:
          - {notify: One, events: [pipeline-failed], topic-arn: "${topic:Team}"}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html
    """
    for count in _counts(pipelines):
        if count.number > count.quota.most:
            yield count.finding


@rule(Severity.WARNING)
def quota_near(pipelines: Pipelines) -> Iterator[Finding]:
    """From four fifths of a quota on, the next addition may be the one that does not fit.

    bad:
        tags: {A: a, B: a, C: a, D: a, E: a, F: a, G: a, H: a, I: a, J: a, K: a, L: a, M: a, N: a,
               A1: a, B1: a, C1: a, D1: a, E1: a, F1: a, G1: a, H1: a, I1: a, J1: a, K1: a, L1: a,
               A2: a, B2: a, C2: a, D2: a, E2: a, F2: a, G2: a, H2: a, I2: a, J2: a, K2: a, L2: a,
               A3: a, B3: a, C3: a, D3: a}
    good:
        tags: {Team: shop}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html
    """
    for count in _counts(pipelines):
        if count.quota.near <= count.number <= count.quota.most:
            yield count.finding


def _counts(pipelines: Pipelines) -> Iterator[_Count]:
    """Yield the largest number that any branch rule has at each place."""
    largest: dict[tuple[Pointer, Quota], _Count] = {}
    for pipeline in pipelines.values():
        for count in _of_pipeline(pipeline):
            known = largest.setdefault((count.at, count.quota), count)
            if count.number > known.number:
                largest[count.at, count.quota] = count
    yield from largest.values()
    yield from _of_spec(pipelines)


def _of_pipeline(pipeline: Pipeline) -> Iterator[_Count]:
    yield _Count(len(pipeline.stages), "stages", ("stages",), STAGES)
    for stage in pipeline.stages:
        at = stage.origin if stage.origin == ("sources",) else (*stage.origin, "stage")
        things = f"actions in stage {quoted(stage.name)}"
        yield _Count(len(stage.actions), things, at, ACTIONS_OF_A_STAGE)
    yield _Count(sum(1 for _ in pipeline.actions), "actions in all", ("stages",), ACTIONS)
    for action in pipeline.actions:
        if action.row.provider in _WITH_ENVIRONMENT:
            number = sum(len(action.body.get(key, ())) for key in ("env", "env-secret"))
            at = (*action.body_origin, "env")
            yield _Count(number, "environment variables of one action", at, ENVIRONMENT)
    filtered = [
        action
        for action in pipeline.sources
        if "push" in action.body or "pull-request" in action.body
    ]
    yield _Count(len(filtered), "triggers", ("sources",), TRIGGERS)
    notified = sum(1 for _ in live_entries(pipeline, "notifications"))
    yield _Count(notified, "notification rules of one pipeline", ("notifications",), NOTIFICATIONS)


def _of_spec(pipelines: Pipelines) -> Iterator[_Count]:
    spec = next(iter(pipelines.values())).spec
    yield _Count(len(spec.data.get("variables", ())), "variables", ("variables",), VARIABLES)
    yield _Count(len(spec.data.get("tags", {})), "tags", ("tags",), TAGS)
    declared = len(parameters(whole(spec, pipelines)))
    yield _Count(declared, "parameters", ("parameters",), PARAMETERS)
    if sum(map(_most_resources, pipelines.values())) >= RESOURCES.near:
        ids = {
            item.logical_id for pipeline in pipelines.values() for item in generated(site(pipeline))
        }
        ids.update(spec.data.get("template", {}).get("resources", {}), ["Pipeline"])
        yield _Count(len(ids), "resources in the template", ("pipeline",), RESOURCES)


def _most_resources(pipeline: Pipeline) -> int:
    """Return a number that the resources of a pipeline cannot pass, found without making them."""
    data = pipeline.spec.data
    sections = ("projects", "functions", "topics", "roles", "custom-actions", "schedules")
    declared = sum(len(data.get(section, ())) for section in (*sections, "notifications", "grants"))
    raw = len(data.get("template", {}).get("resources", {}))
    return 10 + raw + 4 * (declared + sum(1 for _ in pipeline.actions))


RULES = (quota_exceeded, quota_near)
