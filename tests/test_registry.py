"""No rule exists by half: package, list, documentation and cases name the same ones."""

from __future__ import annotations

import ast
import importlib.util
import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

import pytest

from pipelinegen import rules
from pipelinegen.actions.table import ACTIONS, CHECKS, SOURCES
from pipelinegen.bundled import schema
from pipelinegen.compiler import check
from pipelinegen.diagnostics import Severity
from pipelinegen.rules import ALL_RULES, _forms_of_shape, _forms_of_text, _forms_of_tool
from pipelinegen.rules._rule import Rule
from tests.conftest import ROOT
from tests.rule_examples import completed

DOCUMENTED = rules.documentation()
BY_COMMANDS = frozenset(_forms_of_tool.COMMAND_FORMS)
"""Told by commands about a branch; no spec shows them, so lint has no case."""

WITHOUT_EXAMPLE = frozenset({"file-too-large", "not-utf8", "branch-name-refused"})
"""What these are about cannot be shown as a few lines of text; cases show it."""


def _generator() -> ModuleType:
    """Load docs/generate.py, which is no part of the package."""
    found = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


GENERATOR = _generator()


def _in_package() -> set[str]:
    modules = [
        import_module(f"{rules.__name__}.{found.name}")
        for found in pkgutil.iter_modules(rules.__path__)
    ]
    return {
        value.name
        for module in modules
        for value in vars(module).values()
        if isinstance(value, Rule)
    }


def _named_in(folder: str) -> Iterator[str]:
    """Yield the rules that the passes of a folder name: texts of that form that are documented."""
    for path in sorted((ROOT / "pipelinegen" / folder).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                first = next(iter(node.args), None)
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value


def test_every_rule_is_listed_once() -> None:
    """Names in the package are the names in the tuple, and none stands there twice."""
    listed = [rule.name for rule in ALL_RULES]
    assert sorted(listed) == sorted(_in_package())


def test_names() -> None:
    """A name is kebab-case without numbers, unless AWS's own word has one."""
    strange = [name for name in DOCUMENTED if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name)]
    assert strange == ["not-utf8", "needs-v2"]


def test_forms_are_those_of_the_passes() -> None:
    """What the passes before the rules report is documented, and nothing else is."""
    assert set(_forms_of_text.FORMS) == set(_named_in("document")) & set(DOCUMENTED) - set(
        _forms_of_shape.FORMS
    )
    assert set(_forms_of_shape.FORMS) == set(_named_in("schema")) & set(DOCUMENTED)


def test_every_rule_has_a_case() -> None:
    """Each rule has its failing spec, and each spec there is named after a rule."""
    stems = {path.stem for path in (ROOT / "tests" / "cases" / "err").glob("*.yaml")}
    assert {name for name in DOCUMENTED if name not in stems} == {*BY_COMMANDS, "file-too-large"}
    strays = [stem for stem in stems if not any(_belongs(stem, name) for name in DOCUMENTED)]
    assert strays == []


def test_a_file_that_is_too_large() -> None:
    """The one case that is no file, since a megabyte of nothing is no use in a repository."""
    found = check("large.yaml", b" " * (2**20 + 1)).diagnostics
    assert [diagnostic.rule for diagnostic in found] == ["file-too-large"]


def _belongs(stem: str, name: str) -> bool:
    return stem == name or stem.startswith(f"{name}-")


def test_headings() -> None:
    """docs/rules.md has one heading for each rule, in reading order."""
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", page, re.MULTILINE) == list(DOCUMENTED)


@pytest.mark.parametrize("part", ["schema", "docs"])
def test_generated_files_are_current(part: str) -> None:
    """What docs/generate.py would write is what is committed."""
    for path, text in getattr(GENERATOR, part)().items():
        assert path.read_text(encoding="utf-8") == text, f"run: make {part}"


def test_property_names_are_current() -> None:
    """The table of property names is troposphere's own, as long as it is the same troposphere."""
    import troposphere

    from pipelinegen.rules._properties import MADE_FROM

    if f"troposphere {troposphere.__version__}" != MADE_FROM:
        pytest.skip(f"the table was made from {MADE_FROM}")
    for path, text in GENERATOR.properties().items():
        assert path.read_text(encoding="utf-8") == text, "run: docs/generate.py properties"


def test_rows_are_the_definitions_of_the_schema() -> None:
    """Each row of the provider table has its definition, and no definition lacks a row."""
    defined = {name for name in schema()["definitions"] if "." in name}
    rows = {"source": SOURCES, "action": ACTIONS, "check": CHECKS}
    assert defined == {f"{kind}.{key}" for kind, table in rows.items() for key in table}


@pytest.mark.parametrize("name", DOCUMENTED)
def test_documentation_is_whole(name: str) -> None:
    """A rule says in one sentence what must hold, and shows a bad and a good example."""
    doc = DOCUMENTED[name]
    assert doc.summary.endswith(".")
    assert "bad:" not in doc.meaning
    assert "good:" not in doc.meaning
    assert (doc.bad == "") == (doc.good == "") == (name in WITHOUT_EXAMPLE)


EXAMPLES = sorted(set(DOCUMENTED) - WITHOUT_EXAMPLE - BY_COMMANDS)


@pytest.mark.parametrize("name", EXAMPLES)
def test_bad_example_is_found(name: str) -> None:
    """The bad example of a rule is what that rule finds."""
    found = check("bad.yaml", completed(DOCUMENTED[name].bad).encode()).diagnostics
    assert name in {diagnostic.rule for diagnostic in found}, found


@pytest.mark.parametrize("name", EXAMPLES)
def test_good_example_is_good(name: str) -> None:
    """The good example of a rule has no error at all, and that rule finds nothing in it."""
    found = check("good.yaml", completed(DOCUMENTED[name].good).encode()).diagnostics
    assert [
        diagnostic
        for diagnostic in found
        if diagnostic.severity is Severity.ERROR or diagnostic.rule == name
    ] == []
