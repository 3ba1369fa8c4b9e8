"""Which companies' postings open without somebody looking at them first."""

from dataclasses import dataclass
from typing import Final

from services.employers.domain.companies import Review

DAYS: Final = 365


@dataclass(frozen=True, slots=True)
class Rule:
    """What a company must have shown in the last year to be trusted."""

    approved_at_least: int = 3
    returned_at_most: int = 0


RULE: Final = Rule()


@dataclass(frozen=True, slots=True)
class Trust:
    """Whether a company is trusted, who says so, and what reviews came to in the last year."""

    trusted: bool
    decided_by: str
    approved: int
    returned: int
    approved_at_least: int
    returned_at_most: int


def judge(review: Review | None, *, approved: int, returned: int, rule: Rule = RULE) -> Trust:
    """A program manager's word goes before the rule."""
    by_rule = approved >= rule.approved_at_least and returned <= rule.returned_at_most
    return Trust(
        trusted=by_rule if review is None else review is Review.NEVER,
        decided_by="rule" if review is None else "manager",
        approved=approved,
        returned=returned,
        approved_at_least=rule.approved_at_least,
        returned_at_most=rule.returned_at_most,
    )
