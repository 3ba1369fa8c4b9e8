"""Reads the two sides of the market as they stand: set by set, never one by one."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, Select, SQLColumnExpression, and_, case, func, select
from sqlmodel import col

from services.matching.domain.candidates import Stage
from services.matching.domain.market.sides import CandidateSide, Demand, OpeningSide
from services.matching.domain.openings import FULL_TIME, SeatState
from services.matching.domain.placements import HOLDS_SEAT, LIVE, PlacementState
from services.matching.domain.profiles import is_parked
from services.matching.domain.skills import HeldSkill
from services.matching.queries.candidates import available_from
from services.matching.queries.profiles import held_skills
from services.matching.tables import Candidate, CandidateProfile, Cohort, Opening, Placement, Seat, University
from shared.db import ReadSession
from shared.db.bulk import among

FREE: Final = and_(col(Seat.state) == SeatState.OPEN, col(Seat.placement_id).is_(None), col(Seat.released_by).is_(None))
"""What domain.openings.is_free says, for the database."""

RUNNING_OR_DECLINED: Final = LIVE | {PlacementState.DECLINED}
# Somebody whose training is not over can become an intern when it is.
_internship_from: Final[SQLColumnExpression[Any]] = case(
    (col(Candidate.stage) == Stage.TRAINING, col(Cohort.training_ends_on)), else_=available_from
)
_ENROLMENT: Final[Sequence[Any]] = (
    col(Candidate.enrolment_id),
    col(Candidate.person_id),
    col(Candidate.university_id),
    col(Candidate.program_id),
    col(Candidate.cohort_id),
    col(Candidate.field),
    col(Candidate.stage),
    available_from.label("available_from"),
    _internship_from.label("internship_from"),
    col(University.region),
)


def candidate_sides(session: ReadSession, *, on: date, persons: Sequence[UUID] | None = None) -> list[CandidateSide]:
    """All enrolments that make somebody a candidate, or those of these persons."""
    statement = (
        select(*_ENROLMENT)
        .join_from(Candidate, Cohort, col(Cohort.cohort_id) == col(Candidate.cohort_id), isouter=True)
        .join(University, col(University.university_id) == col(Candidate.university_id), isouter=True)
        .order_by(col(Candidate.person_id), col(Candidate.enrolment_id))
    )
    held = select(col(Placement.person_id)).where(col(Placement.state).in_(HOLDS_SEAT), col(Placement.kind).in_(FULL_TIME))
    said = select(CandidateProfile)
    if persons is not None:
        statement = statement.where(among(session, Candidate.__table__.c.person_id, persons))  # type: ignore[attr-defined]
        held = held.where(among(session, Placement.__table__.c.person_id, persons))  # type: ignore[attr-defined]
        said = said.where(among(session, CandidateProfile.__table__.c.id, persons))  # type: ignore[attr-defined]
    holders = frozenset(session.scalars(held))
    profiles = {profile.id: profile for profile in session.scalars(said)}
    skills = held_skills(session, persons)
    return [
        _candidate(row, profiles.get(row.person_id), skills.get(row.person_id), held=row.person_id in holders, on=on)
        for row in session.execute(statement)
    ]


def _candidate(
    row: Row[Any], profile: CandidateProfile | None, skills: Mapping[str, HeldSkill] | None, *, held: bool, on: date
) -> CandidateSide:
    from_, intern_from = row.available_from, row.internship_from
    if profile is not None and profile.available_from is not None:
        # The later of the two counts: nobody is there before they say, nor before their training ends.
        from_, intern_from = (max(day or profile.available_from, profile.available_from) for day in (from_, intern_from))
    wishes: dict[str, Any] = (
        {}
        if profile is None
        else {
            "fields": tuple(profile.fields),
            "regions": tuple(profile.regions),
            "kinds": tuple(profile.kinds),
            "salary_wish": profile.salary_wish,
            "parked": is_parked(profile, on=on),
            "refuses": not profile.automated,
        }
    )
    return CandidateSide(
        enrolment_id=row.enrolment_id,
        person_id=row.person_id,
        university_id=row.university_id,
        program_id=row.program_id,
        cohort_id=row.cohort_id,
        field=row.field,
        stage=row.stage,
        available_from=from_,
        internship_from=intern_from,
        region=row.region,
        held=held,
        skills=None if skills is None else {skill: each.level for skill, each in skills.items()},
        **wishes,
    )


def openings(*, only: Sequence[UUID] | None = None, session: ReadSession | None = None) -> Select[Any]:
    """Openings with how many of their seats are free; some only as `session` has them looked up."""
    # Seats are counted in one pass: looked up by opening, SQLite would go through all seats that nobody holds each time.
    counted = select(col(Seat.position_id), func.count(case((FREE, 1))).label("free_seats")).group_by(col(Seat.position_id))
    if only is not None and session is not None:
        counted = counted.where(among(session, Seat.__table__.c.position_id, only))  # type: ignore[attr-defined]
    seats = counted.subquery()
    columns: list[Any] = [*Opening.__table__.columns, func.coalesce(seats.c.free_seats, 0).label("free_seats")]  # type: ignore[attr-defined]
    statement = select(*columns).join_from(Opening, seats, seats.c.position_id == col(Opening.position_id), isouter=True)
    if only is None or session is None:
        return statement
    return statement.where(among(session, Opening.__table__.c.position_id, only))  # type: ignore[attr-defined]


def opening_side(row: Row[Any]) -> OpeningSide:
    asked = row.demands if row.demands is not None else [[skill, 1, True] for skill in sorted(set(row.skills))]
    return OpeningSide(
        position_id=row.position_id,
        company_id=row.company_id,
        title=row.title,
        field=row.field,
        kind=row.kind,
        region=row.region,
        demands=tuple(Demand(skill, level, must) for skill, level, must in asked),
        pay=row.pay,
        state=row.state,
        opens_on=row.opens_on,
        closes_on=row.closes_on,
        free_seats=row.free_seats,
    )


def met_before(
    session: ReadSession, *, person_id: UUID | None = None, position_id: UUID | None = None
) -> frozenset[tuple[UUID, UUID]]:
    """Who has met which position before, with the meeting still running or declined."""
    statement = select(col(Placement.person_id), col(Placement.position_id)).where(col(Placement.state).in_(RUNNING_OR_DECLINED))
    if person_id is not None:
        statement = statement.where(col(Placement.person_id) == person_id)
    if position_id is not None:
        statement = statement.where(col(Placement.position_id) == position_id)
    return frozenset((person, position) for person, position in session.execute(statement))
