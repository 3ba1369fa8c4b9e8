"""Positions and pledges as files for spreadsheets, in which no cell is ever taken for a formula."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Path, Query
from starlette.requests import Request
from starlette.responses import Response

from services.employers import queries
from services.employers.api.imports import file
from services.employers.api.policies import OVERSEE, RegionFilter
from services.employers.domain.positions import PositionKind, PositionState
from shared.auth.actor import Actor
from shared.db import ReadSession
from shared.http import ServiceRouter
from shared.i18n import negotiate

router = ServiceRouter(prefix="/api/v1", tags=["employers"])
Kind = Annotated[Literal["csv", "xlsx"], Path(description="UTF-8 CSV as Excel reads it, or a workbook")]
Month = Annotated[str | None, Query(pattern=r"^20[0-9]{2}-(?:0[1-9]|1[0-2])$", description="YYYY-MM")]


@router.get("/positions/export.{form}", policy=OVERSEE, produces="application/octet-stream")
def export_positions(
    form: Kind,
    session: ReadSession,
    actor: Actor,
    request: Request,
    *,
    company_id: UUID | None = None,
    state: PositionState | None = None,
    field: str | None = None,
    kind: PositionKind | None = None,
    region: RegionFilter = None,
) -> Response:
    """The positions that the caller may see, with their seats, as a file. Nobody's contact is in it."""
    content = queries.positions_file(
        session, xlsx=form == "xlsx", language=negotiate(request.headers.get("accept-language")), company_id=company_id,
        state=state, field=field, kind=kind, region=region, by=actor,
    )  # fmt: skip
    return file(content, "positions", form)


@router.get("/pledges/export.{form}", policy=OVERSEE, produces="application/octet-stream")
def export_pledges(
    form: Kind, session: ReadSession, actor: Actor, request: Request, *, month: Month = None, field: str | None = None
) -> Response:
    """The pledges of the companies that the caller may see, as a file."""
    language = negotiate(request.headers.get("accept-language"))
    return file(
        queries.pledges_file(session, xlsx=form == "xlsx", language=language, month=month, field=field, by=actor), "pledges", form
    )
