"""Small pieces of schema that carry words for people: descriptions and messages."""

from __future__ import annotations

from pipelinegen.provider import JSON


def described(schema: JSON, description: str) -> dict[str, JSON]:
    """Return the schema with a text for hover; draft-07 ignores what stands beside `$ref`."""
    inner = {"allOf": [schema]} if "$ref" in schema else dict(schema)
    return inner | {"description": description}


def pattern(expression: str, error: str) -> dict[str, JSON]:
    """Return the schema of text of a form, with what to say where it does not have it."""
    return {"type": "string", "pattern": expression, "errorMessage": error}
