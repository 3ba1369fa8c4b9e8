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
    """A preview writes nothing; `done`: what could be written down was. Of many lines each takes its time before: `reading` and
    `writing` are a worker's; `failed`: it could not go on.
    """

    READING = "reading"
    PREVIEW = "preview"
    WRITING = "writing"
    DONE = "done"
    FAILED = "failed"


class PositionImport(Table, table=True):
    """One file. A line is `line`, `said`, `errors` and, when it became one, `position_id`.

    Of a file of many lines they stand in parts. `ready` counts the lines that the worker has dealt with in this state, and
    `accepted` those of them with which nothing is wrong.
    """

    __tablename__ = "position_import"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 1
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    company_id: UUID = Field(foreign_key="company.id", index=True)
    state: ImportState = Field(default=ImportState.PREVIEW, sa_type=ValueEnum(ImportState), index=True)
    by: str = Field(max_length=200)
    lines: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    total: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    ready: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    accepted: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class PositionImportPart(Table, table=True):
    """Some lines of a file of many, and how far they are: to be looked at, looked at, written down."""

    __tablename__ = "position_import_part"

    import_id: UUID = Field(foreign_key="position_import.id", primary_key=True)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    stage: ImportState = Field(sa_type=ValueEnum(ImportState))
    lines: list[dict[str, Any]] = Field(sa_type=JSON)
