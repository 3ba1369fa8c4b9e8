"""What cohorts, universities and companies are called, as far as a reader may know of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from services.reporting.indicators import Scope
from services.reporting.indicators.timeline import cohorts
from services.reporting.tables import COMPANY, PROGRAM, UNIVERSITY
from shared.db import ReadSession
from shared.errors import N_, NotFound


@dataclass(frozen=True, slots=True)
class Name:
    """The same in both languages, with the code or the number that its users' tokens name."""

    id: UUID
    code: str
    ko: str
    en: str
    region: str | None = None

    def __getitem__(self, language: str) -> str:
        return self.ko if language == "ko" else self.en


@dataclass(frozen=True, slots=True)
class CohortName:
    """A cohort as it was last known."""

    id: UUID
    code: str
    ordinal: int
    field: str
    capacity: int
    applicants: int | None
    program_id: UUID
    university_id: UUID
    applications_open_on: date
    applications_close_on: date
    starts_on: date
    training_ends_on: date
    ends_on: date


_OF_A_COHORT = tuple(name for name in CohortName.__dataclass_fields__ if name != "id")


def cohort_names(
    session: ReadSession, scope: Scope, *, cohort_id: UUID | None = None, university_id: UUID | None = None
) -> list[CohortName]:
    """The cohorts that were known, the latest first; those of a university if one is given."""
    known = cohorts(scope)
    statement = select(known.c.cohort_id.label("id"), *[known.c[name] for name in _OF_A_COHORT])
    if cohort_id is not None:
        statement = statement.where(known.c.cohort_id == cohort_id)
    if university_id is not None:
        statement = statement.where(known.c.university_id == university_id)
    found = session.execute(statement.order_by(known.c.starts_on.desc(), known.c.code))
    return [CohortName(**row) for row in found.mappings()]


def find_cohort(session: ReadSession, scope: Scope, cohort_id: UUID, *, university_id: UUID | None = None) -> CohortName:
    """Raises NotFound, also for the cohort of another university than `university_id`."""
    found = cohort_names(session, scope, cohort_id=cohort_id, university_id=university_id)
    if not found:
        raise NotFound(N_("cohort"))
    return found[0]


def universities(session: ReadSession, generation: int) -> Mapping[UUID, Name]:
    """By id, in the order of their Korean names."""
    rows = UNIVERSITY.c
    found = session.execute(select(UNIVERSITY).where(rows.generation == generation).order_by(rows.name_ko, rows.code))
    return {row.university_id: Name(row.university_id, row.code, row.name_ko, row.name_en, row.region) for row in found}


def companies(session: ReadSession, generation: int) -> Mapping[UUID, Name]:
    """The same of companies; their business numbers are their codes."""
    rows = COMPANY.c
    found = session.execute(select(COMPANY).where(rows.generation == generation).order_by(rows.name_ko, rows.business_number))
    return {row.company_id: Name(row.company_id, row.business_number, row.name_ko, row.name_en, row.region) for row in found}


def programs(session: ReadSession, generation: int) -> Mapping[UUID, Name]:
    rows = PROGRAM.c
    found = session.execute(select(PROGRAM).where(rows.generation == generation))
    return {row.program_id: Name(row.program_id, row.code, row.name_ko, row.name_en) for row in found}


def find_named(known: Mapping[UUID, Name], id_: UUID, what: str, *, only: Sequence[UUID] | None = None) -> Name:
    """Raises NotFound, also for one that is not among `only`."""
    found = known.get(id_)
    if found is None or (only is not None and id_ not in only):
        raise NotFound(what)
    return found
