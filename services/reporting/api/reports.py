"""Reports over HTTP: made on the spot in six formats, closed, and delivered by schedule."""

from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import Path, Query
from starlette.requests import Request
from starlette.responses import Response

from services.reporting import commands
from services.reporting.api.dimensions import Asked, by_dimensions
from services.reporting.api.indicators import AsOf, KnownAt
from services.reporting.api.policies import CLOSE, MANAGE, OVERSEE
from services.reporting.domain.observing import PERIOD_FORM
from services.reporting.queries import closings as queries
from services.reporting.reports.asking import wish
from services.reporting.reports.gathering import gather
from services.reporting.reports.issuing import issue, named
from services.reporting.schemas.forms import IS_PERIOD
from services.reporting.schemas.reports import (
    ClosingPublic,
    ReportClose,
    ReportDeliveryPublic,
    ScheduleChange,
    ScheduleCreate,
    SchedulePublic,
)
from services.reporting.tables import ReportDelivery
from shared.auth.actor import Actor
from shared.db import ReadSession, WriteSession
from shared.http import IfMatch, Listing, Page, Reply, Rows, ServiceRouter
from shared.http.conditional import etag
from shared.i18n import negotiate

router: Final = ServiceRouter(prefix="/api/v1/reports", tags=["reports"])
Plan = Annotated[str | None, Query(max_length=60)]
Period = Annotated[
    str | None, Query(pattern=PERIOD_FORM, description="2026, 2026-Q3 or 2026-09; everything when left out"), IS_PERIOD
]
Name = Annotated[str, Path(max_length=80, description="a framework and a format: hustar.pdf")]


@router.get("/closings", policy=OVERSEE, response_model=Listing[ClosingPublic])
def list_closings(session: ReadSession, page: Page, *, framework: Plan = None) -> Rows[ClosingPublic]:
    """Reports that were closed, the oldest first."""
    found = queries.closings(session, page, plan=framework)
    return Rows([ClosingPublic.of(row) for row in found.items], found.next, found.total)


@router.post("/closings", policy=CLOSE, response_model=ClosingPublic, status_code=201)
def close_report(body: ReportClose, session: WriteSession, actor: Actor, reply: Reply) -> ClosingPublic:
    """Freeze a plan's figures of a period that has ended, with their passports, and lock the period.

    Requests for the period give these figures from now on; what would be otherwise is shown beside them and in `/changes`.
    """
    commands.check_open(session, body.framework, body.period)
    content = gather(session, wish(session, body.framework, period=body.period))
    row = commands.close_report(session, content, note=body.note, by=actor)
    reply.located(f"/api/v1/reports/closings/{row.id}")
    reply.etag = etag(row.version)
    return ClosingPublic.of(row)


@router.get("/closings/{closing_id}", policy=OVERSEE, response_model=ClosingPublic)
def read_closing(closing_id: UUID, session: ReadSession, reply: Reply) -> ClosingPublic:
    row = queries.find_closing(session, closing_id)
    reply.etag = etag(row.version)
    return ClosingPublic.of(row)


@router.get("/schedules", policy=MANAGE, response_model=Listing[SchedulePublic])
def list_schedules(session: ReadSession, page: Page) -> Rows[SchedulePublic]:
    """Reports that are delivered again and again."""
    found = queries.schedules(session, page)
    return Rows([SchedulePublic.of(row) for row in found.items], found.next, found.total)


@router.post("/schedules", policy=MANAGE, response_model=SchedulePublic, status_code=201)
def make_schedule(body: ScheduleCreate, session: WriteSession, actor: Actor, reply: Reply) -> SchedulePublic:
    """Deliver a report again and again: by mail with the file, by signed webhook with its address and checksum."""
    row = commands.make_schedule(session, said=body.said(), by=actor)
    reply.located(f"/api/v1/reports/schedules/{row.id}")
    reply.etag = etag(row.version)
    return SchedulePublic.of(row)


@router.get("/schedules/{schedule_id}", policy=MANAGE, response_model=SchedulePublic)
def read_schedule(schedule_id: UUID, session: ReadSession, reply: Reply) -> SchedulePublic:
    row = queries.find_schedule(session, schedule_id)
    reply.etag = etag(row.version)
    return SchedulePublic.of(row)


@router.patch("/schedules/{schedule_id}", policy=MANAGE, response_model=SchedulePublic)
def change_schedule(
    schedule_id: UUID, body: ScheduleChange, session: WriteSession, *, if_match: IfMatch, reply: Reply
) -> SchedulePublic:
    """Otherwise, to others, or no longer (`active` false)."""
    row = commands.change_schedule(session, schedule_id, changes=body.said(), expected=if_match)
    reply.etag = etag(row.version)
    return SchedulePublic.of(row)


@router.get("/schedules/{schedule_id}/deliveries", policy=MANAGE, response_model=Listing[ReportDeliveryPublic])
def list_report_deliveries(schedule_id: UUID, session: ReadSession, page: Page) -> Rows[ReportDelivery]:
    """What was sent of a schedule, or is to be, and what came of it."""
    return queries.deliveries(session, schedule_id, page)


@router.get("/{name}", policy=OVERSEE, produces="application/octet-stream")
@by_dimensions
def read_report(
    name: Name,
    request: Request,
    session: ReadSession,
    actor: Actor,
    *,
    asked: Asked,
    period: Period = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    lang: Annotated[Literal["ko", "en"] | None, Query(description="Accept-Language decides when left out")] = None,
) -> Response:
    """A plan's report as html, pdf, xlsx, hwpx, csv or json, with its checksum in `Report-Checksum`.

    A closed period gives its frozen figures. PDF takes a few seconds; 501 where the system lacks what it needs.
    """
    framework, kind = named(name)
    wished = wish(session, framework, period=period, as_of=as_of, known_at=known_at, only=asked)
    language = lang or negotiate(request.headers.get("accept-language"))
    return issue(request, session, wished, kind, language=language, by=actor)
