"""Who may do what: every role that one branch rule's stack makes, with its statements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipelinegen.conditions import checks
from pipelinegen.fragment import Resource, Role, Statement
from pipelinegen.model import Action, Pipeline
from pipelinegen.resources.custom_action import custom_actions
from pipelinegen.resources.detection import event_rule, webhook
from pipelinegen.resources.function import functions
from pipelinegen.resources.grant import grants
from pipelinegen.resources.notification import notifications
from pipelinegen.resources.project import action_project, shared_projects
from pipelinegen.resources.role import declared_roles
from pipelinegen.resources.schedule import schedules
from pipelinegen.resources.site import Site, site
from pipelinegen.resources.store import store_resources
from pipelinegen.resources.topic import topics
from pipelinegen.store import regions, service_access
from pipelinegen.text import Text

PIPELINE_ROLE = "PipelineRole"
_STORE = ("artifact-store",)

_GENERATORS = {"project": action_project, "event-rule": event_rule, "webhook": webhook}


def generated(place: Site) -> Iterator[Resource | Role]:
    """Yield everything around the pipeline that this branch rule's stack makes.

    No role is without the boundary that the spec wants for all of them.
    """
    boundary = place.pipeline.spec.data.get("permissions-boundary")
    for item in _around(place):
        if boundary and isinstance(item, Role) and item.permissions_boundary is None:
            yield replace(item, permissions_boundary=Text.parse(boundary))
        else:
            yield item


def _around(place: Site) -> Iterator[Resource | Role]:
    if "role-arn" not in place.pipeline.spec.data:
        yield pipeline_role(place)
    yield from store_resources(place)
    for action in place.pipeline.actions:
        for wanted in place.fragment(action).wanted:
            yield from _GENERATORS[wanted.kind](place, wanted)
    yield from shared_projects(place)
    yield from functions(place)
    yield from topics(place)
    yield from declared_roles(place)
    yield from custom_actions(place)
    yield from schedules(place)
    yield from notifications(place)
    yield from grants(place)


def statements(pipeline: Pipeline) -> list[tuple[str, Statement]]:
    """Return (logical id of the role, statement) of every generated role, before merging."""
    return [
        (item.logical_id, statement)
        for item in generated(site(pipeline))
        if isinstance(item, Role)
        for statement in item.statements
    ]


def pipeline_role(place: Site) -> Role:
    """Return the service role with the least that the actions of this branch rule need."""
    return Role(
        logical_id=PIPELINE_ROLE,
        trust=(Text.of("codepipeline.amazonaws.com"),),
        statements=tuple(
            statement if statement.origins else replace(statement, origins=(_STORE,))
            for statement in _service_statements(place)
        ),
        origin=("pipeline",),
        path="pipeline",
    )


def _service_statements(place: Site) -> Iterator[Statement]:
    pipeline = place.pipeline
    performed = [*pipeline.actions, *checks(pipeline)]
    yield from service_access(place.store)
    for store in regions(pipeline, performed).values():
        if store is not None:
            yield from service_access(store)
    for action in performed:
        yield from _action_statements(place, action)


def _action_statements(place: Site, action: Action) -> Iterator[Statement]:
    """An action with a role of its own asks nothing of the service role but to take that role.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html
    """
    if action.role_arn is not None:
        role = action.text(action.role_arn)
        yield Statement("AssumeActionRoles", ("sts:AssumeRole",), (role,), origins=(action.origin,))
        return
    for statement in place.fragment(action).statements:
        yield replace(statement, origins=(action.origin,))
