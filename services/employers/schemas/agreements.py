"""Agreements, as they are sent and shown."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.employers.domain.agreements import AgreementState
from services.employers.schemas.values import VERSION, EffectiveOn, LifeCycleStep, Since, Text
from shared.http import Body


class AgreementCreate(Body):
    starts_on: date
    ends_on: Annotated[date, Field(description="the last day")]
    note: Text | None = None


class AgreementTransition(Body):
    to: AgreementState
    effective_on: EffectiveOn = None
    reason: Text | None = None


class AgreementPublic(BaseModel):
    id: UUID
    version: Annotated[int, Field(description=VERSION)]
    created_at: datetime
    company_id: UUID
    state: AgreementState
    since: Since
    starts_on: date
    ends_on: date
    note: str | None


class AgreementDetail(AgreementPublic):
    history: list[LifeCycleStep]
