"""Answers in pages, small ones, so that whoever reads only the first is found out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.fake_aws.model import JSON


def page(
    key: str, items: Sequence[Any], token: str, size: int, *, next_key: str = "NextToken"
) -> JSON:
    """Return the page that `token` names, the first for an empty one."""
    start = int(token or 0)
    end = start + size
    return {key: [*items[start:end]], **({next_key: str(end)} if end < len(items) else {})}
