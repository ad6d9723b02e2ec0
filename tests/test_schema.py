"""What a spec may not be is said at its place, by its rule, in words of the language."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelinegen.diagnostics import Diagnostic, Pointer, Severity
from pipelinegen.schema import MOST_FAULTS, check
from pipelinegen.schema.words import ROWS, habit

ROOT = Path(__file__).parent.parent
SCHEMA: dict[str, Any] = json.loads((ROOT / "schemas/pipelinegen.schema.json").read_text("utf-8"))
DEFINITIONS: dict[str, Any] = SCHEMA["definitions"]

RULES = {
    *("unknown-key", "missing-key", "wrong-type", "unknown-value", "bad-format", "out-of-range"),
    *("wrong-count", "too-long", "duplicate-item", "two-providers", "no-provider"),
    *("conflicting-keys", "secret-as-text"),
}
JARGON = re.compile(
    r"schema|regex|not of type|required property|additional propert|oneOf|anyOf|definitions"
    r"|None|True|False|\^|\\Z"
)

STAGE: Pointer = ("stages", 0)
ACTION: Pointer = (*STAGE, "actions", 0)
SOURCE: Pointer = ("sources", 0)
TEXT = "${secret:alexa:refresh}"
ALEXA = {"client-id": "a", "client-secret": TEXT, "refresh-token": TEXT, "skill-id": "b"}
EC2 = {"instance-tag-key": "a", "instance-type": "EC2"}


def spec(**changes: Any) -> dict[str, Any]:
    """Return the smallest spec with some keys changed; '_' stands for '-'."""
    smallest: dict[str, Any] = {
        "pipeline": "shop",
        "branches": [{"branch": "main"}],
        "sources": [{"codecommit": {"repository-name": "shop"}}],
        "stages": [{"stage": "Build", "actions": [{"codebuild": {}}]}],
    }
    return smallest | {key.replace("_", "-"): value for key, value in changes.items()}


def stage(value: Any) -> dict[str, Any]:
    """Return a spec with one stage."""
    return spec(stages=[value])


def action(value: Any) -> dict[str, Any]:
    """Return a spec with one action."""
    return stage({"stage": "Build", "actions": [value]})


def source(value: Any) -> dict[str, Any]:
    """Return a spec with one source."""
    return spec(sources=[value])


def body(provider: str, value: Any) -> dict[str, Any]:
    """Return a spec with one action, of which only the provider and its body matter."""
    return action({provider: value})


def check_spec(data: Any) -> tuple[Diagnostic, ...]:
    """Check data against the schema of specs."""
    return check(data, SCHEMA)


def short(found: tuple[Diagnostic, ...]) -> list[tuple[Any, bool, str]]:
    """Return what a finding promises: place, key or value, rule."""
    return [(diagnostic.at, diagnostic.on_key, diagnostic.rule) for diagnostic in found]


def line(found: Diagnostic) -> str:
    """Return a finding as a log shows it."""
    return f"{found.message}; {found.hint}" if found.hint else found.message


PLACES = [
    # no fault
    ("the smallest spec has no fault", spec(), []),
    (
        "a group of two is an item of actions",
        action({"parallel": [{"codebuild": {}}, {"approval": {}}]}),
        [],
    ),
    # unknown-key
    (
        "a misspelt key is not also missing",
        body("codedeploy", {"application-name": "a", "deployment-group": "b"}),
        [((*ACTION, "codedeploy", "deployment-group"), True, "unknown-key")],
    ),
    (
        "AWS's spelling is not also missing",
        source({"codecommit": {"RepositoryName": "a"}}),
        [((*SOURCE, "codecommit", "RepositoryName"), True, "unknown-key")],
    ),
    (
        "a misspelt provider is not also no provider",
        action({"codebuld": {"image": "a"}}),
        [((*ACTION, "codebuld"), True, "unknown-key")],
    ),
    (
        "a word of another system is not also missing",
        stage({"name": "A", "actions": [{"approval": {}}]}),
        [((*STAGE, "name"), True, "unknown-key")],
    ),
    (
        "shell lines on the action are not also no provider",
        action({"run": "npm test"}),
        [((*ACTION, "run"), True, "unknown-key")],
    ),
    (
        "a name as key is one fault",
        action({"Build": {"codebuild": {}}}),
        [((*ACTION, "Build"), True, "unknown-key")],
    ),
    (
        "a CloudFormation template is one fault for each of its keys",
        {"AWSTemplateFormatVersion": "2010-09-09", "Resources": {}},
        [
            (("AWSTemplateFormatVersion",), True, "unknown-key"),
            (("Resources",), True, "unknown-key"),
        ],
    ),
    (
        "a key without any likeness leaves the others missing",
        body("codedeploy", {"application-name": "a", "zzz": "b"}),
        [
            ((*ACTION, "codedeploy", "zzz"), True, "unknown-key"),
            ((*ACTION, "codedeploy"), False, "missing-key"),
        ],
    ),
    (
        "a name and a provider in a group are unknown there",
        action({"parallel": [{"codebuild": {}}, {"approval": {}}], "action": "A", "codebuild": {}}),
        [((*ACTION, "action"), True, "unknown-key"), ((*ACTION, "codebuild"), True, "unknown-key")],
    ),
    (
        "a group in a group is one fault",
        action({"parallel": [{"approval": {}}, {"parallel": []}]}),
        [((*ACTION, "parallel", 1, "parallel"), True, "unknown-key")],
    ),
    (
        "a key of many characters is no reason to guess",
        action({"approval": {}, "x" * 200: 1}),
        [((*ACTION, "x" * 200), True, "unknown-key")],
    ),
    # missing-key
    (
        "what a map lacks is one finding at the map",
        source({"connection": {}}),
        [((*SOURCE, "connection"), False, "missing-key")],
    ),
    (
        "what a value asks for is missing",
        body("s3", {"bucket-name": "a", "extract": False}),
        [((*ACTION, "s3"), False, "missing-key")],
    ),
    ("what a value does not ask for is not", body("s3", {"bucket-name": "a", "extract": True}), []),
    (
        "one of two forms must be there",
        body("ec2", EC2),
        [((*ACTION, "ec2"), False, "missing-key")],
    ),
    (
        "a form half written lacks its other half once",
        body("eks", {"cluster-name": "a", "helm-chart-location": "b"}),
        [((*ACTION, "eks"), False, "missing-key")],
    ),
    ("an empty spec lacks four keys at once", {}, [((), False, "missing-key")]),
    (
        "a notification without a target lacks one",
        spec(notifications=[{"notify": "A", "events": ["pipeline-failed"]}]),
        [(("notifications", 0), False, "missing-key")],
    ),
    (
        "a misspelt one of two targets is one fault",
        spec(notifications=[{"notify": "A", "events": ["pipeline-failed"], "topic": "a"}]),
        [(("notifications", 0, "topic"), True, "unknown-key")],
    ),
    # wrong-type
    ("a list is no spec", ["a"], [((), False, "wrong-type")]),
    ("text is no spec", "a", [((), False, "wrong-type")]),
    ("null is no spec", None, [((), False, "wrong-type")]),
    (
        "wrong types are found side by side",
        {"pipeline": 5, "branches": {}, "sources": "x", "stages": [1, None]},
        [
            (("pipeline",), False, "wrong-type"),
            (("branches",), False, "wrong-type"),
            (("sources",), False, "wrong-type"),
            (("stages", 0), False, "wrong-type"),
            (("stages", 1), False, "wrong-type"),
        ],
    ),
    ("an item of actions that is no map", action("build"), [(ACTION, False, "wrong-type")]),
    (
        "a provider with nothing below",
        action({"codebuild": None}),
        [((*ACTION, "codebuild"), False, "wrong-type")],
    ),
    (
        "a number in a map of texts",
        body("codebuild", {"env": {"A": 1}}),
        [((*ACTION, "codebuild", "env", "A"), False, "wrong-type")],
    ),
    (
        "a number where a word is expected",
        spec(pipeline_type=2),
        [(("pipeline-type",), False, "wrong-type")],
    ),
    ("the version in quotes", spec(version="1"), [(("version",), False, "wrong-type")]),
    (
        "a number in a list of names",
        action({"codebuild": {}, "only": ["main", 1]}),
        [((*ACTION, "only", 1), False, "wrong-type")],
    ),
    # unknown-value
    (
        "a word that is none of the choices",
        source({"ecr": {"repository-name": "a", "detection": "polling"}}),
        [((*SOURCE, "ecr", "detection"), False, "unknown-value")],
    ),
    ("a version that does not exist", spec(version=2), [(("version",), False, "unknown-value")]),
    (
        "false where only true is a choice",
        spec(artifact_store={"shared": False}),
        [(("artifact-store", "shared"), False, "unknown-value")],
    ),
    (
        "a number that is none of the choices",
        body("codebuild", {"log-retention-days": 8}),
        [((*ACTION, "codebuild", "log-retention-days"), False, "unknown-value")],
    ),
    # bad-format
    (
        "a pattern that does not fit",
        spec(pipeline="my shop"),
        [(("pipeline",), False, "bad-format")],
    ),
    (
        "a line break at the end does not fit either",
        spec(pipeline="shop\n"),
        [(("pipeline",), False, "bad-format")],
    ),
    (
        "digits of another script are no account",
        spec(account="١٢٣٤٥٦٧٨٩٠١٢"),
        [(("account",), False, "bad-format")],
    ),
    (
        "a name that a map of names does not take",
        spec(values={"a b": "x"}),
        [(("values", "a b"), True, "bad-format")],
    ),
    (
        "a region that is none, as a key",
        spec(artifact_store={"regions": {"eu": {"bucket": "a"}}}),
        [(("artifact-store", "regions", "eu"), True, "bad-format")],
    ),
    (
        "an empty name",
        spec(branches=[{"branch": ""}]),
        [(("branches", 0, "branch"), False, "bad-format")],
    ),
    # numbers and counts
    (
        "below the least",
        action({"approval": {}, "timeout-in-minutes": 4}),
        [((*ACTION, "timeout-in-minutes"), False, "out-of-range")],
    ),
    (
        "above the greatest",
        body("ecs", {"cluster-name": "a", "service-name": "b", "deployment-timeout": 61}),
        [((*ACTION, "ecs", "deployment-timeout"), False, "out-of-range")],
    ),
    (
        "true is no number",
        action({"approval": {}, "timeout-in-minutes": True}),
        [((*ACTION, "timeout-in-minutes"), False, "wrong-type")],
    ),
    ("an empty list", spec(stages=[]), [(("stages",), False, "wrong-count")]),
    (
        "a group of one",
        action({"parallel": [{"approval": {}}]}),
        [((*ACTION, "parallel"), False, "wrong-count")],
    ),
    (
        "too many entries",
        spec(variables=[{"variable": f"V{n}"} for n in range(51)]),
        [(("variables",), False, "wrong-count")],
    ),
    (
        "an empty map that says nothing",
        source({"connection": {"connection-arn": "a", "full-repository-id": "b", "push": [{}]}}),
        [((*SOURCE, "connection", "push", 0), False, "wrong-count")],
    ),
    (
        "a misspelt key is not also an empty map",
        source(
            {
                "connection": {
                    "connection-arn": "a",
                    "full-repository-id": "b",
                    "push": [{"branchs": {}}],
                }
            }
        ),
        [((*SOURCE, "connection", "push", 0, "branchs"), True, "unknown-key")],
    ),
    (
        "a text that is too long",
        spec(values={"a": "x" * 1001}),
        [(("values", "a"), False, "too-long")],
    ),
    (
        "a text with a pattern that is too long",
        spec(pipeline="x" * 2000),
        [(("pipeline",), False, "too-long")],
    ),
    (
        "each repetition in a set",
        action({"codebuild": {}, "only": ["a", "b", "a", "a"]}),
        [
            ((*ACTION, "only", 2), False, "duplicate-item"),
            ((*ACTION, "only", 3), False, "duplicate-item"),
        ],
    ),
    (
        'true, 1 and "1" are not the same',
        action({"codebuild": {}, "only": ["1", True, 1]}),
        [((*ACTION, "only", 1), False, "wrong-type"), ((*ACTION, "only", 2), False, "wrong-type")],
    ),
    (
        "an item that is wrong and repeated is one fault",
        action({"codebuild": {}, "only": [5, 5, {}, {}]}),
        [((*ACTION, "only", n), False, "wrong-type") for n in range(4)],
    ),
    # providers
    (
        "two providers are a fault of the map",
        action({"approval": {}, "codebuild": {}}),
        [(ACTION, False, "two-providers")],
    ),
    (
        "two providers of a source",
        source({"s3": {"s3-bucket": "a", "s3-object-key": "b"}, "ecr": {"repository-name": "a"}}),
        [(SOURCE, False, "two-providers")],
    ),
    (
        "what is wrong inside two providers is found as well",
        action({"approval": {"x": 1}, "codebuild": {}}),
        [(ACTION, False, "two-providers"), ((*ACTION, "approval", "x"), True, "unknown-key")],
    ),
    ("no provider", action({"action": "A"}), [(ACTION, False, "no-provider")]),
    ("nothing at all", action({}), [(ACTION, False, "no-provider")]),
    (
        "no provider of a stage rule",
        stage(
            {
                "stage": "A",
                "actions": [{"approval": {}}],
                "before-entry": {"result": "FAIL", "rules": [{}]},
            }
        ),
        [((*STAGE, "before-entry", "rules", 0), False, "no-provider")],
    ),
    # conflicting-keys
    (
        "a generated project beside an existing one",
        body("codebuild", {"project-name": "a", "image": "b"}),
        [((*ACTION, "codebuild", "image"), True, "conflicting-keys")],
    ),
    (
        "a key forbidden twice is told once",
        body("codebuild", {"project-name": "a", "buildspec": "b", "phases": {}}),
        [
            ((*ACTION, "codebuild", "buildspec"), True, "conflicting-keys"),
            ((*ACTION, "codebuild", "phases"), True, "conflicting-keys"),
        ],
    ),
    (
        "what is wrong inside a forbidden key is hidden",
        body("codebuild", {"project-name": "a", "image": 5, "phases": {"x": 1}, "vpc": {}}),
        [
            ((*ACTION, "codebuild", key), True, "conflicting-keys")
            for key in ("image", "phases", "vpc")
        ],
    ),
    (
        "what a forbidden key asks for is not missing",
        body(
            "service-catalog",
            {"product-id": "prod-1", "configuration-file-path": "a", "template-file-path": "b"},
        ),
        [((*ACTION, "service-catalog", "template-file-path"), True, "conflicting-keys")],
    ),
    (
        "two targets of a notification",
        spec(
            notifications=[
                {"notify": "A", "events": ["pipeline-failed"], "chatbot-arn": "a", "topic-arn": "b"}
            ]
        ),
        [(("notifications", 0, "topic-arn"), True, "conflicting-keys")],
    ),
    # secret-as-text
    (
        "a secret as text",
        body("alexa", ALEXA | {"client-secret": "hunter2"}),
        [((*ACTION, "alexa", "client-secret"), False, "secret-as-text")],
    ),
    (
        "a secret in a map of another form",
        body("alexa", ALEXA | {"client-secret": "${secret:alexa}"}),
        [((*ACTION, "alexa", "client-secret"), False, "secret-as-text")],
    ),
    (
        "a secret as number",
        body("alexa", ALEXA | {"client-secret": 12345}),
        [((*ACTION, "alexa", "client-secret"), False, "wrong-type")],
    ),
]


@pytest.mark.parametrize(
    ("data", "expected"), [case[1:] for case in PLACES], ids=[case[0] for case in PLACES]
)
def test_each_fault_is_found_once_at_its_place(data: Any, expected: list[Any]) -> None:
    """Rule, place and key are the contract; every finding is an error."""
    found = check_spec(data)
    assert sorted(short(found), key=str) == sorted(expected, key=str)
    assert {diagnostic.severity for diagnostic in found} <= {Severity.ERROR}


WORDS = [
    # unknown-key: the most probable meaning first
    (
        body("codedeploy", {"application-name": "a", "deployment-group": "b"}),
        "unknown key 'deployment-group'; did you mean 'deployment-group-name'?",
    ),
    (
        source({"codecommit": {"RepositoryName": "a"}}),
        "unknown key 'RepositoryName'; did you mean 'repository-name'?",
    ),
    (action({"codebuild": {}, "input_artifacts": []}), "did you mean 'input-artifacts'?"),
    (
        action({"codebuild": {}, "input-artifacts": ["a"], "InputArtifacts": []}),
        "'input-artifacts' is already written here",
    ),
    (
        body("cfn-deploy", {"stack-name": "a", "template-path": "A::b", "role": "c"}),
        "did you mean 'role-arn'?",
    ),
    (stage({"stage": "A", "when": [], "actions": [{"approval": {}}]}), "here it is 'only'"),
    (
        stage({"stage": "A", "name": "B", "actions": [{"approval": {}}]}),
        "here it is 'stage'; that is already written here",
    ),
    (action({"codebuild": {}, "runOrder": 2}), "the order is the order of the list"),
    (action({"codebuild": {}, "depends_on": []}), "stands under one 'parallel'"),
    (action({"script": []}), "shell lines stand inside a provider: commands: {run: […]}"),
    (action({"ActionTypeId": {}}), "the provider is a key of the action"),
    (action({"Build": {"codebuild": {}}}), "names are values here: action: Build"),
    (body("codebuild", {"only": []}), "it belongs to the action, outside 'codebuild'"),
    (body("codebuild", {"source-stage": "a"}), "it belongs to the top level, outside 'codebuild'"),
    (
        body(
            "codebuild",
            {
                "vpc": {
                    "id": "a",
                    "subnets": ["b"],
                    "security-groups": ["c"],
                    "privileged-mode": True,
                }
            },
        ),
        "it belongs to 'codebuild', outside 'vpc'",
    ),
    (action({"codebuild": {}, "buildspec": "a"}), "it belongs inside 'codebuild'"),
    (action({"custom-data": "a"}), "it belongs inside 'approval'"),
    (action({"approval": {}, "vpc": {}}), "it belongs inside 'codebuild' or 'codebuild-test'"),
    (
        action({"approval": {}, "stack-name": "a"}),
        "it belongs inside the provider, such as 'cfn-deploy'",
    ),
    (body("approval", {"extract": True}), "it is a key of 's3'"),
    (body("approval", {"phases": {}}), "it is a key of a project, 'codebuild' or 'codebuild-test'"),
    (body("approval", {"patch": {}}), "it belongs to the action, outside 'approval'"),
    (
        body("approval", {"project-name": "a"}),
        "it is a key of 'codebuild', 'codebuild-test' or 'jenkins' …",
    ),
    (
        spec(branches=[{"branch": "main", "lifecycle": {"zzz": 1, "max-pipelines": 2}}]),
        "expected one of: delete-with-branch, expire-after-days, cleanup-stacks",
    ),
    # missing-key
    (source({"codecommit": {}}), "'repository-name' is required here (Source/AWS/CodeCommit/1)"),
    (
        body("s3", {"bucket-name": "a", "extract": False}),
        "'object-key' is required with extract: false (Deploy/AWS/S3/1)",
    ),
    (
        body("ec2", EC2 | {"target-directory": "a"}),
        "'post-script' is required with 'target-directory' (Deploy/AWS/EC2/1)",
    ),
    (body("ec2", EC2), "'deploy-spec' or 'target-directory' is required here (Deploy/AWS/EC2/1)"),
    (body("jenkins", {}), "'project-name' and 'provider' are required here"),
    (
        stage({"actions": [{"approval": {}}]}),
        "'stage' is required here; it is the name of the stage",
    ),
    (stage({}), "'stage' and 'actions' are required here"),
    ({}, "'pipeline', 'branches', 'sources' and 'stages' are required here"),
    # wrong-type
    (["a"], 'expected a map (key: value), found ["a"]'),
    (
        action({"codebuild": {}, "only": "main"}),
        'expected a list ([a, b]), found "main"; put it in brackets, [main]',
    ),
    (action({"codebuild": {}, "only": "a b"}), 'put it in brackets, ["a b"]'),
    (action({"codebuild": {}, "only": "x" * 50}), "put it in brackets, […]"),
    (spec(artifact_store={"read-accounts": 222222222222}), 'put it in brackets, ["222222222222"]'),
    (
        body("cfn-deploy", {"capabilities": "CAPABILITY_IAM"}),
        "put it in brackets, [CAPABILITY_IAM]",
    ),
    (
        body("cfn-deploy", {"capabilities": "CAPABILITY_IAM, CAPABILITY_NAMED_IAM"}),
        "put it in brackets, [CAPABILITY_IAM, CAPABILITY_NAMED_IAM]",
    ),
    (
        body("codebuild", {"phases": {"build": {"commands": ["make"]}}}),
        "found {commands: …}; write the list itself, without 'commands'",
    ),
    (body("codebuild", "Builder"), "an existing project is project-name: Builder"),
    (
        body("codebuild", {"env": [{"name": "A", "value": "b"}]}),
        "found a list; write name: value, without dashes",
    ),
    (body("codebuild", {"env": ["A=b"]}), "found a list; write name: value, without dashes"),
    (
        spec(artifact_store={"read-accounts": [222222222222]}),
        "expected text, found 222222222222; quote it",
    ),
    (spec(branches="main"), 'found "main"; write - branch: main'),
    (spec(branches=["main"]), 'found "main"; write branch: main'),
    (spec(sources="x"), 'expected a list ([a, b]), found "x"'),
    (spec(stages={"stage": "A"}), "begin each entry with a dash: - stage: …"),
    (spec(stages={"Build": {}}), "found {Build: …}; names are values here: - stage: Build"),
    (spec(branches={}), "expected a list ([a, b]), found {}"),
    (body("commands", {"run": {"a": 1}}), "expected a list ([a, b]), found {a: …}"),
    (spec(stages=None), "found null; nothing is written after 'stages'"),
    (spec(stages=[None]), "expected a map (key: value), found null"),
    (action({"approval": None}), "nothing is written after 'approval'; write {}"),
    (action({"eks": None}), "nothing is written after 'eks'; it needs 'cluster-name'"),
    (action({"approval": True}), "found true; write approval: {}"),
    (action({"approval": 1}), "expected a map (key: value), found 1"),
    (action("codebuild"), "write codebuild: {}"),
    (action("zzz"), 'expected a map (key: value), found "zzz"'),
    (body("commands", ["npm test"]), "found [\"npm test\"]; it needs 'run'"),
    (body("codebuild", [{"image": "a"}]), "found [{…}]; write the map itself, without the dash"),
    (
        body("codebuild", {"runtime-versions": ["a", [], [1]]}),
        'found ["a", [], […]]; write name: value, without dashes',
    ),
    (body("codebuild", {"buildspec": ["a"]}), "take it out of the brackets"),
    (body("codebuild", {"buildspec": ["a", "b"]}), "only one text fits here"),
    (
        body("codebuild", {"image": {"Ref": "X"}}),
        "references are text: ${param:X}, ${resource:X} or ${expr:X}",
    ),
    (body("codebuild", {"image": {"Fn::Sub": "X"}}), "references are text"),
    (body("codebuild", {"image": {"a": "X"}}), "expected text, found {a: …}"),
    (body("codebuild", {"image": 5}), "expected text, found 5; quote it"),
    (body("codebuild", {"image": 1.5}), "expected text, found 1.5; quote it"),
    (
        body("codebuild", {"privileged-mode": "true"}),
        'expected true or false, found "true"; take the quotes off',
    ),
    (body("codebuild", {"privileged-mode": "Yes"}), "write true"),
    (body("codebuild", {"privileged-mode": 0}), "write false"),
    (body("codebuild", {"privileged-mode": "maybe"}), 'expected true or false, found "maybe"'),
    (body("codebuild", {"privileged-mode": []}), "expected true or false, found []"),
    (
        body("codebuild", {"timeout-in-minutes": "30"}),
        'expected a whole number, found "30"; take the quotes off',
    ),
    (body("codebuild", {"timeout-in-minutes": "soon"}), 'expected a whole number, found "soon"'),
    (spec(pipeline_type=2), "expected one of: V1, V2, found 2"),
    (spec(version="1"), 'expected 1, found "1"; take the quotes off'),
    # unknown-value
    (
        source({"ecr": {"repository-name": "a", "detection": "polling"}}),
        "'polling' is not a value of 'detection'; expected one of: eventbridge, none",
    ),
    (
        spec(execution_mode="queued"),
        "'queued' is not a value of 'execution-mode'; did you mean 'QUEUED'?",
    ),
    (
        spec(execution_mode="q" * 100),
        f"'{'q' * 59}…' is not a value of 'execution-mode'; expected one of: QUEUED",
    ),
    (
        body("cfn-deploy", {"capabilities": ["IAM"]}),
        "'IAM' is not a value of 'capabilities'; expected one of: CAPABILITY_IAM",
    ),
    (
        body("codebuild", {"log-retention-days": 8}),
        "'8' is not a value of 'log-retention-days'; expected one of: 1, 3, 5",
    ),
    (spec(version=2), "'2' is not a value of 'version'; expected 1"),
    (spec(artifact_store={"shared": False}), "write shared: true, or leave the key out"),
    # bad-format and the others
    (spec(account="12"), "\"12\" does not fit 'account'; an account id is 12 digits in quotes"),
    (
        spec(values={"a b": "x"}),
        "'a b' cannot be a name here; a letter, then letters, digits and '-', at most 40",
    ),
    (spec(targets={"a b": {}}), "letters, digits and '-', at most 40 characters"),
    (
        spec(artifact_store={"regions": {"eu": {}}}),
        "'eu' cannot be a name here; a region looks like eu-west-1",
    ),
    (
        body("codebuild", {"exported-variables": ["1A"]}),
        "does not fit 'exported-variables'; a letter or '_', then letters, digits and '_'",
    ),
    (spec(branches=[{"branch": ""}]), "'branch' has an empty text"),
    (spec(values={"a": "x" * 1001}), "1001 characters; at most 1000"),
    (
        action({"approval": {}, "timeout-in-minutes": 4}),
        "4 is below the least value 5; write a number from 5 to 86400",
    ),
    (
        action({"approval": {}, "timeout-in-minutes": 86401}),
        "86401 is above the greatest value 86400",
    ),
    (spec(artifact_store={"expire-after-days": 0}), "0 is below the least value 1"),
    (spec(variables=[{"variable": f"V{n}"} for n in range(51)]), "51 entries; at most 50"),
    (
        action({"parallel": [{"approval": {}}]}),
        "1 entry; at least 2; a group is of two actions or more",
    ),
    (spec(variables=[]), "this list is empty; at least 1; write an entry, or leave the key out"),
    (spec(stages=[]), "this list is empty; at least 1"),
    (
        source({"connection": {"push": [{}]}}),
        "this map is empty; expected at least one of: branches, file-paths, tags",
    ),
    (action({"codebuild": {}, "only": ["main", "main"]}), '"main" is written twice; drop one'),
    # providers and conflicts
    (
        action({"approval": {}, "codedeploy": {}}),
        "one action, one provider: 'codedeploy' and 'approval' are both here;"
        " make them two actions",
    ),
    (
        action({"approval": {}, "codebuild": {}, "ecs": {}}),
        "'codebuild', 'ecs' and 'approval' are all here; make them several actions",
    ),
    (action({}), "no provider key; add exactly one of: codebuild, codebuild-test, ecr-build"),
    (
        body("codebuild", {"project-name": "a", "image": "b"}),
        "'image' cannot stand beside 'project-name';"
        " an existing project is used as it is; drop one of the two",
    ),
    (
        body("step-functions", {"state-machine-arn": "a", "input": {}, "input-path": "A::b"}),
        "'input' cannot stand beside 'input-path'; drop one of the two",
    ),
    (
        body("alexa", ALEXA | {"client-secret": "hunter2"}),
        "a secret is never written as text: use ${secret:<Secrets Manager name>:<json key>}",
    ),
    (
        body("alexa", ALEXA | {"client-secret": 12345}),
        "expected text, found a number; a secret is never written as text",
    ),
]


@pytest.mark.parametrize(("data", "words"), WORDS, ids=[case[1][:70] for case in WORDS])
def test_messages_say_what_was_found_and_what_to_write(data: Any, words: str) -> None:
    """One finding of each spec reads like this."""
    lines = [line(found) for found in check_spec(data)]
    exact = [found for found in lines if found == words]
    assert exact or [found for found in lines if words in found], lines


SECRETS = [
    body("alexa", ALEXA | {"client-secret": "hunter2"}),
    body("alexa", ALEXA | {"client-secret": ["hunter2"]}),
    body("alexa", [ALEXA | {"client-secret": "hunter2"}]),
    body("alexa", {"client-secret": {"hunter": "hunter2"}}),
    source({"github-v1": {"owner": "a", "repo": "b", "oauth-token": "hunter2"}}),
    body("codebuild", {"env-secret": "hunter2"}),
    body("codebuild", {"env-secret": ["TOKEN=hunter2"]}),
    body("codebuild", {"env": ["TOKEN=hunter2"]}),
    body("codebuild", {"secrets": "hunter2"}),
    action([{"password": "hunter2"}]),
]


@pytest.mark.parametrize("data", SECRETS, ids=lambda data: json.dumps(data["stages"])[25:95])
def test_no_message_shows_a_secret(data: Any) -> None:
    """Neither at a key of type Secret nor where a key's name or the form suggests one."""
    found = check_spec(data)
    assert found
    assert "hunter2" not in " ".join(line(diagnostic) for diagnostic in found)


