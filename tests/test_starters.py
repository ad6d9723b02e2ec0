"""Starters are whole specs, and filling them harms nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipelinegen import bundled
from pipelinegen.commands.init import LOCAL_SCHEMA, SOURCES, STARTERS
from pipelinegen.compiler import compile_spec
from pipelinegen.diagnostics import Severity
from pipelinegen.errors import UsageError
from pipelinegen.repository import Repository
from pipelinegen.starters import Project, fill, pipeline_name
from tests.conftest import ROOT

EXAMPLES = {"codecommit": "shop", "connection": "acme/shop", "s3": "bucket/source.zip"}


def _filled(text: str, **names: Any) -> str:
    project = replace(Project("shop", Repository("codecommit", "shop"), "main"), **names)
    return fill(text, project, schema=f"./{LOCAL_SCHEMA}")


def test_list() -> None:
    """The list in the code and the files are the same."""
    assert sorted(STARTERS) == sorted(path.stem for path in (ROOT / "templates").glob("*.yaml"))
    assert set(EXAMPLES) == set(SOURCES)


@pytest.mark.parametrize("starter", STARTERS)
def test_as_it_is(starter: str) -> None:
    """A starter compiles as it lies in the folder, without an error or a warning."""
    compiled = compile_spec(starter, bundled.starter(starter).encode())
    heavy = [one for one in compiled.diagnostics if one.severity is not Severity.NOTE]
    assert heavy == []
    assert compiled.template is not None


@pytest.mark.parametrize("starter", STARTERS)
@pytest.mark.parametrize("kind", SOURCES)
def test_filled(starter: str, kind: str) -> None:
    """What is filled in stands in its place, and nothing of the placeholder is left."""
    source = Repository(kind, EXAMPLES[kind])
    text = _filled(bundled.starter(starter), pipeline="crate", source=source, main_branch="trunk")
    assert "my-app" not in text
    spec = yaml.safe_load(text)
    assert spec["pipeline"] == "crate"
    assert list(spec["sources"][0]) == [kind]
    assert spec["branches"][0] | {"protected": True} == {
        "branch": "main",
        "match": ["trunk"],
        "protected": True,
        **({"values": {"size": "large"}} if starter == "gitflow" else {}),
    }


@pytest.mark.parametrize("starter", STARTERS)
def test_comments(starter: str) -> None:
    """A starter explains itself, and its first line is for editors."""
    lines = bundled.starter(starter).splitlines()
    assert lines[0] == "# yaml-language-server: $schema=./.pipelinegen.schema.json"
    assert lines[1] == "#"
    assert lines[2].startswith("# ")
    assert _filled("\n".join(lines), pipeline="my-app").splitlines()[0] == lines[0]


@pytest.mark.parametrize("starter", STARTERS)
def test_one_place_for_each_name(starter: str) -> None:
    """Each name that is filled in has exactly one line of its own."""
    lines = bundled.starter(starter).splitlines()
    for line in (
        "pipeline: my-app",
        "  - codecommit: {repository-name: my-app}",
        "  - branch: main",
    ):
        assert lines.count(line) == 1


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("shop", "shop"),
        ("Shop.js", "Shop-js"),
        ("--", "app"),
        ("", "app"),
        ("007", "app"),
        ("7-zip", "zip"),
        ("ж", "app"),
        ("a" * 49 + "-b", "a" * 49),
    ],
)
def test_pipeline_name(words: str, name: str) -> None:
    """Any words make a name that the language allows."""
    assert pipeline_name(words) == name


@given(st.text())
def test_any_pipeline_name(words: str) -> None:
    """Whatever the words are, the name made of them can be filled in."""
    name = pipeline_name(words)
    spec = yaml.safe_load(_filled("# $schema=x\npipeline: my-app", pipeline=name))
    assert spec == {"pipeline": name}


@given(st.text(max_size=40), st.sampled_from(SOURCES))
def test_any_repository_name(name: str, kind: str) -> None:
    """A repository's name is refused, or read back from the YAML as it was given."""
    line = "# $schema=x\n  - codecommit: {repository-name: my-app}"
    try:
        text = _filled(line, source=Repository(kind, name))
    except UsageError:
        return
    ((found, body),) = yaml.safe_load(text)[0].items()
    assert found == kind
    assert name in (body.get("repository-name"), body.get("full-repository-id")) or (
        f"{body['s3-bucket']}/{body['s3-object-key']}" == name
    )


@given(st.text(max_size=40))
def test_any_branch(name: str) -> None:
    """A branch's name is refused, or read back from the YAML as it was given."""
    try:
        text = _filled("# $schema=x\n  - branch: main", main_branch=name)
    except UsageError:
        return
    assert yaml.safe_load(text)[0].get("match", ["main"]) == [name]
