"""A file that differs from what is expected is shown as a unified diff."""

from __future__ import annotations

import pytest

from pipelinegen.stale import difference


@pytest.mark.parametrize(
    ("existing", "expected", "diff"),
    [
        pytest.param(b"a\n", "a\n", "", id="equal"),
        pytest.param("ü\n".encode(), "ü\n", "", id="equal beyond ASCII"),
        pytest.param(
            None, "a\nb\n", "--- /dev/null\n+++ b/t\n@@ -0,0 +1,2 @@\n+a\n+b\n", id="missing"
        ),
        pytest.param(
            b"a\nc\n", "a\nb\n", "--- a/t\n+++ b/t\n@@ -1,2 +1,2 @@\n a\n-c\n+b\n", id="changed"
        ),
        pytest.param(
            b"a\r\n", "a\n", "--- a/t\n+++ b/t\n@@ -1 +1 @@\n-a\\r\n+a\n", id="line ends of Windows"
        ),
        pytest.param(
            b"a",
            "a\n",
            "--- a/t\n+++ b/t\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n",
            id="last newline lost",
        ),
        pytest.param(
            b"\xff\x1b[31m\n",
            "a\n",
            "--- a/t\n+++ b/t\n@@ -1 +1 @@\n-\\xff\\x1b[31m\n+a\n",
            id="bytes that steer a terminal",
        ),
    ],
)
def test_difference(existing: bytes | None, expected: str, diff: str) -> None:
    """Nothing for equal files, else what to take away and what to add."""
    assert difference("t", existing=existing, expected=expected) == diff


def test_hostile_path() -> None:
    """A path cannot write lines of its own into the diff."""
    diff = difference("a\n+++ b/x", existing=b"", expected="a\n")
    assert diff.splitlines()[:2] == ["--- a/a\\n+++ b/x", "+++ b/a\\n+++ b/x"]
