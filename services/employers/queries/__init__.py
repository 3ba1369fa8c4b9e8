"""What can be asked of employers."""

from services.employers.queries.companies import agreement, agreements, companies, company, pledges
from services.employers.queries.positions import find_position, position, positions, seats_of, shown_version, view
from services.employers.queries.reconciliation import SeatTruth, aggregate_versions, ground_truth
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
    "pledges",
    "position",
    "positions",
    "positions_of",
    "seats_of",
    "shown_version",
    "view",
]
