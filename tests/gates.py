"""What other people's checkers say about our templates, each finding as one line of text.

A line begins with the checker's rule, then what the rule was applied to: the type of a resource, an
action of IAM or a key of a condition.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pipelinegen.controller import controller_template, origin
from pipelinegen.shared_store import shared_store_template
from pipelinegen.specialise import specialise
from tests import rights
from tests.conftest import ROOT
from tests.test_goldens import CASES, compiled, generated, resolved

JSON = Any
Templates = Mapping[str, JSON]

EXAMPLES = sorted((ROOT / "examples").glob("*/pipelinegen.yaml"))
SPECS = (*CASES, *sorted((ROOT / "templates").glob("*.yaml")), *EXAMPLES)
PROGRAMS = ROOT / ".gates" / "bin"
"""Where `make test` installs the checkers of gates.txt."""

_PARLIAMENT = """
import json, sys
from parliament import analyze_policy_string
for name, document in json.load(sys.stdin).items():
    for found in analyze_policy_string(json.dumps(document)).findings:
        print(json.dumps([found.issue, found.detail, name]))
"""


def label(path: Path) -> str:
    """Return a name for a spec that no other has."""
    if path in CASES:
        return path.stem
    return f"example-{path.parent.name}" if path in EXAMPLES else f"starter-{path.stem}"


@cache
def for_branches() -> Templates:
    """Return name → template of one branch for every branch rule there is, and shared stores."""
    return {
        f"{label(path)}/{rule}": template
        for path in SPECS
        for rule, template in resolved(path).items()
    } | {
        "store/alone": shared_store_template(),
        "store/readers": shared_store_template(["222222222222", "333333333333"]),
        "controller/shop": _controller(ROOT / "examples" / "gitflow" / "pipelinegen.yaml"),
    }


def _controller(path: Path) -> JSON:
    spec = compiled(path).spec
    assert spec is not None
    return controller_template(spec, origin(spec, "github"), path.name)


@cache
def for_all_branches() -> Templates:
    """Return name → template with the conditions of all its branch rules."""
    made = {label(path): compiled(path).template for path in SPECS}
    return {name: template.body for name, template in made.items() if template is not None}


def validate(templates: Templates) -> list[str]:
    """Return what AWS's cloudformation-validate finds."""
    from cloudformation_validate import RegoEngine, TemplateContent

    engine = RegoEngine()
    found = []
    for name, template in templates.items():
        report = engine.validate_template(TemplateContent(json.dumps(template), name))
        for one in report.diagnostics:
            logical_id = one.entity.logical_id if one.entity else ""
            if not _is_raw(template, logical_id):
                kind = _type(template, logical_id)
                found.append(f"{one.rule_id} {kind} {name} {logical_id}: {one.message}")
    return found


def checkov(templates: Templates) -> list[str]:
    """Return what checkov finds in what we generate."""
    files = {f"/{number}.json": name for number, name in enumerate(templates)}
    with TemporaryDirectory() as folder:
        for path, name in files.items():
            text = json.dumps(generated(templates[name]))
            Path(folder + path).write_text(text, encoding="utf-8")
        flags = ["--framework", "cloudformation", "--skip-download", "--quiet", "--compact"]
        report = json.loads(_run("checkov", "--directory", ".", "-o", "json", *flags, home=folder))
    assert report["summary"]["parsing_errors"] == 0
    assert report["summary"]["resource_count"] == sum(
        len(template["Resources"]) for template in templates.values()
    )
    found = []
    for one in report["results"]["failed_checks"]:
        name = files[one["file_path"]]
        kind, _, logical_id = one["resource"].rpartition(".")
        if not _is_raw(templates[name], logical_id):
            found.append(f"{one['check_id']} {kind} {name} {logical_id}: {one['check_name']}")
    return found


def parliament(templates: Templates) -> list[str]:
    """Return what parliament finds in the policies that we generate."""
    documents = {
        f"{name} {logical_id}": {"Version": "2012-10-17", "Statement": statements}
        for name, template in templates.items()
        for logical_id, statements in _policies(template).items()
    }
    with TemporaryDirectory() as folder:
        flags = ("-W", "ignore", "-c", _PARLIAMENT)
        lines = _run("python", *flags, home=folder, typed=json.dumps(documents)).splitlines()
    return [
        f"{issue} {subject} {where}"
        for issue, detail, where in map(json.loads, lines)
        for subject in _subjects(detail)
    ]


def _run(program: str, *arguments: str, home: str, typed: str = "") -> str:
    """Return the stdout of a program that sees nothing of this machine but a folder."""
    done = subprocess.run(
        [PROGRAMS / program, *arguments],
        cwd=home,
        env={"HOME": home, "PATH": os.defpath},
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout or not done.stderr, done.stderr
    return done.stdout


def _policies(template: JSON) -> dict[str, list[JSON]]:
    """Return logical id → statements that name no resource but what a deployment may make it."""
    bound = specialise(generated(template), rights.BINDINGS)
    found: dict[str, list[JSON]] = {}
    for logical_id, statement in rights.grants(bound):
        texts = [rights.filled(resource, bound) for resource in statement["Resource"]]
        arns = [arn for arn in texts if arn and not arn.startswith(rights.UNKNOWN)]
        if arns:
            conditions = _plain(statement.get("Condition", {}), bound)
            known = {"Resource": arns} | ({"Condition": conditions} if conditions else {})
            found.setdefault(logical_id, []).append(statement | known)
    return found


def _plain(value: JSON, template: JSON) -> JSON:
    if isinstance(value, list):
        return [_plain(item, template) for item in value]
    if isinstance(value, dict) and not any(key == "Ref" or "::" in key for key in value):
        return {key: _plain(item, template) for key, item in value.items()}
    return rights.filled(value, template) or rights.UNKNOWN


def _subjects(detail: JSON) -> Iterator[str]:
    """Yield the actions or the condition key that a finding of parliament is about."""
    items: Iterable[JSON] = detail if isinstance(detail, list) else [detail]
    for item in items:
        words = item["action"] if isinstance(item, dict) else str(item)
        yield next((word for word in words.split() if ":" in word), words)


def _type(template: JSON, logical_id: str) -> str:
    return str(template["Resources"].get(logical_id, {}).get("Type", "-"))


def _is_raw(template: JSON, logical_id: str) -> bool:
    """Tell whether a resource is CloudFormation that the spec wrote itself."""
    resource = template["Resources"].get(logical_id)
    return resource is not None and "pipelinegen" not in resource.get("Metadata", {})
