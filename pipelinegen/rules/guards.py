"""The rule that the tool is one that the spec asks for."""

from __future__ import annotations

from collections.abc import Iterator

from pipelinegen import __version__
from pipelinegen.model import Spec
from pipelinegen.provider import JSON
from pipelinegen.rules._rule import Finding, rule
from pipelinegen.versions import is_met


@rule()
def tool_version(spec: Spec) -> Iterator[Finding]:
    """`requires` names the versions of the tool that may compile a spec.

    All clauses must hold. `~=1.4` means 1.4 or later within 1.

    bad:
        requires: ">=99.0"
    good:
        requires: ">=0.1, <99"
    """
    wanted = spec.data.get("requires", "")
    if not is_met(wanted, __version__):
        yield Finding(
            f"this file needs pipelinegen {wanted.strip()}, this is {__version__}",
            ("requires",),
            hint="install a version that fits",
        )


def version_refused(data: JSON) -> bool:
    """Tell whether a spec of any shape is for other versions of the tool than this one.

    Another version may have another schema, so this is asked before the schema is.
    """
    wanted = data.get("requires") if isinstance(data, dict) else None
    return isinstance(wanted, str) and not is_met(wanted, __version__)


RULES = (tool_version,)
