"""A resource to plain JSON: names of properties are checked, values are the spec's."""

from __future__ import annotations

from typing import Any

import pytest

from pipelinegen.emit import Renderer, resource_body
from pipelinegen.errors import InternalError
from pipelinegen.fragment import Resource, Statement
from pipelinegen.text import Ref, Text

JSON = Any


def _resolve(part: Any) -> JSON:
    return {"Ref": part.name}


def body(kind: str, properties: JSON, *, tags: dict[str, str] | None = None, **more: Any) -> JSON:
    resource = Resource("Thing", kind, properties, ("here",), "here", **more)
    return resource_body(resource, Renderer(_resolve, tags or {}))


def properties(kind: str, written: JSON, **more: Any) -> JSON:
    return body(kind, written, **more)["Properties"]


def test_a_resource_says_where_it_comes_from() -> None:
    assert body("AWS::SNS::Topic", {}) == {
        "Type": "AWS::SNS::Topic",
        "Metadata": {"pipelinegen": {"path": "here"}},
        "Properties": {},
    }


def test_attributes_and_metadata_stand_beside_the_properties() -> None:
    made = body(
        "AWS::S3::Bucket",
        {},
        attributes={"DeletionPolicy": "Retain"},
        metadata={"after": [Text.of(Ref("resource", "Other"))]},
    )
    assert made["DeletionPolicy"] == "Retain"
    assert made["Metadata"]["pipelinegen"] == {"path": "here", "after": [{"Ref": "Other"}]}


@pytest.mark.parametrize(
    "written",
    [
        {"DisplayNam": "x"},
        {"Subscription": [{"Endpoint": "a@b", "Protocoll": "email"}]},
    ],
    ids=["at the top", "nested in a list"],
)
def test_a_property_that_the_type_does_not_have_is_our_bug(written: JSON) -> None:
    with pytest.raises(InternalError, match="Thing"):
        body("AWS::SNS::Topic", written)


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("AWS::Lambda::Function", {"Code": {"ZipFile": "x"}, "Runtime": "python9.99"}),
        ("AWS::Logs::LogGroup", {"RetentionInDays": 17}),
        ("AWS::CodeBuild::Project", {"Environment": {"ComputeType": "BUILD_GENERAL9_HUGE"}}),
        ("AWS::SNS::Topic", {"DisplayName": {"Fn::If": ["A", "x", {"Ref": "AWS::NoValue"}]}}),
        ("AWS::SNS::Topic", {"Subscription": {"Fn::If": ["A", [], []]}}),
        ("AWS::SNS::Topic", {"Subscription": []}),
        ("AWS::CodePipeline::Pipeline", {"Stages": {"Ref": "Any"}}),
        ("AWS::S3::Bucket", {"LifecycleConfiguration": {"Rules": [{"Ref": "Rule"}]}}),
    ],
)
def test_values_are_not_ours_to_judge(kind: str, written: JSON) -> None:
    """A value that troposphere would refuse, or an intrinsic in any place, comes out as it is."""
    assert properties(kind, written) == written


def test_texts_and_statements_are_rendered_wherever_they_stand() -> None:
    statement = Statement("Do", ("x:B", "x:A"), (Text.of("arn:", Ref("role", "R")),))
    role = {
        "AssumeRolePolicyDocument": {"Statement": [{"Principal": {"AWS": Text.of(Ref("a", "B"))}}]},
        "Policies": [{"PolicyName": "P", "PolicyDocument": {"Statement": (statement,)}}],
    }
    assert properties("AWS::IAM::Role", role) == {
        "AssumeRolePolicyDocument": {"Statement": [{"Principal": {"AWS": {"Ref": "B"}}}]},
        "Policies": [
            {
                "PolicyName": "P",
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Sid": "Do",
                            "Effect": "Allow",
                            "Action": ["x:A", "x:B"],
                            "Resource": [{"Fn::Sub": "arn:${R}"}],
                        }
                    ]
                },
            }
        ],
    }


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("AWS::SNS::Topic", [{"Key": "Team", "Value": "a"}, {"Key": "Of", "Value": {"Ref": "x"}}]),
        ("AWS::CodeStarNotifications::NotificationRule", {"Team": "a", "Of": {"Ref": "x"}}),
        ("AWS::Scheduler::Schedule", None),
        ("AWS::S3::BucketPolicy", None),
    ],
    ids=["a list of pairs", "a map", "a type without tags", "a policy"],
)
def test_tags_have_the_form_of_their_type(kind: str, expected: JSON) -> None:
    made = properties(kind, {}, tags={"Team": "a", "Of": "${kind:x}"})
    assert made.get("Tags") == expected


def test_a_patch_comes_last() -> None:
    """It may name what troposphere does not know, and remove what we wrote."""
    made = properties(
        "AWS::SNS::Topic",
        {"DisplayName": "ours", "FifoTopic": True},
        tags={"Team": "a"},
        patch={"DisplayName": "theirs", "FifoTopic": None, "New": {"a": 1}, "Tags": None},
    )
    assert made == {"DisplayName": "theirs", "New": {"a": 1}}


def test_what_goes_in_is_not_changed() -> None:
    written = {"Subscription": [{"Endpoint": "a@b", "Protocol": "email"}]}
    body("AWS::SNS::Topic", written, patch={"Subscription": [{"Endpoint": "c@d"}]})
    assert written == {"Subscription": [{"Endpoint": "a@b", "Protocol": "email"}]}
