"""Projects of plans: lists in, where they stand, and the reports of their owners."""

from dataclasses import asdict
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query

from services.reporting import commands
from services.reporting.api.frameworks import YAML
from services.reporting.api.policies import CARRY_OUT, FOLLOW, MANAGE, OVERSEE
from services.reporting.domain.observing import ProjectState
from services.reporting.frameworks.project_lists import read_projects
from services.reporting.queries import projects as queries
from services.reporting.queries.plans import find_plan
from services.reporting.schemas import (
    ProjectChange,
    ProjectPublic,
    ProjectReportCreate,
    ProjectReportPublic,
    SummaryPublic,
    TakenInPublic,
)
from services.reporting.tables import ProjectReport
from shared.auth.actor import Actor
from shared.db import ReadSession, WriteSession
from shared.http import IfMatch, Listing, Page, Rows, ServiceRouter, Upload

router: Final = ServiceRouter(prefix="/api/v1", tags=["projects"])
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST: Final = 5 * 1024 * 1024
Node = Annotated[str | None, Query(max_length=60, description="only projects of this part of the plan")]


@router.get("/frameworks/{framework_id}/projects", policy=FOLLOW, response_model=Listing[ProjectPublic])
def list_projects(
    framework_id: str,
    session: ReadSession,
    actor: Actor,
    page: Page,
    *,
    node: Node = None,
    state: ProjectState | None = None,
    flagship: bool | None = None,
) -> Rows[ProjectPublic]:
    """The projects of a plan; to who acts for an organisation, its own."""
    find_plan(session, framework_id)
    found = queries.projects(session, page, plan=framework_id, node=node, state=state, flagship=flagship, by=actor)
    return Rows([ProjectPublic.of(row) for row in found.items], found.next, found.total)


@router.get("/frameworks/{framework_id}/projects/summary", policy=OVERSEE, response_model=Listing[SummaryPublic])
def read_summary(framework_id: str, session: ReadSession) -> Rows[SummaryPublic]:
    """How the projects stand: of the whole plan first, then of every part of its tree."""
    found = queries.summaries(session, find_plan(session, framework_id).framework)
    return Rows([SummaryPublic.model_validate(each, from_attributes=True) for each in found])


@router.post(
    "/frameworks/{framework_id}/projects/imports",
    policy=MANAGE,
    response_model=TakenInPublic,
    max_body=LARGEST,
    consumes=("text/csv", XLSX, YAML, "multipart/form-data"),
)
def import_projects(framework_id: str, upload: Upload, session: WriteSession, actor: Actor) -> TakenInPublic:
    """Take in a list of projects (CSV, XLSX, or YAML as in a framework file): all of it, or nothing.

    Projects are known again by their code. 422 with the line and the column of everything that is wrong.
    """
    framework = find_plan(session, framework_id).framework
    found = read_projects(upload.content, framework, yaml=upload.content_type == YAML)
    done = commands.take_in_projects(session, framework, found.projects, by=actor, organisations=found.organisations)
    return TakenInPublic(**asdict(done))


@router.get("/projects/{project_id}", policy=FOLLOW, response_model=ProjectPublic)
def read_project(project_id: UUID, session: ReadSession, actor: Actor) -> ProjectPublic:
    return ProjectPublic.of(queries.find_project(session, project_id, by=actor))


@router.patch("/projects/{project_id}", policy=MANAGE, response_model=ProjectPublic)
def change_project(
    project_id: UUID, body: ProjectChange, session: WriteSession, actor: Actor, *, if_match: IfMatch
) -> ProjectPublic:
    """Change what a project is, or where it stands. 409 with the legal states."""
    nullable = ("node", "organisation", "budget_won", "starts_on", "ends_on")
    said = body.model_dump(exclude_unset=True)
    changes = {name: value for name, value in said.items() if value is not None or name in nullable}
    if body.milestones is not None:
        changes["milestones"] = [each.model_dump(mode="json") for each in body.milestones]
    return ProjectPublic.of(commands.change_project(session, project_id, changes=changes, expected=if_match, by=actor))


@router.get("/projects/{project_id}/reports", policy=FOLLOW, response_model=Listing[ProjectReportPublic])
def list_project_reports(project_id: UUID, session: ReadSession, actor: Actor, page: Page) -> Rows[ProjectReport]:
    """What was reported of a project, month by month, with every revision."""
    return queries.reports(session, queries.find_project(session, project_id, by=actor), page)


@router.post("/projects/{project_id}/reports", policy=CARRY_OUT, response_model=ProjectReportPublic, status_code=201)
def report_project(project_id: UUID, body: ProjectReportCreate, session: WriteSession, actor: Actor) -> ProjectReport:
    """Say how a project stood at the end of a month. Said again, it is a further revision."""
    said = {name: getattr(body, name) for name in ProjectReportCreate.model_fields}
    return commands.report_project(session, project_id, **said, by=actor)
