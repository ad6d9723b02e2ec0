"""A file is written whole or stays as it was."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from pipelinegen.atomic import write_whole
from pipelinegen.errors import UsageError


def test_new_file(tmp_path: Path) -> None:
    """A new file gets the content as UTF-8, the usual mode, and leaves no draft behind."""
    previous = os.umask(0o027)
    try:
        write_whole(tmp_path / "a", "ü\n")
    finally:
        os.umask(previous)
    assert (tmp_path / "a").read_bytes() == "ü\n".encode()
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["a"]


def test_mode_is_kept(tmp_path: Path) -> None:
    """An existing file keeps its mode."""
    (tmp_path / "a").write_text("old")
    (tmp_path / "a").chmod(0o604)
    write_whole(tmp_path / "a", "new")
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o604


def test_link_is_kept(tmp_path: Path) -> None:
    """A link stays one; what it points to is written."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "link").symlink_to("deep/file")
    write_whole(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "deep" / "file").read_text() == "new"


def test_device() -> None:
    """A device is written to, not replaced."""
    write_whole(os.devnull, "gone")
    assert not stat.S_ISREG(os.stat(os.devnull).st_mode)


@pytest.mark.parametrize(
    ("path", "reason"),
    [("missing/a", "no such file or directory"), ("folder", "is a directory")],
)
def test_refusal(tmp_path: Path, path: str, reason: str) -> None:
    """What cannot be written is said, and nothing is left behind."""
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError, match=reason):
        write_whole(tmp_path / path, "new")
    assert os.listdir(tmp_path) == ["folder"]


def test_interrupted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupt before the last step leaves the old content and no draft."""
    (tmp_path / "a").write_text("old")

    def interrupt(_descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "a", "new")
    assert (tmp_path / "a").read_text() == "old"
    assert os.listdir(tmp_path) == ["a"]
