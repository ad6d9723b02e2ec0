"""What keeps the stacks of a pipeline's branches as the spec says, by itself, inside AWS."""

from pipelinegen.controller.bounds import beyond
from pipelinegen.controller.names import stack_of
from pipelinegen.controller.origin import GIT_HOSTS, origin
from pipelinegen.controller.template import controller_template

__all__ = ["GIT_HOSTS", "beyond", "controller_template", "origin", "stack_of"]
