"""The provider table: every row by hand, in reading order."""

from __future__ import annotations

from collections.abc import Mapping

from pipelinegen.actions import (
    approval,
    build,
    checks,
    cloudformation,
    compute,
    deploy,
    device_farm,
    invoke,
    machines,
    platforms,
    source,
    stack_sets,
    stored_source,
)
from pipelinegen.provider import Row

_SOURCES = (
    source.CODECOMMIT,
    source.CONNECTION,
    stored_source.S3,
    stored_source.ECR,
    source.GITHUB_V1,
    source.RAW_SOURCE,
)

_ACTIONS = (
    build.CODEBUILD,
    build.CODEBUILD_TEST,
    build.ECR_BUILD,
    build.JENKINS,
    build.JENKINS_TEST,
    cloudformation.CFN_DEPLOY,
    cloudformation.CFN_DELETE,
    cloudformation.CFN_CHANGE_SET,
    cloudformation.CFN_EXECUTE,
    stack_sets.CFN_STACK_SET,
    stack_sets.CFN_STACK_INSTANCES,
    deploy.CODEDEPLOY,
    deploy.CODEDEPLOY_ECS,
    deploy.ECS,
    platforms.BEANSTALK,
    deploy.S3,
    platforms.SERVICE_CATALOG,
    platforms.APPCONFIG,
    platforms.ALEXA,
    machines.EC2,
    machines.EKS,
    machines.LAMBDA_DEPLOY,
    invoke.LAMBDA,
    invoke.STEP_FUNCTIONS,
    invoke.INSPECTOR,
    invoke.PIPELINE,
    device_farm.DEVICE_FARM,
    approval.CUSTOM,
    approval.APPROVAL,
    compute.COMMANDS,
    approval.RAW,
)

_CHECKS = (
    checks.ALARM,
    checks.DEPLOYMENT_WINDOW,
    checks.LAMBDA,
    checks.VARIABLE_CHECK,
    checks.CODEBUILD,
    checks.COMMANDS,
    checks.RAW,
)

SOURCES: Mapping[str, Row] = {row.key: row for row in _SOURCES}
ACTIONS: Mapping[str, Row] = {row.key: row for row in _ACTIONS}
CHECKS: Mapping[str, Row] = {row.key: row for row in _CHECKS}
