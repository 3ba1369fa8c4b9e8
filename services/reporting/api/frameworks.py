"""Plans over HTTP: as they are published, as files, and how they are changed."""

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Query
from pydantic import BaseModel
from starlette.responses import Response

from services.reporting import commands
from services.reporting.api.policies import MANAGE, OVERSEE
from services.reporting.frameworks import Framework, FrameworkError, files
from services.reporting.queries.plans import find_plan, plan_versions, plans, whole_plan
from services.reporting.schemas import FrameworkPublic
from shared.auth.actor import Actor
from shared.auth.policy import SIGNED_IN
from shared.db import ReadSession, WriteSession
from shared.errors import Invalid
from shared.http import IfMatch, Listing, Page, Reply, Rows, ServiceRouter, Upload
from shared.spreadsheets.csv_sheet import decoded

router: Final = ServiceRouter(prefix="/api/v1", tags=["goals"])
YAML: Final = "application/yaml"
Reason = Annotated[str | None, Query(max_length=2000, description="why it changes; kept with the version")]


class PlanVersionPublic(BaseModel):
    """One change of a plan."""

    version: int
    recorded_at: datetime
    by: str
    reason: str | None


@router.get("/frameworks", policy=SIGNED_IN, response_model=Listing[FrameworkPublic])
def list_frameworks(session: ReadSession) -> Rows[FrameworkPublic]:
    """The plans whose goals are followed here."""
    return Rows([FrameworkPublic.of(plan) for plan in plans(session)])


@router.get("/frameworks/schema.json", policy=SIGNED_IN, response_model=dict[str, Any])
def read_schema() -> dict[str, Any]:
    """The JSON Schema of framework files."""
    return files.json_schema()


@router.post("/frameworks", policy=MANAGE, response_model=FrameworkPublic, status_code=201)
def create_framework(body: Framework, session: WriteSession, actor: Actor, reply: Reply) -> FrameworkPublic:
    """Follow a plan that is not followed yet. 422 with the place of every broken reference and what is allowed there."""
    plan = commands.publish_plan(session, body, by=actor)
    reply.located(f"/api/v1/frameworks/{plan.code}")
    return _shown(session, plan.code)


@router.post("/frameworks/files", policy=MANAGE, response_model=FrameworkPublic, status_code=201, consumes=(YAML,))
def create_framework_from_file(upload: Upload, session: WriteSession, actor: Actor, reply: Reply) -> FrameworkPublic:
    """The same, from a framework file (YAML). What is wrong with it is told with its line."""
    plan = commands.publish_plan(session, _read(session, upload, replaces=None), by=actor)
    reply.located(f"/api/v1/frameworks/{plan.code}")
    return _shown(session, plan.code)


@router.get("/frameworks/{framework_id}", policy=SIGNED_IN, response_model=FrameworkPublic)
def read_framework(framework_id: str, session: ReadSession) -> FrameworkPublic:
    """A plan with its tree and its goals, each number with its source."""
    return FrameworkPublic.of(find_plan(session, framework_id))


@router.put("/frameworks/{framework_id}", policy=MANAGE, response_model=FrameworkPublic)
def replace_framework(
    framework_id: str, body: Framework, session: WriteSession, actor: Actor, *, if_match: IfMatch, reason: Reason = None
) -> FrameworkPublic:
    """Replace what a plan says. Published targets stay; projects that are not named stay as they are."""
    commands.replace_plan(session, framework_id, body, by=actor, expected=if_match, reason=reason)
    return _shown(session, framework_id)


@router.get("/frameworks/{framework_id}/file", policy=SIGNED_IN, produces=YAML)
def read_framework_file(framework_id: str, session: ReadSession) -> Response:
    """The plan as a framework file, its projects included. Read in again it changes nothing."""
    content = files.written(whole_plan(session, framework_id)).encode()
    headers = {"Content-Disposition": f'attachment; filename="{framework_id}.yaml"'}
    return Response(content, media_type=YAML, headers=headers)


@router.put("/frameworks/{framework_id}/file", policy=MANAGE, response_model=FrameworkPublic, consumes=(YAML,))
def replace_framework_by_file(
    framework_id: str, upload: Upload, session: WriteSession, actor: Actor, *, if_match: IfMatch, reason: Reason = None
) -> FrameworkPublic:
    """Replace what a plan says by a framework file (YAML)."""
    framework = _read(session, upload, replaces=framework_id)
    commands.replace_plan(session, framework_id, framework, by=actor, expected=if_match, reason=reason)
    return _shown(session, framework_id)


@router.get("/frameworks/{framework_id}/versions", policy=OVERSEE, response_model=Listing[PlanVersionPublic])
def list_framework_versions(framework_id: str, session: ReadSession, page: Page) -> Rows[Any]:
    """Who changed a plan, when and why."""
    return plan_versions(session, framework_id, page)


def _read(session: WriteSession, upload: Upload, *, replaces: str | None) -> Framework:
    """What a file says, checked against the plans that stay beside it."""
    others = [plan.framework for plan in plans(session) if plan.framework.id != replaces]
    goals = [goal.id for each in others for goal in each.goals]
    measures = [measure.id for each in others for measure in each.measures]
    try:
        return files.read_text(decoded(upload.content), "file", goals=goals, measures=measures)
    except FrameworkError as error:
        raise Invalid(*files.field_errors(error)) from None


def _shown(session: WriteSession, code: str) -> FrameworkPublic:
    session.flush()
    return FrameworkPublic.of(find_plan(session, code))
