"""The documentation is true: specs compile, commands exist, links lead somewhere."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from docs import key_tables, markers, provider_page
from docs.examples import ROWS, Example, examples
from docs.generate import docs as generated_pages
from pipelinegen.actions._project_keys import PROJECT_KEYS
from pipelinegen.cli import shell
from pipelinegen.compiler import check, compile_spec
from pipelinegen.diagnostics import Diagnostic, Severity
from pipelinegen.errors import ExitCode
from pipelinegen.grammar import schema
from pipelinegen.names import branch_slug
from pipelinegen.rules import documentation
from tests.conftest import ROOT
from tests.rule_examples import completed

PAGES = sorted([*(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "decisions").glob("*.md")])
PAGES += [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "examples").glob("*/README.md"))]
TEXTS = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in PAGES}
every_page = pytest.mark.parametrize("page", TEXTS)


class Block(NamedTuple):
    """A fenced block: its page, the line it begins on, its language and its text."""

    page: str
    line: int
    language: str
    text: str

    @property
    def place(self) -> str:
        """Where it stands, as an id."""
        return f"{self.page}:{self.line}"


def _blocks() -> Iterator[Block]:
    for page, text in TEXTS.items():
        for found in re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            line = text.count("\n", 0, found.start()) + 1
            yield Block(page, line, found[1], found[2])


BLOCKS = list(_blocks())
OTHER_FILES = re.compile(r"# \.?[\w/-]+\.\w+\n")
"""A block that begins with the name of a file shows that file, which is no spec."""

SPECS = [
    block
    for block in BLOCKS
    if block.language == "yaml"
    # Examples of rules are tested with the rules, those of providers below.
    and block.page not in ("docs/rules.md", "docs/providers.md")
    and not OTHER_FILES.match(block.text)
]
COMMAND_LINES = [
    (f"{block.place} {line}", line)
    for block in BLOCKS
    if block.language in ("sh", "console")
    for line in block.text.replace("\\\n", " ").splitlines()
    if re.search(r"(^|[ /])pipelinegen( |$)", line)
] + [
    (f"{page} {found[1]}", found[1])
    for page, text in TEXTS.items()
    for found in re.finditer(r"`(pipelinegen [^`]+)`", text)
]


def _errors(found: tuple[Diagnostic, ...]) -> list[Diagnostic]:
    return [diagnostic for diagnostic in found if diagnostic.severity is Severity.ERROR]


def test_pages_are_current() -> None:
    """What `make docs` would write is what is committed."""
    for path, text in generated_pages().items():
        assert path.read_text(encoding="utf-8") == text, "run: make docs"


@pytest.mark.parametrize("block", [pytest.param(block, id=block.place) for block in SPECS])
def test_specs_compile(block: Block) -> None:
    """A whole spec compiles as it stands; a part of one compiles in a small frame."""
    text = block.text if "pipeline:" in block.text else completed(block.text.rstrip("\n"))
    compilation = compile_spec(block.place, text.encode())
    assert _errors(compilation.diagnostics) == []
    assert compilation.template is not None


def test_much_is_shown() -> None:
    """README, language and recipes show whole specs, and command lines are not passed over."""
    assert len(COMMAND_LINES) > 30
    whole = [block.page for block in SPECS if block.text.startswith("pipeline:")]
    assert {"README.md", "docs/language.md"} < set(whole)
    assert whole.count("docs/cookbook.md") == 12


@pytest.mark.parametrize("line", [pytest.param(text, id=name) for name, text in COMMAND_LINES])
def test_command_lines(line: str) -> None:
    """A command line names a command that there is, and options that it has."""
    words = shlex.split(line.removeprefix("$ "), comments=True)
    start = next(index for index, word in enumerate(words) if word.endswith("pipelinegen"))
    name, *rest = words[start + 1 :]
    if name == "--version":
        return
    assert name in shell.commands
    command = shell.commands[name]
    known = {option for one in command.params for option in one.opts} | {"--help", "-h"}
    assert {word.partition("=")[0] for word in rest if re.match("--?[a-z]", word)} <= known


@every_page
def test_links(page: str) -> None:
    """A relative link leads to a file, and to a heading where it names one."""
    for target in re.findall(r"\]\(([^)\s]+)\)", _prose(TEXTS[page])):
        if target.startswith(("https://", "http://")):
            continue
        path, _, heading = target.partition("#")
        file = ((ROOT / page).parent / path).resolve() if path else ROOT / page
        assert file.exists(), target
        if heading:
            assert heading in _anchors(file), target


@every_page
def test_rules_that_are_named(page: str) -> None:
    """A link to a rule and an ignoring comment name a rule that there is."""
    if page == "docs/rules.md":
        return
    named = re.findall(r"rules\.md#([a-z0-9-]+)", TEXTS[page])
    named += re.findall(r"pipelinegen rule ([a-z][a-z0-9-]+)", TEXTS[page])
    for names in re.findall(r"ignore\[([^\]]*)\]", TEXTS[page]):
        named += [name for name in names.split(", ") if name != "rule-name"]
    assert set(named) <= set(documentation())


def _prose(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def _anchors(path: Path) -> list[str]:
    """Return the anchors that GitHub gives to the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", _prose(path.read_text(encoding="utf-8")), re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]