def test_hostile_text_is_escaped_and_cut() -> None:
    """Control and bidi characters of keys and values never reach a message as they are."""
    word = "\x1b[31m\u202e\n\ud800" + "x" * 500
    found = check_spec(
        action({word: 1, "codebuild": {"image": [word], "cache": word}, "only": word})
        | {word: {}, "pipeline-type": word, "values": {word: "a"}, "artifact-store": {word: word}}
    )
    assert len(found) == 8
    for diagnostic in found:
        assert line(diagnostic).isprintable()
        assert len(line(diagnostic)) < 500


def test_a_repeated_item_names_the_first() -> None:
    """The second place of a duplicate is the item that it repeats."""
    (found,) = check_spec(action({"codebuild": {}, "only": ["a", "main", "main"]}))
    assert [(note.at, note.message) for note in found.notes] == [
        ((*ACTION, "only", 1), "first written here")
    ]


# Every map of the schema, with the smallest data that fits it.

SAMPLES = (
    *("Main", "111111111111", "eu-west-1", "A::b", "A::b.json::k", TEXT, "Stage/Action"),
    *("prod-a1", "AllAtOnce", ">=1.0", "a@b.c", "s3:GetObject"),
)


def plain(node: Any) -> Any:
    """Follow references and wrappers."""
    while "type" not in node and "properties" not in node:
        if "$ref" in node:
            node = DEFINITIONS[node["$ref"].rpartition("/")[2]]
        elif "allOf" in node:
            node = node["allOf"][0]
        elif "if" in node:
            node = node["else"]
        else:
            break
    return node


