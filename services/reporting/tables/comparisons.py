"""What came of computing every figure a second time from the services' own tables."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field

from services.reporting.tables.table import Table, core
from shared.db.types import UTCDateTime
from shared.ids import new_id


class Comparison(Table, table=True):
    """One run of `hustar reconcile`: how much was compared, and what differs.

    `waiting` says what was still on its way, by place: then nothing was compared. Of `differences` the first are kept in
    `findings`, each with what, where, expected and found as texts.
    """

    id: UUID = Field(default_factory=new_id, primary_key=True)
    ran_at: datetime = Field(sa_type=UTCDateTime, index=True)
    figures: int
    aggregates: int
    records: int
    differences: int
    waiting: dict[str, int] = Field(sa_type=JSON)
    findings: list[Any] = Field(sa_type=JSON)


COMPARISON: Final = core(Comparison)
