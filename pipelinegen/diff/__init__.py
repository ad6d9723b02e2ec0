"""What differs between two templates of one branch, and in which order differences are read."""

from pipelinegen.diff.branch import of_branch, open_values, settled_values
from pipelinegen.diff.grouping import Groups, concerns_rights, disrupts, grouped
from pipelinegen.diff.templates import changes, other_changes, property_change, section_change
from pipelinegen.diff.values import Difference, differences

__all__ = [
    "Difference",
    "Groups",
    "changes",
    "concerns_rights",
    "differences",
    "disrupts",
    "grouped",
    "of_branch",
    "open_values",
    "other_changes",
    "property_change",
    "section_change",
    "settled_values",
]
