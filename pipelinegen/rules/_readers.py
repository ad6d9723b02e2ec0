"""The actions of other accounts that read or write artifacts, each with the store it works with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipelinegen.model import Action, Pipeline
from pipelinegen.rules._known import foreign_account, other_region
from pipelinegen.store import Store, home_store, region_store


@dataclass(frozen=True, slots=True)
class Reader:
    """An action of another account with artifacts; `region` is None for the pipeline's own."""

    action: Action
    account: str
    region: str | None
    store: Store

    @property
    def has_usable_key(self) -> bool:
        """Whether the store's key is a customer's and given by its ARN."""
        return self.store.key_arn is not None and self.store.key_alias is None


def readers(pipeline: Pipeline) -> Iterator[Reader]:
    """Yield the actions of other accounts; those of a region without a store are left out."""
    for action in pipeline.actions:
        account = foreign_account(pipeline, action)
        if account is None or not (action.inputs or action.outputs):
            continue
        region = other_region(pipeline, action)
        store = home_store(pipeline) if region is None else region_store(pipeline, region)
        if store is not None:
            yield Reader(action, account, region, store)