def test_slugs() -> None:
    """The slugs that the page of the language shows are those of the tool."""
    rows = re.findall(
        r"^\| `([^`]+)` \| `([a-z0-9-]+)` \|$", TEXTS["docs/language.md"], re.MULTILINE
    )
    assert len(rows) >= 3
    assert {branch: branch_slug(branch) for branch, _ in rows} == dict(rows)


def test_every_map_of_the_language_has_a_table() -> None:
    """The page of the language has the keys of every definition of the schema, once."""
    shown = markers.names(TEXTS["docs/language.md"], "keys")
    assert sorted(shown) == sorted(key_tables.definitions())


def test_every_type_has_a_place() -> None:
    """What a table names as the type of a key is explained on the page of the language."""
    page = ROOT / "docs" / "language.md"
    assert set(key_tables.HEADINGS.values()) <= set(_anchors(page))
    rows = [row for row in TEXTS["docs/language.md"].splitlines() if row.startswith("| ")]
    explained = {name for row in rows for name in re.split("[, ]+", row.split("|")[1]) if name}
    everything = "\n".join(TEXTS.values())
    named = set(re.findall(r"\[(\w+)\]\((?:language\.md)?#text-types\)", everything))
    assert named <= explained


def test_every_command_has_a_section() -> None:
    """The page of commands has each command, in the order of `pipelinegen --help`."""
    shown = markers.names(TEXTS["docs/commands.md"], "command")
    assert shown == list(shell.commands)
    headings = re.findall(r"^## (.+)$", TEXTS["docs/commands.md"], re.MULTILINE)
    assert headings == [*shell.commands, "Exit codes"]


def test_every_option_says_what_it_does() -> None:
    """No row of the page of commands is without words."""
    rows = re.findall(r"^\| `-.*\| (.*) \|$", TEXTS["docs/commands.md"], re.MULTILINE)
    assert len(rows) > 20
    assert "" not in rows


def test_every_provider_has_one_example_and_one_heading() -> None:
    """Examples and headings are the rows of the provider table, in its order."""
    shown = [(one.kind, one.key) for one in examples() if one.kind != "untyped"]
    assert shown == [(kind, key) for kind, rows in ROWS.items() for key in rows]
    headings = re.findall(r"^## (.+)$", TEXTS["docs/providers.md"], re.MULTILINE)
    assert headings == [f"{kind.capitalize()} {key}" for kind, key in shown]


EXPECTED = {("source", "s3"): {"source-events-off"}, ("untyped", "raw"): {"retired-provider"}}
"""What examples cannot do without: the bucket is elsewhere, and AWS no longer offers some."""


