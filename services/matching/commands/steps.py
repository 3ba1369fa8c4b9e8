"""One step of a placement with everything that follows from it: the seat, the days, the internship that it continues, parking.

The caller holds the locks of all of the person's placements.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from sqlalchemy import select
from sqlmodel import col

from services.matching.commands.follow_ups import cancel_follow_ups
from services.matching.commands.history import Told, keep_evidence, record
from services.matching.commands.mismatches import find_mismatch, recheck_claims
from services.matching.commands.profiles import park_after_decline
from services.matching.commands.seats import let_go_of_seat, take_seat, take_seat_again
from services.matching.domain.conversions import CONVERSION, CONVERTED, last_day
from services.matching.domain.evidence import EMPLOYERS_CLAIM
from services.matching.domain.mismatches import Code
from services.matching.domain.placements import OVER, Party, PlacementState
from services.matching.domain.reasons import parked_until
from services.matching.tables import Placement, PlacementStep
from shared.contracts.matching import (
    PlacementAccepted,
    PlacementDeclined,
    PlacementEnded,
    PlacementEvent,
    PlacementExpired,
    PlacementOffered,
    PlacementReopened,
    PlacementReversed,
    PlacementStarted,
    PlacementWithdrawn,
)
from shared.db import WriteSession

_EVENTS: Final[Mapping[PlacementState, type[PlacementEvent]]] = MappingProxyType({
    PlacementState.OFFERED: PlacementOffered,
    PlacementState.ACCEPTED: PlacementAccepted,
    PlacementState.STARTED: PlacementStarted,
    PlacementState.ENDED: PlacementEnded,
    PlacementState.DECLINED: PlacementDeclined,
    PlacementState.WITHDRAWN: PlacementWithdrawn,
    PlacementState.EXPIRED: PlacementExpired,
    PlacementState.REVERSED: PlacementReversed,
})  # fmt: skip


def take_step(
    session: WriteSession, placement: Placement, to: PlacementState, told: Told, *, answer_by: date | None = None
) -> None:
    """Lead a placement to its next state, which `move` allowed, and record it. Raises PositionNotOpen, NoFreeSeat for offers."""
    if to is PlacementState.OFFERED:
        take_seat(session, placement)
        if placement.converted_from is not None:
            placement.origin = CONVERSION
    if to in OVER:
        let_go_of_seat(session, placement)
    placement.state, placement.stepped_on, placement.answer_by = to, told.effective_on, answer_by
    _date(session, placement, to, told)
    record(session, placement, _EVENTS[to], told)
    _what_follows(session, placement, to, told)


def _date(session: WriteSession, placement: Placement, to: PlacementState, told: Told) -> None:
    if to is PlacementState.STARTED:
        placement.started_on, placement.evidence_grade = told.effective_on, EMPLOYERS_CLAIM
        keep_evidence(session, placement, EMPLOYERS_CLAIM, told)
    if to is PlacementState.ENDED:
        placement.ended_on = told.effective_on
    if to is PlacementState.REVERSED:
        placement.started_on = placement.ended_on = placement.evidence_grade = None


def _what_follows(session: WriteSession, placement: Placement, to: PlacementState, told: Told) -> None:
    if to is PlacementState.STARTED and placement.converted_from is not None:
        _end_internship(session, placement, told)
    if to is PlacementState.REVERSED and placement.converted_from is not None:
        _reopen_internship(session, placement, told)
    if to is PlacementState.DECLINED:
        until = parked_until(told.by, told.reason, declined_on=told.effective_on)
        if until is not None and told.reason is not None:
            park_after_decline(session, placement.person_id, reason=told.reason, until=until, placement_id=placement.id)
    if to is PlacementState.REVERSED:
        cancel_follow_ups(session, placement, on=told.effective_on)
    if to in {PlacementState.ENDED, PlacementState.REVERSED}:
        recheck_claims(session, placement, told)


def _end_internship(session: WriteSession, placement: Placement, told: Told) -> None:
    internship = session.get_one(Placement, placement.converted_from)
    if internship.state is PlacementState.STARTED and internship.started_on is not None:
        day = last_day(told.effective_on, internship_began=internship.started_on)
        ending = Told(day, told.reported_on, told.recorded_by, Party.SYSTEM, CONVERTED)
        take_step(session, internship, PlacementState.ENDED, ending)


def _reopen_internship(session: WriteSession, placement: Placement, told: Told) -> None:
    """The conversion never was: the internship that it ended runs on, in its seat where that is still to be had."""
    internship = session.get_one(Placement, placement.converted_from)
    if internship.state is not PlacementState.ENDED or ended_because(session, internship) != CONVERTED:
        return
    internship.state, internship.stepped_on, internship.ended_on = PlacementState.STARTED, told.effective_on, None
    seated = take_seat_again(session, internship)
    record(session, internship, PlacementReopened, Told(told.effective_on, told.reported_on, told.recorded_by))
    if not seated:
        find_mismatch(session, internship, Code.EMPLOYED_WITHOUT_SEAT, on=told.effective_on)


def ended_because(session: WriteSession, placement: Placement) -> str | None:
    """The reason with which a placement ended last."""
    steps = select(col(PlacementStep.reason)).where(
        col(PlacementStep.placement_id) == placement.id, col(PlacementStep.what) == PlacementState.ENDED
    )
    return session.scalar(steps.order_by(col(PlacementStep.version).desc()).limit(1))
