"""What differs between two templates of one branch, how far down, and what is read first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from pipelinegen.compiler import compile_spec
from pipelinegen.diff import (
    Groups,
    changes,
    concerns_rights,
    disrupts,
    grouped,
    of_branch,
    open_values,
    other_changes,
    section_change,
    settled_values,
)
from pipelinegen.diff.grouping import POLICIES
from pipelinegen.diff.replacement import KNOWN_TYPES, recreation
from pipelinegen.records import PropertyChange, ResourceChange
from tests.conftest import ROOT

EXAMPLES = sorted(ROOT.glob("examples/*/pipelinegen.yaml"))
OURS = {"pipelinegen": {"path": "stages/Build"}}
IF = {"Fn::If": ["Wide", {"Name": "a"}, {"Name": "b"}]}
STAGES = [{"Name": name, "Actions": [{"Name": "Act", "RunOrder": 1}]} for name in "ABC"]


def resource(kind: str = "AWS::CodePipeline::Pipeline", **attributes: Any) -> dict[str, Any]:
    return {"Type": kind, **attributes}


def template(**resources: Any) -> dict[str, Any]:
    return {"Resources": resources}


def places(before: Any, after: Any) -> list[tuple[str, str | None, str | None]]:
    """Compare two values of one property."""
    old = template(Pipeline=resource(Properties={"P": before} if before is not None else {}))
    new = template(Pipeline=resource(Properties={"P": after} if after is not None else {}))
    found = [one for change in changes(old, new) for one in change.details]
    return [(one.path.removeprefix("/Properties/P"), one.before, one.after) for one in found]


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        pytest.param({"a": [1, {"b": "c"}]}, {"a": [1, {"b": "c"}]}, [], id="equal"),
        pytest.param({"a": 1, "b": 2}, {"b": 2, "a": 1}, [], id="order of keys"),
        pytest.param("x", "y", [("", '"x"', '"y"')], id="text"),
        pytest.param(1, True, [("", "1", "true")], id="number and truth"),
        pytest.param(1, "1", [("", "1", '"1"')], id="number and text"),
        pytest.param(None, {"a": "ü"}, [("", None, '{"a":"ü"}')], id="a whole value comes"),
        pytest.param({"a": 1}, None, [("", '{"a":1}', None)], id="a whole value goes"),
        pytest.param(
            {"a": {"b": 1, "c": 2}}, {"a": {"b": 1}}, [("/a/c", "2", None)], id="key goes"
        ),
        pytest.param({"a": 1}, [1], [("", '{"a":1}', "[1]")], id="another shape"),
        pytest.param({"a/b~": 1}, {"a/b~": 2}, [("/a~1b~0", "1", "2")], id="key with a slash"),
        pytest.param(
            {"Fn::GetAtt": ["A", "Arn"]},
            {"Fn::GetAtt": ["B", "Arn"]},
            [("", '{"Fn::GetAtt":["A","Arn"]}', '{"Fn::GetAtt":["B","Arn"]}')],
            id="an intrinsic is one value",
        ),
        pytest.param(
            {"Ref": "A"},
            {"x": 1},
            [("", '{"Ref":"A"}', '{"x":1}')],
            id="an intrinsic becomes a map",
        ),
        pytest.param(
            STAGES,
            [*STAGES[:1], *STAGES[2:]],
            [("/1", '{"Actions":[{"Name":"Act","RunOrder":1}],"Name":"B"}', None)],
            id="a named item goes and moves no other",
        ),
        pytest.param(
            STAGES[1:],
            [STAGES[0], STAGES[1], {"Name": "C", "Actions": [{"Name": "Act", "RunOrder": 2}]}],
            [
                ("/2/Actions/0/RunOrder", "1", "2"),
                ("/0", None, '{"Actions":[{"Name":"Act","RunOrder":1}],"Name":"A"}'),
            ],
            id="a named item comes, and another changes deep inside",
        ),
        pytest.param(
            STAGES, [STAGES[2], *STAGES[:2]], [("", '["A","B","C"]', '["C","A","B"]')], id="moved"
        ),
        pytest.param(
            [{"Sid": "One", "Effect": "Allow"}, {"Sid": "Two", "Effect": "Allow"}],
            [{"Sid": "Two", "Effect": "Deny"}],
            [("/0", '{"Effect":"Allow","Sid":"One"}', None), ("/0/Effect", '"Allow"', '"Deny"')],
            id="statements are known by their Sid",
        ),
        pytest.param(
            [{"Key": "a", "Value": "1"}],
            [{"Key": "b", "Value": "2"}, {"Key": "a", "Value": "1"}],
            [("/0", None, '{"Key":"b","Value":"2"}')],
            id="tags are known by their key",
        ),
        pytest.param(
            [{"Name": "a", "V": 1}, {"Name": "a", "V": 2}],
            [{"Name": "a", "V": 1}, {"Name": "a", "V": 3}],
            [("/1/V", "2", "3")],
            id="items of one name are known by what they hold",
        ),
        pytest.param([], [{"Name": "a"}], [("/0", None, '{"Name":"a"}')], id="into an empty list"),
        pytest.param(
            ["a", "b", "c"], ["x", "a", "b", "c"], [("/0", None, '"x"')], id="in front of texts"
        ),
        pytest.param(
            ["a", "b", "c", "d"],
            ["a", "x", "d"],
            [("/1", '"b"', '"x"'), ("/2", '"c"', None)],
            id="between texts",
        ),
        pytest.param([IF, "x"], [IF, "y"], [("/1", '"x"', '"y"')], id="an open item stays"),
    ],
)
def test_places(before: Any, after: Any, found: list[tuple[str, str | None, str | None]]) -> None:
    """The deepest places that differ, in the order of the template."""
    assert places(before, after) == found


def test_comes_and_goes() -> None:
    """Resources that only one side has are added or removed, in the order of the new template."""
    before = template(Old=resource(), Same=resource())
    after = template(New=resource("AWS::S3::Bucket"), Same=resource())
    assert changes(before, after) == (
        ResourceChange("New", "AWS::S3::Bucket", "Add"),
        ResourceChange("Old", "AWS::CodePipeline::Pipeline", "Remove"),
    )


def test_without_a_stack() -> None:
    """Where no stack is, everything is added, and nothing else is a change."""
    after = {**template(A=resource(), B=resource()), "Outputs": {"O": {"Value": 1}}}
    assert [change.action for change in changes(None, after)] == ["Add", "Add"]
    assert other_changes(None, after) == ()


@pytest.mark.parametrize(
    ("policy", "action"),
    [
        pytest.param("Delete", "Delete", id="deleted"),
        pytest.param("Retain", "Retain", id="kept"),
        pytest.param("RetainExceptOnCreate", "Retain", id="kept but for a first failure"),
        pytest.param("Snapshot", "Snapshot", id="kept as a snapshot"),
        pytest.param({"Fn::If": ["C", "Retain", "Delete"]}, "", id="not decided here"),
    ],
)
def test_policies(policy: Any, action: str) -> None:
    """What is removed or replaced has the policy that is written for it."""
    names = [{"BucketName": name} for name in "ab"]
    bucket = resource("AWS::S3::Bucket", DeletionPolicy=policy, UpdateReplacePolicy=policy)
    before, after = (template(B={**bucket, "Properties": properties}) for properties in names)
    (removed,) = changes(before, template())
    (replaced,) = changes(before, after)
    assert removed.policy_action == action
    assert replaced.policy_action == (f"ReplaceAnd{action}" if action else "")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param({}, {"Metadata": OURS}, id="our metadata comes"),
        pytest.param(
            {"Metadata": OURS}, {"Metadata": {"pipelinegen": {"path": "x"}}}, id="it changes"
        ),
        pytest.param(
            {"Metadata": {**OURS, "Owner": "x"}}, {"Metadata": {"Owner": "x"}}, id="beside other"
        ),
        pytest.param({"Properties": {}}, {}, id="empty properties"),
        pytest.param({"DependsOn": "A"}, {"DependsOn": ["A"]}, id="one dependency as a list"),
        pytest.param({"DependsOn": ["A", "B"]}, {"DependsOn": ["B", "A"]}, id="other order"),
    ],
)
def test_no_change(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """What does not change what runs is no change."""
    old, new = template(R=resource(**before)), template(R=resource(**after))
    assert changes(old, new) == changes(new, old) == ()


def test_attributes() -> None:
    """Each attribute that changes is in the scope, and only its own place is a detail."""
    before = resource(DependsOn="A", Properties={"Name": "x"}, Metadata={**OURS, "Owner": "x"})
    after = resource(DependsOn=["A", "B"], DeletionPolicy="Retain", Properties={"Name": "x"})
    (change,) = changes(template(R=before), template(R=after))
    assert change == ResourceChange(
        "R",
        "AWS::CodePipeline::Pipeline",
        "Modify",
        replacement="False",
        scope=("Metadata", "DependsOn", "DeletionPolicy"),
        details=(
            PropertyChange("Metadata", "/Metadata/Owner", before='"x"'),
            PropertyChange("DependsOn", "/DependsOn/1", after='"B"'),
            PropertyChange("DeletionPolicy", "/DeletionPolicy", after='"Retain"'),
        ),
    )


@pytest.mark.parametrize(
    ("before", "after", "outcome"),
    [
        pytest.param(
            resource(Properties={"Name": "a", "Stages": []}),
            resource(Properties={"Name": "b", "Stages": [1]}),
            ("True", ["Always", "Never"]),
            id="the worst change decides",
        ),
        pytest.param(
            resource(Properties={"RoleArn": "a"}),
            resource(Properties={"RoleArn": "b"}),
            ("False", ["Never"]),
            id="nothing that replaces",
        ),
        pytest.param(
            resource(),
            resource(Properties={"Name": "b", "RoleArn": "c"}),
            ("True", ["Always", "Never"]),
            id="all properties come",
        ),
        pytest.param(
            resource("AWS::Events::Rule", Properties={"EventBusName": "a"}),
            resource("AWS::Events::Rule", Properties={"EventBusName": "b"}),
            ("Conditional", ["Conditionally"]),
            id="it depends",
        ),
        pytest.param(
            resource("AWS::EC2::VPC", Properties={"CidrBlock": "a"}),
            resource("AWS::EC2::VPC", Properties={"CidrBlock": "b"}),
            ("", [""]),
            id="a type that we do not make",
        ),
        pytest.param(
            resource("AWS::EC2::VPC", DependsOn="A"),
            resource("AWS::EC2::VPC"),
            ("False", ["Never"]),
            id="no property of a type that we do not make",
        ),
        pytest.param(
            resource(Properties={"Name": "a"}),
            resource(Properties={"Fn::If": ["C", {"Name": "a"}, {"Name": "b"}]}),
            ("", [""]),
            id="properties that are not decided here",
        ),
        pytest.param(
            resource("AWS::SNS::Topic"),
            resource("AWS::SQS::Queue"),
            ("True", ["Always"]),
            id="another type",
        ),
    ],
)
def test_replacement(before: Any, after: Any, outcome: tuple[str, list[str]]) -> None:
    """Replacement is told where we know it, and is open where we do not."""
    (change,) = changes(template(R=before), template(R=after))
    assert (change.replacement, [one.recreation for one in change.details]) == outcome


@pytest.mark.parametrize("kind", sorted(KNOWN_TYPES))
def test_replacement_is_as_published(kind: str) -> None:
    """The table says of every property what the published schema of its type says."""
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    always = schema.get("createOnlyProperties", [])
    perhaps = schema.get("conditionalCreateOnlyProperties", [])
    found = {name: recreation(kind, ("Properties", name)) for name in schema["properties"]}
    expected = {
        name: "Always"
        if f"/properties/{name}" in always
        else "Conditionally"
        if f"/properties/{name}" in perhaps
        else "Never"
        for name in schema["properties"]
    }
    assert found == expected


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_replacement_is_known(path: Any) -> None:
    """We know it of every type in the examples' templates."""
    compilation = compile_spec(path.name, path.read_bytes())
    assert compilation.template is not None
    kinds = {one["Type"] for one in compilation.template.body["Resources"].values()}
    assert kinds <= KNOWN_TYPES


