"""What GetPipeline says is held against what the deployed template must have come to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any, cast

import botocore.session
import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from pipelinegen.compiler import compile_spec
from pipelinegen.deployment import deployment
from pipelinegen.diff import of_branch
from pipelinegen.life_cycle.declared import from_declaration, from_template
from pipelinegen.life_cycle.drift import drift
from pipelinegen.life_cycle.expectation import NAMED_LAST, is_met
from pipelinegen.records import Identity, ResourceChange, StackRecord, StackResource
from pipelinegen.services import Connection
from tests.conftest import ROOT

HOME = "eu-west-1"
UNTOLD = {"disableInboundStageTransitions", "restartExecutionOnUpdate", "tags"}
"""What CloudFormation sets by other calls than UpdatePipeline."""

IDENTITY = Identity("111111111111", HOME, "arn:aws:iam::111111111111:user/me")
STACK = StackRecord("shop-main-pipeline", "arn:stack", "UPDATE_COMPLETE")
ROLE = "arn:aws:iam::111111111111:role/shared/Role-X"
ACTION = {
    "Name": "Build",
    "ActionTypeId": {"Category": "Build", "Owner": "AWS", "Provider": "CodeBuild", "Version": 1},
    "Configuration": {"ProjectName": {"Ref": "Project"}, "Secret": "x", "BatchEnabled": True},
    "InputArtifacts": [{"Name": "Source"}],
    "RunOrder": 1,
    "Region": {"Ref": "AWS::Region"},
}
PROPERTIES = {
    "Name": {"Fn::Sub": "shop-${BranchSlug}"},
    "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
    "PipelineType": "V2",
    "ExecutionMode": "SUPERSEDED",
    "RestartExecutionOnUpdate": True,
    "ArtifactStore": {"Type": "S3", "Location": {"Ref": "Bucket"}},
    "Stages": [{"Name": "Build", "Actions": [ACTION]}],
    "DisableInboundStageTransitions": [{"StageName": "Build", "Reason": "x"}],
}
TEMPLATE: dict[str, Any] = {
    "Parameters": {"BranchSlug": {"Type": "String"}, "List": {"Type": "CommaDelimitedList"}},
    "Conditions": {"Open": {"Fn::Equals": [{"Fn::Join": ["", {"Ref": "List"}]}, "x"]}},
    "Resources": {
        "Pipeline": {"Type": "AWS::CodePipeline::Pipeline", "Properties": PROPERTIES},
        "Project": {"Type": "AWS::CodeBuild::Project"},
    },
}
RESOURCES = tuple(
    StackResource(name, kind, "CREATE_COMPLETE", physical_id)
    for name, kind, physical_id in (
        ("Pipeline", "AWS::CodePipeline::Pipeline", "shop-main"),
        ("Role", "AWS::IAM::Role", "Role-X"),
        ("Bucket", "AWS::S3::Bucket", "bucket-x"),
        ("Project", "AWS::CodeBuild::Project", "project-x"),
    )
)


def found_action(**changed: Any) -> dict[str, Any]:
    return {
        "name": "Build",
        "actionTypeId": {
            "category": "Build",
            "owner": "AWS",
            "provider": "CodeBuild",
            "version": "1",
        },
        "runOrder": 1,
        "configuration": {"ProjectName": "project-x", "Secret": "****", "BatchEnabled": "true"},
        "inputArtifacts": [{"name": "Source"}],
        "outputArtifacts": [],
        "region": HOME,
        **changed,
    }


def found_pipeline(**changed: Any) -> dict[str, Any]:
    return {
        "name": "shop-main",
        "roleArn": ROLE,
        "artifactStore": {"type": "S3", "location": "bucket-x"},
        "stages": [{"name": "Build", "actions": [found_action()]}],
        "version": 7,
        "pipelineType": "V2",
        "executionMode": "SUPERSEDED",
        "triggers": [],
        **changed,
    }


def connection(declaration: Any, resources: Sequence[StackResource] = RESOURCES) -> Connection:
    """Connect to a stack and its one pipeline."""
    stacks = SimpleNamespace(resources=lambda _: resources)
    pipelines = SimpleNamespace(declaration=lambda name: declaration if name else None)
    found = SimpleNamespace(identity=IDENTITY, stacks=stacks, pipelines=pipelines)
    return cast(Connection, found)


def drifted(declaration: Any, template: Any = TEMPLATE) -> list[tuple[str, str | None, str | None]]:
    values = {"BranchSlug": "main", "List": "a,b"}
    stack = StackRecord(STACK.name, STACK.id, STACK.status, parameters=values)
    found = drift(stack, template, connection(declaration))
    return [
        (one.path.removeprefix("/Properties"), one.before, one.after)
        for change in found
        for one in change.details
    ]


def with_properties(**changed: Any) -> dict[str, Any]:
    pipeline = {
        "Type": "AWS::CodePipeline::Pipeline",
        "Properties": {**PROPERTIES, **changed},
    }
    return {**TEMPLATE, "Resources": {**TEMPLATE["Resources"], "Pipeline": pipeline}}


def test_as_deployed() -> None:
    """A pipeline that nobody touched has not drifted: defaults and secrets are no difference."""
    assert drifted(found_pipeline()) == []


@pytest.mark.parametrize(
    ("declaration", "found"),
    [
        pytest.param(
            found_pipeline(roleArn="arn:aws:iam::111111111111:role/Other"),
            [
                (
                    "/RoleArn",
                    '{"Fn::GetAtt":["Role","Arn"]}',
                    '"arn:aws:iam::111111111111:role/Other"',
                )
            ],
            id="another role",
        ),
        pytest.param(
            found_pipeline(executionMode="QUEUED"),
            [("/ExecutionMode", None, '"QUEUED"')],
            id="another mode than the default",
        ),
        pytest.param(
            found_pipeline(artifactStore={"type": "S3", "location": "other"}),
            [("/ArtifactStore/Location", '"bucket-x"', '"other"')],
            id="another bucket",
        ),
        pytest.param(
            found_pipeline(
                stages=[
                    {
                        "name": "Build",
                        "actions": [
                            found_action(
                                runOrder=2,
                                region="us-east-1",
                                configuration={
                                    "ProjectName": "other",
                                    "BatchEnabled": "true",
                                    "token": "****",
                                },
                            )
                        ],
                    }
                ]
            ),
            [
                ("/Stages/0/Actions/0/Configuration/ProjectName", '"project-x"', '"other"'),
                ("/Stages/0/Actions/0/Configuration/Secret", '"x"', None),
                ("/Stages/0/Actions/0/Configuration/token", None, '"****"'),
                ("/Stages/0/Actions/0/RunOrder", None, '"2"'),
                ("/Stages/0/Actions/0/Region", None, '"us-east-1"'),
            ],
            id="an action that was edited",
        ),
        pytest.param(
            found_pipeline(
                stages=[
                    {"name": "Hold", "actions": []},
                    {"name": "Build", "actions": [found_action()]},
                ]
            ),
            [("/Stages/0", None, '{"Name":"Hold"}')],
            id="a stage that was added",
        ),
    ],
)
def test_drifted(declaration: Any, found: list[tuple[str, str | None, str | None]]) -> None:
    """What was changed by hand is told with its place, what was deployed, and what is there."""
    assert drifted(declaration) == found


def test_change_of_a_pipeline() -> None:
    """The result has the form of a change from the template to what is there."""
    (change,) = drift(STACK, TEMPLATE, connection(found_pipeline(name="x")))
    assert (change.logical_id, change.action, change.physical_id) == (
        "Pipeline",
        "Modify",
        "shop-main",
    )


@pytest.mark.parametrize(
    ("status", "physical_id", "gone"),
    [
        pytest.param("CREATE_COMPLETE", "shop-main", "shop-main", id="deleted behind our back"),
        pytest.param("DELETE_COMPLETE", "shop-main", None, id="deleted by CloudFormation"),
        pytest.param("CREATE_FAILED", "", None, id="never made"),
    ],
)
def test_no_pipeline(status: str, physical_id: str, gone: str | None) -> None:
    """A pipeline that is not there is told as removed."""
    kind = "AWS::CodePipeline::Pipeline"
    resources = [StackResource("Pipeline", kind, status, physical_id)]
    found = drift(STACK, TEMPLATE, connection(None, resources))
    assert found == (ResourceChange("Pipeline", kind, "Remove", gone),)


def test_open_list() -> None:
    """Of a list with an item that may be missing nothing is said, of what stands around it all."""
    maybe = {"Fn::If": ["Open", {"Name": "Maybe"}, {"Ref": "AWS::NoValue"}]}
    template = with_properties(
        Stages=[{"Name": "Build", "Actions": [ACTION]}, maybe], Variables=maybe
    )
    assert drifted(found_pipeline(stages=[{"name": "Other"}]), template=template) == []
    changed = found_pipeline(stages=[], pipelineType="V1")
    assert drifted(changed, template=template) == [("/PipelineType", '"V2"', None)]


def test_stores_of_several_regions() -> None:
    """Stores are a map in the API and a list in the template, of any order."""
    stores = [
        {"Region": {"Ref": "AWS::Region"}, "ArtifactStore": {"Type": "S3", "Location": "home"}},
        {"Region": "ap-south-1", "ArtifactStore": {"Type": "S3", "Location": "far"}},
    ]
    template = with_properties(
        ArtifactStore={"Ref": "AWS::NoValue"}, ArtifactStores=stores, Stages=[]
    )
    found = {
        HOME: {"type": "S3", "location": "home"},
        "ap-south-1": {"type": "S3", "location": "other"},
    }
    declaration = found_pipeline(artifactStores=found, stages=[])
    del declaration["artifactStore"]
    assert drifted(declaration, template=template) == [
        ("/ArtifactStores/0/ArtifactStore/Location", '"far"', '"other"')
    ]


NAMED = {"Role": "Role-X"}


@pytest.mark.parametrize(
    ("expected", "met", "missed"),
    [
        pytest.param("a{{resolve:ssm:/x:1}}b", "a-anything-b", "anything", id="looked up"),
        pytest.param("a.b", "a.b", "axb", id="text"),
        pytest.param(
            {"Fn::GetAtt": ["Role", "Arn"]}, ROLE, "arn:aws:iam::1:role/NoRole-X", id="ARN"
        ),
        pytest.param({"Fn::GetAtt": "Role.Arn"}, ROLE, "Role-X", id="ARN, short form"),
        pytest.param({"Fn::Sub": "${Role.Arn}!"}, f"{ROLE}!", ROLE, id="ARN in a text"),
        pytest.param({"Fn::Sub": "${Other.Arn}!"}, "x!", "x", id="of another resource"),
        pytest.param({"Fn::Sub": "${Role.RoleId}!"}, "x!", "x", id="another attribute"),
        pytest.param(
            {"Fn::Sub": ["${A}-${B}", {"A": {"Ref": "X"}, "B": "b.c"}]}, "x-b.c", "x-bxc", id="both"
        ),
        pytest.param(
            {"Fn::Join": ["|", ["a", {"Ref": "X"}]]}, "a|anything", "a", id="joined of known items"
        ),
        pytest.param({"Fn::Join": ["|", {"Ref": "X"}]}, "anything", None, id="joined of a list"),
        pytest.param({"Ref": "X"}, ["a list"], None, id="a list that a parameter holds"),
    ],
)
def test_expectation(expected: Any, met: Any, missed: Any) -> None:
    """What is known of a value must be there, what is not may be anything but nothing."""
    assert is_met(expected, met, NAMED)
    assert not is_met(expected, missed, NAMED)


@pytest.mark.parametrize("found", [None, "x", {"Name": "x"}], ids=["nothing", "text", "a map"])
def test_open_choice(found: Any) -> None:
    """A choice that we cannot make may also choose nothing."""
    assert is_met({"Fn::If": ["Open", "x", {"Ref": "AWS::NoValue"}]}, found, NAMED)


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        pytest.param({"a": "b"}, "x", id="map and text"),
        pytest.param("x", {"a": "b"}, id="text and map"),
        pytest.param(None, "x", id="nothing and text"),
    ],
)
def test_another_shape(expected: Any, found: Any) -> None:
    """A value of another shape is never what became of it."""
    assert not is_met(expected, found, NAMED)


def test_types_named_last_exist() -> None:
    """Every type whose ARN we read is one of CloudFormation's, with that attribute."""
    for kind in NAMED_LAST:
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
        assert "/properties/Arn" in schema["readOnlyProperties"]


