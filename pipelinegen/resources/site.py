"""What every generator may know: the pipeline, its store and its physical name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipelinegen.actions.configuration import fragment
from pipelinegen.conditions import checks
from pipelinegen.defaults import PIPELINE_NAME_SUFFIX
from pipelinegen.diagnostics import Pointer
from pipelinegen.fragment import Context, Fragment, Statement
from pipelinegen.model import Action, Pipeline
from pipelinegen.store import Store, home_store
from pipelinegen.text import Ref, Text


@dataclass(frozen=True, slots=True)
class Site:
    """One branch rule's pipeline with everything said of its actions."""

    pipeline: Pipeline
    store: Store
    fragments: Mapping[tuple[Pointer, str], Fragment]

    def fragment(self, action: Action) -> Fragment:
        """Return what the row of an action, or of a check in a stage condition, says of it."""
        return self.fragments[action.origin, action.name]

    def reader_statements(self, action: Action) -> tuple[Statement, ...]:
        """Return the rights that reading the inputs of an action takes beside the store's."""
        makers = [
            maker for maker in self.pipeline.actions if set(maker.outputs) & set(action.inputs)
        ]
        return tuple(
            statement for maker in makers for statement in self.fragment(maker).reader_statements
        )

    def arn(self, service: str, *resource: str | Ref | Text) -> Text:
        """Return an ARN in the pipeline's own region and account."""
        region, account = Ref("AWS", "Region"), Ref("AWS", "AccountId")
        prefix = ("arn:", Ref("AWS", "Partition"), f":{service}:", region, ":", account, ":")
        return Text.of(*prefix, *resource)

    @property
    def pipeline_arn(self) -> Text:
        """The ARN of the pipeline resource of this template."""
        return self.arn("codepipeline", Ref("resource", "Pipeline"))


def pipeline_name(pipeline: Pipeline) -> Text:
    """Return the physical name of the pipeline."""
    data = pipeline.spec.data
    return Text.parse(data.get("pipeline-name", data["pipeline"] + PIPELINE_NAME_SUFFIX))


def site(pipeline: Pipeline) -> Site:
    """Ask every row what it has to say of its actions."""
    context = Context(pipeline, pipeline_name(pipeline))
    fragments = {
        (action.origin, action.name): fragment(action, context)
        for action in (*pipeline.actions, *checks(pipeline))
    }
    return Site(pipeline, home_store(pipeline), fragments)