def test_types_of_rights_exist() -> None:
    """Every type that the table of rights names is one of CloudFormation's."""
    known = PROVIDER_SCHEMA_MANAGER.get_resource_types("us-east-1")
    assert set(known) >= POLICIES


def test_other_sections() -> None:
    """Each other section that changes counts as one modified resource without a type."""
    before = {
        **template(A=resource()),
        "Metadata": OURS,
        "Outputs": {"Url": {"Value": "a"}},
        "Mappings": {"M": {}},
    }
    after = {
        **template(B=resource()),
        "Metadata": {},
        "Description": "d",
        "Outputs": {"Url": {"Value": "b"}},
        "Mappings": {"M": {}},
    }
    assert other_changes(before, after) == (
        ResourceChange(
            "Description",
            "",
            "Modify",
            scope=("Description",),
            details=(PropertyChange("Description", "/Description", "", after='"d"'),),
        ),
        ResourceChange(
            "Outputs",
            "",
            "Modify",
            scope=("Outputs",),
            details=(PropertyChange("Outputs", "/Outputs/Url/Value", "", '"a"', '"b"'),),
        ),
    )


def test_what_belongs_to_the_stack() -> None:
    """Tags are compared like a section; equal ones are no change."""
    assert section_change("Tags", {"a": "1"}, {"a": "1"}) is None
    change = section_change("Tags", {"a": "1"}, {"a": "2"})
    assert change is not None
    assert [one.path for one in change.details] == ["/Tags/a"]


