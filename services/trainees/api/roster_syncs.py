"""Roster syncs over HTTP: a file in, its preview, what a person decides about it, and what became of every row."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from services.trainees import schemas
from services.trainees.api.policies import ADMIT, MANAGE, READ
from services.trainees.commands.roster import deciding, undoing
from services.trainees.commands.roster.receiving import receive, sync_rows
from services.trainees.domain.roster.lifecycle import Outcome, SyncMode, SyncState
from services.trainees.queries.roster import absences, reports
from services.trainees.queries.scope import visible
from services.trainees.tables import RosterAbsence, RosterSync
from shared.auth.actor import Actor
from shared.db import ReadSession, WriteSession
from shared.http import IfMatch, Listing, Page, Reply, Rows, ServiceRouter, Upload
from shared.http.problems import problem_response
from shared.i18n import Language, negotiate

router = ServiceRouter(prefix="/api/v1")

LARGEST = 20 * 1024 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CohortIds = Annotated[list[UUID], Query(alias="cohort_id", min_length=1, max_length=50, description="once per cohort")]


@router.post(
    "/universities/{university_id}/roster-syncs",
    policy=ADMIT,
    response_model=schemas.RosterSyncPublic,
    status_code=201,
    max_body=LARGEST,
    consumes=("text/csv", "application/json", XLSX, "application/zip", "multipart/form-data"),
)
def send_roster(
    university_id: UUID,
    *,
    cohort_ids: CohortIds,
    roster: Upload,
    session: WriteSession,
    actor: Actor,
    request: Request,
    reply: Reply,
    mode: SyncMode = SyncMode.ROWS,
    dry_run: bool = False,
) -> reports.SyncReport:
    """Send a roster: CSV (UTF-8 or CP949), XLSX, JSON or a OneRoster 1.2 zip, told by content. See infra/docs/roster-sync.md.

    `mode=rows` (CSV and JSON, up to 2,000 rows) answers 201 with every row's fate. `mode=delta` and `mode=full` answer 202:
    the file is read and previewed beside, and carried out by /commit. With `dry_run` nothing is ever changed. 409 with a
    `Link` while another sync of the same cohorts is running; 422 for a file that cannot be used: nothing is changed then.
    """
    if mode is SyncMode.ROWS:
        sync = sync_rows(session, university_id, cohort_ids, roster.content, by=actor, dry_run=dry_run)
    else:
        sync = receive(session, university_id, cohort_ids, roster.content, mode=mode, by=actor, dry_run=dry_run)
        reply.status_code = 202
    reply.located(f"/api/v1/roster-syncs/{sync.id}")
    return _reported(session, sync, request, reply)


@router.get("/roster-syncs", policy=READ, response_model=Listing[schemas.RosterSyncSummary])
def list_roster_syncs(
    session: ReadSession,
    actor: Actor,
    page: Page,
    request: Request,
    *,
    university_id: UUID | None = None,
    state: SyncState | None = None,
) -> Rows[Any]:
    """The syncs; a university sees its own. `state=applied_with_holds` are those that wait for the program manager."""
    statement = reports.syncs(actor=actor, university_id=university_id, state=state)
    found = page.fetch(session, statement, key=[RosterSync.id], sorts={"created_at": RosterSync.created_at})
    return Rows(reports.reported(session, found.items, language=_language(request)), found.next, found.total)


@router.get("/roster-syncs/{sync_id}", policy=READ, response_model=schemas.RosterSyncPublic)
def read_roster_sync(sync_id: UUID, session: ReadSession, actor: Actor, request: Request, reply: Reply) -> reports.SyncReport:
    """Where a sync stands and what became of its rows."""
    return _reported(session, visible(session, RosterSync, sync_id, actor=actor), request, reply)


@router.get("/roster-syncs/{sync_id}/rows", policy=READ, response_model=Listing[schemas.RosterRowPublic])
def list_roster_rows(
    sync_id: UUID, *, session: ReadSession, actor: Actor, page: Page, request: Request, outcome: Outcome | None = None
) -> Rows[Any]:
    """The fate of every row, in the order of the file."""
    sync = visible(session, RosterSync, sync_id, actor=actor)
    statement = reports.outcomes(sync.id, outcome=outcome).order_by(None)
    found = page.fetch(session, statement, key=[reports.FATE.line])
    language = _language(request)
    return Rows([reports.row_fate(row, language=language) for row in found.items], found.next, found.total)


@router.get("/roster-syncs/{sync_id}/absences", policy=READ, response_model=Listing[schemas.RosterAbsencePublic])
def list_roster_absences(sync_id: UUID, session: ReadSession, actor: Actor, page: Page) -> Rows[Any]:
    """The enrolments that the roster no longer names: held or gone, since when, and where that leads."""
    sync = visible(session, RosterSync, sync_id, actor=actor)
    found = page.fetch(session, absences.absences(sync.id), key=[RosterAbsence.enrolment_id])
    return Rows(absences.shown(session, found.items, actor=actor), found.next, found.total)


@router.post("/roster-syncs/{sync_id}/commit", policy=ADMIT, response_model=schemas.RosterSyncPublic, status_code=202)
def commit_roster_sync(
    sync_id: UUID, *, session: WriteSession, actor: Actor, if_match: IfMatch, request: Request, reply: Reply
) -> reports.SyncReport:
    """Carry out what the preview said. 409 when anything changed since it was made."""
    sync = deciding.commit_sync(session, sync_id, by=actor, revision=_revision(if_match))
    reply.located(f"/api/v1/roster-syncs/{sync.id}")
    return _reported(session, sync, request, reply)


@router.post("/roster-syncs/{sync_id}/approve", policy=MANAGE, response_model=schemas.RosterSyncPublic)
def approve_roster_removals(
    sync_id: UUID,
    *,
    session: WriteSession,
    actor: Actor,
    if_match: IfMatch,
    request: Request,
    reply: Reply,
    body: schemas.RosterApproval = schemas.RosterApproval(),
) -> reports.SyncReport | Response:
    """Carry out the removals that are held, as many as they are by now; 409, and all held again, if that is above the ceiling."""
    sync, refusal = deciding.approve_removals(session, sync_id, by=actor, ceiling=body.at_most, revision=_revision(if_match))
    if refusal is not None:
        return problem_response(refusal, _language(request))
    return _reported(session, sync, request, reply)


@router.post("/roster-syncs/{sync_id}/undo", policy=ADMIT, response_model=schemas.RosterSyncPublic)
def undo_roster_sync(
    sync_id: UUID, *, session: WriteSession, actor: Actor, if_match: IfMatch, request: Request, reply: Reply
) -> reports.SyncReport:
    """Take the sync back as a whole: within 30 days, and as long as no later one of the same cohorts was brought in."""
    sync = undoing.undo_sync(session, sync_id, by=actor, revision=_revision(if_match))
    return _reported(session, sync, request, reply)


@router.get("/roster-syncs/{sync_id}/errors.csv", policy=READ, produces="text/csv")
def read_roster_errors(sync_id: UUID, session: ReadSession, actor: Actor) -> Response:
    """Everything that was wrong as a file for Excel: line, column, code, masked value and the reason in both languages."""
    sync = visible(session, RosterSync, sync_id, actor=actor)
    headers: dict[str, Any] = {"Content-Disposition": f'attachment; filename="errors-{sync.id}.csv"'}
    return Response(reports.errors_csv(session, sync), media_type="text/csv; charset=utf-8", headers=headers)


def _reported(session: ReadSession, sync: RosterSync, request: Request, reply: Reply) -> reports.SyncReport:
    language = _language(request)
    # Its texts differ by language, and so must its tags; a revision has one number in each.
    reply.etag = f'"{2 * sync.revision + (language == "en")}"'
    return reports.report(session, sync, language=language)


def _revision(tag: int | None) -> int | None:
    return None if tag is None else tag // 2


def _language(request: Request) -> Language:
    return negotiate(request.headers.get("accept-language"))
