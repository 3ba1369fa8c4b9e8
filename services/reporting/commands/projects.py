"""Projects of plans: they come in as lists, move, and are reported on by their owners every month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from services.reporting.commands.periods import check_unlocked
from services.reporting.domain.observing import Health, ProjectState, move_project
from services.reporting.frameworks import Framework, PlannedProject
from services.reporting.queries.plans import find_plan
from services.reporting.queries.projects import PROJECT, may_report
from services.reporting.tables import Project, ProjectReport
from shared import clock
from shared.auth.actor import Actor
from shared.contracts.reporting import ProjectAdded, ProjectChanged, ProjectEvent, ProjectReported
from shared.db import WriteSession
from shared.errors import N_, FieldError, Invalid, NotFound
from shared.events.outbox import emit
from shared.versions import check_version


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What a list of projects did: how many came in, how many were changed, how many it says nothing new of."""

    added: int
    changed: int
    unchanged: int


def take_in_projects(
    session: WriteSession,
    framework: Framework,
    projects: Sequence[PlannedProject],
    *,
    by: Actor,  # noqa: ARG001 - who did it is in the plan's version and in the access log
    organisations: Mapping[str, str] | None = None,
) -> TakenIn:
    """Add the projects of a plan that are new, and bring those that are there to what the list says of them.

    Those that are not in the list stay. `organisations` names, by project, whom a report may come from.
    """
    if not projects:
        return TakenIn(0, 0, 0)
    statement = select(Project).where(col(Project.plan) == framework.id).with_for_update()
    known = {row.code: row for row in session.scalars(statement)}
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    for planned in projects:
        said = _said(planned, (organisations or {}).get(planned.id), known.get(planned.id))
        row = known.get(planned.id)
        if row is None:
            row = Project(plan=framework.id, code=planned.id, **said)
            session.add(row)
            _emit(session, row, ProjectAdded)
            counts["added"] += 1
        elif any(getattr(row, name) != value for name, value in said.items()):
            _set(row, said)
            _emit(session, row, ProjectChanged)
            counts["changed"] += 1
        else:
            counts["unchanged"] += 1
    return TakenIn(**counts)


def change_project(
    session: WriteSession, project_id: UUID, *, changes: Mapping[str, Any], expected: int | None, by: Actor
) -> Project:
    """Change what a project is, or where it stands. Raises NotFound, Stale, IllegalMove, and Invalid."""
    project = _locked(session, project_id, by=by)
    check_version(project, expected)
    if "state" in changes:
        move_project(project.state, changes["state"])
    nodes = find_plan(session, project.plan).framework.node_ids()
    if changes.get("node") is not None and changes["node"] not in nodes:
        message, allowed = N_("There is none of this name. There are: {allowed}."), ", ".join(nodes) or "-"
        raise Invalid(FieldError("/node", "unknown_node", message, {"allowed": allowed}))
    starts, ends = changes.get("starts_on", project.starts_on), changes.get("ends_on", project.ends_on)
    if starts is not None and ends is not None and ends < starts:
        raise Invalid(FieldError("/ends_on", "ends_before_start", N_("It ends before it starts.")))
    _set(project, changes)
    _emit(session, project, ProjectChanged)
    return project


def report_project(
    session: WriteSession,
    project_id: UUID,
    *,
    month: str,
    state: ProjectState,
    health: Health,
    spent_won: int,
    milestones_done: Mapping[str, Any] | None = None,
    note: str | None = None,
    by: Actor,
) -> ProjectReport:
    """Say how a project stood at the end of a month: the same month again is a further revision of that report.

    `spent_won` is what was spent since the beginning. Raises NotFound, PeriodIsLocked, IllegalMove, and Invalid for a
    month that has not begun and for milestones that the project does not have.
    """
    project = _locked(session, project_id, by=by)
    if month > f"{clock.today():%Y-%m}":
        raise Invalid(FieldError("/month", "in_the_future", N_("Must not be in the future.")))
    check_unlocked(session, month)
    latest = project.reported_month is None or month >= project.reported_month
    if latest:
        project.state = move_project(project.state, state)
        project.milestones = _done(project, milestones_done or {})
        project.health, project.spent_won, project.reported_month = health, spent_won, month
    report = ProjectReport(
        project_id=project.id, month=month, revision=_revisions(session, project.id, month) + 1, by=by.subject,
        state=state, health=health, spent_won=spent_won, note=note,
    )  # fmt: skip
    session.add(report)
    emit(session, project, ProjectReported(**_about(project), month=month, health=str(health)))
    return report


def _done(project: Project, done: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The milestones with the days on which some of them were reached."""
    unknown = [place for place in done if not (place.isdecimal() and int(place) < len(project.milestones))]
    if unknown:
        allowed = ", ".join(str(place) for place in range(len(project.milestones))) or "-"
        message = N_("There is none of this name. There are: {allowed}.")
        raise Invalid(FieldError("/milestones_done", "unknown_milestone", message, {"allowed": allowed}))
    return [
        {**each, "done_on": None if done[str(place)] is None else str(done[str(place)])} if str(place) in done else each
        for place, each in enumerate(project.milestones)
    ]


def _revisions(session: WriteSession, project_id: UUID, month: str) -> int:
    statement = select(func.count()).where(col(ProjectReport.project_id) == project_id, col(ProjectReport.month) == month)
    return int(session.execute(statement).scalar_one())


def _said(planned: PlannedProject, organisation: str | None, row: Project | None) -> dict[str, Any]:
    done = {each["name"]["en"]: each.get("done_on") for each in (row.milestones if row else [])}
    milestones = [
        {"name": each.name.model_dump(), "due_on": str(each.due_on), "done_on": done.get(each.name.en)}
        for each in planned.milestones
    ]
    return {
        "name_ko": planned.name.ko,
        "name_en": planned.name.en,
        "node": planned.node,
        "owner_ko": planned.owner.ko if planned.owner else None,
        "owner_en": planned.owner.en if planned.owner else None,
        "organisation": organisation if organisation is not None or row is None else row.organisation,
        "flagship": planned.flagship,
        "budget_won": planned.budget_won,
        "starts_on": planned.starts_on,
        "ends_on": planned.ends_on,
        "milestones": milestones,
    }


def _set(row: Project, said: Mapping[str, Any]) -> None:
    for name, value in said.items():
        setattr(row, name, value)


def _locked(session: WriteSession, project_id: UUID, *, by: Actor) -> Project:
    statement = select(Project).where(col(Project.id) == project_id).with_for_update()
    found = session.scalars(statement.execution_options(populate_existing=True)).first()
    if found is None or not may_report(found, by):
        raise NotFound(PROJECT)
    return found


def _emit(session: WriteSession, project: Project, kind: type[ProjectEvent]) -> None:
    emit(session, project, kind(**_about(project)))


def _about(project: Project) -> dict[str, Any]:
    names = ("plan", "code", "node", "budget_won", "spent_won", "starts_on", "ends_on")
    return {"project_id": project.id, "state": str(project.state), **{name: getattr(project, name) for name in names}}
