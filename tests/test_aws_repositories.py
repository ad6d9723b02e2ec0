"""The branches of a CodeCommit repository, as botocore asks for them."""

from __future__ import annotations

import pytest

from pipelinegen.aws.repositories import CodeCommitRepositories
from pipelinegen.errors import Rejected
from pipelinegen.records import Head, Heads
from tests.stubbed_aws import Script, calls

SHOP = {"repositoryName": "shop"}


def repository() -> Script:
    metadata = {"repositoryMetadata": {"defaultBranch": "main"}}
    return Script("codecommit").answers("get_repository", SHOP, metadata)


def test_branches_of_all_pages() -> None:
    script = repository()
    script.answers("list_branches", SHOP, {"branches": ["main"], "nextToken": "t"})
    script.answers("list_branches", {**SHOP, "nextToken": "t"}, {"branches": ["a"]})
    found = CodeCommitRepositories(script.client, calls()).heads("shop", dated=False)
    assert found == Heads((Head("main"), Head("a")), default="main")


@pytest.mark.parametrize(
    ("committer", "changed"),
    [
        pytest.param({"date": "1508280564 -0800"}, 1508280564.0, id="seconds and an offset"),
        pytest.param({}, None, id="no time"),
    ],
)
def test_time_of_a_branch(committer: dict[str, str], changed: float | None) -> None:
    script = repository()
    script.answers("list_branches", SHOP, {"branches": ["main"]})
    branch = {"branch": {"commitId": "0a1b"}}
    script.answers("get_branch", {**SHOP, "branchName": "main"}, branch)
    commit = {"commit": {"committer": committer}}
    script.answers("get_commit", {**SHOP, "commitId": "0a1b"}, commit)
    found = CodeCommitRepositories(script.client, calls()).heads("shop", dated=True)
    assert found.branches == (Head("main", changed),)


def test_no_such_repository() -> None:
    script = Script("codecommit").fails("get_repository", "RepositoryDoesNotExistException")
    with pytest.raises(Rejected):
        CodeCommitRepositories(script.client, calls()).heads("shop", dated=False)
