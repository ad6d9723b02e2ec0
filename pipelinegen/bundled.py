"""Where `schemas/` and `templates/` are: inside the package in a wheel, beside it in a checkout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).parent  # importlib.resources would cost 8 ms of every start


def starter(name: str) -> str:
    """Return the text of a starter spec."""
    return _text("templates", f"{name}.yaml")


def workflow(host: str) -> str:
    """Return the text of the workflow that a git host's CI runs."""
    return _text("templates", f"ci/{host}.yml")


def schema_text() -> str:
    """Return the JSON Schema of specs as text, as it is published."""
    return _text("schemas", "pipelinegen.schema.json")


def schema() -> dict[str, Any]:
    """Return the JSON Schema of specs."""
    loaded: dict[str, Any] = json.loads(schema_text())
    return loaded


def _text(folder: str, name: str) -> str:
    inside = _PACKAGE / folder
    home = inside if inside.is_dir() else _PACKAGE.parent / folder
    return (home / name).read_text(encoding="utf-8")
