"""The section «Deploy» of the README runs as it is written, against the emulator it tells of."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import boto3

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
SECTION = README.split("\n## Deploy\n")[1].split("\n## ")[0]
START, COMMANDS = re.findall(r"^```sh\n(.*?)^```$", SECTION, re.MULTILINE | re.DOTALL)
ADDRESS = "http://127.0.0.1:4566"


def test_section(tmp_path: Path, emulator: str) -> None:
    """Two branches are deployed, one is changed, looked at and removed; the other one stays."""
    assert START == "make emulator\n"
    assert ADDRESS in COMMANDS
    done = subprocess.run(
        ["bash", "-euc", COMMANDS.replace(ADDRESS, emulator)],
        cwd=_checkout(tmp_path),
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    ends = re.findall(r"^done +(\S+) +(.*?)(?: {3}.*)?$", done.stderr, re.MULTILINE)
    feature = "shop-feature-login-df7c7a-pipeline"
    assert ends == [
        ("shop-main-pipeline", "CREATE_COMPLETE"),
        (feature, "CREATE_COMPLETE"),
        (feature, "UPDATE_COMPLETE"),
        (feature, "DELETE_COMPLETE"),
    ]
    assert r'"{\"Size\":\"small\"}" -> "{\"Size\":\"tiny\"}"' in done.stdout
    assert "the stack is what the spec says" in done.stdout
    assert re.search(r"^main +main +CREATE_COMPLETE", done.stdout, re.MULTILINE)
    assert re.search(r"^feature/login +feature/\* +UPDATE_COMPLETE", done.stdout, re.MULTILINE)
    assert _pipelines(emulator) == {
        "shop-main": ["Source", "Build", "Staging", "Production"],
    }
    assert _buckets(emulator) == 1


def test_address_is_the_default() -> None:
    """The address that the section exports is the one at which the emulator starts."""
    text = (ROOT / "tests" / "emulator" / "serve.py").read_text(encoding="utf-8")
    assert f"default={ADDRESS.rpartition(':')[2]}" in text


def _checkout(folder: Path) -> Path:
    """Return a folder that holds what the commands need of a checkout with its environment."""
    (folder / "examples").symlink_to(ROOT / "examples")
    programs = folder / ".venv" / "bin"
    programs.mkdir(parents=True)
    tool = programs / "pipelinegen"
    tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pipelinegen "$@"\n', encoding="utf-8")
    tool.chmod(0o755)
    return folder


def _pipelines(address: str) -> dict[str, list[str]]:
    client = boto3.client("codepipeline", endpoint_url=address, **_ACCOUNT)
    return {
        one["name"]: [
            stage["name"] for stage in client.get_pipeline(name=one["name"])["pipeline"]["stages"]
        ]
        for one in client.list_pipelines()["pipelines"]
    }


def _buckets(address: str) -> int:
    return len(boto3.client("s3", endpoint_url=address, **_ACCOUNT).list_buckets()["Buckets"])


_ACCOUNT = {
    "region_name": "eu-west-1",
    "aws_access_key_id": "111111111111",
    "aws_secret_access_key": "none",
}