PARAMETERS = {
    "Parameters": {
        "Branch": {"Type": "String"},
        "Size": {"Type": "Number", "Default": 3},
        "Zones": {"Type": "CommaDelimitedList", "Default": "a,b"},
        "Network": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/net"},
        "Secret": {"Type": "String", "NoEcho": True},
    },
    "Conditions": {"IsMain": {"Fn::Equals": [{"Ref": "Branch"}, "main"]}},
    "Resources": {
        "A": {
            "Type": "AWS::SNS::Topic",
            "Condition": "IsMain",
            "Properties": {
                "Name": {"Fn::Sub": "${Branch}-${Size}"},
                "Rest": [{"Ref": "Zones"}, {"Ref": "Network"}, {"Ref": "Secret"}],
            },
        },
        "B": {"Type": "AWS::SNS::Topic"},
    },
}


def test_template_of_a_branch() -> None:
    """Texts and numbers are put in, conditions decided; what we cannot know keeps its reference."""
    found = of_branch(PARAMETERS, {"Branch": "main", "Zones": "c", "Secret": "****"})
    assert found["Resources"]["A"] == {
        "Type": "AWS::SNS::Topic",
        "Properties": {
            "Name": "main-3",
            "Rest": [{"Ref": "Zones"}, {"Ref": "Network"}, {"Ref": "Secret"}],
        },
    }
    assert found["Parameters"].keys() == {"Zones", "Network", "Secret"}
    assert of_branch(PARAMETERS, {"Branch": "x"})["Resources"].keys() == {"B"}


