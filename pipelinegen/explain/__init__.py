"""What one branch gets: gathered as plain facts, then printed for people or programs."""

from pipelinegen.explain.facts import facts, permissions
from pipelinegen.explain.prose import text

__all__ = ["facts", "permissions", "text"]
