"""Invoke providers and Device Farm: work that another service does.

https://docs.aws.amazon.com/codepipeline/latest/userguide/integrations-action-type.html
"""

from __future__ import annotations

from pipelinegen.actions._arns import function, is_arn, pattern, regional
from pipelinegen.actions._keys import (
    arn,
    choice,
    exports,
    items,
    json_map,
    keys,
    mapping,
    number,
    own,
    record,
    ref,
    text,
)
from pipelinegen.actions._logs import managed_compute_logs
from pipelinegen.fragment import Context, Fragment, Statement
from pipelinegen.model import Action
from pipelinegen.provider import JSON, Bounds, Requirement, Row, always, exports_anything
from pipelinegen.text import Replaced, Text, json_text

_GUIDE = "https://docs.aws.amazon.com/codepipeline/latest/userguide/"
_ANY = (Text.of("*"),)


def _row(key: str, provider: str, page: str, **facts: JSON) -> Row:
    defaults: dict[str, JSON] = {
        "category": "Invoke",
        "owner": "AWS",
        "inputs": Bounds(0, 0),
        "outputs": Bounds(0, 0),
        "default_name": "Invoke",
    }
    return Row(key=key, provider=provider, url=_GUIDE + page, **(defaults | facts))


def invoke_lambda(action: Action, context: Context) -> Fragment:
    """Call a function that answers with a job result.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Lambda.html
    """
    body = action.body
    name = action.text(body["function-name"])
    arn = function(action, name)
    parameters = body.get("user-parameters-text")
    return Fragment(
        configuration={
            "FunctionName": _function_name(name),
            **({"UserParameters": action.text(parameters)} if parameters is not None else {}),
        },
        statements=(
            Statement("InvokeFunction", ("lambda:InvokeFunction",), (arn, Text.of(arn, ":*"))),
            # ListFunctions supports no resource ARN.
            Statement("ListFunctions", ("lambda:ListFunctions",), _ANY),
        ),
    )


def _function_name(name: Text) -> Text:
    """CodePipeline takes a name, with an alias or version: drop what a literal ARN has before."""
    literal = name.literal
    if literal is None or not is_arn(name):
        return name
    return Text.of(literal.split(":", 6)[6]) if literal.count(":") >= 6 else name


def step_functions(action: Action, context: Context) -> Fragment:
    """Run a state machine and wait for it.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-StepFunctions.html
    """
    body = action.body
    machine = pattern(action.text(body["state-machine-arn"]))
    configuration: dict[str, JSON] = {}
    if "input" in body:
        literal = json_text(body["input"], action.text)
        configuration = {"InputType": "Literal", "Input": literal}
    if "input-path" in body:
        path = body["input-path"].partition("::")[2]
        configuration = {"InputType": "FilePath", "Input": action.text(path)}
    return Fragment(
        configuration=configuration,
        statements=(
            Statement(
                "StartStateMachine",
                ("states:DescribeStateMachine", "states:StartExecution"),
                (machine,),
            ),
            Statement(
                "FollowStateMachine", ("states:DescribeExecution",), (_executions(action, machine),)
            ),
        ),
    )


def _executions(action: Action, machine: Text) -> Text:
    """Return the executions of the machine: its ARN with another resource type, and a name."""
    prefix = pattern(action.text(action.body.get("execution-name-prefix", "")))
    any_machine = regional(action, "states", "execution:*")
    executions = Replaced(machine, ":stateMachine:", ":execution:", otherwise=any_machine)
    return Text.of(executions, ":", prefix, "*")


def inspector(action: Action, context: Context) -> Fragment:
    """Scan source code or an image for known vulnerabilities.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-InspectorScan.html
    """
    body = action.body
    statements = [
        Statement("InspectorScan", ("inspector-scan:ScanSbom",), _ANY),
        managed_compute_logs(action, context),
    ]
    if body["inspector-run-mode"] == "ECRImageScan":
        name = pattern(action.text(body["ecr-repository-name"]))
        pull = ("BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer")
        repository = regional(action, "ecr", "repository/", name)
        statements += [
            Statement("EcrLogin", ("ecr:GetAuthorizationToken",), _ANY),
            Statement("EcrPull", tuple(f"ecr:{name}" for name in pull), (repository,)),
        ]
    return Fragment(statements=tuple(statements))


