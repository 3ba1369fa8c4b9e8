"""Which company has whose word: read models of placements and companies. Without them nobody at a company sees a name."""

from datetime import date
from uuid import UUID

from sqlmodel import Field

from services.trainees.domain.placed import PlacedState
from services.trainees.tables.metadata import Table
from shared.db.types import ValueEnum


class PlacedPerson(Table, table=True):
    """A placement that its person accepted and that did not fall through: one that did has no row. `since` is its state's day.

    Whose it is, the enrolment says; `person_id` does for what was told before this release, when only jobs were kept.
    """

    __tablename__ = "placed_person"

    placement_id: UUID = Field(primary_key=True)
    company_id: UUID = Field(index=True)
    person_id: UUID = Field(index=True)
    enrolment_id: UUID | None = None
    state: PlacedState = Field(sa_type=ValueEnum(PlacedState))
    since: date


class KnownCompany(Table, table=True):
    """Whom an employer's token may act for: the company with its number, and those that turned out to be it (`into_id`).

    The number is empty where the merger was heard of first.
    """

    __tablename__ = "known_company"

    company_id: UUID = Field(primary_key=True)
    business_number: str = Field(max_length=10, index=True)
    into_id: UUID | None = Field(default=None, index=True)
