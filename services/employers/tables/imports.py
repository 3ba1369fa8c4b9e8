"""Files of positions: what each of their lines says, and what became of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field

from services.employers.tables.registry import Table
from shared.clock import now
from shared.db.types import UTCDateTime, ValueEnum
from shared.ids import new_id


class ImportState(StrEnum):
    """A preview writes nothing; `done`: what could be written down was."""

    PREVIEW = "preview"
    DONE = "done"


class PositionImport(Table, table=True):
    """One file. A line is `line`, `said`, `errors` and, when it became one, `position_id`."""

    __tablename__ = "position_import"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 1
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    company_id: UUID = Field(foreign_key="company.id", index=True)
    state: ImportState = Field(default=ImportState.PREVIEW, sa_type=ValueEnum(ImportState))
    by: str = Field(max_length=200)
    lines: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
