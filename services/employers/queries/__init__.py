"""What can be asked of employers."""

from services.employers.queries.companies import agreement, agreements, companies, company, pledges
from services.employers.queries.position_search import search_positions
from services.employers.queries.positions import (
    find_position,
    has_seats,
    offer_of,
    position,
    positions,
    seats_of,
    shown_version,
    view,
    views,
)
from services.employers.queries.reconciliation import SeatTruth, aggregate_versions, ground_truth
from services.employers.queries.skills import skill, skills, taxonomy
from services.employers.queries.visibility import check_own_number, companies_of, positions_of

__all__ = [
    "SeatTruth",
    "aggregate_versions",
    "agreement",
    "agreements",
    "check_own_number",
    "companies",
    "companies_of",
    "company",
    "find_position",
    "ground_truth",
    "has_seats",
    "offer_of",
    "pledges",
    "position",
    "positions",
    "positions_of",
    "search_positions",
    "seats_of",
    "shown_version",
    "skill",
    "skills",
    "taxonomy",
    "view",
    "views",
]
