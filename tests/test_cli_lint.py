"""`lint` prints findings as its result, and its exit code is what a CI step needs."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.conftest import Run

SOUND = """\
pipeline: shop
branches: [{branch: main}]
sources: [{codecommit: {repository-name: shop}}]
stages: [{stage: Test, actions: [{codebuild-test: {buildspec: b.yml}}]}]
"""
POLLING = SOUND.replace("repository-name: shop", "repository-name: shop, detection: polling")
BROKEN = SOUND.replace("stages:", "stagez:")
CONCISE = "{}:4:1: error[unknown-key]: "


@pytest.fixture
def files(run: Run, tmp_path: Path) -> Path:
    """A folder with a sound spec, one with a warning, and one with an error."""
    for name, text in {"sound": SOUND, "polling": POLLING, "broken": BROKEN}.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    return tmp_path


def test_sound(run: Run, files: Path) -> None:
    """Nothing to say is nothing on stdout, and a word on stderr."""
    result = run("lint", "sound.yaml")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "no findings\n")


def test_quiet(run: Run, files: Path) -> None:
    """Quiet keeps the findings and drops the summary."""
    result = run("lint", "-q", "broken.yaml")
    assert result.exit_code == 1
    assert result.stderr == ""
    assert "error[unknown-key]" in result.stdout


@pytest.mark.parametrize("path", ["broken.yaml", "./broken.yaml", "../{folder}/broken.yaml"])
def test_path_as_given(run: Run, files: Path, path: str) -> None:
    """A finding names the file as the user named it."""
    path = path.format(folder=files.name)
    result = run("lint", "--format", "concise", path)
    assert result.exit_code == 1
    assert result.stdout.startswith(CONCISE.format(path))


def test_absolute_path(run: Run, files: Path) -> None:
    """Also an absolute path stays as it is."""
    result = run("lint", "--format", "concise", files / "broken.yaml")
    assert result.stdout.startswith(CONCISE.format(files / "broken.yaml"))


def test_stdin(run: Run) -> None:
    """`-` reads stdin and is named so."""
    result = run("lint", "--format", "concise", "-", stdin=BROKEN.encode())
    assert result.stdout.startswith(CONCISE.format("<stdin>"))


def test_text(run: Run, files: Path) -> None:
    """The usual format shows the line, and the summary counts."""
    result = run("lint", "broken.yaml")
    assert "4 | stagez: [" in result.stdout
    assert "^^^^^^" in result.stdout
    assert result.stderr == "1 error in broken.yaml\n"


def test_json(run: Run, files: Path) -> None:
    """One document holds the findings of all files."""
    body = json.loads(run("lint", "--format", "json", "broken.yaml", "polling.yaml").stdout)
    assert [found["file"] for found in body["findings"]] == ["broken.yaml", "polling.yaml"]
    assert body["findings"][0]["rule"] == "unknown-key"


def test_empty_json(run: Run, files: Path) -> None:
    """Without findings the document is there all the same."""
    assert json.loads(run("lint", "--format", "json", "sound.yaml").stdout)["findings"] == []


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["sound.yaml"], 0),
        (["polling.yaml"], 0),
        (["--fail-on", "warning", "polling.yaml"], 1),
        (["--fail-on", "note", "polling.yaml"], 1),
        (["--fail-on", "warning", "sound.yaml"], 0),
        (["broken.yaml"], 1),
        (["--fail-on", "note", "broken.yaml"], 1),
        (["--exit-zero", "broken.yaml"], 0),
        (["gone.yaml"], 2),
        (["--exit-zero", "gone.yaml"], 2),
        (["sound.yaml", "broken.yaml"], 1),
        (["broken.yaml", "gone.yaml", "sound.yaml"], 2),
        (["broken.yaml", "."], 2),
        ([], 2),
    ],
)
def test_exit_code(run: Run, files: Path, arguments: list[str], code: int) -> None:
    """0 nothing heavy, 1 findings, 2 a file that cannot be read; of several files the worst."""
    assert run("lint", *arguments).exit_code == code


def test_one_unreadable(run: Run, files: Path) -> None:
    """A file that cannot be read is named on stderr, and the others are checked all the same."""
    result = run("lint", "--format", "concise", "gone.yaml", "broken.yaml")
    assert result.stderr.startswith("error: cannot read 'gone.yaml': no such file or directory\n")
    assert result.stdout.startswith(CONCISE.format("broken.yaml"))


def test_only_unreadable(run: Run) -> None:
    """Where nothing could be read, nothing is said to be fine."""
    result = run("lint", "gone.yaml")
    assert result.stderr == "error: cannot read 'gone.yaml': no such file or directory\n"


def test_same_file_twice(run: Run, files: Path) -> None:
    """A file named twice is checked once."""
    once = run("lint", "--format", "concise", "broken.yaml").stdout
    assert run("lint", "--format", "concise", "broken.yaml", "broken.yaml").stdout == once


def test_found(run: Run, files: Path) -> None:
    """Without a file the spec of the folder is checked."""
    (files / "pipelinegen.yaml").write_text(BROKEN)
    result = run("lint", "--format", "concise")
    assert result.stdout.startswith(CONCISE.format("pipelinegen.yaml"))


@pytest.mark.parametrize("flags", [[], ["--no-ignores"]])
def test_ignores(run: Run, files: Path, flags: list[str]) -> None:
    """A comment silences a warning, unless the run audits."""
    silenced = POLLING.replace("sources:", "# pipelinegen: ignore[polling-detection] old\nsources:")
    (files / "silenced.yaml").write_text(silenced)
    result = run("lint", "--format", "concise", *flags, "silenced.yaml")
    assert ("polling-detection" in result.stdout) == bool(flags)


@pytest.mark.parametrize(
    ("flags", "environment", "colored"),
    [
        ([], {}, False),
        (["--color", "always"], {}, True),
        ([], {"FORCE_COLOR": "1"}, True),
        (["--color=never"], {"FORCE_COLOR": "1"}, False),
    ],
)
def test_color(
    run: Run,
    files: Path,
    monkeypatch: pytest.MonkeyPatch,
    flags: list[str],
    environment: dict[str, str],
    colored: bool,
) -> None:
    """Colour is off in a file, unless it is asked for."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in run("lint", *flags, "broken.yaml").stdout) is colored


