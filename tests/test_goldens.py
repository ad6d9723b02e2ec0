"""Complete specs and the templates they become, held against cfn-lint and AWS's own rules."""

from __future__ import annotations

import copy
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pipelinegen import __version__
from pipelinegen.compiler import Compilation, compile_spec
from pipelinegen.diagnostics import Severity
from pipelinegen.dump import to_json
from pipelinegen.names import branch_slug
from pipelinegen.specialise import specialise
from tests import rights
from tests.soundness import dangling, structure_faults, wide_rights

JSON = Any

CASES = sorted((Path(__file__).parent / "cases" / "ok").glob("*.yaml"))
BRANCH = "feature/Login_2"

# Rights on '*' for actions that know a resource, and why they are not narrower.
EXCUSED = {
    # The guide grants it on '*'; a resource came to the authorization reference years later.
    # https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECS.html
    "ecs:RegisterTaskDefinition": "cases that deploy to ECS",
    # AWS publishes no smaller set of rights.
    # https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Beanstalk.html
    **dict.fromkeys(
        [
            f"{service}:*"
            for service in (
                "autoscaling",
                "cloudformation",
                "cloudwatch",
                "ec2",
                "ecs",
                "elasticbeanstalk",
                "elasticloadbalancing",
                "rds",
                "s3",
                "sns",
                "sqs",
            )
        ],
        "11-mixed-deploys, which gives Beanstalk no role of its own",
    ),
    # The guides of CodeBuild and CodePipeline grant these on '*': the interface does not exist yet.
    # https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-iam-identity-based-access-control.html
    "ec2:CreateNetworkInterface": "builds in a VPC",
    "ec2:CreateNetworkInterfacePermission": "EKS",
    "ec2:DeleteNetworkInterface": "builds in a VPC",
}
# The service was renamed, and IAM still checks either name whatever the prefix of the ARN.
# https://docs.aws.amazon.com/dtconsole/latest/userguide/rename.html
UNDER_BOTH_NAMES = re.compile(r"(codeconnections|codestar-connections):UseConnection takes no ")

every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)


@cache
def compiled(case: Path) -> Compilation:
    return compile_spec(case.name, case.read_bytes())


@cache
def resolved(case: Path) -> dict[str, JSON]:
    """Return branch rule id → the template of a branch of it, nothing left to decide."""
    compilation = compiled(case)
    assert compilation.template is not None
    assert compilation.spec is not None
    branch = {"BranchName": BRANCH, "BranchSlug": branch_slug(BRANCH)}
    return {
        rule.id: specialise(
            compilation.template.body, branch | {"BranchRule": rule.id}, drop_unused=True
        )
        for rule in compilation.spec.branch_rules
    }


def generated(template: JSON) -> JSON:
    """Return the template without the rights that its spec writes out itself."""
    left = copy.deepcopy(template)
    for resource in left["Resources"].values():
        for policy in resource.get("Properties", {}).get("Policies", []):
            document = policy["PolicyDocument"]
            document["Statement"] = [
                statement
                for statement in document["Statement"]
                if not re.search(r"Permission\d+$", statement["Sid"])
            ]
    return left


@every_case
def test_a_spec_compiles_without_an_error(case: Path) -> None:
    found = compiled(case).diagnostics
    assert [one for one in found if one.severity is Severity.ERROR] == []


@every_case
def test_a_spec_becomes_the_template_beside_it(case: Path, update: bool) -> None:
    """Compared as parsed documents; the version of the tool is left out, for it changes often."""
    template = compiled(case).template
    assert template is not None
    golden = case.with_suffix(".template.json")
    made = copy.deepcopy(template.body)
    assert made["Metadata"]["pipelinegen"].pop("tool-version") == __version__
    if update:
        golden.write_text(to_json(made), encoding="utf-8")
    assert json.loads(golden.read_text(encoding="utf-8")) == made


def test_every_golden_has_its_spec() -> None:
    goldens = {path.name.removesuffix(".template.json") for path in CASES[0].parent.glob("*.json")}
    assert goldens == {case.stem for case in CASES}


