"""The log group of actions that run on compute which CodePipeline manages."""

from __future__ import annotations

from pipelinegen.actions._arns import regional
from pipelinegen.fragment import Context, Statement
from pipelinegen.model import Action


def managed_compute_logs(action: Action, context: Context) -> Statement:
    """Return the right to write the pipeline's own log group.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Commands.html
    """
    group = regional(action, "logs", "log-group:/aws/codepipeline/", context.pipeline_name)
    streams = regional(action, "logs", "log-group:/aws/codepipeline/", context.pipeline_name, ":*")
    writes = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
    return Statement("ManagedComputeLogs", writes, (group, streams))
