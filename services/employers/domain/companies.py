"""What is known of a company besides its number."""

from enum import StrEnum

from shared.errors import N_, Conflict, FieldError, Invalid


class CompanySize(StrEnum):
    """소상공인, 소기업, 중기업, 중견기업, 대기업."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    MID_MARKET = "mid_market"
    LARGE = "large"


class Review(StrEnum):
    """What a program manager decided about the reviews of a company's postings, against what the rule says."""

    ALWAYS = "always"
    NEVER = "never"


class BusinessNumberTaken(Conflict):
    code = "business_number_taken"
    title = N_("This company is known already")
    detail = N_("A company with this business registration number is registered already.")


class IsMerged(Conflict):
    """`into` is where the company lives on."""

    code = "company_merged"
    title = N_("The company was merged into another")
    detail = N_("This company was merged into another one, {into}. Nothing can be done with it here.")


class SameCompany(Invalid):
    """A company cannot be merged into itself."""

    def __init__(self, *, pointer: str = "/into") -> None:
        super().__init__(FieldError(pointer, "same_company", N_("Must be another company.")))
