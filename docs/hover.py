"""The words of docs/words.yaml as descriptions of the schema, which editors show on hover."""

from __future__ import annotations

import json
from typing import Any

from docs import key_tables

JSON = Any


def with_words(schema: JSON) -> JSON:
    """Return a copy of the schema in which every key of ours has a description."""
    described = json.loads(json.dumps(schema))  # no part of it is shared with another any more
    for name, entries in key_tables.words()["keys"].items():
        body = described if name == key_tables.ROOT_NAME else described["definitions"][name]
        for path, key, _ in list(key_tables.keys(key_tables.inner(body))):
            if path in entries:
                _describe(key, entries[path])
    return described


def _describe(key: JSON, text: str) -> None:
    """Draft-07 ignores what stands beside a reference, so that is wrapped."""
    if "$ref" in key:
        key["allOf"] = [{"$ref": key.pop("$ref")}]
    key["description"] = text.replace("`", "")