def test_template_without_parameters() -> None:
    """A template of somebody else may have none."""
    assert of_branch(template(A=resource()), {"X": "y"}) == template(A=resource())
    assert settled_values(template(), {}, {"X": "y"}) == {}
    assert open_values(template(), {}) == {}


def test_values_that_stay_open() -> None:
    """Lists and looked-up values are compared as they are given; a hidden one cannot be."""
    assert open_values(PARAMETERS, {"Zones": "c", "Branch": "main"}) == {
        "Zones": "c",
        "Network": "/net",
    }


def test_values_after_a_deployment() -> None:
    """What is given counts; else the stack keeps its value, but for a default."""
    stack = {"Branch": "old", "Size": "5", "Secret": "****", "Gone": "x"}
    assert settled_values(PARAMETERS, {"Branch": "new"}, stack) == {
        "Branch": "new",
        "Secret": "****",
    }


def change(kind: str, action: str = "Modify", **more: Any) -> ResourceChange:
    return ResourceChange("R", kind, action, **more)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        pytest.param(change("AWS::S3::Bucket", "Add"), (False, False), id="new"),
        pytest.param(change("AWS::S3::Bucket", "Import"), (False, False), id="imported"),
        pytest.param(change("AWS::S3::Bucket", "Remove"), (True, False), id="removed"),
        pytest.param(change("AWS::S3::Bucket", "Dynamic"), (True, False), id="perhaps removed"),
        pytest.param(
            change("AWS::S3::Bucket", replacement="False"), (False, False), id="changed in place"
        ),
        pytest.param(change("AWS::S3::Bucket", replacement="True"), (True, False), id="replaced"),
        pytest.param(
            change("AWS::S3::Bucket", replacement="Conditional"), (True, False), id="perhaps so"
        ),
        pytest.param(
            change("AWS::S3::Bucket", policy_action="ReplaceAndRetain"),
            (True, False),
            id="replaced, by its policy",
        ),
        pytest.param(change("AWS::IAM::Role"), (False, True), id="a role"),
        pytest.param(change("AWS::KMS::Key", "Remove"), (True, True), id="a key that goes"),
        pytest.param(change("AWS::S3::BucketPolicy"), (False, True), id="a bucket policy"),
        pytest.param(change("AWS::SQS::QueuePolicy"), (False, True), id="a queue policy"),
        pytest.param(change("AWS::SNS::TopicPolicy"), (False, True), id="a topic policy"),
        pytest.param(change("AWS::Lambda::Permission"), (False, True), id="a permission"),
        pytest.param(change("AWS::AutoScaling::ScalingPolicy"), (False, False), id="no rights"),
    ],
)
def test_kinds(one: ResourceChange, expected: tuple[bool, bool]) -> None:
    """A change disrupts, or concerns rights, or both, or neither."""
    assert (disrupts(one), concerns_rights(one)) == expected


def test_groups() -> None:
    """Rights stand together whatever becomes of them; in each group losses come first."""
    role, key = change("AWS::IAM::Role"), change("AWS::KMS::Key", "Remove")
    topic, queue = change("AWS::SNS::Topic"), change("AWS::SQS::Queue", "Add")
    bucket = change("AWS::S3::Bucket", "Remove")
    groups = grouped([role, topic, key, bucket, queue])
    assert groups == Groups((bucket,), (key, role), (topic, queue))
    assert grouped([]) == Groups()
