"""Rules about artifact stores: one form of the home store, and a store in every region at work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipelinegen.conditions import checks
from pipelinegen.diagnostics import Pointer
from pipelinegen.model import Action, Pipeline, Spec
from pipelinegen.rules._known import other_region, region_in
from pipelinegen.rules._rule import Finding, rule
from pipelinegen.rules._words import quoted
from pipelinegen.store import region_store

_FORMS: Mapping[str, tuple[frozenset[str], str]] = {
    "shared": (
        frozenset(
            {"bucket", "kms-key-arn", "create-kms-key", "expire-after-days", "read-accounts"}
        ),
        "the shared store is used as it is",
    ),
    "bucket": (
        frozenset({"create-kms-key", "expire-after-days", "read-accounts"}),
        "nothing about an existing bucket is generated",
    ),
    "kms-key-arn": (frozenset({"create-kms-key"}), "an existing key is used as it is"),
}
"""Key that chooses a form of the home store → the keys that cannot stand beside it, and why."""


@rule()
def store_conflict(spec: Spec) -> Iterator[Finding]:
    """The home store has one form: made here, shared, or an existing bucket.

    `shared: true` uses the store of `pipelinegen bootstrap`, `bucket:` an existing one; both are
    used as they are. `regions:` may stand beside every form.

    bad:
        artifact-store:
          shared: true
          create-kms-key: true
    good:
        artifact-store: {shared: true}
    """
    written = spec.data.get("artifact-store", {})
    told: set[str] = set()
    for form, (refused, reason) in _FORMS.items():
        for key in written if form in written else ():
            if key in refused and key not in told:
                told.add(key)
                yield Finding(
                    f"{quoted(key)} cannot stand beside {quoted(form)}: {reason}",
                    ("artifact-store", key),
                    hint="drop one of the two",
                    on_key=True,
                )


@rule()
def region_without_store(pipeline: Pipeline) -> Iterator[Finding]:
    """A region in which an action runs needs an artifact store of its own.

    CodePipeline copies the inputs of an action into a bucket of the action's region. A stack lives
    in one region, so that bucket cannot be made here: name an existing one, or use the shared
    store, which `pipelinegen bootstrap` describes.

    bad:
        region: eu-west-1
        stages:
          - stage: Deploy
            actions:
              - codedeploy: {application-name: shop, deployment-group-name: production}
                region: us-east-1
    good:
        region: eu-west-1
        artifact-store: {shared: true}
        stages:
          - stage: Deploy
            actions:
              - codedeploy: {application-name: shop, deployment-group-name: production}
                region: us-east-1
    https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-create-cross-region.html
    """
    for action in _movable(pipeline):
        region = other_region(pipeline, action)
        if region is not None and region_store(pipeline, region) is None:
            yield Finding(
                f"an action in {region} needs an artifact store there",
                region_place(action),
                hint=f"add artifact-store: regions: {region}:, or use shared: true",
            )


@rule()
def region_guard_missing(pipeline: Pipeline) -> Iterator[Finding]:
    """Where an action names a region, the spec must say which one is the pipeline's own.

    A pipeline over several regions lists the store of each of them, the home region's among them.

    bad:
        artifact-store: {shared: true}
        stages:
          - stage: Deploy
            actions:
              - codedeploy: {application-name: shop, deployment-group-name: production}
                region: us-east-1
    good:
        region: eu-west-1
        artifact-store: {shared: true}
        stages:
          - stage: Deploy
            actions:
              - codedeploy: {application-name: shop, deployment-group-name: production}
                region: us-east-1
    https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-create-cross-region.html
    """
    if "region" in pipeline.spec.data:
        return
    for action in _movable(pipeline):
        region = region_in(pipeline, action)
        if region is not None:
            yield Finding(
                f"an action names region {region}",
                region_place(action),
                hint="say the pipeline's own region with a top-level region:",
            )
            return


def region_place(action: Action) -> Pointer:
    """Return where the region of an action is written: on it, or on its target."""
    if action.target is not None and action.region == action.target.region:
        return (*action.target.origin, "region")
    return (*action.origin, "region")


def _movable(pipeline: Pipeline) -> Iterator[Action]:
    """Yield the actions and checks that may run in another region."""
    for stage in pipeline.stages[1:]:
        yield from (action for action in stage.actions if action.row.cross_region)
    yield from checks(pipeline)


RULES = (store_conflict, region_without_store, region_guard_missing)
