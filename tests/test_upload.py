"""A template that is too long to be sent goes to a bucket, once, under its hash."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from hashlib import sha256

import pytest

from pipelinegen.defaults import SHARED_STORE_BUCKET_PARAMETER
from pipelinegen.deployment import Deployment
from pipelinegen.errors import ExitCode
from pipelinegen.life_cycle.template_upload import LONGEST
from tests.simulation.account import Account
from tests.simulation.deploying import OLD, Outcome, asked, run, wanted, writes

ARTIFACTS = '{"Ref": "ArtifactBucket"}'
"""What the simulated stack puts out as its bucket's name: nothing is evaluated there."""


@dataclass(slots=True)
class Stores:
    """services.Stores, as far as a deployment uses it."""

    account: Account
    parameters: dict[str, str] = field(default_factory=dict)
    uploads: list[tuple[str, str, bytes]] = field(default_factory=list)

    def parameter(self, name: str) -> str | None:
        return self.parameters.get(name)

    def upload(self, bucket: str, key: str, content: bytes) -> str:
        self.uploads.append((bucket, key, content))
        url = f"https://bucket.s3.eu-west-1.amazonaws.com/{key}"
        self.account.cloudformation.objects[url] = content.decode()
        return url


def of_length(length: int) -> Deployment:
    """Return the deployment with a template of so many bytes, some of them not ASCII."""
    plain = wanted()
    filled = replace(plain, body={**plain.body, "Description": "é"})
    missing = length - len(filled.text.encode())
    return replace(plain, body={**plain.body, "Description": "é" + "x" * missing})


def deployed(length: int, *, there: bool, shared: bool) -> tuple[Outcome, Account, Stores]:
    """Deploy a template of so many bytes."""
    account = Account()
    if there:
        account.deployed(wanted(spec=OLD), "CREATE_COMPLETE")
    stores = Stores(account, {SHARED_STORE_BUCKET_PARAMETER: "shared"} if shared else {})
    return run(account, of_length(length), stores=stores), account, stores


def test_lengths() -> None:
    """The templates of this test are as long as they say."""
    assert len(of_length(LONGEST).text.encode()) == LONGEST


@pytest.mark.parametrize("there", [True, False], ids=["stack that is there", "new stack"])
def test_short_enough(there: bool) -> None:
    """Up to the limit the template goes with the call, and no bucket is looked for."""
    outcome, account, stores = deployed(LONGEST, there=there, shared=False)
    assert outcome.code == ExitCode.DONE
    assert stores.uploads == []
    assert "TemplateBody" in asked(account, "CreateChangeSet")[0]


BUCKETS = {
    "its own bucket, where the stack has one": (True, True, ARTIFACTS),
    "its own bucket, where there is no shared one": (True, False, ARTIFACTS),
    "the shared bucket, for a new stack": (False, True, "shared"),
}


@pytest.mark.parametrize(("there", "shared", "bucket"), BUCKETS.values(), ids=BUCKETS)
def test_too_long(there: bool, shared: bool, bucket: str) -> None:
    """One byte more, and the template is read by AWS from a bucket."""
    outcome, account, stores = deployed(LONGEST + 1, there=there, shared=shared)
    content = of_length(LONGEST + 1).text.encode()
    key = f"pipelinegen/templates/{sha256(content).hexdigest()}"
    assert outcome.code == ExitCode.DONE, outcome.text
    assert stores.uploads == [(bucket, key, content)]
    [made] = asked(account, "CreateChangeSet")
    assert made["TemplateURL"].endswith(key)
    assert "TemplateBody" not in made


def test_no_bucket() -> None:
    """Without a bucket the way to one is named, and nothing is begun."""
    outcome, account, stores = deployed(60_000, there=False, shared=False)
    assert outcome.code == ExitCode.STACK_FAILED
    assert outcome.text == (
        "the template has 60,000 bytes, and beyond 51,200 it needs a bucket, "
        "but this region has no shared artifact store yet; make one with: "
        "pipelinegen bootstrap --store"
    )
    assert (stores.uploads, asked(account, "CreateChangeSet")) == ([], [])
    assert "ExecuteChangeSet" not in writes(account)
