"""What happens during an operation, shown: a tree, lines or JSON, by one callable for each run."""

from pipelinegen.progress_display.choice import reporter

__all__ = ["reporter"]
