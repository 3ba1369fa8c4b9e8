"""Pledges, as they are sent and shown."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.employers.domain.positions import PositionKind
from services.employers.schemas.values import FieldCode
from shared.http import Body


class PledgeCreate(Body):
    month: Annotated[str, Field(pattern=r"^20[0-9]{2}-(?:0[1-9]|1[0-2])$", description="YYYY-MM")]
    field: FieldCode
    kind: PositionKind
    seats: Annotated[int, Field(ge=1, le=10_000)]


class PledgePublic(BaseModel):
    id: UUID
    created_at: datetime
    company_id: UUID
    month: str
    field: str
    kind: PositionKind
    seats: int