@every_case
def test_a_template_is_sound_for_every_branch_rule(case: Path) -> None:
    """Nothing dangles and the pipeline is one that CodePipeline takes."""
    for template in resolved(case).values():
        assert dangling(template) == []
        assert structure_faults(template) == []
        assert "BranchRules" not in template.get("Mappings", {})


@every_case
def test_no_role_may_do_more_than_its_actions_need(case: Path) -> None:
    """A right on '*' is one that knows no resource, or is excused above with a reason."""
    for template in resolved(case).values():
        ours = generated(template)
        wide = {*wide_rights(ours), *rights.unscoped(ours)}
        assert {one for one in wide if one.partition(": ")[2] not in EXCUSED} == set()


def test_every_excuse_is_used() -> None:
    used = {
        one.partition(": ")[2]
        for case in CASES
        for template in resolved(case).values()
        for one in rights.unscoped(generated(template))
    }
    assert used == set(EXCUSED)


@every_case
def test_iam_knows_every_right(case: Path) -> None:
    """Each action exists, and takes the resource that it stands beside."""
    for template in resolved(case).values():
        bound = specialise(template, rights.BINDINGS)
        found = rights.faults(bound)
        assert [fault for fault in found if not UNDER_BOTH_NAMES.search(fault)] == []


@cache
def _rules() -> tuple[Any, Any]:
    from cfnlint.config import ConfigMixIn
    from cfnlint.runner import Runner

    config = ConfigMixIn(regions=["eu-west-1", "us-east-1"])
    return config, Runner(config).rules


def cfn_lint(template: JSON) -> list[str]:
    """Return what cfn-lint has to say, rule id first; its rules are loaded once."""
    from cfnlint.decode.decode import decode_str
    from cfnlint.runner import run_template_by_data

    config, rules = _rules()
    decoded, faults = decode_str(json.dumps(template))
    assert faults == []
    return [
        f"{match.rule.id} {'/'.join(map(str, match.path))}: {match.message}"
        for match in run_template_by_data(decoded, config, rules)
    ]


@every_case
def test_cfn_lint_finds_no_error(case: Path) -> None:
    """Nor a resource that is not there when something that names it is (W1001)."""
    template = compiled(case).template
    assert template is not None
    assert [one for one in cfn_lint(template.body) if one.startswith(("E", "W1001"))] == []


@every_case
def test_cfn_lint_finds_no_error_once_conditions_are_decided(case: Path) -> None:
    for template in resolved(case).values():
        assert [one for one in cfn_lint(template) if one.startswith(("E", "W1001"))] == []


def test_cfn_lint_finds_a_planted_fault() -> None:
    """The linter sees our templates: a misspelt property and a missing resource are found."""
    template = copy.deepcopy(resolved(CASES[0])["main"])
    template["Resources"]["Pipeline"]["Properties"]["Stagess"] = []
    template["Outputs"]["Missing"] = {"Value": {"Ref": "Missing"}}
    found = {one.partition(" ")[0] for one in cfn_lint(template)}
    assert found >= {"E3002", "E6101"}


def test_rights_finds_planted_faults() -> None:
    """The check of rights sees our statements: a wrong name and a wrong resource are found."""
    template = specialise(resolved(CASES[0])["main"], rights.BINDINGS)
    template = copy.deepcopy(template)
    (policy,) = template["Resources"]["PipelineRole"]["Properties"]["Policies"]
    policy["PolicyDocument"]["Statement"] = [
        {"Sid": "A", "Action": ["s3:GetObjekt"], "Resource": ["arn:aws:s3:::bucket/*"]},
        {"Sid": "B", "Action": ["sns:Publish"], "Resource": ["arn:aws:s3:::bucket/*"]},
        {"Sid": "C", "Action": ["s3:GetObject"], "Resource": ["bucket"]},
        {"Sid": "D", "Action": ["s3:GetObject"], "Resource": ["*"]},
    ]
    assert rights.faults(template) == [
        "PipelineRole A: no such action: s3:GetObjekt",
        "PipelineRole B: sns:Publish takes no arn:aws:s3:::bucket/*",
        "PipelineRole C: no ARN: bucket",
        "PipelineRole C: s3:GetObject takes no bucket",
    ]
    assert rights.unscoped(template) == ["PipelineRole: s3:GetObject"]
