"""Versions of the tool: which of two is newer, and whether one meets what is asked for."""

from __future__ import annotations

import pytest

from pipelinegen.versions import is_met, is_newer


@pytest.mark.parametrize(
    ("version", "other", "newer"),
    [
        ("1.10", "1.9", True),
        ("1.9", "1.10", False),
        ("1.0", "1.0.0", False),
        ("1.0.1", "1.0", True),
        ("2.0.dev1", "1.9", True),
        ("1.0.dev1", "1.0", False),
        ("", "1.0", False),
        ("unknown", "1.0", False),
    ],
)
def test_newer(version: str, other: str, newer: bool) -> None:
    """Numbers are compared, not letters; what is no version is newer than nothing."""
    assert is_newer(version, other) is newer


@pytest.mark.parametrize(
    ("wanted", "version", "met"),
    [
        (">=1.2", "1.2.0", True),
        (">=1.2", "1.1.9", False),
        ("<=1.2", "1.2", True),
        ("<=1.2", "1.2.1", False),
        ("<2", "1.99", True),
        ("<2", "2.0", False),
        (">1", "1.0", False),
        ("==1.2", "1.2.0", True),
        ("==1.2", "1.2.1", False),
        ("!=1.2", "1.2.0", False),
        ("!=1.2", "1.3", True),
        ("~=1.2", "1.9", True),
        ("~=1.2", "2.0", False),
        ("~=1.2", "1.1", False),
        ("~=1.2.3", "1.2.9", True),
        ("~=1.2.3", "1.3", False),
        (">= 1.0, <2", "1.5", True),
        (">= 1.0, <2", "2.1", False),
        ("", "1.0", True),
    ],
)
def test_met(wanted: str, version: str, met: bool) -> None:
    """Every clause must hold."""
    assert is_met(wanted, version) is met
