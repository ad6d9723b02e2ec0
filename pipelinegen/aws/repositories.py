"""CodeCommit repositories: which branches they have, and when these last changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipelinegen.aws.calls import Calls
from pipelinegen.records import Head, Heads


class CodeCommitRepositories:
    """services.Repositories over a client of the SDK."""

    def __init__(self, codecommit: Any, calls: Calls) -> None:
        """The client sends each call once."""
        self._codecommit = codecommit
        self._calls = calls

    def heads(self, repository: str, *, dated: bool) -> Heads:
        """Return the branches of a repository; `dated` asks for the time of each last commit."""
        call = self._codecommit.get_repository
        answer = self._calls.read(
            "codecommit:GetRepository", lambda: call(repositoryName=repository)
        )
        return Heads(
            tuple(
                Head(branch, self._changed(repository, branch) if dated else None)
                for branch in self._branches(repository)
            ),
            default=answer["repositoryMetadata"].get("defaultBranch"),
        )

    def _branches(self, repository: str) -> Iterator[str]:
        call = self._codecommit.list_branches
        asked = {"repositoryName": repository}
        while True:
            page = self._calls.read("codecommit:ListBranches", lambda: call(**asked))
            yield from page["branches"]
            if not page.get("nextToken"):
                return
            asked["nextToken"] = page["nextToken"]

    def _changed(self, repository: str, branch: str) -> float | None:
        """Return when the last commit of a branch was made, by its committer's clock.

        CodeCommit tells it as git does: seconds since 1970 and an offset.
        https://docs.aws.amazon.com/codecommit/latest/APIReference/API_UserInfo.html
        """
        named = {"repositoryName": repository, "branchName": branch}
        get_branch, get_commit = self._codecommit.get_branch, self._codecommit.get_commit
        found = self._calls.read("codecommit:GetBranch", lambda: get_branch(**named))
        asked = {"repositoryName": repository, "commitId": found["branch"]["commitId"]}
        answer = self._calls.read("codecommit:GetCommit", lambda: get_commit(**asked))
        seconds = answer["commit"]["committer"].get("date", "").partition(" ")[0]
        return float(seconds) if seconds.isdecimal() else None
