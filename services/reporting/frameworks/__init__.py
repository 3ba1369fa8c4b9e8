"""Goal frameworks: published plans as data files beside this one, and the form that every such file has."""

from services.reporting.frameworks.documents import Framework, Measure, Node, PlannedProject
from services.reporting.frameworks.files import FrameworkError, field_names
from services.reporting.frameworks.targets import Goal, Target

__all__ = ["Framework", "FrameworkError", "Goal", "Measure", "Node", "PlannedProject", "Target", "field_names"]
