"""Changes are read in the order of what they cost, counted once, and no secret is among them."""

from __future__ import annotations

import re

import pytest

from pipelinegen.progress_display.change_set import changes_text, counts
from pipelinegen.progress_display.covering import covered, without_tokens
from pipelinegen.records import PropertyChange, ResourceChange
from tests.progress_values import HOSTILE, VISIBLE

PIPELINE = "AWS::CodePipeline::Pipeline"


def detail(path: str = "/Properties/Name", **fields: str) -> PropertyChange:
    """Return a change of a property."""
    return PropertyChange(path.split("/")[1], path, **fields)


CHANGES = (
    ResourceChange("BuildProject", "AWS::CodeBuild::Project", "Add"),
    ResourceChange(
        "Pipeline",
        PIPELINE,
        "Modify",
        replacement="True",
        details=(
            detail(before="shop", after="shop2", recreation="Always"),
            detail("/Properties/RoleArn", recreation="Conditionally", cause="PipelineRole.Arn"),
            detail("/Properties/RoleArn", recreation="Conditionally", cause="PipelineRole.Arn"),
        ),
    ),
    ResourceChange(
        "PipelineRole",
        "AWS::IAM::Role",
        "Modify",
        replacement="False",
        details=(detail("/Tags/0", after="x"), detail("/Tags/1", before="", after="y")),
    ),
    ResourceChange("ArtifactKey", "AWS::KMS::Key", "Remove", policy_action="Retain"),
    ResourceChange("Topic", "AWS::SNS::Topic", "Modify", replacement="Conditional"),
    ResourceChange("Rule", "AWS::Events::Rule", "Remove", policy_action="Delete"),
    ResourceChange("Outputs", "", "Modify", details=(PropertyChange("Outputs", ""),)),
)

TEXT = """\
replaced or removed:
  ± Pipeline   AWS::CodePipeline::Pipeline   replaced
      Name: shop -> shop2 (replaces)
      RoleArn (may replace, because of PipelineRole.Arn)
  ± Topic   AWS::SNS::Topic   may be replaced
  - Rule   AWS::Events::Rule

who may do what: IAM, KMS and policies of resources:
  - ArtifactKey   AWS::KMS::Key   leaves the stack and stays in AWS
  ~ PipelineRole   AWS::IAM::Role
      Tags/0: (none) -> x
      Tags/1: "" -> y

the rest:
  + BuildProject   AWS::CodeBuild::Project
  ~ Outputs
      Outputs

1 to add, 2 to change, 2 to remove; 1 replaced, 1 may be replaced
"""


def test_text() -> None:
    """What is lost stands first, rights in a block of their own, then the rest."""
    assert changes_text(CHANGES, color=False) == TEXT


def test_colour_adds_nothing_but_escape_codes() -> None:
    """Each colour has a sign."""
    colored = changes_text(CHANGES, color=True)
    assert "\x1b[31m  - Rule\x1b[0m" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == TEXT


