"""Whom a token may act for, and when a cohort's trainees are there. Read models."""

from datetime import date
from uuid import UUID

from sqlmodel import Field

from services.matching.tables.table import Table


class University(Table, table=True):
    """Whom a university's token may act for, and where it trains. Read model."""

    university_id: UUID = Field(primary_key=True)
    code: str = Field(max_length=40, index=True)
    region: str = Field(max_length=10)


class Company(Table, table=True):
    """Whom an employer's token may act for. Read model.

    `into_id` is the company that it turned out to be: whoever acts for that one acts for this one too. Its number is empty
    where the merger was heard of first.
    """

    company_id: UUID = Field(primary_key=True)
    business_number: str = Field(max_length=10, index=True)
    into_id: UUID | None = Field(default=None, index=True)


class Cohort(Table, table=True):
    """When a cohort's trainees become available. Read model."""

    cohort_id: UUID = Field(primary_key=True)
    training_ends_on: date
    ends_on: date
