"""Companies."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from services.employers.domain.companies import CompanySize
from services.employers.tables.registry import Table
from shared.clock import now
from shared.db.types import UTCDateTime, ValueEnum
from shared.ids import new_id


class Company(Table, table=True):
    """A partner company. `business_number` is ten digits; `region` two, five or ten digits of a legal-district code."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    business_number: str = Field(max_length=10, unique=True)
    name_ko: str = Field(max_length=200)
    name_en: str = Field(max_length=200)
    region: str = Field(max_length=10)
    size: CompanySize | None = Field(default=None, sa_type=ValueEnum(CompanySize))
    ksic: str | None = Field(default=None, max_length=6)
