"""The rows of the reporting database. Everything with a generation is projected from events and can be rebuilt."""

from typing import Final

from services.reporting.tables.facts import FACT, IDENTITY, SOURCE_READ, Fact, Identity, SourceRead
from services.reporting.tables.registry import (
    COHORT_VERSION,
    COMPANY,
    PROGRAM,
    UNIVERSITY,
    CohortVersion,
    Company,
    Program,
    University,
)
from services.reporting.tables.sessions import PAGE_SESSION, PageSession
from services.reporting.tables.table import Table, core
from shared.events.tables import include_event_tables
from shared.http.idempotency import idempotency_table

metadata = Table.metadata
include_event_tables(metadata)
idempotency_table(metadata)

PROJECTED: Final = (FACT, IDENTITY, COHORT_VERSION, PROGRAM, UNIVERSITY, COMPANY, SOURCE_READ)

__all__ = [
    "COHORT_VERSION",
    "COMPANY",
    "FACT",
    "IDENTITY",
    "PAGE_SESSION",
    "PROGRAM",
    "PROJECTED",
    "SOURCE_READ",
    "UNIVERSITY",
    "CohortVersion",
    "Company",
    "Fact",
    "Identity",
    "PageSession",
    "Program",
    "SourceRead",
    "Table",
    "University",
    "core",
    "metadata",
]
