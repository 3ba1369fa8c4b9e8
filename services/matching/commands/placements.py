"""The life of a placement: proposed, and then moved step by step."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.matching.commands.history import Told, dated, record
from services.matching.commands.locking import locked_for_system, locked_placement
from services.matching.commands.mismatches import find_mismatch
from services.matching.commands.seats import all_seats_known, give_up_seat, locked_opening
from services.matching.commands.steps import take_step
from services.matching.domain.candidates import enrolment_to_place
from services.matching.domain.conversions import NotConvertible, check_convertible
from services.matching.domain.mismatches import Code
from services.matching.domain.offers import answer_day
from services.matching.domain.openings import OpeningState, PositionNotOpen
from services.matching.domain.placements import (
    FELL_THROUGH,
    LIVE,
    SEAT_UNAVAILABLE,
    AlreadyPutForward,
    NotACandidate,
    Party,
    PlacementState,
    check_may_record,
    decided_by,
    move,
    refuse_second_full_time,
)
from services.matching.domain.reasons import checked_reason
from services.matching.tables import Candidate, Opening, Placement
from shared.auth.actor import Actor
from shared.clock import today
from shared.contracts.matching import PlacementProposed
from shared.db import WriteSession
from shared.versions import check_version


def propose(
    session: WriteSession,
    *,
    trainee_id: UUID,
    position_id: UUID,
    on: date | None = None,
    reported_on: date | None = None,
    converts: UUID | None = None,
    by: Actor,
) -> Placement:
    """Put a person forward for an open position; `converts` is the internship that is to become permanent there.

    Hard rules advise and do not bind here: a person decides. Raises PositionNotOpen, NotACandidate, AlreadyPutForward,
    NotConvertible, and Invalid for a day ahead or before the position opens.
    """
    opening = locked_opening(session, position_id)
    if opening.state is not OpeningState.OPEN or not all_seats_known(session, opening):
        raise PositionNotOpen
    enrolment = _enrolment(session, trainee_id, field=opening.field)
    _refuse_second_proposal(session, trainee_id, position_id)
    told = Told(*dated(on, reported_on, not_before=opening.opens_on), recorded_by=by.subject)
    placement = _placement(enrolment, opening, on=told.effective_on)
    if converts is not None:
        _convert(session, placement, converts, by=by)
    session.add(placement)
    session.flush()
    record(session, placement, PlacementProposed, told)
    return placement


def move_placement(
    session: WriteSession,
    placement_id: UUID,
    *,
    to: PlacementState,
    on: date | None = None,
    reported_on: date | None = None,
    reason: str | None = None,
    party: Party | None = None,
    answer_by: date | None = None,
    by: Actor,
    expected: int | None = None,
) -> Placement:
    """Take the next step of a placement that `by` may see, from version `expected` (None: from any).

    `party` and `reason` say whose decision an end was and why; an offer waits for its answer up to and including
    `answer_by`, else for as long as its round said, else for two weeks. Raises NotFound, Forbidden, Stale, IllegalMove, Invalid,
    FullTimeOverlap, and for an offer PositionNotOpen and NoFreeSeat.
    """
    placement, others = locked_placement(session, placement_id, by=by)
    check_may_record(to, by=by)
    check_version(placement, expected)
    target = move(placement.state, to)
    decider = decided_by(target, party, by=by)
    told = Told(
        *dated(on, reported_on, not_before=placement.stepped_on),
        recorded_by=by.subject,
        by=decider,
        reason=checked_reason(target, reason, decider),
    )
    usual = placement.answer_days
    last_day = answer_day(target, answer_by, offered_on=told.effective_on, today=today(), usual=usual)
    refuse_second_full_time(placement, others, target=target, on=told.effective_on)
    take_step(session, placement, target, told, answer_by=last_day)
    return placement


def withdraw_for_refused_seat(session: WriteSession, placement_id: UUID, *, on: date) -> None:
    """Employers would not reserve the seat: an offer that is still out, accepted or not, is withdrawn.

    Where somebody works already the placement goes on, without a seat: the accounts of seats are employers' to keep, and
    do not undo a job. Raises NotFound.
    """
    placement = locked_for_system(session, placement_id)
    give_up_seat(session, placement)
    if placement.state in {PlacementState.OFFERED, PlacementState.ACCEPTED}:
        day = min(max(on, placement.stepped_on), today())
        system = Actor.system("matching").subject
        told = Told(day, None, recorded_by=system, by=Party.SYSTEM, reason=SEAT_UNAVAILABLE)
        take_step(session, placement, move(placement.state, PlacementState.WITHDRAWN), told)
    elif placement.state is PlacementState.STARTED:
        find_mismatch(session, placement, Code.EMPLOYED_WITHOUT_SEAT, on=max(on, placement.stepped_on))


def _enrolment(session: WriteSession, person_id: UUID, *, field: str) -> Candidate:
    enrolments = session.scalars(select(Candidate).where(col(Candidate.person_id) == person_id)).all()
    enrolment = enrolment_to_place(enrolments, field=field)
    if enrolment is None:
        raise NotACandidate
    return enrolment


def _placement(enrolment: Candidate, opening: Opening, *, on: date) -> Placement:
    return Placement(
        person_id=enrolment.person_id,
        said_person_id=enrolment.said_person_id or enrolment.person_id,
        enrolment_id=enrolment.enrolment_id,
        cohort_id=enrolment.cohort_id,
        program_id=enrolment.program_id,
        university_id=enrolment.university_id,
        field_of_training=enrolment.field,
        position_id=opening.position_id,
        company_id=opening.company_id,
        field=opening.field,
        kind=opening.kind,
        workplace_region=opening.region,
        stepped_on=on,
    )


def _convert(session: WriteSession, placement: Placement, internship_id: UUID, *, by: Actor) -> None:
    internship, _ = locked_placement(session, internship_id, by=by)
    check_convertible(
        internship,
        person_id=placement.person_id,
        company_id=placement.company_id,
        kind=placement.kind,
        on=placement.stepped_on,
    )
    # Asked once the lock is held: another conversion may have come in while this one waited for it.
    standing = select(col(Placement.id)).where(
        col(Placement.converted_from) == internship_id, col(Placement.state).not_in(FELL_THROUGH)
    )
    if session.execute(standing).first() is not None:
        raise NotConvertible
    placement.converted_from, placement.converted_from_seat_id = internship.id, internship.seat_id


def _refuse_second_proposal(session: WriteSession, person_id: UUID, position_id: UUID) -> None:
    """Safe under the opening's lock, which every proposal for it takes first."""
    running = select(col(Placement.id)).where(
        col(Placement.person_id) == person_id, col(Placement.position_id) == position_id, col(Placement.state).in_(LIVE)
    )
    if session.execute(running).first() is not None:
        raise AlreadyPutForward
