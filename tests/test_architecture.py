"""Who may import whom, which third party belongs where, and how a module looks."""

from __future__ import annotations

import ast
import re
import statistics
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "pipelinegen"
MODULES = sorted(PACKAGE.rglob("*.py"))
NAMES = [str(path.relative_to(PACKAGE)) for path in MODULES]

VALUES = {
    "defaults",
    "diagnostics",
    "errors",
    "fragment",
    "intrinsics",
    "model",
    "names",
    "progress",
    "provider",
    "records",
    "services",
    "stack_states",
    "text",
    "versions",
}
"""Open to all; among themselves they import as they please, but nothing else."""

ARROWS = {
    # the shell
    "__main__": "cli",
    "cli": "commands display",
    "commands": "atomic aws branches bundled compiler condition_json condition_text controller "
    "deployment display document dump explain git life_cycle overview_text progress_display report "
    "repository roles rules selection shared_store specfile specialise stale starters "
    "support_stack surroundings sync_text workflow",
    "display": "report",
    "specfile": "",
    "atomic": "",
    "stale": "report",
    "git": "",
    "surroundings": "git repository starters",
    "starters": "repository",
    "repository": "",
    "selection": "branches",
    "explain": "branches report rule_trigger selection",
    # the life cycle of stacks, and AWS behind it
    "deployment": "dump selection",
    "support_stack": "deployment",
    "diff": "specialise",
    "spec_paths": "conditions resolve",
    "life_cycle": "branches deployment diff spec_paths specialise",
    "aws": "document",
    "progress_display": "diff display document report",
    "overview_text": "life_cycle progress_display report",
    "sync_text": "life_cycle overview_text",
    "condition_text": "document life_cycle overview_text progress_display",
    "condition_json": "document life_cycle progress_display",
    # the spine
    "compiler": "bundled branches document fold limits ordering raw_order resolve rules schema "
    "scope silence template wiring",
    "bundled": "",
    "document": "",
    "schema": "",
    "branches": "",
    "resolve": "actions rule_trigger self_update",
    "rule_trigger": "branches",
    "self_update": "",
    "wiring": "",
    "silence": "document",
    "leaves": "actions",
    "coverage": "branches",
    "rules": "actions branches conditions coverage leaves resolve resources roles rule_trigger "
    "scope self_update store variables wiring",
    "scope": "store variables",
    "variables": "",
    "store": "",
    "conditions": "actions resolve wiring",
    "triggers": "",
    "ordering": "",
    "raw_order": "",
    "shared_store": "emit resources scope",
    "controller": "deployment emit resources scope",
    "workflow": "",
    "patching": "",
    "policy": "",
    "roles": "conditions resources store",
    "declaration": "actions conditions patching resources roles store triggers variables",
    "emit": "patching policy",
    "template": "declaration emit patching resources roles scope",
    "branch_conditions": "",
    "fold": "branch_conditions",
    "evaluation": "",
    "specialise": "evaluation",
    "dump": "",
    "limits": "dump",
    "report": "document",
    # the ribs
    "actions": "",
    "resources": "actions conditions dump policy resolve store",
    # what the schema is made of, at build time
    "grammar": "actions grammar_parts grammar_words",
    "grammar_parts": "actions grammar_declarations grammar_words",
    "grammar_declarations": "actions grammar_words",
    "grammar_words": "",
}
"""Beyond the values: left may import right, never back."""

THIRD_PARTIES = {
    "click": {"cli", "commands"},
    "yaml": {"document", "dump"},
    "jsonschema": {"schema"},
    "troposphere": {"template", "emit", "resources", "policy"},
    "boto3": {"aws"},
    "botocore": {"aws"},
    "cfnlint": {"verify"},
    "rich": {"progress_display"},
}
SUBPROCESS = {"git"}
EFFECTS = {"os", "time", "datetime", "random", "secrets", "uuid", "socket", "tempfile", "locale"}
SHELL = {
    "__main__",
    "atomic",
    "aws",
    "cli",
    "commands",
    "display",
    "git",
    "progress_display",
    "specfile",
    "surroundings",
}
"""The only units with effects."""

LINES = 300
TABLES = {"rules/_properties.py"}
"""Pure tables, which may be longer."""

MEDIAN = 110
FORBIDDEN = re.compile(
    r"(?:^|_)(?:utils?|helpers?|managers?|handlers?|base|info|common|misc)(?:$|_)"
)


