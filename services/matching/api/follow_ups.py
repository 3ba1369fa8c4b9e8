"""Routes of follow-ups: work lists, answers one by one and by file."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from starlette.responses import Response

from services.matching.api.callers import PROGRAM
from services.matching.commands.answer_files import answer_by_file
from services.matching.commands.follow_ups import answer_follow_up
from services.matching.domain.follow_ups import Answer, FollowUpState
from services.matching.domain.jobs import JobState
from services.matching.queries import follow_ups as queries
from services.matching.queries.placements import visible_placement
from services.matching.schemas.follow_ups import (
    FollowUpAnswerBody,
    FollowUpPublic,
    FollowUpWithAnswers,
    OutcomeFilePublic,
)
from services.matching.tables import FollowUp, OutcomeFile
from shared.auth.actor import Actor, Role
from shared.auth.policy import Policy, allow
from shared.db import ReadSession, WriteSession
from shared.http import Upload
from shared.http.conditional import IfMatch
from shared.http.paging import Listing, Page, Rows
from shared.http.parameters import Reply
from shared.http.router import ServiceRouter
from shared.spreadsheets.writing import to_csv

router = ServiceRouter(prefix="/api/v1", tags=["matching"])
ASK: Policy = allow(*PROGRAM, Role.UNIVERSITY)
WATCH: Policy = allow(*PROGRAM, Role.UNIVERSITY, Role.AUDITOR)
LATER: Final[dict[int | str, dict[str, Any]]] = {202: {"description": "A long file, left to the workers: follow it at Location."}}
LARGEST = 16 * 1024 * 1024


@router.get("/follow-ups", policy=WATCH, response_model=Listing[FollowUpPublic])
def list_follow_ups(
    session: ReadSession,
    actor: Actor,
    page: Page,
    *,
    state: FollowUpState | None = None,
    answer: Answer | None = None,
    months: int | None = None,
    due_before: date | None = None,
    placement_id: UUID | None = None,
    person_id: UUID | None = None,
    university_id: UUID | None = None,
    company_id: UUID | None = None,
) -> Rows[FollowUp]:
    """What is to be asked and what was answered, the most urgent first: `?state=open&due_before=` is what is overdue."""
    wanted = queries.FollowUpFilter(state, answer, months, due_before, placement_id, person_id, university_id, company_id)
    return page.fetch(session, queries.follow_ups(wanted, by=actor), key=queries.FOLLOW_UP_KEY)


@router.get("/follow-ups/work-list.csv", policy=ASK, produces="text/csv")
def download_work_list(session: ReadSession, actor: Actor) -> Response:
    """Every open follow-up as a file to fill in and send back."""
    return as_csv("follow-ups.csv", queries.WORK_LIST, queries.work_list(session, by=actor))


@router.post(
    "/follow-ups/answers",
    policy=ASK,
    response_model=OutcomeFilePublic,
    status_code=201,
    max_body=LARGEST,
    consumes=("text/csv",),
    responses=LATER,
)
def answer_follow_ups_by_file(file: Upload, session: WriteSession, actor: Actor, reply: Reply) -> OutcomeFile:
    """Answer many by file: the work list filled in, in UTF-8 or CP949. Each row fares by itself. More than 1,000 rows: 202."""
    return located(answer_by_file(session, file.content, by=actor), reply)


@router.get("/follow-ups/{follow_up_id}", policy=WATCH, response_model=FollowUpWithAnswers)
def read_follow_up(follow_up_id: UUID, session: ReadSession, actor: Actor) -> FollowUpWithAnswers:
    """One follow-up with every answer that was given."""
    found = queries.visible_follow_up(session, follow_up_id, by=actor)
    return FollowUpWithAnswers.of(found, queries.answers_of(session, follow_up_id))


@router.post("/follow-ups/{follow_up_id}/answers", policy=ASK, response_model=FollowUpPublic, status_code=201)
def answer_one_follow_up(
    follow_up_id: UUID, body: FollowUpAnswerBody, session: WriteSession, actor: Actor, if_match: IfMatch
) -> FollowUp:
    """Say what became of a person. A later answer replaces an earlier one; both stay on record."""
    return answer_follow_up(
        session,
        follow_up_id,
        answer=body.answer,
        on=body.effective_on,
        reported_on=body.reported_on,
        by=actor,
        expected=if_match,
    )


@router.get("/placements/{placement_id}/follow-ups", policy=WATCH, response_model=Listing[FollowUpPublic])
def list_follow_ups_of_placement(placement_id: UUID, session: ReadSession, actor: Actor, page: Page) -> Rows[FollowUp]:
    """The follow-ups of one placement."""
    visible_placement(session, placement_id, by=actor)
    wanted = queries.FollowUpFilter(placement_id=placement_id)
    return page.fetch(session, queries.follow_ups(wanted, by=actor), key=queries.FOLLOW_UP_KEY)


def located(file: OutcomeFile, reply: Reply) -> OutcomeFile:
    """A file that came in: 201 where it was worked on, 202 where it waits to be; either way it says how far at Location."""
    if file.state is JobState.WAITING:
        reply.status_code = 202
    reply.located(f"/api/v1/outcome-files/{file.id}")
    return file


def as_csv(filename: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A file that spreadsheets open rightly."""
    content = to_csv(header, ([None if cell is None else str(cell) for cell in row] for row in rows))
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)
