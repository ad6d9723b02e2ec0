"""Whatever goes wrong at whatever call of `destroy`: all that is ours goes, nothing else does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelinegen.cli import shell
from tests.fake_aws import FakeAws
from tests.fake_aws.faults import KINDS, Killed, Kind

SPEC = """\
pipeline: shop
branches: [{branch: develop}]
sources: [{codecommit: {repository-name: shop}}]
stages:
  - stage: Build
    actions: [{codebuild: {buildspec: ci/build.yml}}]
"""
DEPLOY = ("deploy", "-b", "develop", "--yes", "-q")
DESTROY = ("destroy", "-b", "develop", "--yes", "--empty-buckets")
LOGIN_IS_NEEDED = 3


@dataclass(frozen=True, slots=True)
class End:
    """How a process ended; None when it was killed."""

    code: int | None
    said: str


@pytest.fixture(autouse=True)
def _spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pipelinegen.yaml").write_text(SPEC)


def run(aws: FakeAws, arguments: tuple[str, ...]) -> End:
    try:
        done = CliRunner().invoke(shell, arguments, connect=aws.connect)
    except Killed:
        return End(None, "")
    if isinstance(done.exception, Killed):
        return End(None, "")
    return End(done.exit_code, done.output)


def deployed() -> FakeAws:
    """Return an account with the stack of a branch, a full bucket, and things of others."""
    aws = FakeAws()
    assert run(aws, DEPLOY).code == 0
    (bucket,) = aws.buckets
    aws.s3.declare_objects(bucket, "a", "b", "a")
    aws.s3.declare_upload(bucket, "unfinished")
    aws.s3.declare_bucket("foreign")
    aws.cloudformation.declare_stack("other")
    aws.cloudformation.declare_stack("shop-develop", tags={})
    aws.logs.declare_log_group("/aws/codebuild/shop-x")
    aws.calls.clear()
    return aws


def assert_only_others_are_left(aws: FakeAws) -> None:
    alive = {stack.name for stack in aws.cloudformation.stacks if stack.status != "DELETE_COMPLETE"}
    assert alive == {"other", "shop-develop"}
    assert list(aws.buckets) == ["foreign"]
    assert list(aws.logs.groups) == ["/aws/codebuild/shop-x"]
    assert not aws.codepipeline.pipelines


def test_without_faults() -> None:
    """Everything of the branch goes, and nothing of anybody else."""
    aws = deployed()
    end = run(aws, DESTROY)
    assert end.code == 0, end.said
    assert len(aws.calls) > 40
    assert_only_others_are_left(aws)


@pytest.mark.parametrize("kind", KINDS)
def test_faults(kind: Kind) -> None:
    """Each call goes wrong once in each way; after a kill the command is run again."""
    plain = deployed()
    run(plain, DESTROY)
    for number in range(1, len(plain.calls) + 1):
        aws = deployed()
        aws.faults.plan(kind, number=number)
        end = run(aws, DESTROY)
        where = f"{kind} at call {number}, {plain.calls[number - 1].operation}"
        assert any(call.fault for call in aws.calls), f"{where} did not befall"
        if end.code in (None, LOGIN_IS_NEEDED):
            assert kind.startswith(("kill", "expired")), where
            end = run(aws, DESTROY)
        assert end.code == 0, f"{where}: {end.said}"
        assert_only_others_are_left(aws)
