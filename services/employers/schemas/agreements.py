"""Agreements and what they grant, as they are sent and shown."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.employers.domain.agreements import AgreementState, EndingDecision, Standing
from services.employers.domain.incentives import IncentiveKind
from services.employers.domain.positions import PositionKind, PositionState
from services.employers.schemas.values import VERSION, Change, EffectiveOn, FieldCode, LifeCycleStep, Since, Text
from shared.http import Body

_LAST = "the last day"
_ALL = "none: all"

Fields = Annotated[list[FieldCode] | None, Field(max_length=40, description=_ALL)]
Kinds = Annotated[list[PositionKind] | None, Field(max_length=3, description=_ALL)]


class AgreementCreate(Body):
    starts_on: date
    ends_on: Annotated[date, Field(description=_LAST)]
    note: Text | None = None
    fields: Fields = None
    kinds: Kinds = None


class AgreementChange(Change):
    """The days are fixed once the agreement is in force."""

    clearable = frozenset({"note", "fields", "kinds"})

    starts_on: date | None = None
    ends_on: date | None = None
    note: Text | None = None
    fields: Fields = None
    kinds: Kinds = None


class AgreementRenewal(Body):
    ends_on: Annotated[date, Field(description=_LAST)]
    note: Text | None = None


class AgreementTransition(Body):
    to: AgreementState
    effective_on: EffectiveOn = None
    reason: Text | None = None


class IncentiveCreate(Body):
    kind: IncentiveKind
    amount_won: Annotated[int, Field(ge=1, le=100_000_000_000)]
    starts_on: date
    ends_on: Annotated[date, Field(description=_LAST)]
    note: Text | None = None


class IncentivePublic(BaseModel):
    id: UUID
    created_at: datetime
    agreement_id: UUID
    kind: IncentiveKind
    amount_won: int
    starts_on: date
    ends_on: date
    note: str | None


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
    fields: Annotated[list[str] | None, Field(description=_ALL)]
    kinds: Annotated[list[PositionKind] | None, Field(description=_ALL)]
    renews_id: Annotated[UUID | None, Field(description="the agreement that this one goes on from")]


class AgreementDetail(AgreementPublic):
    incentives: list[IncentivePublic]
    history: list[LifeCycleStep]


class UndecidedPosition(BaseModel):
    """A posting that is open although its company has no agreement in force."""

    position_id: UUID
    company_id: UUID
    title: str
    state: PositionState
    closes_on: date | None
    standing: Standing
    agreement_id: Annotated[UUID | None, Field(description="the agreement that ended last")]
    agreement_ended_on: date | None


class EndingCreate(Body):
    decision: EndingDecision
    reason: Text
    effective_on: EffectiveOn = None


class EndingPublic(BaseModel):
    id: UUID
    recorded_at: datetime
    position_id: UUID
    agreement_id: UUID | None
    decision: EndingDecision
    reason: str
