"""Names that outlive a release: a change of this table renames resources in running stacks."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelinegen.actions.table import ACTIONS, CHECKS, SOURCES
from pipelinegen.names import (
    BRANCH_NAME_PATTERN,
    BRANCH_SLUG_PATTERN,
    SLUG_LENGTH,
    branch_slug,
    is_usable_branch_name,
    kebab,
    logical_id,
    pascal,
    rule_id,
    stack_name,
)

_BRANCHES = st.text("abcXYZ0189-_./@+=,#%", min_size=1, max_size=60) | st.text(
    min_size=1, max_size=60
)
_NAMES = st.text("abXY01-_.@/ é", max_size=30)

_LONG = "feature/a-branch-with-a-name-that-is-much-too-long"

# https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
_STACK_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,127}")
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html
_LOGICAL_ID = re.compile(r"[A-Za-z0-9]{1,255}")


@pytest.mark.parametrize(
    ("branch", "slug"),
    [
        ("main", "main"),
        ("release-1", "release-1"),
        ("feature/a", "feature-a-951d42"),
        ("feature/A", "feature-a-7b12f8"),
        ("feature-a", "feature-a"),
        ("Main", "main-eb814b"),
        ("a--b", "a-b-90827a"),
        ("a_b", "a-b-648fa9"),
        ("-", "branch-3973e0"),
        ("münchen", "m-nchen-f75c17"),
        ("日本", "branch-cf2abf"),
        ("shop-pipeline", "shop-pipeline-ca658b"),
        (_LONG, "feature-a-branch-with-a-name-that-49656f"),
        ("a" * 40, "a" * 40),
        ("a" * 41, "a" * 33 + "-c0f8bd"),
        ("a" * 32 + "/b", "a" * 32 + "-585060"),
        ("caf\udce9", "caf-dafd66"),
    ],
)
def test_slugs_are_frozen(branch: str, slug: str) -> None:
    """The slug of a branch never changes."""
    assert branch_slug(branch) == slug


@pytest.mark.parametrize(
    ("name", "identity", "pascal_form"),
    [
        ("main", "main", "Main"),
        ("feature/*", "feature", "Feature"),
        ("release/**", "release", "Release"),
        ("team-a/*", "team-a", "TeamA"),
        ("Team_B", "Team-B", "TeamB"),
        ("1.x", "1-x", "1X"),
        ("release/[0-9]*", "release-0-9", "Release09"),
        ("**", "", ""),
        ("é", "", ""),
    ],
)
def test_ids_of_branch_rules_are_frozen(name: str, identity: str, pascal_form: str) -> None:
    """The id of a branch rule and its form in conditions never change."""
    assert (rule_id(name), pascal(name)) == (identity, pascal_form)


@pytest.mark.parametrize(
    ("names", "made"),
    [
        (("Build", "Build", "Project"), "BuildBuildProject"),
        (("Review", "Smoke", "ProjectRole"), "ReviewSmokeProjectRole"),
        (("my-stage", "lint_all.v2", "Project"), "MyStageLintAllV2Project"),
        (("eu", "Role"), "EuRole"),
        (("A" * 200, "B" * 200), "A" * 200 + "B" * 55),
    ],
)
def test_logical_ids_are_frozen(names: tuple[str, ...], made: str) -> None:
    """The logical id of a resource never changes."""
    assert logical_id(*names) == made


def test_stack_name_is_frozen() -> None:
    """The name of a pipeline's stack never changes."""
    assert stack_name("shop", "feature-a-951d42") == "shop-feature-a-951d42-pipeline"


@pytest.mark.parametrize(
    ("branch", "usable"),
    [
        ("main", True),
        ("feature/a@b+c=d,e#f%g.h_i-j", True),
        ("a" * 255, True),
        ("a" * 256, False),
        ("", False),
        ("a b", False),
        ("a$(id)", False),
        ("a'b", False),
        ("a{b}", False),
        ("é", False),
        ("main\n", False),
    ],
)
def test_usable(branch: str, usable: bool) -> None:
    """Only names without quotes, braces and dollars become parameters of a stack."""
    assert is_usable_branch_name(branch) == usable
    assert (re.search(BRANCH_NAME_PATTERN.replace("$", r"\Z"), branch) is not None) == usable


@given(_BRANCHES)
def test_slug_fits_its_pattern(branch: str) -> None:
    """A slug fits the parameter it fills, and never ends like the name of a pipeline's stack."""
    slug = branch_slug(branch)
    assert re.fullmatch(BRANCH_SLUG_PATTERN.strip("^$"), slug)
    assert len(slug) <= SLUG_LENGTH
    assert not slug.endswith("-pipeline")


@given(_BRANCHES, _BRANCHES)
def test_slugs_stay_apart(one: str, other: str) -> None:
    """Two branches never share a slug."""
    assert one == other or branch_slug(one) != branch_slug(other)


@given(st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,49}", fullmatch=True), _BRANCHES, _BRANCHES)
def test_stack_names(pipeline: str, one: str, other: str) -> None:
    """A stack's name is one for AWS, and an application's stack never has a pipeline's name."""
    name = stack_name(pipeline, branch_slug(one))
    assert _STACK_NAME.fullmatch(name)
    assert len(name) <= 100
    assert name != f"{pipeline}-{branch_slug(other)}"


@given(_NAMES, _NAMES)
def test_logical_ids_fit_their_pattern(one: str, other: str) -> None:
    """A logical id holds letters and digits, and one name gives what the parts give together."""
    made = logical_id(one, other)
    assert made == "" or _LOGICAL_ID.fullmatch(made)
    assert made == (pascal(one) + pascal(other))[:255]
    assert pascal(rule_id(one)) == pascal(one)


@pytest.mark.parametrize(
    ("key", "spelled"),
    [
        ("DeploymentGroupName", "deployment-group-name"),
        ("OAuthToken", "oauth-token"),
        ("S3ObjectKey", "s3-object-key"),
        ("ECRRepositoryName", "ecr-repository-name"),
        ("KMSEncryptionKeyARN", "kms-encryption-key-arn"),
        ("Image1ArtifactName", "image1-artifact-name"),
        ("CannedACL", "canned-acl"),
        ("ConnectionArn", "connection-arn"),
        ("Cron", "cron"),
    ],
)
def test_spelling(key: str, spelled: str) -> None:
    """A key of AWS has one spelling in a spec."""
    assert kebab(key) == spelled


def test_spellings_stay_apart() -> None:
    """No two AWS keys of one provider share a spelling, and every key has that of its AWS key."""
    for table in (SOURCES, ACTIONS, CHECKS):
        for row in table.values():
            written = {name: key.aws for name, key in row.keys.items() if key.aws is not None}
            assert all(kebab(aws) == name for name, aws in written.items())
