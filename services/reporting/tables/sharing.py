"""Addresses that people keep and pass on, who used them, and who looked behind which figure."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import JSON, Index
from sqlmodel import Field

from services.reporting.tables.table import Table, core
from shared.clock import now
from shared.db.types import UTCDateTime
from shared.ids import new_id


class SavedView(Table, table=True):
    """A name for a page with its parameters. Its owner sees it, and whoever has one of `shared_with`."""

    __tablename__ = "saved_view"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    name: str = Field(max_length=120)
    address: str = Field(max_length=1500)
    owner: str = Field(max_length=200, index=True)
    shared_with: list[str] = Field(sa_type=JSON)
    removed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class ShareLink(Table, table=True):
    """A page that whoever has the link may read, as of a fixed day and moment. `digest` is the hash of its token.

    It is read as `roles` of `organisation` would read it: what who made it may see, without the small cells and the things
    behind figures that only the program's own staff see.
    """

    __tablename__ = "share_link"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 0
    created_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    digest: str = Field(max_length=64, unique=True)
    name: str = Field(max_length=120)
    address: str = Field(max_length=1500)
    by: str = Field(max_length=200, index=True)
    roles: list[str] = Field(sa_type=JSON)
    organisation: str | None = Field(default=None, max_length=40)
    as_of: date
    known_at: datetime = Field(sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    revoked_by: str | None = Field(default=None, max_length=200)


class ShareUse(Table, table=True):
    """One use of a link, also of one that was over. Only ever added to; says nothing about who it was."""

    __tablename__ = "share_use"
    __table_args__ = (Index("ix_share_use_link", "link_id", "used_at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    link_id: UUID = Field(foreign_key="share_link.id")
    used_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    outcome: str = Field(max_length=20)


class FactsRead(Table, table=True):
    """That somebody looked at the things behind a figure: who, when, and which question. Only ever added to."""

    __tablename__ = "facts_read"
    __table_args__ = (Index("ix_facts_read_at", "read_at"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    read_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    by: str = Field(max_length=200)
    roles: list[str] = Field(sa_type=JSON)
    indicator: str = Field(max_length=80)
    as_of: date
    asked: dict[str, Any] = Field(sa_type=JSON)
    things: int


SAVED_VIEW: Final = core(SavedView)
SHARE_LINK: Final = core(ShareLink)
SHARE_USE: Final = core(ShareUse)
FACTS_READ: Final = core(FactsRead)
