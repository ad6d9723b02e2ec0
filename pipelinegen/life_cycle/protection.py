"""Termination protection of a stack whose branch rule is protected."""

from __future__ import annotations

from pipelinegen.diagnostics import Severity
from pipelinegen.errors import Rejected
from pipelinegen.life_cycle.run import Run


def protect(run: Run, stack: str) -> bool:
    """Switch it on; False where AWS does not take it for this stack yet."""
    try:
        run.connection.stacks.protect(stack, enabled=True)
    except Rejected as fault:
        run.say(f"termination protection is not on yet: {fault}", Severity.WARNING)
        return False
    reason = "" if run.wanted.command else ", since the branch rule is protected"
    run.say(f"termination protection is on{reason}")
    return True