def exemplar(node: Any) -> Any:
    """Return the smallest data that fits a part of the schema."""
    node = plain(node)
    if "const" in node or "enum" in node:
        return node.get("const", node.get("enum", [None])[0])
    if node["type"] == "object":
        return _exemplary_map(node)
    if node["type"] == "array":
        return [exemplar(node["items"]) for _ in range(node.get("minItems", 0))]
    if node["type"] == "string":
        return next(text for text in SAMPLES if re.search(node.get("pattern", ""), text))
    return node.get("minimum", 1) if node["type"] == "integer" else True


def _exemplary_map(node: Any) -> dict[str, Any]:
    known = node.get("properties", {})
    choices = [node["oneOf"]] if "oneOf" in node else []
    choices += [part["anyOf"] for part in node.get("allOf", ()) if "anyOf" in part]
    keys = [
        *node.get("required", ()),
        *(key for choice in choices for key in choice[0]["required"]),
    ]
    if not keys and "minProperties" in node:
        keys = list(known)[:1]
    data = {key: exemplar(known[key]) for key in keys}
    for part in node.get("allOf", ()):
        asked = part.get("if", {}).get("required", ["?"])
        values = part.get("if", {}).get("properties", {})
        if all(key in data for key in asked) and all(
            data[key] == wanted["const"] for key, wanted in values.items()
        ):
            more = part["then"].get("required", ())
            data |= {key: exemplar(known[key]) for key in more}
    return data


