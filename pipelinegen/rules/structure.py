"""The rule that sources stand in the first stage and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipelinegen.diagnostics import Pointer
from pipelinegen.model import Pipeline
from pipelinegen.provider import JSON
from pipelinegen.rules._rule import Finding, rule

SOURCE = "Source"
_HINT = "write it under sources:"


@rule()
def misplaced_source(pipeline: Pipeline) -> Iterator[Finding]:
    """A Source action belongs to the first stage, which holds nothing else.

    `sources:` makes the first stage. A custom action type of category Source or a patch can put a
    source elsewhere, which AWS refuses.

    bad:
        - codebuild: {buildspec: buildspec.yml}
          patch: {ActionTypeId: {Category: Source}}
    good:
        - codebuild: {buildspec: buildspec.yml}
    https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html
    """
    source, *others = pipeline.stages
    for action in source.actions:
        category = _category(action.patch, action.row.category)
        if category != SOURCE:
            yield Finding(
                f"the first stage takes Source actions only, this one is of category {category}",
                (*action.origin, "patch"),
                on_key=True,
            )
    for stage in others:
        for action in stage.actions:
            if _category(action.patch, action.row.category) == SOURCE:
                patched = _category(action.patch, None) == SOURCE
                yield Finding(
                    "a Source action belongs to the first stage",
                    (*action.origin, "patch") if patched else action.origin,
                    hint=_HINT,
                    on_key=patched,
                )
        yield from _written(stage.patch, (*stage.origin, "patch"))
    stages = pipeline.spec.data.get("patch", {}).get("Stages")
    for index, stage in enumerate(stages if isinstance(stages, list) else ()):
        if index > 0:
            yield from _written(stage, ("patch", "Stages", index))


def _written(stage: JSON, at: Pointer) -> Iterator[Finding]:
    """Find the Source actions in a stage of plain CloudFormation."""
    actions = stage.get("Actions") if isinstance(stage, Mapping) else None
    for index, action in enumerate(actions if isinstance(actions, list) else ()):
        if _category(action, None) == SOURCE:
            message = "a Source action belongs to the first stage"
            yield Finding(message, (*at, "Actions", index), hint=_HINT)


def _category(node: JSON, otherwise: str | None) -> str | None:
    """Return the category that a patch or an action of CloudFormation names."""
    kind = node.get("ActionTypeId") if isinstance(node, Mapping) else None
    category = kind.get("Category") if isinstance(kind, Mapping) else None
    return category if isinstance(category, str) else otherwise


RULES = (misplaced_source,)
