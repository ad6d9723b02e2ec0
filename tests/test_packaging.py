"""What is shipped works where it lands: wheel, source archive, editable install, checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

SHIPPED = ("pyproject.toml", "README.md", "LICENSE", "pipelinegen", "schemas", "templates")
SPEC = ROOT / "examples" / "gitflow" / "pipelinegen.yaml"

slow = pytest.mark.slow


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is shipped, so that building leaves nothing in the checkout."""
    folder = tmp_path_factory.mktemp("source")
    for name in SHIPPED:
        if (ROOT / name).is_dir():
            shutil.copytree(
                ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def archives(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel and the source archive, built without the network; the wheel from the archive."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder)]
    done = subprocess.run([*command, str(source)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def _only(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


def _environment(folder: Path, dependencies: Path) -> Path:
    """Make a fresh environment that sees the dependencies installed here, but not us."""
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    ask = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = subprocess.run(ask, capture_output=True, check=True, text=True).stdout.strip()
    (Path(site) / "dependencies.pth").write_text(str(dependencies))
    return python


def _install(python: Path, *what: str | Path) -> None:
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    offline = ["--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check"]
    done = subprocess.run(
        [*command, *offline, *what],
        env=_without_checkout(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _without_checkout() -> dict[str, str]:
    """Return the environment of a process that must not find us in the checkout."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def _works(python: Path, folder: Path) -> None:
    """Run init, lint and synth of the environment in a folder of their own."""
    environment = _without_checkout()
    folder.mkdir()
    for arguments in (["init"], ["lint"], ["synth"], ["synth", str(SPEC)], ["schema"]):
        done = subprocess.run(
            [python.with_name("pipelinegen"), *arguments],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    place = subprocess.run(
        [python, "-c", "import pipelinegen; print(pipelinegen.__file__)"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert not place.stdout.startswith(str(ROOT))


def test_list_of_packages() -> None:
    """The list in pyproject.toml is that of the folders."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = re.search(r"^packages = \[(.*?)\]", text, re.MULTILINE | re.DOTALL)
    assert listed is not None
    folders = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for path in (ROOT / "pipelinegen").rglob("__init__.py")
    }
    bundled = {"pipelinegen.schemas", "pipelinegen.templates"}
    assert set(re.findall(r'"(.*?)"', listed[1])) == folders | bundled


def test_version() -> None:
    """The changelog knows the version, or holds what is unreleased."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## \[(Unreleased|\d+\.\d+\.\d+)\]", text, re.MULTILINE)


@slow
def test_wheel_holds(archives: Path) -> None:
    """The wheel has the schema and the starters inside the package, and nothing beside it."""
    with zipfile.ZipFile(_only(archives, "*.whl")) as wheel:
        names = wheel.namelist()
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"pipelinegen"}
    starters = {path.name for path in (ROOT / "templates").glob("*.yaml")}
    assert {f"pipelinegen/templates/{name}" for name in starters} <= set(names)
    assert {"pipelinegen/schemas/pipelinegen.schema.json", "pipelinegen/py.typed"} <= set(names)
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "pipelinegen").rglob("*.py")}
    assert modules == {name for name in names if name.endswith(".py")}


@slow
def test_source_archive_holds(archives: Path) -> None:
    """The source archive has the licence, the schema and the starters."""
    with tarfile.open(_only(archives, "*.tar.gz")) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"LICENSE", "README.md", "pyproject.toml"} <= names
    assert {"schemas/pipelinegen.schema.json", "templates/minimal.yaml"} <= names


@slow
def test_wheel_works(archives: Path, dependencies: Path, tmp_path: Path) -> None:
    """From the wheel, in a fresh environment, the commands work."""
    python = _environment(tmp_path / "venv", dependencies)
    _install(python, _only(archives, "*.whl"))
    _works(python, tmp_path / "project")


@slow
def test_editable_works(source: Path, dependencies: Path, tmp_path: Path) -> None:
    """From an editable install the commands work, and see the files of the checkout."""
    shutil.copytree(source, tmp_path / "checkout")
    python = _environment(tmp_path / "venv", dependencies)
    _install(python, "--editable", tmp_path / "checkout")
    _works(python, tmp_path / "project")
    schema = tmp_path / "checkout" / "schemas" / "pipelinegen.schema.json"
    schema.write_text("{}\n")
    shown = subprocess.run(
        [python.with_name("pipelinegen"), "schema"],
        cwd=tmp_path,
        env=_without_checkout(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout == "{}\n"


def _blocks() -> list[str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_set_up_in_the_readme() -> None:
    """The first block of the README compiles an example, the second runs all checks."""
    first, second, *_ = _blocks()
    assert first.splitlines()[0] == second.splitlines()[0] == "python3 -m venv .venv"
    assert first.splitlines()[-1].startswith(".venv/bin/pipelinegen synth examples/")
    assert (ROOT / first.split()[-1]).is_file()
    assert second.splitlines()[-1] == "make check"


def test_ci_runs_the_readme() -> None:
    """CI ends with the second block of the README, word for word."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert script.endswith(f"\n\n{_blocks()[1]}")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert "set -euo pipefail\n" in script


def test_words_of_the_makefile() -> None:
    """Each habit has its word, and the word for all is lint, types and tests."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = " ".join(re.findall(r"^([a-z ]+):", text, re.MULTILINE)).split()
    (phony,) = re.findall(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert targets == phony.split()
    assert "check: lint types test\n" in text