def maps(node: Any, trail: str) -> Iterator[tuple[str, Any]]:
    """Yield every map with keys of its own below a part of the schema, references excepted."""
    if "properties" in node and "type" in node:
        yield trail, node
    for key, below in node.get("properties", {}).items():
        yield from maps(below, f"{trail}.{key}")
    for key in ("items", "additionalProperties"):
        if isinstance(node.get(key), dict):
            yield from maps(node[key], f"{trail}[]")


MAPS = dict(
    [
        *maps(SCHEMA, "spec"),
        *(found for name in DEFINITIONS for found in maps(DEFINITIONS[name], name)),
    ]
)
REQUIRED = [(name, key) for name, node in MAPS.items() for key in node.get("required", ())]
OPTIONAL = [(name, key) for name, node in MAPS.items() for key in node["properties"]]


def alone(name: str) -> Any:
    """Return a part of the schema as a schema of its own."""
    return MAPS[name] | {"definitions": DEFINITIONS}


@pytest.mark.parametrize("name", MAPS)
def test_a_key_that_no_map_knows_is_one_finding(name: str) -> None:
    """The smallest map has no fault; with junk in it, exactly one."""
    data = exemplar(MAPS[name])
    assert check(data, alone(name)) == ()
    junk = check(data | {"zzz-junk": 1}, alone(name))
    assert short(junk) == [(("zzz-junk",), True, "unknown-key")]


