"""`init` writes a spec that works, with the project's names, and never over another unasked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
import yaml

from pipelinegen.commands.init import STARTERS
from tests.conftest import Run

SCHEMA = ".pipelinegen.schema.json"


def _remote(folder: Path, url: str, *, branch: str = "main") -> None:
    for command in (["init", "--initial-branch", branch], ["remote", "add", "origin", url]):
        subprocess.run(["git", *command], cwd=folder, check=True, capture_output=True)


def test_first_spec(run: Run, tmp_path: Path) -> None:
    """Without a word it writes the smallest starter and the schema that its first line names."""
    result = run("init")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "wrote 'pipelinegen.yaml'" in result.stderr
    assert result.stderr.endswith("next: pipelinegen lint\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == [SCHEMA, "pipelinegen.yaml"]
    first = (tmp_path / "pipelinegen.yaml").read_text().splitlines()[0]
    assert first == f"# yaml-language-server: $schema=./{SCHEMA}"
    assert (tmp_path / SCHEMA).read_text() == run("schema").stdout
    json.loads((tmp_path / SCHEMA).read_text())


@pytest.mark.parametrize("starter", STARTERS)
@pytest.mark.parametrize("source", ["codecommit", "connection", "s3"])
def test_every_starter_works(run: Run, starter: str, source: str) -> None:
    """Each starter with each source is a spec without a finding that stops it, and compiles."""
    assert (
        run("init", "--starter", starter, "--source", source, "--pipeline", "true").exit_code == 0
    )
    result = run("lint", "--format", "concise", "--fail-on", "warning")
    heavy = [line for line in result.stdout.splitlines() if "note[" not in line]
    assert (result.exit_code, heavy) == (0, [])
    assert run("synth").exit_code == 0


@pytest.mark.parametrize("branch", ["main", "feature-x"])
def test_branches_of_the_smallest(run: Run, branch: str) -> None:
    """In the smallest starter every branch has a rule."""
    run("init")
    assert run("explain", "-b", branch).exit_code == 0
    assert run("synth", "-b", branch).exit_code == 0


def test_names_of_the_remote(run: Run, tmp_path: Path) -> None:
    """Repository, application and main branch are those of the checkout."""
    _remote(tmp_path, "git@github.com:acme/shop.git", branch="trunk")
    assert run("init").exit_code == 0
    spec = yaml.safe_load((tmp_path / "pipelinegen.yaml").read_text())
    assert spec["pipeline"] == "shop"
    assert spec["sources"][0]["connection"]["full-repository-id"] == "acme/shop"
    assert spec["branches"][0] == {"branch": "main", "match": ["trunk"], "protected": True}
    assert json.loads(run("explain", "--format", "json").stdout)["rule"] == "main"


def test_codecommit_remote(run: Run, tmp_path: Path) -> None:
    """A CodeCommit remote becomes a CodeCommit source."""
    _remote(tmp_path, "codecommit::eu-west-1://profile@shop")
    assert run("init").exit_code == 0
    spec = yaml.safe_load((tmp_path / "pipelinegen.yaml").read_text())
    assert spec["sources"] == [{"codecommit": {"repository-name": "shop"}}]


def test_password_in_the_remote(run: Run, tmp_path: Path) -> None:
    """A password in the remote's address reaches neither file nor screen."""
    _remote(tmp_path, "https://me:hunter2@github.com/acme/shop.git")
    result = run("init")
    assert "hunter2" not in result.output
    assert "hunter2" not in (tmp_path / "pipelinegen.yaml").read_text()


