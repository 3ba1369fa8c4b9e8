"""The days of an employment, corrected: a fact of its own beside what was said before, with everything that follows from it."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.matching.commands.follow_ups import move_follow_ups
from services.matching.commands.history import Told, record
from services.matching.commands.locking import locked_placement
from services.matching.commands.mismatches import recheck_claims
from services.matching.commands.steps import ended_because
from services.matching.domain.conversions import CONVERTED, last_day
from services.matching.domain.corrections import CorrectionReason, Days, corrected_by, corrected_days, refuse_overlap
from services.matching.domain.placements import Party, PlacementState, reported_day
from services.matching.tables import Opening, Placement
from shared.auth.actor import Actor
from shared.clock import today
from shared.contracts.matching import PlacementDatesCorrected
from shared.db import WriteSession
from shared.versions import check_version


def correct_dates(
    session: WriteSession,
    placement_id: UUID,
    *,
    started_on: date | None = None,
    ended_on: date | None = None,
    reason: CorrectionReason,
    reported_on: date | None = None,
    by: Actor,
    expected: int | None = None,
) -> Placement:
    """Say that an employment began or ended on other days than was recorded. The same days again are no event.

    Raises NotFound, Stale, NothingToCorrect, FullTimeOverlap, and Invalid for days that cannot be.
    """
    placement, others = locked_placement(session, placement_id, by=by)
    check_version(placement, expected)
    opened_on = session.scalar(select(col(Opening.opens_on)).where(col(Opening.position_id) == placement.position_id))
    days = corrected_days(placement, started_on=started_on, ended_on=ended_on, opened_on=opened_on, today=today())
    said = reported_day(reported_on, today=today())
    if (days.started_on, days.ended_on) == (placement.started_on, placement.ended_on):
        return placement
    refuse_overlap(days, others)
    began_elsewhere = placement.started_on != days.started_on
    _correct(session, placement, days, Told(today(), said, by.subject, corrected_by(by), reason))
    internship = next((other for other in others if other.id == placement.converted_from), None)
    if began_elsewhere and internship is not None:
        _follow(session, internship, days.started_on, Told(today(), said, by.subject, Party.SYSTEM, reason))
    return placement


def _correct(session: WriteSession, placement: Placement, days: Days, told: Told) -> None:
    moved = [day for day, old in ((days.started_on, placement.started_on), (days.ended_on, placement.ended_on)) if day != old]
    if placement.started_on != days.started_on:
        placement.started_on = days.started_on
        move_follow_ups(session, placement)
    placement.ended_on = days.ended_on
    placement.stepped_on = days.ended_on or days.started_on
    first = min(day for day in moved if day is not None)
    told = Told(first, told.reported_on, told.recorded_by, told.by, told.reason)
    record(session, placement, PlacementDatesCorrected, told)
    recheck_claims(session, placement, Told(today(), told.reported_on, told.recorded_by))


def _follow(session: WriteSession, internship: Placement, began: date, told: Told) -> None:
    """The internship that the conversion ended ends on another day with it."""
    if internship.state is not PlacementState.ENDED or internship.started_on is None:
        return
    if ended_because(session, internship) != CONVERTED:
        return
    day = last_day(began, internship_began=internship.started_on)
    if day != internship.ended_on:
        days = Days(internship.id, internship.state, internship.kind, internship.started_on, day)
        _correct(session, internship, days, told)