@pytest.mark.parametrize(("name", "key"), REQUIRED)
def test_a_required_key_that_is_missing_is_one_finding(name: str, key: str) -> None:
    """It names the key and stands at the map."""
    data = exemplar(MAPS[name])
    del data[key]
    (found,) = check(data, alone(name))
    assert short((found,)) == [((), False, "missing-key")]
    assert f"'{key}'" in found.message


@pytest.mark.parametrize(("name", "key"), OPTIONAL)
def test_wrong_values_of_every_key_are_told_in_our_words(name: str, key: str) -> None:
    """Whatever stands there: known rules, places that exist, no jargon, no full stop."""
    for wrong in (None, 5.5, "\u202e", ["a"], {"a": "b"}):
        data = exemplar(MAPS[name]) | {key: wrong}
        found = check(data, alone(name))
        assert bool(found) == (not fits_plainly(data, alone(name)))
        assert_sound(found, data)


def assert_sound(found: tuple[Diagnostic, ...], data: Any) -> None:
    """Check what holds for all findings: one of a rule at a place, and each well said."""
    assert len({(diagnostic.at, diagnostic.rule) for diagnostic in found}) == len(found)
    for diagnostic in found:
        node = data
        assert isinstance(diagnostic.at, tuple)
        for step in diagnostic.at:
            node = node[step]
        assert diagnostic.rule in RULES
        for sentence in filter(None, (diagnostic.message, diagnostic.hint)):
            assert sentence.isprintable()
            assert not JARGON.search(sentence)
            assert not sentence.endswith(".")
            assert not sentence[0].isupper()


