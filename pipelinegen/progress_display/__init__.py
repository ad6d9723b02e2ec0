"""What happens during an operation, shown: a tree, lines or JSON, by one callable for each run."""

from pipelinegen.progress_display.choice import beginning, reporter

__all__ = ["beginning", "reporter"]
