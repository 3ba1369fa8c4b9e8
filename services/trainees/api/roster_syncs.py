"""Roster syncs over HTTP: a file in, the fate of every row out, the rejected ones as a file again."""

from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from services.trainees import schemas
from services.trainees.api.policies import ADMIT, READ
from services.trainees.commands.roster_sync import sync_roster
from services.trainees.queries import roster_syncs as queries
from services.trainees.queries.scope import visible
from services.trainees.tables import RosterSync
from shared.auth.actor import Actor
from shared.db import ReadSession, WriteSession
from shared.http import Reply, ServiceRouter, Upload
from shared.i18n import negotiate

router = ServiceRouter(prefix="/api/v1")

LARGEST = 20 * 1024 * 1024


@router.post(
    "/universities/{university_id}/roster-syncs",
    policy=ADMIT,
    response_model=schemas.RosterSyncPublic,
    status_code=201,
    max_body=LARGEST,
    consumes=("text/csv",),
)
def send_roster(
    university_id: UUID,
    *,
    cohort_id: UUID,
    roster: Upload,
    session: WriteSession,
    actor: Actor,
    request: Request,
    reply: Reply,
    dry_run: bool = False,
) -> queries.SyncReport:
    """Bring a roster in: UTF-8 CSV with the columns 학번, 성명, 생년월일, 연락처 and if wanted 이메일, 지원일.

    Each row is created, changed, unchanged or rejected; a file that cannot be used changes nothing (422). With `dry_run`
    nothing is changed and the same is said.
    """
    sync = sync_roster(session, university_id, cohort_id, roster.content, by=actor, dry_run=dry_run)
    reply.located(f"/api/v1/roster-syncs/{sync.id}")
    return _reported(session, sync, request, reply)


@router.get("/roster-syncs/{sync_id}", policy=READ, response_model=schemas.RosterSyncPublic)
def read_roster_sync(sync_id: UUID, session: ReadSession, actor: Actor, request: Request, reply: Reply) -> queries.SyncReport:
    """What became of a roster, row by row."""
    return _reported(session, visible(session, RosterSync, sync_id, actor=actor), request, reply)


def _reported(session: ReadSession, sync: RosterSync, request: Request, reply: Reply) -> queries.SyncReport:
    language = negotiate(request.headers.get("accept-language"))
    reply.etag = f'"{language}"'  # nothing else about a sync ever changes
    return queries.report(session, sync, language=language)


@router.get("/roster-syncs/{sync_id}/errors.csv", policy=READ, produces="text/csv")
def read_roster_errors(sync_id: UUID, session: ReadSession, actor: Actor) -> Response:
    """The rejected rows as a file for Excel: line, column, code and the reason in Korean and English."""
    sync = visible(session, RosterSync, sync_id, actor=actor)
    headers: dict[str, Any] = {"Content-Disposition": f'attachment; filename="errors-{sync.id}.csv"'}
    return Response(queries.errors_csv(session, sync), media_type="text/csv; charset=utf-8", headers=headers)
