"""Companies and what belongs to them, as they are sent and shown."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.employers.domain.companies import CompanySize, Review
from services.employers.domain.look_alikes import Likeness
from services.employers.schemas.values import VERSION, Change, Name, Region, Text
from shared.http import Body

_KSIC = "KSIC, 11th revision: section letter and two to five digits, C29280"
_CORPORATE = "thirteen digits, with or without a hyphen"

Ksic = Annotated[str, Field(pattern=r"^[A-U][0-9]{2,5}$", description=_KSIC)]
CorporateNumber = Annotated[str, Field(max_length=20, description=_CORPORATE)]
Phone = Annotated[str, Field(max_length=40)]
Email = Annotated[str, Field(max_length=254)]
ContactRole = Annotated[str, Field(min_length=1, max_length=80)]


class CompanyCreate(Body):
    business_number: Annotated[str, Field(max_length=40, description="ten digits, with or without hyphens")]
    name_ko: Name
    name_en: Name
    region: Region
    size: CompanySize | None = None
    ksic: Ksic | None = None
    corporate_number: CorporateNumber | None = None


class CompanyChange(Change):
    """`review` is a program manager's: always or never review its postings, null: by the rule."""

    clearable = frozenset({"size", "ksic", "corporate_number", "review"})

    name_ko: Name | None = None
    name_en: Name | None = None
    region: Region | None = None
    size: CompanySize | None = None
    ksic: Ksic | None = None
    corporate_number: CorporateNumber | None = None
    review: Review | None = None


class CompanyMerge(Body):
    into: Annotated[UUID, Field(description="the company that stays")]
    reason: Text


class CompaniesApart(Body):
    """Two companies that look alike and are not the same."""

    first: UUID
    second: UUID


class CompanyPublic(BaseModel):
    id: UUID
    version: Annotated[int, Field(description=VERSION)]
    created_at: datetime
    business_number: str
    name_ko: str
    name_en: str
    region: str
    size: CompanySize | None
    ksic: str | None
    corporate_number: str | None
    corporate_number_checked: Annotated[bool | None, Field(description="false: its check digit is not right, look again")]
    review: Review | None
    merged_into_id: Annotated[UUID | None, Field(description="the company that this one turned out to be")]


class LookAlikes(BaseModel):
    first: CompanyPublic
    second: CompanyPublic
    likeness: Likeness
    score: Annotated[float, Field(description="how alike the names are: 0 to 100")]


class SiteCreate(Body):
    name: Name
    region: Region
    address: Annotated[str, Field(min_length=1, max_length=300)]
    postal_code: Annotated[str | None, Field(pattern=r"^[0-9]{5}$")] = None


class SitePublic(BaseModel):
    id: UUID
    created_at: datetime
    company_id: UUID
    name: str
    region: str
    address: str
    postal_code: str | None


class ContactCreate(Body):
    name: Annotated[str, Field(min_length=1, max_length=100)]
    phone: Phone | None = None
    email: Email | None = None
    role: ContactRole | None = None


class ContactChange(Change):
    clearable = frozenset({"phone", "email", "role"})

    name: Annotated[str | None, Field(min_length=1, max_length=100)] = None
    phone: Phone | None = None
    email: Email | None = None
    role: ContactRole | None = None


class ContactDisclosure(Body):
    purpose: Annotated[str, Field(min_length=2, max_length=200, description="what it is needed for: kept on record")]


class ContactPublic(BaseModel):
    """Masked, but to who changes it and to who says what for."""

    id: UUID
    version: Annotated[int, Field(description=VERSION)]
    company_id: UUID
    created_at: datetime
    role: str | None
    name: str
    phone: str | None
    email: str | None


class ContactAccessPublic(BaseModel):
    recorded_at: datetime
    actor: str
    organisation: str | None
    contact_id: UUID
    action: str
    purpose: str


class HeadcountCreate(Body):
    employees: Annotated[int, Field(ge=0, le=1_000_000)]
    counted_on: date
    source: Annotated[str, Field(min_length=1, max_length=200, description="where the number is from")]


class HeadcountPublic(BaseModel):
    company_id: UUID
    year: int
    employees: int
    counted_on: date
    source: str
    recorded_at: datetime


class GrowthPublic(BaseModel):
    """A year of a company. Null is what cannot be told without a headcount."""

    year: int
    baseline: Annotated[int | None, Field(description="employees at the end of the year before")]
    employees: int | None
    filled_new: int
    filled_replacement: int
    filled_conversion: int
    grown_by: int | None
    created: Annotated[int | None, Field(description="seats filled as new that the growth bears out")]


class TrustPublic(BaseModel):
    """Whether a company's postings open without a review, and what the rule found."""

    trusted: bool
    decided_by: Annotated[str, Field(description="rule, or manager where one said always or never")]
    approved: Annotated[int, Field(description="postings approved in the last year")]
    returned: Annotated[int, Field(description="postings returned in the last year")]
    approved_at_least: int
    returned_at_most: int


class RegionPublic(BaseModel):
    code: str
    name_ko: str
    name_en: str | None
    valid_from: date
    valid_to: date | None
    successor: str | None


class IndustryPublic(BaseModel):
    code: str
    name_ko: str
    name_en: str
