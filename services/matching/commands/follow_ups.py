"""Follow-ups: they come due by themselves, are answered by people or files, and are of no use once the hire was reversed."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlmodel import col

from services.matching.commands.locking import locked_for_system
from services.matching.commands.mismatches import FOLLOW_UP, Book
from services.matching.domain.follow_ups import (
    DAYS_TO_ASK,
    MONTHS,
    Answer,
    FollowUpState,
    check_answer,
    contradiction,
    months_after,
    started_by,
)
from services.matching.domain.openings import FULL_TIME
from services.matching.domain.placements import PlacementState, reported_day
from services.matching.queries.follow_ups import visible_follow_up
from services.matching.tables import FollowUp, FollowUpAnswer, Placement
from shared.auth.actor import Actor
from shared.clock import now, today
from shared.contracts.matching import FollowUpAnswered, FollowUpCancelled, FollowUpDue, FollowUpMoved
from shared.db import Database, WriteSession
from shared.db.bulk import bulk_insert
from shared.events.outbox import emit, emit_version
from shared.ids import new_id
from shared.versions import check_version

log = structlog.get_logger()
AT_ONCE: Final = 1000
_WORKED: Final = (PlacementState.STARTED, PlacementState.ENDED)
_COLUMNS: Final = (
    "id", "version", "created_at", "placement_id", "person_id", "university_id", "company_id", "months", "asked_about",
    "due_on", "state",
)  # fmt: skip


def follow_up_placements(database: Database) -> int:
    """Make the follow-ups whose day has come, once each however often this runs and wherever, and return how many.

    Who finds another machine at it leaves it to that one.
    """
    made = 0
    while (count := database.run(lambda session: _due_some(database, session), idempotent=True)) != 0:
        made += count
    if made:
        log.info("follow_ups_due", count=made)
    return made


def _due_some(database: Database, session: WriteSession) -> int:
    with database.claim(session, "matching.follow_up_placements") as mine:
        return sum(_due(session, months) for months in MONTHS) if mine else 0


def _due(session: WriteSession, months: int) -> int:
    """The placements are locked, so that none is reversed meanwhile."""
    asked = select(col(FollowUp.id)).where(col(FollowUp.placement_id) == col(Placement.id), col(FollowUp.months) == months)
    worked = select(Placement).where(
        col(Placement.state).in_(_WORKED),
        col(Placement.kind).in_(FULL_TIME),
        col(Placement.started_on) <= started_by(today(), months),
        ~asked.exists(),
    )
    found = session.scalars(worked.order_by(col(Placement.id)).limit(AT_ONCE).with_for_update()).all()
    rows = [_row(placement, months) for placement in found]
    bulk_insert(session, FollowUp.__table__, _COLUMNS, [[row[name] for name in _COLUMNS] for row in rows])  # type: ignore[attr-defined]
    for placement, row in zip(found, rows, strict=True):
        follow_up = FollowUp(**row)
        event = FollowUpDue(effective_on=follow_up.asked_about, **_content(follow_up, placement))
        emit_version(session, event, aggregate_id=follow_up.id, version=1)
    return len(rows)


def answer_follow_up(
    session: WriteSession,
    follow_up_id: UUID,
    *,
    answer: Answer,
    on: date | None = None,
    reported_on: date | None = None,
    by: Actor,
    expected: int | None = None,
) -> FollowUp:
    """Record what became of a person, as of `on` (today). A later answer replaces an earlier one, which stays on record.

    An answer that contradicts the placement becomes a mismatch. Raises NotFound, Stale, FollowUpCancelled, Invalid.
    """
    placement = locked_for_system(session, visible_follow_up(session, follow_up_id, by=by).placement_id)
    locked = select(FollowUp).where(col(FollowUp.id) == follow_up_id).with_for_update()
    follow_up = session.scalars(locked.execution_options(populate_existing=True)).one()
    check_version(follow_up, expected)
    day = on or today()
    check_answer(follow_up.state, day, started_on=placement.started_on or day, today=today())
    said = reported_day(reported_on, today=today())
    keep_answer(session, follow_up, placement, answer, on=day, reported_on=said, by=by, book=Book(session, [placement.id]))
    return follow_up


def keep_answer(
    session: WriteSession,
    follow_up: FollowUp,
    placement: Placement,
    answer: Answer,
    *,
    on: date,
    reported_on: date | None,
    by: Actor,
    book: Book,
) -> bool:
    """The same for who holds the locks and has checked the answer. False when it was known already."""
    if (follow_up.answer, follow_up.answered_for) == (answer, on):
        return False
    follow_up.state, follow_up.answer, follow_up.answered_for = FollowUpState.ANSWERED, answer, on
    event = FollowUpAnswered(effective_on=on, answer=answer, reported_on=reported_on, **_content(follow_up, placement))
    emit(session, follow_up, event)
    session.add(
        FollowUpAnswer(
            follow_up_id=follow_up.id,
            version=follow_up.version,
            answer=answer,
            effective_on=on,
            reported_on=reported_on,
            actor=by.subject,
        )
    )
    code = contradiction(answer, placement.state)
    if code is not None:
        book.find(placement, code, on=on, claimant=FOLLOW_UP)
    return True


def cancel_follow_ups(session: WriteSession, placement: Placement, *, on: date) -> None:
    """The hire was reversed. The caller holds the placement's lock."""
    mine = select(FollowUp).where(col(FollowUp.placement_id) == placement.id, col(FollowUp.state) != FollowUpState.CANCELLED)
    locked = mine.order_by(col(FollowUp.id)).with_for_update().execution_options(populate_existing=True)
    for follow_up in session.scalars(locked).all():
        follow_up.state = FollowUpState.CANCELLED
        emit(session, follow_up, FollowUpCancelled(effective_on=on, **_content(follow_up, placement)))


