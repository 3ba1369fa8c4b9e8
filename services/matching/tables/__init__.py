"""The rows of the matching database. A module here may name tables of another only by foreign keys of what it owns."""

from services.matching.tables.candidates import Candidate
from services.matching.tables.changes import MarketChange
from services.matching.tables.explanations import Explanation
from services.matching.tables.follow_ups import FollowUp, FollowUpAnswer, OutcomeFile, OutcomeFileRow
from services.matching.tables.identities import Identity
from services.matching.tables.jobs import Job
from services.matching.tables.mismatches import Mismatch, PlacementClaim
from services.matching.tables.openings import Opening, Seat
from services.matching.tables.organisations import Cohort, Company, University
from services.matching.tables.placements import Placement, PlacementEvidence, PlacementStep
from services.matching.tables.profiles import CandidateProfile, CandidateSkill, ProgramSkill
from services.matching.tables.rounds import (
    Round,
    RoundAssignment,
    RoundRanking,
    RoundRun,
    RoundSnapshot,
    RoundVacancy,
)
from services.matching.tables.skills import KnownSkill
from services.matching.tables.table import Table
from shared.events.tables import include_event_tables
from shared.http.idempotency import idempotency_table

__all__ = [
    "Candidate",
    "CandidateProfile",
    "CandidateSkill",
    "Cohort",
    "Company",
    "Explanation",
    "FollowUp",
    "FollowUpAnswer",
    "Identity",
    "Job",
    "KnownSkill",
    "MarketChange",
    "Mismatch",
    "Opening",
    "OutcomeFile",
    "OutcomeFileRow",
    "Placement",
    "PlacementClaim",
    "PlacementEvidence",
    "PlacementStep",
    "ProgramSkill",
    "Round",
    "RoundAssignment",
    "RoundRanking",
    "RoundRun",
    "RoundSnapshot",
    "RoundVacancy",
    "Seat",
    "Table",
    "University",
    "metadata",
]

metadata = Table.metadata
include_event_tables(metadata)
idempotency_table(metadata)
