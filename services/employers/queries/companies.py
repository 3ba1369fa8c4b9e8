"""Companies, where they work, and which of them may be the same."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlmodel import col, select

from services.employers.domain.business_number import normalised
from services.employers.domain.companies import IsMerged
from services.employers.domain.look_alikes import Profile, pairs
from services.employers.queries.visibility import COMPANY, companies_of, in_region, of_number
from services.employers.tables import Company, Distinct, Site, Step
from shared.auth.actor import Actor
from shared.db import ReadSession
from shared.errors import N_, NotFound
from shared.http.paging import Page, Rows

SITE: Final = N_("site")


def company(session: ReadSession, company_id: UUID, *, by: Actor) -> Company:
    """Raises NotFound."""
    found = session.exec(select(Company).where(Company.id == company_id, companies_of(by))).first()
    if found is None:
        raise NotFound(COMPANY)
    return found


def living_company(session: ReadSession, company_id: UUID, *, by: Actor) -> Company:
    """The same, of a company that was not merged into another. Raises NotFound, IsMerged."""
    found = company(session, company_id, by=by)
    if found.merged_into_id is not None:
        raise IsMerged(into=found.merged_into_id)
    return found


def companies(session: ReadSession, page: Page, *, business_number: str | None, region: str | None, by: Actor) -> Rows[Company]:
    """In the order of registration. `business_number` may be written in any way, `region` is the beginning of a code."""
    statement = select(Company).where(companies_of(by), col(Company.merged_into_id).is_(None))
    if business_number is not None:
        statement = statement.where(of_number(normalised(business_number, pointer="business_number")))
    if region is not None:
        statement = statement.where(in_region(col(Company.region), region))
    return page.fetch(session, statement, key=[Company.id], sorts={"name_ko": Company.name_ko, "name_en": Company.name_en})


def sites(session: ReadSession, company_id: UUID, page: Page, *, by: Actor) -> Rows[Site]:
    """Where a company works, in the order in which it was said. Raises NotFound."""
    owner = company(session, company_id, by=by)
    return page.fetch(session, select(Site).where(Site.company_id == owner.id), key=[Site.id])


def site(session: ReadSession, company_id: UUID, site_id: UUID, *, by: Actor) -> Site:
    """Raises NotFound."""
    owner = company(session, company_id, by=by)
    found = session.exec(select(Site).where(Site.id == site_id, Site.company_id == owner.id)).first()
    if found is None:
        raise NotFound(SITE)
    return found


def duplicates(session: ReadSession, *, most: int) -> list[dict[str, Any]]:
    """The pairs of companies that may be one, the most alike first, each shown as it is stored."""
    rows = {row.id: row for row in session.exec(select(Company).where(col(Company.merged_into_id).is_(None)))}
    addresses: dict[UUID, list[str]] = defaultdict(list)
    for company_id, address in session.exec(select(Site.company_id, Site.address)):
        addresses[company_id].append(address)
    distinct = set(session.exec(select(Distinct.first_id, Distinct.second_id)))
    profiles = [
        Profile(row.id, row.name_ko, row.name_en, row.region, row.corporate_number, addresses[row.id]) for row in rows.values()
    ]
    found = pairs(profiles, distinct=distinct)[:most]
    return [{"first": rows[p.first], "second": rows[p.second], "likeness": p.likeness, "score": round(p.score, 1)} for p in found]


def history_of(session: ReadSession, aggregate_id: UUID) -> Sequence[Step]:
    """The steps in the life of an agreement or a position, the first one first."""
    return session.exec(select(Step).where(Step.aggregate_id == aggregate_id).order_by(col(Step.version))).all()