def fits_plainly(data: Any, schema: Any) -> bool:
    """Tell what a plain validator says."""
    from jsonschema import Draft7Validator

    return bool(Draft7Validator(schema).is_valid(data))


SCALARS = st.sampled_from([None, True, False, 0, 1, 6, 10**30, "", "main", "a b", "V2", TEXT])
JUNK = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["stage", "only", "codebuild", "run", "a b"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)
KEYS = sorted({key for node in MAPS.values() for key in node["properties"]})


def places(data: Any, at: Pointer = ()) -> Iterator[Pointer]:
    """Yield the pointer of every node."""
    yield at
    items = (
        data.items()
        if isinstance(data, dict)
        else enumerate(data)
        if isinstance(data, list)
        else ()
    )
    for step, below in items:
        yield from places(below, (*at, step))


@given(st.data())
def test_the_verdict_is_that_of_a_plain_validator(draw: st.DataObject) -> None:
    """A spec with some nodes replaced has findings exactly if it does not fit the schema."""
    providers = DEFINITIONS["Action"]["x-exactly-one"]
    name = draw.draw(st.sampled_from(providers))
    data = action({name: exemplar(DEFINITIONS["Action"]["properties"][name]), "only": ["main"]})
    for _ in range(draw.draw(st.integers(0, 3))):
        *around, last = draw.draw(st.sampled_from([at for at in places(data) if at]))
        node: Any = data
        for step in around:
            node = node[step]
        if isinstance(node, dict) and draw.draw(st.booleans()):
            last = draw.draw(st.sampled_from([*KEYS, "zzz", "", "Name"]))
        node[last] = deepcopy(draw.draw(JUNK))
    found = check_spec(data)
    assert bool(found) == (not fits_plainly(data, SCHEMA))
    assert_sound(found, data)


