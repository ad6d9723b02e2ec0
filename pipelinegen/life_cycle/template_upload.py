"""Where a template goes that is too long to be sent with a call."""

from __future__ import annotations

from hashlib import sha256

from pipelinegen.defaults import SHARED_STORE_BUCKET_PARAMETER
from pipelinegen.errors import StackFailed
from pipelinegen.life_cycle.run import Run
from pipelinegen.records import StackRecord

LONGEST = 51_200
"""Bytes.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""


def uploaded(run: Run, stack: StackRecord | None) -> str | None:
    """Return the URL of the template, None where it is short enough to be sent.

    It goes to the artifact bucket of the stack, else to the shared one; without either StackFailed.
    """
    content = run.wanted.text.encode()
    if len(content) <= LONGEST:
        return None
    own = stack.outputs.get("ArtifactBucket") if stack is not None else None
    stores = run.connection.stores
    bucket = own or stores.parameter(SHARED_STORE_BUCKET_PARAMETER)
    if bucket is None:
        raise StackFailed(
            f"the template has {len(content):,} bytes, and beyond {LONGEST:,} it needs a bucket, "
            "but this region has no shared artifact store yet; make one with: "
            "pipelinegen bootstrap --store"
        )
    return stores.upload(bucket, f"pipelinegen/templates/{sha256(content).hexdigest()}", content)
