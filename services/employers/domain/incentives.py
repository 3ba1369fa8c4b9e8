"""What the program grants a partner company: kind, amount in won, and the days that it is meant for."""

from datetime import date
from enum import StrEnum

from shared.errors import N_, FieldError, Invalid


class IncentiveKind(StrEnum):
    """Costs of internships (인턴십 비용), research and development (R&D), a better working environment (근무환경 개선)."""

    INTERNSHIP_COST = "internship_cost"
    RESEARCH = "research_and_development"
    WORKING_ENVIRONMENT = "working_environment"


def check_period(starts_on: date, ends_on: date, *, within: tuple[date, date]) -> None:
    """Raise Invalid unless the days of an incentive run forwards and lie within those of its agreement."""
    if ends_on < starts_on:
        raise Invalid(FieldError("/ends_on", "before_start", N_("May not lie before the first day.")))
    if starts_on < within[0] or ends_on > within[1]:
        pointer = "/starts_on" if starts_on < within[0] else "/ends_on"
        raise Invalid(FieldError(pointer, "outside_agreement", N_("Must lie within the days of the agreement.")))
