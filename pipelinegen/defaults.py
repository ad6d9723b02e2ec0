"""What the tool chooses where a spec is silent, in one place."""

from __future__ import annotations

LOG_RETENTION_DAYS = 30
ARTIFACT_DAYS = 30

# https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-available.html
BUILD_IMAGE = "aws/codebuild/standard:7.0"
BUILD_COMPUTE_TYPE = "BUILD_GENERAL1_SMALL"
BUILD_ENVIRONMENT_TYPE = "LINUX_CONTAINER"

PIPELINE_TYPE = "V2"
EXECUTION_MODE = "SUPERSEDED"
SOURCE_STAGE = "Source"
PIPELINE_NAME_SUFFIX = "-${branch:slug}"
TEMPLATE_PATH = "pipelinegen.template.yaml"

SHARED_STORE_BUCKET_PARAMETER = "/pipelinegen/artifact-store/bucket"
SHARED_STORE_KEY_PARAMETER = "/pipelinegen/artifact-store/kms-key-arn"
SHARED_STORE_BUCKET_PREFIX = "pipelinegen-artifacts-"
SHARED_STORE_STACK = "pipelinegen-artifact-store"
SHARED_STORE_KEY_ALIAS = "alias/pipelinegen-artifacts"

OPERATION_MINUTES = 60.0
"""How long a stack operation is followed, and how long one call to AWS is repeated."""

SYNC_JOBS = 5
SYNC_GRACE_HOURS = 24.0
SYNC_MOST_DELETIONS = 5
SYNC_DELETED_SHARE = 0.3
"""The part of all stacks that may go in one run."""