@pytest.mark.parametrize(
    ("change", "row", "count"),
    [
        pytest.param(
            ResourceChange("A", PIPELINE, "Import"),
            f"  + A   {PIPELINE}   imported",
            "add",
            id="an import",
        ),
        pytest.param(
            ResourceChange("A", PIPELINE, "Dynamic"),
            f"  ± A   {PIPELINE}   may be replaced",
            "may_replace",
            id="what AWS cannot tell",
        ),
        pytest.param(
            ResourceChange("A", PIPELINE, "Modify", replacement="True"),
            f"  ± A   {PIPELINE}   replaced",
            "replace",
            id="a replacement",
        ),
        pytest.param(
            ResourceChange(
                "A", PIPELINE, "Modify", replacement="True", policy_action="ReplaceAndRetain"
            ),
            f"  ± A   {PIPELINE}   replaced; the old one stays in AWS",
            "replace",
            id="a replacement that keeps the old one",
        ),
        pytest.param(
            ResourceChange(
                "A",
                PIPELINE,
                "Modify",
                replacement="Conditional",
                policy_action="ReplaceAndDelete",
            ),
            f"  ± A   {PIPELINE}   may be replaced",
            "may_replace",
            id="a conditional replacement stays conditional",
        ),
        pytest.param(
            ResourceChange("A", PIPELINE, "Remove", policy_action="Snapshot"),
            f"  - A   {PIPELINE}   a snapshot of it stays",
            "remove",
            id="a removal with a snapshot",
        ),
        pytest.param(
            ResourceChange(HOSTILE, HOSTILE, "Add"),
            f"  + {VISIBLE}   {VISIBLE}",
            "add",
            id="hostile names",
        ),
    ],
)
def test_row(change: ResourceChange, row: str, count: str) -> None:
    """A sign, a name, a type and what becomes of it; it counts once."""
    assert changes_text([change], color=False).splitlines()[1] == row
    assert {name: number for name, number in counts([change]).items() if number} == {count: 1}


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        pytest.param(
            detail(before=f"{'a' * 70}X{'b' * 70}", after=f"{'a' * 70}Y"),
            f"Name: ...{'a' * 20}X{'b' * 39}... -> ...{'a' * 59}Y",
            id="long values are cut around the first difference",
        ),
        pytest.param(
            detail(before="a" * 61),
            f"Name: {'a' * 60}... -> (none)",
            id="a long value that goes is cut at its end",
        ),
        pytest.param(
            detail(before="ab", after="ab"),
            "Name: ab -> ab",
            id="values that AWS shows alike",
        ),
        pytest.param(
            detail(f"/Properties/{HOSTILE}", before=HOSTILE, after="b", cause=HOSTILE),
            f"{VISIBLE}: {VISIBLE} -> b (because of {VISIBLE})",
            id="hostile values",
        ),
        pytest.param(
            detail("/Properties/Configuration/OAuthToken", before="one", after="two"),
            "Configuration/OAuthToken: **** -> ****",
            id="a token is covered",
        ),
        pytest.param(
            detail("/DeletionPolicy", before="Delete", after="Retain"),
            "DeletionPolicy: Delete -> Retain",
            id="an attribute beside the properties keeps its name",
        ),
    ],
)
def test_detail(changed: PropertyChange, line: str) -> None:
    """A property, its value before and after, and what follows from it."""
    change = ResourceChange("A", PIPELINE, "Modify", details=(changed,))
    assert changes_text([change], color=False).splitlines()[2] == f"      {line}"


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param("/A", None, None, id="nothing"),
        pytest.param("/A", "plain", "plain", id="plain text"),
        pytest.param("/A", "5", "5", id="a number"),
        pytest.param("/Configuration/OAuthToken", "x", "****", id="a secret by its name"),
        pytest.param(
            "/Configuration/OAuthToken",
            "{{resolve:secretsmanager:github:SecretString:token}}",
            "{{resolve:secretsmanager:github:SecretString:token}}",
            id="a reference to a secret is none",
        ),
        pytest.param("/Token", '"****"', '"****"', id="covered by AWS"),
        pytest.param("/SecretArn", "x", "x", id="a name about a secret"),
        pytest.param("/A", f"ghp_{'a' * 36}", "****", id="a token by its form"),
        pytest.param(
            "/A",
            '{"Configuration":{"OAuthToken":"x","Repo":"shop"},"RunOrder":1}',
            '{"Configuration": {"OAuthToken": "****", "Repo": "shop"}, "RunOrder": 1}',
            id="a secret within",
        ),
        pytest.param(
            "/A",
            '[{"name":"DB_PASSWORD","value":"x","type":"PLAINTEXT"},{"Name":"A","Value":"y"}]',
            '[{"name": "DB_PASSWORD", "value": "****", "type": "PLAINTEXT"}, '
            '{"Name": "A", "Value": "y"}]',
            id="a variable by its name",
        ),
        pytest.param(
            "/A",
            '{"Token":{"Ref":"GitHubToken"},"Password":"true"}',
            '{"Token":{"Ref":"GitHubToken"},"Password":"true"}',
            id="a reference stays as it was written",
        ),
        pytest.param(
            "/A",
            '{"Branch":"main","OAuthToken":"secr',
            '{"Branch":"main","OAuthToken":"****"',
            id="JSON that was cut off",
        ),
    ],
)
def test_covered(path: str, text: str | None, expected: str | None) -> None:
    """Secrets are covered by their names and forms, references to them stay."""
    assert covered(path, text) == expected


@pytest.mark.parametrize(
    "token",
    [
        f"gho_{'a' * 36}",
        f"github_pat_{'a' * 22}",
        f"glpat-{'a' * 20}",
        "xoxb-1234567890",
        f"AKIA{'A' * 16}",
        "-----BEGIN RSA PRIVATE KEY-----",
    ],
)
def test_tokens(token: str) -> None:
    """What has the form of a secret is covered in any text."""
    assert without_tokens(f"says {token}.") == "says ****."
