"""Tables of the keys of the language, from its JSON Schema and the words beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from docs.markers import table as markdown_table
from pipelinegen.grammar import schema

JSON = Any

ROOT_NAME = "Spec"
"""How the words and the pages call the schema itself."""

HEADINGS: Mapping[str, str] = {
    "Action": "actions",
    "ArtifactCount": "custom-actions",
    "ArtifactStore": "artifact-store",
    "Branch": "branch-rules",
    "Check": "stage-conditions",
    "CustomAction": "custom-actions",
    "Filter": "triggers",
    "Function": "functions",
    "Grant": "grants",
    "Group": "groups",
    "Notification": "notifications",
    "Only": "only",
    "Parameter": "parameters",
    "Permissions": "permissions",
    "Phases": "projects",
    "PipelineVariable": "variables",
    "Project": "projects",
    "PullRequest": "triggers",
    "Push": "triggers",
    "Raw": "escape-hatches",
    "RegionStore": "artifact-store",
    "Role": "roles",
    "Schedule": "schedules",
    "SelfUpdate": "self-update",
    "Source": "sources",
    "Stage": "stages",
    "Step": "actions",
    "Target": "targets",
    "TemplateSections": "template",
    "Topic": "topics",
}
"""Definition of the schema → heading of docs/language.md; a type of text has the heading below."""

_BARE = re.compile(r"(?<![`\w])(<[a-z]+>-)?[$#]\{[^{}]*\}(?!`)")
"""A reference in the schema's own words, which are no Markdown."""

_TEXT_TYPES = "text-types"
_TITLES = {"Only": "branch rules", "Raw": "CloudFormation", "Step": "actions and groups"}
_WORDS = Path(__file__).with_name("words.yaml")


@cache
def words() -> dict[str, dict[str, JSON]]:
    """Return docs/words.yaml: what the schema does not say of a key, a provider, an exit code."""
    loaded: dict[str, dict[str, JSON]] = yaml.safe_load(_WORDS.read_text(encoding="utf-8"))
    return loaded


def definitions() -> dict[str, JSON]:
    """Return the schema's maps with keys of the language, providers left out."""
    known = {ROOT_NAME: schema()} | {
        name: body for name, body in schema()["definitions"].items() if "." not in name
    }
    maps = {name: inner(body) for name, body in known.items()}
    return {name: body for name, body in maps.items() if "properties" in body}


def table(definition: str) -> str:
    """Return the Markdown table of one definition's keys."""
    body = definitions()[definition]
    rows = [
        (f"`{path}`", type_words(key), "yes" if required else "", _meaning(definition, path, key))
        for path, key, required in keys(body)
    ]
    if definition in ("Source", "Action", "Check"):
        section = {"Source": "sources", "Action": "actions", "Check": "checks"}[definition]
        link = f"one of the [{section}](providers.md#{section})"
        rows.append(("*provider*", link, "yes", "Exactly one of them; its key says what is done."))
    return markdown_table("key | type | required | meaning", rows)


def keys(body: JSON, above: str = "") -> Iterator[tuple[str, JSON, bool]]:
    """Yield (path, schema, required) of every key but providers; a map's own keys come after it."""
    for name, key in body["properties"].items():
        if "." in key.get("$ref", ""):
            continue
        yield above + name, key, name in body.get("required", ())
        inside, mark = _inside(key)
        if inside is not None:
            yield from keys(inside, f"{above}{name}{mark}")


def meaning(definition: str, path: str, key: JSON) -> str:
    """Return what a key means as Markdown: in the schema's words, else in those beside it."""
    text = key.get("description")
    if text is None:
        text = words()["keys"][definition][path]
    return _BARE.sub(r"`\g<0>`", text)


def type_words(key: JSON, page: str = "") -> str:
    """Return the type of a key in words; `page` stands before links into docs/language.md."""
    if "allOf" in key and "properties" not in key:
        key = key["allOf"][0]
    if "$ref" in key:
        return _named(key["$ref"].rpartition("/")[2], page)
    if "enum" in key:
        return ", ".join(f"`{value}`" for value in key["enum"])
    if "const" in key:
        return f"`{str(key['const']).lower()}`"
    return _PLAIN[key["type"]](key, page)


def _named(name: str, page: str) -> str:
    title = _TITLES.get(name, name)
    link = f"[{title}]({page}#{HEADINGS.get(name, _TEXT_TYPES)})"
    return f"list of {link}" if name == "Only" else link


def _list(key: JSON, page: str) -> str:
    of = key["items"]
    bounds = []
    if key.get("minItems", 1) > 1:
        bounds.append(f"at least {key['minItems']}")
    if "maxItems" in key:
        bounds.append(f"at most {key['maxItems']}")
    inner = "maps" if "properties" in of else type_words(of, page)
    return ", ".join([f"list of {inner}", *bounds])


def _map(key: JSON, page: str) -> str:
    if key.get("x-json"):
        return "map, any JSON"
    if key.get("x-raw"):
        return _named("Raw", page)
    free = key.get("additionalProperties") or next(
        iter(key.get("patternProperties", {}).values()), None
    )
    if not free:
        return "map"
    return f"map of {'maps' if 'properties' in free else type_words(free, page)}"


def _text(key: JSON, page: str) -> str:
    if key.get("x-subst"):
        return f"{_named('Text', page)}: {key['errorMessage']}"
    plain = "plain text"
    if "maxLength" in key:
        plain += f" (at most {key['maxLength']} characters)"
    return f"{plain}: {key['errorMessage']}" if "errorMessage" in key else plain


def _number(key: JSON, page: str) -> str:
    least, most = key.get("minimum"), key.get("maximum")
    if least is not None and most is not None:
        return f"number, {least} to {most}"
    return f"number, at least {least}" if least is not None else "number"


_PLAIN = {
    "array": _list,
    "boolean": lambda key, page: "`true`, `false`",
    "integer": _number,
    "object": _map,
    "string": _text,
}


def _meaning(definition: str, path: str, key: JSON) -> str:
    text = meaning(definition, path, key)
    return f"{text} Default `{key['default']}`." if "default" in key else text


def inner(body: JSON) -> JSON:
    """A list of maps is described by the keys of its maps."""
    return body["items"] if body.get("type") == "array" else body


def _inside(key: JSON) -> tuple[JSON | None, str]:
    """Return the map with keys of its own that stands in a key, and how a path goes on to it."""
    for inside, mark in (
        (key, "."),
        (key.get("items", {}), "[]."),
        (key.get("additionalProperties") or {}, ".*."),
    ):
        if isinstance(inside, dict) and "properties" in inside:
            return inside, mark
    return None, ""
