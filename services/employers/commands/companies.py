"""Companies become known, are described anew, and say how many people they employ."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from services.employers import queries
from services.employers.commands.publishing import company_told
from services.employers.domain import corporate_number as corporate
from services.employers.domain.business_number import normalised
from services.employers.domain.codes.industries import check_industry
from services.employers.domain.codes.regions import check_region
from services.employers.domain.companies import BusinessNumberTaken, CompanySize, IsMerged
from services.employers.domain.headcounts import check_headcount
from services.employers.queries.visibility import COMPANY
from services.employers.tables import Company, Headcount
from shared import clock
from shared.auth.actor import Actor, Role
from shared.contracts.employers import CompanyChanged, CompanyHeadcountRecorded, CompanyRegistered
from shared.db import WriteSession
from shared.errors import Forbidden, NotFound
from shared.events.outbox import emit
from shared.versions import check_version

_SAID: Final = {"name_ko", "name_en", "region", "size", "ksic"}


def register_company(
    session: WriteSession,
    *,
    business_number: str,
    name_ko: str,
    name_en: str,
    region: str,
    size: CompanySize | None = None,
    ksic: str | None = None,
    corporate_number: str | None = None,
    by: Actor,
) -> Company:
    """Make a company known by its business number, however that is written.

    Raises Invalid for a number that cannot be one, an unknown region or industry, BusinessNumberTaken, and NotFound for an
    employer naming another company.
    """
    digits = normalised(business_number)
    queries.check_own_number(by, digits)
    if session.exec(select(Company.id).where(Company.business_number == digits)).first() is not None:
        raise BusinessNumberTaken
    given = _checked({"region": region, "ksic": ksic, "corporate_number": corporate_number})
    company = Company(business_number=digits, name_ko=name_ko, name_en=name_en, size=size, **given)
    _store_unless_taken(session, company)
    emit(session, company, CompanyRegistered(company_id=company.id, business_number=digits, **company.model_dump(include=_SAID)))
    return company


def change_company(
    session: WriteSession, company_id: UUID, *, changes: Mapping[str, Any], expected: int | None = None, by: Actor
) -> Company:
    """Describe a company anew. Whether its postings are reviewed is the program manager's to say.

    Raises NotFound, Stale, Forbidden, IsMerged, and Invalid for an unknown region or industry.
    """
    company = locked_company(session, company_id, by=by)
    check_version(company, expected)
    if "review" in changes and not by.has(Role.PROGRAM_MANAGER, Role.ADMIN):
        raise Forbidden
    wanted = {name: value for name, value in _checked(changes).items() if getattr(company, name) != value}
    if wanted:
        for name, value in wanted.items():
            setattr(company, name, value)
        number = company.business_number
        event = CompanyChanged(company_id=company.id, business_number=number, **company.model_dump(include=_SAID))
        emit(session, company, event)
        company_told(session, company.id)
    return company


def record_headcount(
    session: WriteSession, company_id: UUID, *, year: int, employees: int, counted_on: date, source: str, by: Actor
) -> Headcount:
    """Note how many people a company employs at the end of a year; an earlier note of that year is replaced.

    Raises NotFound, IsMerged, and Invalid for a day that is not of that year.
    """
    company = locked_company(session, company_id, by=by)
    check_headcount(year, counted_on, today=clock.today())
    noted = Headcount(company_id=company.id, year=year, employees=employees, counted_on=counted_on, source=source, by=by.subject)
    noted = session.merge(noted)
    said = CompanyHeadcountRecorded(company_id=company.id, year=year, employees=employees, counted_on=counted_on)
    emit(session, company, said)
    return noted


def locked_company(session: WriteSession, company_id: UUID, *, by: Actor) -> Company:
    """A company that the actor may see and that lives, locked until the transaction ends. Raises NotFound, IsMerged."""
    statement = select(Company).where(Company.id == company_id, queries.companies_of(by))
    found = session.exec(statement.with_for_update().execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound(COMPANY)
    if found.merged_into_id is not None:
        raise IsMerged(into=found.merged_into_id)
    return found


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    checked = dict(given)
    if checked.get("region") is not None:
        check_region(checked["region"], on=clock.today())
    if checked.get("ksic") is not None:
        check_industry(checked["ksic"])
    if checked.get("corporate_number") is not None:
        checked["corporate_number"] = corporate.normalised(checked["corporate_number"])
    return checked


def _store_unless_taken(session: WriteSession, company: Company) -> None:
    # Of several who found the number free at the same time, the database lets one in.
    session.add(company)
    try:
        session.flush()
    except IntegrityError:
        raise BusinessNumberTaken from None
