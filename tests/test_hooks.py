"""The hooks that we offer, run by the real pre-commit in a repository with hostile file names."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT

SHIPPED = (
    ".pre-commit-hooks.yaml",
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "pipelinegen",
    "schemas",
    "templates",
)
SOUND = (ROOT / "templates" / "minimal.yaml").read_text(encoding="utf-8")
BROKEN = SOUND.replace("pipeline: my-app", "pipelin: my-app")
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))

pytestmark = pytest.mark.slow


def _git(folder: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"]
    done = subprocess.run(
        ["git", *who, *arguments], cwd=folder, env=environment, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.decode().strip()


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with what we ship, as pre-commit would clone it."""
    folder = tmp_path_factory.mktemp("ours")
    for name in SHIPPED:
        if (ROOT / name).is_dir():
            shutil.copytree(
                ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            shutil.copy(ROOT / name, folder / name)
    _git(folder, "init")
    _git(folder, "add", "--all")
    _git(folder, "commit", "--message", "release")
    return folder


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory, dependencies: Path) -> dict[str, str]:
    """Let pre-commit's pip install us alone, without the network: the rest is installed here."""
    return os.environ | {
        "PYTHONPATH": str(dependencies),
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # pip reads it as "no, no isolation"
        "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("cache")),
    }


@pytest.fixture
def project(tmp_path: Path, ours: Path) -> Path:
    """A repository that uses both hooks."""
    hooks = [{"id": hook["id"]} for hook in HOOKS]
    repo = {"repo": str(ours), "rev": _git(ours, "rev-parse", "HEAD"), "hooks": hooks}
    (tmp_path / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [repo]}))
    _git(tmp_path, "init")
    return tmp_path


def _run(
    project: Path, environment: Mapping[str, str], *arguments: str
) -> subprocess.CompletedProcess[str]:
    _git(project, "add", "--all", environment=environment)
    command = [sys.executable, "-m", "pre_commit", "run", "--all-files", "--verbose", *arguments]
    return subprocess.run(
        command,
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        errors="surrogateescape",
        check=False,
    )


def test_sound(project: Path, environment: dict[str, str]) -> None:
    """Sound specs under any name, with a current template, pass."""
    names = [
        "pipelinegen.yaml",
        "deep/.pipelinegen.yml",
        "a b/$(touch pwned).pipelinegen.yaml",
        "'; touch pwned; '.pipelinegen.yaml",
        "line\nbreak.pipelinegen.yaml",
        "ü.pipelinegen.yaml",
    ]
    for name in names:
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(SOUND)
    (project / "other.yaml").write_text("not: a spec\n")
    synth = [sys.executable, "-m", "pipelinegen", "synth", "-o", "pipelinegen.template.yaml"]
    subprocess.run(synth, cwd=project, check=True, env=environment | {"PYTHONPATH": str(ROOT)})
    done = _run(project, environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("Passed") == 2
    assert not (project / "pwned").exists()


@pytest.mark.parametrize(
    "name", ["pipelinegen.yaml", "a\x1b[31mb.pipelinegen.yaml", "c\n  d.pipelinegen.yaml"]
)
def test_broken(project: Path, environment: dict[str, str], name: str) -> None:
    """A broken spec fails the hook, with its place, and its name steers no terminal."""
    (project / name).write_text(BROKEN)
    done = _run(project, environment, "pipelinegen-lint")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "unknown-key" in done.stdout
    shown = name.encode("unicode_escape").decode("ascii")
    assert f"--> {shown}:7:1" in done.stdout


@pytest.mark.parametrize("name", ["-q.pipelinegen.yaml", "--exit-zero.pipelinegen.yaml"])
def test_file_like_an_option(project: Path, environment: dict[str, str], name: str) -> None:
    """A file named like an option cannot talk the hook into passing."""
    (project / name).write_text(BROKEN)
    assert _run(project, environment, "pipelinegen-lint").returncode == 1


def test_stale(project: Path, environment: dict[str, str]) -> None:
    """A template that is not current fails the other hook, with the difference."""
    (project / "pipelinegen.yaml").write_text(SOUND)
    (project / "pipelinegen.template.yaml").write_text("old: template\n")
    done = _run(project, environment, "pipelinegen-synth-check")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "-old: template" in done.stdout


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("pipelinegen.yaml", True),
        ("deep/pipelinegen.yml", True),
        (".pipelinegen.yaml", True),
        ("shop.pipelinegen.yaml", True),
        ("deep/shop.pipelinegen.yml", True),
        ("pipelinegen.template.yaml", False),
        ("pipelinegenXyaml", False),
        ("my-pipelinegen.yaml", False),
        (".pipelinegen.schema.json", False),
        ("pipelinegen.yaml.bak", False),
    ],
)
def test_files(path: str, taken: bool) -> None:
    """The hook takes specs by their name, and no template."""
    assert bool(re.search(HOOKS[0]["files"], path)) is taken
