"""Providers of the rules inside a stage's conditions.

https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference.html
"""

from __future__ import annotations

from pipelinegen.actions._arns import function, pattern, regional
from pipelinegen.actions._environment import environment, variables_json
from pipelinegen.actions._keys import artifact as artifact_key
from pipelinegen.actions._keys import (
    choice,
    choices,
    environment_map,
    flag,
    items,
    json_map,
    keys,
    mapping,
    number,
    own,
    ref,
    text,
)
from pipelinegen.actions._logs import managed_compute_logs
from pipelinegen.actions.approval import as_written
from pipelinegen.actions.build import primary_source, run_statement
from pipelinegen.fragment import Context, Fragment, Statement
from pipelinegen.model import Action
from pipelinegen.provider import JSON, Bounds, Row

_GUIDE = "https://docs.aws.amazon.com/codepipeline/latest/userguide/"


def _row(key: str, provider: str, **facts: JSON) -> Row:
    defaults: dict[str, JSON] = {
        "category": "Rule",
        "owner": "AWS",
        "url": _GUIDE + "rule-reference.html",
        "inputs": Bounds(0, 0),
        "outputs": Bounds(0, 0),
        "default_name": provider,
        "v2_only": True,
    }
    return Row(key=key, provider=provider, **(defaults | facts))


def alarm(action: Action, context: Context) -> Fragment:
    """Look at the state of a CloudWatch alarm."""
    name = pattern(action.text(action.body["alarm-name"]))
    arn = regional(action, "cloudwatch", "alarm:", name)
    return Fragment(statements=(Statement("CheckAlarm", ("cloudwatch:DescribeAlarms",), (arn,)),))


def invoke_lambda(action: Action, context: Context) -> Fragment:
    """Ask a Lambda function."""
    arn = function(action, action.text(action.body["function-name"]))
    invoke = Statement("InvokeFunction", ("lambda:InvokeFunction",), (arn,))
    return Fragment(statements=(invoke,))


def codebuild(action: Action, context: Context) -> Fragment:
    """Run a CodeBuild project and take its result as the answer."""
    name = pattern(action.text(action.body["project-name"]))
    arn = regional(action, "codebuild", "project/", name)
    variables = environment(action.body, action.text)
    return Fragment(
        configuration={
            "PrimarySource": primary_source(action),
            "EnvironmentVariables": variables_json(action, variables),
        },
        statements=(run_statement(action, arn),),
    )


def commands(action: Action, context: Context) -> Fragment:
    """Run shell lines and take their result as the answer."""
    return Fragment(
        properties={"Commands": list(action.body["run"])},
        statements=(managed_compute_logs(action, context),),
    )


ALARM = _row(
    "alarm",
    "CloudWatchAlarm",
    keys=keys(
        AlarmName=text(),
        AlarmStates=choices("ALARM", "OK", "INSUFFICIENT_DATA"),
        WaitTime=number(least=0),
    ),
    required=frozenset({"alarm-name"}),
    rib=alarm,
)

DEPLOYMENT_WINDOW = _row(
    "deployment-window",
    "DeploymentWindow",
    keys=keys(Cron=text(), TimeZone=text()),
    required=frozenset({"cron"}),
)

LAMBDA = _row(
    "lambda",
    "LambdaInvoke",
    inputs=Bounds(0, 5),
    keys=keys(FunctionName=text(), UserParameters=json_map()),
    required=frozenset({"function-name"}),
    rib=invoke_lambda,
)

VARIABLE_CHECK = _row(
    "variable-check",
    "VariableCheck",
    keys=keys(Variable=text(), Operator=choice("EQ", "NE", "CONTAINS", "MATCHES"), Value=text()),
    required=frozenset({"variable", "operator", "value"}),
)

CODEBUILD = _row(
    "codebuild",
    "CodeBuild",
    inputs=Bounds(1, 5),
    default_input="source",
    keys=keys(
        ProjectName=text(),
        PrimarySource=artifact_key(),
        BatchEnabled=flag(),
        CombineArtifacts=flag(),
        env=own(environment_map()),
    ),
    required=frozenset({"project-name"}),
    rib=codebuild,
)

COMMANDS = _row(
    "commands",
    "Commands",
    inputs=Bounds(1, 10),
    default_input="source",
    keys=keys(run=own(items(ref("Command"), most=50))),
    required=frozenset({"run"}),
    rib=commands,
)

RAW = _row(
    "raw",
    "$provider",
    version="$version",
    inputs=Bounds(0, 10),
    keys=keys(
        provider=own(ref("Text")),
        version=own(ref("Text")),
        configuration=own(mapping(ref("Text"))),
    ),
    required=frozenset({"provider"}),
    rib=as_written,
)
