"""The rows of the reporting database. Everything with a generation is projected from events and can be rebuilt."""

from typing import Final

from services.reporting.tables.alerts import Alert, AlertDelivery, AlertRecipient, AlertRule, Forecast
from services.reporting.tables.annotations import Annotation
from services.reporting.tables.comparisons import COMPARISON, Comparison
from services.reporting.tables.facts import FACT, IDENTITY, SOURCE_READ, TRAIT, Fact, Identity, SourceRead, Trait
from services.reporting.tables.makings import Making
from services.reporting.tables.plans import (
    Evidence,
    Observation,
    PeriodLock,
    Plan,
    PlanVersion,
    Project,
    ProjectReport,
    Restatement,
)
from services.reporting.tables.proceedings import ROSTER, ROUND_STEP, Roster, RoundStep
from services.reporting.tables.publications import CONTENT_CHECK, DRIFT, PUBLICATION, TALLY, Drift, Publication, Tally
from services.reporting.tables.registry import (
    COHORT_VERSION,
    COMPANY,
    COMPANY_PLACE,
    PROGRAM,
    UNIVERSITY,
    CohortVersion,
    Company,
    CompanyPlace,
    Program,
    University,
)
from services.reporting.tables.reports import Closing, ReportDelivery, ReportIssue, ReportSchedule
from services.reporting.tables.rollups import ARRIVAL, KEPT_ROLLED, LINK, MADE_BY, ROLLED, ROLLUP, Arrival, Link, MadeBy, Rolled
from services.reporting.tables.sessions import PAGE_SESSION, PageSession
from services.reporting.tables.sharing import (
    FACTS_READ,
    SAVED_VIEW,
    SHARE_LINK,
    SHARE_USE,
    FactsRead,
    SavedView,
    ShareLink,
    ShareUse,
)
from services.reporting.tables.table import Table, core
from shared.events.tables import include_event_tables
from shared.http.idempotency import idempotency_table

metadata = Table.metadata
include_event_tables(metadata)
idempotency_table(metadata)

PLAN: Final = core(Plan)
PLAN_VERSION: Final = core(PlanVersion)
PROJECTED: Final = (
    FACT,
    TRAIT,
    IDENTITY,
    COHORT_VERSION,
    PROGRAM,
    UNIVERSITY,
    COMPANY,
    COMPANY_PLACE,
    SOURCE_READ,
    ROSTER,
    ROUND_STEP,
)

__all__ = [
    "ARRIVAL",
    "COHORT_VERSION",
    "COMPANY",
    "COMPANY_PLACE",
    "COMPARISON",
    "CONTENT_CHECK",
    "DRIFT",
    "FACT",
    "FACTS_READ",
    "IDENTITY",
    "KEPT_ROLLED",
    "LINK",
    "MADE_BY",
    "PAGE_SESSION",
    "PLAN",
    "PLAN_VERSION",
    "PROGRAM",
    "PROJECTED",
    "PUBLICATION",
    "ROLLED",
    "ROLLUP",
    "ROSTER",
    "ROUND_STEP",
    "SAVED_VIEW",
    "SHARE_LINK",
    "SHARE_USE",
    "SOURCE_READ",
    "TALLY",
    "TRAIT",
    "UNIVERSITY",
    "Alert",
    "AlertDelivery",
    "AlertRecipient",
    "AlertRule",
    "Annotation",
    "Arrival",
    "Closing",
    "CohortVersion",
    "Company",
    "CompanyPlace",
    "Comparison",
    "Drift",
    "Evidence",
    "Fact",
    "FactsRead",
    "Forecast",
    "Identity",
    "Link",
    "MadeBy",
    "Making",
    "Observation",
    "PageSession",
    "PeriodLock",
    "Plan",
    "PlanVersion",
    "Program",
    "Project",
    "ProjectReport",
    "Publication",
    "ReportDelivery",
    "ReportIssue",
    "ReportSchedule",
    "Restatement",
    "Rolled",
    "Roster",
    "RoundStep",
    "SavedView",
    "ShareLink",
    "ShareUse",
    "SourceRead",
    "Table",
    "Tally",
    "Trait",
    "University",
    "core",
    "metadata",
]