def _unit(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _imports(path: Path) -> Iterator[str]:
    """Yield the dotted name of everything that a module imports, wherever the import stands."""
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            whole = node.module == "pipelinegen"
            yield from (
                f"pipelinegen.{alias.name}" if whole else str(node.module) for alias in node.names
            )


def _ours(path: Path) -> set[str]:
    """Return the units of ours that a module imports from, other than its own."""
    named = [name.split(".") for name in _imports(path)]
    units = {parts[1] for parts in named if parts[0] == "pipelinegen" and len(parts) > 1}
    return units - {_unit(path), "__version__"}


def _foreign(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in _imports(path)} - {"pipelinegen"}


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_arrows(path: Path) -> None:
    """A module imports only what its row allows."""
    unit = _unit(path)
    if unit == "__init__":
        allowed = set()
    elif unit in VALUES:
        allowed = VALUES
    else:
        assert unit in ARROWS, f"'{unit}' has no row in the table: give it one, with few arrows"
        allowed = VALUES | set(ARROWS[unit].split())
    assert _ours(path) <= allowed


def test_every_row_is_a_unit() -> None:
    """The table holds no name that has gone, and no arrow to one."""
    units = {_unit(path) for path in MODULES}
    assert set(ARROWS) | VALUES <= units
    assert {name for row in ARROWS.values() for name in row.split()} <= units


def test_every_arrow_is_used() -> None:
    """The table allows nothing that no module needs."""
    used: dict[str, set[str]] = {unit: set() for unit in ARROWS}
    for path in MODULES:
        used.setdefault(_unit(path), set()).update(_ours(path))
    spare = {unit: set(row.split()) - used[unit] for unit, row in ARROWS.items()}
    assert {unit: sorted(names) for unit, names in spare.items() if names} == {}


def test_no_arrow_back() -> None:
    """Following the arrows never leads back."""
    graph = {unit: row.split() for unit, row in ARROWS.items()}
    assert list(TopologicalSorter(graph).static_order())


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_third_parties(path: Path) -> None:
    """Each third party belongs to few units, and there is no other."""
    unit = _unit(path)
    foreign = _foreign(path) - set(sys.stdlib_module_names)
    assert foreign <= set(THIRD_PARTIES)
    assert {name for name in foreign if unit not in THIRD_PARTIES[name]} == set()


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_effects(path: Path) -> None:
    """Clocks, random numbers, processes and the environment belong to the shell."""
    unit = _unit(path)
    allowed = EFFECTS if unit in SHELL else set()
    assert _foreign(path) & EFFECTS <= allowed
    assert "subprocess" not in _foreign(path) or unit in SUBPROCESS


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_no_input_or_output(path: Path) -> None:
    """Files are opened by the shell and by `bundled`; nothing prints but `display`."""
    unit = _unit(path)
    called = {
        getattr(node.func, "id", getattr(node.func, "attr", ""))
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call)
    }
    files = {"open", "read_text", "write_text", "read_bytes", "write_bytes"}
    assert called & files == set() or unit in SHELL | {"bundled"}
    assert called & {"print", "echo", "secho", "eval", "exec", "__import__"} == set()


@pytest.mark.parametrize("path", [path for path in MODULES if _unit(path) == "commands"], ids=str)
def test_commands_apart(path: Path) -> None:
    """A command never imports another; what they share has a name with an underscore."""
    prefix = "pipelinegen.commands."
    shared = {name.removeprefix(prefix) for name in _imports(path) if name.startswith(prefix)}
    assert {name for name in shared if not name.startswith("_")} == set()


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_docstring(path: Path) -> None:
    """A module says its idea in the first line of its docstring."""
    first = (ast.get_docstring(_tree(path)) or "").split("\n\n")[0]
    assert first.rstrip().endswith((".", "?"))


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_length(path: Path) -> None:
    """A module is short enough to hold one idea; a table may be longer."""
    long = len(path.read_text(encoding="utf-8").splitlines()) > LINES
    assert long == (str(path.relative_to(PACKAGE)) in TABLES)


def test_median_length() -> None:
    """Most modules are much shorter than the limit."""
    lengths = [len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES]
    assert statistics.median(lengths) <= MEDIAN


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_words(path: Path) -> None:
    """No module and no class has a name that says nothing."""
    names = [path.stem] + [
        re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", node.name).lower()
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ClassDef)
    ]
    assert [name for name in names if FORBIDDEN.search(name)] == []


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_no_loose_ends(path: Path) -> None:
    """Nothing is left for later in a comment."""
    assert not re.search(r"#\s*(?:TODO|FIXME|XXX|HACK)", path.read_text(encoding="utf-8"))


def test_list_of_third_parties() -> None:
    """What the package may import is what it declares to need, by its name on the index."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    declared = re.search(r"^dependencies = \[(.*?)\]", text, re.MULTILINE | re.DOTALL)
    assert declared is not None
    names = set(re.findall(r'"([\w-]+)', declared[1]))
    index = {"yaml": "pyyaml", "cfnlint": "cfn-lint", "botocore": "boto3"}
    assert {index.get(name, name) for name in THIRD_PARTIES} == names