# Forms of the schema that the published one does not use, or does not use any more.

LETTERS = {"type": "object", "additionalProperties": False}
NAMES = {name: {"type": "string"} for name in "abcd"}


def letters(**keywords: Any) -> dict[str, Any]:
    """Return the schema of a map with the keys a, b, c, d."""
    return LETTERS | {"properties": NAMES} | keywords


OTHER_SCHEMAS = [
    (
        "a dependency forbids a key",
        letters(dependencies={"a": {"properties": {"b": False}}}),
        {"a": "", "b": ""},
        [(("b",), True, "conflicting-keys")],
        "'b' cannot stand beside 'a'",
    ),
    (
        "a dependency asks for keys",
        letters(dependencies={"a": ["b", "c"]}),
        {"a": "", "c": ""},
        [((), False, "missing-key")],
        "'b' is required with 'a'",
    ),
    (
        "a dependency on a key that is not there",
        letters(dependencies={"a": ["b"]}),
        {"b": ""},
        [],
        None,
    ),
    (
        "two keys that forbid each other are one conflict",
        letters(
            dependencies={"a": {"properties": {"b": False}}, "b": {"properties": {"a": False}}}
        ),
        {"a": "", "b": ""},
        [(("b",), True, "conflicting-keys")],
        "'b' cannot stand beside 'a'",
    ),
    (
        "a key that may never stand",
        letters(allOf=[{"properties": {"a": False}}]),
        {"a": ""},
        [(("a",), True, "conflicting-keys")],
        "'a' cannot stand here",
    ),
    (
        "a key forbidden by a value",
        letters(
            allOf=[
                {
                    "if": {"required": ["a"], "properties": {"a": {"const": "x"}}},
                    "then": {"properties": {"b": False}},
                }
            ]
        ),
        {"a": "x", "b": ""},
        [(("b",), True, "conflicting-keys")],
        "'b' cannot stand beside a: x",
    ),
    (
        "a key required without another",
        letters(allOf=[{"if": {"not": {"required": ["a"]}}, "then": {"required": ["b"]}}]),
        {},
        [((), False, "missing-key")],
        "'b' is required without 'a'",
    ),
    (
        "a key required otherwise",
        letters(allOf=[{"if": {"required": ["a"]}, "else": {"required": ["b"]}}]),
        {},
        [((), False, "missing-key")],
        "'b' is required here",
    ),
    (
        "conditions of two kinds are one finding",
        letters(required=["a"], allOf=[{"if": {"required": ["c"]}, "then": {"required": ["b"]}}]),
        {"c": ""},
        [((), False, "missing-key")],
        "'a' is required here; 'b' is required with 'c'",
    ),
    (
        "a form half written",
        letters(oneOf=[{"required": ["a"]}, {"required": ["b", "c"]}]),
        {"b": ""},
        [((), False, "missing-key")],
        "'c' is required with 'b'",
    ),
    (
        "no form begun",
        letters(anyOf=[{"required": ["a"]}, {"required": ["b", "c"]}]),
        {"d": ""},
        [((), False, "missing-key")],
        "one of these is required here: 'a'; or 'b' and 'c'",
    ),
    (
        "two forms at once",
        letters(oneOf=[{"required": ["a"]}, {"required": ["b", "c"]}]),
        {"c": "", "a": "", "b": ""},
        [(("a",), True, "conflicting-keys")],
        "'a' cannot stand beside 'c'",
    ),
    (
        "two forms, one inside the other",
        letters(oneOf=[{"required": ["a"]}, {"required": ["a", "b"]}]),
        {"b": "", "a": ""},
        [(("a",), True, "conflicting-keys")],
        "'a' cannot stand beside 'b'",
    ),
    (
        "a choice that is not of keys",
        letters(oneOf=[{"required": ["a"]}, {"minProperties": 2}]),
        {},
        [((), False, "conflicting-keys")],
        "these keys do not fit together",
    ),
    (
        "a choice for what is no map",
        {"properties": {"a": letters(oneOf=[{"required": ["a"]}])}, "type": "object"},
        {"a": 1},
        [(("a",), False, "wrong-type")],
        "expected a map",
    ),
    (
        "names by propertyNames",
        {"type": "object", "propertyNames": {"pattern": "^[a-z]+$"}},
        {"a b": 1},
        [(("a b",), True, "bad-format")],
        "'a b' cannot be a name here; small letters",
    ),
    (
        "names by a pattern without words",
        LETTERS | {"patternProperties": {"^(a|b)\\$$": {}}},
        {"a": 1},
        [(("a",), True, "bad-format")],
        "'a' cannot be a name here",
    ),
    (
        "a map of two types",
        {"type": ["object", "null"]},
        5,
        [((), False, "wrong-type")],
        "expected a map (key: value) or null, found 5",
    ),
    (
        "a keyword without words of its own",
        {"type": "object", "properties": {"a": {"multipleOf": 2, "errorMessage": "even"}}},
        {"a": 3},
        [(("a",), False, "bad-format")],
        "3 does not fit 'a'; even",
    ),
    (
        "such a keyword at the root",
        {"not": {"type": "string"}},
        "a",
        [((), False, "bad-format")],
        '"a" does not fit',
    ),
    (
        "an item that may not stand",
        {"type": "array", "items": False},
        ["a"],
        [((), False, "bad-format")],
        '"a" does not fit',
    ),
    (
        "an empty map that may have any keys",
        {"type": "object", "minProperties": 1},
        {},
        [((), False, "wrong-count")],
        "this map is empty",
    ),
    (
        "a text that is too short",
        {"type": "string", "minLength": 3},
        "ab",
        [((), False, "bad-format")],
        "2 characters; at least 3",
    ),
    (
        "a secret without a message",
        {"type": "string", "pattern": "^\\$\\{secret:a\\}$"},
        "hunter2",
        [((), False, "secret-as-text")],
        "a secret is never written as text",
    ),
    (
        "two providers of something without a name",
        {
            "type": "object",
            "properties": {"a": {"type": "object"}, "b": {"type": "object"}},
            "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
        },
        {"a": {}, "b": {}},
        [((), False, "two-providers")],
        "one map, one provider: 'a' and 'b' are both here; make them two maps",
    ),
    (
        "keywords for other types pass",
        {
            "pattern": "a",
            "required": ["a"],
            "properties": {},
            "patternProperties": {"a": {}},
            "additionalProperties": False,
            "dependencies": {"a": ["b"]},
            "uniqueItems": True,
            "oneOf": [{"required": ["a"]}],
        },
        5,
        [],
        None,
    ),
    ("a list that need not be a set", {"uniqueItems": False}, ["a", "a"], [], None),
    (
        "values of any key are checked",
        {"type": "object", "additionalProperties": {"type": "string"}},
        {"a": 1},
        [(("a",), False, "wrong-type")],
        "expected text, found 1; quote it",
    ),
]


