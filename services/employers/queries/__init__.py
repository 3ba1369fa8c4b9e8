"""What can be asked of employers."""

from services.employers.queries.agreements import agreement, agreements, all_agreements, without_agreement
from services.employers.queries.companies import companies, company, duplicates, living_company, sites
from services.employers.queries.contacts import contact_accesses, contacts, masked_contact
from services.employers.queries.demand import demand, demand_by_skill
from services.employers.queries.exports import pledges_file, positions_file
from services.employers.queries.filling import time_to_fill
from services.employers.queries.headcounts import headcounts, job_creation
from services.employers.queries.imports import import_errors, import_report, position_import, template
from services.employers.queries.jobs import count_listed, job, job_changes, jobs_found, listed_jobs
from services.employers.queries.pledges import coverage, kept_rates, pledges
from services.employers.queries.position_search import search_positions
from services.employers.queries.positions import (
    find_position,
    has_seats,
    offer_of,
    position,
    positions,
    seats_of,
    shown_version,
    shown_versions,
    view,
    views,
)
from services.employers.queries.reconciliation import SeatTruth, aggregate_versions, ground_truth
from services.employers.queries.skills import skill, skills, taxonomy
from services.employers.queries.trust import trust, trust_in
from services.employers.queries.visibility import check_own_number, companies_of, positions_of

__all__ = [
    "SeatTruth",
    "aggregate_versions",
    "agreement",
    "agreements",
    "all_agreements",
    "check_own_number",
    "companies",
    "companies_of",
    "company",
    "contact_accesses",
    "contacts",
    "count_listed",
    "coverage",
    "demand",
    "demand_by_skill",
    "duplicates",
    "find_position",
    "ground_truth",
    "has_seats",
    "headcounts",
    "import_errors",
    "import_report",
    "job",
    "job_changes",
    "job_creation",
    "jobs_found",
    "kept_rates",
    "listed_jobs",
    "living_company",
    "masked_contact",
    "offer_of",
    "pledges",
    "pledges_file",
    "position",
    "position_import",
    "positions",
    "positions_file",
    "positions_of",
    "search_positions",
    "seats_of",
    "shown_version",
    "shown_versions",
    "sites",
    "skill",
    "skills",
    "taxonomy",
    "template",
    "time_to_fill",
    "trust",
    "trust_in",
    "view",
    "views",
    "without_agreement",
]
