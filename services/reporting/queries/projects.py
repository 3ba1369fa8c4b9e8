"""Projects of plans: who may see them, how they stand by part of the plan, and whose report is missing."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Select, select
from sqlmodel import col

from services.reporting.domain.observing import ProjectState, period_before
from services.reporting.domain.periods import Period
from services.reporting.frameworks import Framework, Node
from services.reporting.frameworks.parts import Stated
from services.reporting.queries.entitlement import SEES_EVERYTHING
from services.reporting.tables import Project, ProjectReport
from shared import clock
from shared.auth.actor import Actor, Role
from shared.db import ReadSession
from shared.errors import N_, NotFound
from shared.http import Page, Rows

PROJECT: Final = N_("project")
REPORTING: Final = (ProjectState.RUNNING, ProjectState.SUSPENDED)
_MANAGES: Final = (Role.PROGRAM_MANAGER, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Summary:
    """How the projects of one part of a plan stand, those of its parts included. `node` is None for the whole plan.

    `stated` is how many the plan says there are. Amounts are in won; what is not known of a project is not in them.
    """

    node: str | None
    stated: int | None
    projects: int
    states: Mapping[ProjectState, int]
    health: Mapping[str, int]
    budget_won: int
    without_budget: int
    spent_won: int
    late_milestones: int
    reports_missing: int


def may_report(project: Project, actor: Actor) -> bool:
    """Whether a caller may say how a project goes: who manages programs, and the organisation that carries it out."""
    if actor.has(*_MANAGES):
        return True
    return project.organisation is not None and project.organisation == actor.organisation


def visible_projects(actor: Actor) -> Select[Project]:
    """The projects that a caller may see: all, or those of their organisation."""
    statement = select(Project)
    return statement if actor.has(*SEES_EVERYTHING) else statement.where(col(Project.organisation) == (actor.organisation or ""))


def find_project(session: ReadSession, project_id: UUID, *, by: Actor) -> Project:
    """Raises NotFound."""
    found = session.scalars(visible_projects(by).where(col(Project.id) == project_id)).first()
    if found is None:
        raise NotFound(PROJECT)
    return found


def projects(
    session: ReadSession,
    page: Page,
    *,
    plan: str,
    node: str | None = None,
    state: ProjectState | None = None,
    flagship: bool | None = None,
    by: Actor,
) -> Rows[Project]:
    """A page of a plan's projects, by code."""
    statement = visible_projects(by).where(col(Project.plan) == plan)
    wanted = {Project.node: node, Project.state: state, Project.flagship: flagship}
    for column, value in wanted.items():
        if value is not None:
            statement = statement.where(col(column) == value)
    return page.fetch(session, statement, key=[col(Project.code)])


def reports(session: ReadSession, project: Project, page: Page) -> Rows[ProjectReport]:
    """A page of what was reported of a project, month by month, each revision."""
    statement = select(ProjectReport).where(col(ProjectReport.project_id) == project.id)
    return page.fetch(session, statement, key=[col(ProjectReport.month), col(ProjectReport.revision)])


def summaries(session: ReadSession, framework: Framework) -> list[Summary]:
    """How the projects of a plan stand: as a whole, and by every part of its tree."""
    rows = session.scalars(select(Project).where(col(Project.plan) == framework.id)).all()
    by_node: dict[str | None, list[Project]] = defaultdict(list)
    for row in rows:
        by_node[row.node].append(row)
    parts = [_summary(node.id, _stated(node.stated), _below(node, by_node)) for _, node in framework.all_nodes()]
    return [_summary(None, _stated(framework.stated), rows), *parts]


def _below(node: Node, by_node: Mapping[str | None, Sequence[Project]]) -> list[Project]:
    return [*by_node.get(node.id, ()), *(row for child in node.nodes for row in _below(child, by_node))]


def _stated(stated: Sequence[Stated]) -> int | None:
    return next((each.number for each in stated if each.kind == "project"), None)


def _summary(node: str | None, stated: int | None, rows: Sequence[Project]) -> Summary:
    today, due = str(clock.today()), period_before(clock.today(), Period.MONTH)
    late = [each for row in rows for each in row.milestones if each.get("done_on") is None and each["due_on"] < today]
    return Summary(
        node=node,
        stated=stated,
        projects=len(rows),
        states=Counter(row.state for row in rows),
        health=Counter(str(row.health) for row in rows if row.health is not None),
        budget_won=sum(row.budget_won or 0 for row in rows),
        without_budget=sum(row.budget_won is None for row in rows),
        spent_won=sum(row.spent_won or 0 for row in rows),
        late_milestones=len(late),
        reports_missing=sum(row.state in REPORTING and (row.reported_month or "") < due for row in rows),
    )