def move_follow_ups(session: WriteSession, placement: Placement) -> None:
    """The first day was corrected: what is still to be asked is asked about other days. The caller holds the placement's lock."""
    assert placement.started_on is not None
    mine = select(FollowUp).where(col(FollowUp.placement_id) == placement.id, col(FollowUp.state) == FollowUpState.OPEN)
    locked = mine.order_by(col(FollowUp.id)).with_for_update().execution_options(populate_existing=True)
    for follow_up in session.scalars(locked).all():
        follow_up.asked_about = months_after(placement.started_on, follow_up.months)
        follow_up.due_on = follow_up.asked_about + timedelta(days=DAYS_TO_ASK)
        emit(session, follow_up, FollowUpMoved(effective_on=follow_up.asked_about, **_content(follow_up, placement)))


def _row(placement: Placement, months: int) -> dict[str, Any]:
    assert placement.started_on is not None
    asked_about = months_after(placement.started_on, months)
    return {
        "id": new_id(),
        "version": 1,
        "created_at": now(),
        "placement_id": placement.id,
        "person_id": placement.person_id,
        "university_id": placement.university_id,
        "company_id": placement.company_id,
        "months": months,
        "asked_about": asked_about,
        "due_on": asked_about + timedelta(days=DAYS_TO_ASK),
        "state": FollowUpState.OPEN,
    }


_OF_THE_PLACEMENT: Final[Sequence[str]] = ("enrolment_id", "cohort_id", "program_id", "field", "kind", "workplace_region")
_OF_THE_FOLLOW_UP: Final[Sequence[str]] = (
    "placement_id", "person_id", "university_id", "company_id", "months", "asked_about", "due_on",
)  # fmt: skip


def _content(follow_up: FollowUp, placement: Placement) -> dict[str, object]:
    """What every event of a follow-up says. A reversed placement has no first day any more: it is counted back."""
    return {
        "follow_up_id": follow_up.id,
        "started_on": placement.started_on or months_after(follow_up.asked_about, -follow_up.months),
        **{name: getattr(follow_up, name) for name in _OF_THE_FOLLOW_UP},
        **{name: getattr(placement, name) for name in _OF_THE_PLACEMENT},
    }
