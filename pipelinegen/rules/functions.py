"""Rules about functions made here: what Lambda takes as code in the template."""

from __future__ import annotations

from collections.abc import Iterator

from pipelinegen.model import Spec
from pipelinegen.rules._rule import Finding, rule
from pipelinegen.rules._words import quoted

_INLINE_FILE = "index"
_INLINE_RUNTIMES = ("nodejs", "python")


@rule()
def inline_code(spec: Spec) -> Iterator[Finding]:
    """Code in the template is Python or Node.js, and its file is called `index`.

    CloudFormation writes the text of `code` to `index.py` or `index.js`. A handler in another
    file is not found when the function is called, and other runtimes are refused.

    bad:
        functions:
          Warm: {runtime: python3.13, handler: warm.handler, code: "def handler(e, c): ..."}
        stages:
          - stage: Prepare
            actions: [{lambda: {function-name: "${function:Warm}"}}]
    good:
        functions:
          Warm: {runtime: python3.13, handler: index.handler, code: "def handler(e, c): ..."}
        stages:
          - stage: Prepare
            actions: [{lambda: {function-name: "${function:Warm}"}}]
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
    """
    for name, function in spec.data.get("functions", {}).items():
        if "code" not in function or function.get("patch"):
            continue
        at, runtime, handler = ("functions", name), function["runtime"], function["handler"]
        file, _, call = handler.rpartition(".")
        if "${" not in runtime and not runtime.startswith(_INLINE_RUNTIMES):
            yield Finding(
                f"runtime {quoted(runtime)} takes no code in the template",
                (*at, "runtime"),
                hint="code: is Python or Node.js; for others write s3-bucket: and s3-key:",
            )
        elif "${" not in handler and file != _INLINE_FILE:
            yield Finding(
                f"handler {quoted(handler)} is not in the file {quoted(_INLINE_FILE)}, which "
                "holds code:",
                (*at, "handler"),
                hint=f"write {quoted(f'{_INLINE_FILE}.{call}')}",
            )


RULES = (inline_code,)
