"""Companies become known, and promise seats."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from services.employers import queries
from services.employers.domain.business_number import normalised
from services.employers.domain.companies import BusinessNumberTaken, CompanySize
from services.employers.domain.positions import PositionKind
from services.employers.tables import Company, Pledge
from shared.auth.actor import Actor
from shared.contracts.employers import CompanyRegistered
from shared.db import WriteSession
from shared.events.outbox import emit


def register_company(
    session: WriteSession,
    *,
    business_number: str,
    name_ko: str,
    name_en: str,
    region: str,
    size: CompanySize | None = None,
    ksic: str | None = None,
    by: Actor,
) -> Company:
    """Make a company known by its business number, however that is written.

    Raises Invalid for a number that cannot be one, BusinessNumberTaken, and NotFound for an employer naming another company.
    """
    digits = normalised(business_number)
    queries.check_own_number(by, digits)
    if session.exec(select(Company.id).where(Company.business_number == digits)).first() is not None:
        raise BusinessNumberTaken
    company = Company(business_number=digits, name_ko=name_ko, name_en=name_en, region=region, size=size, ksic=ksic)
    _store_unless_taken(session, company)
    event = CompanyRegistered(company_id=company.id, business_number=digits, name_ko=name_ko, name_en=name_en, region=region)
    emit(session, company, event)
    return company


def _store_unless_taken(session: WriteSession, company: Company) -> None:
    # Of several who found the number free at the same time, the database lets one in.
    session.add(company)
    try:
        session.flush()
    except IntegrityError:
        raise BusinessNumberTaken from None


def pledge_seats(
    session: WriteSession, company_id: UUID, *, month: str, field: str, kind: PositionKind, seats: int, by: Actor
) -> Pledge:
    """Write down a promise of seats; what is promised again for the same month comes on top. Raises NotFound."""
    company = queries.company(session, company_id, by=by)
    pledge = Pledge(company_id=company.id, month=month, field=field, kind=kind, seats=seats)
    session.add(pledge)
    return pledge
