"""YAML text to plain data plus a map from pointer to span, with every fault at its place."""

from pipelinegen.document.reading import read
from pipelinegen.document.values import Document, Ignore, Spans

__all__ = ["Document", "Ignore", "Spans", "read"]