@pytest.mark.parametrize(
    ("schema", "data", "expected", "words"),
    [case[1:] for case in OTHER_SCHEMAS],
    ids=[case[0] for case in OTHER_SCHEMAS],
)
def test_other_forms_of_a_schema_are_understood(
    schema: Any, data: Any, expected: list[Any], words: str | None
) -> None:
    """The translation knows the keywords of draft-07, not only those in use today."""
    found = check(data, schema)
    assert short(found) == expected
    assert [
        line(diagnostic) for diagnostic in found if words and words in line(diagnostic)
    ] or not words


# Habits from other systems.

LEVELS = {
    "spec": MAPS["spec"],
    "stage": MAPS["Stage"],
    "group": MAPS["Group"],
    "action": MAPS["Action"],
    "source": MAPS["Source"],
    "branch rule": MAPS["Branch"],
    "stage rule": MAPS["Check"],
    "condition": MAPS["Stage.on-failure"],
}
BODIES = [MAPS[name] for name in MAPS if name.partition(".")[0] in ("action", "source", "check")]


@pytest.mark.parametrize(
    ("row", "words", "advice"), ROWS, ids=[f"{row[0]}: {row[1]}" for row in ROWS]
)
def test_advice_names_keys_that_exist_and_words_that_do_not(
    row: str, words: str, advice: Any
) -> None:
    """Each word is unknown, and each key that it stands for known, in one map of its level."""
    nodes = {"any": [*LEVELS.values(), *BODIES], "body": BODIES}.get(row) or [LEVELS[row]]
    for word in words.split():
        fitting = [
            node["properties"]
            for node in nodes
            if word not in node["properties"] and set(advice.keys) <= set(node["properties"])
        ]
        assert fitting, word


@pytest.mark.parametrize(
    ("row", "words", "advice"), ROWS, ids=[f"{row[0]}: {row[1]}" for row in ROWS]
)
def test_no_advice_is_hidden_by_an_earlier_row(row: str, words: str, advice: Any) -> None:
    """Each word of a row gets its advice in a map that knows just the keys of the advice."""
    for word in words.split():
        known = frozenset(advice.keys)
        assert habit(word, levels=(row,), known=known) == advice, word


# Time and memory.

LONG = "x" * 500_000
HOSTILE = [
    ("20,000 wrong items", action({"codebuild": {}, "only": [5] * 20_000})),
    (
        "20,000 wrong values of a map",
        body("codebuild", {"env": {str(n): n for n in range(20_000)}}),
    ),
    ("20,000 unknown keys", body("codebuild", {f"build-spec-{n}": 1 for n in range(20_000)})),
    ("20,000 actions without a provider", stage({"stage": "A", "actions": [{}] * 20_000})),
    ("a list of 90,000 aliases of one long text for a text", spec(pipeline=[LONG] * 90_000)),
    ("a list of 90,000 aliases that is too long", spec(variables=[LONG] * 90_000)),
    (
        "90,000 aliases of one long text with a pattern",
        action({"codebuild": {}, "input-artifacts": [LONG] * 90_000}),
    ),
    (
        "90,000 aliases that may not stand there",
        body("codebuild", {"project-name": "a", "files": [LONG] * 90_000}),
    ),
    (
        "a long word for a choice, 20,000 times",
        body("cfn-deploy", {"capabilities": [LONG] * 20_000}),
    ),
    (
        "a long unknown key, 1,000 times",
        stage({"stage": "A", "actions": [{"approval": {}, LONG: 1}] * 1000}),
    ),
    ("a set of 50,000 maps", action({"codebuild": {}, "only": [{"a": 1}] * 50_000})),
    (
        "a set of 50,000 things that cannot be ordered",
        action({"codebuild": {}, "only": [1, "a", None] * 20_000}),
    ),
    (
        "text that makes a pattern backtrack",
        stage(
            {
                "stage": "A",
                "actions": [
                    {"service-catalog": {"product-id": "${" * 490 + f"\n{n}"}} for n in range(500)
                ],
            }
        ),
    ),
]


@pytest.mark.parametrize("data", [case[1] for case in HOSTILE], ids=[case[0] for case in HOSTILE])
def test_hostile_data_costs_neither_time_nor_memory(data: Any) -> None:
    """The findings are bounded; without the bounds, these take minutes or gigabytes."""
    found = check_spec(data)
    assert 0 < len(found) <= MOST_FAULTS
    assert max(len(line(diagnostic)) for diagnostic in found) < 1000


def test_the_first_findings_do_not_depend_on_the_hash_seed() -> None:
    """Of too many faults the same ones are told in every run."""
    program = (
        "import json, sys; from pipelinegen.schema import check;"
        "data = {'env': {f'N{n}': n for n in range(3000)}};"
        "schema = {'properties': {'env': {'additionalProperties': {'type': 'string'}}}};"
        "print([found.at for found in check(data, schema)])"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


def test_the_validator_is_loaded_only_when_a_spec_is_checked() -> None:
    """`--help` must not pay for it."""
    program = "import sys, pipelinegen.schema; print('jsonschema' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True
    )
    assert done.stdout.split() == [b"False"]
