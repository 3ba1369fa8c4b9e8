"""Projects of plans and the reports of their owners."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.contracts.reporting.service import ReportingEvent


class ProjectEvent(ReportingEvent):
    """A project of a plan as it stands now. Amounts are in won."""

    project_id: UUID
    plan: str
    code: str
    node: str | None
    state: str
    budget_won: int | None
    spent_won: int | None
    starts_on: date | None
    ends_on: date | None


class ProjectAdded(ProjectEvent):
    """A project came in.

    v1  first version
    """

    name: ClassVar[str] = "project.added"


class ProjectChanged(ProjectEvent):
    """What a project is, or where it stands, was changed.

    v1  first version
    """

    name: ClassVar[str] = "project.changed"


class ProjectReported(ProjectEvent):
    """Its owner reported on a month.

    v1  first version
    """

    name: ClassVar[str] = "project.reported"
    month: str
    health: str