@pytest.mark.parametrize(
    ("flag", "value"),
    [
        ("--pipeline", "a: b"),
        ("--pipeline", "1a"),
        ("--pipeline", ""),
        ("--repository", 'a"}\n  - x: {'),
        ("--repository", "${role:Deploy}"),
        ("--main-branch", "a]\nb"),
        ("--main-branch", "*"),
        ("--schema", "a\nb: c"),
        ("--schema", "a b"),
    ],
)
def test_hostile_names(run: Run, tmp_path: Path, flag: str, value: str) -> None:
    """A name that its place cannot hold is refused, and nothing is written."""
    result = run("init", flag, value)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: '")
    assert len(result.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", ["true", "null", "No", "y"])
@pytest.mark.parametrize("flag", ["--pipeline", "--repository", "--main-branch"])
def test_names_that_look_like_values(run: Run, tmp_path: Path, flag: str, value: str) -> None:
    """A name that YAML could take for something else stays text."""
    assert run("init", flag, value).exit_code == 0
    text = (tmp_path / "pipelinegen.yaml").read_text()
    assert f'"{value}"' in text
    assert run("lint").exit_code == 0


@pytest.mark.parametrize("folder", ["$(touch x)", 'a"b: {', "-o", "日本", "a\u202eb"])
def test_hostile_folder(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    """Whatever the folder is called, the spec is sound."""
    (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path / folder)
    assert run("init").exit_code == 0
    assert run("lint").exit_code == 0


def test_no_overwriting(run: Run, tmp_path: Path) -> None:
    """A file that is there stays, unless force is asked for."""
    (tmp_path / "pipelinegen.yaml").write_text("mine")
    result = run("init")
    assert (result.exit_code, result.stdout) == (5, "")
    assert result.stderr == "error: 'pipelinegen.yaml' is already here; overwrite it with --force\n"
    assert (tmp_path / "pipelinegen.yaml").read_text() == "mine"
    assert run("init", "--force").exit_code == 0
    assert (tmp_path / "pipelinegen.yaml").read_text() != "mine"


def test_schema_elsewhere(run: Run, tmp_path: Path) -> None:
    """With an address for the schema no copy is written."""
    url = "https://example.com/schema/v1.json"
    assert run("init", "--schema", url).exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["pipelinegen.yaml"]
    first = (tmp_path / "pipelinegen.yaml").read_text().splitlines()[0]
    assert first == f"# yaml-language-server: $schema={url}"


def test_other_place(run: Run, tmp_path: Path) -> None:
    """The schema lies beside the spec, wherever that is."""
    (tmp_path / "ci").mkdir()
    assert run("init", "-o", "ci/shop.pipelinegen.yaml").exit_code == 0
    assert sorted(path.name for path in (tmp_path / "ci").iterdir()) == [
        SCHEMA,
        "shop.pipelinegen.yaml",
    ]


def test_missing_folder(run: Run) -> None:
    """A folder that is not there is not made."""
    result = run("init", "-o", "gone/pipelinegen.yaml")
    assert result.exit_code == 2
    assert "no such file or directory" in result.stderr


def test_stdout(run: Run, tmp_path: Path) -> None:
    """To stdout goes the spec and nothing else, and no file is written."""
    result = run("init", "-o", "-")
    assert result.stdout.startswith("# yaml-language-server: ")
    assert (result.stderr, list(tmp_path.iterdir())) == ("", [])


def _at_a_terminal(folder: Path, arguments: list[str], typed: bytes) -> tuple[int, bytes]:
    """Run `init` where stdin and stderr are a terminal; return its code and what it shows there."""
    person, terminal = os.openpty()
    command = [sys.executable, "-m", "pipelinegen", "init", *arguments]
    process = subprocess.Popen(
        command, cwd=folder, stdin=terminal, stderr=terminal, stdout=subprocess.DEVNULL
    )
    os.close(terminal)
    os.write(person, typed)
    shown = b""
    with suppress(OSError):  # Linux: the terminal has gone with the process
        while piece := os.read(person, 4096):
            shown += piece
    os.close(person)
    return process.wait(), shown


def test_questions(tmp_path: Path) -> None:
    """At a terminal it asks for what no flag has said, five things at most, with defaults shown."""
    typed = b"gitflow\nshop\nconnection\nacme/shop\ntrunk\n"
    code, shown = _at_a_terminal(tmp_path, [], typed)
    assert code == 0
    assert shown.count(b"]:") == 5
    text = (tmp_path / "pipelinegen.yaml").read_text()
    assert "cleanup-stacks" in text
    assert "full-repository-id: acme/shop" in text
    assert "match: [trunk]" in text


@pytest.mark.parametrize(
    ("arguments", "typed", "asked"),
    [
        pytest.param([], b"\n\n\n\n\n", 5, id="defaults"),
        pytest.param(["--pipeline", "a", "--source", "s3"], b"\n\n\n", 3, id="two flags"),
        pytest.param(["-y"], b"", 0, id="yes to all"),
        pytest.param(["--no-input"], b"", 0, id="no questions"),
    ],
)
def test_answers(tmp_path: Path, arguments: list[str], typed: bytes, asked: int) -> None:
    """A flag answers its question; a wish for silence answers all."""
    code, shown = _at_a_terminal(tmp_path, arguments, typed)
    assert (code, shown.count(b"]:")) == (0, asked)


def test_questions_left(tmp_path: Path) -> None:
    """Whoever leaves the questions early, by Ctrl-D, leaves nothing behind."""
    code, _ = _at_a_terminal(tmp_path, [], b"gitflow\n\x04")
    assert (code, list(tmp_path.iterdir())) == (130, [])


def test_a_name_that_cannot_be_is_asked_for_again(tmp_path: Path) -> None:
    """The fault is said at the question, without what the terminal would obey."""
    typed = b"minimal\n9 \x1b[31mlives\nshop\n\n\n\n"
    code, shown = _at_a_terminal(tmp_path, [], typed)
    assert code == 0
    assert b"\\x1b[31mlives' cannot be a pipeline" in shown
    assert (tmp_path / "pipelinegen.yaml").read_text().count("pipeline: shop\n") == 1
