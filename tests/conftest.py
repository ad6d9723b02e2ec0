"""What every test stands on: no network, no settings of this machine, one way to run a command."""

from __future__ import annotations

import os
import socket
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import settings

from pipelinegen.cli import shell
from tests.emulator.running import reset, running

settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")

ROOT = Path(__file__).parent.parent
Run = Callable[..., Result]

_connect = socket.socket.connect


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update` rewrites golden files instead of comparing with them."""
    parser.addoption("--update", action="store_true", help="rewrite golden files")


@pytest.fixture(scope="session")
def dependencies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that links to what is installed here but us, for environments made by a test."""
    folder = tmp_path_factory.mktemp("dependencies")
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if "pipelinegen" not in path.name and not path.name.startswith("pip"):
            (folder / path.name).symlink_to(path)
    return folder


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be rewritten."""
    return bool(request.config.getoption("--update"))


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away the network, AWS accounts, and what the environment says to us and to git."""
    for name in os.environ:
        if name.startswith(("PIPELINEGEN_", "AWS_", "GIT_")):
            monkeypatch.delenv(name)
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    nobody = {"ACCESS_KEY_ID": "testing", "SECRET_ACCESS_KEY": "testing", "REGION": "eu-west-1"}
    for name, value in nobody.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # children run this checkout, whatever their folder
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")

    def refuse(*_address: object) -> None:
        raise AssertionError("a test reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture
def on_loopback(_alone: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Open the way to this machine itself, and to no other."""

    def connect(self: socket.socket, address: tuple[str, int]) -> None:
        assert address[0] == "127.0.0.1", "a test reached for the network"
        _connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(scope="session")
def _started() -> Iterator[str]:
    with running() as url:
        yield url


@pytest.fixture
def emulator(_started: str, on_loopback: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """AWS in a process of this machine, empty; the environment tells every client where."""
    reset(_started)
    monkeypatch.setenv("AWS_ENDPOINT_URL", _started)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return _started


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command line in an empty folder, and return its exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str | Path, stdin: bytes | None = None) -> Result:
        return CliRunner().invoke(shell, [str(one) for one in arguments], input=stdin)

    return invoke
