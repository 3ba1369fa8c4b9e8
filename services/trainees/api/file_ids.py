"""An office's file with ids in the place of names, over HTTP."""

from starlette.requests import Request
from starlette.responses import Response

from services.trainees.api.policies import MANAGE
from services.trainees.api.purposes import NeededPurpose, PurposeNote
from services.trainees.commands.file_ids import HEADER, ids_for_file
from services.trainees.domain.purposes import stated
from shared.auth.actor import Actor
from shared.db import WriteSession
from shared.http import ServiceRouter, Upload
from shared.spreadsheets.writing import to_csv

router = ServiceRouter(prefix="/api/v1")

LARGEST = 20 * 1024 * 1024


@router.post(
    "/persons/ids-for-files",
    policy=MANAGE,
    idempotent=False,
    max_body=LARGEST,
    consumes=("text/csv",),
    produces="text/csv",
)
def give_ids_for_file(
    file: Upload,
    session: WriteSession,
    actor: Actor,
    request: Request,
    *,
    purpose: NeededPurpose,
    purpose_note: PurposeNote = None,
) -> Response:
    """The rows of a file (성명, 생년월일, 사업자등록번호, 취득일, 상실일) with the person's id instead of the name, as CSV.

    For services that hold no personal data: the answer goes to matching's employment insurance files as it is. Nothing of
    the file is kept; every person who is found goes to the access log.
    """
    origin = request.client.host if request.client else None
    rows = ids_for_file(session, file.content, by=actor, purpose=stated(purpose, purpose_note), origin=origin)
    cells = (
        [str(row.person_id or ""), row.business_number, str(row.acquired_on or ""), str(row.lost_on or ""), row.result]
        for row in rows
    )
    headers = {"Content-Disposition": 'attachment; filename="ids.csv"'}
    return Response(to_csv(HEADER, cells), media_type="text/csv; charset=utf-8", headers=headers)
