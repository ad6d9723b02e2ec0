"""docs/providers.md: each provider with its keys, artifacts, variables, rights and an example."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docs.examples import Example, examples, performed
from docs.key_tables import keys, meaning, type_words, words
from docs.markers import table
from pipelinegen.actions._project_keys import PROJECT_KEYS
from pipelinegen.actions.configuration import fragment
from pipelinegen.fragment import Context, Statement
from pipelinegen.grammar import schema
from pipelinegen.provider import Bounds, Requirement, Row
from pipelinegen.resources.site import pipeline_name
from pipelinegen.text import Text

_LANGUAGE = "language.md"
_DEFAULT_INPUTS = {
    "source": "by default that of the first source",
    "product": f"by default the [current]({_LANGUAGE}#artifacts) one",
}

_HEAD = """\
# Providers

What a source, an action or a check may do. The provider's key says it, exactly one for each:

```yaml
stages:
  - stage: Build
    actions:
      - codebuild: {buildspec: ci/build.yml}          # the key codebuild
        only: [main]                                  # a key of the action itself
```

Keys of the action itself (names, `only`, artifacts, role, region, patch) are in
[the language](language.md#actions). A key inside a provider is AWS's own in kebab case:
`DeploymentGroupName` is `deployment-group-name`; where a key is ours, the table says what it is.
*Rights* are what the role that performs the action is given for the line shown, beside the artifact
store; keys that need more bring more.

"""

_PARTS = {
    "source": "# Sources\n\nAll sources stand in the first stage, in parallel.\n",
    "action": "# Actions\n\nBuilds, deployments, calls, people, and what has no key of its own.\n",
    "check": (
        "# Checks\n\nWhat [stage conditions](language.md#stage-conditions) look at. They need V2,\n"
        "and the lines below stand under `rules:`.\n"
    ),
}

_UNTYPED = """\
These have no key of ours, since AWS does not publish what they take. Owner, provider and
configuration are placeholders; `aws codepipeline list-action-types` prints those of an account.
OpsWorks and Snyk are [no longer offered](rules.md#retired-provider).
"""


def page() -> str:
    """Return docs/providers.md."""
    parts = [_HEAD, _types()]
    for kind, title in _PARTS.items():
        parts.append(f"\n{title}")
        parts += [_section(example) for example in examples() if example.kind == kind]
    return "".join(parts)


def _types() -> str:
    """Return the table of CodePipeline's action types, each with the line that says it."""
    known = [one for one in examples() if one.kind in ("source", "action") and one.key != "raw"]
    rows = [(_type(one.row), f"[`{one.key}`](#{one.kind}-{one.key})", _code(one)) for one in known]
    rows.append(("any", "[`raw`](#action-raw)", "whatever is left; for sources [raw](#source-raw)"))
    untyped = [
        (performed(one)[1].row.action_type, "`raw`", _code(one))
        for one in examples()
        if one.kind == "untyped"
    ]
    return (
        "# Every action type\n\n"
        + table("action type | key | as a spec writes it", rows)
        + f"\n{_UNTYPED}\n"
        + table("action type | key | as a spec writes it", untyped)
    )


def _code(example: Example) -> str:
    return f"`{example.line.removeprefix('- ')}`"


def _type(row: Row) -> str:
    parts = (row.category, row.owner, row.provider, row.version)
    return "/".join(part if part[:1].isalnum() else "…" for part in parts)


def _section(example: Example) -> str:
    row, name = example.row, f"{example.kind}.{example.key}"
    facts = [f"`{_type(row)}`", "V2 only" if row.v2_only else "V1 and V2"]
    if row.default_name and example.kind != "check":
        facts.append(f"named {row.default_name} by default")
    facts.append(f"[AWS]({row.url})")
    note = words()["providers"].get(name, "")
    lines = [
        f"\n## {example.kind.capitalize()} {example.key}\n",
        f"{' · '.join(facts)}\n",
        f"{note}\n" if note else "",
        f"```yaml\n{example.line}\n```\n",
        _table(name, row),
        *_agreements(row),
        _artifacts(row) if example.kind != "source" else "",
        _variables(example, name) if example.kind != "check" else "",
        _rights(example),
    ]
    return "\n".join(line for line in lines if line)


def _table(name: str, row: Row) -> str:
    body = schema()["definitions"][name]
    rows = []
    for path, key, required in keys(body):
        if path.partition(".")[0] in _left_out(row):
            continue
        known = row.keys.get(path)
        aws = f"`{known.aws}`" if known and known.aws else _own(name, path, key)
        kind = type_words(key, _LANGUAGE)
        kind += f"; default `{key['default']}`" if "default" in key else ""
        rows.append((f"`{path}`", aws, kind, "yes" if required else ""))
    if _left_out(row):
        link = f"[a project]({_LANGUAGE}#projects)"
        rows.append(("*keys of a project*", f"ours: what is made for {link}", "", ""))
    return table("key | AWS key | type | required", rows)


def _own(name: str, path: str, key: Any) -> str:
    text = meaning(name, path, key)
    return f"ours: {text[0].lower() if text[1:2].islower() else text[0]}{text[1:].rstrip('.')}"


def _left_out(row: Row) -> frozenset[str]:
    """A generated project has many keys, which the page of the language shows."""
    return frozenset(PROJECT_KEYS) if set(PROJECT_KEYS) <= set(row.keys) else frozenset()


def _agreements(row: Row) -> Iterator[str]:
    found = [text for one in row.requirements if (text := _agreement(one, _left_out(row)))]
    found += [f"One of {_listed(choice, 'and')} is required." for choice in row.one_of]
    if found:
        yield " ".join(found) + "\n"


def _agreement(one: Requirement, left_out: frozenset[str]) -> str:
    (key, value), *_ = one.when.items()
    when = f"`{key}`" if value is None else f"`{key}: {_word(value)}`"
    if key in left_out:
        return ""
    if one.required:
        return f"{when} needs {_listed(one.required, 'and')}."
    absent = [name for name in one.absent if name not in left_out]
    return f"{when} excludes {_listed(absent, 'and')}." if absent else ""


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _artifacts(row: Row) -> str:
    takes = _count(row.inputs)
    if row.inputs.most:
        mentions = any(key.kind.startswith("artifact") for key in row.keys.values())
        otherwise = "those that its keys name" if mentions else "none unless written"
        takes += f", {_DEFAULT_INPUTS.get(row.default_input or '', otherwise)}"
    if row.category == "Rule":
        return f"Takes {takes}.\n"
    gives = _count(row.outputs)
    if row.outputs.most:
        gives += f", {_default_output(row)}"
    return f"Takes {takes}; gives {gives}.\n"


def _default_output(row: Row) -> str:
    """Say when an action gives an artifact that the spec does not name."""
    own = "by default one of its own name"
    if row.gives({}):
        return own
    keys = [key for key in row.keys if row.gives({key: ""})]
    return f"{own} with {_listed(keys, 'or')}" if keys else "none unless written"


def _count(bounds: Bounds) -> str:
    if bounds.most == 0:
        return "no artifact"
    plural = "s" if bounds.most > 1 else ""
    if bounds.least == bounds.most:
        return f"{bounds.most} artifact{plural}"
    least = f"{bounds.least} to" if bounds.least else "up to"
    return f"{least} {bounds.most} artifact{plural}"


def _variables(example: Example, name: str) -> str:
    said = words()["variables"].get(name)
    if said is not None:
        return f"Variables: {said}.\n"
    exported = example.row.exports(performed(example)[1].body)
    if exported is None:
        return "Variables: not known beforehand, so any name may be read.\n"
    return f"Variables: {_listed(sorted(exported), 'and')}.\n" if exported else "Variables: none.\n"


def _rights(example: Example) -> str:
    pipeline, action = performed(example)
    statements = fragment(action, Context(pipeline, pipeline_name(pipeline))).statements
    if not statements:
        return "Rights: none.\n"
    return "Rights:\n\n" + "".join(_statement(statement) for statement in statements)


def _statement(statement: Statement) -> str:
    resources = _listed([text.source() for text in statement.resources], "and")
    line = f"- {_listed(statement.actions, 'and')} on {resources}"
    for operator, tests in (statement.conditions or {}).items():
        for key, value in tests.items():
            line += f", if `{key}` is {_condition(value)}" + _suffix(operator)
    return line + "\n"


def _suffix(operator: str) -> str:
    return "" if operator == "StringEquals" else f" (`{operator}`)"


def _condition(value: Any) -> str:
    values = value if isinstance(value, list) else [value]
    return _listed([one.source() if isinstance(one, Text) else str(one) for one in values], "or")


def _listed(names: Any, word: str) -> str:
    """Return names in backticks as a sentence lists them."""
    *most, last = [f"`{name}`" for name in names]
    return f"{', '.join(most)} {word} {last}" if most else last