@pytest.mark.parametrize("form", ["text", "concise"])
@pytest.mark.parametrize("name", ["a\x1b[31mb.yaml", "a\nb.yaml", "a\u202eb.yaml", b"a\xff.yaml"])
def test_hostile_file_name(run: Run, files: Path, form: str, name: str | bytes) -> None:
    """A file's name never steers the terminal."""
    path = os.fsdecode(name)
    (files / path).write_text(BROKEN)
    result = run("lint", "--format", form, path)
    assert result.exit_code == 1
    shown = result.stdout + result.stderr
    assert all(character.isprintable() or character == "\n" for character in shown)
    assert "\na" not in result.stdout.replace("a\\nb", "")
    assert run("lint", f"{path}x").stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["-x.yaml", "--exit-zero.yaml", "--format=json.yaml"])
def test_file_like_an_option(run: Run, files: Path, name: str) -> None:
    """A file named like an option is refused, and is a file after `--`."""
    (files / name).write_text(BROKEN)
    assert run("lint", name).exit_code == 2
    assert run("lint", "--", name).exit_code == 1


@pytest.mark.parametrize(
    "content", [b"", b"\0", b"\xff\xfe", b"a: [", b"a: &a [*a]\n", b"[" * 5000, b"? " * 3000]
)
def test_any_bytes(run: Run, content: bytes) -> None:
    """Whatever the bytes are, the outcome is a finding."""
    result = run("lint", "--format", "concise", "-", stdin=content)
    assert result.exit_code == 1
    assert result.stdout.startswith("<stdin>:")


def test_verbose_names_the_spec_that_was_found(run: Run, tmp_path: Path) -> None:
    """Without SPEC it is worth knowing which file was meant."""
    (tmp_path / "pipelinegen.yaml").write_bytes(b"pipeline: shop\n")
    result = run("lint", "-v")
    assert "reads 'pipelinegen.yaml'\n" in result.stderr
    assert "reads" not in run("lint").stderr
