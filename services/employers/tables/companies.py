"""Companies: what is known of them, where they are, and whom to ask there."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field

from services.employers.domain.companies import CompanySize, Review
from services.employers.domain.corporate_number import is_checked
from services.employers.tables.registry import Table
from shared.clock import now
from shared.db.types import UTCDateTime, ValueEnum
from shared.ids import new_id


class Company(Table, table=True):
    """A partner company. `business_number` is ten digits; `region` two, five or ten digits of a legal-district code.

    One that turned out to be another company's double is kept, with `merged_into_id`: its number still finds that other one.
    """

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    business_number: str = Field(max_length=10, unique=True)
    name_ko: str = Field(max_length=200)
    name_en: str = Field(max_length=200)
    region: str = Field(max_length=10)
    size: CompanySize | None = Field(default=None, sa_type=ValueEnum(CompanySize))
    ksic: str | None = Field(default=None, max_length=6)
    corporate_number: str | None = Field(default=None, max_length=13, index=True)
    review: Review | None = Field(default=None, sa_type=ValueEnum(Review))
    merged_into_id: UUID | None = Field(default=None, index=True)

    @property
    def corporate_number_checked(self) -> bool | None:
        """Whether the corporate number's check digit is right."""
        return None if self.corporate_number is None else is_checked(self.corporate_number)


class Distinct(Table, table=True):
    """Two companies that look alike and are not the same, as somebody decided. The smaller id comes first."""

    __tablename__ = "company_distinct"

    first_id: UUID = Field(primary_key=True)
    second_id: UUID = Field(primary_key=True)
    by: str = Field(max_length=200)
    recorded_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)


class Site(Table, table=True):
    """A place where a company works."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    company_id: UUID = Field(foreign_key="company.id", index=True)
    name: str = Field(max_length=200)
    region: str = Field(max_length=10)
    address: str = Field(max_length=300)
    postal_code: str | None = Field(default=None, max_length=5)


class Contact(Table, table=True):
    """Somebody to ask at a company. Name, telephone and e-mail are personal data, sealed for this contact."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 1
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    company_id: UUID = Field(foreign_key="company.id", index=True)
    name: bytes
    phone: bytes | None = None
    email: bytes | None = None
    role: str | None = Field(default=None, max_length=80)


class ContactAccess(Table, table=True):
    """Somebody saw a contact whole: who, when, whose, and what for."""

    __tablename__ = "contact_access"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    recorded_at: datetime = Field(default_factory=now, sa_type=UTCDateTime, index=True)
    actor: str = Field(max_length=200)
    organisation: str | None = Field(default=None, max_length=40)
    contact_id: UUID = Field(index=True)
    company_id: UUID
    action: str = Field(max_length=40)
    purpose: str = Field(max_length=200)


class Headcount(Table, table=True):
    """How many people a company employs at the end of a year, as `source` says: what net creation is told from."""

    company_id: UUID = Field(foreign_key="company.id", primary_key=True)
    year: int = Field(primary_key=True)
    employees: int
    counted_on: date
    source: str = Field(max_length=200)
    recorded_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    by: str = Field(max_length=200)
