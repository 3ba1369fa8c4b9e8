"""Persons as the companies see them that they said yes to."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.trainees.domain.placed import PlacedState


class PlacedMasked(BaseModel):
    """Somebody who accepted a placement, masked."""

    placement_id: UUID
    company_id: UUID
    person_id: UUID
    state: PlacedState
    since: Annotated[date, Field(description="the day from which the state holds")]
    name: str
    phone: str
    email: str | None


class PlacedPublic(BaseModel):
    """Somebody who accepted a placement: a name and how to reach them."""

    placement_id: UUID
    company_id: UUID
    person_id: UUID
    state: PlacedState
    since: Annotated[date, Field(description="the day from which the state holds")]
    name: str
    phone: Annotated[str, Field(description="E.164")]
    email: str | None