@pytest.mark.parametrize(
    "example", [pytest.param(one, id=f"{one.kind} {one.line}") for one in examples()]
)
def test_examples_of_providers(example: Example) -> None:
    """The line that shows a provider compiles in a small spec, without a finding."""
    compilation = compile_spec("example.yaml", example.spec.encode())
    assert compilation.template is not None
    found = {diagnostic.rule for diagnostic in compilation.diagnostics}
    assert found <= EXPECTED.get((example.kind, example.key), set())


def test_an_example_is_found_wrong() -> None:
    """The frame around an example does not hide what is wrong with it."""
    wrong = Example("action", "ecs", "- ecs: {cluster-name: main}")
    found = _errors(check("example.yaml", wrong.spec.encode()).diagnostics)
    assert [diagnostic.rule for diagnostic in found] == ["missing-key"]


def test_every_action_type_has_a_line() -> None:
    """The table of action types has AWS's own reference, and what is without a page there."""
    cases = yaml.safe_load((ROOT / "tests" / "cases" / "actions.yaml").read_text(encoding="utf-8"))
    known = {entry["type"] for name, entry in cases["reference"].items() if name[:5] != "check"}
    known = {re.sub(r"\$\w+", "…", name) for name in known}
    table = provider_page.page().partition("# Sources")[0]
    shown = set(re.findall(r"^\| (\S+/\S+/\S+/\S+) \|", table, re.MULTILINE))
    elsewhere = {name.split("/")[2] for name in shown - known}
    assert known <= shown
    assert elsewhere == {
        *("BlazeMeter", "GhostInspector", "Runscope", "StormRunner", "Nouvola"),
        *("TeamCity", "CloudBees", "XebiaLabs", "OpsWorks", "Snyk"),
        "…",  # action types of one's own
    }


def test_words_are_said_once() -> None:
    """Words beside the schema are for keys that have none in it, and for keys that there are."""
    said = {
        (name, path) for name, entries in key_tables.words()["keys"].items() for path in entries
    }
    assert said == set(_without_words())


def _without_words() -> Iterator[tuple[str, str]]:
    for name, body in key_tables.definitions().items():
        for path, key, _ in key_tables.keys(body):
            if "description" not in key:
                yield name, path
    for kind, rows in ROWS.items():
        for key, row in rows.items():
            left_out = PROJECT_KEYS if set(PROJECT_KEYS) <= set(row.keys) else {}
            for path, body, _ in key_tables.keys(schema()["definitions"][f"{kind}.{key}"]):
                known = row.keys.get(path)
                ours = known is None or known.aws is None
                if ours and path.partition(".")[0] not in left_out and "description" not in body:
                    yield f"{kind}.{key}", path


def test_words_of_providers_and_exit_codes() -> None:
    """Notes are about rows that there are, and every exit code has a meaning."""
    rows = {f"{kind}.{key}" for kind, known in ROWS.items() for key in known}
    assert set(key_tables.words()["providers"]) == rows
    assert set(key_tables.words()["variables"]) <= rows
    assert list(key_tables.words()["exit-codes"]) == [code.name for code in ExitCode]


NOT_OURS = re.compile(r"[a-z]{2}-[a-z]+-\d|[a-z-]+-[0-9a-f]{6}|team-a|site-distribution")
"""Regions, slugs, and names of the examples."""


def _known_words() -> set[str]:
    """Return every word with a dash that the tool knows."""
    known = {*documentation(), *shell.commands}
    waiting: list[Any] = [schema()]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            known |= set(node)
            known |= {str(value) for value in node.get("enum", ())}
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    return known


@pytest.mark.parametrize("page", ["docs/language.md", "docs/cookbook.md", "docs/commands.md"])
def test_keys_that_are_named(page: str) -> None:
    """A word in backticks that looks like a key is a key, a value, a rule or a command."""
    words = set(re.findall(r"`([a-z]+(?:-[a-z0-9]+)+)`", _prose(TEXTS[page])))
    assert {word for word in words - _known_words() if not NOT_OURS.fullmatch(word)} == set()
