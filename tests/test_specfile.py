"""The spec is found as its user would look for it, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelinegen.errors import NotConfirmed, UsageError
from pipelinegen.specfile import SpecFile, existing_content, find, read_spec, refuse_present


@pytest.fixture
def below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder two levels below the top of a checkout, which is the current one."""
    (tmp_path / "top" / ".git").mkdir(parents=True)
    folder = tmp_path / "top" / "a" / "b"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize(
    ("place", "name", "found"),
    [
        (".", "pipelinegen.yaml", "pipelinegen.yaml"),
        (".", ".pipelinegen.yaml", ".pipelinegen.yaml"),
        ("..", "pipelinegen.yaml", "../pipelinegen.yaml"),
        ("../..", ".pipelinegen.yaml", "../../.pipelinegen.yaml"),
    ],
)
def test_find(below: Path, place: str, name: str, found: str) -> None:
    """Either name counts, in the folder itself and above it up to the top of the checkout."""
    (below / place / name).touch()
    assert find(below) == Path(found)


def test_nearest_wins(below: Path) -> None:
    """Of two specs in different folders the nearer one counts."""
    (below / "pipelinegen.yaml").touch()
    (below.parent / "pipelinegen.yaml").touch()
    assert find(below) == Path("pipelinegen.yaml")


def test_not_above_the_checkout(below: Path) -> None:
    """What lies above the checkout belongs to others."""
    (below.parents[2] / "pipelinegen.yaml").touch()
    with pytest.raises(UsageError, match="pipelinegen init"):
        find(below)


def test_without_a_checkout(tmp_path: Path) -> None:
    """Without a checkout only the folder itself counts."""
    (tmp_path / "a").mkdir()
    (tmp_path / "pipelinegen.yaml").touch()
    with pytest.raises(UsageError, match=r"there is no 'pipelinegen\.yaml' here"):
        find(tmp_path / "a")


def test_both_names(below: Path) -> None:
    """Two specs in one folder are one too many."""
    (below / "pipelinegen.yaml").touch()
    (below / ".pipelinegen.yaml").touch()
    with pytest.raises(UsageError, match="both here"):
        find(below)


def test_a_folder_is_no_spec(below: Path) -> None:
    """A folder that happens to have the name is passed over."""
    (below / "pipelinegen.yaml").mkdir()
    (below.parent / "pipelinegen.yaml").touch()
    assert find(below) == Path("../pipelinegen.yaml")


def test_order(below: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The argument counts before the environment, and that before what lies here."""
    for name in ("argument", "environment", "pipelinegen.yaml"):
        (below / name).write_text(name)
    assert read_spec(None) == SpecFile("pipelinegen.yaml", b"pipelinegen.yaml")
    monkeypatch.setenv("PIPELINEGEN_SPEC", "environment")
    assert read_spec(None) == SpecFile("environment", b"environment")
    assert read_spec("argument") == SpecFile("argument", b"argument")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("gone", "cannot read 'gone': no such file or directory"),
        (".", "cannot read '.': is a directory"),
        ("a/b", "cannot read 'a/b': not a directory"),
    ],
)
def test_unreadable(below: Path, path: str, reason: str) -> None:
    """A file that cannot be read is named, with the reason."""
    (below / "a").touch()
    with pytest.raises(UsageError) as caught:
        read_spec(path)
    assert str(caught.value) == reason


def test_unreadable_output(below: Path) -> None:
    """A file to compare with is there, or not, or cannot be read."""
    (below / "a").write_bytes(b"x")
    assert existing_content("a") == b"x"
    assert existing_content("gone") is None
    with pytest.raises(UsageError, match="is a directory"):
        existing_content(".")


@pytest.mark.parametrize(
    ("path", "form", "expected"),
    [
        ("pipelinegen.yaml", "yaml", "pipelinegen.template.yaml"),
        ("deep/.pipelinegen.yml", "yaml", "deep/.pipelinegen.template.yaml"),
        ("shop.pipelinegen.yaml", "json", "shop.pipelinegen.template.json"),
        ("spec", "yaml", "spec.template.yaml"),
    ],
)
def test_template_path(path: str, form: str, expected: str) -> None:
    """The template is kept beside the spec, under its stem."""
    assert SpecFile(path, b"").template_path(form) == expected


def test_template_of_stdin() -> None:
    """Nothing lies beside stdin."""
    assert SpecFile("-", b"").name == "<stdin>"
    with pytest.raises(UsageError, match="-o"):
        SpecFile("-", b"").template_path("yaml")


@pytest.mark.parametrize(
    ("present", "path", "force", "refused"),
    [
        pytest.param([], "pipelinegen.yaml", False, False, id="nothing there"),
        pytest.param(["pipelinegen.yaml"], "pipelinegen.yaml", False, True, id="there"),
        pytest.param(["pipelinegen.yaml"], "pipelinegen.yaml", True, False, id="forced"),
        pytest.param([".pipelinegen.yaml"], "pipelinegen.yaml", True, True, id="a rival"),
        pytest.param([".pipelinegen.yaml"], "other.yaml", False, False, id="no rival"),
    ],
)
def test_refuse_present(
    below: Path, present: list[str], path: str, force: bool, refused: bool
) -> None:
    """A new spec never replaces one unasked, and never stands beside another."""
    for name in present:
        (below / name).touch()
    if refused:
        with pytest.raises(NotConfirmed, match="already here"):
            refuse_present(path, force=force)
    else:
        refuse_present(path, force=force)
