"""How the rows of a file fare: codes, and their texts in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from services.matching.domain.mismatches import Code
from shared.errors import N_


class FileKind(StrEnum):
    FOLLOW_UPS = "follow_ups"
    INSURANCE = "insurance"


class RowOutcome(StrEnum):
    """`applied` did something, `unchanged` was known already, `differs` did something and does not fit, the rest did nothing."""

    APPLIED = "applied"
    UNCHANGED = "unchanged"
    DIFFERS = "differs"
    UNMATCHED = "unmatched"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class RowResult:
    """How one row fared, by its line in the file; the header's is 1."""

    line: int
    outcome: RowOutcome
    code: str | None = None
    column: str | None = None
    placement_id: UUID | None = None


TEXTS: Final[Mapping[str, str]] = MappingProxyType({
    "required": N_("This is required."),
    "not_an_id": N_("Not an id of this system."),
    "not_a_date": N_("Not a date: write 2026-03-02."),
    "not_a_number": N_("Not one of the numbers that are possible here."),
    "not_an_answer": N_("Not an answer: still_there, moved_within_region, moved_away, out_of_work or unknown."),
    "not_a_business_number": N_("Not a business registration number of ten digits."),
    "in_the_future": N_("May not lie in the future."),
    "too_early": N_("Lies before the first day of the employment."),
    "no_follow_up": N_("There is no such follow-up, or you may not see it."),
    "cancelled": N_("The hire was reversed: there is nothing to follow up."),
    "repeated": N_("An earlier row of this file speaks of the same."),
    "nobody_found": N_("Trainees knows nobody of this name and birth date."),
    "several_found": N_("Several persons have this name and birth date: who it is has to be decided by hand."),
    "unknown_person": N_("The person has no placement here."),
    "other_company": N_("The person has placements, but none at this company."),
    "not_started": N_("The placement at this company has not started, or fell through."),
    "no_overlap": N_("No placement at this company lies in these days."),
    Code.DENIED: N_("It is said that the person never worked there."),
    Code.START_DIFFERS: N_("The first day differs by more than a week."),
    Code.END_DIFFERS: N_("The last day differs by more than a week."),
    Code.ALREADY_LEFT: N_("The person has left, but the placement runs."),
    Code.STILL_EMPLOYED: N_("The person is still there, but the placement has ended."),
})  # fmt: skip
