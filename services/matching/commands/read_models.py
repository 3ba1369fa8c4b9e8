"""What other services said, stored as rows of ours. Repeating a command changes nothing; none waits for another."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import case, delete, null, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel, col

from services.matching.domain.candidates import Stage
from services.matching.domain.openings import Kind, OpeningState, SeatState
from services.matching.tables import Candidate, Cohort, Company, Identity, KnownSkill, Opening, ProgramSkill, Seat, University
from shared.db import WriteSession
from shared.db.bulk import bulk_insert


def know_university(session: WriteSession, university_id: UUID, *, code: str, region: str) -> None:
    """A university's token carries `code`; its trainees count as trained in `region`."""
    _store(session, University, university_id=university_id, code=code, region=region)


def know_company(session: WriteSession, company_id: UUID, *, business_number: str) -> None:
    """An employer's token carries `business_number`."""
    _store(session, Company, company_id=company_id, business_number=business_number)


def merge_company(session: WriteSession, company_id: UUID, *, into_id: UUID) -> None:
    """A company turned out to be another: what is this one's is that one's to see. Its placements keep the company they had."""
    session.execute(update(Company).where(col(Company.into_id) == company_id).values(into_id=into_id))
    known = session.execute(update(Company).where(col(Company.company_id) == company_id).values(into_id=into_id))
    if known.rowcount == 0:  # type: ignore[attr-defined]
        _store(session, Company, company_id=company_id, business_number="", into_id=into_id)


def know_cohort(session: WriteSession, cohort_id: UUID, *, training_ends_on: date, ends_on: date) -> None:
    """A cohort's trainees become available when it ends, as interns when its training ends."""
    _store(session, Cohort, cohort_id=cohort_id, training_ends_on=training_ends_on, ends_on=ends_on)


def know_program_skills(session: WriteSession, program_id: UUID, *, skills: Mapping[str, int]) -> None:
    """What a program's training leads to, whole: levels 1 to 5 by skill."""
    session.execute(delete(ProgramSkill).where(col(ProgramSkill.program_id) == program_id))
    rows = [(program_id, skill, level) for skill, level in sorted(skills.items())]
    bulk_insert(session, ProgramSkill.__table__, ("program_id", "skill", "level"), rows)  # type: ignore[attr-defined]


def know_skill(
    session: WriteSession,
    code: str,
    *,
    kind: str,
    name_ko: str,
    name_en: str,
    synonyms: list[str],
    fields: list[str],
    retired: bool,
) -> None:
    """What a skill is called from now on. Skills that were declared keep their codes."""
    names: dict[str, Any] = {"name_ko": name_ko, "name_en": name_en, "synonyms": synonyms}
    _store(session, KnownSkill, code=code, kind=kind, fields=fields, retired=retired, **names)


def follow_candidate(
    session: WriteSession,
    enrolment_id: UUID,
    *,
    person_id: UUID,
    cohort_id: UUID,
    program_id: UUID,
    university_id: UUID,
    field: str,
    stage: Stage,
    available_from: date | None = None,
) -> None:
    """An enrolment reached a stage in which it makes its person a candidate."""
    _store(
        session,
        Candidate,
        enrolment_id=enrolment_id,
        person_id=_counts_as(session, person_id),
        said_person_id=person_id,
        cohort_id=cohort_id,
        program_id=program_id,
        university_id=university_id,
        field=field,
        stage=stage,
        available_from=available_from,
    )


def _counts_as(session: WriteSession, person_id: UUID) -> UUID:
    survivor = session.scalar(select(col(Identity.survivor_id)).where(col(Identity.person_id) == person_id))
    return person_id if survivor is None else survivor


def remove_candidate(session: WriteSession, enrolment_id: UUID) -> None:
    """An enrolment ended otherwise than by completion. Placements of its person go on: a job is not the program's to end."""
    session.execute(delete(Candidate).where(col(Candidate.enrolment_id) == enrolment_id))


def follow_opening(
    session: WriteSession,
    position_id: UUID,
    *,
    company_id: UUID,
    title: str,
    field: str,
    kind: Kind,
    region: str,
    skills: list[str],
    demands: list[list[object]],
    pay: int | None,
    weekly_hours: int | None,
    seats: int,
    opens_on: date,
    closes_on: date | None,
    state: OpeningState,
) -> None:
    """A posting opened, paused or closed, with its content as of then."""
    _store(
        session,
        Opening,
        position_id=position_id,
        company_id=company_id,
        title=title,
        field=field,
        kind=kind,
        region=region,
        skills=skills,
        demands=demands,
        pay=pay,
        weekly_hours=weekly_hours,
        seats=seats,
        opens_on=opens_on,
        closes_on=closes_on,
        state=state,
    )


def follow_seat(
    session: WriteSession,
    seat_id: UUID,
    *,
    position_id: UUID,
    origin: str,
    state: SeatState,
    reopened_after: UUID | None = None,
) -> None:
    """Employers says where a seat stands. Who holds it here is not theirs to say.

    That it is open again after a placement is the answer to that placement's end.
    """
    also = {} if reopened_after is None else {"released_by": without(col(Seat.released_by), reopened_after)}
    _store(
        session,
        Seat,
        also,
        seat_id=seat_id,
        position_id=position_id,
        origin=origin,
        state=state,
    )


def without(column: Any, placement_id: UUID) -> Any:
    """The new value of a seat's column that is to name this placement no longer, and others as before."""
    return case((column == placement_id, null()), else_=column)


def _store(session: WriteSession, table: type[SQLModel], also: Mapping[str, Any] = MappingProxyType({}), **values: Any) -> None:
    """Insert a row, or replace what it says. `also` is set only where there is a row already."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(**values)
    key = [column.name for column in table.__table__.primary_key]  # type: ignore[attr-defined]
    said = {name: statement.excluded[name] for name in values if name not in key}
    session.execute(statement.on_conflict_do_update(index_elements=key, set_={**said, **also}))