def _api(shape: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            yield (*path, name)
            yield from _api(member, (*path, name))
    elif shape.type_name == "list":
        yield from _api(shape.member, path)


def _cloudformation(
    node: Any, definitions: Any, path: tuple[str, ...] = ()
) -> Iterator[tuple[str, ...]]:
    if "$ref" in node:
        node = definitions[node["$ref"].rpartition("/")[2]]
    for name, content in node.get("properties", {}).items():
        step = (*path, f"{name[:1].lower()}{name[1:]}")
        yield step
        yield from _cloudformation(content, definitions, step)
    if "items" in node:
        yield from _cloudformation(node["items"], definitions, path)


def test_names_of_api_and_cloudformation() -> None:
    """Both models have the same names but for a capital, and what the code says of the others."""
    model = botocore.session.get_session().get_service_model("codepipeline")
    output = model.operation_model("GetPipeline").output_shape
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(
        "us-east-1", "AWS::CodePipeline::Pipeline"
    ).schema
    theirs = set(_api(output.members["pipeline"]))
    ours = set(_cloudformation(schema, schema["definitions"]))
    otherwise = {"arn", "artifactStores", *UNTOLD}
    assert {path for path in ours - theirs if path[0] not in otherwise} == set()
    new = {path[-1] for path in theirs - ours}
    assert new <= {"timeoutInMinutes"}


def _deployed(value: Any) -> Any:
    """Do what CloudFormation does with the intrinsics of an example, and name keys as the API."""
    match value:
        case {"Ref": str(name)}:
            return HOME if name == "AWS::Region" else f"{name}-x"
        case {"Fn::GetAtt": [name, "Arn"]}:
            return f"arn:aws:service:{HOME}:111111111111:kind/{name}-x"
        case {"Fn::GetAtt": _}:
            return "known to CloudFormation alone"
        case {"Fn::Sub": str(text)}:
            pseudo = {"AWS::AccountId": IDENTITY.account, "AWS::Partition": "aws"}
            return re.sub(
                r"\$\{([\w:.]+)\}",
                lambda part: (
                    pseudo.get(part[1])
                    or _deployed(
                        {"Fn::GetAtt": part[1].split(".")} if "." in part[1] else {"Ref": part[1]}
                    )
                ),
                text,
            ).replace("${!", "${")
        case dict():
            return {
                f"{key[:1].lower()}{key[1:]}": {name: _deployed(one) for name, one in each.items()}
                if key == "Configuration"
                else _deployed(each)
                for key, each in value.items()
            }
        case list():
            return [_deployed(item) for item in value]
        case _:
            return value


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("examples/*/pipelinegen.yaml")), ids=lambda path: path.parent.name
)
def test_examples(path: Any) -> None:
    """The pipeline of each example has not drifted until somebody renames its last action."""
    compilation = compile_spec(path.name, path.read_bytes())
    assert compilation.spec is not None
    assert compilation.template is not None
    wanted = deployment(compilation.spec, compilation.template, "main", values={}, role_arn=None)
    stack = StackRecord(wanted.stack, "id", "CREATE_COMPLETE", parameters=wanted.parameters)
    resources = [
        StackResource(name, one["Type"], "CREATE_COMPLETE", f"{name}-x")
        for name, one in wanted.body["Resources"].items()
    ]
    template = of_branch(wanted.body, wanted.parameters)
    whole = _deployed(template["Resources"]["Pipeline"]["Properties"])
    declaration = {key: value for key, value in whole.items() if key not in UNTOLD}
    assert drift(stack, wanted.body, connection(declaration, resources)) == ()
    declaration["stages"][-1]["actions"][-1]["name"] = "ByHand"
    (change,) = drift(stack, wanted.body, connection(declaration, resources))
    assert any('"ByHand"' in (one.after or "") for one in change.details)


def test_home_region() -> None:
    """The home region of an action is left out, that of a store never."""
    action = {"Name": "A", "RuleTypeId": {"Provider": "X"}, "Region": HOME}
    assert from_template({"Stages": [action]}, HOME) == {
        "Stages": [{"Name": "A", "RuleTypeId": {"Provider": "X"}}]
    }
    assert from_declaration({"artifactStores": {HOME: {"location": "b"}}}, HOME) == {
        "ArtifactStores": [{"Region": HOME, "ArtifactStore": {"Location": "b"}}]
    }
