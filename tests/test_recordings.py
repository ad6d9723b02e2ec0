"""The terminal recordings in docs/ show what the commands print today."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from docs.record import COLUMNS, FOLDER, LINES, scenes

NAMES = ("deploy", "failed-deploy")


def _alike(screen: str) -> list[str]:
    """Return the words of a screen without what differs from run to run."""
    text = re.sub(r"(?<![a-z])[0-9a-f-]{12,}|\b\d+s|\bpg-\S+", "#", screen.replace("\n", ""))
    return re.sub(r"\s+", " ", text).split(" ")


def test_screens_are_current(emulator: str) -> None:
    """Driving the commands again ends in the same screens."""
    for name, recording in scenes(emulator):
        committed = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
        last = committed.split(" seconds ---\n")[-1].rpartition("\nexit code ")
        assert _alike(recording.screen(recording.times[-1])) == _alike(last[0])
        assert recording.exit_code == int(last[2])


@pytest.mark.parametrize("name", NAMES)
def test_casts(name: str) -> None:
    """An asciicast has a head and events in order, and no secret or path of the machine."""
    lines = (FOLDER / f"{name}.cast").read_text(encoding="utf-8").splitlines()
    head, *events = map(json.loads, lines)
    assert (head["version"], head["width"], head["height"]) == (2, COLUMNS, LINES)
    times = [seconds for seconds, _, _ in events]
    assert times == sorted(times)
    assert {kind for _, kind, _ in events} == {"o"}
    assert str(Path.home()) not in "".join(text for _, _, text in events)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "deploy",
            ("✓ Pipeline", "waits for", "done    shop-feature-login", "next:   pipelinegen"),
        ),
        ("failed-deploy", ("FAILED  shop-", "--> pipelinegen.yaml:", "role-arn: arn:", "next:")),
    ],
)
def test_screens_tell(name: str, words: tuple[str, ...]) -> None:
    """A reader sees the tree at work, how it ended, and what to do next."""
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    assert [word for word in words if word not in text] == []
