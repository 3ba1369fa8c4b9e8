"""Who sees what: an employer its own company only, program managers everything, all others what is public in the program."""

from typing import Any

from sqlalchemy import ColumnElement, or_, true
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from services.employers.domain.codes.regions import spellings
from services.employers.domain.positions import PositionState
from services.employers.tables import Company, Position
from shared.auth.actor import Actor, Role
from shared.errors import N_, NotFound

COMPANY = N_("company")


def _sees_all(actor: Actor) -> bool:
    return actor.has(Role.PROGRAM_MANAGER, Role.ADMIN)


def companies_of(actor: Actor) -> ColumnElement[bool]:
    """The condition on Company that holds for what `actor` may see."""
    if _sees_all(actor) or not actor.has(Role.EMPLOYER):
        return true()
    return of_number(actor.organisation)


def of_number(business_number: str | None) -> ColumnElement[bool]:
    """The condition on Company that holds for the company of a number, and for the one that it was merged into."""
    other = aliased(Company)
    lives_on = select(other.merged_into_id).where(
        other.business_number == business_number, col(other.merged_into_id).is_not(None)
    )
    return or_(col(Company.business_number) == business_number, col(Company.id).in_(lives_on))


def in_region(column: Any, prefix: str) -> ColumnElement[bool]:
    """Whether a place lies in a region, under whatever code it was stored: Gunwi belongs to Daegu since July 2023."""
    return or_(*(column.startswith(code, autoescape=True) for code in spellings(prefix)))


def positions_of(actor: Actor) -> ColumnElement[bool]:
    """The condition on Position that holds for what `actor` may see."""
    if _sees_all(actor):
        return true()
    if actor.has(Role.EMPLOYER):
        return col(Position.company_id).in_(select(Company.id).where(companies_of(actor)))
    return col(Position.state) == PositionState.OPEN


def check_own_number(actor: Actor, business_number: str) -> None:
    """Raise NotFound when an employer speaks for a company other than its own, whether that one is known or not."""
    if not _sees_all(actor) and actor.organisation != business_number:
        raise NotFound(COMPANY)


def sees_all_positions(actor: Actor) -> bool:
    """Whether positions of every company in every state are the actor's business."""
    return _sees_all(actor)


def sees_history(actor: Actor) -> bool:
    """Whether the steps in the life of a position, with their reasons, are the actor's business."""
    return actor.has(Role.PROGRAM_MANAGER, Role.ADMIN, Role.EMPLOYER, Role.EXECUTIVE, Role.AUDITOR)
