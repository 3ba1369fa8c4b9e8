"""Goal frameworks: published plans as data files beside this one, read and checked when the service starts."""

from services.reporting.frameworks.files import Framework, Goal, Target, field_names, frameworks, goals

__all__ = ["Framework", "Goal", "Target", "field_names", "frameworks", "goals"]
