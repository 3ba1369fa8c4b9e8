"""Companies, as they are sent and shown."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.employers.domain.companies import CompanySize
from services.employers.schemas.values import VERSION, Name, Region
from shared.http import Body


class CompanyCreate(Body):
    business_number: Annotated[str, Field(max_length=40, description="ten digits, with or without hyphens")]
    name_ko: Name
    name_en: Name
    region: Region
    size: CompanySize | None = None
    ksic: Annotated[str | None, Field(pattern=r"^[A-U][0-9]{2,5}$", description="KSIC 11 section letter and digits")] = None


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
