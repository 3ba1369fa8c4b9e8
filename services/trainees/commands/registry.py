"""Universities, programs and cohorts: set up, and for cohorts changed."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.trainees.domain.registry import CodeTaken, ProgramKind, check_capacity, check_cohort_dates
from services.trainees.queries.places import held_places
from services.trainees.tables import Cohort, Program, University
from shared.contracts.trainees import CohortChanged, CohortOpened, ProgramCreated, UniversityRegistered
from shared.db import WriteSession
from shared.errors import N_, NotFound
from shared.events.outbox import emit
from shared.versions import check_version


def register_university(session: WriteSession, *, code: str, name_ko: str, name_en: str, region: str) -> University:
    """A university that may send rosters from now on. Raises CodeTaken."""
    if session.scalars(select(University).where(col(University.code) == code)).first() is not None:
        raise CodeTaken(what=N_("university"))
    university = University(code=code, name_ko=name_ko, name_en=name_en, region=region)
    session.add(university)
    event = UniversityRegistered(university_id=university.id, code=code, name_ko=name_ko, name_en=name_en, region=region)
    emit(session, university, event)
    return university


def create_program(
    session: WriteSession,
    university_id: UUID,
    *,
    code: str,
    name_ko: str,
    name_en: str,
    kind: ProgramKind,
    field: str,
    training_months: int,
    internship_months: int,
    goals: list[str],
) -> Program:
    """A kind of training of a university. Raises NotFound, CodeTaken."""
    if session.get(University, university_id) is None:
        raise NotFound(N_("university"))
    same = select(Program).where(col(Program.university_id) == university_id, col(Program.code) == code)
    if session.scalars(same).first() is not None:
        raise CodeTaken(what=N_("program"))
    program = Program(
        university_id=university_id,
        code=code,
        name_ko=name_ko,
        name_en=name_en,
        kind=kind,
        field=field,
        training_months=training_months,
        internship_months=internship_months,
        goals=goals,
    )
    session.add(program)
    emit(session, program, ProgramCreated.model_validate({"program_id": program.id, **program.model_dump()}))
    return program


def open_cohort(
    session: WriteSession,
    program_id: UUID,
    *,
    code: str,
    ordinal: int,
    capacity: int,
    applicants: int | None,
    applications_open_on: date,
    applications_close_on: date,
    starts_on: date,
    training_ends_on: date,
    ends_on: date,
) -> Cohort:
    """A run of a program. Raises NotFound, CodeTaken, and Invalid for dates that run backwards."""
    program = session.get(Program, program_id)
    if program is None:
        raise NotFound(N_("program"))
    _refuse_second(session, program_id, code=code, ordinal=ordinal)
    cohort = Cohort(
        program_id=program_id,
        university_id=program.university_id,
        code=code,
        field=program.field,
        internship_months=program.internship_months,
        ordinal=ordinal,
        capacity=capacity,
        applicants=applicants,
        applications_open_on=applications_open_on,
        applications_close_on=applications_close_on,
        starts_on=starts_on,
        training_ends_on=training_ends_on,
        ends_on=ends_on,
    )
    check_cohort_dates(cohort)
    session.add(cohort)
    emit(session, cohort, CohortOpened.model_validate(_content(cohort)))
    return cohort


def _refuse_second(session: WriteSession, program_id: UUID, *, code: str, ordinal: int) -> None:
    of_program = col(Cohort.program_id) == program_id
    same = select(Cohort).where(of_program, (col(Cohort.code) == code) | (col(Cohort.ordinal) == ordinal))
    if session.scalars(same).first() is not None:
        raise CodeTaken(what=N_("cohort"))


def change_cohort(
    session: WriteSession, cohort_id: UUID, *, changes: Mapping[str, Any], expected_version: int | None = None
) -> Cohort:
    """Change a cohort's capacity, published applicants or dates; what is as it was makes no event.

    Raises NotFound, Stale, CapacityBelowHeld, and Invalid for dates that run backwards.
    """
    statement = select(Cohort).where(col(Cohort.id) == cohort_id).with_for_update(key_share=True)
    cohort = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if cohort is None:
        raise NotFound(N_("cohort"))
    check_version(cohort, expected_version)
    different = {name: value for name, value in changes.items() if getattr(cohort, name) != value}
    if not different:
        return cohort
    if "capacity" in different:
        check_capacity(held=held_places(session, cohort_id), capacity=different["capacity"])
    for name, value in different.items():
        setattr(cohort, name, value)
    check_cohort_dates(cohort)
    emit(session, cohort, CohortChanged.model_validate(_content(cohort)))
    return cohort


def _content(cohort: Cohort) -> dict[str, Any]:
    return {**cohort.model_dump(), "cohort_id": cohort.id}
