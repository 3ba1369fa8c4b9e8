"""Companies and their agreements."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.contracts.employers.service import EmployersEvent


class CompanyRegistered(EmployersEvent):
    """A company is known. `region` is a legal-district code or its first two or five digits.

    v1  first version
    """

    name: ClassVar[str] = "company.registered"
    company_id: UUID
    business_number: str
    name_ko: str
    name_en: str
    region: str


class AgreementEvent(EmployersEvent):
    """A partner agreement of a company, whole. `ends_on` is its last day."""

    agreement_id: UUID
    company_id: UUID
    starts_on: date
    ends_on: date
    effective_on: date


class AgreementDrafted(AgreementEvent):
    """An agreement was written down.

    v1  first version
    """

    name: ClassVar[str] = "agreement.drafted"


class AgreementActivated(AgreementEvent):
    """An agreement is in force: its company may open positions.

    v1  first version
    """

    name: ClassVar[str] = "agreement.activated"


class AgreementSuspended(AgreementEvent):
    """An agreement rests.

    v1  first version
    """

    name: ClassVar[str] = "agreement.suspended"


class AgreementEnded(AgreementEvent):
    """An agreement is over.

    v1  first version
    """

    name: ClassVar[str] = "agreement.ended"
