"""Whom facts are about besides persons: cohorts, programs, universities, companies."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import JSON, Index
from sqlmodel import Field

from services.reporting.tables.table import Table, core
from shared.db.types import UTCDateTime


class CohortVersion(Table, table=True):
    """A cohort as each of its events left it: its figures can be asked for as they were known at any moment."""

    __tablename__ = "cohort_version"

    generation: int = Field(primary_key=True)
    cohort_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    recorded_at: datetime = Field(sa_type=UTCDateTime)
    program_id: UUID
    university_id: UUID
    code: str
    field: str
    ordinal: int
    capacity: int
    applicants: int | None = None
    applications_open_on: date
    applications_close_on: date
    starts_on: date
    training_ends_on: date
    ends_on: date
    batch: int | None = None


class Program(Table, table=True):
    """A program as it is known now. `goals` are the ids of the goals it says it counts for."""

    generation: int = Field(primary_key=True)
    program_id: UUID = Field(primary_key=True)
    version: int
    university_id: UUID
    code: str
    name_ko: str
    name_en: str
    kind: str
    field: str
    goals: list[str] = Field(sa_type=JSON)


class University(Table, table=True):
    """A university as it is known now. `code` is what its users' tokens name."""

    __table_args__ = (Index("ix_university_code", "generation", "code"),)

    generation: int = Field(primary_key=True)
    university_id: UUID = Field(primary_key=True)
    version: int
    code: str
    name_ko: str
    name_en: str
    region: str


class Company(Table, table=True):
    """A company as it is known now. `business_number` is what its users' tokens name."""

    __table_args__ = (Index("ix_company_business_number", "generation", "business_number"),)

    generation: int = Field(primary_key=True)
    company_id: UUID = Field(primary_key=True)
    version: int
    business_number: str
    name_ko: str
    name_en: str
    region: str


class CompanyPlace(Table, table=True):
    """Where a company was, as each of its events left it: figures by region can be asked for as they were known."""

    __tablename__ = "company_place"

    generation: int = Field(primary_key=True)
    company_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    recorded_at: datetime = Field(sa_type=UTCDateTime)
    region: str
    batch: int | None = None


COHORT_VERSION: Final = core(CohortVersion)
PROGRAM: Final = core(Program)
UNIVERSITY: Final = core(University)
COMPANY: Final = core(Company)
COMPANY_PLACE: Final = core(CompanyPlace)
