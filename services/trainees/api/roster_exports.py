"""What a university gets back: the mirror of what it sent, its scorecard, and what we hold as a OneRoster package."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from sqlalchemy import select
from sqlmodel import col
from starlette.requests import Request
from starlette.responses import Response

from services.trainees import schemas
from services.trainees.api.mirror_page import SHOWN, mirror_headers, mirror_page
from services.trainees.api.policies import ADMIT, READ, SEE_PERSONS
from services.trainees.api.purposes import NeededPurpose, PurposeNote
from services.trainees.commands.roster.exporting import export_oneroster
from services.trainees.domain.purposes import stated
from services.trainees.queries.roster import mirrors, scorecards
from services.trainees.queries.scope import visible
from services.trainees.tables import Enrolment, University
from shared.auth.actor import Actor
from shared.db import Database, ReadSession
from shared.http import Listing, Page, Rows, ServiceRouter
from shared.i18n import negotiate
from shared.spreadsheets.writing import Cell, to_csv

router = ServiceRouter(prefix="/api/v1")

Days = Annotated[int, Query(ge=1, le=366, description="how far back")]
_AT_ONCE = 2_000


@router.get("/universities/{university_id}/mirror", policy=SEE_PERSONS, response_model=Listing[schemas.MirrorRowPublic])
def read_mirror(
    university_id: UUID,
    *,
    session: ReadSession,
    actor: Actor,
    page: Page,
    cohort_id: UUID | None = None,
    only_different: bool = False,
) -> Rows[Any]:
    """What the university sent of each enrolment, what we hold, what differs and who said otherwise; values masked."""
    visible(session, University, university_id, actor=actor)
    statement = mirrors.mirrored(university_id, cohort_id=cohort_id, only_different=only_different)
    found = page.fetch(session, statement, key=[Enrolment.id])
    return Rows(mirrors.mirror_rows(session, found.items), found.next, found.total)


@router.get("/universities/{university_id}/mirror.csv", policy=SEE_PERSONS, produces="text/csv")
def download_mirror(university_id: UUID, session: ReadSession, actor: Actor, cohort_id: UUID | None = None) -> Response:
    """What differs, for Excel: one line per difference, values masked."""
    visible(session, University, university_id, actor=actor)
    header = ("cohort", "enrolment_id", "name", "stage", "state", "field", "sent", "held", "said_by", "actor", "since")
    headers = {"Content-Disposition": 'attachment; filename="mirror.csv"'}
    content = to_csv(header, _lines(_different(session, university_id, cohort_id)))
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/universities/{university_id}/mirror.html", policy=SEE_PERSONS, produces="text/html")
def show_mirror(university_id: UUID, session: ReadSession, actor: Actor, request: Request) -> Response:
    """The same as a page to read or print, with the scorecard; the first 200 differences."""
    university = visible(session, University, university_id, actor=actor)
    differing = [row for row, _ in zip(_different(session, university_id, None), range(SHOWN), strict=False)]
    card = scorecards.scorecard(session, university_id, days=90)
    counts = mirrors.counted(session, university_id)
    language = negotiate(request.headers.get("accept-language"))
    page = mirror_page(university, counts, differing, card, language=language)
    return Response(page, media_type="text/html; charset=utf-8", headers=mirror_headers(language))


@router.get("/universities/{university_id}/scorecard", policy=READ, response_model=schemas.ScorecardPublic)
def read_scorecard(university_id: UUID, session: ReadSession, actor: Actor, days: Days = 90) -> scorecards.Scorecard:
    """Whether rosters came and came in time, how many rows were wrong, how much had to be corrected here."""
    visible(session, University, university_id, actor=actor)
    return scorecards.scorecard(session, university_id, days=days)


@router.get("/universities/{university_id}/oneroster.zip", policy=ADMIT, produces="application/zip")
def export_roster(
    university_id: UUID,
    *,
    actor: Actor,
    request: Request,
    purpose: NeededPurpose,
    purpose_note: PurposeNote = None,
    cohort_id: UUID | None = None,
) -> Response:
    """What we hold as a OneRoster 1.2 package, which sent back changes nothing. Everybody in it is in the access log then."""
    # A read that writes: routes of the GET kind are given no write session, so it takes its own.
    database: Database = request.app.state.db
    origin, said = request.client.host if request.client else None, stated(purpose, purpose_note)
    content = database.run(
        lambda session: export_oneroster(session, university_id, cohort_id=cohort_id, by=actor, origin=origin, purpose=said)
    )
    headers = {"Content-Disposition": 'attachment; filename="oneroster.zip"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/zip", headers=headers)


def _different(session: ReadSession, university_id: UUID, cohort_id: UUID | None) -> Iterator[mirrors.MirrorRow]:
    """The rows that differ, a part after the other."""
    statement = mirrors.mirrored(university_id, cohort_id=cohort_id, only_different=True).order_by(col(Enrolment.id))
    ids: Sequence[UUID] = session.scalars(statement.with_only_columns(col(Enrolment.id))).all()
    for start in range(0, len(ids), _AT_ONCE):
        part = session.scalars(select(Enrolment).where(col(Enrolment.id).in_(ids[start : start + _AT_ONCE]))).all()
        yield from (row for row in mirrors.mirror_rows(session, part) if row.state is not mirrors.Mirrored.SAME)


def _lines(rows: Iterator[mirrors.MirrorRow]) -> Iterator[tuple[Cell, ...]]:
    for row in rows:
        about = (row.cohort_code, str(row.enrolment_id), row.name, row.stage.value, row.state.value)
        for each in row.differences:
            since = each.since.isoformat() if each.since is not None else None
            yield (*about, each.field, each.sent, each.held, each.said_by.value, each.actor, since)
        if not row.differences:
            yield (*about, None, None, None, None, None, None)
