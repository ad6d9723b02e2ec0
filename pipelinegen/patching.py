"""JSON merge patch, RFC 7396: maps merge, null removes, everything else replaces."""

from __future__ import annotations

from pipelinegen.provider import JSON


def merge_patch(value: JSON, patch: JSON) -> JSON:
    """Return `value` with `patch` applied; neither is changed.

    https://www.rfc-editor.org/rfc/rfc7396
    """
    if not isinstance(patch, dict):
        return patch
    merged = dict(value) if isinstance(value, dict) else {}
    for key, change in patch.items():
        if change is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), change)
    return merged
