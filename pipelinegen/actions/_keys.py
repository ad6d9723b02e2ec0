"""Types of a provider's keys: JSON Schema, and the way a value becomes configuration.

Constructors carry the words of the language; `actions.configuration` reads the kinds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from pipelinegen.names import kebab
from pipelinegen.provider import JSON, Body, Key


def ref(definition: str) -> dict[str, JSON]:
    """Return a reference to a definition of the schema."""
    return {"$ref": f"#/definitions/{definition}"}


def items(of: JSON, *, least: int = 1, most: int | None = None) -> dict[str, JSON]:
    """Return the schema of a list."""
    bounds = {"minItems": least} | ({"maxItems": most} if most is not None else {})
    return {"type": "array", "items": of} | bounds


def mapping(of: JSON) -> dict[str, JSON]:
    """Return the schema of a map with free keys."""
    return {"type": "object", "additionalProperties": of}


def environment_map() -> dict[str, JSON]:
    """Return the schema of environment variables: names that a shell can read, texts as values."""
    return {
        "type": "object",
        "patternProperties": {"^[A-Za-z_][A-Za-z0-9_]{0,127}$": ref("Text")},
        "additionalProperties": False,
    }


def record(properties: Mapping[str, JSON], *, required: Sequence[str] = ()) -> dict[str, JSON]:
    """Return the schema of a map with these keys and no others."""
    schema: dict[str, JSON] = {
        "type": "object",
        "additionalProperties": False,
        "properties": dict(properties),
    }
    return schema | ({"required": list(required)} if required else {})


def integer(*, least: int | None = None, most: int | None = None) -> dict[str, JSON]:
    """Return the schema of a whole number."""
    schema: dict[str, JSON] = {"type": "integer"}
    if least is not None:
        schema["minimum"] = least
    if most is not None:
        schema["maximum"] = most
    return schema


def text() -> Key:
    """Text with `${kind:name}` and, in action bodies, `#{Namespace.Variable}`."""
    return Key("text", ref("Text"))


def arn() -> Key:
    """An ARN as text or by reference; a pattern with `*` names nothing."""
    return Key("text", ref("Arn"))


def pattern_text(pattern: str, *, error: str) -> Key:
    """Text whose written form must match, unless it holds a reference."""
    schema = {
        "type": "string",
        "pattern": f"^({pattern}|.*\\$\\{{.*)$",
        "x-subst": True,
    }
    return Key("text", schema | {"errorMessage": error})


def flag() -> Key:
    """true or false; AWS gets the text."""
    return Key("flag", {"type": "boolean"})


def number(*, least: int | None = None, most: int | None = None) -> Key:
    """A whole number; AWS gets the text."""
    return Key("number", integer(least=least, most=most))


def choice(*values: str) -> Key:
    """One of AWS's own words, in AWS's spelling."""
    return Key("choice", {"enum": list(values)})


def texts(*, most: int | None = None) -> Key:
    """A list of texts; AWS gets them joined by commas."""
    return Key("list", items(ref("Text"), most=most))


def choices(*values: str) -> Key:
    """A list of AWS's own words; AWS gets them joined by commas."""
    return Key("list", items({"enum": list(values)}))


def text_map() -> Key:
    """A map of texts; AWS gets JSON text."""
    return Key("json", mapping(ref("Text")))


def json_map() -> Key:
    """Free JSON whose texts may hold references; AWS gets JSON text with types kept."""
    return Key("json", {"type": "object", "x-json": True})


def artifact() -> Key:
    """The name of an artifact, which thereby becomes an input."""
    return Key("artifact", ref("Artifact"))


def artifact_path() -> Key:
    """`Artifact::path/in/artifact`; the artifact thereby becomes an input."""
    return Key("artifact-path", ref("ArtifactPath"))


def secret() -> Key:
    """`${secret:name:key}` and nothing else."""
    return Key("secret", ref("Secret"))


def own(schema: JSON, *, kind: str = "own") -> Key:
    """A key of our own: read by the row's function only."""
    return Key(kind, schema)


def exports(*names: str) -> Callable[[Body], frozenset[str] | None]:
    """Output variables that an action always sets."""
    return lambda body: frozenset(names)


def keys(**written: Key) -> dict[str, Key]:
    """Return spec key → type: Pascal names are AWS's and get their kebab form, others are ours."""
    return {
        kebab(name) if name[0].isupper() else name.replace("_", "-"): (
            replace(key, aws=name) if name[0].isupper() else key
        )
        for name, key in written.items()
    }
