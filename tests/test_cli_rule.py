"""`rule` and `schema` are the documentation that comes with the tool, offline."""

from __future__ import annotations

import json

from pipelinegen.rules import documentation
from tests.conftest import ROOT, Run


def test_one_rule(run: Run) -> None:
    """A rule is explained under its name and severity."""
    doc = documentation()["unknown-key"]
    result = run("rule", "unknown-key")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("unknown-key (error)\n\n")
    assert doc.meaning in result.stdout


def test_one_rule_as_json(run: Run) -> None:
    """A program gets the same as fields."""
    body = json.loads(run("rule", "unknown-key", "--format", "json").stdout)
    assert (body["rule"], body["severity"]) == ("unknown-key", "error")
    assert body["meaning"] == documentation()["unknown-key"].meaning


def test_all_rules(run: Run) -> None:
    """Without a name every rule has its line, in reading order."""
    lines = run("rule").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(documentation())


def test_all_rules_as_json(run: Run) -> None:
    """A program gets the list."""
    listed = json.loads(run("rule", "--format", "json").stdout)
    assert [one["rule"] for one in listed] == list(documentation())


def test_unknown_rule(run: Run) -> None:
    """A wrong name gets the nearest right one, once."""
    result = run("rule", "unknown-kez")
    assert (result.exit_code, result.stdout, result.stderr) == (
        2,
        "",
        "error: there is no rule 'unknown-kez'; did you mean 'unknown-key'?\n",
    )
    far = run("rule", "qqq").stderr
    assert far == "error: there is no rule 'qqq'; list them with: pipelinegen rule\n"


def test_schema(run: Run) -> None:
    """The schema is printed as it is published."""
    published = (ROOT / "schemas" / "pipelinegen.schema.json").read_text()
    result = run("schema")
    assert (result.exit_code, result.stdout, result.stderr) == (0, published, "")
    assert json.loads(published)["$schema"].startswith("http://json-schema.org/draft-07/")
