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
    size: str | None = None
    ksic: str | None = None


class CompanyChanged(EmployersEvent):
    """A company is described otherwise from now on: the whole of it.

    v1  first version
    """

    name: ClassVar[str] = "company.changed"
    company_id: UUID
    business_number: str
    name_ko: str
    name_en: str
    region: str
    size: str | None = None
    ksic: str | None = None


class CompanyMerged(EmployersEvent):
    """A company turned out to be the same as `into_id`, to which its agreements, pledges and postings belong from now on.

    v1  first version
    """

    name: ClassVar[str] = "company.merged"
    company_id: UUID
    into_id: UUID


class CompanyHeadcountRecorded(EmployersEvent):
    """How many people a company employs at the end of a year; what was said of the year before is replaced.

    v1  first version
    """

    name: ClassVar[str] = "company.headcount_recorded"
    company_id: UUID
    year: int
    employees: int
    counted_on: date


class AgreementEvent(EmployersEvent):
    """A partner agreement of a company, whole. `ends_on` is its last day; `fields` and `kinds` none means that it covers all.

    `renews_id` is the agreement that it goes on from.
    """

    agreement_id: UUID
    company_id: UUID
    starts_on: date
    ends_on: date
    effective_on: date
    fields: list[str] | None = None
    kinds: list[str] | None = None
    renews_id: UUID | None = None


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


class AgreementChanged(AgreementEvent):
    """An agreement says something else from now on, or belongs to another company; its state is as before.

    v1  first version
    """

    name: ClassVar[str] = "agreement.changed"
