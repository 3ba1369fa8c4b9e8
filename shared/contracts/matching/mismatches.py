"""Where employer, trainee and record differ on one employment."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.contracts.matching.service import MatchingEvent


class MismatchEvent(MatchingEvent):
    """One thing about a placement that does not fit.

    `code` is employment_denied, start_differs, end_differs, already_left, still_employed, employed_without_seat or
    full_time_overlap; `claimant` is who differs: employer, trainee, record, or system where nobody said anything;
    `owner` has to settle it: employer, trainee or program.
    """

    mismatch_id: UUID
    placement_id: UUID
    person_id: UUID
    university_id: UUID
    company_id: UUID
    code: str
    claimant: str
    owner: str
    effective_on: date


class MismatchFound(MismatchEvent):
    """Something does not fit.

    v1  first version
    """

    name: ClassVar[str] = "mismatch.found"


class MismatchResolved(MismatchEvent):
    """It was settled: accepted, claim_wrong, seat_added by a person; agreed, placement_over by what happened.

    v1  first version
    """

    name: ClassVar[str] = "mismatch.resolved"
    resolution: str
