"""Who may see what: organisations their own, the program, executives and auditors everything."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, false, or_, select, true
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.matching.tables import Candidate, Company, Opening, Placement, University
from shared.auth.actor import Actor, Role
from shared.db import ReadSession

_SEE_EVERYTHING: Final = (Role.PROGRAM_MANAGER, Role.ADMIN, Role.EXECUTIVE, Role.AUDITOR)
_SEE_ACTORS: Final = (Role.PROGRAM_MANAGER, Role.ADMIN, Role.AUDITOR)


def visible_placements(by: Actor) -> ColumnElement[bool]:
    """The placements that a caller may know of."""
    return visible_by_organisation(by, company=col(Placement.company_id), university=col(Placement.university_id))


def visible_candidates(by: Actor) -> ColumnElement[bool]:
    """The candidates that a caller may know of. A company knows of none but through recommendations."""
    return visible_by_organisation(by, university=col(Candidate.university_id))


def visible_openings(by: Actor) -> ColumnElement[bool]:
    """The openings whose candidates a caller may know of."""
    return visible_by_organisation(by, company=col(Opening.company_id))


def own_university(session: ReadSession, by: Actor) -> UUID | None:
    """The university that a caller acts for, if they act for one that is known."""
    return session.scalar(universities_of(by)) if by.has(Role.UNIVERSITY) else None


def sees_actors(by: Actor) -> bool:
    """Whether a caller may know who recorded a step."""
    return by.has(*_SEE_ACTORS)


def visible_by_organisation(
    by: Actor, *, company: SQLColumnExpression[Any] | None = None, university: SQLColumnExpression[Any] | None = None
) -> ColumnElement[bool]:
    """Whether a row of these organisations is one that a caller may know of."""
    if by.has(*_SEE_EVERYTHING):
        return true()
    own: list[ColumnElement[bool]] = []
    if company is not None and by.has(Role.EMPLOYER):
        own.append(company.in_(companies_of(by)))
    if university is not None and by.has(Role.UNIVERSITY):
        own.append(university.in_(universities_of(by)))
    return or_(false(), *own)


def companies_of(by: Actor) -> Select[Any]:
    """The company whose token a caller has, and those that were merged into it, by id."""
    survivor = aliased(Company)
    own = select(col(survivor.company_id)).where(col(survivor.business_number) == by.organisation)
    mine = or_(col(Company.business_number) == by.organisation, col(Company.into_id).in_(own))
    return select(col(Company.company_id)).where(mine)


def universities_of(by: Actor) -> Select[Any]:
    """The university whose token a caller has, by its id."""
    return select(col(University.university_id)).where(col(University.code) == by.organisation)
