"""Write what is generated from the tables: the schema, the reference pages, the property names."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"


def schema() -> dict[Path, str]:
    """Return the JSON Schema of specs."""
    from docs.hover import with_words
    from pipelinegen.grammar import schema as made

    text = json.dumps(with_words(made()), indent=1, ensure_ascii=False) + "\n"
    return {ROOT / "schemas" / "pipelinegen.schema.json": text}


def docs() -> dict[Path, str]:
    """Return the pages of docs/, with what the code itself tells made anew."""
    from docs import command_page, cookbook_page, key_tables, provider_page
    from docs.markers import filled

    makers = {
        "command": command_page.command,
        "exit-codes": command_page.exit_codes,
        "keys": key_tables.table,
        "makes": cookbook_page.makes,
        "shared-options": command_page.shared_options,
        "spec": cookbook_page.spec,
    }
    pages = {
        DOCS / f"{name}.md": filled((DOCS / f"{name}.md").read_text(encoding="utf-8"), makers)
        for name in ("commands", "cookbook", "language")
    }
    return pages | {
        DOCS / "providers.md": provider_page.page(),
        DOCS / "rules.md": rules_page(),
    }


def rules_page() -> str:
    """Return docs/rules.md: one heading for each rule, in reading order."""
    from pipelinegen.rules import documentation

    parts = [
        "# Rules\n",
        "What `pipelinegen lint` finds; `pipelinegen rule NAME` prints one of them. Errors stop\n"
        "the compiler. Warnings and notes are silenced by a comment with a reason,\n"
        "`# pipelinegen: ignore[rule-name] reason`, on their line or the line above.\n",
    ]
    for doc in documentation().values():
        parts.append(f"## {doc.name}\n\n*{doc.severity.value}*\n\n{doc.meaning}\n")
        for word, example in (("Bad", doc.bad), ("Good", doc.good)):
            if example:
                parts.append(f"{word}:\n\n```yaml\n{example}\n```\n")
        if doc.url:
            parts.append(f"<{doc.url}>\n")
    return "\n".join(parts)


def properties() -> dict[Path, str]:
    """Return the table of CloudFormation's property names, from troposphere."""
    from importlib import import_module

    from troposphere import __version__

    from pipelinegen.emit import _CLASSES as resource_types

    found: dict[str, str] = {}
    waiting: list[tuple[str, Any]] = [
        (resource, getattr(import_module(f"troposphere.{module}"), name))
        for resource, (module, name) in sorted(resource_types.items())
    ]
    while waiting:
        title, kind = waiting.pop(0)
        if title in found:
            continue
        inner = {name: _nested(entry[0]) for name, entry in sorted(kind.props.items())}
        found[title] = " ".join(
            f"{name}:{_title(nested)}" if nested else name for name, nested in inner.items()
        )
        waiting += [(_title(nested), nested) for nested in inner.values() if nested]
    lines = "".join(_entry(title, found[title]) for title in sorted(found))
    text = _PROPERTIES.format(version=__version__, lines=lines)
    return {ROOT / "pipelinegen" / "rules" / "_properties.py": text}


_PROPERTIES = '''"""Names of the properties that a patch may change; docs/generate.py writes this.

A property whose own properties are known is followed by ':' and their type.
"""

from __future__ import annotations

MADE_FROM = "troposphere {version}"

PROPERTIES: dict[str, str] = {{
{lines}}}
'''


def _nested(expected: Any) -> Any:
    """Return the class of a nested property, None for a plain value."""
    from troposphere import AWSProperty

    inner: Any = expected[0] if isinstance(expected, list) and expected else expected
    is_property = isinstance(inner, type) and issubclass(inner, AWSProperty)
    return inner if is_property and getattr(inner, "props", None) else None


def _title(kind: Any) -> str:
    return f"{kind.__module__.rpartition('.')[2]}.{kind.__name__}"


def _entry(title: str, names: str) -> str:
    from textwrap import wrap

    short = f'    "{title}": "{names}",\n'
    if len(short) < 100:
        return short
    lines = wrap(names, 92, break_long_words=False, break_on_hyphens=False)
    return (
        f'    "{title}": """\n' + "".join(f"        {line}\n" for line in lines) + '        """,\n'
    )


_PARTS = {"schema": schema, "docs": docs, "properties": properties}


def main(names: list[str]) -> None:
    """Rewrite the generated files of the named parts in place, of all parts without a name."""
    for name in names or list(_PARTS):
        for path, text in _PARTS[name]().items():
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main(sys.argv[1:])
