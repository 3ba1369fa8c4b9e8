"""Companies, their agreements and their pledges."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlmodel import col, select

from services.employers.domain.business_number import normalised
from services.employers.queries.visibility import COMPANY, companies_of
from services.employers.tables import Agreement, Company, Pledge, Step
from shared.auth.actor import Actor
from shared.db import ReadSession
from shared.errors import N_, NotFound
from shared.http.paging import Page, Rows

AGREEMENT: Final = N_("agreement")


def company(session: ReadSession, company_id: UUID, *, by: Actor) -> Company:
    """Raises NotFound."""
    found = session.exec(select(Company).where(Company.id == company_id, companies_of(by))).first()
    if found is None:
        raise NotFound(COMPANY)
    return found


def companies(session: ReadSession, page: Page, *, business_number: str | None, region: str | None, by: Actor) -> Rows[Company]:
    """In the order of registration. `business_number` may be written in any way, `region` is the beginning of a code."""
    statement = select(Company).where(companies_of(by))
    if business_number is not None:
        statement = statement.where(Company.business_number == normalised(business_number, pointer="business_number"))
    if region is not None:
        statement = statement.where(col(Company.region).startswith(region, autoescape=True))
    return page.fetch(session, statement, key=[Company.id], sorts={"name_ko": Company.name_ko, "name_en": Company.name_en})


def agreements(session: ReadSession, company_id: UUID, page: Page, *, by: Actor) -> Rows[Agreement]:
    """A company's agreements, by their first day. Raises NotFound."""
    owner = company(session, company_id, by=by)
    statement = select(Agreement).where(Agreement.company_id == owner.id)
    return page.fetch(session, statement, key=[Agreement.starts_on, Agreement.id])


def agreement(session: ReadSession, company_id: UUID, agreement_id: UUID, *, by: Actor) -> dict[str, Any]:
    """One agreement of a company, with its history. Raises NotFound."""
    owner = company(session, company_id, by=by)
    found = session.exec(select(Agreement).where(Agreement.id == agreement_id, Agreement.company_id == owner.id)).first()
    if found is None:
        raise NotFound(AGREEMENT)
    return {**found.model_dump(), "history": history_of(session, found.id)}


def pledges(session: ReadSession, company_id: UUID, page: Page, *, by: Actor) -> Rows[Pledge]:
    """A company's pledges, by month. Raises NotFound."""
    owner = company(session, company_id, by=by)
    statement = select(Pledge).where(Pledge.company_id == owner.id)
    return page.fetch(session, statement, key=[Pledge.month, Pledge.id])


def history_of(session: ReadSession, aggregate_id: UUID) -> Sequence[Step]:
    """The steps in the life of an agreement or a position, the first one first."""
    return session.exec(select(Step).where(Step.aggregate_id == aggregate_id).order_by(col(Step.version))).all()