def start_pipeline(action: Action, context: Context) -> Fragment:
    """Start another pipeline of the same account and region.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodePipeline.html
    """
    body = action.body
    arn = regional(action, "codepipeline", pattern(action.text(body["pipeline-name"])))
    configuration: dict[str, JSON] = {}
    if "variables" in body:
        pairs = [{"name": name, "value": value} for name, value in body["variables"].items()]
        configuration["Variables"] = json_text(pairs, action.text)
    if "source-revisions" in body:
        revisions = [
            {
                "actionName": item["action-name"],
                "revisionType": item["revision-type"],
                "revisionValue": item["revision-value"],
            }
            for item in body["source-revisions"]
        ]
        configuration["SourceRevisions"] = json_text(revisions, action.text)
    return Fragment(
        configuration=configuration,
        statements=(Statement("StartPipeline", ("codepipeline:StartPipelineExecution",), (arn,)),),
    )


LAMBDA = _row(
    "lambda",
    "Lambda",
    "action-reference-Lambda.html",
    inputs=Bounds(0, 5),
    outputs=Bounds(0, 5),
    keys=keys(
        FunctionName=text(),
        UserParameters=json_map(),
        user_parameters_text=own(ref("Text")),
    ),
    required=frozenset({"function-name"}),
    requirements=(Requirement({"user-parameters-text": None}, absent=("user-parameters",)),),
    exports=exports_anything,
    rib=invoke_lambda,
)

STEP_FUNCTIONS = _row(
    "step-functions",
    "StepFunctions",
    "action-reference-StepFunctions.html",
    inputs=Bounds(0, 1),
    outputs=Bounds(0, 1),
    default_name="Run",
    keys=keys(
        StateMachineArn=arn(),
        ExecutionNamePrefix=text(),
        input=own(json_map().schema),
        input_path=own(ref("ArtifactPath"), kind="artifact-path"),
    ),
    required=frozenset({"state-machine-arn"}),
    requirements=(Requirement({"input-path": None}, absent=("input",)),),
    exports=exports("StateMachineArn", "ExecutionArn"),
    rib=step_functions,
)

INSPECTOR = _row(
    "inspector",
    "InspectorScan",
    "action-reference-InspectorScan.html",
    inputs=Bounds(0, 1),
    outputs=Bounds(1, 1),
    default_name="Scan",
    default_input="source",
    reads=lambda body: body.get("inspector-run-mode") != "ECRImageScan",
    gives=always,
    keys=keys(
        InspectorRunMode=choice("ECRImageScan", "SourceCodeScan"),
        ECRRepositoryName=text(),
        ImageTag=text(),
        CriticalThreshold=number(least=0),
        HighThreshold=number(least=0),
        MediumThreshold=number(least=0),
        LowThreshold=number(least=0),
    ),
    required=frozenset({"inspector-run-mode"}),
    requirements=(
        Requirement({"inspector-run-mode": "ECRImageScan"}, required=("ecr-repository-name",)),
    ),
    exports=exports("HighestScannedSeverity"),
    v2_only=True,
    rib=inspector,
)

_REVISION = record(
    {
        "action-name": ref("Text"),
        "revision-type": {
            "enum": ["COMMIT_ID", "IMAGE_DIGEST", "S3_OBJECT_VERSION_ID", "S3_OBJECT_KEY"]
        },
        "revision-value": ref("Text"),
    },
    required=["action-name", "revision-type", "revision-value"],
)

PIPELINE = _row(
    "pipeline",
    "CodePipeline",
    "action-reference-CodePipeline.html",
    keys=keys(
        PipelineName=text(),
        source_revisions=own(items(_REVISION)),
        variables=own(mapping(ref("Text"))),
    ),
    required=frozenset({"pipeline-name"}),
    cross_region=False,
    v2_only=True,
    rib=start_pipeline,
)
