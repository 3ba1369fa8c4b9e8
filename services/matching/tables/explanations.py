"""Explanations of automated matching that were given to trainees, as they were given."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field

from services.matching.tables.table import Table
from shared.clock import now
from shared.db.types import UTCDateTime
from shared.ids import new_id


class Explanation(Table, table=True):
    """What a trainee was told of how a machine matched them: the answer whole, so that it can be shown again."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID = Field(index=True)
    given_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    actor: str = Field(max_length=200)
    content: dict[str, Any] = Field(sa_type=JSON)
